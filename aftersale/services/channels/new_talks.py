"""A new conversation of a chat: whose it is, where, and in which language."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime

from aftersale.domain.channels import Thread
from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.parties import Buyer
from aftersale.policy.knobs import Policy
from aftersale.services.identifiers import hashed
from aftersale.services.seller_links import hash_token

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


def new_talk(
    thread: Thread, policies: Mapping[str, Policy], now: datetime, buyer: Buyer | None = None
) -> Conversation:
    """Return a conversation that nobody has spoken in; `buyer` is whose the chat is, for zones."""
    return Conversation(
        conversation_id=secrets.token_hex(16),
        storefront=thread.storefront,
        owner=Owner.BOT,
        owner_version=1,
        created_at=now,
        token_hash=hash_token(secrets.token_urlsafe(32)),  # nobody's: it is entered by the chat
        token_expires_at=now,
        timezone=buyer.timezone if buyer else _timezone(policies, thread.storefront),
        locale=locale_of(thread.language) or (buyer.locale if buyer else "en"),
        opened_from=opened_from(thread),
        channel=thread.channel.value,
    )


def opened_from(thread: Thread) -> str:
    """Return what stands for who writes there where only sameness matters, for limits.

    Not the chat: by mail, and on Matrix, the same person begins a new one whenever they like.
    """
    who = thread.sender or thread.thread_id
    return hashed(f"{thread.channel.value}:{thread.account}:{who}")[:32]


def locale_of(language: str) -> str | None:
    """Return the language that a messenger names as a locale; None when it is none."""
    return language.replace("_", "-") if _LANGUAGE.fullmatch(language) else None


def _timezone(policies: Mapping[str, Policy], storefront: str) -> str:
    policy = policies.get(storefront)
    return policy.hours.timezone if policy and policy.hours else "UTC"

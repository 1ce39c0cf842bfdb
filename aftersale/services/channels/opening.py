"""Which conversation is held in a chat of a messenger: opened when there is something to say."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from aftersale.domain.channels import Thread
from aftersale.domain.conversations import Conversation, Owner
from aftersale.policy.knobs import Policy
from aftersale.services.ports import UnitOfWork
from aftersale.services.seller_links import hash_token

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


def held_in(
    uow: UnitOfWork, thread: Thread, policies: Mapping[str, Policy], now: datetime
) -> Conversation:
    """Return the conversation of a thread, a new one when there is none or it is over.

    Inside the caller's transaction, which holds the thread.
    """
    if thread.conversation_id is not None:
        current = uow.conversations.get(thread.conversation_id)
        if current is not None and not current.is_over:
            return current
    conversation = _opened(uow, thread, policies, now)
    uow.conversations.add(conversation)
    begun = replace(
        thread,
        conversation_id=conversation.conversation_id,
        noted_seq=0,
        choices=(),
        shown_at=None,
    )
    uow.channels.save_thread(begun)
    return conversation


def _opened(
    uow: UnitOfWork, thread: Thread, policies: Mapping[str, Policy], now: datetime
) -> Conversation:
    link = uow.channels.link_of(thread.thread_id)
    buyer = uow.parties.buyer(link.buyer_id) if link and link.holds(now) else None
    opened = Conversation(
        conversation_id=secrets.token_hex(16),
        storefront=thread.storefront,
        owner=Owner.BOT,
        owner_version=1,
        created_at=now,
        token_hash=hash_token(secrets.token_urlsafe(32)),  # nobody's: it is entered by the chat
        token_expires_at=now,
        timezone=_timezone(policies, thread.storefront),
        locale=locale_of(thread.language) or "en",
        channel=thread.channel.value,
    )
    if link is None or buyer is None:
        return opened
    return replace(
        opened,
        buyer_id=buyer.buyer_id,
        verified_by=f"channel:{thread.channel.value}",
        verified_until=link.until,
        timezone=buyer.timezone,
        locale=locale_of(thread.language) or buyer.locale,
    )


def locale_of(language: str) -> str | None:
    """Return the language that a messenger names as a locale; None when it is none."""
    return language.replace("_", "-") if _LANGUAGE.fullmatch(language) else None


def _timezone(policies: Mapping[str, Policy], storefront: str) -> str:
    policy = policies.get(storefront)
    return policy.hours.timezone if policy and policy.hours else "UTC"

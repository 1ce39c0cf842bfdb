"""The question whether a chat is connected to an account; only its yes does it.

A link may have been stolen or forwarded by mistake: the chat names the account before it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftersale.domain.channels import LinkLevel, Thread
from aftersale.domain.conversations import Author
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import (
    CommandKind,
    CommandState,
    LinkPurpose,
    OneTimeLink,
    PendingCommand,
)
from aftersale.services.call import COMMAND, Call
from aftersale.services.channels.belonging import Bond, Bound, account_words, bind, channel_word
from aftersale.services.offers import AGAIN, lapse
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, time
from aftersale.services.saying import say
from aftersale.services.terms import fingerprint
from aftersale.services.wiring import OFFER_LASTS, Wiring


@dataclass(frozen=True, slots=True)
class Asked:
    """A link that is still good, whose it is, and the chat that it was opened in."""

    link: OneTimeLink
    buyer: Buyer
    thread: Thread


class LinkOffer:
    """The offer of `CommandKind.LINK_CHAT` (see `own_offers`)."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def show(
        self,
        uow: UnitOfWork,
        conversation_id: str,
        asked: Asked,
        *,
        now: datetime,
        why: str | None = None,
    ) -> Reply:
        """Return the question, and keep what its yes would do."""
        lapse(uow, conversation_id)
        command = self._pending(conversation_id, asked, now)
        uow.commands.add(command)
        variables: dict[str, Any] = {
            **account_words(asked.buyer),
            "channel": channel_word(asked.thread),
            "choices": [choice("affirm", **{COMMAND: command.command_id}), choice("deny")],
            "blocks": [{"type": "notice", "response": AGAIN[why]}] if why else [],
            "offer": CommandKind.LINK_CHAT.value,
        }
        return Reply("utter_link_confirm", variables, done=False)

    def again(self, uow: UnitOfWork, call: Call, command: PendingCommand, *, why: str) -> Reply:
        """Ask once more while the link is good."""
        asked = _asked(uow, command, call.now)
        if asked is None:
            lapse(uow, call.conversation_id)
            return gone()
        return self.show(uow, call.conversation_id, asked, now=call.now, why=why)

    def holds(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
        """Whether the link is still good, and this still is the chat's conversation."""
        return _asked(uow, command, call.now) is not None

    def do(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        """Connect the chat."""
        asked = _asked(uow, command, call.now)
        if asked is None or not uow.requests.use_link(
            asked.link.token_hash, at=call.now, answer="linked"
        ):
            return gone()
        bond = Bond(asked.buyer, LinkLevel.SHOP)
        bound = bind(self._wiring, uow, asked.thread, bond, now=call.now)
        return told(self._wiring, uow, bound, asked.thread, about=asked.link.about)

    def came_to(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply | None:
        """Say that it is connected, while it is."""
        link = uow.channels.link_of(command.terms["thread"])
        thread = uow.channels.thread_by_id(command.terms["thread"])
        if link is None or thread is None or not link.holds(call.now):
            return None
        return Reply("utter_link_already", link_words(thread, link.until) | {"choices": []})

    def _pending(self, conversation_id: str, asked: Asked, now: datetime) -> PendingCommand:
        terms = {"token_hash": asked.link.token_hash, "thread": asked.thread.thread_id}
        return PendingCommand(
            command_id=self._wiring.new_id(),
            conversation_id=conversation_id,
            kind=CommandKind.LINK_CHAT,
            state=CommandState.OPEN,
            storefront=asked.thread.storefront,
            order_number=None,
            decision_id=None,
            order_version=None,
            terms_hash=fingerprint(terms),
            terms=terms,
            created_at=now,
            expires_at=min(now + OFFER_LASTS, asked.link.expires_at),
        )


def good_link(
    uow: UnitOfWork, token_hash: str, storefront: str, now: datetime
) -> tuple[OneTimeLink, Buyer] | None:
    """Return a link that connects chats here, with whose it is; None when it is good no more."""
    link = uow.requests.link(token_hash)
    if link is None or link.purpose is not LinkPurpose.LINK_CHAT:
        return None
    if link.used_at is not None or link.expires_at <= now:
        return None
    buyer = uow.parties.buyer(link.subject_id)
    account = uow.accounts.get(link.subject_id)
    if account is not None and link.created_at < account.sessions_valid_after:
        return None  # whoever made it was signed out everywhere since
    return (link, buyer) if buyer and buyer.storefront == storefront else None


def told(
    wiring: Wiring, uow: UnitOfWork, bound: Bound, thread: Thread, *, about: str | None = None
) -> Reply:
    """Return how it is told that the chat is connected.

    A chat that goes on in another conversation is told there; the old one is no way to it.
    """
    mine = bound.conversation
    order = uow.orders.find_own(mine.storefront, about, bound.link.buyer_id) if about else None
    number = order.number if order else None
    wishes = ("order_status", "cancel_order", "contact_seller") if number else ("list_orders",)
    named = {"order_number": number} if number else {}
    words: Mapping[str, Any] = {
        **link_words(thread, bound.link.until),
        "number": number,
        "choices": [choice(wish, **named) for wish in wishes],
    }
    if not bound.moved:
        slots = {"last_order": number} if number else {}
        return Reply("utter_link_done", dict(words), slots)
    say(
        uow,
        wiring.voice,
        mine,
        response="utter_link_done",
        variables=words,
        author=Author.SYSTEM,
        now=bound.link.linked_at,
    )
    return Reply("utter_link_moved", {"channel": channel_word(thread), "choices": []})


def link_words(thread: Thread, until: datetime) -> dict[str, Any]:
    """Return the variables about a connected chat."""
    return {"channel": channel_word(thread), "until": time(until)}


def gone() -> Reply:
    """Return what is said to a link that is good no more."""
    return Reply("utter_link_gone", {"choices": [choice("link_chat")]})


def _asked(uow: UnitOfWork, command: PendingCommand, now: datetime) -> Asked | None:
    thread = uow.channels.locked(command.terms["thread"])
    if thread is None or thread.conversation_id != command.conversation_id:
        return None
    good = good_link(uow, command.terms["token_hash"], thread.storefront, now)
    return Asked(good[0], good[1], thread) if good else None

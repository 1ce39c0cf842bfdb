"""News for a buyer who has left: the same words by mail, with a link back to the conversation.

The letter waits a while and never leaves when the news was fetched meanwhile.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.channels import Channel
from aftersale.domain.conversations import Author, Conversation, Event, EventType
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import LinkPurpose, OneTimeLink, OutboxKind, OutboxRow
from aftersale.errors import LinkGone
from aftersale.services.channels.statuses import has_reached
from aftersale.services.conversations import Conversations, Opened
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import say as phrase
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring

LINK_LASTS = timedelta(days=7)
SHOWN = 12  # newest messages on the page behind the link


def post_news(
    wiring: Wiring,
    uow: UnitOfWork,
    conversation: Conversation,
    event: Event,
    *,
    response: str,
    variables: Mapping[str, Any],
) -> None:
    """Write the letter that tells the buyer what they were told in the chat, if they are away."""
    buyer = _reader(uow, conversation)
    if buyer is None or wiring.news_after is None:
        return
    uow.conversations.note_news(conversation.conversation_id, event.seq)
    address = _way_back(wiring, uow, conversation, event.at)
    words = _said(wiring, conversation, response, variables)
    letter = {
        "words": words,
        "link": address,
        "channel": None if address else phrase(f"channel_{conversation.channel}"),
        "number": variables.get("number"),
    }
    texts = (
        _said(wiring, conversation, name, letter) for name in ("mail_news_subject", "mail_news")
    )
    uow.outbox.add(_row(wiring, buyer, event, *texts, address=address, after=wiring.news_after))


def _row(
    wiring: Wiring,
    buyer: Buyer,
    event: Event,
    *texts: str,
    address: str | None,
    after: timedelta,
) -> OutboxRow:
    subject, text = texts
    key = f"news:{event.conversation_id}:{event.seq}"
    return OutboxRow(
        outbox_id=wiring.new_id(),
        kind=OutboxKind.MAIL,
        idempotency_key=key,
        payload={
            "to": buyer.email,
            "subject": subject,
            "text": text,
            "link": address,
            "message_id": key.replace(":", "."),
            "unless_seen": [event.conversation_id, event.seq],
        },
        not_before=event.at + after,
        created_at=event.at,
    )


def _way_back(
    wiring: Wiring, uow: UnitOfWork, conversation: Conversation, now: datetime
) -> str | None:
    """Return the link to our own chat. A chat of a messenger is answered there alone.

    Its conversation counts as the buyer's for weeks: whoever reads the mail must not enter it.
    """
    if conversation.channel != Channel.CHAT:
        return None
    token = secrets.token_urlsafe(32)
    uow.requests.add_link(_link(conversation, token, now))
    return f"{wiring.base_url}/c/{token}"


def _reader(uow: UnitOfWork, conversation: Conversation) -> Buyer | None:
    """Return whom the conversation belongs to: a guest's, to the buyer of the one order."""
    whose = conversation.buyer_id
    if whose is None and conversation.guest_order:
        order = uow.orders.find(conversation.storefront, conversation.guest_order)
        whose = order.buyer_id if order else None
    return uow.parties.buyer(whose) if whose else None


def was_seen(uow: UnitOfWork, payload: Mapping[str, Any]) -> bool:
    """Whether a letter is idle: its news was fetched by a client, or reached a messenger."""
    if (named := payload.get("unless_seen")) is None:
        return False
    conversation = uow.conversations.get(named[0])
    if conversation is None or conversation.channel == Channel.CHAT:
        return uow.conversations.has_seen(named[0], named[1])
    return has_reached(uow, conversation, named[1])


def _link(conversation: Conversation, token: str, now: datetime) -> OneTimeLink:
    return OneTimeLink(
        token_hash=hash_token(token),
        purpose=LinkPurpose.RETURN_TO_CHAT,
        subject_id=conversation.conversation_id,
        created_at=now,
        expires_at=now + LINK_LASTS,
    )


def _said(
    wiring: Wiring, conversation: Conversation, response: str, variables: Mapping[str, Any]
) -> str:
    return wiring.voice.plain(
        response,
        variables,
        storefront=conversation.storefront,
        locale=conversation.locale,
        timezone=conversation.timezone,
    )


@dataclass(frozen=True, slots=True)
class Returned:
    """A buyer who came back: their conversation, and what was said last, oldest first."""

    opened: Opened
    storefront_name: str
    shop_url: str | None
    messages: Sequence[tuple[Author, str]]


class ReturnToChat:
    """The link of such a letter: looking changes nothing, using it once opens the conversation.

    It proves no identity: orders are shown as long as the shop's own sign-in lasts, and no longer.
    """

    def __init__(self, wiring: Wiring, conversations: Conversations) -> None:
        self._wiring, self._conversations = wiring, conversations

    def is_good(self, token: str, now: datetime) -> bool:
        """Whether the link still leads back."""
        with self._wiring.uow() as uow:
            return _good(uow, token, now) is not None

    def use(self, token: str, now: datetime) -> Returned:
        """Open the conversation again; the token it had is over.

        Raises:
            LinkGone: unknown, used, expired, or not such a link.
        """
        with self._wiring.uow() as uow:
            link = _good(uow, token, now)
            if link is None or not uow.requests.use_link(link.token_hash, at=now, answer="used"):
                raise LinkGone("This link has been used or has expired.")
            conversation = uow.conversations.get(link.subject_id)
            if conversation is None:
                raise LinkGone("This conversation is gone.")
            events = uow.conversations.recent_messages(conversation.conversation_id, limit=SHOWN)
            uow.commit()
        policy = self._wiring.policy(conversation.storefront)
        opened = self._conversations.refresh(conversation, now)
        return Returned(opened, policy.name, policy.my_orders_url, _messages(events))


def _good(uow: UnitOfWork, token: str, now: datetime) -> OneTimeLink | None:
    link = uow.requests.link(hash_token(token))
    if link is None or link.purpose is not LinkPurpose.RETURN_TO_CHAT:
        return None
    return link if link.used_at is None and link.expires_at > now else None


def _messages(events: Sequence[Event]) -> list[tuple[Author, str]]:
    return [
        (event.author, block["fallback"])
        for event in events
        if event.type is EventType.MESSAGE
        for block in event.body.get("blocks", ())
    ]

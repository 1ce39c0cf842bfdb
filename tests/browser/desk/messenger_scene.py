"""Conversations in messengers for the desk's browser tests, as messengers would have left them."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftersale.domain.channels import Channel, Send, SendState, Thread
from aftersale.domain.conversations import Author, Conversation, Event, EventType, Owner
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.ownership import OwnerMove
from aftersale.domain.parties import Buyer
from aftersale.services.handoff.moving import owned_by
from aftersale.services.ports import UnitOfWork
from tests.browser.stack import Shops

SHOP = "helpdesk"
ALL_NOTED = 1_000_000  # nothing waits to be written down


@dataclass(frozen=True)
class Line:
    """Somebody's words; ours have got so far."""

    author: Author
    text: str
    state: SendState | None = None
    ago: timedelta | None = None  # None: when the buyer was heard last


def by(author: str, text: str, state: str | None = None, *, ago: timedelta | None = None) -> Line:
    """Return a line: `by("bot", "Hello", "read")`."""
    return Line(Author(author), text, SendState(state) if state else None, ago)


HELLO = (by("buyer", "Where is my order?"), by("bot", "It is on its way.", "sent"))


@dataclass(frozen=True)
class Messenger:
    """One conversation that waits for a person, and its chat at the messenger."""

    world: Shops
    id: str
    thread_id: str
    buyer: Buyer

    def change(self, send_of: int, state: str) -> None:
        """The messenger tells how far the message of that seq got."""
        with self.world.uow() as uow:
            send = uow.channels.send(f"{self.id}-{send_of}")
            assert send is not None
            uow.channels.save_send(replace(send, state=SendState(state)))
            uow.commit()


def in_messenger(
    world: Shops,
    channel: Channel = Channel.WHATSAPP,
    said: Sequence[Line] = HELLO,
    *,
    heard_ago: timedelta = timedelta(minutes=10),
    gone: bool = False,
    asked: bool = False,
    topic: str = "",
    name: str = "Noor",
    known: Buyer | None = None,
) -> Messenger:
    """Write a conversation in a messenger that waits for a person."""
    own, now = secrets.token_hex(16), world.now
    heard = now - heard_ago
    buyer = known or _buyer(own, name)
    with world.uow() as uow:
        if known is None:
            uow.parties.add_buyer(buyer)
        uow.conversations.add(_conversation(own, channel, buyer, heard))
        uow.channels.add_thread(
            Thread(
                thread_id=f"t-{own}",
                account=f"{SHOP}-{channel}",
                channel=channel,
                address=f"+49{own}",
                storefront=SHOP,
                created_at=heard,
                conversation_id=own,
                heard_at=heard,
                noted_seq=ALL_NOTED,
                unreachable_at=now if gone else None,
                topic=topic,
            )
        )
        _talk(uow, own, said, heard=heard, now=now)
        if asked:
            _ask_to_write(uow, own, now)
        _ask(uow, own, now)
        uow.commit()
    return Messenger(world, own, f"t-{own}", buyer)


def _buyer(own: str, name: str) -> Buyer:
    mail = f"{name.lower()}-{own[:6]}@example.com"
    return Buyer(f"b-{own}", SHOP, f"s-{own}", mail, name)


def _conversation(own: str, channel: Channel, buyer: Buyer, at: datetime) -> Conversation:
    return Conversation(
        conversation_id=own,
        storefront=SHOP,
        owner=Owner.BOT,
        owner_version=1,
        created_at=at,
        token_hash=hashlib.sha256(own.encode()).hexdigest(),
        token_expires_at=at,
        buyer_id=buyer.buyer_id,
        verified_by=f"channel:{channel}",
        verified_until=at + timedelta(days=30),
        channel=channel,
    )


def _talk(
    uow: UnitOfWork, own: str, said: Sequence[Line], *, heard: datetime, now: datetime
) -> None:
    for line in said:
        _say(uow, own, line, heard if line.ago is None else now - line.ago)


def _say(uow: UnitOfWork, own: str, line: Line, at: datetime) -> None:
    block = {"type": "text", "text": line.text, "fallback": line.text}
    is_buyer = line.author is Author.BUYER
    body = {"text": line.text} if is_buyer else {"blocks": [block]}
    if line.author is Author.AGENT:
        body["agent"] = {"name": "Ann Lee", "picture": None}
    event = uow.conversations.append(
        own, type=EventType.MESSAGE, author=line.author, at=at, body=body
    )
    if line.state is not None:
        uow.channels.add_send(_send(event, line.state))


def _send(event: Event, state: SendState) -> Send:
    own = event.conversation_id
    return Send(
        send_id=f"{own}-{event.seq}",
        thread_id=f"t-{own}",
        conversation_id=own,
        seq=event.seq,
        part=0,
        state=state,
        body={},
        created_at=event.at,
        due_at=event.at,
        code="131026" if state is SendState.FAILED else None,
    )


def _ask_to_write(uow: UnitOfWork, own: str, now: datetime) -> None:
    """Write down that the buyer got the note that asks them to write."""
    held = uow.channels.sends_of(own, since=0)[-1]
    more = {"send_id": f"{own}-note", "part": 1_000, "state": SendState.DELIVERED}
    uow.channels.add_send(replace(held, **more, is_template=True, sent_at=now))


def _ask(uow: UnitOfWork, own: str, now: datetime) -> None:
    uow.handoffs.add(
        Handoff(
            handoff_id=f"h-{own}",
            conversation_id=own,
            storefront=SHOP,
            reason=HandoffReason.ASKED,
            state=HandoffState.WAITING,
            asked_at=now,
            claim_by=now + timedelta(minutes=30),
            language="en",
            channel=uow.conversations.get(own).channel,  # type: ignore[union-attr]
            words="Can a person look at this, please?",
        )
    )
    owned_by(uow, own, OwnerMove.ASK, by="system", now=now, told={"position": 1})

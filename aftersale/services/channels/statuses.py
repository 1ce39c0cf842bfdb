"""How far messages of ours got: never backwards, in whatever order it is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Account, Channel, Send, SendState, Thread, may_become
from aftersale.domain.conversations import Conversation
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channels import Status

_ARRIVED = frozenset({SendState.DELIVERED, SendState.READ})
_THERE = _ARRIVED | {SendState.SENT}


def apply(uow: UnitOfWork, account: Account, statuses: Sequence[Status], now: datetime) -> int:
    """Write down what a provider tells, inside the caller's transaction; return what was news.

    What is told of messages that are not the account's is nobody's.
    """
    found = [(status, send) for status in statuses if (send := _meant(uow, account, status))]
    # Always in one order, so that two deliveries do not wait for each other.
    found.sort(key=lambda pair: pair[1].thread_id)
    return sum(_applied(uow, send.send_id, status, now) for status, send in found)


def _meant(uow: UnitOfWork, account: Account, status: Status) -> Send | None:
    send = uow.channels.send(status.token) if status.token else None
    if send is None and status.ref:
        send = uow.channels.send_by_ref(account.name, status.ref)
    thread = uow.channels.thread_by_id(send.thread_id) if send else None
    return send if thread is not None and thread.account == account.name else None


def _applied(uow: UnitOfWork, send_id: str, status: Status, now: datetime) -> bool:
    send = uow.channels.send(send_id)
    thread = uow.channels.locked(send.thread_id) if send else None
    send = uow.channels.send(send_id)  # as it is while the thread is held
    if send is None or thread is None:
        return False
    known = replace(send, ref=send.ref or status.ref)
    if not may_become(send.state, status.state):
        if known != send:
            uow.channels.save_send(known)
        return False
    is_failed = status.state is SendState.FAILED
    known = replace(known, state=status.state, code=status.code if is_failed else known.code)
    arrived(uow, thread, known, now)
    return True


def arrived(uow: UnitOfWork, thread: Thread, send: Send, now: datetime) -> Thread:
    """Write the send as it is now and, when it just left, what follows from that.

    What it offered is what a number means from then on.
    """
    is_new = send.sent_at is None and send.state in _THERE
    uow.channels.save_send(replace(send, sent_at=now) if is_new else send)
    if send.conversation_id and not send.is_template and send.state in _reaching(thread.channel):
        # Its news need not go by mail.
        uow.conversations.note_seen(send.conversation_id, send.seq)
    if not is_new or send.is_template:
        return thread
    after = _offering(thread, send, now)
    if after != thread:
        uow.channels.save_thread(after)
    return after


def has_reached(uow: UnitOfWork, conversation: Conversation, seq: int) -> bool:
    """Whether every message that carries what was said at `seq` got as far as it has to.

    That a later one did, or did not, tells nothing of it.
    """
    carried, enough = carrying(uow, conversation, seq), _reaching(Channel(conversation.channel))
    return bool(carried) and all(each.state in enough for each in carried)


def carrying(uow: UnitOfWork, conversation: Conversation, seq: int) -> Sequence[Send]:
    """Return the messages by which a messenger was told what was said at `seq`."""
    later = uow.channels.sends_of(conversation.conversation_id, since=seq - 1)
    sends = [each for each in later if not each.is_template]
    if sends and CAPABILITIES[Channel(conversation.channel)].bundles:
        seq = sends[0].seq
    return [each for each in sends if each.seq == seq]


def _reaching(channel: Channel) -> frozenset[SendState]:
    """Return how far a message has to get: where arriving is told, leaving is not enough."""
    tells = CAPABILITIES[channel].tells
    return _ARRIVED if SendState.DELIVERED in tells else _THERE


def _offering(thread: Thread, send: Send, now: datetime) -> Thread:
    if send.options:
        # Where providers count in seconds, what came in the same one was written before it.
        return replace(thread, choices=send.options, shown_at=now)
    heard, shown = thread.heard_at, thread.shown_at
    # What goes on with the same answer leaves its question open; a later answer does not.
    is_over = heard is not None and shown is not None and heard > shown
    return replace(thread, choices=()) if is_over else thread

"""Takes back what was said, as far as a messenger lets it: what has left stays with the buyer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, Send, SendState
from aftersale.domain.conversations import Conversation
from aftersale.services.ports import UnitOfWork

_NOT_LEFT = frozenset({SendState.PENDING, SendState.HELD})
_STAYED = frozenset({SendState.WITHDRAWN, SendState.FAILED})


def taken_back(
    uow: UnitOfWork, conversation: Conversation, seq: int, now: datetime
) -> bool | None:
    """Keep what carries a message of the log from leaving, and forget its words.

    Return whether nothing of it had left; None: it is in our own chat. Inside the caller's
    transaction, which holds nothing yet.
    """
    channel = Channel(conversation.channel)
    if channel is Channel.CHAT:
        return None
    own, bundled = conversation.conversation_id, CAPABILITIES[channel].bundles
    for thread_id in sorted({each.thread_id for each in _carried(uow, own, seq, bundled=bundled)}):
        uow.channels.locked(thread_id)
        if not bundled:  # a bundle holds the words of others, too
            to = SendState.WITHDRAWN
            uow.channels.change_sends(thread_id, _NOT_LEFT, to, now=now, seq=seq)
    carried = _carried(uow, own, seq, bundled=bundled)
    _forget(uow, carried)
    # What nothing carries yet is read from the log, as it is by then.
    return all(each.state in _STAYED for each in carried)


def _carried(uow: UnitOfWork, own: str, seq: int, *, bundled: bool) -> Sequence[Send]:
    found = [x for x in uow.channels.sends_of(own, since=seq - 1) if not x.is_template]
    if bundled:
        return [each for each in found if each.seq == found[0].seq]
    return [each for each in found if each.seq == seq]


def _forget(uow: UnitOfWork, carried: Sequence[Send]) -> None:
    # What is being sent is written by whoever sends it.
    for send in carried:
        if send.state not in _NOT_LEFT | {SendState.SENDING}:
            uow.channels.save_send(replace(send, body={}))

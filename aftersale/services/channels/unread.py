"""Whether what waits for a yes had reached its buyer's messenger when they wrote it."""

from aftersale.domain.channels import Channel, SendState
from aftersale.domain.conversations import Author, Event, Turn
from aftersale.domain.requests import PendingCommand
from aftersale.services.call import Call
from aftersale.services.channels.statuses import carrying
from aftersale.services.ports import UnitOfWork

_LOOKED_BACK = 40  # messages
_THERE = frozenset({SendState.SENT, SendState.DELIVERED, SendState.READ})


def is_unread(uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
    """Whether the typed message of this call was written before its question could be read.

    A messenger may take a question much later than the log does, and in our own chat nobody waits.
    """
    if call.identity.channel == Channel.CHAT:
        return False
    turn = uow.conversations.turn(call.turn_id)
    if turn is None:
        return False
    asked = _question(uow, command)
    return asked is None or asked.seq > turn.seq or _is_on_its_way(uow, asked, turn)


def _question(uow: UnitOfWork, command: PendingCommand) -> Event | None:
    """Return what asked for the yes: the first with buttons, since the command is there."""
    last = uow.conversations.recent_messages(command.conversation_id, limit=_LOOKED_BACK)
    said = [x for x in last if x.author is not Author.BUYER and x.at >= command.created_at]
    return next((each for each in said if _has_buttons(each)), said[0] if said else None)


def _has_buttons(event: Event) -> bool:
    return any(block.get("buttons") for block in event.body.get("blocks", ()))


def _is_on_its_way(uow: UnitOfWork, asked: Event, turn: Turn) -> bool:
    conversation = uow.conversations.get(asked.conversation_id)
    sends = carrying(uow, conversation, asked.seq) if conversation else ()
    return any(
        each.state not in _THERE or each.sent_at is None or each.sent_at > turn.created_at
        for each in sends
    )

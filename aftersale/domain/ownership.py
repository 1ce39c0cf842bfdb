"""Who may take a conversation from whom: one table, and no other way."""

from collections.abc import Mapping
from enum import StrEnum

from aftersale.domain.conversations import Owner
from aftersale.domain.errors import IllegalMove


class OwnerMove(StrEnum):
    """What moves a conversation from one owner to another."""

    ASK = "ask"  # a person is wanted, and somebody is there
    CLAIM = "claim"  # an agent takes it from the queue
    TAKE_OVER = "take_over"  # an agent takes it unasked
    TRANSFER = "transfer"  # to another agent
    RELEASE = "release"  # back into the queue: for a team, or because the agent is gone
    GIVE_BACK = "give_back"  # the agent lets the bot go on
    LEAVE = "leave"  # the buyer goes back to the bot
    EXPIRE = "expire"  # nobody came in time
    RESUME = "resume"  # the buyer writes on although nobody came
    CLOSE = "close"
    REOPEN = "reopen"


_BOT, _QUEUED, _HUMAN = Owner.BOT, Owner.QUEUED, Owner.HUMAN
_OFFLINE, _CLOSED = Owner.OFFLINE, Owner.CLOSED

# Each move: from which owners it starts, and whose the conversation is then.
OWNER_MOVES: Mapping[OwnerMove, tuple[frozenset[Owner], Owner]] = {
    OwnerMove.ASK: (frozenset({_BOT, _OFFLINE}), _QUEUED),
    OwnerMove.CLAIM: (frozenset({_QUEUED}), _HUMAN),
    OwnerMove.TAKE_OVER: (frozenset({_BOT, _QUEUED, _OFFLINE}), _HUMAN),
    OwnerMove.TRANSFER: (frozenset({_HUMAN}), _HUMAN),
    OwnerMove.RELEASE: (frozenset({_HUMAN}), _QUEUED),
    OwnerMove.GIVE_BACK: (frozenset({_HUMAN}), _BOT),
    OwnerMove.LEAVE: (frozenset({_QUEUED, _HUMAN}), _BOT),
    OwnerMove.EXPIRE: (frozenset({_QUEUED}), _OFFLINE),
    OwnerMove.RESUME: (frozenset({_OFFLINE}), _BOT),
    OwnerMove.CLOSE: (frozenset({_BOT, _QUEUED, _HUMAN, _OFFLINE}), _CLOSED),
    OwnerMove.REOPEN: (frozenset({_CLOSED}), _HUMAN),
}


def owner_after(owner: Owner, how: OwnerMove) -> Owner:
    """Return whose the conversation is after the move.

    Raises:
        IllegalMove: it does not start from this owner.
    """
    starts, end = OWNER_MOVES[how]
    if owner not in starts:
        raise IllegalMove("conversation", owner.value, end.value)
    return end

"""Handoffs: a buyer's way to a person, from the wish to its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HandoffReason(StrEnum):
    """Why a person is to answer."""

    ASKED = "asked"  # the buyer said so
    STUCK = "stuck"  # the bot failed again and again
    ANGER = "anger"
    POLICY = "policy"  # the rules leave it to a person
    TROUBLE = "trouble"  # something the bot needs is down
    TAKEN_OVER = "taken_over"  # an agent stepped in unasked
    STARTED = "started"  # an agent wrote first


class HandoffState(StrEnum):
    """Life of a handoff; a conversation has one that is not over at most."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ENDED = "ended"
    MISSED = "missed"  # nobody was there, or nobody came in time: a case stands for it


class HandoffEnd(StrEnum):
    """How one ended."""

    RETURNED = "returned"  # the agent gave it back to the bot
    LEFT = "left"  # the buyer went back to the bot
    CLOSED = "closed"
    ASKED_AGAIN = "asked_again"  # a missed one that a later one took up


HANDOFF_MOVES: Mapping[HandoffState, frozenset[HandoffState]] = {
    HandoffState.WAITING: frozenset(
        {HandoffState.CLAIMED, HandoffState.ENDED, HandoffState.MISSED}
    ),
    HandoffState.CLAIMED: frozenset({HandoffState.WAITING, HandoffState.ENDED}),
    HandoffState.MISSED: frozenset({HandoffState.ENDED}),
}


@dataclass(frozen=True, slots=True)
class Handoff:
    """One handoff. Money in minor units; times aware, in UTC."""

    handoff_id: str
    conversation_id: str
    storefront: str
    reason: HandoffReason
    state: HandoffState
    asked_at: datetime
    language: str
    channel: str
    words: str = ""  # the buyer's last words, masked
    claim_by: datetime | None = None  # until when somebody must take it
    claimed_at: datetime | None = None
    first_answer_at: datetime | None = None
    ended_at: datetime | None = None
    ended_as: HandoffEnd | None = None
    agent: str | None = None  # a desk user
    team: str | None = None
    case_number: str | None = None
    order_number: str | None = None
    order_value_minor: int | None = None
    currency: str | None = None
    snoozed_until: datetime | None = None
    offered_at: datetime | None = None  # when a missed one was offered to the buyer again
    engine_told_at: datetime | None = None  # when the engine learned how it ended
    disposition: str | None = None  # how the agent labels it
    outcome: str | None = None  # what the agent leaves for the bot
    transfers: int = 0
    place_told: int | None = None  # the last place in the queue that the buyer was told

    @property
    def is_open(self) -> bool:
        """Whether somebody waits or talks."""
        return self.state in {HandoffState.WAITING, HandoffState.CLAIMED}

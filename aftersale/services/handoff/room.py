"""Whether a person could take a conversation now: hours, holidays, who is there, the queue."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftersale.policy.knobs import Policy
from aftersale.policy.opening import opening
from aftersale.policy.problem_knobs import LiveParty
from aftersale.services.ports import UnitOfWork


class Room(StrEnum):
    """What stands between a buyer and a person."""

    FREE = "free"  # nothing: somebody is there
    NOBODY = "nobody"  # it is open, but nobody is there
    FULL = "full"  # too many wait already
    CLOSED = "closed"
    NONE = "none"  # this storefront has no live people of its own


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands at a moment; times as `Opening` gives them."""

    room: Room
    until: datetime | None = None
    opens_at: datetime | None = None


def standing(uow: UnitOfWork, policy: Policy, now: datetime) -> Standing:
    """Look before anything is promised."""
    hours = opening(policy, now) if policy.live.party is LiveParty.PLATFORM else None
    if hours is None:
        return Standing(Room.NONE)
    if not hours.is_open:
        return Standing(Room.CLOSED, opens_at=hours.opens_at)
    present = len(uow.agents.present(policy.storefront, now))
    if not present:
        return Standing(Room.NOBODY, until=hours.until)
    waiting = len(uow.handoffs.waiting(policy.storefront))
    if waiting >= present * policy.live.waiting_per_agent:
        return Standing(Room.FULL, until=hours.until)
    return Standing(Room.FREE, until=hours.until)

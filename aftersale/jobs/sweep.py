"""The sweeper: does what is due. Runs as often as one likes; a second run changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Swept:
    """What one run did."""

    auto_cancelled: int = 0
    requests_expired: int = 0
    reminders: int = 0


class Sweep:
    """Unpaid orders that cancel themselves, requests nobody answered, reminders that are due."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def run(self, now: datetime, *, dry_run: bool = False) -> Swept:
        """Do (or, with `dry_run`, count) what is due. The caller runs the relay afterwards."""
        raise NotImplementedError

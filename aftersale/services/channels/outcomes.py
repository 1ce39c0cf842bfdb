"""What becomes of a send after its call: one table of a provider's word and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftersale.domain.channels import Send, SendState
from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Gone,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
)

TRIES = 9  # after the first
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a send stands, and in how many seconds it may be tried again.

    `word` names it for the numbers; `is_try`: it counts.
    """

    state: SendState
    word: str
    code: str | None = None
    wait: float = 0.0
    is_try: bool = True


SENT = Outcome(SendState.SENT, "sent")
WITHDRAWN = Outcome(SendState.WITHDRAWN, "withdrawn")
NOT_KNOWN = Outcome(SendState.UNKNOWN, "unknown")
HELD = Outcome(SendState.HELD, "held", is_try=False)

_OVER: Mapping[type[ChannelTrouble], str] = {Gone: "gone", Refused: "refused"}


def after(trouble: ChannelTrouble, send: Send, *, repeats_safely: bool, jitter: float) -> Outcome:
    """Return what follows; `jitter` is 0 to 1. A closed window is not for here."""
    code = trouble.code or None
    if isinstance(trouble, Busy):
        return Outcome(SendState.PENDING, "busy", code, trouble.seconds, is_try=False)
    if isinstance(trouble, Shut):
        return Outcome(SendState.PENDING, "shut", code, is_try=False)
    if isinstance(trouble, Uncertain) and not repeats_safely:
        return Outcome(SendState.UNKNOWN, "unknown", code)
    if isinstance(trouble, Unreachable | Uncertain) and send.attempts <= TRIES:
        return Outcome(SendState.PENDING, "later", code, back_off(send.attempts, jitter))
    return Outcome(SendState.FAILED, _OVER.get(type(trouble), "failed"), code)


def back_off(attempts: int, jitter: float) -> float:
    """Return how many seconds to wait after so many tries: doubled each time, up to 5 minutes."""
    return min(_FIRST_WAIT * 2.0 ** (attempts - 1), _LONGEST_WAIT) * (1 + jitter)

"""Who asks, where and when: the first argument of every use case."""

from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.conversations import Identity

COMMAND = "command"  # entity of a Yes button: the pending command it answers; not for the engine


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a use case. The identity comes from the conversation row, never from a slot."""

    conversation_id: str
    turn_id: str
    identity: Identity
    now: datetime
    # Of a pressed button: the pending command that it was shown with, "" when with none.
    # None: the buyer typed, and means whatever was shown last.
    pressed: str | None = None
    fence: int | None = None  # of the attempt at the turn; None where no turn is run


@dataclass(frozen=True, slots=True)
class OrderHint:
    """Everything the buyer said about which order is meant; all of it optional.

    `current` is the order talked about before. A number wins over `pick`, `pick` over `words`,
    `words` and `text` over `current`.
    """

    number: str | None = None
    pick: str | None = None  # last, first, previous
    words: str | None = None  # "the blue shoes", or a SKU
    current: str | None = None
    text: str | None = None  # the whole message, when its wording may point at an order

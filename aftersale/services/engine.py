"""The port to the conversation engine (Rasa behind one channel). Asynchronous."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class EngineMessage:
    """A message for the engine: text, or the intent and entities of a button we issued."""

    conversation_id: str
    turn_id: str
    fence: int
    epoch: int
    text: str | None = None
    intent: str | None = None
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saying:
    """A response name with its variables; the voice makes words of it."""

    response: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """What the engine wants said, and how it understood the message."""

    sayings: tuple[Saying, ...]
    intent: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class EngineState:
    """What the engine remembers of a conversation."""

    slots: Mapping[str, Any] = field(default_factory=dict)  # those that hold something
    form: str | None = None


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """Whether the engine answers, and whether it has a model."""

    reachable: bool
    model: str | None = None


class Engine(Protocol):
    """The conversation engine."""

    async def message(self, message: EngineMessage, *, seconds: float) -> EngineAnswer:
        """Let the engine answer within so many seconds.

        Raises:
            EngineUnavailable: no usable answer came in time.
        """
        ...

    async def append(
        self,
        conversation_id: str,
        epoch: int,
        events: Sequence[Mapping[str, Any]],
        *,
        seconds: float,
    ) -> None:
        """Write into the engine's memory what it did not witness; it answers nothing.

        Raises:
            EngineUnavailable: it did not say that it has.
        """
        ...

    async def state(
        self, conversation_id: str, epoch: int, *, seconds: float
    ) -> EngineState | None:
        """Ask what the engine remembers; None when it cannot say, never an error."""
        ...

    async def health(self) -> EngineHealth:
        """Ask the engine how it is; never raises."""
        ...

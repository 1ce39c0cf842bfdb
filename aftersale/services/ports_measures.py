"""What the numbers are read from. Reads only: they hold no lock and see one moment."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from aftersale.domain.articles import RatingSubject
from aftersale.domain.handoffs import Handoff
from aftersale.domain.measures import Line
from aftersale.domain.requests import CommandKind


class Talk(NamedTuple):
    """Whose a conversation is; `buyer` is the same text for everything of one buyer."""

    storefront: str
    buyer: str
    channel: str = "chat"  # where it is held


class Reached(NamedTuple):
    """Something carried out for a buyer, or an article that helped (no kind)."""

    conversation_id: str
    at: datetime
    kind: CommandKind | None = None


class Asked(NamedTuple):
    """A wish for a rating, and its stars."""

    storefront: str
    at: datetime
    subject: RatingSubject
    stars: int | None


class Due(NamedTuple):
    """A promise with a date."""

    storefront: str
    at: datetime  # when it is due
    code: str
    kept_at: datetime | None


class Decided(NamedTuple):
    """How often the policy answered so."""

    storefront: str
    outcome: str
    reason_code: str
    times: int


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until before another, of one storefront or of some."""

    begins: datetime
    ends: datetime
    storefronts: tuple[str, ...]


class Measures(Protocol):
    """Facts of a time."""

    def talks(self, span: Span) -> Mapping[str, Talk]:
        """Return the conversations in which something has happened since the span began."""
        ...

    def lines(self, span: Span) -> Sequence[Line]:
        """Return what buyers and agents wrote then, by conversation and in its order."""
        ...

    def handoffs(self, span: Span) -> Sequence[Handoff]:
        """Return handoffs asked for before the span ended that were open in it."""
        ...

    def reached(self, span: Span) -> Sequence[Reached]: ...
    def ratings(self, span: Span) -> Sequence[Asked]: ...
    def promises(self, span: Span) -> Sequence[Due]: ...
    def decisions(self, span: Span) -> Sequence[Decided]: ...
    def present(self, storefronts: Sequence[str], now: datetime) -> Collection[str]:
        """Return who is there for one of the storefronts."""
        ...

    def names(self) -> Mapping[str, str]:
        """Return what people at the desk are called."""
        ...


class OpenMeasures(Protocol):
    """Opens the reads of one moment."""

    def __call__(self) -> AbstractContextManager[Measures]: ...

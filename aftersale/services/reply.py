"""What a use case answers: the name of a response and its variables, never wording.

Values are JSON-ready. `{"$time": iso}`, `{"$date": iso}` and `{"$money": {"minor", "currency"}}`
are formatted by the voice in the buyer's zone and locale; a list of strings is joined ("a, b").
`{"$say": name}` is the wording of the response of that name, which has no variables.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftersale.domain.money import Money


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `done` False: the reply asks for a yes or for an order, and the form goes on.

    Reserved variables: `choices` (intent names, or `{"intent", "entities", "title_vars"}`) and
    `blocks` (`order_card`, `order_picker`, `line_picker`, `notice`; a notice names its text in
    `response`).
    """

    response: str
    variables: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, Any] = field(default_factory=dict)
    done: bool = True


def time(at: datetime | None) -> dict[str, str] | None:
    """Return a date and time for the voice."""
    return None if at is None else {"$time": at.isoformat()}


def date(at: datetime | None) -> dict[str, str] | None:
    """Return a date for the voice."""
    return None if at is None else {"$date": at.isoformat()}


def money(amount: Money) -> dict[str, Any]:
    """Return an amount for the voice."""
    return {"$money": {"minor": amount.minor, "currency": amount.currency}}


def say(response: str) -> dict[str, str]:
    """Return a word or phrase that has wording of its own."""
    return {"$say": response}


def choice(intent: str, **entities: str) -> dict[str, Any]:
    """Return a button: its title is the response `choice_<intent>`."""
    return {"intent": intent, "entities": entities}

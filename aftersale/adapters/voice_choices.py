"""Which choices a message offers: those of the use case, titled by the buttons of the response."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aftersale.adapters.voice_wording import Offer


@dataclass(frozen=True, slots=True)
class Choice:
    """One button before it is minted; `title` None means the response `choice_<intent>`."""

    intent: str
    entities: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    title_vars: Mapping[str, Any] = field(default_factory=dict)


def choices_of(
    offers: Sequence[Offer], choices: Sequence[str | Mapping[str, Any]] | None
) -> list[Choice]:
    """Return the choices of the use case, titled by the response, or the response's own offers."""
    own = [offered(each) for each in offers]
    if choices is None:
        return own
    titles = {each.intent: each.title for each in own}
    return [_choice(each, titles) for each in choices]


def offered(offer: Offer) -> Choice:
    """Read a payload of `domain.yml`: `/intent` or `/intent{"entity": "value"}`."""
    intent, brace, entities = offer.payload.removeprefix("/").partition("{")
    return Choice(intent, json.loads(brace + entities) if brace else {}, offer.title)


def _choice(choice: str | Mapping[str, Any], titles: Mapping[str, str | None]) -> Choice:
    if isinstance(choice, str):
        return Choice(choice, title=titles.get(choice))
    intent = choice["intent"]
    return Choice(
        intent,
        {name: str(value) for name, value in (choice.get("entities") or {}).items()},
        titles.get(intent),
        choice.get("title_vars") or {},
    )

"""The wording of `domain.yml`: which variation a storefront speaks, and its placeholders."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A button written in `domain.yml`."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Variation:
    """One way to say a response; `storefront` or `channel` None: wherever no other fits."""

    text: str
    storefront: str | None
    offers: tuple[Offer, ...] = ()
    channel: str | None = None

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of the variables that the text and the titles need."""
        texts = (self.text, *(offer.title for offer in self.offers))
        return frozenset(name for text in texts for name in PLACEHOLDER.findall(text))


@dataclass(frozen=True, slots=True)
class Wording:
    """All responses by name."""

    responses: Mapping[str, tuple[Variation, ...]]

    @classmethod
    def read(cls, path: Path) -> "Wording":
        """Read the `responses` of a Rasa domain file; the rest of it is not looked at."""
        return _read(path.read_bytes())

    @classmethod
    def of(cls, responses: Mapping[str, Sequence[Mapping[str, Any]]]) -> "Wording":
        """Return the wording of responses in Rasa's form."""
        return cls({name: _variations(each) for name, each in responses.items()})

    def default(self, variable: str) -> str | None:
        """Return what stands in for a variable that is not known, if anything does."""
        known = self.responses.get(f"default_{variable}")
        return known[0].text if known else None

    def __contains__(self, name: object) -> bool:
        return name in self.responses

    def variation(self, name: str, storefront: str, pick: int, channel: str = "chat") -> Variation:
        """Return what this storefront says there; `pick` chooses among equally fitting ones."""
        there = [each for each in self.responses[name] if each.channel in {channel, None}]
        own = [each for each in there if each.storefront == storefront]
        fitting = own or [each for each in there if each.storefront is None]
        meant = [each for each in fitting if each.channel == channel] or fitting
        return meant[pick % len(meant)]


@lru_cache(maxsize=4)  # several parts of an app speak, and reading takes a while
def _read(content: bytes) -> Wording:
    domain = yaml.load(content, yaml.CSafeLoader)  # ten times as quick
    return Wording.of(domain["responses"])


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in, once: braces inside a value stay what they are. Unknown ones vanish."""
    return PLACEHOLDER.sub(lambda match: values.get(match.group(1), ""), text)


def spoken_lines(text: str, values: Mapping[str, str]) -> list[str]:
    """Fill each line whose variables are all known and leave the others out."""
    return [fill(line, values) for line in text.splitlines() if _placeholders(line) <= set(values)]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _variations(entries: Sequence[Mapping[str, Any]]) -> tuple[Variation, ...]:
    return tuple(_variation(entry) for entry in entries)


def _variation(entry: Mapping[str, Any]) -> Variation:
    storefronts = [each["value"] for each in entry.get("condition", ())]
    offers = tuple(Offer(each["title"], each["payload"]) for each in entry.get("buttons", ()))
    own = next(iter(storefronts), None)
    return Variation(entry["text"].strip(), own, offers, entry.get("channel"))

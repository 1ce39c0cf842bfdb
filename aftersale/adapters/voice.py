"""The voice: response names and variables in, typed blocks with plain fallbacks out.

All wording comes from `domain.yml`, read once. Nothing here decides anything or changes anything.
"""

import logging
import secrets
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aftersale.adapters.voice_articles import article, promises
from aftersale.adapters.voice_blocks import Card, line_title, numbered
from aftersale.adapters.voice_choices import Choice, choices_of
from aftersale.adapters.voice_values import Reader
from aftersale.adapters.voice_wording import PLACEHOLDER, Variation, Wording, fill, spoken_lines
from aftersale.domain.conversations import Button, Conversation
from aftersale.policy.knobs import Policy

BUTTON_LASTS = timedelta(hours=24)

logger = logging.getLogger(__name__)

Block = dict[str, Any]


class DomainVoice:
    """Speaks the responses of a Rasa domain file in the voice of each storefront."""

    def __init__(self, wording: Wording, house: Mapping[str, Mapping[str, Any]]) -> None:
        self._wording = wording
        self._house = house

    @classmethod
    def read(cls, path: Path, policies: Mapping[str, Policy]) -> "DomainVoice":
        """Read the wording; the house words of each storefront come from its policy."""
        return cls(Wording.read(path), {key: house_words(each) for key, each in policies.items()})

    def say(
        self,
        response: str,
        variables: Mapping[str, Any],
        *,
        conversation: Conversation,
        now: datetime,
    ) -> tuple[list[Block], list[Button]]:
        """Return the blocks of one message and the buttons that were minted for it."""
        speech = _Speech(self._wording, self._house, conversation, now)
        return speech.message(response, variables), speech.buttons

    def plain(
        self,
        response: str,
        variables: Mapping[str, Any],
        *,
        storefront: str,
        locale: str,
        timezone: str,
    ) -> str:
        """Return the text alone, for letters and pages."""
        variation = self._wording.variation(response, storefront, 0)
        reader = Reader.of(locale, timezone)
        known = {**self._house.get(storefront, {}), **variables}
        return _text(self._wording, variation.text, known, reader)


def house_words(policy: Policy) -> dict[str, Any]:
    """Return the words every response of a storefront may use."""
    return {
        "name": policy.name,
        "party": policy.party,
        "my_orders_url": policy.my_orders_url,
        "sign_in_url": policy.sign_in_url,
        "reset_url": policy.reset_url,
        "privacy_url": policy.privacy_url,
    }


class _Speech:
    """One message to one conversation."""

    def __init__(
        self,
        wording: Wording,
        house: Mapping[str, Mapping[str, Any]],
        conversation: Conversation,
        now: datetime,
    ) -> None:
        self._wording, self._conversation, self._now = wording, conversation, now
        self._house = house.get(conversation.storefront, {})
        self._reader = Reader.of(conversation.locale, conversation.timezone)
        self.buttons: list[Button] = []

    def message(self, response: str, variables: Mapping[str, Any]) -> list[Block]:
        variation = self._variation(response)
        extra = [self._block(each) for each in variables.get("blocks") or ()]
        notices = [each for each in extra if each["type"] == "notice"]
        text = self._text(variation.text, variables)
        said: Block = {"type": "text", "text": text, "fallback": text}
        offers = self._quick_replies(variation, variables)
        return [*notices, said, *(each for each in extra if each not in notices), *offers]

    def _quick_replies(self, variation: Variation, variables: Mapping[str, Any]) -> list[Block]:
        offered = choices_of(variation.offers, variables.get("choices"))
        before = len(self.buttons)
        minted = [self._mint(self._title(each, variables), each) for each in offered]
        if not minted:
            return []
        fallback = numbered([each["title"] for each in minted], after=before)
        return [{"type": "quick_replies", "buttons": minted, "fallback": fallback}]

    def _block(self, block: Mapping[str, Any]) -> Block:
        kind = block["type"]
        if kind == "notice":
            text = self._text(self._variation(block["response"]).text, block.get("variables", {}))
            return {"type": "notice", "text": text, "fallback": text}
        if kind == "order_picker":
            return self._picker(block)
        if kind == "line_picker":
            return self._line_picker(block)
        if kind == "article":
            return article(block, self._reader, self._phrase)
        if kind == "promises":
            return promises(block, self._phrase)
        return self._card(block).block(kind)

    def _picker(self, block: Mapping[str, Any]) -> Block:
        cards = [self._card(each) for each in block["orders"]]
        for card in cards:
            choice = Choice("inform_order", {"order_number": str(card.fields["number"])})
            card.fields["button"] = self._mint(card.line(), choice)
        orders = [card.fields for card in cards]
        fallback = numbered([card.line() for card in cards])
        return {"type": "order_picker", "orders": orders, "fallback": fallback}

    def _line_picker(self, block: Mapping[str, Any]) -> Block:
        rows = []
        for line in block["lines"]:
            title = line_title(line, self._reader, self._phrase)
            choice = Choice("inform_order", {"line_id": str(line["line_id"])})
            rows.append({**line, "button": self._mint(title, choice)})
        fallback = numbered([row["button"]["title"] for row in rows])
        return {**block, "lines": rows, "fallback": fallback}

    def _card(self, block: Mapping[str, Any]) -> Card:
        return Card.of(block, self._reader, self._phrase)

    def _title(self, choice: Choice, variables: Mapping[str, Any]) -> str:
        if choice.title is not None:
            return self._text(choice.title, {**variables, **choice.title_vars})
        return self._phrase(f"choice_{choice.intent}", {**variables, **choice.title_vars}) or ""

    def _mint(self, title: str, choice: Choice) -> dict[str, str]:
        button = Button(
            button_id=secrets.token_urlsafe(16),
            conversation_id=self._conversation.conversation_id,
            title=title,
            intent=choice.intent,
            entities=choice.entities,
            created_at=self._now,
            expires_at=self._now + BUTTON_LASTS,
        )
        self.buttons.append(button)
        return {"id": button.button_id, "title": title}

    def _phrase(self, name: str, variables: Mapping[str, Any]) -> str | None:
        if name not in self._wording:
            return None
        return self._text(self._variation(name).text, variables)

    def _variation(self, response: str) -> Variation:
        # The moment varies it; under a fixed clock a recorded talk reads the same every time.
        pick = zlib.crc32(f"{response} {self._now.isoformat()}".encode())
        of = self._conversation
        return self._wording.variation(response, of.storefront, pick, of.channel)

    def _text(self, text: str, variables: Mapping[str, Any]) -> str:
        return _text(self._wording, text, {**self._house, **variables}, self._reader)


def _text(wording: Wording, text: str, known: Mapping[str, Any], reader: Reader) -> str:
    """Fill the lines whose variables are known; the others are left out."""
    values = {
        name: reader.text(_said(wording, known[name]))
        if _is_known(known.get(name))
        else wording.default(name)
        for name in PLACEHOLDER.findall(text)
    }
    spoken = {name: value for name, value in values.items() if value is not None}
    lines = spoken_lines(text, spoken)
    if not any(lines):
        logger.error("a response has no line whose variables are all known")
        return fill(text, spoken).strip()
    return "\n".join(lines).strip()


def _said(wording: Wording, value: Any) -> Any:
    """Return the phrase that a value names, of each in a list, or the value itself."""
    if isinstance(value, list):
        return [_said(wording, each) for each in value]
    named = value.get("$say") if isinstance(value, Mapping) else None
    return value if named is None else wording.responses[named][0].text


def _is_known(value: Any) -> bool:
    # Nothing is ever said about zero seconds, hours or percent: there is then nothing to say.
    return value is not None and value != 0 and not _is_empty(value)


def _is_empty(value: Any) -> bool:
    return isinstance(value, str | Sequence) and not value

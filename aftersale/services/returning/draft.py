"""What was said about a return so far. It lives in a slot, so nothing in it is trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftersale.domain.cases import Evidence, Resolution
from aftersale.services.problem_draft import LONGEST, WORDY, Said, known, wanted

WISHES = {
    "request_refund": Resolution.REFUND,
    "exchange_item": Resolution.REPLACEMENT,
}


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """Everything that is submitted, as far as it is known; None: not asked yet."""

    opening: str | None = None  # the words it began with
    order: str | None = None  # its number
    lines: tuple[str, ...] = ()
    text: str | None = None  # the reason
    asked_more: bool = False  # a longer reason was asked for once (R4.8)
    defective: bool | None = None
    opened: bool | None = None
    as_listed: bool | None = None
    evidence: Evidence | None = None
    resolution: Resolution | None = None

    def as_slot(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "opening": self.opening,
            "order": self.order,
            "lines": list(self.lines),
            "text": self.text,
            "asked_more": self.asked_more,
            "defective": self.defective,
            "opened": self.opened,
            "as_listed": self.as_listed,
            "evidence": self.evidence.value if self.evidence else None,
            "resolution": self.resolution.value if self.resolution else None,
        }

    @classmethod
    def of(cls, slot: Mapping[str, Any]) -> "ReturnDraft | None":
        """Read it back; None when there is none."""
        if "asked_more" not in slot:
            return None
        lines = slot.get("lines")
        return cls(
            opening=_words(slot.get("opening")),
            order=_words(slot.get("order")),
            lines=tuple(str(each) for each in lines) if isinstance(lines, list) else (),
            text=_words(slot.get("text")),
            asked_more=slot.get("asked_more") is True,
            defective=_said(slot.get("defective")),
            opened=_said(slot.get("opened")),
            as_listed=_said(slot.get("as_listed")),
            evidence=known(Evidence, slot.get("evidence")),
            resolution=known(Resolution, slot.get("resolution")),
        )


def begun(said: Said) -> ReturnDraft:
    """Return the draft that a first message begins; a long one gives the reason already."""
    words = said.text[:LONGEST] if said.text else None
    reason = words if words and len(words.split()) >= WORDY else None
    wish = wanted(said)
    if wish in {None, Resolution.RETURN}:  # sending it back is not yet what is wished for it
        wish = WISHES.get(said.intent)
    return ReturnDraft(opening=words, text=reason, resolution=wish)


def _words(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _said(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None

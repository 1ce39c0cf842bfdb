"""What was said about a problem so far. It lives in a slot: nothing in it is trusted as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from aftersale.domain.cases import Evidence, IssueType, Resolution
from aftersale.services.call import OrderHint

E = TypeVar("E", bound=StrEnum)

ISSUES = {
    "not_received": IssueType.NOT_RECEIVED,
    "missing_item": IssueType.MISSING,
    "wrong_item": IssueType.WRONG_ITEM,
    "damaged_item": IssueType.DAMAGED,
    "defective_item": IssueType.DEFECTIVE,
    "pickup_issue": IssueType.PICKUP,
    "payment_proof": IssueType.PAYMENT_PROOF,
}
WHOLE = "all"  # of the lines: the whole order
WORDY = 10  # words from which an opening message is a description by itself
LONGEST = 2000  # characters of a description that are kept


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `asked` is the question that it answers, None when it answers none."""

    intent: str
    text: str | None = None
    hint: OrderHint = field(default_factory=OrderHint)
    asked: str | None = None
    resolution: str | None = None
    line: str | None = None  # of a pressed row
    starts: bool = False

    @property
    def is_photo(self) -> bool:
        """Whether it is a photo, or about photos, when something else was asked."""
        return self.intent == "inform_evidence" and self.asked != "problem_evidence"

    @property
    def leaves_out(self) -> bool:
        """Whether the question is left unanswered on purpose."""
        return self.intent in {"skip", "deny", "cannot_provide"}


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that is filed, as far as it is known; None: not asked yet."""

    issue: IssueType
    order: str | None = None  # its number
    no_order: bool = False  # there is none, and the storefront does without
    item: str | None = None  # goods in the buyer's words, "" when left out
    lines: tuple[str, ...] = ()  # ids; several lines or all of them
    text: str | None = None
    told: bool = False  # the description is there, long or asked for twice
    asked_more: bool = False  # a longer description was asked for once
    evidence: Evidence | None = None
    resolution: Resolution | None = None
    tip_shown: bool = False  # R3.13: once

    def with_words(self, text: str | None) -> "Draft":
        """Return it with a description, cut to what is kept."""
        return replace(self, text=text[:LONGEST] if text else text, told=True)

    def as_slot(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "issue": self.issue.value,
            "order": self.order,
            "no_order": self.no_order,
            "item": self.item,
            "lines": list(self.lines),
            "text": self.text,
            "told": self.told,
            "asked_more": self.asked_more,
            "evidence": self.evidence.value if self.evidence else None,
            "resolution": self.resolution.value if self.resolution else None,
            "tip_shown": self.tip_shown,
        }

    @classmethod
    def of(cls, slot: Mapping[str, Any]) -> "Draft | None":
        """Read it back; None when there is none."""
        issue = known(IssueType, slot.get("issue"))
        if issue is None:
            return None
        lines = slot.get("lines")
        return cls(
            issue=issue,
            order=_words(slot.get("order")),
            no_order=slot.get("no_order") is True,
            item=_words(slot.get("item")),
            lines=tuple(str(each) for each in lines) if isinstance(lines, list) else (),
            text=_words(slot.get("text")),
            told=slot.get("told") is True,
            asked_more=slot.get("asked_more") is True,
            evidence=known(Evidence, slot.get("evidence")),
            resolution=known(Resolution, slot.get("resolution")),
            tip_shown=slot.get("tip_shown") is True,
        )


def begun(said: Said) -> Draft:
    """Return the draft that a first message begins; a long one describes the matter already."""
    draft = Draft(ISSUES.get(said.intent, IssueType.OTHER), resolution=wanted(said))
    words = (said.text or "").split()
    return draft.with_words(said.text) if len(words) >= WORDY else draft


def wanted(said: Said) -> Resolution | None:
    """Return what the message says the buyer would like best."""
    return known(Resolution, said.resolution)


def known(kind: type[E], value: Any) -> E | None:
    """Return the member of that value, if it has one."""
    return kind(value) if isinstance(value, str) and value in set(kind) else None


def _words(value: Any) -> str | None:
    return value if isinstance(value, str) else None

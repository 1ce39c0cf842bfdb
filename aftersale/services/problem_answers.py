"""Takes the answer to a question about a problem into the draft, or finds that it is none."""

import re
from collections.abc import Callable
from dataclasses import replace

from aftersale.domain.cases import Evidence, Resolution
from aftersale.domain.orders import Order
from aftersale.services.lines import lines_meant
from aftersale.services.problem_draft import WORDY, Draft, Said, wanted

SHORTEST = 3  # words of a description; below it is asked for more, once
NONE_OF_THESE = re.compile(
    r"(?i)\b(?:no preference|don'?t (?:mind|care)|whatever|any(?:thing)?)\b"
)
NO_NUMBER = re.compile(
    r"(?i)\b(?:no|don'?t|not|without|lost|can'?t)\b.*\b(?:number|have|know|one|order|find|it)\b"
    r"|^\W*(?:none|no|nope)\W*$"
)
ASKING = re.compile(r"(?i)^\W*(?:can|could|may|where|when|how|who|why|is there)\b|\?\W*$")
CANNOT = re.compile(r"(?i)\b(?:can'?t|cannot|unable|no (?:camera|photo|picture)s?|threw)\b")
_IDLE = frozenset({"thank", "greet", "affirm", "deny", "inform_resolution"})
WISHES = {
    "request_refund": Resolution.REFUND,
    "exchange_item": Resolution.REPLACEMENT,
    "return_item": Resolution.RETURN,
}
Answer = tuple[Draft, bool]  # the draft, and whether the message was an answer


def take(said: Said, draft: Draft, order: Order | None, photos: int) -> Answer:
    """Return the draft with the answer in it, and whether there was one."""
    answer = _ANSWERS.get(said.asked or "")
    return answer(said, draft, order, photos) if answer else (draft, True)


def wish_in(said: Said) -> Resolution | None:
    """Return what the message says the buyer would like best, whatever was asked."""
    return wanted(said) or WISHES.get(said.intent)


def _lines(said: Said, draft: Draft, order: Order | None, _photos: int) -> Answer:
    if order is None:
        if said.leaves_out:
            return replace(draft, item=""), True
        return replace(draft, item=(said.text or "")[:200]), bool(said.text)
    meant = lines_meant(order, said.text, said.line)
    return replace(draft, lines=meant), bool(meant)


def _text(said: Said, draft: Draft, _order: Order | None, _photos: int) -> Answer:
    """Take any words; very few, or a wish or thanks alone, are asked to be more, once."""
    if _says_nothing(said) and not draft.asked_more:
        return replace(draft, asked_more=True), True
    words = " ".join(filter(None, (draft.text, said.text))).strip()
    if len(words.split()) >= SHORTEST or draft.asked_more:
        return draft.with_words(words), True
    return replace(draft, text=words or None, asked_more=True), True


def _says_nothing(said: Said) -> bool:
    """Whether a short message tells nothing of what happened."""
    short = len((said.text or "").split()) < WORDY
    return short and (said.intent in _IDLE or said.intent in WISHES)


def _evidence(said: Said, draft: Draft, _order: Order | None, photos: int) -> Answer:
    if photos:
        return replace(draft, evidence=Evidence.GIVEN), True
    if said.intent == "cannot_provide" or CANNOT.search(said.text or ""):
        return replace(draft, evidence=Evidence.CANNOT), True
    if said.leaves_out:
        return replace(draft, evidence=Evidence.SKIPPED), True
    if len((said.text or "").split()) >= SHORTEST and not _says_nothing(said):
        return draft.with_words(f"{draft.text or ''}\n{said.text}".strip()), True
    return draft, False


def _resolution(said: Said, draft: Draft, _order: Order | None, _photos: int) -> Answer:
    text = said.text or ""
    wish = wish_in(said)
    if wish is None and (said.intent in {"skip", "deny"} or NONE_OF_THESE.search(text)):
        wish = Resolution.NONE
    if wish is None and len(text.split()) >= SHORTEST:  # a wish of their own
        own = draft.with_words(f"{draft.text or ''}\n{text}".strip())
        return replace(own, resolution=Resolution.OTHER), True
    return replace(draft, resolution=wish), wish is not None


_ANSWERS: dict[str, Callable[[Said, Draft, Order | None, int], Answer]] = {
    "problem_lines": _lines,
    "problem_text": _text,
    "problem_evidence": _evidence,
    "problem_resolution": _resolution,
}

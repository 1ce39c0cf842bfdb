"""What is still asked about a return, how it is asked, and what an answer means."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aftersale.domain.cases import Evidence, IssueType, Resolution
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import Order, OrderLine
from aftersale.policy.knobs import Policy
from aftersale.policy.problem_knobs import ReturnException
from aftersale.services.lines import line_picker, lines_meant, wanted_lines
from aftersale.services.problem_draft import LONGEST, Said, wanted
from aftersale.services.reply import Reply, choice
from aftersale.services.returning.draft import WISHES, ReturnDraft

ORDER, LINES, TEXT = "return_order", "return_lines", "return_text"
DEFECTIVE, OPENED, AS_LISTED = "return_defective", "return_opened", "return_as_listed"
EVIDENCE, RESOLUTION, CONFIRM = "return_evidence", "return_resolution", "return_confirmed"
SHORTEST = 3  # words of a reason; below it is asked for more, once
_CONDITION = {DEFECTIVE: "defective", OPENED: "opened", AS_LISTED: "as_listed"}
_NO_ANSWER = re.compile(r"(?i)\b(?:not sure|don'?t know|no idea)\b")
_ARRIVED = frozenset({FulfilmentState.DELIVERED, FulfilmentState.PICKED_UP})
_NO = re.compile(r"(?i)^\W*(?:no|nope|nah|never|not)\b|\b(?:isn'?t|is not|didn'?t|doesn'?t)\b")
_YES = re.compile(r"(?i)^\W*(?:yes|yeah|yep|yup|sure|correct|it is|it does|it was|i did)\b")
_FAULTY = re.compile(r"(?i)\b(?:faulty|defective|broken|does ?n'?t work|stopped working)\b")
_WHATEVER = re.compile(r"(?i)\b(?:no preference|don'?t (?:mind|care)|whatever|any(?:thing)?)\b")
_CANNOT = re.compile(r"(?i)\b(?:can'?t|cannot|unable|no (?:camera|photo|picture)s?|threw)\b")
Taken = tuple[ReturnDraft, bool]  # the draft, and whether the message was an answer


def returnable(order: Order) -> Order:
    """Return the order with the lines that may be returned: those that arrived, if some did."""
    arrived = tuple(line for line in wanted_lines(order) if line.fulfilment in _ARRIVED)
    return replace(order, lines=arrived) if arrived else order


def with_only_line(draft: ReturnDraft, order: Order) -> ReturnDraft:
    """Return the draft with the line when there is but one to return."""
    lines = wanted_lines(order)
    return replace(draft, lines=(lines[0].line_id,)) if len(lines) == 1 else draft


def question(policy: Policy, draft: ReturnDraft, order: Order, photos: int) -> str | None:
    """Return what is still asked; None when everything is there."""
    if not draft.lines:
        return LINES
    if not draft.text:
        return TEXT
    if condition := _condition(policy, draft, order):
        return condition
    if draft.defective and draft.evidence is None and not photos and _wants_photos(policy):
        return EVIDENCE
    return RESOLUTION if draft.resolution is None else None


def _condition(policy: Policy, draft: ReturnDraft, order: Order) -> str | None:
    """Return what is asked about the goods: only what changes an answer here (R4.13)."""
    knobs = policy.returns
    restricted = any(x.return_class in knobs.excluded_classes for x in _chosen(draft, order))
    limited = restricted or knobs.opened_limited or knobs.preference_limited
    if limited and ReturnException.DEFECTIVE in knobs.exceptions and draft.defective is None:
        return DEFECTIVE
    if draft.defective or restricted:
        return None
    if knobs.opened_limited and draft.opened is None:
        return OPENED
    if knobs.preference_limited and draft.as_listed is None and not draft.opened:
        return AS_LISTED
    return None


def _chosen(draft: ReturnDraft, order: Order) -> list[OrderLine]:
    return [line for line in order.lines if line.line_id in draft.lines]


def _wants_photos(policy: Policy) -> bool:
    knobs = policy.evidence
    return IssueType.DEFECTIVE in (*knobs.required_for, *knobs.encouraged_for)


def asked(policy: Policy, draft: ReturnDraft, order: Order, step: str) -> Reply:
    """Return the question of a step; without `choices` its buttons are those of its wording."""
    goods = [line.name for line in _chosen(draft, order)]
    variables: dict[str, Any] = {"number": order.number, "goods": goods or None, "blocks": []}
    if step == LINES:
        return Reply("utter_return_ask_lines", variables | {"blocks": [line_picker(order)]})
    if step == TEXT:
        return Reply(f"utter_return_ask_text{'_more' if draft.asked_more else ''}", variables)
    if step == EVIDENCE:
        required = IssueType.DEFECTIVE in policy.evidence.required_for
        ways = [choice("cannot_provide"), *([] if required else [choice("skip")])]
        return Reply("utter_return_ask_photos", variables | {"choices": ways})
    if step == RESOLUTION:
        kind = "" if policy.returns.replacement else "_no_replacement"
        return Reply(f"utter_return_ask_resolution{kind}", variables)
    return Reply(f"utter_return_ask_{_CONDITION[step]}", variables)


def take(said: Said, draft: ReturnDraft, order: Order, photos: int) -> Taken:
    """Return the draft with the answer in it, and whether there was one."""
    if said.asked in _CONDITION:
        return _condition_said(said, draft)
    answer = _ANSWERS.get(said.asked or "")
    return answer(said, draft, order, photos) if answer else (draft, True)


def _lines(said: Said, draft: ReturnDraft, order: Order, _photos: int) -> Taken:
    meant = lines_meant(order, said.text, said.line)
    return replace(draft, lines=meant), bool(meant)


def _text(said: Said, draft: ReturnDraft, _order: Order, _photos: int) -> Taken:
    """Take any words; very few are asked to be more, once (R4.8)."""
    words = " ".join(filter(None, (draft.opening if draft.asked_more else None, said.text)))
    words = words.strip()[:LONGEST]
    if not words:
        return draft, False
    if len((said.text or "").split()) >= SHORTEST or draft.asked_more:
        return replace(draft, text=words), True
    return replace(draft, opening=words, asked_more=True), True


def _condition_said(said: Said, draft: ReturnDraft) -> Taken:
    answer = _yes_or_no(said)
    if said.asked == DEFECTIVE:
        if answer is None and _FAULTY.search(said.text or ""):
            answer = True
        return replace(draft, defective=answer), answer is not None
    if said.asked == OPENED:
        return replace(draft, opened=answer), answer is not None
    return replace(draft, as_listed=answer), answer is not None


def _yes_or_no(said: Said) -> bool | None:
    """Return what a plain answer says; "not sure" says nothing, and words count most."""
    text = said.text or ""
    if _NO_ANSWER.search(text):
        return None
    if _NO.search(text):
        return False
    if _YES.search(text):
        return True
    return {"affirm": True, "deny": False}.get(said.intent)


def _evidence(said: Said, draft: ReturnDraft, _order: Order, photos: int) -> Taken:
    if photos:
        return replace(draft, evidence=Evidence.GIVEN), True
    if said.intent == "cannot_provide" or _CANNOT.search(said.text or ""):
        return replace(draft, evidence=Evidence.CANNOT), True
    if said.leaves_out:
        return replace(draft, evidence=Evidence.SKIPPED), True
    return draft, False


def _resolution(said: Said, draft: ReturnDraft, _order: Order, _photos: int) -> Taken:
    wish = wanted(said) or WISHES.get(said.intent)
    if wish is None and (said.leaves_out or _WHATEVER.search(said.text or "")):
        wish = Resolution.NONE
    return replace(draft, resolution=wish), wish is not None


_ANSWERS: dict[str, Callable[[Said, ReturnDraft, Order, int], Taken]] = {
    LINES: _lines,
    TEXT: _text,
    EVIDENCE: _evidence,
    RESOLUTION: _resolution,
}

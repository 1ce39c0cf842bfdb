"""Which question about a problem comes next, and how it is asked."""

from dataclasses import replace
from typing import Any

from aftersale.domain.cases import IssueType
from aftersale.domain.orders import Order
from aftersale.policy.knobs import Policy
from aftersale.services.lines import line_picker, wanted_lines
from aftersale.services.problem_draft import Draft
from aftersale.services.reply import Reply, choice

CONFIRM = "problem_confirmed"
_WITHOUT_LINES = frozenset({IssueType.PAYMENT_PROOF, IssueType.PAYMENT, IssueType.PICKUP})
_WITHOUT_WISH = _WITHOUT_LINES | {IssueType.DELAY}
# What can be made good by sending goods back or by repairing them, and what cannot.
_AT_HAND = frozenset({IssueType.WRONG_ITEM, IssueType.DAMAGED, IssueType.DEFECTIVE})
_KITS = frozenset(
    {IssueType.WRONG_ITEM, IssueType.DAMAGED, IssueType.DEFECTIVE, IssueType.MISSING}
    | {IssueType.PAYMENT_PROOF}
)


def with_only_line(draft: Draft, order: Order | None) -> Draft:
    """Return the draft with the order's line when there is but one."""
    lines = wanted_lines(order) if order else []
    return replace(draft, lines=(lines[0].line_id,)) if len(lines) == 1 else draft


def question(policy: Policy, draft: Draft, order: Order | None, photos: int) -> str | None:
    """Return what is still asked; None when everything is there."""
    evidence = policy.evidence
    wanted_photos = draft.issue in (*evidence.required_for, *evidence.encouraged_for)
    lines_known = draft.lines if order else draft.item is not None
    if draft.issue not in _WITHOUT_LINES and not lines_known:
        return "problem_lines"
    if not draft.told:
        return "problem_text"
    if wanted_photos and draft.evidence is None and not photos:
        return "problem_evidence"
    if draft.issue not in _WITHOUT_WISH and draft.resolution is None:
        return "problem_resolution"
    return None


def asked(
    policy: Policy, draft: Draft, order: Order | None, step: str, *, noted: bool = False
) -> Reply:
    """Return the question of a step; without `choices` its buttons are those of its wording.

    `noted`: it was answered with words, which were added to the description.
    """
    variables: dict[str, Any] = {"number": order.number if order else None, "blocks": []}
    if step == "problem_lines":
        return _lines(variables, order)
    if step == "problem_text":
        more = "_more" if draft.asked_more else ""
        return Reply(f"utter_problem_ask_text{more}", variables)
    if step == "problem_evidence":
        return _evidence(policy, variables, draft, kit="noted" if noted else "")
    kind = "" if draft.issue in _AT_HAND else "_absent"
    return Reply(f"utter_problem_ask_resolution{kind}", variables)


def _lines(variables: dict[str, Any], order: Order | None) -> Reply:
    if order is None:
        return Reply("utter_problem_ask_item", variables)
    return Reply("utter_problem_ask_lines", variables | {"blocks": [line_picker(order)]})


def _evidence(policy: Policy, variables: dict[str, Any], draft: Draft, *, kit: str) -> Reply:
    """Ask for what shows it, by what is wrong; "I can't" is always an answer (C11)."""
    kit = kit or (draft.issue.value if draft.issue in _KITS else "any")
    required = draft.issue in policy.evidence.required_for
    choices = [choice("cannot_provide"), *([] if required else [choice("skip")])]
    return Reply(f"utter_problem_ask_photos_{kit}", variables | {"choices": choices})

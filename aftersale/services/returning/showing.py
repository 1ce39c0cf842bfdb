"""Shows exactly what would be submitted for a return, and under which limits."""

from dataclasses import replace
from typing import Any

from aftersale.domain.cases import Evidence, Resolution
from aftersale.domain.orders import OrderLine
from aftersale.policy.decision import Ask
from aftersale.policy.problem_knobs import RefundDestination, RefundPayer
from aftersale.services.call import Call
from aftersale.services.deciding import Judgement, Wish
from aftersale.services.offers import show
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, date, say
from aftersale.services.returning.draft import ReturnDraft
from aftersale.services.wiring import Wiring

_NO_MONEY = frozenset({Resolution.REPLACEMENT, Resolution.REPAIR})
_NOT_GIVEN = frozenset({Evidence.CANNOT, Evidence.SKIPPED})


def wish_for(draft: ReturnDraft) -> Wish:
    """Return the wish that the policy is asked about."""
    return Wish(
        Ask.RETURN,
        reason_text=draft.text or draft.opening,
        line_ids=draft.lines,
        resolution=draft.resolution,
        opened=draft.opened,
        defective=draft.defective,
        as_listed=draft.as_listed,
        evidence=draft.evidence or Evidence.NOT_ASKED,
    )


def propose(
    wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement, *, again: str | None = None
) -> Reply:
    """Show everything that a yes would submit, to whom, and what limits it; no more happens."""
    shown = show(wiring, uow, call, judgement, again=again)
    summary = {
        "type": "notice",
        "response": "notice_return",
        "variables": _summary(uow, call, judgement),
    }
    limits = _limits(call, judgement) | {"blocks": [*shown.variables["blocks"], summary]}
    return replace(shown, variables=shown.variables | limits)


def _limits(call: Call, judgement: Judgement) -> dict[str, Any]:
    """Return what limits it: the class of the goods, the day, a fee."""
    policy = judgement.policy
    classes = [line.return_class for line in _chosen(judgement)]
    limited = [each for each in classes if each in policy.returns.excluded_classes]
    return {
        "class_reason": [say(f"return_class_{each.value}") for each in dict.fromkeys(limited)],
        "ideal": _missed_ideal(call, judgement),
        "fee_unknown": _fee_unknown(judgement),
    }


def _chosen(judgement: Judgement) -> list[OrderLine]:
    ids = judgement.wish.line_ids
    return [line for line in judgement.order.lines if line.line_id in ids]


def _summary(uow: UnitOfWork, call: Call, judgement: Judgement) -> dict[str, Any]:
    """Return exactly what would be submitted."""
    wish, policy = judgement.wish, judgement.policy
    photos = len(uow.attachments.loose(call.conversation_id))
    missing = wish.evidence in _NOT_GIVEN and not photos
    asked_replacement = wish.resolution is Resolution.REPLACEMENT
    return {
        "number": judgement.order.number,
        "goods": [line.name for line in _chosen(judgement)],
        "description": wish.reason_text,
        "resolution": say(f"resolution_{wish.resolution}") if wish.resolution else None,
        "photos": photos or None,
        "no_photos": say(f"problem_photos_{wish.evidence.value}") if missing else None,
        "destination": _destination(judgement),
        "unstated": say("return_replacement_unstated")
        if asked_replacement and not policy.returns.replacement
        else None,
    }


def _destination(judgement: Judgement) -> str | None:
    """Return where money would go (R4.11), masked, where the storefront says so."""
    refund = judgement.policy.refund
    stated = RefundDestination.ORIGINAL_METHOD in refund.destinations
    if refund.payer is not RefundPayer.PLATFORM or not stated:
        return None
    return None if judgement.wish.resolution in _NO_MONEY else judgement.order.payment.display


def _missed_ideal(call: Call, judgement: Judgement) -> dict[str, str] | None:
    """Return until when it was ideally asked for, once that has passed (R4.10)."""
    ideal = judgement.decision.latest
    return date(ideal) if ideal is not None and call.now > ideal else None


def _fee_unknown(judgement: Judgement) -> dict[str, str] | None:
    """Say that a fee may apply where the storefront knows fees and this seller's is not known."""
    fee = judgement.seller.restocking_fee if judgement.seller else None
    known = fee is not None and (fee.percent is not None or fee.flat is not None)
    may_apply = judgement.policy.cancel.restocking_fee
    return say("return_fee_unknown") if may_apply and not known else None

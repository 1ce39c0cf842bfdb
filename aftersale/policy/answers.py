"""From the verdict that counts to the whole answer: outcome, actor, what else, promises, money."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aftersale.domain.orders import ReasonClass
from aftersale.policy.decision import (
    Alternative,
    Decision,
    MoneyMove,
    Outcome,
    PromiseMade,
    Verdict,
)
from aftersale.policy.knobs import AfterCutoff, HeldMoney, NextStep
from aftersale.policy.problem_knobs import DisputeException, DisputeMode
from aftersale.policy.question import Question

_A = Alternative
_O = Outcome
_UNKNOWN = MoneyMove.UNKNOWN
_NONE = MoneyMove.NONE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reason code always means, whichever storefront gives it."""

    outcome: Outcome
    actor: str
    money: MoneyMove = MoneyMove.NONE
    alternatives: tuple[Alternative, ...] = ()
    promise: str | None = None


_REVIEW = Answer(_O.REVIEW, "platform", _UNKNOWN, (_A.OPEN_CASE,))
_REVIEWED = Answer(_O.REVIEW, "platform", _UNKNOWN, (_A.OPEN_CASE,), "reviewed")
_BY_SELLER = Answer(_O.CONTACT_ONLY, "seller", _UNKNOWN)
_REFUSE = Answer(_O.REFUSE, "platform")

ANSWERS: dict[str, Answer] = {
    "not_verified": _REFUSE,
    "not_found": _REFUSE,
    "link_too_weak": _REFUSE,
    "already_cancelled": Answer(_O.REFUSE, "platform", _NONE, (_A.REORDER,)),
    "cancelling": _REFUSE,
    "request_already_open": Answer(_O.REFUSE, "seller", _NONE, (_A.CONTACT_SELLER,)),
    "order_completed": _REVIEW,
    "seller_decides": Answer(_O.CONTACT_ONLY, "seller", _UNKNOWN, (_A.CONTACT_SELLER,)),
    "seller_decides_shipped": _BY_SELLER,
    "seller_decides_delivered": _BY_SELLER,
    "card_gate": Answer(
        _O.WAIT_UNTIL, "buyer", _NONE, (_A.ASK_HOLD, _A.REMIND, _A.CONTACT_SELLER), "cancel_opens"
    ),
    "consent_needed": Answer(
        _O.SEND_REQUEST, "seller", MoneyMove.REFUND, (_A.CONTACT_SELLER,), "supplier_asked"
    ),
    "unpaid_auto": Answer(_O.AUTO_AT, "system", _NONE, (), "cancels_itself"),
    "shipped": Answer(_O.REFUSE, "seller"),
    "delivered": Answer(_O.REFUSE, "seller"),
    "status_allows": Answer(_O.DO_NOW, "buyer", MoneyMove.REFUND, (_A.REORDER,), "refund_asked"),
    "unpaid_allowed": Answer(_O.DO_NOW, "buyer"),
    "hold_release": Answer(_O.DO_NOW, "buyer", promise="release_asked"),
    "campaign_over": _REVIEWED,
    "paid_review": _REVIEWED,
    "started_convenience": _REVIEWED,
    "started_fault": Answer(
        _O.REVIEW, "platform", _UNKNOWN, (_A.FAULT_PATH, _A.OPEN_CASE), "reviewed"
    ),
    "received_review": _REVIEWED,
    "partial": _REVIEW,
    "not_stated": Answer(_O.HANDOFF, "platform", _UNKNOWN, (_A.OPEN_CASE,)),
    "facts_contradict": _REVIEW,
    "facts_missing": _REVIEW,
    "launch_off": _REVIEW,
    "launch_approve": _REVIEW,
    "read_only": Answer(_O.REFUSE, "platform", _NONE, (_A.OPEN_CASE,)),
    "hold_possible": Answer(_O.SEND_REQUEST, "seller", _NONE, (), "supplier_asked"),
    "hold_too_late": Answer(_O.REFUSE, "seller", _NONE, (_A.CONTACT_SELLER, _A.TRACK)),
    "hold_already_open": Answer(_O.REFUSE, "seller", _NONE, (_A.CONTACT_SELLER,)),
    "hold_not_offered": Answer(_O.REFUSE, "platform", _NONE, (_A.CONTACT_SELLER,)),
    "contact_possible": Answer(_O.SEND_REQUEST, "seller"),
    "contact_no_seller": Answer(_O.HANDOFF, "platform", _NONE, (_A.OPEN_CASE,)),
    "undo_possible": Answer(_O.DO_NOW, "buyer"),
    "undo_too_late": Answer(_O.REFUSE, "platform", _NONE, (_A.OPEN_CASE,)),
    "undo_nothing": _REFUSE,
    "problem_cancelled": Answer(_O.REFUSE, "platform", _NONE, (_A.REFUND_STATUS, _A.OPEN_CASE)),
    "problem_not_due": Answer(_O.WAIT_UNTIL, "seller", _NONE, (_A.TRACK, _A.CONTACT_SELLER)),
    "problem_not_shipped": Answer(
        _O.REFUSE, "seller", _NONE, (_A.CANCEL, _A.CONTACT_SELLER, _A.OPEN_CASE)
    ),
    "problem_delay": Answer(_O.WAIT_UNTIL, "seller", _NONE, (_A.TRACK, _A.CONTACT_SELLER)),
    "problem_delay_leader": Answer(_O.REVIEW, "leader", _UNKNOWN, (_A.TRACK,), "leader_looks"),
    "problem_seller": Answer(_O.CONTACT_ONLY, "seller", _UNKNOWN, (_A.CONTACT_SELLER,)),
    "problem_leader": Answer(_O.REVIEW, "leader", _UNKNOWN, (_A.OPEN_CASE,), "leader_looks"),
    "problem_ticket": _REVIEW,
    "problem_platform": _REVIEWED,
    "return_cancelled": Answer(_O.REFUSE, "platform", _NONE, (_A.REFUND_STATUS,)),
    "return_not_arrived": Answer(_O.REFUSE, "platform"),
    "return_seller_terms": Answer(_O.CONTACT_ONLY, "seller", _UNKNOWN, (_A.CONTACT_SELLER,)),
    "return_review": _REVIEWED,
    "return_late": _REVIEWED,
    "return_preference_limited": _REVIEWED,
    "return_opened_limited": _REVIEWED,
    "return_class_limited": _REVIEWED,
    "reimburse_not_offered": Answer(
        _O.REFUSE, "platform", _NONE, (_A.NOT_RECEIVED, _A.CONTACT_SELLER)
    ),
    "reimburse_nothing_paid": Answer(_O.REFUSE, "platform", _NONE, (_A.REFUND_STATUS,)),
    "reimburse_arrived": Answer(_O.REFUSE, "seller", _NONE, (_A.FAULT_PATH, _A.CONTACT_SELLER)),
    "reimburse_not_due": Answer(_O.WAIT_UNTIL, "seller", _NONE, (_A.TRACK, _A.CONTACT_SELLER)),
    "reimburse_contact_first": Answer(_O.CONTACT_ONLY, "seller", _UNKNOWN, (_A.CONTACT_SELLER,)),
    "reimburse_wait_seller": Answer(
        _O.WAIT_UNTIL, "seller", _UNKNOWN, (_A.CONTACT_SELLER, _A.TRACK)
    ),
    "reimburse_may": _REVIEW,
    "dispute_never": Answer(_O.REFUSE, "seller", _NONE, (_A.CONTACT_SELLER,)),
    "dispute_review_instead": Answer(_O.REFUSE, "platform"),
    "dispute_may": _REVIEW,
    "dispute_not_yet": Answer(_O.WAIT_UNTIL, "leader", _UNKNOWN),
    "dispute_no_case": Answer(
        _O.REFUSE, "platform", _NONE, (_A.NOT_RECEIVED, _A.FAULT_PATH, _A.OPEN_CASE)
    ),
    "dispute_already": Answer(_O.REFUSE, "platform"),
    "escalate_possible": Answer(_O.SEND_REQUEST, "platform", _UNKNOWN, (), "reviewed_again"),
    "escalate_not_decided": Answer(_O.REFUSE, "platform", _NONE, (_A.OPEN_CASE,)),
    "escalate_already": _REFUSE,
    "escalate_closed": Answer(_O.REFUSE, "platform", _NONE, (_A.OPEN_CASE,)),
    "escalate_not_offered": Answer(_O.REFUSE, "platform", _NONE, (_A.CONTACT_SELLER,)),
}

_PAST_CUTOFF = frozenset(
    {"shipped", "delivered", "seller_decides_shipped", "seller_decides_delivered"}
)
_ON_THE_WAY = frozenset({"shipped", "seller_decides_shipped", "started_convenience"})


def answer(q: Question, counted: Verdict, verdicts: Iterable[Verdict]) -> Decision:
    """Return the decision that follows from the verdict that counts."""
    meaning = _at_this_storefront(q, counted.code)
    spoken = tuple(verdicts)
    return Decision(
        ask=q.request.ask,
        outcome=meaning.outcome,
        actor=meaning.actor,
        reason_code=counted.code,
        requirements=counted.requirements,
        earliest=counted.earliest,
        latest=counted.latest,
        alternatives=_alternatives(q, counted.code, meaning),
        promises=_promises(q, counted, meaning),
        money=_money(q, counted.code, meaning),
        policy_version=q.policy.version,
        storefront=q.policy.storefront,
        facts={name: value for verdict in spoken for name, value in verdict.facts.items()},
        verdicts=spoken,
    )


def _at_this_storefront(q: Question, code: str) -> Answer:
    """Where no rule is stated the storefront names the next step."""
    to_seller = q.policy.unspecified.next is NextStep.SELLER and q.facts.seller_known
    if code == "not_stated" and to_seller:
        return Answer(_O.CONTACT_ONLY, "seller", _UNKNOWN, (_A.CONTACT_SELLER,))
    return ANSWERS[code]


def _alternatives(q: Question, code: str, meaning: Answer) -> tuple[Alternative, ...]:
    possible = [*meaning.alternatives]
    if code in _PAST_CUTOFF:
        left = q.policy.cancel.after_cutoff
        possible += [Alternative(x) for x in left if x is not AfterCutoff.REFUSE_CONVENIENCE]
    if code in _ON_THE_WAY:
        possible.append(_A.TRACK)
    possible += _after_orders(q, code)
    if code == "received_review" and q.request.reason_class is ReasonClass.FAULT:
        possible.insert(0, _A.FAULT_PATH)
    if _A.ASK_HOLD in possible and (not q.policy.hold.offered or q.facts.hold_open):
        possible.remove(_A.ASK_HOLD)
    return tuple(dict.fromkeys(_reachable(q, step) for step in possible))


def _after_orders(q: Question, code: str) -> tuple[Alternative, ...]:
    """Return what else helps with a return, a dispute or a reimbursement, by the facts."""
    if code == "return_not_arrived":
        return (_A.TRACK, _A.NOT_RECEIVED) if q.shipped else (_A.CANCEL, _A.CONTACT_SELLER)
    if code == "dispute_review_instead":
        return (_A.ESCALATE if _is_decided(q) else _A.OPEN_CASE,)
    if code == "escalate_not_offered" and q.policy.dispute.mode is DisputeMode.CONDITIONAL:
        return (_A.INTERVENE,)
    if code in {"dispute_never", "problem_seller", "reimburse_contact_first"}:
        return tuple(_exceptions(q))
    return ()


def _exceptions(q: Question) -> Iterator[Alternative]:
    """Yield what a storefront does although it takes no part in a dispute (C2)."""
    known = q.policy.dispute.exceptions
    outreach = DisputeException.BOUNCED_EMAIL_OUTREACH in known
    if outreach and not q.facts.seller_known:
        yield _A.REPORT_BOUNCE
    if DisputeException.NON_DELIVERY_REIMBURSEMENT in known and _is_overdue(q):
        yield _A.REIMBURSE


def _is_overdue(q: Question) -> bool:
    """Whether it has not come although its date has passed; a time needs a zone to tell."""
    expected = q.facts.estimated_delivery_at
    if expected is None or expected.utcoffset() is None or q.now.utcoffset() is None:
        return False
    return q.now >= expected and not q.received


def _is_decided(q: Question) -> bool:
    return q.facts.case is not None and q.facts.case.verdict is not None


def _reachable(q: Question, step: Alternative) -> Alternative:
    """Nobody is sent to a seller who cannot be reached: a person takes it instead."""
    unreachable = not q.facts.seller_known or not q.policy.contact.offered
    return _A.OPEN_CASE if step is _A.CONTACT_SELLER and unreachable else step


def _promises(q: Question, counted: Verdict, meaning: Answer) -> tuple[PromiseMade, ...]:
    due = counted.earliest or counted.latest
    if meaning.promise is None or (meaning.outcome is _O.AUTO_AT and due and due <= q.now):
        return ()
    dated = meaning.outcome in (_O.WAIT_UNTIL, _O.AUTO_AT)
    return (PromiseMade(meaning.promise, due if dated else None),)


def _money(q: Question, code: str, meaning: Answer) -> MoneyMove:
    if code != "hold_release":
        return meaning.money
    held = q.policy.authorised.money
    return {
        HeldMoney.RELEASE: MoneyMove.RELEASE,
        HeldMoney.REFUND: MoneyMove.REFUND,
        HeldMoney.NONE: MoneyMove.NONE,
    }[held]

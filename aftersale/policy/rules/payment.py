"""What the money axis says while the goods stand before the cut-off."""

from datetime import datetime

from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.policy.decision import Verdict
from aftersale.policy.knobs import Until
from aftersale.policy.limits import Limit
from aftersale.policy.question import CHARGED, Question, Side


def unpaid_order(q: Question) -> Verdict | None:
    """An unpaid order is the buyer's to cancel, goes by itself, or is not spoken of."""
    if not _is(q, PaymentState.AWAITING):
        return None
    unpaid = q.policy.unpaid
    if unpaid.manual:
        return q.allow("unpaid_allowed", "payment_state", "lines")
    # cash on delivery is owed, not overdue: no storefront lets such an order lapse
    owed_later = q.facts.payment_method is PaymentMethod.CASH_ON_DELIVERY
    if unpaid.manual is None or unpaid.auto_after is None or owed_later:
        return q.deny("not_stated", "payment_state", "payment_method")
    if q.facts.placed_at is None:
        return q.review("facts_missing", "placed_at")
    due = q.facts.placed_at + unpaid.auto_after
    return q.deny("unpaid_auto", "payment_state", "placed_at", latest=due)


def authorised_order(q: Question) -> Verdict | None:
    """A hold can be let go until the campaign ends, where the storefront says so."""
    if not _is(q, PaymentState.AUTHORISED):
        return None
    knobs, facts = q.policy.authorised, q.facts
    if knobs.until is Until.UNSPECIFIED:
        return q.deny("not_stated", "payment_state")
    if facts.order_kind is None:
        return q.review("facts_missing", "order_kind")
    if facts.order_kind not in knobs.kinds:
        return q.deny("not_stated", "payment_state", "order_kind")
    return _while_campaign_runs(q, facts.campaign_ends_at)


def _while_campaign_runs(q: Question, ends_at: datetime | None) -> Verdict:
    names = ("payment_state", "order_kind", "campaign_ends_at", "auth_expires_at", "lines")
    if ends_at is None:
        return q.review("facts_missing", "campaign_ends_at")
    if q.now >= ends_at:
        return q.review("campaign_over", *names)
    if set(q.request.line_ids) not in (set(), {x.line_id for x in q.facts.lines}):
        # a hold is let go as a whole
        return q.review("partial", "line_ids", "lines")
    return q.allow("hold_release", *names, latest=ends_at)


def gate_is_open(q: Question) -> Verdict | None:
    """Some ways of paying are verified first; the gate opens at exactly its time."""
    facts = q.facts
    if q.facts.payment_state not in CHARGED or not q.is_gated or q.side is not Side.BEFORE:
        return None
    gates = q.policy.cancel.not_before
    if gates and facts.payment_method is None:
        return q.review("facts_missing", "payment_method")
    gate = gates.get(facts.payment_method) if facts.payment_method else None
    if gate is None or not gate.is_hard:
        return None
    if facts.paid_at is None:
        return q.review("facts_missing", "paid_at", "payment_method")
    return _before(q, _opens_at(q, facts.paid_at, gate))


def _opens_at(q: Question, paid_at: datetime, gate: Limit) -> datetime:
    opens = paid_at + gate
    verified = q.facts.verified_at
    if q.policy.cancel.open_on_verified and verified is not None:
        return min(opens, verified)
    return opens


def _before(q: Question, opens: datetime) -> Verdict | None:
    names = ["payment_state", "payment_method", "paid_at", "hold_open"]
    if q.policy.cancel.open_on_verified:
        names.append("verified_at")
    return q.deny("card_gate", *names, earliest=opens) if q.now < opens else None


def payment_is_settled(q: Question) -> Verdict | None:
    """A payment that failed or went back leaves an open order that no rule is about."""
    state = q.facts.payment_state
    if state is None and q.is_gated:
        return q.review("facts_missing", "payment_state")
    spoken = CHARGED | {PaymentState.AWAITING, PaymentState.AUTHORISED}
    known = state in spoken or state in q.policy.cancel.refund_request_states
    return None if known or not q.is_gated else q.review("facts_contradict", "payment_state")


def _is(q: Question, state: PaymentState) -> bool:
    return q.is_gated and q.side is Side.BEFORE and q.facts.payment_state is state

"""The way a storefront has of cancelling: by the seller, by consent, by the buyer, by status."""

from aftersale.policy.decision import Verdict
from aftersale.policy.knobs import CancelActor
from aftersale.policy.question import CHARGED, Question, Side


def seller_decides(q: Question) -> Verdict | None:
    """Only the seller can cancel, whatever the state: the rule has no exception."""
    if not q.is_by(CancelActor.SELLER) or q.side in (Side.UNKNOWN, Side.BOTH):
        return None
    names = ["lines", "seller_known"]
    if q.side is Side.BEFORE:
        return q.deny("seller_decides", *names)
    if q.policy.cancel.restocking_fee:
        names.append("restocking_fee")
    return q.deny("seller_decides_delivered" if q.received else "seller_decides_shipped", *names)


def storefront_states_a_rule(q: Question) -> Verdict | None:
    """Where the storefront is silent nobody else's rule is borrowed."""
    return q.deny("not_stated") if q.is_by(CancelActor.UNSPECIFIED) else None


def supplier_consents(q: Question) -> Verdict | None:
    """A paid order is cancelled when the supplier agrees, so the supplier is asked."""
    if not q.is_by(CancelActor.REQUEST_WITH_CONSENT) or not _is_paid_and_here(q):
        return None
    if not q.facts.seller_known:
        return q.review("facts_missing", "seller_known")
    return q.allow("consent_needed", "payment_state", "lines", "seller_known")


def status_allows(q: Question) -> Verdict | None:
    """A paid order that has not left is the buyer's to cancel."""
    if q.is_by(CancelActor.BUYER) and _is_paid_and_here(q):
        return q.allow("status_allows", "payment_state", "lines")
    return None


def refund_is_requested(q: Question) -> Verdict | None:
    """A paid order may be eligible for a refund, which is requested and reviewed."""
    states = q.policy.cancel.refund_request_states
    here = q.is_by(CancelActor.BY_STATUS) and q.side is Side.BEFORE
    if here and q.facts.payment_state in states:
        return q.review("paid_review", "payment_state", "lines")
    return None


def _is_paid_and_here(q: Question) -> bool:
    return q.facts.payment_state in CHARGED and q.side is Side.BEFORE

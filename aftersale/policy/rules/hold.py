"""Asking the other party not to ship yet."""

from aftersale.policy.decision import Verdict
from aftersale.policy.question import CHARGED, Question, Side


def hold_is_offered(q: Question) -> Verdict | None:
    """The storefront knows such a message, and the order is paid, so that it would be shipped."""
    if not q.policy.hold.offered:
        return q.deny("hold_not_offered")
    paid = q.facts.payment_state in CHARGED
    return None if paid else q.deny("hold_not_offered", "payment_state")


def goods_are_still_here(q: Question) -> Verdict | None:
    """What has left cannot be held."""
    if q.side is Side.PAST:
        return q.deny("hold_too_late", "lines", "shipped_at")
    if q.side is Side.BOTH:
        return q.review("partial", "lines")
    return q.review("facts_missing", "lines") if q.side is Side.UNKNOWN else None


def not_asked_before(q: Question) -> Verdict | None:
    """One such message at a time."""
    return q.deny("hold_already_open", "hold_open") if q.facts.hold_open else None


def supplier_can_be_asked(q: Question) -> Verdict | None:
    """There is somebody to ask."""
    if q.facts.seller_known:
        return q.allow("hold_possible", "payment_state", "lines", "seller_known")
    return q.review("facts_missing", "seller_known")

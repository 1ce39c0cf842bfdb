"""Writing to the seller of an order, whatever its state."""

from aftersale.policy.decision import Verdict
from aftersale.policy.question import Question


def seller_can_be_written_to(q: Question) -> Verdict:
    """The storefront has sellers, and this one is known and reachable."""
    if q.policy.contact.offered and q.facts.seller_known:
        return q.allow("contact_possible", "seller_known")
    return q.deny("contact_no_seller", "seller_known")

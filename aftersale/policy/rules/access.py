"""Who may ask about this order at all. Neither verdict shows a fact of it."""

from aftersale.policy.decision import Verdict
from aftersale.policy.question import Question


def buyer_is_verified(q: Question) -> Verdict | None:
    """Nobody sees an order without a verified identity."""
    return None if q.facts.asking_buyer else q.deny("not_verified")


def chat_is_connected_well_enough(q: Question) -> Verdict | None:
    """A chat that is connected by less than the storefront asks for may not have anything done."""
    return None if q.policy.linked.may_act(q.facts.linked) else q.deny("link_too_weak")


def order_is_the_buyers(q: Question) -> Verdict | None:
    """An unknown order and somebody else's get one and the same answer."""
    facts = q.facts
    known = facts.order_number is not None and facts.order_buyer is not None
    own = facts.order_buyer == facts.asking_buyer and facts.storefront == q.policy.storefront
    return None if known and own else q.deny("not_found")

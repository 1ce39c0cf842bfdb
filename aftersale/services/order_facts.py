"""What can be said about delivery, money and terms of one order: only what is known.

Each function takes the open transaction, the call and the judgement, and returns a reply without
the variables that every reply about an order has.
"""

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.payments import PaymentState
from aftersale.services.call import Call
from aftersale.services.case_life.finding import case_of_order
from aftersale.services.deciding import Judgement
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, date, time
from aftersale.services.terms import fee_variables

_ARRIVED = frozenset({FulfilmentState.DELIVERED, FulfilmentState.PICKED_UP})
_OVER = frozenset({OrderState.CANCELLED, OrderState.CANCELLING})
_NOTHING_TAKEN = frozenset({PaymentState.AWAITING, PaymentState.FAILED})


def delivery(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:
    """Say when it arrives or arrived; a date that has passed is called overdue."""
    order = judgement.order
    if order.state in _OVER:
        return Reply("utter_delivery_cancelled")
    if _has_arrived(order):
        arrived = [s.delivered_at for s in order.shipments if s.delivered_at]
        case = case_of_order(uow, order)  # "how long will it take" may well mean that
        ways = {"choices": [choice("case_status", case_number=case.number)]} if case else {}
        known = {"delivery": date(max(arrived, default=None))}
        return Reply("utter_delivery_delivered", known | ways)
    expected = order.estimated_delivery_at
    if expected is None:
        return Reply("utter_delivery_unknown")
    if expected < call.now:
        choices = [
            choice("not_received", order_number=order.number),
            choice("contact_seller", order_number=order.number),
        ]
        return Reply("utter_delivery_overdue", {"delivery": date(expected), "choices": choices})
    return Reply("utter_delivery_expected", {"delivery": date(expected)})


def _has_arrived(order: Order) -> bool:
    lines = [line for line in order.lines if not line.cancelled]
    return bool(lines) and all(line.fulfilment in _ARRIVED for line in lines)


def authorisation(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:  # noqa: ARG001
    """Say whether money is held, was taken, or neither."""
    payment = judgement.order.payment
    shown = {"payment": payment.display}
    match payment.state:
        case PaymentState.AUTHORISED if payment.auth_expires_at:
            expires = {"expires": time(payment.auth_expires_at)}
            return Reply("utter_authorisation_held", shown | expires)
        case PaymentState.AUTHORISED:
            return Reply("utter_authorisation_held_open_end", shown)
        case PaymentState.VOIDED:
            return Reply("utter_authorisation_released", shown)
        case PaymentState.AWAITING | PaymentState.FAILED:
            return Reply("utter_authorisation_none", shown)
        case _:
            return Reply("utter_authorisation_captured", shown | {"since": date(payment.paid_at)})


def restocking_fee(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:  # noqa: ARG001
    """Say the seller's fee if it is known, else what the storefront says about fees."""
    fee = judgement.seller.restocking_fee if judgement.seller else None
    shown = fee_variables(judgement.seller)
    if fee and fee.percent is not None:
        return Reply("utter_restocking_percent", shown)
    if fee and fee.flat is not None:
        return Reply("utter_restocking_flat", shown)
    if judgement.policy.cancel.restocking_fee:
        return Reply("utter_restocking_unknown", shown)
    way = "contact_seller" if judgement.can_write else "open_case"
    ways = [choice(way, order_number=judgement.order.number)]
    return Reply("utter_restocking_unstated", shown | {"choices": ways})


def seller_policy(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:  # noqa: ARG001
    """Give the links to the seller's shipping and returns policies."""
    links = fee_variables(judgement.seller)
    if links["shipping_policy_url"] or links["returns_policy_url"]:
        return Reply("utter_seller_policy", links)
    way = "contact_seller" if judgement.can_write else "open_case"
    ways = [choice(way, order_number=judgement.order.number)]
    return Reply("utter_seller_policy_none", {"choices": ways})


def unpaid(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:  # noqa: ARG001
    """Say whether it is unpaid, where nothing happens by itself."""
    order = judgement.order
    if order.payment.state not in _NOTHING_TAKEN:
        return Reply("utter_unpaid_paid")
    return Reply(
        "utter_unpaid_open", {"choices": [choice("cancel_order", order_number=order.number)]}
    )

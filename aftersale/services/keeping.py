"""Whether what was promised has come about, read from the facts it was about."""

from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import Promise
from aftersale.services.ports import UnitOfWork


def is_kept(uow: UnitOfWork, promise: Promise) -> bool:
    """Tell whether an overdue promise was kept; what only its own use case knows counts as not."""
    if promise.code == "cancel_opens":
        return True  # the policy opens it at that time by itself
    if promise.code == "cancels_itself":
        order = uow.orders.find(promise.storefront, promise.order_number or "")
        if order is None or order.state is not OrderState.OPEN:
            return True
        return order.payment.state is not PaymentState.AWAITING
    return False

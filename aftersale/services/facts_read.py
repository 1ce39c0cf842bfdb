"""Reads everything the policy may know about an order, with its letters and cases."""

from aftersale.domain.cases import Case, CaseType
from aftersale.domain.channels import LinkLevel
from aftersale.domain.orders import Order
from aftersale.domain.sellers import Direction
from aftersale.policy.facts import Facts
from aftersale.policy.facts_from import Contacts, facts_for
from aftersale.services.ports import UnitOfWork

# What a dispute can be about; a question to a person in between is none of these.
_DISPUTED = frozenset(
    {
        CaseType.PROBLEM,
        CaseType.RETURN_REQUEST,
        CaseType.REFUND_REQUEST,
        CaseType.REIMBURSEMENT,
        CaseType.PAYMENT_PROOF,
        CaseType.PAYMENT_REFUSED,
    }
)


def read_facts(
    uow: UnitOfWork,
    order: Order,
    *,
    asking_buyer: str | None,
    without: str | None = None,
    history: bool = True,
    case_number: str | None = None,
    linked: LinkLevel | None = None,
) -> Facts:
    """Return the facts; `without` leaves one request out, `history` adds letters and the case."""
    seller = uow.parties.seller(order.seller_id) if order.seller_id else None
    return facts_for(
        order,
        asking_buyer=asking_buyer,
        storefront=order.storefront,
        seller=seller,
        requests=[
            request
            for request in uow.requests.for_order(order.storefront, order.number)
            if request.request_id != without
        ],
        contacts=_contacts(uow, order) if history else Contacts(),
        case=_case_meant(uow, order, case_number) if history else None,
        linked=linked,
    )


def _contacts(uow: UnitOfWork, order: Order) -> Contacts:
    """Return what is known of attempts to reach the seller about the order (R0.15)."""
    if order.seller_id is None:
        return Contacts()
    written = uow.seller_mail.about_order(order.seller_id, order.number)
    answers = [each.at for each in written if each.direction is Direction.FROM_SELLER]
    return Contacts(
        attempts=uow.parties.contacts(order.seller_id, order.number),
        first_at=uow.parties.first_contact(order.seller_id, order.number),
        last_at=uow.parties.last_contact(order.seller_id, order.number),
        answered_at=max(answers, default=None),
    )


def _case_meant(uow: UnitOfWork, order: Order, named: str | None) -> Case | None:
    """Return the case that is named, else the order's newest about something that went wrong."""
    about = [
        case
        for case in uow.cases.of_buyer(order.storefront, order.buyer_id)
        if case.order_number == order.number
    ]
    if named:
        return next((case for case in about if case.number == named), None)
    disputed = [case for case in about if case.type in _DISPUTED]
    return next(iter(disputed or about), None)

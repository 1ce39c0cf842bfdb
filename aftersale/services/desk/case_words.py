"""What people at the desk write into a case, without what must not be kept."""

from aftersale.domain.cases import Case
from aftersale.services.incoming import Screen
from aftersale.services.ports import UnitOfWork


def case_words(uow: UnitOfWork, screen: Screen, case: Case, text: str) -> str:
    """Return the words masked, as with messages; numbers of the case's order stay readable."""

    def numbers() -> set[str]:
        order = uow.orders.find(case.storefront, case.order_number or "")
        parcels = order.shipments if order else ()
        tracking = {each.tracking_number for each in parcels if each.tracking_number}
        return tracking | {each for each in (case.order_number, case.number) if each}

    return screen(text, known_numbers=numbers, said=()).text

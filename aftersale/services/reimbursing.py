"""The possible reimbursement of what never came: always "may", and after the seller was tried."""

from aftersale.domain.cases import CaseOwner, CaseType, IssueType
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.cases import Matter, file_case
from aftersale.services.deciding import Wish
from aftersale.services.deed import Deed
from aftersale.services.ports import UnitOfWork
from aftersale.services.propose import propose
from aftersale.services.reply import Reply, time
from aftersale.services.wiring import Wiring

SUBJECT = "reimbursement"


class AskReimbursement:
    """Says whether the buyer may be eligible; `CancelOrder.confirm` submits it for review."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def ask(self, call: Call, hint: OrderHint, text: str | None) -> Reply:
        """`utter_reimburse_<code>` (R0.14, R0.15), or the question which order."""
        wish = Wish(Ask.REIMBURSE, issue=IssueType.NOT_RECEIVED, reason_text=text)
        return propose(self._wiring, call, hint, wish)


def file_reimbursement(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Put the facts before a person, who decides whether it is eligible: the effect of the yes."""
    order, wish = deed.judgement.order, deed.judgement.wish
    uow.orders.locked(order.storefront, order.number)  # one tab after the other
    known = uow.cases.open_about(order.storefront, order.number, SUBJECT)
    if known:
        return Reply("utter_already_case", {"case_number": known.number})
    matter = Matter(
        type=CaseType.REIMBURSEMENT,
        key=deed.key,
        storefront=order.storefront,
        subject=SUBJECT,
        text=wish.reason_text or "",
        buyer_id=order.buyer_id,
        order=order,
        conversation_id=deed.call.conversation_id,
        owner=CaseOwner.PLATFORM,
        by=deed.wanted_by,
        issue=IssueType.NOT_RECEIVED,
        description=wish.reason_text,
    )
    case = file_case(wiring, uow, matter, now=deed.call.now)
    variables = {
        "case_number": case.number,
        "number": order.number,
        "ack_due_by": time(case.ack_due_by),
    }
    return Reply("utter_reimburse_asked", variables, {"last_order": order.number})

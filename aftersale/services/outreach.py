"""The platform reaches a seller for a buyer whose mail came back (R0.21): a case, and a task."""

from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.cases import Case, CaseOwner, CaseType
from aftersale.domain.orders import Order
from aftersale.domain.parties import Seller
from aftersale.domain.requests import AuditEntry
from aftersale.domain.sellers import BounceReport, Direction, ReportedBy, SellerMessage
from aftersale.services.cases import Matter, file_case
from aftersale.services.ports import UnitOfWork
from aftersale.services.seller_post import Errand, send
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class CameBack:
    """Mail to a seller that came back, as far as it is known. `key` makes it one case.

    `by_us`: it was our own letter, so writing once more to the same address is no use.
    """

    key: str
    seller: Seller
    by: str
    by_us: bool
    text: str  # what the buyer wanted to know, or what happened
    buyer_id: str | None = None
    order: Order | None = None
    conversation_id: str | None = None
    happened: str | None = None
    evidence: str | None = None


def report(wiring: Wiring, uow: UnitOfWork, back: CameBack, *, now: datetime) -> Case:
    """Open the case, write the report, and start the platform's own attempt to reach them."""
    case = file_case(wiring, uow, _matter(back), now=now)
    if not uow.seller_mail.add_report(_report(wiring, back, case, now)):
        return case  # reported before
    uow.ledger.audit(_audit(back, case, now))
    if back.by_us:
        uow.seller_mail.add(_task(wiring, back, case, now))
    else:
        send(wiring, uow, _letter(wiring, back, case), now=now, not_before=now)
    return case


def _matter(back: CameBack) -> Matter:
    return Matter(
        type=CaseType.SELLER_UNREACHABLE,
        key=back.key,
        storefront=back.seller.storefront,
        subject=CaseType.SELLER_UNREACHABLE.value,
        text=back.text,
        buyer_id=back.buyer_id,
        order=back.order,
        conversation_id=back.conversation_id,
        owner=CaseOwner.PLATFORM,
        by=back.by,
        description=back.evidence,
    )


def _report(wiring: Wiring, back: CameBack, case: Case, now: datetime) -> BounceReport:
    return BounceReport(
        report_id=wiring.new_id(),
        storefront=back.seller.storefront,
        seller_id=back.seller.seller_id,
        reported_by=ReportedBy.MAIL if back.by_us else ReportedBy.BUYER,
        reported_at=now,
        idempotency_key=back.key,
        buyer_id=back.buyer_id,
        order_number=back.order.number if back.order else None,
        conversation_id=back.conversation_id,
        bounced_address=back.seller.email,
        happened=back.happened,
        evidence=back.evidence,
        case_number=case.number,
    )


def _letter(wiring: Wiring, back: CameBack, case: Case) -> Errand:
    """Return the platform's own letter: whose mail came back may not have been ours.

    Whoever names its key answers it by mail, so the buyer, who knows the case, must not guess it.
    """
    return Errand(
        key=wiring.new_id(),
        seller=back.seller,
        template="mail_outreach",
        text=back.text,
        conversation_id=back.conversation_id,
        buyer_id=back.buyer_id,
        order=back.order,
        case_number=case.number,
        by_us=True,
    )


def _task(wiring: Wiring, back: CameBack, case: Case, now: datetime) -> SellerMessage:
    """Return the task of a person, who reaches the seller on another way than mail."""
    number = back.order.number if back.order else None
    return SellerMessage(
        message_id=wiring.new_id(),
        thread_id=f"outreach:{case.number}",
        storefront=back.seller.storefront,
        seller_id=back.seller.seller_id,
        direction=Direction.TO_SELLER,
        text=back.text,
        at=now,
        channel="person",
        conversation_id=back.conversation_id,
        buyer_id=back.buyer_id,
        order_number=number,
        case_number=case.number,
    )


def _audit(back: CameBack, case: Case, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=back.by,
        action="seller.bounce_reported",
        subject=f"seller:{back.seller.seller_id}",
        after={"case": case.number, "by_us": back.by_us},
        conversation_id=back.conversation_id,
    )

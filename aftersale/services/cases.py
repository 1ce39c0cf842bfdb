"""File numbered cases inside a transaction, one per key, and say how they are announced."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.cases import (
    Case,
    CaseEntry,
    CaseOwner,
    CaseState,
    CaseType,
    Evidence,
    IssueType,
    Resolution,
    Role,
)
from aftersale.domain.channels import Channel
from aftersale.domain.guests import is_guest
from aftersale.domain.orders import Order
from aftersale.domain.requests import AuditEntry, Promise
from aftersale.policy.business import due_by
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, time
from aftersale.services.wiring import Wiring

_SAID_BY = {"buyer": Role.BUYER, "agent": Role.PLATFORM}
ACKNOWLEDGED = "case_acknowledged"  # the code of the promise that somebody looks in time


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about. `key` makes it one case, however often it is asked for."""

    type: CaseType
    key: str
    storefront: str
    subject: str  # short and stable; for the desk, never shown to buyers
    text: str
    buyer_id: str | None = None
    order: Order | None = None
    conversation_id: str | None = None
    owner: CaseOwner = CaseOwner.AGENT
    by: str = "system"
    role: Role | None = None  # of the first entry; None: the buyer's, or the assistant's own
    issue: IssueType | None = None
    line_ids: tuple[str, ...] = ()
    item: str | None = None
    description: str | None = None
    resolution: Resolution | None = None
    evidence: Evidence = Evidence.NOT_ASKED
    first_line_due_by: datetime | None = None
    attachments: tuple[str, ...] = ()  # ids of what was sent with it

    @property
    def said_by(self) -> Role:
        """Whose words the case opens with."""
        return self.role or _SAID_BY.get(self.by.partition(":")[0], Role.BOT)

    @property
    def whose(self) -> str | None:
        """Whose case it is: what a guest files about an order belongs to the order's buyer."""
        if not is_guest(self.buyer_id):
            return self.buyer_id
        return self.order.buyer_id if self.order else None


def file_case(wiring: Wiring, uow: UnitOfWork, matter: Matter, *, now: datetime) -> Case:
    """Open the case, or return the one that was opened for the same key."""
    known = uow.cases.by_key(matter.key)
    if known:
        return known
    policy = wiring.policy(matter.storefront)
    within = policy.ack_within
    ack_due_by = None if within is None else due_by(policy, now, within)
    case = replace(
        _opened(matter, uow.cases.next_number(), now=now, ack_due_by=ack_due_by),
        channel=_channel(uow, matter),
    )
    audit = AuditEntry(
        at=now,
        actor=matter.by,
        action="case.opened",
        subject=f"case:{case.number}",
        after={"type": case.type.value, "owner": case.owner.value},
        conversation_id=matter.conversation_id,
    )
    first = CaseEntry(case.number, now, matter.by, matter.text, matter.said_by)
    uow.cases.add(case, first, audit=audit)
    uow.attachments.bind(matter.attachments, case.number)
    if case.ack_due_by:
        uow.ledger.promise(_acknowledgement(case))
    return case


def _opened(matter: Matter, number: str, *, now: datetime, ack_due_by: datetime | None) -> Case:
    return Case(
        number=number,
        storefront=matter.storefront,
        type=matter.type,
        owner=matter.owner,
        state=CaseState.OPEN,
        buyer_id=matter.whose,
        order_number=matter.order.number if matter.order else None,
        conversation_id=matter.conversation_id,
        subject=matter.subject,
        created_at=now,
        ack_due_by=ack_due_by,
        idempotency_key=matter.key,
        issue=matter.issue,
        line_ids=matter.line_ids,
        item=matter.item,
        description=matter.description,
        resolution=matter.resolution,
        evidence=matter.evidence,
        first_line_due_by=matter.first_line_due_by,
    )


def _channel(uow: UnitOfWork, matter: Matter) -> str:
    """Return where it was opened: where its conversation is held."""
    own = matter.conversation_id
    conversation = uow.conversations.get(own) if own else None
    return conversation.channel if conversation else Channel.CHAT.value


def acknowledgement_of(number: str) -> str:
    """Return the id of the promise that the case is acknowledged in time; there is one a case."""
    return f"acknowledged:{number}"


def _acknowledgement(case: Case) -> Promise:
    return Promise(
        promise_id=acknowledgement_of(case.number),
        conversation_id=case.conversation_id,
        storefront=case.storefront,
        order_number=case.order_number,
        code=ACKNOWLEDGED,
        due_at=case.ack_due_by,
        made_at=case.created_at,
    )


def case_reply(case: Case, *, person: bool = False) -> Reply:
    """Return how an opened case is announced: its number, and a date only if one is promised."""
    base = "utter_person_case" if person else "utter_case_opened"
    with_order = "_for_order" if case.order_number and not person else ""
    promised = "_ack" if case.ack_due_by else ""
    variables: dict[str, Any] = {
        "case_number": case.number,
        "number": case.order_number,
        "ack_due_by": time(case.ack_due_by),
    }
    return Reply(f"{base}{with_order}{promised}", variables)

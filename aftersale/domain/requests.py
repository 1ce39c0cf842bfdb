"""What buyers ask for and what becomes of it: cancellations, holds, refunds, pending commands."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from aftersale.domain.money import Money


class RequestState(StrEnum):
    """Life of a cancellation or hold request that another party must answer."""

    SENT = "sent"  # written, with its outbox row; the other party has a link
    AGREED = "agreed"
    DECLINED = "declined"
    EXPIRED = "expired"  # nobody answered in time
    ENDED = "ended"  # events overtook it (the supplier shipped)
    WITHDRAWN = "withdrawn"  # the buyer undid it
    DONE = "done"  # carried out


REQUEST_MOVES = {
    RequestState.SENT: frozenset(
        {
            RequestState.AGREED,
            RequestState.DECLINED,
            RequestState.EXPIRED,
            RequestState.ENDED,
            RequestState.WITHDRAWN,
            RequestState.DONE,
        }
    ),
    RequestState.AGREED: frozenset({RequestState.DONE, RequestState.ENDED}),
    RequestState.DECLINED: frozenset[RequestState](),
    RequestState.EXPIRED: frozenset[RequestState](),
    RequestState.ENDED: frozenset[RequestState](),
    RequestState.WITHDRAWN: frozenset[RequestState](),
    RequestState.DONE: frozenset[RequestState](),
}
OPEN_REQUESTS = frozenset({RequestState.SENT, RequestState.AGREED})


class RequestKind(StrEnum):
    """What is asked."""

    CANCELLATION = "cancellation"
    HOLD = "hold"  # R1.9: please do not ship yet


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """A cancellation or hold request. One open cancellation per order line, by a unique index."""

    request_id: str
    kind: RequestKind
    state: RequestState
    storefront: str
    order_number: str
    line_ids: tuple[str, ...]
    actor: str  # who decides: buyer, seller, platform
    conversation_id: str | None
    created_at: datetime
    due_by: datetime | None
    idempotency_key: str
    decision_id: str | None = None
    reason: str | None = None
    answered_at: datetime | None = None
    case_number: str | None = None


class RefundKind(StrEnum):
    """Money that comes back: a release frees a hold, a refund returns captured money."""

    RELEASE = "release"
    REFUND = "refund"


class RefundState(StrEnum):
    """Life of a refund or release."""

    PENDING = "pending"
    CONFIRMED = "confirmed"  # the provider said so
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the provider's answer was lost; it is asked, never blindly repeated
    REVERSED = "reversed"  # it was paid and came back from the bank


REFUND_MOVES = {
    RefundState.PENDING: frozenset(
        {RefundState.CONFIRMED, RefundState.REFUSED, RefundState.UNKNOWN}
    ),
    RefundState.CONFIRMED: frozenset({RefundState.REVERSED}),
    RefundState.REFUSED: frozenset({RefundState.PENDING}),
    RefundState.UNKNOWN: frozenset(
        {RefundState.PENDING, RefundState.CONFIRMED, RefundState.REFUSED}
    ),
    RefundState.REVERSED: frozenset({RefundState.PENDING}),
}


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of captured money or the release of a hold."""

    refund_id: str
    storefront: str
    order_number: str
    kind: RefundKind
    state: RefundState
    amount: Money
    destination: str | None
    created_at: datetime
    idempotency_key: str
    confirmed_at: datetime | None = None
    provider_ref: str | None = None


class CommandState(StrEnum):
    """Life of a pending command: something shown to the buyer that waits for their yes."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    SUPERSEDED = (
        "superseded"  # terms moved and were shown again, or the buyer chose something else
    )
    UNDONE = "undone"


class CommandKind(StrEnum):
    """What a yes would do."""

    CANCEL = "cancel"  # cancel now
    REQUEST_CANCEL = "request_cancel"  # ask the supplier
    CONTACT_SELLER = "contact_seller"  # write to the seller
    ASK_HOLD = "ask_hold"  # ask the supplier not to ship yet
    OPEN_CASE = "open_case"  # a person looks at it
    REMIND = "remind"  # tell me when it becomes possible
    SEND_LETTER = "send_letter"  # send what the buyer wrote to the seller
    REPORT_PROBLEM = "report_problem"  # file what did not arrive or arrived wrong
    REQUEST_RETURN = "request_return"  # submit a return, replacement or refund for review
    ESCALATE_CASE = "escalate_case"  # have somebody else look at a decision
    LINK_CHAT = "link_chat"  # this chat of a messenger counts as a buyer's
    REPORT_BOUNCE = "report_bounce"  # report that mail to the seller came back
    ASK_REIMBURSEMENT = "ask_reimbursement"  # R0.14: may be eligible
    ASK_INTERVENTION = "ask_intervention"  # R4.19: the platform may step in


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """What the buyer was shown and may say yes to. Its id is the idempotency key of the effect."""

    command_id: str
    conversation_id: str
    kind: CommandKind
    state: CommandState
    storefront: str
    order_number: str | None
    decision_id: str | None
    order_version: int | None
    terms_hash: str
    terms: dict[str, Any]
    created_at: datetime
    expires_at: datetime
    done_at: datetime | None = None
    result: dict[str, Any] | None = None


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    ANSWER_CANCELLATION = "answer_cancellation"
    ANSWER_HOLD = "answer_hold"
    ANSWER_LETTER = "answer_letter"  # a seller answers what a buyer wrote
    ANSWER_OUTREACH = "answer_outreach"  # a seller answers the platform (R0.21)
    ANSWER_CASE = "answer_case"  # a leader or seller answers a case that is theirs first
    RESET_PASSWORD = "reset_password"  # noqa: S105 -- a purpose, no secret
    SECURE_DATA = "secure_data"  # R3.28: data that must not be typed into chat
    RETURN_TO_CHAT = "return_to_chat"  # a buyer comes back to the same conversation
    LINK_CHAT = "link_chat"  # a chat of a messenger is connected to the buyer


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A signed one-time link; only the SHA-256 of its token is stored."""

    token_hash: str
    purpose: LinkPurpose
    subject_id: str  # the request it answers
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    answer: str | None = None
    about: str | None = None  # the order that the talk is to be about


class OutboxState(StrEnum):
    """Life of an outside effect."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"  # gave up; a person must look
    WITHDRAWN = "withdrawn"  # undone before it left
    UNKNOWN = "unknown"  # sent without a key, and nobody knows whether it arrived


class OutboxKind(StrEnum):
    """Which outside effect."""

    SHOP_CANCEL = "shop.cancel"
    PAYMENT_REFUND = "payment.refund"
    PAYMENT_RELEASE = "payment.release"
    MAIL = "mail"
    PASSWORD_RESET = "account.password_reset"  # noqa: S105 -- finds the account, or nobody
    GUEST_CODE = "account.guest_code"  # finds the order, or none
    LINK_CODE = "account.link_code"  # finds the account, or nobody
    DESK = "desk.sync"  # brings a desk of somebody else up to date


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An outside effect, written in the transaction of the state change it belongs to."""

    outbox_id: str
    kind: OutboxKind
    idempotency_key: str
    payload: dict[str, Any]
    not_before: datetime
    created_at: datetime
    state: OutboxState = OutboxState.PENDING
    attempts: int = 0
    lease_until: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """Something a buyer was told would happen, with the time it is due (if one was named)."""

    promise_id: str
    conversation_id: str | None
    storefront: str
    order_number: str | None
    code: str
    due_at: datetime | None
    made_at: datetime
    kept_at: datetime | None = None
    breached_at: datetime | None = None  # when somebody was told that it is overdue


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: who did what to which thing, before and after."""

    at: datetime
    actor: str  # buyer:<id>, seller:<id>, system:relay, system:sweep, shop, agent:<user>
    action: str
    subject: str  # order:S/NUMBER, request:<id>, case:<number>, conversation:<id>
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    conversation_id: str | None = None

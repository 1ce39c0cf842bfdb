"""An accepted case does what the buyer had said yes to: that very action, once, or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from aftersale.domain.cases import Case, CaseType, CaseVerdict
from aftersale.domain.conversations import Identity
from aftersale.domain.fulfilment import GONE, FulfilmentState
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.requests import AuditEntry, CommandKind, PendingCommand
from aftersale.errors import NotPossible
from aftersale.policy.codes import REASON_CODES
from aftersale.policy.decision import Ask, MoneyMove, Outcome
from aftersale.policy.problem_knobs import RefundPayer
from aftersale.services.call import Call
from aftersale.services.deciding import Judgement, judge, keep
from aftersale.services.deed import Deed
from aftersale.services.desk.as_command import command_of
from aftersale.services.effects import carry_out
from aftersale.services.offers import wish_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.problem_filing import file_problem
from aftersale.services.refunds import refund_kind
from aftersale.services.reply import Reply
from aftersale.services.returning.filing import file_return
from aftersale.services.terms import terms_of
from aftersale.services.wiring import Wiring

_APPROVAL, _REVIEW = CaseType.LAUNCH_APPROVAL, CaseType.CANCELLATION_REVIEW
_REFUND = CaseType.REFUND_REQUEST
_FILINGS = {
    CommandKind.REPORT_PROBLEM: file_problem,
    CommandKind.REQUEST_RETURN: file_return,
}
_ACTS = frozenset(
    {
        CommandKind.CANCEL,
        CommandKind.REQUEST_CANCEL,
        CommandKind.ASK_HOLD,
        CommandKind.CONTACT_SELLER,
        *_FILINGS,
    }
)
_UP_TO_A_PERSON = frozenset({Outcome.DO_NOW, Outcome.REVIEW, Outcome.HANDOFF})
_BOUND = ("lines", "items", "amount_minor", "currency", "party", "fee")
_THERE = frozenset(
    {FulfilmentState.DELIVERED, FulfilmentState.PICKED_UP, FulfilmentState.RETURNED}
)
_WAYS_ON = (
    "Nothing was changed. Decline the case with the reason, ask the buyer with `request-info`, "
    "or close it; the buyer can wish it anew for the order as it is now."
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of a decision beside the money that it grants by itself."""

    told: tuple[Order, Reply] | None = None  # about which order what is told
    brings_money: bool = False  # what was carried out does, so nothing else may
    stands: str | None = None  # the order that was to be cancelled, and is not


def confirmed_by_buyer(uow: UnitOfWork, case: Case) -> PendingCommand | None:
    """Return what the buyer said yes to when it is something that an acceptance carries out."""
    if case.type not in {_APPROVAL, _REVIEW, _REFUND} or case.idempotency_key is None:
        return None
    command = uow.commands.get(case.idempotency_key) or _filed_here(uow, case)
    if command is None or command.kind is not CommandKind.OPEN_CASE:
        return None
    is_meant = case.type is _APPROVAL or wish_of(command).ask is Ask.CANCEL
    return command if is_meant else None


@dataclass(frozen=True, slots=True)
class Preview:
    """What accepting a case would carry out now; `why_not` says why nothing."""

    judgement: Judgement | None = None
    kind: CommandKind | None = None
    why_not: str | None = None


def preview(wiring: Wiring, uow: UnitOfWork, case: Case, now: datetime) -> Preview:
    """Return what an acceptance would do to the order, without doing it."""
    command = confirmed_by_buyer(uow, case)
    if command is None:
        is_lost = case.type is _APPROVAL
        return Preview(why_not="What the buyer had confirmed is not known." if is_lost else None)
    judgement = None
    try:
        judgement = _judged(wiring, uow, command, now)
        kind = _approved(judgement, command) if case.type is _APPROVAL else _cancelled(judgement)
        _require_same(command, judgement)
    except NotPossible as impossible:
        return Preview(judgement, why_not=impossible.detail)
    return Preview(judgement, kind)


def _filed_here(uow: UnitOfWork, case: Case) -> PendingCommand | None:
    """Return what somebody here filed in the buyer's stead, as if the buyer had said yes."""
    proposal = uow.proposals.get(case.idempotency_key or "")
    if proposal is None:
        return None
    return command_of(proposal, case.conversation_id or "", CommandKind.OPEN_CASE)


def carry_out_case(
    wiring: Wiring, uow: UnitOfWork, case: Case, verdict: CaseVerdict, *, user: str, now: datetime
) -> Carried:
    """Do what the case waited for, if that is anything.

    The order is read again and the policy asked again, as of now, before anything happens.

    Raises:
        NotPossible: it cannot happen (any more); nothing was changed.
    """
    command = confirmed_by_buyer(uow, case)
    if command is not None and _is_done(uow, case, command):
        return _done_before(uow, case, verdict)
    if verdict is CaseVerdict.DECLINED or (command is None and case.type is not _APPROVAL):
        return Carried()
    if command is None:
        raise NotPossible(f"What the buyer had confirmed is not known any more. {_WAYS_ON}")
    if case.type is _REFUND and (verdict is CaseVerdict.PARTLY or _only_money(uow, case)):
        return _left_standing(uow, case)
    if verdict is CaseVerdict.PARTLY and case.type is _REVIEW:
        return Carried()  # a person sees to the part; nothing here cancels half an order
    if verdict is CaseVerdict.PARTLY:
        raise NotPossible("What the buyer confirmed happens as a whole; accept or decline it.")
    told = _carried_out(wiring, uow, case, command, user=user, now=now)
    return Carried(told, brings_money=True)


def _done_before(uow: UnitOfWork, case: Case, verdict: CaseVerdict) -> Carried:
    """Leave alone what an earlier decision did; after the shop's no the money is left to give."""
    if verdict is not CaseVerdict.ACCEPTED:
        raise NotPossible(
            "It was carried out after the first decision; that cannot be taken back."
        )
    order = _order_of(uow, case)
    if case.type is _REFUND and order is not None and order.state is OrderState.OPEN:
        return _left_standing(uow, case)
    return Carried(brings_money=True)


def _order_of(uow: UnitOfWork, case: Case) -> Order | None:
    return uow.orders.find(case.storefront, case.order_number or "")


def _only_money(uow: UnitOfWork, case: Case) -> bool:
    """Whether a wish to cancel can only bring the money back: the goods are being seen to."""
    order = _order_of(uow, case)
    if order is None or order.state is OrderState.CANCELLING:
        return False  # nothing is known of it, or its money comes with the cancellation
    begun = any(x.fulfilment is not FulfilmentState.NONE for x in order.lines if not x.cancelled)
    return begun or order.state is not OrderState.OPEN


def _left_standing(uow: UnitOfWork, case: Case) -> Carried:
    """Say that only money is granted, when goods of the order may still arrive."""
    order = _order_of(uow, case)
    if order is None or order.state is OrderState.CANCELLED:
        return Carried()
    if all(x.fulfilment in _THERE for x in order.lines if not x.cancelled):
        return Carried()
    reply = Reply("utter_told_case_stands", {"number": order.number, "choices": []})
    return Carried((order, reply), stands=order.number)


def _is_done(uow: UnitOfWork, case: Case, command: PendingCommand) -> bool:
    """Whether an earlier decision about the case carried it out."""
    sent = uow.outbox.by_key(command.command_id)
    return sent is not None or uow.cases.by_key(_filed_as(case)) is not None


def _filed_as(case: Case) -> str:
    """Return the key of a case that an acceptance files; the command's is the approval's own."""
    return f"approved:{case.number}"


def _carried_out(
    wiring: Wiring,
    uow: UnitOfWork,
    case: Case,
    command: PendingCommand,
    *,
    user: str,
    now: datetime,
) -> tuple[Order, Reply]:
    judgement = _judged(wiring, uow, command, now)
    kind = _approved(judgement, command) if case.type is _APPROVAL else _cancelled(judgement)
    _require_same(command, judgement)
    if case.type is not _APPROVAL:
        judgement = _with_money(judgement)
    whose = Identity(judgement.order.storefront, judgement.order.buyer_id)
    call = Call(command.conversation_id, "", whose, now)
    decision_id = keep(wiring, uow, call, judgement)
    meant = replace(command, kind=kind, decision_id=decision_id)
    deed = Deed(call, meant, judgement, agent=user, case_number=case.number)
    uow.ledger.audit(
        AuditEntry(
            at=now,
            actor=deed.by,
            action="case.carried_out",
            subject=f"case:{case.number}",
            after={"did": kind.value, "decision_id": decision_id},
            conversation_id=case.conversation_id,
        )
    )
    file = _FILINGS.get(kind)
    if file is None:
        return judgement.order, carry_out(wiring, uow, deed)
    return judgement.order, file(wiring, uow, call, judgement, key=_filed_as(case))


def _judged(wiring: Wiring, uow: UnitOfWork, command: PendingCommand, now: datetime) -> Judgement:
    order = uow.orders.find(command.storefront, command.order_number or "")
    if order is None:
        raise NotPossible(f"There is no such order any more. {_WAYS_ON}")
    wish = wish_of(command)
    return judge(wiring, uow, order, wish, asking_buyer=order.buyer_id, now=now, by_person=True)


def _approved(judgement: Judgement, command: PendingCommand) -> CommandKind:
    """Return what was confirmed, when the rules still say that it is what happens."""
    kind = judgement.offer
    if kind is None or kind not in _ACTS or command.terms["shown"].get("then", kind) != kind:
        raise _refused(judgement)
    return kind


def _cancelled(judgement: Judgement) -> CommandKind:
    """Say that the order is cancelled, where that is up to a person and still possible."""
    order, decision = judgement.order, judgement.decision
    theirs = decision.outcome in _UP_TO_A_PERSON or decision.reason_code == "not_stated"
    if not theirs or order.state is not OrderState.OPEN:
        raise _refused(judgement)
    if any(line.fulfilment in GONE for line in order.lines if not line.cancelled):
        raise _refused(judgement, "Goods of the order have left, so it cannot be cancelled.")
    return CommandKind.CANCEL


def _refused(judgement: Judgement, why: str | None = None) -> NotPossible:
    decision = judgement.decision
    said = why or f"The rules say {decision.reason_code} now: {REASON_CODES[decision.reason_code]}"
    at = decision.earliest
    since = f" It is possible from {at:%Y-%m-%d %H:%M %Z}." if at else ""
    return NotPossible(f"{said}{since} {_WAYS_ON}")


def _require_same(command: PendingCommand, judgement: Judgement) -> None:
    """Refuse what the buyer did not say yes to: the order is another one by now."""
    shown, present = command.terms["shown"], terms_of(judgement)
    moved = [name for name in _BOUND if shown.get(name) != present[name]]
    if moved:
        what = ", ".join(name.removesuffix("_minor") for name in moved)
        raise NotPossible(f"The order changed since the buyer's yes ({what}). {_WAYS_ON}")


def _with_money(judgement: Judgement) -> Judgement:
    """Say what happens to the money: a review leaves it open, the state of the payment knows."""
    kind = refund_kind(judgement.order)
    money = MoneyMove(kind.value) if kind else MoneyMove.NONE
    if kind and judgement.policy.refund.payer is RefundPayer.SELLER:
        money = MoneyMove.UNKNOWN
    # What was promised for the time of the review is over with the decision.
    return replace(judgement, decision=replace(judgement.decision, money=money, promises=()))

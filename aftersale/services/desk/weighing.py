"""What a confirmation would do to an order now: by the rules, and against them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.acting import AgentAsk, AgentDeed
from aftersale.domain.desk import Role
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.requests import CommandKind
from aftersale.policy.decision import Decision, MoneyMove, Outcome
from aftersale.services.case_life.parties import takes_part_in_order
from aftersale.services.deciding import Judgement, judge
from aftersale.services.desk.asked import Asked
from aftersale.services.desk.limits_of_acting import never, never_at_all, refunded_lines
from aftersale.services.ports import UnitOfWork
from aftersale.services.refunds import due, refund_kind
from aftersale.services.terms import open_lines, terms_of
from aftersale.services.wiring import Wiring

_BY_KIND = {kind: AgentDeed(kind.value) for kind in CommandKind if kind.value in set(AgentDeed)}
# What the wish itself is, whatever the rules make of it.
_WANTED = {
    AgentAsk.CANCEL: AgentDeed.CANCEL,
    AgentAsk.RELEASE: AgentDeed.CANCEL,
    AgentAsk.REFUND: AgentDeed.REFUND,
    AgentAsk.HOLD: AgentDeed.ASK_HOLD,
    AgentAsk.RETURN: AgentDeed.REQUEST_RETURN,
    AgentAsk.REPLACEMENT: AgentDeed.REQUEST_RETURN,
}
_LEFT_TO_A_PERSON = frozenset({Outcome.REVIEW, Outcome.HANDOFF})
_MONEY = frozenset({AgentDeed.CANCEL, AgentDeed.REFUND, AgentDeed.RELEASE})


@dataclass(frozen=True, slots=True)
class Override:
    """A rule that would be set aside, and who may."""

    rule: str
    code: str
    role: Role


@dataclass(frozen=True, slots=True)
class Weighed:
    """The judgement of now with what may follow; `terms` is all that a confirmation binds."""

    asked: Asked
    judgement: Judgement
    terms: dict[str, Any]
    override: Override | None
    never: str | None = None  # why nothing can be done, whoever asks
    barred: str | None = None  # why not even setting the rule aside helps

    @property
    def by_rules(self) -> dict[str, Any] | None:
        """What a plain confirmation does; None: nothing."""
        step: dict[str, Any] | None = self.terms["by_rules"]
        return step

    @property
    def by_override(self) -> dict[str, Any] | None:
        """What a confirmation does that sets the rule aside; None: that is not possible."""
        step: dict[str, Any] | None = self.terms["by_override"]
        return step


def weigh(
    wiring: Wiring, uow: UnitOfWork, order: Order, asked: Asked, *, user: str, now: datetime
) -> Weighed:
    """Decide about the wish as the bot does, for somebody here who carries it out."""
    judgement = judge(
        wiring, uow, order, asked.wish(), asking_buyer=order.buyer_id, now=now, by_person=True
    )
    nothing = never_at_all(asked, judgement)
    if takes_part_in_order(uow, order, user):
        nothing = "party_to_order"
    by_rules, barred = (None, None) if nothing else _by_rules(uow, asked, judgement)
    wanted = _WANTED.get(asked.ask)
    # Nothing is set aside where the rules do what is wanted, or what is wanted cannot be.
    against = None if nothing or by_rules == wanted or not wanted else _instead(order, asked)
    if against is not None:
        barred = never(uow, asked, judgement, against)
    open_way = against if against and not barred else None
    terms = {
        "shown": terms_of(judgement),
        "asked": asked.stored(),
        "by_rules": _step(uow, asked, judgement, by_rules),
        "by_override": _step(uow, asked, with_money(judgement, asked), open_way),
        "refunds": len(uow.requests.refunds(order.storefront, order.number)),
        "letters": _letters(uow, order),
    }
    override = _override(judgement.decision) if open_way else None
    return Weighed(asked, judgement, terms, override, nothing, barred)


def _by_rules(
    uow: UnitOfWork, asked: Asked, judgement: Judgement
) -> tuple[AgentDeed | None, str | None]:
    """Return what the rules let happen, if it can; else why it cannot."""
    deed = _BY_KIND.get(judgement.offer) if judgement.offer else None
    if deed is None:
        return None, None
    barred = never(uow, asked, judgement, deed)
    return (None, barred) if barred else (deed, None)


def _instead(order: Order, asked: Asked) -> AgentDeed:
    """Return what setting the rule aside would do: of a cancelled order only the hold is left."""
    is_over = order.state is OrderState.CANCELLED
    if asked.ask is AgentAsk.RELEASE and is_over:
        return AgentDeed.RELEASE
    return _WANTED[asked.ask]


def _override(decision: Decision) -> Override:
    """Return the rule that stands against it: what is left to a person needs a reviewer."""
    code = decision.reason_code
    rule = next((v.rule for v in decision.verdicts if v.code == code), code)
    theirs = decision.outcome in _LEFT_TO_A_PERSON
    return Override(rule, code, Role.REVIEWER if theirs else Role.SUPERVISOR)


def with_money(judgement: Judgement, asked: Asked) -> Judgement:
    """Return the judgement with what happens to the money when its rule is set aside."""
    kind = refund_kind(judgement.order)
    money = MoneyMove(kind.value) if kind else MoneyMove.NONE
    if kind and asked.ask is AgentAsk.CANCEL and judgement.policy.refund.payer == "seller":
        money = MoneyMove.UNKNOWN
    # What the rule promised is over with it.
    decision = replace(judgement.decision, money=money, promises=())
    return replace(judgement, decision=decision)


def lines_meant(uow: UnitOfWork, asked: Asked, order: Order, deed: AgentDeed) -> tuple[str, ...]:
    """Return the lines that the deed is about."""
    if asked.line_ids:
        return asked.line_ids
    if deed is not AgentDeed.REFUND:
        return open_lines(order) or tuple(line.line_id for line in order.lines)
    if asked.amount_minor is not None:
        return ()  # an amount is for no line: none of them counts as refunded by it
    gone = refunded_lines(uow, order)
    return tuple(line.line_id for line in order.lines if line.line_id not in gone)


def _step(
    uow: UnitOfWork, asked: Asked, judgement: Judgement, deed: AgentDeed | None
) -> dict[str, Any] | None:
    """Return exactly what happens, as JSON."""
    if deed is None:
        return None
    order = judgement.order
    ids = lines_meant(uow, asked, order, deed)
    seller = judgement.seller
    to_seller = deed in {AgentDeed.REQUEST_CANCEL, AgentDeed.ASK_HOLD, AgentDeed.CONTACT_SELLER}
    return {
        "deed": deed.value,
        "lines": [
            {"line_id": x.line_id, "name": x.name, "quantity": x.quantity}
            for x in order.lines
            if x.line_id in ids
        ],
        "whole": not asked.line_ids or set(open_lines(order)) <= set(asked.line_ids),
        "money": _money(uow, asked, judgement, deed),
        "letter_to": seller.nickname if seller and to_seller else None,
    }


def _money(
    uow: UnitOfWork, asked: Asked, judgement: Judgement, deed: AgentDeed
) -> dict[str, Any] | None:
    """Return what happens to the money; None: nothing is said about it."""
    order, move = judgement.order, judgement.decision.money
    if deed not in _MONEY:
        return None
    payload = {
        "line_ids": lines_meant(uow, asked, order, deed),
        "amount_minor": asked.amount_minor if deed is AgentDeed.REFUND else None,
    }
    owed = due(uow, order, payload)
    if owed is None or (deed is AgentDeed.CANCEL and move is MoneyMove.NONE):
        return {"move": MoneyMove.NONE.value}
    if deed is AgentDeed.CANCEL and move is MoneyMove.UNKNOWN:
        return {"move": move.value, "amount_minor": owed.amount.minor, "currency": order.currency}
    return {
        "move": owed.kind.value,
        "amount_minor": owed.amount.minor,
        "currency": owed.amount.currency,
        "to": order.payment.display,
        "by_hand": owed.by_hand,
    }


def _letters(uow: UnitOfWork, order: Order) -> int:
    return uow.parties.contacts(order.seller_id, order.number) if order.seller_id else 0

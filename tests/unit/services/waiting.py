"""A buyer whose yes waits for a person's, and what may happen in between."""

from dataclasses import replace
from datetime import timedelta

from aftersale.domain.cases import CaseState, CaseVerdict
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderKind, OrderState
from aftersale.domain.payments import PaymentState
from aftersale.policy.decision import Ask
from aftersale.policy.problem_knobs import LaunchMode
from aftersale.services.case_life.desk import CaseDesk
from tests.unit.services.test_launch import launch
from tests.unit.services.world import NOW, S2, World

ACCEPTED, PARTLY, DECLINED = CaseVerdict.ACCEPTED, CaseVerdict.PARTLY, CaseVerdict.DECLINED
_F, _P = FulfilmentState, PaymentState
OVER = {
    "kind": OrderKind.UNLIMITED_GROUP,
    "paid": _P.AUTHORISED,
    "campaign_ends_at": NOW - timedelta(days=1),
}


class Waiting(World):
    """A world in which what the buyer said yes to waits for a person."""

    def __init__(self, storefront=S2, *, held=Ask.CANCEL, ask=None, before=None, **order):
        super().__init__(storefront, **order)
        if held:
            launch(self, actions={held: LaunchMode.APPROVE})
        if before:
            before(self)
        (ask or World.propose)(self)
        self.yes()
        (case,) = self.store.tables.cases.values()
        self.case_number, self.desk = case.number, CaseDesk(self.wiring)

    def decide(self, verdict=ACCEPTED, code="rules_cover_it", user="mia", **more):
        return self.desk.deciding.decide(
            self.case_number, verdict, code, user=user, now=self.now, **more
        )

    @property
    def state(self):
        return self.store.tables.cases[self.case_number].state

    def is_untouched(self):
        return (self.state, self.told(), self.outbox()) == (CaseState.OPEN, [], [])

    def audited(self, action):
        return [a for a in self.store.tables.audit if a.action == action]


def reviewed(storefront, **more):
    return Waiting(storefront, held=None, **more)


def price(w):
    w.change(total=Money(2999, "USD"))


def goods(w):
    w.change(lines=(*w.stored().lines, replace(w.stored().lines[0], line_id="2", name="Socks")))


def cancelled(w):
    lines = tuple(replace(x, cancelled=True) for x in w.stored().lines)
    w.change(state=OrderState.CANCELLED, lines=lines)


def gone(w):
    w.store.tables.orders.clear()


def closed(w):
    launch(w, read_only=True)


def delivered(w):
    w.change(lines=tuple(replace(x, fulfilment=_F.DELIVERED) for x in w.stored().lines))


MEANWHILE = {
    "shipped": (World.ship, "shipped now: It has shipped"),
    "delivered": (delivered, "delivered now"),
    "cancelled by the shop": (cancelled, "already_cancelled now"),
    "another price": (price, r"changed since the buyer's yes \(amount\)"),
    "other goods": (goods, r"changed since the buyer's yes \(lines, items\)"),
    "gone": (gone, "no such order"),
    "read-only": (closed, "read_only now"),
}

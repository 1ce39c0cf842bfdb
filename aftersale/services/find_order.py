"""Find the order a buyer means: by number, by words, by position, or by what was talked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aftersale.domain.orders import Order, OrderState
from aftersale.services.call import Call, OrderHint
from aftersale.services.channels.not_known import not_known
from aftersale.services.matching import by_tail, by_words, canonical, near
from aftersale.services.mentions import asks_for_goods, by_day, by_mention
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, date, money
from aftersale.services.wiring import Wiring

_SEARCHED = 200  # of a buyer's orders, newest first
_PICKER_ROWS = 6
_PICKS = {"last": 0, "first": -1, "previous": 1}


class FoundKind(StrEnum):
    """What the search gave."""

    ONE = "one"
    SEVERAL = "several"
    NONE = "none"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Found:
    """The result. `order` only for ONE; `candidates` newest or best first otherwise.

    `by_number`: a number was given. A number of somebody else's order gives the very result of a
    number that nobody has. `close`: no such number, but the candidates' are a slip away from it.
    """

    kind: FoundKind
    order: Order | None = None
    candidates: tuple[Order, ...] = ()
    by_number: bool = False
    close: bool = False


class FindOrder:
    """Search among the verified buyer's own orders; anything else does not exist."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def resolve(
        self,
        call: Call,
        *,
        text_number: str | None = None,
        pick: str | None = None,
        words: str | None = None,
        current: str | None = None,
    ) -> Found:
        """Return one order, several, none, or `not_verified`."""
        with self._wiring.uow() as uow:
            return find(uow, call, OrderHint(text_number, pick, words, current))

    def named(self, call: Call, hint: OrderHint) -> Found:
        """Return what the message itself points at; `none` also when it points at nothing."""
        if call.identity.buyer_id is None:
            return Found(FoundKind.NOT_VERIFIED)
        with self._wiring.uow() as uow:
            return _named(uow, call, call.identity.buyer_id, hint) or Found(FoundKind.NONE)

    def ask_which(self, call: Call, hint: OrderHint) -> Reply:
        """Ask for the order: slots `order_ref` and `last_order` when the hint fits exactly one.

        Replies `utter_which_order`, `utter_which_order_no_match`, `utter_which_order_close` (block
        `order_picker`, done False), `utter_no_orders`, `utter_cancel_not_found` or
        `utter_cancel_not_verified`.
        """
        with self._wiring.uow() as uow:
            return which(self._wiring, call, find(uow, call, hint))


def find(uow: UnitOfWork, call: Call, hint: OrderHint) -> Found:
    """Search inside the caller's transaction; see `FindOrder.resolve`."""
    buyer = call.identity.buyer_id
    if buyer is None:
        return Found(FoundKind.NOT_VERIFIED)
    if found := _named(uow, call, buyer, hint):
        return found
    if hint.current:
        return _by_number(uow, call, buyer, canonical(hint.current))
    orders = uow.orders.of_buyer(call.identity.storefront, buyer, limit=_SEARCHED)
    return _found([o for o in orders if o.state is OrderState.OPEN] or orders)


def _named(uow: UnitOfWork, call: Call, buyer: str, hint: OrderHint) -> Found | None:
    """Search for what the message itself points at; None when it points at nothing."""
    if hint.number and canonical(hint.number):
        return _by_number(uow, call, buyer, canonical(hint.number))
    if hint.pick not in _PICKS and not hint.words and not hint.text:
        return None
    orders = uow.orders.of_buyer(call.identity.storefront, buyer, limit=_SEARCHED)
    if hint.pick in _PICKS:
        return _by_pick(orders, hint.pick, hint.current)
    return _described(orders, call, hint)


def _described(orders: Sequence[Order], call: Call, hint: OrderHint) -> Found | None:
    """Search by goods and day. Of several that fit, the one talked about is meant."""
    text = hint.text or ""
    fitting = by_mention(orders, text) or (by_words(orders, hint.words) if hint.words else [])
    on_day = by_day(fitting or orders, text, call.now, call.identity.timezone)
    fitting = on_day or fitting
    if fitting:
        current = [order for order in fitting if order.number == hint.current]
        return _found(current or fitting)
    sought = hint.words or asks_for_goods(text) or (on_day == [] and not hint.current)
    return Found(FoundKind.NONE, candidates=tuple(orders)) if sought else None


def _by_number(uow: UnitOfWork, call: Call, buyer: str, number: str) -> Found:
    """Look the number up among the buyer's own, exactly and then by its end."""
    exact = uow.orders.find_own(call.identity.storefront, number, buyer)
    if exact is not None:
        return Found(FoundKind.ONE, exact, (exact,), by_number=True)
    own = uow.orders.of_buyer(call.identity.storefront, buyer, limit=_SEARCHED)
    if same := by_tail(own, number):
        return _found(same, by_number=True)
    close = tuple(near(own, number))
    kind = FoundKind.SEVERAL if close else FoundKind.NONE
    return Found(kind, candidates=close, by_number=True, close=bool(close))


def _by_pick(orders: Sequence[Order], pick: str, current: str | None) -> Found:
    numbers = [order.number for order in orders]
    at = _PICKS[pick]
    if pick == "previous" and current in numbers:
        at = numbers.index(current) + 1
    return _found(list(orders[at:][:1]))


def _found(orders: Sequence[Order], *, by_number: bool = False) -> Found:
    kind = {0: FoundKind.NONE, 1: FoundKind.ONE}.get(len(orders), FoundKind.SEVERAL)
    order = orders[0] if kind is FoundKind.ONE else None
    return Found(kind, order, tuple(orders), by_number)


def which(wiring: Wiring, call: Call, found: Found) -> Reply:
    """Return the question or the answer that a search gives when it is not one order."""
    policy = wiring.policy(call.identity.storefront)
    if found.kind is FoundKind.ONE and found.order:
        number = found.order.number
        return _picker(wiring, found, "utter_which_order", order_ref=number, last_order=number)
    if found.kind is FoundKind.NOT_VERIFIED:
        return not_known(wiring, call)
    if found.kind is FoundKind.SEVERAL:
        name = "utter_which_order_close" if found.close else "utter_which_order"
        return _picker(wiring, found, name, order_ref=None)
    if found.by_number:
        choices = [choice("list_orders"), choice("open_case")]
        return Reply(
            "utter_cancel_not_found",
            _shop_only(wiring, call) | {"choices": choices},
            {"order_ref": None},
        )
    if found.candidates:
        return _picker(wiring, found, "utter_which_order_no_match", order_ref=None)
    return Reply(
        "utter_no_orders",
        {"my_orders_url": policy.my_orders_url, "choices": [choice("open_case")]},
    )


def _shop_only(wiring: Wiring, call: Call) -> dict[str, Any]:
    """Return the variables of a reply that may say nothing about any order."""
    policy = wiring.policy(call.identity.storefront)
    return {
        "party": policy.party,
        "my_orders_url": policy.my_orders_url,
        "sign_in_url": policy.sign_in_url,
    }


def _picker(wiring: Wiring, found: Found, response: str, **slots: str | None) -> Reply:
    variables = {
        "choices": [],  # every row of the picker is a button already
        "blocks": [picker(wiring, found.candidates)],
    }
    clear = {"product_ref": None, "order_pick": None}
    return Reply(response, variables, clear | slots, done=False)


def picker(wiring: Wiring, orders: Sequence[Order]) -> dict[str, Any]:
    """Return the block `order_picker` with the first few of the orders."""
    rows = [picker_row(wiring, order) for order in orders[:_PICKER_ROWS]]
    return {"type": "order_picker", "orders": rows}


def picker_row(wiring: Wiring, order: Order) -> dict[str, Any]:
    """Return one order as a picker shows it."""
    return {
        "number": order.number,
        "items": [line.name for line in order.lines],
        "state_label": wiring.policy(order.storefront).label(order),
        "placed_at": date(order.placed_at),
        "amount": money(order.total),
    }

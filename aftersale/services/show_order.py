"""Show orders as they are: status, delivery, money, terms. Changes nothing about them."""

from collections.abc import Callable
from typing import Any

from aftersale.domain.orders import OrderState
from aftersale.policy.decision import Outcome
from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Judgement, keep
from aftersale.services.find_order import FoundKind, find, picker, which
from aftersale.services.money_facts import destination, refund
from aftersale.services.offers import show
from aftersale.services.one_order import judge_one
from aftersale.services.order_card import order_card
from aftersale.services.order_facts import (
    authorisation,
    delivery,
    restocking_fee,
    seller_policy,
    unpaid,
)
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.standing import standing
from aftersale.services.terms import alternatives, order_variables
from aftersale.services.wiring import Wiring

Answer = Callable[[UnitOfWork, Call, Judgement], Reply]

_POSSIBLE = frozenset({Outcome.DO_NOW, Outcome.SEND_REQUEST})


class ShowOrder:
    """Answers about one order or all of them.

    Every answer about one order may instead be what `FindOrder.ask_which` says, sets the slot
    `last_order`, and takes the order from an `OrderHint`.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def status(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_status` with the card (block `order_card`) and what the policy allows now."""
        return self._about(call, hint, self._status)

    def details(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_order_details`, or `utter_order_instructions` when the order has some."""
        return self._about(call, hint, self._details)

    def instructions(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_instructions` (R4.1) or `utter_instructions_none`."""
        return self._about(call, hint, _instructions)

    def list(self, call: Call) -> Reply:
        """`utter_order_list` (block `order_picker`) or `utter_no_orders`."""
        with self._wiring.uow() as uow:
            found = find(uow, call, OrderHint())
            if found.kind is FoundKind.NOT_VERIFIED or not found.candidates:
                return which(self._wiring, call, found)
            buyer = call.identity.buyer_id or ""
            orders = uow.orders.of_buyer(call.identity.storefront, buyer)
        policy = self._wiring.policy(call.identity.storefront)
        variables = {
            "my_orders_url": policy.my_orders_url,
            "choices": [],
            "blocks": [picker(self._wiring, orders)],
        }
        return Reply("utter_order_list", variables)

    def delivery(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_delivery_*`: expected, overdue, delivered, unknown, cancelled."""
        return self._about(call, hint, delivery)

    def refund(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_refund_*` or `utter_release_*`, only as far as it is known."""
        return self._about(call, hint, refund)

    def refund_destination(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_refund_destination*`: to which way of paying money goes, masked."""
        return self._about(call, hint, destination)

    def authorisation(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_authorisation_*`: held, released, captured, none."""
        return self._about(call, hint, authorisation)

    def restocking_fee(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_restocking_*`: percent, flat, unknown."""
        return self._about(call, hint, restocking_fee)

    def seller_policy(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_seller_policy` with the links, or `utter_seller_policy_none`."""
        return self._about(call, hint, seller_policy)

    def unpaid(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_cancel_unpaid_auto` with its date, `utter_unpaid_open` or `utter_unpaid_paid`."""

        def answer(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:
            if judgement.decision.outcome is Outcome.AUTO_AT:
                return show(self._wiring, uow, call, judgement)
            return unpaid(uow, call, judgement)

        return self._about(call, hint, answer)

    def _about(self, call: Call, hint: OrderHint, answer: Answer) -> Reply:
        """Find the one order, decide what is possible with it now, and let `answer` speak."""
        with self._wiring.uow() as uow:
            judgement = judge_one(self._wiring, uow, call, hint=hint)
            if isinstance(judgement, Reply):
                return judgement
            reply = answer(uow, call, judgement)
            uow.commit()
        known = order_variables(judgement.order, judgement.seller, judgement.policy)
        slots = {"last_order": judgement.order.number}
        return Reply(reply.response, known | reply.variables, slots | reply.slots, reply.done)

    def _status(self, uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:
        keep(self._wiring, uow, call, judgement)  # the buttons show what the policy allows
        card = self._card(judgement)
        asked = standing(uow, judgement)  # also the answer to "did they agree?"
        return Reply("utter_status", card | {"blocks": [*asked, *card["blocks"]]})

    def _details(self, uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:
        keep(self._wiring, uow, call, judgement)
        if judgement.order.instructions is None:
            return Reply("utter_order_details", self._card(judgement))
        instructions = {"instructions": judgement.order.instructions}
        return Reply("utter_order_instructions", instructions | self._card(judgement))

    def _card(self, judgement: Judgement) -> dict[str, Any]:
        card = order_card(judgement.order, judgement.policy)
        return {"choices": allowed_now(judgement), "blocks": [card]}


def _instructions(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:  # noqa: ARG001
    said = judgement.order.instructions
    if said is None:
        return Reply("utter_instructions_none", {"choices": alternatives(judgement)})
    return Reply("utter_instructions", {"instructions": said})


def allowed_now(judgement: Judgement) -> list[dict[str, Any]]:
    """Return a button for each thing the policy allows at this moment."""
    number = judgement.order.number
    first = []
    if judgement.decision.outcome in _POSSIBLE:
        first.append(choice("cancel_order", order_number=number))
    if judgement.order.state is OrderState.CANCELLING:
        first.append(choice("undo_cancel", order_number=number))
    here = choice("track_order", order_number=number)  # the card is the tracking
    return [*first, *(button for button in alternatives(judgement) if button != here)]

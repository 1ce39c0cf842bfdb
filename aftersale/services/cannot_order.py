"""Why can't I order? Looked up live: the goods, what was bought lately, the address (R2.5-7)."""

import re
from collections.abc import Mapping, Sequence

from aftersale.domain.guests import is_guest
from aftersale.domain.sellers import Product
from aftersale.services.address_letters import (
    OddField,
    looks_like_address,
    odd_fields,
    typed_fields,
)
from aftersale.services.availability import on_sale, products_in, wanted_in
from aftersale.services.call import Call
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

PRODUCT, ADDRESS = "ordering_product", "ordering_address"  # the slots of the form
_ABOUT_ADDRESS = re.compile(r"(?i)\b(?:add?ress(?:es)?|post ?code|zip ?code|characters?)\b")
_SHOWN = 4


class CannotOrder:
    """Finds the cause as far as it can be known, says so when there is none, offers a person."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def start(self, call: Call, *, text: str, product: str | None) -> Reply:
        """Look at what the message names; ask which product it is when it names none.

        Replies `utter_ordering_ask_product`, `utter_ordering_ask_address` (both ask), or what was
        found: `utter_product_*`, `utter_ordering_repeated`, `utter_ordering_address`,
        `utter_ordering_no_cause`.
        """
        if product:
            return self._product(call, text, product)
        if _ABOUT_ADDRESS.search(text):
            return self._address(call)
        return _ask("utter_ordering_ask_product", PRODUCT)

    def take(self, call: Call, asked: str | None, text: str, *, product: str | None) -> Reply:
        """Take the answer to what was asked."""
        if asked == ADDRESS:
            return self.take_address(text)
        if product is None and _ABOUT_ADDRESS.search(text):
            return self._address(call)
        return self._product(call, text, product)

    def again(self, _call: Call, asked: str | None) -> Reply:
        """Ask the same once more, after something else was answered."""
        if asked == ADDRESS:
            return _ask("utter_ordering_ask_address", ADDRESS)
        return _ask("utter_ordering_ask_product", PRODUCT)

    def _product(self, call: Call, text: str, called: str | None) -> Reply:
        with self._wiring.uow() as uow:
            found = products_in(uow, call.identity.storefront, text, called=called)
            if len(found) == 1:
                return self._about(uow, call, found[0], wanted_in(text))
        if found:
            names = [product.name for product in found[:_SHOWN]]
            return _ask("utter_ordering_which_product", PRODUCT, products=names)
        return _ask("utter_ordering_unknown_product", PRODUCT, missed=True)

    def take_address(self, text: str) -> Reply:
        """Check the address that was typed."""
        if not looks_like_address(text):
            return _ask("utter_ordering_ask_address", ADDRESS, missed=True)
        odd = odd_fields(typed_fields(text), self._wiring.latin)
        return _odd(odd) if odd else _nothing_found("utter_ordering_address_fine")

    def _about(self, uow: UnitOfWork, call: Call, product: Product, wanted: int | None) -> Reply:
        cause = on_sale(product, wanted=wanted)
        if cause is not None:
            return cause
        if self._was_repeated(uow, call, product):
            return Reply(
                "utter_ordering_repeated",
                {"product": product.name, "choices": [choice("talk_to_human")]},
            )
        odd = self._odd_in_last_order(uow, call)
        return _odd(odd) if odd else _nothing_found("utter_ordering_no_cause", product.name)

    def _was_repeated(self, uow: UnitOfWork, call: Call, product: Product) -> bool:
        """Whether the shop may have paused it: the same goods, again and again, within a day."""
        knobs = self._wiring.policy(call.identity.storefront).ordering
        buyer = call.identity.buyer_id
        if buyer is None or knobs.repeat_limit is None or knobs.repeat_within is None:
            return False
        since = call.now - knobs.repeat_within.span
        times = sum(
            order.placed_at > since and any(line.sku == product.sku for line in order.lines)
            for order in uow.orders.of_buyer(call.identity.storefront, buyer)
        )
        return times >= knobs.repeat_limit

    def _address(self, call: Call) -> Reply:
        """Look at the buyer's last address; ask for the one they type when it is not that."""
        if not self._wiring.policy(call.identity.storefront).ordering.english_addresses:
            return _nothing_found("utter_ordering_address_unstated")
        with self._wiring.uow() as uow:
            odd = self._odd_in_last_order(uow, call)
        return _odd(odd) if odd else _ask("utter_ordering_ask_address", ADDRESS)

    def _odd_in_last_order(self, uow: UnitOfWork, call: Call) -> Sequence[OddField]:
        knobs = self._wiring.policy(call.identity.storefront).ordering
        buyer = call.identity.buyer_id
        # A guest has read one order's mail, which does not make its address theirs to see.
        if not knobs.english_addresses or buyer is None or is_guest(buyer):
            return []
        orders = uow.orders.of_buyer(call.identity.storefront, buyer, limit=1)
        address: Mapping[str, str] = orders[0].address if orders else {}
        return odd_fields(address, self._wiring.latin)


def _ask(response: str, slot: str, *, missed: bool = False, products: Sequence[str] = ()) -> Reply:
    slots = {"requested_slot": slot} | ({"missed": True} if missed else {})
    variables = {"products": list(products) or None, "choices": [choice("talk_to_human")]}
    return Reply(response, variables, slots, done=False)


def _odd(fields: Sequence[OddField]) -> Reply:
    """Say which field it is and how to write it."""
    written = "\n".join(f"{each.name}: {each.written} → {each.suggestion}" for each in fields)
    return Reply(
        "utter_ordering_address",
        {
            "fields": [each.name for each in fields],
            "written": written,
            "choices": [choice("talk_to_human")],
        },
    )


def _nothing_found(response: str, product: str | None = None) -> Reply:
    return Reply(response, {"product": product, "choices": [choice("talk_to_human")]})

"""A question before buying (R0.18, R1.6, R1.7): who knows the goods, and how to ask them now."""

from typing import Any

from aftersale.domain.parties import Seller
from aftersale.domain.sellers import Product
from aftersale.policy.knobs import Policy
from aftersale.policy.problem_knobs import LiveParty
from aftersale.services.availability import on_sale, wanted_in
from aftersale.services.call import Call, OrderHint
from aftersale.services.letter_target import Pointed, named_seller, offered_product
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

TIP = "utter_tip_read_description"  # said once in a conversation, whoever comes to it first


class PreSale:
    """Leads to the seller of the goods; live only while they are there."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def ask(self, call: Call, *, words: str | None, text: str | None, seller: str | None) -> Reply:
        """`utter_pre_sale_seller`, or `utter_pre_sale_question` when nobody is named.

        What cannot be bought at present is said to be so (R2.5), as `on_sale` does.
        """
        policy = self._wiring.policy(call.identity.storefront)
        pointed = Pointed(OrderHint(words=words), text, seller)
        with self._wiring.uow() as uow:
            product = offered_product(uow, call, pointed)
            asked = named_seller(uow, call, pointed) or _seller_of(uow, product)
            product = product or _called(uow, call, text or "")
        if product and (gone := on_sale(product, wanted=wanted_in(text or ""))):
            return gone
        open_to = policy.contact.before_buying is not None and policy.contact.offered
        if asked is None or not open_to:
            ways = [choice("contact_seller" if open_to else "open_case")]
            return Reply("utter_pre_sale_question", {"choices": ways})
        return Reply("utter_pre_sale_seller", _known(policy, asked, product))

    def tip_due(self, call: Call) -> bool:
        """Whether the tip to read the description is to be given: where it is, and once."""
        if not self._wiring.policy(call.identity.storefront).contact.read_first:
            return False
        with self._wiring.uow() as uow:
            return not was_said(uow, call.conversation_id, TIP)


def was_said(uow: UnitOfWork, conversation_id: str, response: str) -> bool:
    """Whether that response was given in the conversation."""
    events = uow.conversations.events(conversation_id, since=0, limit=1000)
    return any(event.body.get("response") == response for event in events)


def _called(uow: UnitOfWork, call: Call, text: str) -> Product | None:
    """Return the product whose whole name stands in the text."""
    fitting = uow.products.by_words(call.identity.storefront, text)
    return next((one for one in fitting if one.name.casefold() in text.casefold()), None)


def _seller_of(uow: UnitOfWork, product: Product | None) -> Seller | None:
    known = product is not None and product.seller_id is not None
    return uow.parties.seller(str(product.seller_id)) if known and product else None


def _known(policy: Policy, seller: Seller, product: Product | None) -> dict[str, Any]:
    live = policy.live.party is LiveParty.SUPPLIER and seller.online
    write = [choice("contact_seller", seller=seller.nickname)] if seller.reachable else []
    return {
        "seller": seller.nickname,
        "product": product.name if product else None,
        "product_url": product.url if product else None,
        "chat_url": seller.chat_url if live else None,
        "choices": write,
    }

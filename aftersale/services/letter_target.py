"""Whom a letter is for: the seller of an order, of a product, or one named by nickname."""

from dataclasses import dataclass, replace

from aftersale.domain.orders import Order, OrderState
from aftersale.domain.parties import Seller
from aftersale.domain.requests import CommandKind
from aftersale.domain.sellers import Product
from aftersale.policy.decision import Ask
from aftersale.policy.knobs import BeforeBuying
from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Wish, judge
from aftersale.services.find_order import Found, FoundKind, find, which
from aftersale.services.offers import show
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

_CONTACT = Wish(Ask.CONTACT_SELLER)
_NOT_SIGNED_IN = Found(FoundKind.NOT_VERIFIED)
_SHORTEST_NAME = 4  # signs of a nickname that is looked for in free text


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a message says about whom to write to."""

    hint: OrderHint
    text: str | None = None
    seller: str | None = None  # a name that was taken for a seller's
    answers: bool = False  # it answers the question whom


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a letter goes to and what it is about; `order` after buying, else perhaps `product`."""

    seller: Seller
    order: Order | None = None
    product: Product | None = None


def target_of(wiring: Wiring, uow: UnitOfWork, call: Call, said: Pointed) -> Target | Reply:
    """Return whom the letter is for, or what is asked or said instead."""
    if said.hint.number or said.hint.pick:
        return _of_order(wiring, uow, call, said.hint)
    if seller := named_seller(uow, call, said):
        order = _own_order_of(uow, call, seller, said.hint.current)
        return Target(seller, order) if order else before_buying(wiring, call, Target(seller))
    if order_hint := _own_goods(uow, call, said):
        return _of_order(wiring, uow, call, order_hint)
    if product := offered_product(uow, call, said):
        return _of_product(wiring, uow, call, product)
    if call.identity.buyer_id is None:
        return _ask_whom(wiring, call)
    return _of_order(wiring, uow, call, OrderHint(current=said.hint.current))


def target_again(
    wiring: Wiring,
    uow: UnitOfWork,
    call: Call,
    *,
    seller_id: str,
    number: str | None,
    sku: str | None,
) -> Target | Reply:
    """Return the target of an earlier question, if it may still be written to."""
    if number:
        return _of_order(wiring, uow, call, OrderHint(number=number))
    seller = uow.parties.seller(seller_id)
    product = uow.products.by_sku(call.identity.storefront, sku) if sku else None
    if seller is None:
        return _unreachable(wiring, call, None)
    return before_buying(wiring, call, Target(seller, product=product))


def before_buying(wiring: Wiring, call: Call, target: Target) -> Target | Reply:
    """Return the target when this visitor may write without an order (R0.18, R0.23)."""
    policy = wiring.policy(call.identity.storefront)
    who = policy.contact.before_buying
    if who is None:
        ways = [choice("list_orders"), choice("open_case")]
        return Reply("utter_letter_before_unstated", {"choices": ways})
    if who is BeforeBuying.SIGNED_IN and call.identity.buyer_id is None:
        return which(wiring, call, _NOT_SIGNED_IN)
    if not target.seller.reachable:
        return _unreachable(wiring, call, target.seller)
    return target


def _of_order(wiring: Wiring, uow: UnitOfWork, call: Call, hint: OrderHint) -> Target | Reply:
    found = find(uow, call, hint)
    if found.kind is not FoundKind.ONE or found.order is None:
        return which(wiring, call, found)
    buyer = call.identity.buyer_id
    judgement = judge(
        wiring,
        uow,
        found.order,
        _CONTACT,
        asking_buyer=buyer,
        now=call.now,
        linked=call.identity.linked,
    )
    if judgement.offer is CommandKind.CONTACT_SELLER and judgement.seller:
        return Target(judgement.seller, judgement.order)
    # No letter is possible. What is offered instead waits for its yes outside of the form.
    return replace(show(wiring, uow, call, judgement), done=True)


def named_seller(uow: UnitOfWork, call: Call, said: Pointed) -> Seller | None:
    """Return the one seller whom the message names."""
    name = said.seller or said.text
    found = uow.seller_mail.sellers_called(call.identity.storefront, name) if name else ()
    clear = [each for each in found if len(each.nickname) >= _SHORTEST_NAME]
    longest = max((len(each.nickname) for each in clear), default=0)
    fitting = [each for each in clear if len(each.nickname) == longest]
    return fitting[0] if len(fitting) == 1 else None


def _own_order_of(
    uow: UnitOfWork, call: Call, seller: Seller, current: str | None
) -> Order | None:
    """Return the buyer's order with that seller: the one talked about, or the only open one."""
    buyer = call.identity.buyer_id
    if buyer is None:
        return None
    mine = uow.orders.of_buyer(call.identity.storefront, buyer)
    theirs = [order for order in mine if order.seller_id == seller.seller_id]
    talked = [order for order in theirs if order.number == current]
    still = [order for order in theirs if order.state is OrderState.OPEN]
    return next(iter(talked or (still if len(still) == 1 else [])), None)


def _own_goods(uow: UnitOfWork, call: Call, said: Pointed) -> OrderHint | None:
    """Return a hint when the goods that are named were bought by this buyer."""
    if call.identity.buyer_id is None:
        return None
    hint = OrderHint(words=said.hint.words, current=None, text=said.text)
    found = find(uow, call, hint) if said.hint.words or said.answers else None
    if found is None or found.kind not in {FoundKind.ONE, FoundKind.SEVERAL}:
        return None
    return hint


def offered_product(uow: UnitOfWork, call: Call, said: Pointed) -> Product | None:
    """Return the one product that the message names."""
    shop = call.identity.storefront
    for words in dict.fromkeys((said.hint.words, said.text if said.answers else None)):
        if not words:
            continue
        if exact := uow.products.by_sku(shop, words):
            return exact
        found = uow.products.by_words(shop, words)
        if len(found) > 1 and said.text:  # the whole message may tell them apart
            found = [each for each in uow.products.by_words(shop, said.text) if each in found]
        if len(found) == 1:
            return found[0]
    return None


def _of_product(wiring: Wiring, uow: UnitOfWork, call: Call, product: Product) -> Target | Reply:
    seller = uow.parties.seller(product.seller_id) if product.seller_id else None
    if seller is None:
        return _unreachable(wiring, call, None)
    if call.identity.buyer_id is None:  # R0.4: from a product one signs in; by name one does not
        policy = wiring.policy(call.identity.storefront)
        known = {
            "product": product.name,
            "seller": seller.nickname,
            "sign_in_url": policy.sign_in_url,
            "choices": [choice("contact_seller", seller=seller.nickname)],
        }
        return Reply("utter_letter_product_sign_in", known)
    return before_buying(wiring, call, Target(seller, product=product))


def _ask_whom(wiring: Wiring, call: Call) -> Reply:
    policy = wiring.policy(call.identity.storefront)
    if policy.contact.before_buying is not BeforeBuying.ANYBODY or not policy.contact.offered:
        return which(wiring, call, _NOT_SIGNED_IN)
    return Reply("utter_letter_whom", {"sign_in_url": policy.sign_in_url}, done=False)


def _unreachable(wiring: Wiring, call: Call, seller: Seller | None) -> Reply:
    party = wiring.policy(call.identity.storefront).party
    name = seller.nickname if seller else party
    ways = [choice("mail_bounced"), choice("open_case")] if seller else [choice("open_case")]
    return Reply("utter_letter_no_address", {"seller": name, "choices": ways})

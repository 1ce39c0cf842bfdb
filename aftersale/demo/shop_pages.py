"""The demo shop's pages as HTML: orders as a shop shows them, with the chat on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from aftersale.domain.fulfilment import GONE, FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderLine, OrderState
from aftersale.domain.parties import Buyer
from aftersale.domain.payments import PaymentState
from aftersale.policy.knobs import Policy
from aftersale.store.demo_data import guided_buyers

# A word of the product's name and a picture that every device has.
PICTURES = {
    "mug": "☕", "shoes": "👟", "lamp": "💡", "backpack": "🎒", "ring": "💍", "print": "🖼️",
    "candles": "🕯️", "clock": "🕰️", "headset": "🎧", "boxes": "📦", "drone": "🚁", "cables": "🔌",
    "led": "✨", "speaker": "🔊", "tent": "⛺", "jacket": "🧥", "dress": "👗", "jeans": "👖",
    "scarf": "🧣", "cap": "🧢", "bag": "👜", "trunks": "🩳", "kettle": "🫖", "toaster": "🍞",
    "chairs": "🪑", "grinder": "☕", "curtains": "🪟", "table": "🪵", "robot": "🤖", "oil": "🫒",
    "strawberries": "🍓", "cheese": "🧀", "yoga": "🧘", "pan": "🍳", "towels": "🧺",
    "toothbrush": "🪥",
}  # fmt: skip
ABOUT = {
    "seller-direct": "Makers and small workshops who sell to you directly.",
    "supplier-consent": "Wholesale from suppliers, who agree to each change.",
    "status-gated": "Fashion. What is possible depends on where the parcel is.",
    "helpdesk": "Home and garden, with a help desk that answers by ticket.",
    "group-buy": "Bought together, led by a neighbour, cheaper for everybody.",
}
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at the shop, and in which language its chat speaks."""

    policy: Policy
    buyer: Buyer | None
    locale: str = ""


def shops(policies: Mapping[str, Policy]) -> str:
    """Return the page that lists the demo shops."""
    entries = "".join(
        f'<li><a href="/shop/{name}" data-storefront="{name}"><strong>{escape(policy.name)}'
        f"</strong>{escape(ABOUT.get(name, ''))}</a></li>"
        for name, policy in sorted(policies.items())
    )
    body = (
        "<main><h1>Demo shops</h1><p class=lead>Made-up shops with made-up orders. Each has its "
        "own rules; the chat on its order page knows them.</p>"
        f"<ul class=shops>{entries}</ul></main>"
    )
    return _document("Demo shops", "", body)


def orders_page(visit: Visit, orders: Sequence[Order]) -> str:
    """Return the page of the buyer's orders."""
    tips = _tips(visit)
    cards = "".join(_card(order, visit.policy, tips.get(order.number)) for order in orders)
    lead = (
        f"Hello {escape(visit.buyer.first_name)}, this is everything you bought here."
        if visit.buyer
        else "You are not signed in. The chat helps guests too; sign in to see your orders."
    )
    body = (
        f"{_header(visit)}<main lang=en><h1>Your orders</h1><p class=lead>{lead}</p>{cards}</main>"
        '<script src="/shop/shop.js"></script>'
        f'<script src="/widget.js" data-storefront="{visit.policy.storefront}" async></script>'
    )
    return _document(f"Your orders · {visit.policy.name}", _data(visit), body)


def _document(title: str, data: str, body: str) -> str:
    return (
        f"<!doctype html><html{data or ' lang=en'}><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f"<title>{escape(title)}</title><link rel=icon href=/widget/icon.svg>"
        f"<link rel=stylesheet href=/shop/shop.css></head><body>{body}</body></html>"
    )


def _data(visit: Visit) -> str:
    way = "rtl" if visit.locale[:2] in RIGHT_TO_LEFT else "ltr"
    email = escape(visit.buyer.email) if visit.buyer else ""
    return (
        f' lang="{visit.locale or "en"}" dir="{way}" data-storefront="{visit.policy.storefront}"'
        f' data-buyer="{email}" data-locale="{visit.locale}"'
    )


def _header(visit: Visit) -> str:
    name, storefront = visit.policy.name, visit.policy.storefront
    mine = visit.buyer.email if visit.buyer else "guest"
    others = [guided.email for guided in guided_buyers() if guided.storefront == storefront]
    links = "".join(
        f'<a href="/shop/{storefront}?buyer={escape(who)}">{escape(who.partition("@")[0])}</a>'
        for who in (*others, "guest")
        if who != mine
    )
    return (
        f'<header lang=en><a class=brand href="/shop"><span class=mark aria-hidden=true>'
        f"{escape(name[0])}</span>{escape(name)}</a><div class=account><span>"
        f"{escape(f'Signed in as {mine}' if visit.buyer else 'Not signed in')}</span>"
        f"<span>Sign in as</span>{links}</div></header>"
    )


def _tips(visit: Visit) -> dict[str, str]:
    return {
        tip.number: tip.suggestion
        for guided in guided_buyers()
        if guided.storefront == visit.policy.storefront
        for tip in guided.tips
    }


def _card(order: Order, policy: Policy, tip: str | None) -> str:
    lines = "".join(_line(line) for line in order.lines)
    number = escape(order.number)
    try_this = f"Try: {escape(tip)}." if tip else f"Total {_money(order.total)}"
    return (
        f"<article class=card><div class=top><h2>Order {number}</h2><span class=when>"
        f"{order.placed_at:%d %B %Y} · {_money(order.total)}</span><span class=pill>"
        f"{escape(policy.label(order))}</span></div><ul class=lines>{lines}</ul>{_steps(order)}"
        f'<div class=bottom><p>{try_this}</p><button type=button data-help="{number}">'
        "Help with this order</button></div></article>"
    )


def _line(line: OrderLine) -> str:
    words = line.name.lower().replace(",", " ").split()
    picture = next((PICTURES[word] for word in words if word in PICTURES), "📦")
    options = ", ".join(line.options.values())
    amount = f"{options} · " if options else ""
    return (
        f"<li><span class=picture aria-hidden=true>{picture}</span><div><div class=name>"
        f"{escape(line.name)}</div><div class=more>{escape(f'{amount}Quantity {line.quantity}')}"
        f"</div></div><span class=price>{_money(line.price)}</span></li>"
    )


def _steps(order: Order) -> str:
    if order.state in {OrderState.CANCELLED, OrderState.CANCELLING}:
        return ""
    goods = {line.fulfilment for line in order.lines}
    unpaid = {PaymentState.AWAITING, PaymentState.FAILED, PaymentState.AUTHORISED}
    arrived = {FulfilmentState.DELIVERED, FulfilmentState.PICKED_UP, FulfilmentState.RETURNED}
    steps = {
        "Ordered": True,
        "Paid": order.payment.state not in unpaid,
        "On its way": bool(goods & GONE),
        "Arrived": goods <= arrived,
    }
    shown = "".join(
        f"<li class=done>{name}</li>" if done else f"<li>{name} (not yet)</li>"
        for name, done in steps.items()
    )
    return f"<ol class=steps>{shown}</ol>"


def _money(amount: Money) -> str:
    return f"${amount.minor / 100:,.2f}" if amount.currency == "USD" else str(amount)

"""Shops to try the chat on: only under `aftersale demo`, only for this machine.

Whoever opens them is one of the demo buyers, so that a shop's signed identity can be seen at work.
"""

import ipaddress
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from aftersale.demo import shop_pages
from aftersale.demo.keys import sign_for
from aftersale.demo.shop_pages import Visit
from aftersale.domain.orders import Order
from aftersale.domain.parties import Buyer
from aftersale.errors import NotFound
from aftersale.gateway.assets import LOCALE, policy_of
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.policy.knobs import Policy
from aftersale.settings import Settings

FILES = Path(shop_pages.__file__).parent / "shop"
FIRST_BUYER = "buyer1@example.com"
NOBODY = "guest"
EMAIL_LIMIT = 254


def routes(settings: Settings) -> list[web.RouteDef]:
    """Return the shop's addresses where it may be shown, else none."""
    if settings.mode != "demo" or not _is_loopback(settings.host):
        return []
    return [
        web.get("/shop", show_shops, name="shops"),
        web.get("/shop/shop.js", give_script, name="shop_script"),
        web.get("/shop/shop.css", give_style, name="shop_style"),
        web.get("/shop/{storefront}", show_orders, name="shop"),
        web.get("/shop/{storefront}/identity", give_identity, name="shop_identity"),
    ]


async def show_shops(request: web.Request) -> web.Response:
    """List the shops."""
    return _page(request, shop_pages.shops(request.app[SERVICES].policies))


async def show_orders(request: web.Request) -> web.Response:
    """Show the orders of a buyer: the first one of the guide when nobody is named."""
    services = request.app[SERVICES]
    policy, asked = _policy(request), request.query.get("locale", "")
    email = request.query.get("buyer", FIRST_BUYER)
    buyer, orders = await services.in_thread(lambda: _of_buyer(request, email))
    visit = Visit(policy, buyer, asked if LOCALE.fullmatch(asked) else "")
    return _page(request, shop_pages.orders_page(visit, orders))


async def give_identity(request: web.Request) -> web.Response:
    """Sign who the buyer is, as a shop's own server would for the buyer it knows."""
    _policy(request)
    services, settings = request.app[SERVICES], request.app[SETTINGS]
    email = request.query.get("buyer", "")
    buyer, _ = await services.in_thread(lambda: _of_buyer(request, email))
    if buyer is None:
        raise NotFound("There is no such buyer.")
    return web.Response(text=sign_for(settings.identity_keys, buyer, services.clock()))


async def give_script(request: web.Request) -> web.Response:
    """Send the shop's own script."""
    _refuse_others(request)
    return web.Response(text=_read("shop.js"), content_type="text/javascript")


async def give_style(request: web.Request) -> web.Response:
    """Send the shop's style."""
    _refuse_others(request)
    return web.Response(text=_read("shop.css"), content_type="text/css")


def _read(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def _policy(request: web.Request) -> Policy:
    _refuse_others(request)
    policy = request.app[SERVICES].policies.get(request.match_info["storefront"])
    if policy is None:
        raise NotFound("There is no such shop.")
    return policy


def _of_buyer(request: web.Request, email: str) -> tuple[Buyer | None, Sequence[Order]]:
    if email == NOBODY or len(email) > EMAIL_LIMIT:
        return None, ()
    storefront = request.match_info["storefront"]
    with request.app[SERVICES].uow() as uow:
        buyer = uow.parties.buyer_by_email(storefront, email)
        return buyer, uow.orders.of_buyer(storefront, buyer.buyer_id) if buyer else ()


def _page(request: web.Request, html: str) -> web.Response:
    _refuse_others(request)
    response = web.Response(text=html, content_type="text/html")
    base_url = request.app[SETTINGS].base_url
    response.headers["Content-Security-Policy"] = policy_of(base_url, "'self'")
    return response


def _refuse_others(request: web.Request) -> None:
    # A name that merely leads here is no demo: a page elsewhere could be behind it.
    host = request.url.host or ""
    if not (_is_loopback(host) and _is_loopback(request.remote or "")):
        raise NotFound("There is nothing at this address.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""Which pages may call the interface: the shop's own by its list, and those served here."""

from urllib.parse import urlsplit

from aiohttp import web

from aftersale.gateway.keys import SETTINGS
from aftersale.gateway.replies import Refusal
from aftersale.settings import Settings


def is_listed(settings: Settings, origin: str, storefront: str | None = None) -> bool:
    """Whether the list has the origin: for this storefront, or without naming one for any."""
    return any(
        each.origin == origin and (storefront is None or each.storefront in {None, storefront})
        for each in settings.shop_origins
    )


def is_own(request: web.Request, origin: str) -> bool:
    """Whether the page was served by this app, under the name it was called by."""
    settings = request.app[SETTINGS]
    # The scheme is not compared: a proxy in front speaks TLS, we do not see it.
    return bool(origin) and urlsplit(origin).netloc in {
        request.host,
        urlsplit(settings.base_url).netloc,
    }


def may_call(request: web.Request, storefront: str | None = None) -> bool:
    """Whether the caller is no web page, or one that may call (for that storefront)."""
    origin = request.headers.get("Origin")
    if origin is None or is_own(request, origin):
        return True
    # Exact comparison with configured origins: no wildcard, no suffix, never "null".
    return is_listed(request.app[SETTINGS], origin, storefront)


def require_page(request: web.Request, storefront: str | None = None) -> None:
    """Refuse a web page that is not on the list.

    Raises:
        Refusal: origin_not_allowed.
    """
    if not may_call(request, storefront):
        raise Refusal("origin_not_allowed", "This page is not on the shop's list of origins.")

"""What the chat on a shop's page is told about its storefront. No secret, the same for all."""

from aiohttp import web

from aftersale.gateway.bodies import locale
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.replies import reply
from aftersale.gateway.text import LIMIT
from aftersale.services.uploads import MESSAGE_LIMIT

TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"]
CACHED = "public, max-age=60"


async def config(request: web.Request) -> web.Response:
    """Give the storefront's knobs, words and limits."""
    storefront, services = request.query.get("storefront", ""), request.app[SERVICES]
    language = locale({"locale": request.query.get("locale")})
    shown = await services.in_thread(
        lambda: services.chat.widget.shown(storefront, language, services.clock())
    )
    policy, knobs = shown.policy, shown.policy.widget
    response = reply(
        {
            "storefront": policy.storefront,
            "name": policy.name,
            "colour": knobs.colour,
            "colour_text": knobs.text,
            "languages": list(knobs.languages),
            "privacy_url": policy.privacy_url,
            "sign_in_url": policy.sign_in_url,
            "greeting": shown.greeting,
            "upload": {
                "types": TYPES,
                "bytes": request.app[SETTINGS].upload_megabytes * 1_000_000,
                "per_message": MESSAGE_LIMIT,
            },
            "hours": {"open": shown.is_open, "text": shown.hours},
            "text_limit": LIMIT,
        }
    )
    response.headers["Cache-Control"] = CACHED
    return response

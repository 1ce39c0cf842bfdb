"""Every address of the desk, by the modules that answer; each owner adds a line."""

from aiohttp import web

from aftersale.gateway.desk import (
    approvals,
    assets,
    buyers,
    cases,
    composing,
    inbox,
    live,
    numbers,
    orders,
    sign_in,
    taking,
    talk,
)

MODULES = (
    approvals,
    assets,
    buyers,
    cases,
    composing,
    inbox,
    live,
    numbers,
    orders,
    sign_in,
    taking,
    talk,
)
# The names of the routes that nobody needs a session for.
OPEN = frozenset(
    {"desk_home", "desk_page", "desk_page_inside", "desk_asset", "desk_face", "desk_sign_in"}
)

# What a page does by itself, and often: it keeps no idle session alive.
PASSIVE = frozenset({"desk_presence", "desk_live"})


def add_routes(app: web.Application) -> None:
    """Add every route; what takes any address comes last."""
    for module in MODULES:
        app.add_routes(module.routes())
    app.add_routes(assets.last_routes())

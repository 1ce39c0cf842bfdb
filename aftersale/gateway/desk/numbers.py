"""The numbers of the desk, for supervisors: some days, the same as a sheet, and right now."""

from aiohttp import web

from aftersale.domain.desk import Role
from aftersale.gateway.desk.entry import API, require_role
from aftersale.gateway.desk.keys import COUNTING
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import reply
from aftersale.services.measures.sheet import sheet
from aftersale.services.measures.supervising import Report, Wanted


def routes() -> list[web.RouteDef]:
    """Return the routes of the numbers."""
    return [
        web.get(f"{API}/metrics", metrics, name="desk_metrics"),
        web.get(f"{API}/metrics.csv", metrics_sheet, name="desk_metrics_sheet"),
        web.get(f"{API}/wallboard", wallboard, name="desk_wallboard"),
    ]


async def metrics(request: web.Request) -> web.Response:
    """Send the numbers of some days."""
    return reply(await _report(request))


async def metrics_sheet(request: web.Request) -> web.Response:
    """Send the same as lines for a spreadsheet."""
    report = await _report(request)
    days = report["period"]
    name = f"numbers-{days['from']}-{days['to']}.csv"
    response = web.Response(text=sheet(report), content_type="text/csv", charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def wallboard(request: web.Request) -> web.Response:
    """Send what goes on right now."""
    who = require_role(request, Role.SUPERVISOR)
    services, shop = request.app[SERVICES], request.query.get("storefront")
    return reply(
        await services.in_thread(
            lambda: services.supervising.wallboard(who, shop, services.clock())
        )
    )


async def _report(request: web.Request) -> Report:
    who = require_role(request, Role.SUPERVISOR)
    services, query = request.app[SERVICES], request.query
    shop, days = query.get("storefront"), query.get("days")
    wanted = Wanted(query.get("from"), query.get("to"), shop, days)
    # A year takes a while: one at a time, so that buyers have the other threads.
    async with request.app[COUNTING]:
        return await services.in_thread(
            lambda: services.supervising.report(who, wanted, services.clock())
        )

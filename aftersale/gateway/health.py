"""Whether the process lives, whether it can serve, and what it counts."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from aftersale.gateway.keys import METRICS, OPENAPI, SERVICES
from aftersale.gateway.replies import reply


async def livez(_request: web.Request) -> web.Response:
    """Say that the process answers."""
    return reply({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """Say whether a buyer could be served now, and which dependency is missing if not."""
    services = request.app[SERVICES]
    engine = await services.engine.health()
    checks = {
        "database": await services.in_thread(services.database_answers),
        "engine": engine.reachable,
        "model": engine.model is not None,
        "policies": bool(services.policies),
    }
    missing = [name for name, is_there in checks.items() if not is_there]
    body = {"ready": not missing, "missing": missing, "model": engine.model}
    return reply(body, status=503 if missing else 200)


async def metrics(request: web.Request) -> web.Response:
    """Return the counters in Prometheus' text form."""
    services, messengers = request.app[SERVICES], request.app[SERVICES].messengers
    if messengers is not None:
        request.app[METRICS].waiting(await services.in_thread(messengers.waiting))
    return web.Response(
        body=request.app[METRICS].text(), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


async def openapi(request: web.Request) -> web.Response:
    """Return the description of this interface."""
    return web.Response(text=request.app[OPENAPI], content_type="application/json")

"""The addresses of the Telegram server for tests: statuses and words as the real one has them."""

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.contract.telegram_methods import METHODS, Refusal
from tests.contract.telegram_schema import kind_of
from tests.contract.telegram_state import TOKEN, Thing

if TYPE_CHECKING:
    from tests.contract.telegram_server import FakeTelegram, Fault

NAMES = {name.lower(): name for name in METHODS} | {"getupdates": "getUpdates"}
WORDS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
UNAUTHORIZED = Refusal(401, "Unauthorized")


def app(fake: "FakeTelegram") -> web.Application:
    made = web.Application(client_max_size=60_000_000)

    async def call(request: web.Request) -> web.StreamResponse:
        return await _call(fake, request)

    async def file(request: web.Request) -> web.StreamResponse:
        return await _file(fake, request)

    made.router.add_route("*", "/bot{token}/{method}", call)
    made.router.add_get("/file/bot{token}/{path:.+}", file)
    return made


async def _call(fake: "FakeTelegram", request: web.Request) -> web.StreamResponse:
    method = NAMES.get(request.match_info["method"].lower(), "")
    asked = await _asked(request, method)
    fake.calls.append((method, asked))
    fault = fake.next_fault(method)
    if fault and not fault.acts:
        return await _fails(fake, request, fault)
    try:
        _known(request, method)
        fake.check("requests", method, asked)
        result = await _result(fake, method, asked)
    except Refusal as no:
        return _refused(fake, no)
    fake.check("responses", method, json.loads(json.dumps(result)))
    if fault:
        return await _fails(fake, request, fault)
    return web.json_response({"ok": True, "result": result})


async def _result(fake: "FakeTelegram", method: str, asked: Thing) -> Any:
    if method == "getUpdates":
        return await fake.poll(asked)
    with fake.lock:
        return METHODS[method](fake, asked)


def _known(request: web.Request, method: str) -> None:
    token = request.match_info["token"]
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token) or (token == TOKEN and not method):
        raise Refusal(404, "Not Found")
    if token != TOKEN:
        raise UNAUTHORIZED


def _refused(fake: "FakeTelegram", no: Refusal) -> web.Response:
    body: Thing = {"ok": False, "error_code": no.status, "description": no.description}
    body |= {"parameters": no.parameters} if no.parameters else {}
    fake.check("responses", "error", body)
    return web.json_response(body, status=no.status)


async def _fails(fake: "FakeTelegram", request: web.Request, fault: "Fault") -> web.StreamResponse:
    await asyncio.sleep(fault.seconds)
    if fault.status == 0:
        assert request.transport is not None
        request.transport.close()
        return web.Response()
    if fault.status >= 500:
        return web.Response(status=fault.status, text="<html>Bad Gateway</html>")
    said = fault.description or WORDS.get(fault.status, "Error")
    return _refused(fake, Refusal(fault.status, said, **fault.parameters))


async def _asked(request: web.Request, method: str) -> Thing:
    """Return the parameters, typed, from wherever they were put."""
    if request.content_type == "application/json" and request.can_read_body:
        given = dict(await request.json())
    else:
        given = dict(request.query) | dict(await request.post())
    files = {name: _upload(value) for name, value in given.items() if _is_upload(value)}
    named = {name for name in files if f"attach://{name}" in given.values()}
    return {
        name: _typed(kind_of(method, name), value, files)
        for name, value in given.items()
        if name not in named
    }


def _is_upload(value: Any) -> bool:
    return isinstance(value, web.FileField)


def _upload(value: web.FileField) -> Thing:
    return {"name": value.filename, "type": value.content_type, "content": value.file.read()}


def _typed(kind: str, value: Any, files: dict[str, Thing]) -> Any:
    """Telegram takes numbers, truths and objects as words, too: forms know nothing else."""
    if isinstance(value, web.FileField):
        return files[value.name]
    if not isinstance(value, str):
        return value
    if value.startswith("attach://"):
        return files[value.removeprefix("attach://")]
    if kind == "integer" and re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    if kind == "boolean":
        return value.lower() in ("true", "1")
    return json.loads(value) if kind == "json" and value[:1] in ("[", "{") else value


async def _file(fake: "FakeTelegram", request: web.Request) -> web.StreamResponse:
    fake.calls.append(("file", {"path": request.match_info["path"]}))
    fault = fake.next_fault("file")
    if fault:
        return await _fails(fake, request, fault)
    if request.match_info["token"] != TOKEN:
        return _refused(fake, UNAUTHORIZED)
    found = fake.state.file_at(request.match_info["path"])
    if found is None:
        return _refused(fake, Refusal(404, "Not Found"))
    return web.Response(body=found.content, content_type="application/octet-stream")

"""The addresses of the WhatsApp server for tests: answers and error codes as written down."""

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.contract.whatsapp_state import MEDIA_SECONDS, NUMBER, Sent, Thing

if TYPE_CHECKING:
    from tests.contract.whatsapp_server import FakeWhatsApp, Fault

MEDIA_ERRORS = 20  # within the hour; then nothing is given out
STATUSES = {190: 401, 130429: 429, 131056: 429, 4: 429, 80007: 429, 131000: 500, 131016: 503}


class Refusal(Exception):
    """What the interface answers instead."""

    def __init__(self, code: int, details: str = "", subcode: int | None = None) -> None:
        super().__init__(code)
        self.code, self.status = code, STATUSES.get(code, 400)
        error: Thing = {
            "message": f"(#{code}) {details or 'No.'}",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details},
            "fbtrace_id": "AbCdEf",
        }
        self.body = {"error": error | ({"error_subcode": subcode} if subcode else {})}


def app(fake: "FakeWhatsApp") -> web.Application:
    made = web.Application(client_max_size=110_000_000)
    made.router.add_post(
        "/{version:v[0-9]+\\.[0-9]}/{number}/messages", _Route(fake, _message).answer
    )
    made.router.add_post("/{version:v[0-9]+\\.[0-9]}/{number}/media", _Route(fake, _upload).answer)
    made.router.add_get("/{version:v[0-9]+\\.[0-9]}/{media}", _Route(fake, _media).answer)
    made.router.add_get("/whatsapp_business/attachments/{token}", _Download(fake).answer)
    return made


class _Route:
    """One address of the interface, with its key and its bad days."""

    def __init__(self, fake: "FakeWhatsApp", handle: Any) -> None:
        self.fake, self.handle = fake, handle

    async def answer(self, request: web.Request) -> web.StreamResponse:
        fake = self.fake
        fake.calls.append((request.method, request.path))
        body = await _body(request)
        fault = fake.next_fault(request.method, request.path)
        try:
            if fault and fault.happens_first:
                return await _fails(request, fault)
            _with_key(fake, request)
            with fake.lock:
                said = self.handle(fake, request, body)
        except Refusal as no:
            fake.check("responses", "error", no.body)
            return web.json_response(no.body, status=no.status)
        return await _fails(request, fault) if fault else web.json_response(said)


async def _fails(request: web.Request, fault: "Fault") -> web.StreamResponse:
    if isinstance(fault.what, int):
        no = Refusal(fault.what, "As the test wants it.")
        return web.json_response(no.body, status=fault.status or no.status, headers=fault.headers)
    if fault.what == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.what == "page":
        return web.Response(status=fault.status or 502, text="<html>Sorry</html>")
    if fault.what == "mumble":
        return web.Response(status=200, text="{")
    assert request.transport is not None
    request.transport.close()  # "lose", "drop", "slow"
    return web.Response()


async def _body(request: web.Request) -> Thing:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        return dict(await request.json())
    form: Thing = {}
    for name, value in (await request.post()).items():
        is_file = isinstance(value, web.FileField)
        form[name] = (value.filename, value.file.read()) if is_file else value
    return form


def _with_key(fake: "FakeWhatsApp", request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bearer {fake.token}":
        raise Refusal(190, "Invalid OAuth access token.")


def _own_number(request: web.Request) -> None:
    if request.match_info["number"] != NUMBER:
        raise Refusal(100, "Unsupported post request. Object does not exist.", 33)


def _message(fake: "FakeWhatsApp", request: web.Request, asked: Thing) -> Thing:
    _own_number(request)
    if fake.check("requests", "POST /messages", asked):
        raise Refusal(100, "Invalid parameter")
    if "status" in asked:
        return _mark(fake, asked)
    if asked["recipient_type"] == "group":
        return _taken(fake, asked)
    person = fake.state.person(asked)
    if person is None or person.has_blocked:
        raise Refusal(131026, "Message undeliverable.")
    is_template = asked["type"] == "template"
    is_open = fake.state.is_open(person) or is_template
    if is_template:
        _known_template(fake, asked["template"])
    if not is_open and not fake.tells_closed_later:
        raise Refusal(131047, "More than 24 hours have passed since the customer last replied.")
    _known_file(fake, asked)
    return _taken(fake, asked, is_open=is_open)


def _known_template(fake: "FakeWhatsApp", template: Thing) -> None:
    if (template["name"], template["language"]["code"]) not in fake.templates:
        raise Refusal(132001, "Template name does not exist in the translation.")


def _known_file(fake: "FakeWhatsApp", asked: Thing) -> None:
    own = asked.get(asked["type"], {})
    if asked["type"] in {"image", "document"} and own["id"] not in fake.state.media:
        raise Refusal(131053, "Unable to upload the media used in the message.")


def _taken(fake: "FakeWhatsApp", asked: Thing, *, is_open: bool = True) -> Thing:
    person = fake.state.person(asked)
    sent = Sent(fake.state.new_id("wamid.OUT"), person, asked)
    fake.state.sent.append(sent)
    if person:
        person.unread.clear()
    fake.tell_taken(sent, is_open=is_open)
    contact = {"input": asked.get("to") or asked["recipient"]}
    said = {
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": sent.id}],
    }
    fake.check("responses", "POST /messages", said)
    return said


def _mark(fake: "FakeWhatsApp", asked: Thing) -> Thing:
    own = asked["message_id"]
    person = fake.state.received.get(own)
    if person is None or own in fake.state.in_groups:
        raise Refusal(131009, "Parameter value is not valid.")
    if own in person.unread:  # the earlier ones, too
        del person.unread[: person.unread.index(own) + 1]
    fake.read.append(own)
    if "typing_indicator" in asked:
        fake.typing.append(own)
    return {"success": True}


def _upload(fake: "FakeWhatsApp", request: web.Request, asked: Thing) -> Thing:
    _own_number(request)
    name, content = asked.get("file", ("", b""))
    if fake.check("requests", "POST /media", asked | {"file": name}):
        raise Refusal(100, "Invalid parameter")
    return {"id": fake.state.add_media(content, asked["type"]).id}


def _media(fake: "FakeWhatsApp", request: web.Request, asked: Thing) -> Thing:
    fake.check("requests", "GET /media", asked)
    state = fake.state
    own = state.media.get(request.match_info["media"])
    if fake.media_errors >= MEDIA_ERRORS:
        raise Refusal(4, "Too many errors.")
    if own is None or state.now - own.made_at > MEDIA_SECONDS:
        fake.media_errors += 1
        raise Refusal(100, "Object with that ID does not exist.", 33)
    said = own.shown(state.link(fake.url, own))
    fake.check("responses", "GET /media", said)
    return said


class _Download:
    """Where files lie: for those who have the key and are quick."""

    def __init__(self, fake: "FakeWhatsApp") -> None:
        self.fake = fake

    async def answer(self, request: web.Request) -> web.StreamResponse:
        fake = self.fake
        fake.calls.append((request.method, request.path))
        fault = fake.next_fault(request.method, request.path)
        if fault:
            return await _fails(request, fault)
        own, until = fake.state.links.get(request.match_info["token"], ("", 0))
        if request.headers.get("Authorization") != f"Bearer {fake.token}":
            return web.Response(status=401)
        if own not in fake.state.media or fake.state.now >= until:
            fake.media_errors += 1
            return web.Response(status=404)
        media = fake.state.media[own]
        if media.redirects:
            raise web.HTTPFound(media.redirects)
        return web.Response(body=media.content, content_type=media.mime_type)

"""The addresses of the Chatwoot server for tests: statuses and words as the real one has them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.contract.chatwoot_state import ACCOUNT, INBOX, Conversation, Person, Thing

if TYPE_CHECKING:
    from tests.contract.chatwoot_server import FakeChatwoot, Fault

BASE = f"/api/v1/accounts/{ACCOUNT}"
PAGE, CONTACTS_PAGE = 100, 15
Handler = Callable[["FakeChatwoot", web.Request, Thing], Any]
# Addresses and what a bot's token may do there.
BOTS_MAY = {
    "POST /conversations",
    "GET /conversations/{id}",
    "POST /conversations/{id}/messages",
    "POST /conversations/{id}/toggle_status",
    "POST /conversations/{id}/custom_attributes",
}


class Refusal(Exception):
    def __init__(self, status: int, body: Thing) -> None:
        self.status, self.body = status, body


def app(fake: "FakeChatwoot") -> web.Application:
    made = web.Application(client_max_size=60_000_000)
    for name, handle in ROUTES.items():
        method, path = name.split(" ")
        made.router.add_route(method, BASE + path, _route(fake, name, handle))
    made.router.add_post(
        "/public/api/v1/inboxes/{inbox}/contacts/{source}/conversations/{id}/toggle_typing",
        _typing(fake),
    )
    made.router.add_get("/dashboard", _dashboard(fake))
    made.router.add_get("/rails/active_storage/blobs/redirect/{id}/{name}", _blob(fake))
    made.router.add_get("/rails/active_storage/disk/{id}/{name}", _file(fake))
    return made


def _route(
    fake: "FakeChatwoot", name: str, handle: Handler
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        fake.calls.append((request.method, request.path))
        fault = _fault(fake, request)
        if fault and fault.status != "lose":
            return await _fails(request, fault)
        try:
            _allowed(fake, request, name)
            fake.check("requests", name, body)
            with fake.lock:
                said = handle(fake, request, body)
        except Refusal as no:
            fake.check("responses", "error", no.body)
            return web.json_response(no.body, status=no.status)
        fake.check("responses", name, json.loads(json.dumps(said)))
        if fault:
            return _hang_up(request)
        return web.json_response(said)

    return answer


def _fault(fake: "FakeChatwoot", request: web.Request) -> "Fault | None":
    for fault in list(fake.faults):
        if request.path.endswith(fault.path) and fault.method in ("", request.method):
            fake.faults.remove(fault)
            return fault
    return None


async def _fails(request: web.Request, fault: "Fault") -> web.StreamResponse:
    if fault.status == "drop":
        return _hang_up(request)
    if fault.status == "slow":
        await asyncio.sleep(fault.seconds)
        return web.Response(status=504)
    body = "Retry later\n" if fault.status == 429 else "<html>We're sorry</html>"
    return web.Response(status=int(fault.status), text=body, headers=fault.headers)


def _hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _body(request: web.Request) -> Thing:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        return dict(await request.json())
    form: Thing = {}
    for name, value in (await request.post()).items():
        if name == "attachments[]":
            form.setdefault("attachments", []).append((value.filename, value.file.read()))
        else:
            form[name] = value == "true" if name == "private" else value
    return form


def _allowed(fake: "FakeChatwoot", request: web.Request, name: str) -> None:
    token = request.headers.get("api_access_token")
    if token == "bot-token":
        if name not in BOTS_MAY:
            raise Refusal(401, {"error": "Access to this endpoint is not authorized for bots"})
    elif token != "agent-token":
        raise Refusal(401, {"error": "Invalid Access Token"})


def _conversation(fake: "FakeChatwoot", request: web.Request) -> Conversation:
    found = fake.state.conversations.get(int(request.match_info["id"]))
    if found is None:
        raise Refusal(404, {"error": "Resource could not be found"})
    return found


def _search(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    q = asked["q"].lower()
    found = [
        each
        for each in fake.state.contacts.values()
        if any(q in str(each[name] or "").lower() for name in ("name", "identifier", "email"))
    ]
    meta = {"count": len(found), "current_page": 1}
    return {"meta": meta, "payload": found[:CONTACTS_PAGE]}


def _new_contact(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    if any(x["identifier"] == asked["identifier"] for x in fake.state.contacts.values()):
        taken = "Identifier has already been taken"
        raise Refusal(422, {"message": taken, "attributes": ["identifier"]})
    contact = fake.state.add_contact(asked["name"], asked["identifier"])
    source = f"generated-{contact['id']}"
    fake.state.sessions[asked["inbox_id"], source] = contact["id"]
    return {"payload": {"contact": contact, "contact_inbox": {"source_id": source}}}


def _of_contact(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    own = int(request.match_info["id"])
    every = fake.state.conversations.values()
    return {"payload": [each.shown() for each in every if each.contact["id"] == own]}


def _new_conversation(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    contact = fake.state.contacts.get(asked["contact_id"])
    if contact is None:
        raise Refusal(404, {"error": "Resource could not be found"})
    session = (asked["inbox_id"], asked["source_id"])
    if fake.state.sessions.setdefault(session, contact["id"]) != contact["id"]:
        raise Refusal(422, {"error": "source_id should be unique"})
    made = fake.state.add_conversation(contact, asked)
    fake.tell_conversation(made, "conversation_created")
    return made.shown()


def _show(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    return _conversation(fake, request).shown()


def _messages(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    own, after = _conversation(fake, request), int(asked["after"])
    found = [each.shown() for each in own.messages if each.id > after]
    return {"meta": {"labels": []}, "payload": found[:PAGE]}


def _new_message(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    own = _conversation(fake, request)
    is_incoming = asked["message_type"] == "incoming"
    if is_incoming and own.inbox_id != INBOX:
        raise Refusal(422, {"error": "Incoming messages are only allowed in Api inboxes"})
    by_token = Person(10, "Aftersale")
    sender = Person(own.contact["id"], own.contact["name"], "contact") if is_incoming else by_token
    sent = asked.get("attachments", [])
    message = fake.state.add_message(
        own,
        asked["content"],
        type=asked["message_type"],
        private=asked["private"],
        source_id=asked["source_id"],
        sender=sender,
        attachments=[fake.state.add_file(fake.url, content, name) for name, content in sent],
    )
    fake.tell_message(message, "message_created")  # everybody's, so also the one who posted it
    if is_incoming and own.status in {"resolved", "snoozed"}:
        fake.set_status("open", own)
    return message.shown()


def _new_status(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    own = _conversation(fake, request)
    if own.status != asked["status"]:
        fake.set_status(asked["status"], own)
    payload = {"success": True, "current_status": own.status, "conversation_id": own.id}
    return {"meta": {}, "payload": payload}


def _attributes(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    own = _conversation(fake, request)
    own.attributes = dict(asked["custom_attributes"])  # all of them: what is left out is gone
    return {"custom_attributes": own.attributes}


def _members(fake: "FakeChatwoot", request: web.Request, asked: Thing) -> Thing:
    members = [each.shown() | {"availability_status": each.status} for each in fake.agents]
    return {"payload": members}


ROUTES: dict[str, Handler] = {
    "GET /contacts/search": _search,
    "POST /contacts": _new_contact,
    "GET /contacts/{id}/conversations": _of_contact,
    "POST /conversations": _new_conversation,
    "GET /conversations/{id}": _show,
    "GET /conversations/{id}/messages": _messages,
    "POST /conversations/{id}/messages": _new_message,
    "POST /conversations/{id}/toggle_status": _new_status,
    "POST /conversations/{id}/custom_attributes": _attributes,
    "GET /inbox_members/{id}": _members,
}


def _typing(fake: "FakeChatwoot") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        asked = await _body(request)
        fake.check("requests", "POST /public/toggle_typing", asked)
        given = request.match_info
        own = fake.state.conversations.get(int(given["id"]))
        if given["inbox"] != "inbox-identifier" or own is None:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        if own.source_id != given["source"]:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        fake.typing.append(asked["typing_status"])
        return web.Response()

    return answer


def _dashboard(fake: "FakeChatwoot") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text=fake.dashboard, content_type="text/html")

    return answer


def _blob(fake: "FakeChatwoot") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        own, name = request.match_info["id"], request.match_info["name"]
        raise web.HTTPFound(f"{fake.url}/rails/active_storage/disk/{own}/{name}")

    return answer


def _file(fake: "FakeChatwoot") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert "api_access_token" not in request.headers
        fault = _fault(fake, request)
        if fault:
            return await _fails(request, fault)
        content = fake.state.files.get(f"{request.match_info['id']}/{request.match_info['name']}")
        return web.Response(status=404) if content is None else web.Response(body=content)

    return answer

"""What the widget's line gets when it is misused: a code, a line in the log, nobody else hurt."""

import asyncio
import base64
import logging
import os
import socket
from uuid import uuid4

import pytest

from aftersale.domain.conversations import Author, EventType
from aftersale.gateway.live_socket import NOT_YOURS, OVER, TOO_MANY, TOO_SLOW, Patience
from tests.integration.gateway.lines import PROTOCOL, dial, line, ticket
from tests.integration.gateway.world import API, NOW, OTHER_SHOP, SHOP, responses
from tests.photos import executable, photo
from tests.security.test_uploads import upload

SHOP_PAGE, EVIL_PAGE = "https://shop.example", "https://evil.example"


@pytest.fixture(autouse=True)
def told(caplog):
    """Return a function: the codes that were logged."""
    caplog.set_level(logging.INFO, logger="aftersale.gateway")
    return lambda: {getattr(record, "code", None) for record in caplog.records}


@pytest.fixture
def knobs(request):
    usual = {"AFTERSALE_MODE": "test", "AFTERSALE_RATE_SOCKETS": "off"}
    return usual | getattr(request, "param", {})


async def still_serves(world):
    """Somebody else opens a socket, says something and is answered."""
    async with line(await world.open()) as other:
        await other.write("hello")
        assert "utter_echo" in responses(await other.until("turn_done"))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "ticket", None),
        ("POST", "typing", None),
        ("POST", "read", {"seq": 1}),
        ("POST", "messages", {"client_msg_id": "message-1", "text": "hi"}),
        ("GET", "events", None),
    ],
)
async def test_the_token_of_another_conversation_does_nothing(world, told, method, path, body):
    mine, other = await world.open(), await world.open()
    refused = await world.call(method, f"{other.path}/{path}", body, token=mine.token)
    assert (refused.status, refused.body["code"]) == (404, "not_found")
    assert other.stored() == []
    assert "not_found" in told()
    await still_serves(world)


async def test_guessed_ids_open_nothing_and_all_look_alike(world, told):
    mine, other = await world.open(), await world.open()
    answers = set()
    for guess in (other.conversation_id, uuid4().hex, "0" * 32, "1"):
        path = f"{API}/conversations/{guess}"
        refused = await world.call("POST", f"{path}/ticket", token=mine.token)
        answers.add((refused.status, str(refused.body)))
        async with dial(world, f"{path}/ws?ticket={await ticket(mine)}") as guessed:
            answers.add(await guessed.closed())
            assert guessed.heard == []
    assert len(answers) == 2
    assert {"not_found", NOT_YOURS} <= told()
    await still_serves(world)


async def test_a_replayed_message_makes_no_second_turn_whichever_way_it_comes(world, told):
    talk = await world.open()
    async with line(talk) as buyer:
        own_id = await buyer.write("cancel it")
        await buyer.until("turn_done")
        for _ in range(3):
            again = await talk.send("cancel it", client_msg_id=own_id)
            assert again.body["seq"] == 1
            await buyer.write("cancel it", own_id)
            assert (await buyer.until("ack"))[-1]["seq"] == 1
        refused = await talk.send("cancel all of them", client_msg_id=own_id)
        assert (refused.status, refused.body["code"]) == (409, "client_msg_id_reused")
    assert len(world.engine.seen) == 1
    assert "client_msg_id_reused" in told()
    await still_serves(world)


SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"


async def test_html_and_script_in_every_text_are_text_or_refused(world, told, caplog):
    talk = await world.open()
    sent = await talk.send(SCRIPT)
    assert sent.status == 202
    await talk.until_done()
    assert talk.stored()[0]["text"] == SCRIPT  # as it was said; pages get it as JSON
    reply = await world.call("GET", f"{talk.path}/events", token=talk.token)
    assert reply.headers["Content-Type"].startswith("application/json")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    refused = [
        await world.call("POST", f"{API}/sessions", {"storefront": SCRIPT}),
        await world.call("POST", f"{API}/sessions", {"storefront": SHOP, "identity": SCRIPT}),
        await talk.send("hello", client_msg_id=SCRIPT),
        await talk.send(payload=SCRIPT),
        await talk.send(attachment_ids=[SCRIPT]),
        await upload(talk, photo(), purpose=SCRIPT),
    ]
    codes = {each.body["code"] for each in refused}
    assert codes == {"unknown_storefront", "identity_invalid", "bad_request"}
    assert codes <= told()
    everything = "".join(str(each.body) for each in refused) + caplog.text
    assert "script" not in everything
    await still_serves(world)


async def test_a_hundred_megabytes_are_refused_unread(world, told):
    talk = await world.open()
    sent = 0

    async def endless():
        nonlocal sent
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        for chunk in (head, *[bytes(1_000_000)] * 100):
            sent += len(chunk)
            yield chunk

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    named = headers | {"Content-Length": "100000000"}
    refused = await world.call(
        "POST", f"{API}/uploads", raw=b"", token=talk.token, headers=headers
    )
    assert refused.body["code"] == "bad_request"
    reader, writer = await _raw(world)
    lines = [f"POST {API}/uploads HTTP/1.1", "Host: x", f"Authorization: Bearer {talk.token}"]
    lines += [f"{name}: {value}" for name, value in named.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert b" 413 " in await reader.readline()
    writer.close()
    refused = await world.call(
        "POST", f"{API}/uploads", raw=endless(), token=talk.token, headers=headers
    )
    assert (refused.status, refused.body["code"]) == (413, "upload_too_large")
    assert sent < 40_000_000
    assert "upload_too_large" in told()
    await still_serves(world)


async def test_a_renamed_program_is_refused(world, told):
    refused = await upload(await world.open(), executable(), name="holiday.jpg")
    assert (refused.status, refused.body["code"]) == (422, "upload_unreadable")
    assert "upload_unreadable" in told()
    await still_serves(world)


async def _raw(world, receive=None):
    host, port = world.client.server.host, world.client.server.port
    plain = socket.socket()
    if receive:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, (host, port))
    return await asyncio.open_connection(sock=plain)


async def _deaf(world, talk, receive=4_096):
    """Open a socket and read nothing after the handshake."""
    reader, writer = await _raw(world, receive)
    key = base64.b64encode(os.urandom(16)).decode()
    path = f"{talk.path}/ws?ticket={await ticket(talk)}"
    lines = [
        f"GET {path} HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {PROTOCOL}", "", "",
    ]  # fmt: skip
    writer.write("\r\n".join(lines).encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    writer.transport.pause_reading()
    return reader, writer


def _fill(world, talk, events):
    with world.services.uow() as uow:
        for _ in range(events):
            uow.conversations.append(
                talk.conversation_id,
                type=EventType.NOTICE,
                author=Author.SYSTEM,
                at=NOW,
                body={"text": "x" * 50_000},
            )
        uow.commit()


async def _until_logged(told, code):
    async with asyncio.timeout(10):
        while code not in told():  # noqa: ASYNC110 -- the log tells nobody when it has a line
            await asyncio.sleep(0.01)


async def test_a_socket_that_never_reads_is_closed_and_nobody_waits_for_it(
    world, told, monkeypatch
):
    monkeypatch.setattr(Patience, "send", 0.3)
    talk = await world.open()
    _fill(world, talk, 300)
    async with line(talk, since=300) as same_buyer, line(await world.open()) as neighbour:
        _, writer = await _deaf(world, talk)
        await neighbour.write("hello")
        await neighbour.until("turn_done")
        await same_buyer.write("hello")
        await same_buyer.until("turn_done")
        await _until_logged(told, TOO_SLOW)
        writer.transport.abort()
    await still_serves(world)


async def test_a_socket_that_reads_at_last_is_told_why_it_was_closed(world, told, monkeypatch):
    monkeypatch.setattr(Patience, "send", 0.3)
    talk = await world.open()
    _fill(world, talk, 400)
    reader, writer = await _deaf(world, talk, receive=None)
    await _until_logged(told, TOO_SLOW)
    writer.transport.resume_reading()
    async with asyncio.timeout(10):
        heard = await reader.read(-1)
    assert TOO_SLOW.to_bytes(2, "big") + b"too_slow" in heard[-20:]
    writer.close()


async def test_a_client_that_asks_and_never_listens_is_closed(world, told, monkeypatch):
    monkeypatch.setattr(Patience, "send", 0.3)
    monkeypatch.setattr("aftersale.gateway.live_socket.OWN_FRAMES", 0)
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.say(type="ping")
        assert await buyer.closed() == TOO_SLOW
    assert TOO_SLOW in told()


async def test_a_flood_of_frames_closes_its_own_socket(world, told):
    talk = await world.open()
    async with line(talk) as buyer:
        for _ in range(400):
            await buyer.say(type="ping")
        assert await buyer.closed() == TOO_MANY
    assert TOO_MANY in told()
    await still_serves(world)


BEHIND_A_PROXY = {"AFTERSALE_TRUSTED_PROXIES": "1", "AFTERSALE_RATE_SOCKETS": "10/2"}


@pytest.mark.parametrize("knobs", [BEHIND_A_PROXY], indirect=True)
async def test_ten_connections_a_second_from_one_address_are_held_back(world, told):
    talk, neighbour = await world.open(), await world.open()
    codes = []
    for _ in range(30):
        async with line(talk, told="guess", X_Forwarded_For="6.6.6.6") as one:
            codes.append(await one.closed())
    assert codes[:10] == [OVER] * 10
    assert codes.count(TOO_MANY) >= 10
    assert TOO_MANY in told()
    async with line(neighbour, X_Forwarded_For="7.7.7.7") as other:
        await other.write("hello")
        await other.until("turn_done")


@pytest.mark.parametrize("knobs", [BEHIND_A_PROXY | {"AFTERSALE_SOCKETS_PER_ADDRESS": "2"}],
                         indirect=True)  # fmt: skip
async def test_an_address_holds_only_so_many_sockets_open(world):
    one, two, three, other = [await world.open() for _ in range(4)]
    async with line(one, X_Forwarded_For="6.6.6.6") as a, line(two, X_Forwarded_For="6.6.6.6"):
        await a.until("ready")
        async with line(three, X_Forwarded_For="6.6.6.6") as third:
            assert await third.closed() == TOO_MANY
        async with line(other, X_Forwarded_For="7.7.7.7") as neighbour:
            await neighbour.until("ready")
    async with line(three, X_Forwarded_For="6.6.6.6") as third:
        await third.until("ready")


LISTED = {"AFTERSALE_SHOP_ORIGINS": f"{SHOP}={SHOP_PAGE}, https://any.example:8443"}
STRANGERS = [
    EVIL_PAGE, "null", "", "https://shop.example.evil.example", "http://shop.example",
    "https://shop.example:444", "https://SHOP.example", "https://xshop.example", "*",
]  # fmt: skip


@pytest.mark.parametrize("knobs", [LISTED], indirect=True)
@pytest.mark.parametrize("origin", STRANGERS)
async def test_a_page_that_is_not_on_the_list_gets_nothing(world, told, origin):
    talk = await world.open()
    for method, path in [
        ("POST", f"{API}/sessions"), ("GET", f"{talk.path}/events"),
        ("POST", f"{talk.path}/ticket"),
        ("GET", f"{API}/openapi.json"), ("POST", f"{API}/uploads"),
    ]:  # fmt: skip
        refused = await world.call(
            method, path, {"storefront": SHOP}, token=talk.token, headers={"Origin": origin}
        ) if method == "POST" else await world.call(
            method, path, token=talk.token, headers={"Origin": origin}
        )  # fmt: skip
        assert (refused.status, refused.body["code"]) == (403, "origin_not_allowed")
        assert "Access-Control-Allow-Origin" not in refused.headers
    async with line(talk, Origin=origin) as page:
        assert await page.closed() == NOT_YOURS
    assert {"origin_not_allowed", NOT_YOURS} <= told()
    await still_serves(world)


@pytest.mark.parametrize("knobs", [LISTED], indirect=True)
async def test_a_strangers_page_does_not_even_use_a_ticket_up(world):
    talk = await world.open()
    own = await ticket(talk)
    async with line(talk, told=own, Origin=EVIL_PAGE) as page:
        assert await page.closed() == NOT_YOURS
    async with line(talk, told=own, Origin=SHOP_PAGE) as page:
        await page.until("ready")


@pytest.mark.parametrize("knobs", [LISTED], indirect=True)
async def test_a_page_of_one_shop_serves_that_shop_alone(world):
    page = {"Origin": SHOP_PAGE}
    own = await world.call("POST", f"{API}/sessions", {"storefront": SHOP}, headers=page)
    assert own.status == 201
    assert own.headers["Access-Control-Allow-Origin"] == SHOP_PAGE
    other = await world.call("POST", f"{API}/sessions", {"storefront": OTHER_SHOP}, headers=page)
    assert (other.status, other.body["code"]) == (403, "origin_not_allowed")
    talk, foreign = await world.open(), await world.open(storefront=OTHER_SHOP)
    async with line(talk, Origin=SHOP_PAGE) as mine:
        await mine.until("ready")
    async with line(foreign, Origin=SHOP_PAGE) as theirs:
        assert await theirs.closed() == NOT_YOURS
    async with line(foreign, Origin="https://any.example:8443") as anyones:
        await anyones.until("ready")


@pytest.mark.parametrize("knobs", [LISTED], indirect=True)
async def test_a_preflight_is_answered_for_the_shops_pages_alone(world):
    asked = {"Access-Control-Request-Method": "DELETE"}
    for origin, status in [(SHOP_PAGE, 204), (EVIL_PAGE, 403), ("null", 403)]:
        headers = {**asked, "Origin": origin}
        reply = await world.client.options(f"{API}/sessions", headers=headers)
        assert reply.status == status
        allowed = reply.headers.get("Access-Control-Allow-Origin")
        assert allowed == (origin if status == 204 else None)
        methods = reply.headers.get("Access-Control-Allow-Methods", "")
        assert ("DELETE" in methods) is (status == 204)


async def test_the_apps_own_page_may_call_without_a_list(world):
    own = f"http://{world.client.server.host}:{world.client.server.port}"
    reply = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP}, headers={"Origin": own}
    )
    assert reply.status == 201
    async with line(await world.open(), Origin=own) as page:
        await page.until("ready")
    refused = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP}, headers={"Origin": SHOP_PAGE}
    )
    assert refused.body["code"] == "origin_not_allowed"

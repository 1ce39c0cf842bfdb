"""The app's own addresses for Chatwoot: callbacks, the page beside a conversation, its card."""

import asyncio
import json
import threading
import time
from dataclasses import replace

import pytest
import urllib3
from aiohttp.test_utils import TestClient, TestServer

from aftersale.bootstrap_chatwoot import outside_desk
from aftersale.gateway.app import create_app
from tests.integration.desks.conftest import NOW
from tests.integration.desks.world import CONV
from tests.integration.gateway.conftest import _services
from tests.integration.gateway.description import check

CALLBACK = "/api/v1/desks/chatwoot/callback"
CARD = "/api/v1/desks/chatwoot/card"
PAGE = "/desks/chatwoot/app"
PATH_SECRET = "a-secret-of-thirty-two-characters"


@pytest.fixture
def jobs():
    return False


@pytest.fixture
async def client(world, policies, jobs):
    made, now, _ = _services(world.settings, policies, "http://127.0.0.1:1")
    now[0] = NOW
    wiring = replace(world.wiring, uow=made.uow)
    outside = outside_desk(world.outside.desk, world.settings, wiring, made.uploads)
    services = replace(made, outside=outside, voice=wiring.voice)
    app = create_app(services, world.settings, with_jobs=jobs)
    client = TestClient(TestServer(app))
    await client.start_server()
    yield client
    await client.close()
    services.close()


async def post(client, path, body, headers=None):
    sent = {"Content-Type": "application/json"} | (headers or {})
    async with client.post(path, data=body, headers=sent) as answer:
        content = await answer.read()
        check("POST", path, answer.status, answer.content_type, content)
        return answer.status, json.loads(content)


async def tell(client, callback, path=CALLBACK):
    return await post(client, path, callback.body, callback.headers)


@pytest.fixture
def opened(world):
    world.ask()
    world.carry()
    world.server.callbacks.clear()
    return world


async def test_a_signed_callback_is_kept_once_and_answered(client, opened):
    opened.server.reply("Hello Ann")
    (callback,) = opened.server.callbacks
    assert await tell(client, callback) == (200, {"taken": 1})
    assert await tell(client, callback) == (200, {"taken": 0})
    opened.follow()
    assert opened.answers() == ["Hello Ann"]


async def test_a_callback_is_answered_at_once_however_slow_the_desk_is(client, opened):
    took = []
    for n in range(20):
        opened.server.reply(f"Line {n}")
        began = time.monotonic()
        assert (await tell(client, opened.server.callbacks[-1]))[0] == 200
        took.append(time.monotonic() - began)
    assert sorted(took)[-2] < 0.25


async def test_what_is_not_signed_is_refused(client, opened):
    opened.server.reply("Hello")
    (callback,) = opened.server.callbacks
    for headers in ({}, callback.headers | {"X-Chatwoot-Signature": "sha256=0"}):
        status, body = await post(client, CALLBACK, callback.body, headers)
        assert (status, body["code"]) == (401, "signature_invalid")
    status, body = await post(client, CALLBACK, callback.body + b" ", callback.headers)
    assert (status, body["code"]) == (401, "signature_invalid")


async def test_signed_nonsense_is_no_event(client, opened):
    status, body = await tell(client, opened.server.signed(b"[]"))
    assert (status, body["code"]) == (400, "bad_request")
    assert await tell(client, opened.server.signed(b'{"event": 7}')) == (200, {"taken": 0})


async def test_a_long_message_is_taken_and_a_flood_is_not(client, opened):
    opened.server.reply("x" * 140_000)
    assert await tell(client, opened.server.callbacks[-1]) == (200, {"taken": 1})
    status, body = await tell(client, opened.server.signed(b" " * 1_000_001))
    assert (status, body["code"]) == (413, "body_too_large")


async def test_a_conversation_of_somebody_else_is_nobodys(client, opened):
    told = opened.server.only().told() | {"id": 999, "event": "conversation_status_changed"}
    assert await tell(client, opened.server.signed(json.dumps(told).encode())) == (
        200,
        {"taken": 0},
    )


async def test_there_is_no_secret_address_unless_it_was_set_up(client, opened):
    opened.server.reply("Hello")
    status, _ = await tell(client, opened.server.callbacks[-1], f"{CALLBACK}/{PATH_SECRET}")
    assert status == 404


@pytest.mark.parametrize("version", ["4.10"])
@pytest.mark.parametrize("knobs", [{"AFTERSALE_CHATWOOT_PATH_SECRET": PATH_SECRET}])
async def test_an_old_server_is_heard_at_the_secret_address(client, opened):
    opened.server.reply("Hello")
    (callback,) = opened.server.callbacks
    assert (await tell(client, callback))[0] == 401
    assert (await tell(client, callback, f"{CALLBACK}/{PATH_SECRET}x"))[0] == 404
    assert (await tell(client, callback, f"{CALLBACK}/{PATH_SECRET}")) == (200, {"taken": 1})
    assert (await tell(client, callback, f"{CALLBACK}/{PATH_SECRET}")) == (200, {"taken": 0})


async def test_the_page_is_shown_by_the_desk_alone_and_runs_our_script_alone(client, opened):
    async with client.get(PAGE) as answer:
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()
    assert f"frame-ancestors {opened.server.url}" in policy
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert f'data-desk="{opened.server.url}"' in page
    async with client.get(f"{PAGE}.js") as script:
        assert script.content_type == "text/javascript"
        assert "innerHTML" not in await script.text()


def token_of(world):
    return world.server.only().attributes["aftersale_card"]


async def ask_card(client, token, ref):
    return await post(client, CARD, json.dumps({"token": token, "ref": ref}))


async def test_the_card_is_opened_by_what_our_server_put_there(client, opened):
    status, card = await ask_card(client, token_of(opened), opened.link().ref)
    assert (status, card["verified"], card["reason"]) == (200, True, "asked")
    with opened.uow() as uow:
        trail = uow.ledger.trail(f"conversation:{CONV}")
    assert [e.actor for e in trail if e.action == "conversation.read"] == ["agent:outside-desk"]


async def test_what_chatwoots_page_says_alone_opens_nothing(client, opened):
    token, ref = token_of(opened), opened.link().ref
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    other = f"{token.split('.')[0]}.99999999999.{token.split('.')[2]}"
    for given, named in [("", ref), (forged, ref), (other, ref), (token, "5"), (token, "")]:
        status, body = await ask_card(client, given, named)
        assert (status, body["code"]) == (401, "token_invalid")


async def test_the_cards_key_is_over_after_an_hour(client, opened, world):
    token, ref = token_of(opened), opened.link().ref
    tokens = opened.outside.cards._tokens
    assert tokens.opens(token, NOW) == opened.handoff().handoff_id
    assert tokens.opens(token, opened.later(minutes=60).now) is None
    assert ref == opened.link().ref


@pytest.mark.parametrize("jobs", [True])
async def test_an_answer_is_there_within_a_second_by_itself(client, world):
    """Everything runs: the jobs, and a server that posts its callbacks."""
    world.ask()
    url = str(client.make_url(CALLBACK))
    http = urllib3.PoolManager()

    def deliver(callback):
        return http.request("POST", url, body=callback.body, headers=callback.headers).status

    async def until(holds, seconds=8.0):
        end = time.monotonic() + seconds
        while not await asyncio.to_thread(holds):
            assert time.monotonic() < end
            await asyncio.sleep(0.02)

    await until(lambda: world.link() and world.link().ref)
    world.server.reply("Hello Ann")
    began = time.monotonic()
    threading.Thread(target=lambda: world.server.flush(deliver)).start()
    await until(lambda: world.answers() == ["Hello Ann"])
    assert time.monotonic() - began < 1.0
    world.say("Thanks!")
    await until(lambda: world.server.said()[-1] == ("incoming", False, "Thanks!"))

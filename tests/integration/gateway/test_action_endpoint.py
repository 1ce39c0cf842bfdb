"""The engine may run actions of the open turn, with the secret, and of no other."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer
from rasa_sdk import Action

from actions.context import current
from aftersale.gateway.action_endpoint import EXECUTOR, create_action_app
from tests.integration.gateway.world import says


class _Remember(Action):
    def __init__(self):
        self.calls = []

    def name(self):
        return "action_remember"

    def run(self, dispatcher, tracker, domain):
        self.calls.append(current.get())
        dispatcher.utter_message(response="utter_remembered", number="1")
        return [{"event": "slot", "name": "last_order", "value": "1"}]


class _Fail(Action):
    def name(self):
        return "action_fail"

    def run(self, dispatcher, tracker, domain):
        raise RuntimeError("4111111111111111")


@pytest.fixture
async def endpoint(world):
    app = create_action_app(world.services, "secret")
    remember = _Remember()
    app[EXECUTOR].register_action(remember)
    app[EXECUTOR].register_action(_Fail())
    client = TestClient(TestServer(app))
    await client.start_server()
    client.remember = remember
    yield client
    await client.close()


def _call(body, action="action_remember", **changes):
    metadata = {"turn_id": body["turn_id"], "fence": body["fence"]} | changes
    tracker = {
        "sender_id": body["conversation_id"], "slots": {}, "events": [], "paused": False,
        "latest_message": {"text": body.get("text"), "metadata": metadata},
        "latest_action_name": None, "active_loop": {}, "followup_action": None,
        "latest_input_channel": "aftersale",
    }  # fmt: skip
    return {"next_action": action, "tracker": tracker, "version": "3.6.21"}


async def _during_a_turn(world, endpoint, make_call, secret="secret"):
    """Call the endpoint as the engine does, while the turn runs."""
    answers = []

    async def answer(body):
        headers = {"X-Actions-Secret": secret}
        async with endpoint.post("/actions", json=make_call(body), headers=headers) as response:
            answers.append((response.status, await response.json()))
        return says("utter_ok")

    world.engine.answer = answer
    talk = await world.open(world.identity("ann"))
    await talk.send("hello")
    await talk.until_done()
    return talk, answers[0]


async def test_an_action_of_the_open_turn_runs_with_its_call(world, endpoint):
    talk, (status, body) = await _during_a_turn(world, endpoint, _call)
    assert status == 200
    assert body["events"] == [{"event": "slot", "name": "last_order", "value": "1"}]
    assert body["responses"][0]["response"] == "utter_remembered"
    (context,) = endpoint.remember.calls
    assert context.call.conversation_id == talk.conversation_id
    assert context.call.identity.buyer_id is not None
    assert context.services is world.services.use_cases


@pytest.mark.parametrize("changes", [{"fence": 2}, {"fence": 0}, {"turn_id": "0" * 32}], ids=str)
async def test_an_action_of_another_turn_or_attempt_is_refused(world, endpoint, changes):
    _, (status, _) = await _during_a_turn(world, endpoint, lambda body: _call(body, **changes))
    assert status == 409
    assert endpoint.remember.calls == []


async def test_an_action_of_another_conversation_is_refused(world, endpoint):
    _, (status, _) = await _during_a_turn(
        world, endpoint, lambda body: _call(body | {"conversation_id": "0" * 32})
    )
    assert status == 409
    assert endpoint.remember.calls == []


async def test_an_action_after_its_turn_is_refused(world, endpoint):
    await _during_a_turn(world, endpoint, _call)
    body = world.engine.seen[0]
    response = await endpoint.post(
        "/actions", json=_call(body), headers={"X-Actions-Secret": "secret"}
    )
    assert response.status == 409
    assert len(endpoint.remember.calls) == 1


@pytest.mark.parametrize("secret", ["", "wrong", "secretx", "\u00e4"])
async def test_an_action_needs_the_secret(world, endpoint, secret):
    _, (status, _) = await _during_a_turn(world, endpoint, _call, secret)
    assert status == 401
    assert endpoint.remember.calls == []


@pytest.mark.parametrize("fence", [True, "1", None, 1.0])
async def test_a_fence_of_another_type_is_refused(world, endpoint, fence):
    _, (status, _) = await _during_a_turn(world, endpoint, lambda body: _call(body, fence=fence))
    assert status == 400


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b'{"tracker": null}'])
async def test_a_call_of_another_shape_is_refused(endpoint, raw):
    response = await endpoint.post("/actions", data=raw, headers={"X-Actions-Secret": "secret"})
    assert response.status == 400


async def test_an_action_that_fails_says_nothing_of_itself(world, endpoint):
    _, (status, body) = await _during_a_turn(
        world, endpoint, lambda body: _call(body, "action_fail")
    )
    assert (status, body) == (500, {"error": "The action failed."})


async def test_an_unknown_action_is_not_found(world, endpoint):
    _, (status, _) = await _during_a_turn(
        world, endpoint, lambda body: _call(body, "action_unknown")
    )
    assert status == 404


async def test_a_waiting_action_does_not_stop_the_gateway(world, endpoint):
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Wait(Action):
        def name(self):
            return "action_wait"

        def run(self, dispatcher, tracker, domain):
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result(5)
            return []

    endpoint.server.app[EXECUTOR].register_action(Wait())
    running = asyncio.create_task(
        _during_a_turn(world, endpoint, lambda body: _call(body, "action_wait"))
    )
    assert (await world.call("GET", "/livez")).status == 200
    release.set()
    _, (status, _) = await running
    assert status == 200

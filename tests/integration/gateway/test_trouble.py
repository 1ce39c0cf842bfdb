"""Whatever fails behind it, a buyer has a reply, once, and a result that was committed is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from aftersale.domain.conversations import EventType
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from tests.integration.gateway.world import NOW, SHOP, responses, says


@pytest.fixture
def knobs():
    return {
        "AFTERSALE_MODE": "test",
        "AFTERSALE_RATE_ADDRESS": "off",
        "AFTERSALE_ENGINE_TIMEOUT": "0.3",
        "AFTERSALE_TURN_LEASE": "30",
    }


def _broken(status=200, **more):
    async def answer(body):
        return web.Response(status=status, **more)

    return answer


TROUBLE = {
    "no model": _broken(503),
    "an error": _broken(500),
    "a redirect": _broken(307, headers={"Location": "http://127.0.0.1:1/"}),
    "nothing": _broken(),
    "no JSON": _broken(text="<html>"),
    "no UTF-8": _broken(body=b'{"messages": "\xff"}', content_type="application/json"),
    "a list": _broken(text="[]", content_type="application/json"),
    "no messages": _broken(text='{"messages": null}', content_type="application/json"),
    "odd messages": _broken(text='{"messages": [1]}', content_type="application/json"),
    "silence": _broken(text='{"messages": []}', content_type="application/json"),
}


@pytest.mark.parametrize("what", TROUBLE)
async def test_an_engine_that_gives_no_answer_makes_an_apology(world, what):
    world.engine.answer = TROUBLE[what]
    talk = await world.open()
    await talk.send("hello", client_msg_id="message-1")
    events = await talk.until_done()
    assert responses(events) == ["utter_trouble"]
    assert events[-1]["client_msg_id"] == "message-1"


async def test_an_engine_that_hangs_makes_an_apology_in_time_and_the_next_turn_works(world):
    never = asyncio.Event()

    async def answer(body):
        if body["text"] == "hang":
            await never.wait()
        return says("utter_ok")

    world.engine.answer = answer
    talk = await world.open()
    await talk.send("hang")
    await talk.send("thanks")
    assert responses(await talk.until_done(2)) == ["utter_trouble", "utter_ok"]
    never.set()


async def test_an_engine_that_is_down_makes_an_apology(world, make_world):
    await make_world.engine_server().close()
    talk = await world.open()
    await talk.send("hello")
    assert responses(await talk.until_done()) == ["utter_trouble"]


async def test_wording_that_is_missing_makes_an_apology(world, monkeypatch):
    speak = type(world.services.voice).say

    def say(self, response, variables, **more):
        if response == "utter_unknown":
            raise KeyError(response)
        return speak(self, response, variables, **more)

    monkeypatch.setattr(type(world.services.voice), "say", say)

    async def answer(body):
        return says("utter_unknown")

    world.engine.answer = answer
    talk = await world.open()
    await talk.send("hello")
    assert responses(await talk.until_done()) == ["utter_trouble"]


def _command(talk, turn_id):
    return PendingCommand(
        command_id="c1", conversation_id=talk.conversation_id, kind=CommandKind.CANCEL,
        state=CommandState.OPEN, storefront=SHOP, order_number=None, decision_id=None,
        order_version=None, terms_hash="h", terms={}, created_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
    )  # fmt: skip


def _carry_out(world, talk, turn_id):
    """Do what an action does on "yes": the command becomes done and names the turn."""
    result = {"turn_id": turn_id, "response": "utter_cancel_done_refund", "variables": {}}
    with world.services.uow() as uow:
        command = _command(talk, turn_id)
        uow.commands.add(command)
        done = replace(command, state=CommandState.DONE, done_at=NOW, result=result)
        assert uow.commands.move(done)
        uow.commit()


async def test_a_command_that_was_carried_out_is_told_although_the_engine_failed(world):
    talk = await world.open()

    async def answer(body):
        await asyncio.to_thread(_carry_out, world, talk, body["turn_id"])
        return web.Response(status=500)

    world.engine.answer = answer
    await talk.send("yes")
    events = await talk.until_done()
    told = [event for event in events if "response" in event]
    assert [event["response"] for event in told] == ["utter_cancel_done_refund"]
    assert told[0]["author"] == "system"


class TestAfterACrash:
    @pytest.fixture
    def with_jobs(self):
        return False  # the first process dies before it can finish: its runner never runs

    async def test_a_leased_turn_is_taken_over_when_its_lease_ends(self, make_world):
        first = await make_world()
        talk = await first.open()
        await talk.send("hello")
        assert first.services.turns.claim(first.now[0]) is not None
        second = await make_world()
        runner = _runner(second)
        await runner.run_waiting()
        assert responses(await talk.events()) == []
        second.now[0] += timedelta(seconds=31)
        await runner.run_waiting()
        assert responses(await talk.events()) == ["utter_echo"]
        assert first.engine.seen[0]["fence"] == 2

    async def test_what_the_dead_process_committed_is_told_and_not_done_again(self, make_world):
        first = await make_world()
        talk = await first.open()
        await talk.send("yes")
        claimed = first.services.turns.claim(first.now[0])
        _carry_out(first, talk, claimed.turn.turn_id)
        second = await make_world()
        second.now[0] += timedelta(seconds=31)
        await _runner(second).run_waiting()
        assert responses(await talk.events()) == ["utter_cancel_done_refund"]
        assert second.engine.seen == []

    async def test_an_answer_that_comes_after_the_takeover_is_dropped(self, make_world):
        world = await make_world()
        talk = await world.open()
        await talk.send("hello")
        late = world.services.turns.claim(world.now[0])
        world.now[0] += timedelta(seconds=31)
        taker = world.services.turns.claim(world.now[0])
        assert world.services.turns.answer(taker, (), world.now[0])
        assert not world.services.turns.answer(late, (), world.now[0])
        assert not world.services.turns.give_up(late, world.now[0])
        types = [event["type"] for event in await talk.events()]
        assert types.count(EventType.TURN_DONE.value) == 1


def _runner(world):
    from aftersale.gateway.keys import RUNNER

    return world.client.server.app[RUNNER]


async def test_a_running_turn_is_answered_before_the_app_stops(make_world):
    world = await make_world()
    talk = await world.open()
    arrived, release = asyncio.Event(), asyncio.Event()

    async def answer(body):
        arrived.set()
        await release.wait()
        return says("utter_last")

    world.engine.answer = answer
    await talk.send("hello")
    await arrived.wait()
    stopping = asyncio.create_task(world.client.close())
    release.set()
    await stopping
    assert "utter_last" in str(talk.stored())


async def test_a_store_that_is_away_stops_neither_turns_nor_process(world, monkeypatch):
    turns, claim = world.services.turns, type(world.services.turns).claim
    failures = iter([True, True, False])

    def sometimes(self, now):
        if next(failures, False):
            raise OSError("the store is away")
        return claim(self, now)

    monkeypatch.setattr(type(turns), "claim", sometimes)
    talk = await world.open()
    await talk.send("hello")
    assert responses(await talk.until_done()) == ["utter_echo"]

"""Who comes back after the session's time: an unknown visitor goes on, a buyer signs in again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.services.coming_back import GOES_ON
from tests.integration.gateway.world import API, responses


async def renew(talk):
    return await talk.world.call("POST", f"{API}/sessions/refresh", token=talk.token)


async def reads(talk, token):
    return await talk.world.call("GET", f"{talk.path}/events", token=token)


async def test_an_unknown_visitor_goes_on_after_thirteen_hours(world):
    talk = await world.open()
    await talk.send("hello")
    await talk.until_done()
    world.now[0] += timedelta(hours=13)
    assert (await reads(talk, talk.token)).body["code"] == "token_invalid"
    renewed = await renew(talk)
    assert renewed.body["conversation_id"] == talk.conversation_id
    assert (await reads(talk, talk.token)).status == 401
    talk.token = renewed.body["token"]
    await talk.send("it is me again")
    assert responses(await talk.until_done(2)) == ["utter_echo", "utter_echo"]


async def test_not_for_ever(world):
    talk = await world.open()
    world.now[0] += timedelta(hours=12) + GOES_ON
    refused = await renew(talk)
    assert (refused.status, refused.body["code"]) == (401, "token_invalid")


async def test_a_token_that_was_replaced_brings_nothing(world):
    talk = await world.open()
    await renew(talk)
    world.now[0] += timedelta(hours=13)
    assert (await renew(talk)).status == 401


@pytest.mark.parametrize("who", ["buyer", "guest"])
async def test_where_an_order_was_shown_the_old_token_brings_nothing(world, who):
    talk = await world.open(world.identity("ann") if who == "buyer" else None)
    if who == "guest":
        with world.services.uow() as uow:
            row = uow.conversations.locked(talk.conversation_id)
            until = world.now[0] + timedelta(hours=1)
            uow.conversations.save(replace(row, guest_order="812345678901", guest_until=until))
            uow.commit()
    world.now[0] += timedelta(hours=13)
    refused = await renew(talk)
    assert (refused.status, refused.body["code"]) == (401, "token_invalid")


async def test_a_deleted_chat_does_not_come_back(world):
    talk = await world.open()
    await world.call("DELETE", talk.path, token=talk.token)
    assert (await renew(talk)).status == 401
    world.now[0] += timedelta(hours=13)
    assert (await renew(talk)).status == 401

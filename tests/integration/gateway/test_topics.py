"""A second device of the same buyer, and conversations that lie idle."""

from datetime import timedelta

import pytest

from aftersale.domain.conversations import Closed
from aftersale.gateway.live_socket import OVER
from aftersale.jobs.sweep_idle import SweepIdle
from tests.integration.gateway.conftest import wiring_of
from tests.integration.gateway.lines import line
from tests.integration.gateway.world import API, OTHER_SHOP, SHOP, Talk, responses
from tests.photos import photo
from tests.security.test_uploads import upload

DAY = timedelta(hours=24)


async def listed(talk):
    reply = await talk.world.call("GET", f"{API}/conversations", token=talk.token)
    assert reply.status == 200, reply.body
    return reply.body["conversations"]


async def spoken(world, words, subject="ann"):
    talk = await world.open(world.identity(subject))
    await talk.send(words)
    await talk.until_done()
    return talk


def there(world, topic):
    """The conversation as the second device has it."""
    return Talk(world, topic["conversation_id"], topic["token"])


async def test_a_second_device_goes_on_and_the_first_keeps_its_session(world):
    phone = await spoken(world, "where  is\nmy parcel")
    laptop = await world.open(world.identity())
    (topic,) = await listed(laptop)
    assert (topic["title"], topic["unread"]) == ("where is my parcel", 1)
    second = there(world, topic)
    assert await second.events() == await phone.events()
    assert (await second.send("and now?")).status == 202
    await phone.until_done(2)
    async with line(second) as live, line(phone) as other:
        await other.write("thanks")
        await live.until("turn_done", 3)


async def test_only_open_conversations_of_this_buyer_and_shop_are_listed(world):
    mine, ended, deleted = [await spoken(world, f"topic {n}") for n in range(3)]
    await spoken(world, "not yours", subject="bob")
    await world.open(world.identity())  # nothing was said in it
    await world.call("POST", f"{ended.path}/end", token=ended.token)
    await world.call("DELETE", deleted.path, token=deleted.token)
    assert [topic["title"] for topic in await listed(mine)] == ["topic 0"]
    stranger = await world.open(world.identity("ann", OTHER_SHOP), storefront=OTHER_SHOP)
    assert await listed(stranger) == []


async def test_what_was_read_on_one_device_is_not_unread_on_another(world):
    phone = await spoken(world, "hello")
    assert [topic["unread"] for topic in await listed(phone)] == [1]
    await world.call("POST", f"{phone.path}/read", {"seq": 5}, token=phone.token)
    assert [topic["unread"] for topic in await listed(phone)] == [0]


@pytest.mark.parametrize("who", ["nobody", "once"])
async def test_the_list_is_for_a_buyer_the_shop_vouches_for_now(world, who):
    talk = await world.open(world.identity() if who == "once" else None)
    await talk.send("hello")
    world.services.conversations._life = timedelta(hours=100)
    token = (await world.call("POST", f"{API}/sessions/refresh", token=talk.token)).body["token"]
    world.now[0] += timedelta(hours=13)
    refused = await world.call("GET", f"{API}/conversations", token=token)
    assert (refused.status, refused.body["code"]) == (403, "not_verified")


@pytest.mark.parametrize("change", ["id", "time", "signature", "kind", "empty", "odd"])
async def test_a_token_of_a_second_device_cannot_be_made_up(world, change):
    mine, other = await spoken(world, "hello"), await spoken(world, "mine", subject="bob")
    topic = (await listed(mine))[0]
    own, kind, until, signature = topic["token"].split(".")
    made = {
        "id": f"{other.conversation_id}.{kind}.{until}.{signature}",
        "time": f"{own}.{kind}.{int(until) + 1}.{signature}",
        "signature": f"{own}.{kind}.{until}.{'0' * 64}",
        "kind": f"{own}.x.{until}.{signature}",
        "empty": f"{own}.{kind}..",
        "odd": f"{own}.{kind}.²{until}.{signature}",
    }[change].encode("latin-1", "replace")
    refused = await world.call(
        "GET",
        f"{API}/conversations",
        headers={"Authorization": f"Bearer {made.decode('latin-1')}"},
    )
    assert (refused.status, refused.body["code"]) == (401, "token_invalid")


async def test_a_second_device_is_out_when_its_time_is_over_or_the_chat_is_deleted(world):
    phone = await spoken(world, "hello")
    second = there(world, (await listed(phone))[0])
    async with line(second) as live:
        await live.until("ready")
        world.now[0] += timedelta(hours=12)
        await live.write("still me")
        assert await live.closed() == OVER
    refused = await world.call("GET", f"{second.path}/events", token=second.token)
    assert refused.body["code"] == "token_invalid"
    again = await spoken(world, "hello again")
    third = there(world, (await listed(again))[0])
    await world.call("DELETE", third.path, token=third.token)
    refused = await world.call("GET", f"{third.path}/events", token=third.token)
    assert refused.body["code"] == "token_invalid"


async def test_a_second_device_renews_its_own_token_alone(world):
    phone = await spoken(world, "hello")
    second = there(world, (await listed(phone))[0])
    renewed = await world.call("POST", f"{API}/sessions/refresh", token=second.token)
    assert renewed.body["conversation_id"] == phone.conversation_id
    for token in (renewed.body["token"], phone.token):
        reply = await world.call("GET", f"{phone.path}/events", token=token)
        assert reply.status == 200


def sweep(world):
    services = world.services
    idle = SweepIdle(wiring_of(services.policies, services.uow, services.voice))
    counted = idle.run(world.now[0], dry_run=True)
    done = idle.run(world.now[0], dry_run=False)
    assert counted == done
    return done


def state(talk):
    with talk.world.services.uow() as uow:
        return uow.conversations.get(talk.conversation_id)


async def test_a_conversation_that_lies_idle_is_closed_with_a_word_and_opened_by_the_next(world):
    world.services.conversations._life = timedelta(hours=100)
    talk, empty = await spoken(world, "hello"), await world.open()
    world.now[0] += DAY - timedelta(seconds=1)
    assert sweep(world) == 0
    world.now[0] += timedelta(seconds=1)
    assert sweep(world) == 2
    assert sweep(world) == 0
    assert (state(talk).closed_as, state(empty).closed_as) == (Closed.IDLE, Closed.IDLE)
    events = await talk.events()
    assert (events[-1]["type"], events[-1]["response"]) == ("notice", "chat_idle")
    assert empty.stored() == []
    assert [topic["title"] for topic in await listed(await world.open(world.identity()))] == [
        "hello"
    ]
    assert (await upload(talk, photo())).status == 201
    assert (await talk.send("me again")).status == 202
    assert state(talk).closed_as is None
    assert responses(await talk.until_done(2))[-1] == "utter_echo"
    assert sweep(world) == 0


async def test_a_conversation_that_was_ended_stays_ended(world):
    world.services.conversations._life = timedelta(hours=100)
    talk = await spoken(world, "hello")
    world.now[0] += DAY
    sweep(world)
    await world.call("POST", f"{talk.path}/end", token=talk.token)
    assert state(talk).closed_as is Closed.ENDED
    assert (await talk.send("me again")).body["code"] == "conversation_closed"
    assert (await upload(talk, photo())).body["code"] == "conversation_closed"


async def test_news_still_reach_a_conversation_that_lies_idle(world):
    talk = await spoken(world, "hello")
    world.now[0] += DAY
    sweep(world)
    with world.services.uow() as uow:
        buyer = uow.parties.buyer_by_subject(SHOP, "ann")
        latest = uow.conversations.latest_of_buyer(SHOP, buyer.buyer_id)
    assert latest.conversation_id == talk.conversation_id

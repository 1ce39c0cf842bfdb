"""The way to a person over HTTP: leaving, ending, coming back, and trouble with the engine."""

from datetime import timedelta

import pytest
from aiohttp import web

from aftersale.domain.articles import Presence
from aftersale.domain.conversations import Owner
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.handoffs import HandoffReason
from aftersale.domain.ownership import OwnerMove
from aftersale.services.handoff.agents import Act, AgentDesk
from aftersale.services.handoff.asking import Wanted, ask_for_person
from aftersale.services.handoff.moving import owned_by
from tests.integration.gateway.conftest import wiring_of
from tests.integration.gateway.world import NOW, responses, says

LIVE = "helpdesk"
OPEN = NOW + timedelta(hours=6)  # 11:00 in New York
MIRA = DeskUser("mira", "Mira", Role.AGENT)


@pytest.fixture
async def talk(world):
    """A conversation at a storefront with live people, in open hours."""
    world.now[0] = OPEN
    return await world.open(storefront=LIVE)


@pytest.fixture
def there(world):
    with world.services.uow() as uow:
        uow.agents.arrive(Presence("mira", None, NOW, OPEN + timedelta(hours=2)))
        uow.commit()


def wiring(world):
    services = world.services
    return wiring_of(services.policies, services.uow, services.voice)


async def post(talk, what, body):
    return await talk.world.call("POST", f"{talk.path}/{what}", body, token=talk.token)


def queue(world, talk):
    with world.services.uow() as uow:
        conversation = uow.conversations.get(talk.conversation_id)
        wanted = Wanted(HandoffReason.ASKED)
        asked = ask_for_person(wiring(world), uow, conversation, wanted, now=world.now[0])
        uow.commit()
    return asked


def act(world, talk):
    return Act(talk.conversation_id, of(world, talk).owner_version, MIRA, world.now[0])


def of(world, talk):
    with world.services.uow() as uow:
        return uow.conversations.get(talk.conversation_id)


async def test_a_buyer_leaves_the_queue_and_the_bot_is_told_before_it_answers(world, talk, there):
    assert queue(world, talk).queued
    reply = await post(talk, "leave", {})
    assert (reply.status, reply.body) == (200, {"owner": "bot"})
    assert (await post(talk, "leave", {})).body == {"owner": "bot"}
    world.engine.state = {"slots": {"order_ref": "8123"}, "form": "cancel_form"}
    await talk.send("hello again")
    await talk.until_done()
    (told,) = world.engine.appended
    assert [event["event"] for event in told["events"]][-3:] == ["bot", "resume", "action"]
    assert {"event": "active_loop", "name": None} in told["events"]
    assert {"event": "slot", "name": "order_ref", "value": None} in told["events"]
    assert {"event": "slot", "name": "handoff_outcome", "value": "left"} in told["events"]
    await talk.send("and again")
    await talk.until_done(2)
    assert len(world.engine.appended) == 1
    assert len(world.engine.seen) == 2


@pytest.mark.parametrize("body", [{"version": 0}, {"version": "1"}, {"who": "me"}])
async def test_a_leave_of_another_shape_is_refused(body, talk):
    assert (await post(talk, "leave", body)).status == 400


async def test_a_leave_by_an_older_view_is_refused(world, talk, there):
    queue(world, talk)
    reply = await post(talk, "leave", {"version": 1})
    assert (reply.status, reply.body["code"]) == (409, "ownership_moved")


async def test_a_bot_that_cannot_be_told_does_not_answer(world, talk, there):
    queue(world, talk)
    await post(talk, "leave", {})
    world.engine.state = {"slots": "none"}
    await talk.send("hello again")
    assert responses(await talk.until_done())[-1] == "utter_trouble"
    assert not world.engine.seen


async def test_what_is_written_to_a_person_owes_no_turn_and_is_never_answered_later(
    world, talk, there
):
    queue(world, talk)
    desk = AgentDesk(wiring(world))
    desk.claim(act(world, talk))
    await talk.send("are you there?")
    desk.give_back(act(world, talk), outcome="All settled.")
    await talk.send("thanks")
    await talk.until_done()
    assert [each["text"] for each in world.engine.seen] == ["thanks"]


async def test_the_button_of_the_queue_leads_back(world, talk, there):
    queue(world, talk)
    (button,) = [
        each
        for event in await talk.events()
        for block in event.get("blocks", ())
        for each in block.get("buttons", ())
    ]
    await talk.send(payload=button["id"])
    assert of(world, talk).owner is Owner.BOT
    assert responses(await talk.events())[-1] == "utter_person_left"
    assert not world.engine.seen


async def test_where_nobody_came_the_next_message_is_the_bots(world, talk, there):
    queue(world, talk)
    with world.services.uow() as uow:
        owned_by(uow, talk.conversation_id, OwnerMove.EXPIRE, by="sweeper", now=OPEN)
        uow.commit()
    await talk.send("well then")
    await talk.until_done()
    assert of(world, talk).owner is Owner.BOT
    assert [each["text"] for each in world.engine.seen] == ["well then"]


async def test_who_ends_the_talk_ends_the_wait(world, talk, there):
    asked = queue(world, talk)
    await post(talk, "end", None)
    with world.services.uow() as uow:
        assert uow.handoffs.get(asked.handoff.handoff_id).ended_as == "closed"
    assert of(world, talk).is_over


async def test_who_deletes_the_chat_leaves_nothing_with_anybody(world, talk, there):
    await talk.send("the parcel smells of garlic")
    await talk.until_done()
    asked = queue(world, talk)
    assert asked.handoff.words == "the parcel smells of garlic"
    AgentDesk(wiring(world)).claim(act(world, talk))
    reply = await world.call("DELETE", talk.path, token=talk.token)
    assert reply.status == 200
    with world.services.uow() as uow:
        handoff = uow.handoffs.get(asked.handoff.handoff_id)
    assert (handoff.words, handoff.ended_as) == ("", "closed")
    assert of(world, talk).owner is Owner.CLOSED


async def down(_):
    return web.Response(status=503)


async def test_a_typed_wish_for_a_person_works_while_the_engine_is_down(world, talk, there):
    world.engine.answer = down
    await talk.send("give me a HUMAN please")
    said = responses(await talk.until_done())
    assert said == ["utter_person_queue"]
    assert of(world, talk).owner is Owner.QUEUED


async def test_the_same_trouble_twice_brings_a_person_or_a_case(world, talk):
    world.engine.answer = down
    await talk.send("where is my parcel")
    assert responses(await talk.until_done()) == ["utter_trouble"]
    await talk.send("where is my parcel")
    assert responses(await talk.until_done(2)) == ["utter_trouble", "utter_person_case_ack"]
    with world.services.uow() as uow:
        (case,) = uow.cases.of_conversation(talk.conversation_id)
        assert uow.handoffs.last_of(talk.conversation_id).case_number == case.number


async def test_actions_that_fail_twice_in_a_row_bring_a_person_too(world, talk, there):
    async def trouble(_):
        return says("utter_trouble")

    world.engine.answer = trouble
    await talk.send("cancel it")
    await talk.until_done()
    await talk.send("cancel it")
    said = responses(await talk.until_done(2))
    assert said == ["utter_trouble", "utter_person_queue"]


async def test_a_card_number_told_to_a_person_is_hidden_and_that_is_said(world, talk, there):
    queue(world, talk)
    before = len(await talk.events())
    await talk.send("my card is 4242 4242 4242 4242")
    own, told = (await talk.events())[before:]
    assert "4242" not in str(own)
    assert (told["author"], told["response"]) == ("system", "utter_hidden_card")

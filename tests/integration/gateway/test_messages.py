"""A message in, its answer out: once, in order, at once."""

import asyncio
from uuid import uuid4

import pytest

from tests.integration.gateway.world import responses, says


async def test_a_message_is_answered_and_the_answer_names_it(world):
    talk = await world.open()
    sent = await talk.send("where is my order", client_msg_id="message-1")
    assert (sent.status, sent.body["seq"]) == (202, 1)
    events = await talk.until_done()
    types = ["message", "read", "typing", "message", "turn_done"]
    assert [event["type"] for event in events] == types
    assert [event["author"] for event in events] == ["buyer", "bot", "bot", "bot", "system"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    assert (events[1]["up_to"], events[1]["by"]) == (1, "bot")
    assert events[-1]["client_msg_id"] == "message-1"


async def test_two_messages_within_a_second_are_both_answered_in_order(world):
    talk = await world.open()
    first_may_end = asyncio.Event()

    async def answer(body):
        if body["text"] == "cancel 123":
            await first_may_end.wait()
        return says(f"utter_{body['text'].replace(' ', '_')}")

    world.engine.answer = answer
    await talk.send("cancel 123")
    await talk.send("thanks")
    first_may_end.set()
    assert responses(await talk.until_done(2)) == ["utter_cancel_123", "utter_thanks"]
    assert [body["text"] for body in world.engine.seen] == ["cancel 123", "thanks"]


async def test_a_second_turn_waits_for_the_first_and_other_conversations_do_not(world):
    slow, quick = await world.open(), await world.open()
    release = asyncio.Event()

    async def answer(body):
        if body["text"] == "slow":
            await release.wait()
        return says("utter_ok")

    world.engine.answer = answer
    await slow.send("slow")
    await slow.send("second")
    await quick.send("quick")
    await quick.until_done()
    assert [body["text"] for body in world.engine.seen] == ["slow", "quick"]
    release.set()
    await slow.until_done(2)


async def test_the_same_client_msg_id_gives_the_same_answer_and_no_second_turn(world):
    talk = await world.open()
    first = await talk.send("hello", client_msg_id="same-id-1")
    await talk.until_done()
    again = await talk.send("hello", client_msg_id="same-id-1")
    assert (again.status, again.body) == (202, first.body)
    await talk.send("next")
    await talk.until_done(2)
    assert [body["text"] for body in world.engine.seen] == ["hello", "next"]


async def test_the_same_client_msg_id_at_the_same_time_makes_one_turn(world):
    talk = await world.open()
    replies = await asyncio.gather(
        *(talk.send("hello", client_msg_id="same-id-1") for _ in range(8))
    )
    assert {(reply.status, reply.body["seq"]) for reply in replies} == {(202, 1)}
    await talk.until_done()
    assert len(world.engine.seen) == 1


async def test_a_copy_that_was_stored_in_between_is_the_same_message(world, monkeypatch):
    talk = await world.open()
    first = await talk.send("hello", client_msg_id="same-id-1")
    with world.services.uow() as uow:
        log = type(uow.conversations)
    look, looks = log.message_by_client_id, []

    def not_seen_at_first(self, *given):
        looks.append(given)
        return look(self, *given) if len(looks) > 1 else None

    monkeypatch.setattr(log, "message_by_client_id", not_seen_at_first)
    again = await talk.send("hello", client_msg_id="same-id-1")
    assert (again.status, again.body) == (202, first.body)


async def test_the_same_client_msg_id_with_another_text_is_refused(world):
    talk = await world.open()
    await talk.send("hello", client_msg_id="same-id-1")
    again = await talk.send("cancel it", client_msg_id="same-id-1")
    assert (again.status, again.body["code"]) == (409, "client_msg_id_reused")
    assert "cancel it" not in str(talk.stored())


async def test_a_masked_message_sent_again_is_the_same_message(world):
    talk = await world.open()
    first = await talk.send("4111 1111 1111 1111", client_msg_id="same-id-1")
    again = await talk.send("4111 1111 1111 1111", client_msg_id="same-id-1")
    assert again.body == first.body


@pytest.mark.parametrize("bad", ["", "short", "x" * 65, "a b c d e f", "<script>", 12345678, None])
async def test_a_client_msg_id_of_another_shape_is_refused(world, bad):
    talk = await world.open()
    refused = await talk.send("hello", client_msg_id=bad)
    assert (refused.status, refused.body["code"]) == (400, "bad_request")
    assert talk.stored() == []


async def test_a_button_is_sent_by_its_id_and_reaches_the_engine_as_an_intent(world):
    talk = await world.open()

    async def answer(body):
        return says("utter_ask", choices=["affirm"])

    world.engine.answer = answer
    await talk.send("cancel")
    shown = await talk.until_done()
    button = next(e for e in shown if "response" in e)["blocks"][0]["buttons"][0]
    sent = await talk.send(payload=button["id"])
    assert sent.status == 202
    events = await talk.until_done(2)
    assert world.engine.seen[-1]["intent"] == "affirm"
    assert world.engine.seen[-1]["entities"] == {"order_number": "8123"}
    assert "text" not in world.engine.seen[-1]
    assert next(e for e in events if e["seq"] == sent.body["seq"])["text"] == "Affirm"


async def test_a_button_of_nobody_or_used_up_is_refused_and_nothing_is_stored(world):
    talk = await world.open()
    refused = await talk.send(payload=f"b-{uuid4().hex}")
    assert (refused.status, refused.body["code"]) == (409, "button_gone")
    assert talk.stored() == []


async def test_a_button_of_another_conversation_is_gone(world):
    mine, other = await world.open(), await world.open()

    async def answer(body):
        return says("utter_ask", choices=["affirm"])

    world.engine.answer = answer
    await other.send("cancel")
    shown = await other.until_done()
    button = next(e for e in shown if "response" in e)["blocks"][0]["buttons"][0]
    assert (await mine.send(payload=button["id"])).body["code"] == "button_gone"


@pytest.mark.parametrize("body", [{}, {"text": "a", "payload": "b"}])
async def test_a_message_is_either_text_or_a_button(world, body):
    talk = await world.open()
    assert (await talk.send(**body)).body["code"] == "bad_request"


async def test_reading_waits_for_the_next_event_and_no_longer(world):
    talk = await world.open()
    release = asyncio.Event()

    async def answer(body):
        await release.wait()
        return says("utter_late")

    world.engine.answer = answer
    await talk.send("hello")
    seen = await talk.events(wait=5)
    while seen[-1]["type"] != "typing":
        seen += await talk.events(since=seen[-1]["seq"], wait=5)
    reading = asyncio.create_task(talk.events(since=seen[-1]["seq"], wait=30))
    release.set()
    async with asyncio.timeout(5):
        assert responses(await reading) == ["utter_late"]


async def test_the_events_since_a_seq_are_only_the_later_ones(world):
    talk = await world.open()
    await talk.send("hello")
    events = await talk.until_done()
    assert await talk.events(since=events[-1]["seq"]) == []
    assert [e["seq"] for e in await talk.events(since=3)] == [4, 5]


async def test_too_many_unanswered_messages_are_held_back(world):
    talk = await world.open()
    release = asyncio.Event()

    async def answer(body):
        await release.wait()
        return says("utter_ok")

    world.engine.answer = answer
    replies = [await talk.send(f"message {number}") for number in range(25)]
    assert replies[-1].status == 429
    assert replies[-1].body["code"] == "too_many_requests"
    release.set()


async def test_an_ended_conversation_takes_nothing_and_can_be_read(world):
    talk = await world.open()
    await talk.send("hello")
    await talk.until_done()
    for _ in range(2):
        ended = await world.call("POST", f"{talk.path}/end", token=talk.token)
        assert ended.body == {"ended": True}
    assert (await talk.send("more")).body["code"] == "conversation_closed"
    assert [event["type"] for event in await talk.events()][-1] == "owner"


async def test_the_engine_gets_turn_fence_and_epoch(world):
    talk = await world.open()
    await talk.send("hello")
    await talk.until_done()
    body = world.engine.seen[0]
    assert body["conversation_id"] == talk.conversation_id
    assert (body["fence"], body["epoch"]) == (1, 0)
    assert body["turn_id"]

"""The stream over WebSocket: replayed and live without a gap, every frame answered."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import uuid4

import pytest

from aftersale.domain.conversations import Author, EventType
from aftersale.gateway import live_socket
from aftersale.gateway.keys import SOCKETS
from aftersale.gateway.live_socket import NOT_YOURS, OVER, TOO_MANY
from aftersale.gateway.open_sockets import PER_CONVERSATION
from tests.integration.gateway.lines import PROTOCOL, line, ticket
from tests.integration.gateway.world import NOW, responses


def note(world, talk):
    with world.services.uow() as uow:
        event = uow.conversations.append(
            talk.conversation_id,
            type=EventType.NOTICE,
            author=Author.SYSTEM,
            at=NOW,
            body={"text": "news"},
        )
        uow.commit()
    return event.seq


async def test_a_message_is_acknowledged_and_answered_on_the_socket(world):
    talk = await world.open()
    async with line(talk) as buyer:
        assert await buyer.next() == {"type": "ready", "seq": 0}
        own_id = await buyer.write("where is my order")
        heard = await buyer.until("turn_done")
        ack = next(frame for frame in heard if frame["type"] == "ack")
        assert ack == {
            "type": "ack",
            "client_msg_id": own_id,
            "id": f"{talk.conversation_id}-1",
            "seq": 1,
        }
        events = [frame for frame in heard if "at" in frame]
        assert events == await talk.events()


async def test_the_socket_speaks_its_protocol_or_nothing(world):
    talk = await world.open()
    path = f"{talk.path}/ws?ticket={await ticket(talk)}"
    assert (await world.call("GET", path)).body["code"] == "bad_request"
    async with line(talk) as buyer:
        assert buyer.ws.protocol == PROTOCOL


async def test_what_happened_is_replayed_from_the_seq_on(world):
    talk = await world.open()
    seqs = [note(world, talk) for _ in range(130)]
    async with line(talk, since=7) as buyer:
        await buyer.until("ready")
        assert buyer.seqs == seqs[7:]
        assert buyer.heard[-1] == {"type": "ready", "seq": 130}


async def test_what_comes_while_the_history_is_replayed_is_neither_lost_nor_doubled(world):
    talk = await world.open()
    for _ in range(60):
        note(world, talk)
    write = asyncio.get_running_loop().run_in_executor

    async def go_on():
        for _ in range(60):
            await write(None, note, world, talk)

    writing = asyncio.create_task(go_on())
    async with line(talk) as buyer:
        await buyer.until("notice", 120)
        await writing
        assert buyer.seqs == list(range(1, 121))


async def test_an_event_between_the_look_and_the_wait_is_not_lost(world, monkeypatch):
    talk = await world.open()
    follow, looks = world.services.chat.live.follow, []

    def look_then_write(ticket, since, now):
        looks.append(since)
        found = follow(ticket, since, now)
        if since == 0 and not found.events:
            note(world, talk)
        return found

    monkeypatch.setattr(type(world.services.chat.live), "follow", staticmethod(look_then_write))
    async with line(talk) as buyer:
        await buyer.until("notice")
        assert buyer.seqs == [1]
        await buyer.say(type="ping")
        await buyer.until("pong")
        before = len(looks)
        for _ in range(20):
            await world.call("GET", "/livez")
        assert len(looks) - before <= 1  # it waits for news, and does not go round


async def test_a_socket_that_breaks_again_and_again_misses_and_repeats_nothing(world):
    talk = await world.open()
    heard, since, sent = [], 0, []
    for number in range(8):
        async with line(talk, since=since) as buyer:
            sent.append(await buyer.write(f"message {number}"))
            # Torn at another place each time: before the ack, between events, after the turn.
            for _ in range(number):
                await buyer.next()
            buyer.ws._response.connection.transport.abort()
        heard += buyer.seqs
        since = heard[-1] if heard else 0
    for number, own_id in enumerate(sent):
        await talk.send(f"message {number}", client_msg_id=own_id)  # the client's outbox
    await talk.until_done(8)
    async with line(talk, since=since) as buyer:
        await buyer.until("ready")
    everything = await talk.events()
    assert heard + buyer.seqs == [event["seq"] for event in everything]
    written = [event["text"] for event in everything if event["author"] == "buyer"]
    assert sorted(written) == [f"message {number}" for number in range(8)]


async def test_several_sockets_of_a_conversation_hear_the_same(world):
    talk = await world.open()
    async with line(talk) as one, line(talk) as other:
        await one.write("hello")
        for each in (one, other):
            await each.until("turn_done")
        assert one.seqs == other.seqs


async def test_a_replayed_client_msg_id_is_acknowledged_again_and_makes_no_second_turn(world):
    talk = await world.open()
    async with line(talk) as buyer:
        own_id = await buyer.write("hello")
        await buyer.until("turn_done")
        await buyer.write("hello", own_id)
        again = await buyer.until("ack")
        assert again[-1]["seq"] == 1
        await buyer.write("cancel it", own_id)
        refused = await buyer.until("refused")
        assert refused[-1]["code"] == "client_msg_id_reused"
        assert refused[-1]["client_msg_id"] == own_id
    assert len(world.engine.seen) == 1


BAD = {
    "no JSON": ("{", "bad_request"),
    "a list": ("[]", "bad_request"),
    "brackets": ("[" * 60_000, "bad_request"),
    "no type": ("{}", "bad_request"),
    "another type": ('{"type": "admin"}', "bad_request"),
    "no id": ('{"type": "message", "text": "x"}', "bad_request"),
    "an odd id": ('{"type": "message", "client_msg_id": {"a": 1}, "text": "x"}', "bad_request"),
    "nothing said": ('{"type": "message", "client_msg_id": "message-1"}', "bad_request"),
    "a minted id": ('{"type": "message", "id": "1", "text": "x"}', "client_id_chosen"),
    "an unknown field": ('{"type": "typing", "who": "me"}', "bad_request"),
    "too long": (
        f'{{"type": "message", "client_msg_id": "message-1", "text": "{"x" * 2001}"}}',
        "message_too_large",
    ),
    "no button": (
        '{"type": "message", "client_msg_id": "message-1", "payload": "b-1"}',
        "button_gone",
    ),
    "no photo": (
        '{"type": "message", "client_msg_id": "message-1", "attachment_ids": ["a"]}',
        "attachment_gone",
    ),
    "a seq that is none": ('{"type": "read", "seq": "1"}', "bad_request"),
    "a seq below": ('{"type": "read", "seq": -1}', "bad_request"),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_frame_is_refused_with_a_code_and_the_socket_stays(world, what):
    frame, code = BAD[what]
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.ws.send_str(frame)
        refused = (await buyer.until("refused"))[-1]
        assert refused["code"] == code
        assert refused.keys() == {"type", "client_msg_id", "code", "title", "detail"}
        await buyer.write("hello")
        await buyer.until("turn_done")
    assert responses(await talk.events()) == ["utter_echo"]


async def test_bytes_are_refused_and_a_ping_is_answered(world):
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.ws.send_bytes(b"\x00\xff")
        assert (await buyer.until("refused"))[-1]["code"] == "bad_request"
        await buyer.say(type="ping")
        assert (await buyer.until("pong"))[-1] == {"type": "pong"}


async def test_a_frame_larger_than_a_body_may_be_ends_the_socket(world):
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.ws.send_str("x" * 70_000)
        assert await buyer.closed() == 1009


async def test_a_message_to_an_ended_conversation_is_refused_and_the_rest_can_be_read(world):
    talk = await world.open()
    async with line(talk) as buyer:
        await world.call("POST", f"{talk.path}/end", token=talk.token)
        assert (await buyer.until("owner"))[-1]["owner"] == "closed"
        await buyer.write("hello")
        assert (await buyer.until("refused"))[-1]["code"] == "conversation_closed"


async def test_a_ticket_opens_one_socket(world):
    talk = await world.open()
    told = await ticket(talk)
    async with line(talk, told=told) as first:
        await first.until("ready")
        async with line(talk, told=told) as second:
            assert await second.closed() == OVER


async def test_a_ticket_used_by_many_at_once_opens_one_socket(world):
    talk = await world.open()
    told = await ticket(talk)
    start = asyncio.Event()

    async def open_one():
        await start.wait()
        async with line(talk, told=told) as one:
            message = await one.ws.receive()
            return message.type.name if one.ws.close_code is None else one.ws.close_code

    opening = [asyncio.create_task(open_one()) for _ in range(6)]
    start.set()
    assert sorted(map(str, await asyncio.gather(*opening))) == [*[str(OVER)] * 5, "TEXT"]


async def test_a_ticket_that_was_kept_too_long_opens_nothing(world):
    talk = await world.open()
    told = await ticket(talk)
    world.now[0] += timedelta(seconds=30)
    async with line(talk, told=told) as buyer:
        assert await buyer.closed() == OVER


async def test_a_ticket_outlives_a_restart_of_the_app(world, make_world):
    talk = await world.open()
    told = await ticket(talk)
    talk.world = await make_world()
    async with line(talk, told=told) as buyer:
        assert await buyer.next() == {"type": "ready", "seq": 0}


async def test_the_ticket_of_another_conversation_opens_nothing(world):
    mine, other = await world.open(), await world.open()
    async with line(mine, told=await ticket(other)) as buyer:
        assert await buyer.closed() == NOT_YOURS


@pytest.mark.parametrize("told", ["", "guess", "x" * 500, "%00", "%F0%9F%94%91"])
async def test_a_guessed_ticket_opens_nothing(world, told):
    talk = await world.open()
    async with line(talk, told=told) as buyer:
        assert await buyer.closed() == OVER


async def test_a_replaced_token_ends_the_sockets_it_opened(world):
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.until("ready")
        renewed = await world.call("POST", "/api/v1/sessions/refresh", token=talk.token)
        assert await buyer.closed() == OVER
    talk.token = renewed.body["token"]
    async with line(talk) as buyer:
        await buyer.until("ready")


async def test_a_session_that_is_over_takes_and_tells_nothing_more(world):
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.until("ready")
        world.now[0] += timedelta(hours=12)
        await buyer.write("hello")
        assert await buyer.closed() == OVER
    assert talk.stored() == []


async def test_a_session_that_ends_in_silence_ends_its_socket(world, monkeypatch):
    monkeypatch.setattr(live_socket, "LOOK_AGAIN", 0.01)
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.until("ready")
        world.now[0] += timedelta(hours=12)
        assert await buyer.closed() == OVER


async def test_a_conversation_has_room_for_some_devices_and_no_more(world):
    talk, other = await world.open(), await world.open()
    async with AsyncExitStack() as devices:
        for _ in range(PER_CONVERSATION):
            await (await devices.enter_async_context(line(talk))).until("ready")
        async with line(talk) as one_more:
            assert await one_more.closed() == TOO_MANY
        async with line(other) as neighbour:
            await neighbour.until("ready")
    async with line(talk) as again:
        await again.until("ready")


async def test_an_app_that_stops_says_so_and_the_client_goes_on_with_the_next(world, make_world):
    talk = await world.open()
    async with line(talk) as buyer:
        await buyer.write("hello")
        await buyer.until("turn_done")
        closing = asyncio.create_task(world.client.server.close())
        assert await buyer.closed() == 1001
        await closing
    talk.world = await make_world()
    async with line(talk, since=buyer.seqs[-1]) as buyer:
        assert await buyer.next() == {"type": "ready", "seq": 5}


async def test_closed_sockets_leave_nothing_behind(world):
    talk = await world.open()
    for _ in range(3):
        async with line(talk) as buyer:
            await buyer.until("ready")
    await world.client.server.close()  # waits for what still runs
    assert len(world.client.server.app[SOCKETS]) == 0
    assert world.services.bus._waiting == {}


async def test_messages_of_one_socket_are_taken_in_their_order(world):
    talk = await world.open()
    async with line(talk) as buyer:
        own = [await buyer.write(f"message {number}", uuid4().hex) for number in range(6)]
        await buyer.until("turn_done", 6)
    acks = [frame["client_msg_id"] for frame in buyer.heard if frame["type"] == "ack"]
    assert acks == own
    assert [seen["text"] for seen in world.engine.seen] == [f"message {n}" for n in range(6)]

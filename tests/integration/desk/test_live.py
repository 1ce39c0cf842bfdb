"""The stream of news: what each page may see, bounded, kept alive, over with its session."""

import asyncio
import contextlib
import json
from dataclasses import replace

import pytest

from aftersale.domain.channels import SendState
from aftersale.domain.conversations import Author, EventType, Owner
from aftersale.domain.desk import DeskUser, Role
from aftersale.gateway.desk import live_hub
from aftersale.gateway.desk.entry import API
from aftersale.gateway.desk.keys import LIVE
from aftersale.gateway.desk.live import Patience
from aftersale.gateway.desk.live_hub import HELD, Page
from tests.integration.desk.messengers import messenger, noted
from tests.integration.desk.talks import BOB, ELSEWHERE, FAR, HERE, log, say, talk

MINE = {"owner": Owner.HUMAN, "agent": "ann"}


@contextlib.asynccontextmanager
async def stream(person):
    """The lines of an open stream; reading it waits half a minute at most."""
    async with person.client.get(f"{API}/live", headers=person.headers) as response:
        assert response.status == 200

        async def line():
            async with asyncio.timeout(30):
                while text := (await response.content.readline()).decode():
                    if text.strip():
                        return text.strip()
            return None

        assert await line() == ": here"
        yield response, line


async def news(line, kind):
    """Read until news of that kind come."""
    while text := await line():
        if text.startswith("data: "):
            told = json.loads(text.removeprefix("data: "))
            if told["type"] == kind:
                return told
    return None


def delivered(uow):
    sent = uow.channels.send("s-c1-2-0")
    uow.channels.save_send(replace(sent, state=SendState.DELIVERED))


def left(uow):
    thread = uow.channels.locked("t-c1")
    uow.channels.save_thread(replace(thread, unreachable_at=thread.created_at))


@pytest.mark.parametrize("happened", [delivered, left])
async def test_what_a_messenger_tells_is_news(desk, happened):
    ann, _ = desk.person(HERE), messenger(desk)
    seq = say(desk, "c1", "", author=Author.BOT, blocks=[])
    noted(desk, seq, "sent")
    async with stream(ann) as (_, line):
        say(desk, "c1", "hello?")
        while (await news(line, "conversation"))["seq"] < 3:
            pass  # what happened before
        with desk.services.uow() as uow:
            happened(uow)
            uow.commit()
        assert await news(line, "conversation") == {"type": "conversation", "id": "c1", "seq": 3}


async def test_what_is_said_is_news_at_once(desk):
    ann, _ = desk.person(HERE), talk(desk)
    async with stream(ann) as (response, line):
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        say(desk, "c1", "hello?")
        while (told := await news(line, "conversation"))["seq"] < 2:
            pass  # what was said before it was opened
        assert told == {"type": "conversation", "id": "c1", "seq": 2}
        assert await news(line, "inbox") == {"type": "inbox"}


async def test_nothing_of_other_storefronts_is_told(desk):
    talk(desk, "c1")
    talk(desk, "c2", storefront=ELSEWHERE)
    await asyncio.sleep(5 * live_hub.GATHER)  # these are nobody's news
    async with stream(desk.person(HERE)) as (_, near), stream(desk.person(FAR)) as (_, far):
        say(desk, "c2", "far away")
        assert (await news(far, "conversation"))["id"] == "c2"
        say(desk, "c1", "near")
        assert (await news(near, "conversation"))["id"] == "c1"


async def test_typing_and_looking_are_news_of_their_own(desk):
    ann, bob = desk.person(HERE), desk.person(BOB)
    talk(desk, **MINE)
    async with stream(ann) as (_, line):
        with desk.services.uow() as uow:
            uow.conversations.append(
                "c1", type=EventType.TYPING, author=Author.BUYER, at=desk.now, body={}
            )
            uow.commit()
        assert await news(line, "typing") == {"type": "typing", "id": "c1"}
        await bob.post("/viewing", {"conversation_id": "c1"})
        assert await news(line, "viewing") == {"type": "viewing", "id": "c1"}


async def test_a_note_is_news_although_no_log_holds_it(desk):
    ann, bob, _ = desk.person(HERE), desk.person(BOB), talk(desk)
    async with stream(ann) as (_, line):
        await bob.post("/conversations/c1/notes", {"text": "hm"})
        assert (await news(line, "conversation"))["id"] == "c1"


async def test_a_message_leaves_by_itself_and_is_news(desk):
    ann, _ = desk.person(HERE), talk(desk, **MINE)
    body = {"client_msg_id": "message-1", "text": "I look into it."}
    await ann.post("/conversations/c1/messages", body)
    async with stream(ann) as (_, line):
        desk.pass_time(seconds=5)
        while (await news(line, "conversation"))["seq"] < 2:
            pass  # the buyer's own message, which came before
    assert log(desk)[-1].author is Author.AGENT


async def test_a_message_that_is_refused_is_news_to_its_writer(desk):
    ann, _ = desk.person(HERE), talk(desk, **MINE)
    body = {"client_msg_id": "message-1", "text": "I look into it."}
    await ann.post("/conversations/c1/messages", body)
    with desk.services.uow() as uow:
        assert uow.conversations.move_owner("c1", Owner.BOT, version=1)
        uow.commit()
    async with stream(ann) as (_, line):
        desk.pass_time(seconds=5)
        while await news(line, "conversation"):
            (shown,) = (await ann.get("/conversations/c1")).body["waiting"]
            if shown["state"] == "refused":
                break


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(Patience, "keep_alive", 0.1)
    monkeypatch.setattr(Patience, "session", 0.1)


async def test_a_quiet_stream_is_kept_alive(desk, impatient):
    async with stream(desk.person(HERE)) as (_, line):
        assert await line() == ": still here"
        assert await line() == ": still here"


async def test_a_stream_ends_with_its_session(desk, impatient):
    ann = desk.person(HERE)
    async with stream(ann) as (_, line):
        assert (await ann.post("/sign-out")).status == 204
        async with asyncio.timeout(30):
            while await line():
                pass


async def test_a_stream_lengthens_no_session(desk, impatient):
    ann = desk.person(HERE)
    async with stream(ann) as (_, line):
        desk.pass_time(minutes=31)
        async with asyncio.timeout(30):
            while await line():
                pass
    assert (await ann.get("/me")).status == 401


async def _status(person):
    async with person.client.get(f"{API}/live", headers=person.headers) as response:
        return response.status


async def test_a_person_has_so_many_pages(desk, monkeypatch):
    monkeypatch.setattr(live_hub, "PER_USER", 1)
    ann = desk.person(HERE)
    async with stream(ann):
        reply = await ann.get("/live")
        assert (reply.status, reply.body["code"]) == (429, "too_many_requests")
    async with asyncio.timeout(30):
        while (await _status(ann)) == 429:
            pass


async def test_everybody_signed_in_may_follow(desk):
    for role in Role:
        async with stream(desk.person(DeskUser(role.value, "x", role))):
            pass


@pytest.fixture
async def page():
    now = [100.0]
    made = Page(HERE, lambda: now[0])
    made.now = now
    return made


async def test_news_that_wait_are_merged(page):
    for seq in range(100):
        page.offer({"type": "conversation", "id": "c1", "seq": seq})
    assert page.take() == [{"type": "conversation", "id": "c1", "seq": 99}]
    assert page.take() == []


async def test_who_takes_nothing_is_dropped(page):
    for number in range(HELD + 1):
        assert not page.is_over
        page.offer({"type": "conversation", "id": f"c{number}", "seq": 1})
    assert page.is_over


async def test_lists_are_news_now_and_then_not_with_every_word(page):
    page.offer_inbox()
    assert page.take() == [{"type": "inbox"}]
    page.offer_inbox()
    page.offer_inbox()
    assert page.take() == []
    page.now[0] += live_hub.INBOX_EVERY
    page.offer_inbox()
    assert page.take() == [{"type": "inbox"}]
    page.end()


async def test_a_reader_that_takes_nothing_holds_nobody_up(desk, monkeypatch):
    """One page never reads; another hears of everything, and the first is let go."""
    monkeypatch.setattr(Patience, "send", 0.2)
    monkeypatch.setattr(live_hub, "HELD", 20)
    slow, ann = desk.person(BOB), desk.person(HERE)
    for number in range(30):
        talk(desk, f"c{number}", owner=Owner.BOT)
    await asyncio.sleep(5 * live_hub.GATHER)  # these are nobody's news
    async with stream(ann) as (_, line), stream(slow):
        hub = desk.client.app[LIVE]
        (stuck,) = [each for each in hub._pages if each.who.user == "bob"]
        stuck.woken = asyncio.Event()  # its stream never wakes: what comes piles up
        for number in range(30):
            say(desk, f"c{number}", "news")
            assert (await news(line, "conversation"))["id"] == f"c{number}"
        assert stuck.is_over

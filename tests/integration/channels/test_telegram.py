"""Buyers on Telegram: the contract server and the running app, called or asking for news."""

import asyncio
import shutil
from datetime import timedelta
from random import Random

import pytest
from aiohttp.test_utils import TestServer

from aftersale.domain.channels import SendState
from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import Fault, fake_telegram, too_many
from tests.contract.telegram_state import LARGEST_FILE, Person
from tests.integration.channels.telegram_app import Clock, Starter, settings_of, threads_left
from tests.integration.gateway.world import FakeEngine, says
from tests.photos import pdf, photo

ANN = 501
ALL_NOTED = (
    "SELECT 1 FROM channel_threads WHERE noted_seq ="
    " (SELECT max(seq) FROM events WHERE body LIKE '%utter_news%')"
)


@pytest.fixture
def server():
    with fake_telegram() as fake:
        yield fake


@pytest.fixture
def mode():
    return "webhook"


@pytest.fixture
async def starter(tmp_path, empty_database, policies, server, mode, monkeypatch):
    monkeypatch.setattr("aftersale.adapters.telegram_pull.WAIT", 1)
    shutil.copy(empty_database, tmp_path / "aftersale.db")
    engine, clock = FakeEngine(), Clock()
    server.state.clock = lambda: clock().timestamp()
    beside = TestServer(engine.app(settings_of(tmp_path).engine_secret))
    await beside.start_server()
    url = str(beside.make_url("")).rstrip("/")
    made = Starter(tmp_path, policies, server, engine, url, clock, mode)
    yield made
    await made.end()
    await beside.close()


@pytest.fixture
async def app(starter):
    return await starter.start()


@pytest.fixture
def ann(server):
    return Buyer(server, Person(ANN, "Ann", "Lee", "de"))


in_both_ways = pytest.mark.parametrize("mode", ["webhook", "polling"])


@in_both_ways
async def test_a_message_is_answered(app, server, ann):
    ann.says("Where is my parcel?")
    await app.hears(ANN, "[utter_echo]")
    assert app.written() == ["Where is my parcel?"]
    thread = app.thread(ANN)
    assert (thread.name, thread.language) == ("Ann Lee", "de")
    assert app.conversation(ANN).channel == "telegram"
    assert [each.state for each in app.sends(ANN)] == [SendState.SENT]


@in_both_ways
async def test_a_start_is_greeted(app, server, ann):
    ann.starts()
    await app.hears(ANN, "[utter_echo]")
    assert app.engine.seen[0]["intent"] == "greet"


def asks(app, *choices):
    async def answer(body):
        return says("utter_ask", choices=list(choices)) if body.get("text") else says("utter_done")

    app.engine.answer = answer


@in_both_ways
async def test_a_button_that_is_pressed_is_its_choice_and_is_answered_at_once(app, server, ann):
    asks(app, "cancel_order", "keep_order")
    ann.says("Cancel it")
    await app.hears(ANN, "[utter_ask]")
    press = ann.presses_title("Cancel_Order")
    await app.hears(ANN, "[utter_ask]", "[utter_done]")
    assert server.state.presses[press] is True
    assert app.engine.seen[1]["intent"] == "cancel_order"
    assert app.messages(ANN)[1]["text"] == "Cancel_Order"


async def test_a_title_or_a_number_that_is_typed_is_the_choice(app, server, ann):
    asks(app, "cancel_order", "keep_order")
    ann.says("Cancel it")
    await app.hears(ANN, "[utter_ask]")
    later(app, 2)
    ann.says("keep_order")
    await app.hears(ANN, "[utter_ask]", "[utter_done]")
    assert app.engine.seen[1]["intent"] == "keep_order"


def later(app, seconds):
    """Telegram tells times in whole seconds."""
    app.clock.turn(timedelta(seconds=seconds))


@in_both_ways
async def test_an_old_button_is_answered_and_explained(app, server, ann):
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    press = ann.presses("a-button-of-long-ago-00")
    await app.hears(ANN, "[utter_echo]", "[utter_channel_button_gone]")
    assert server.state.presses[press] is True
    assert len(app.engine.seen) == 1


async def test_a_button_of_somebody_elses_chat_does_nothing(app, server, ann):
    asks(app, "cancel_order")
    ann.says("Cancel it")
    await app.hears(ANN, "[utter_ask]")
    stolen = server.buttons(ANN)[0]["callback_data"]
    bob = Buyer(server, Person(502, "Bob"))
    press = bob.presses(stolen)
    await app.hears(502, "[utter_channel_button_gone]")
    assert server.state.presses[press] is True
    assert len(app.engine.seen) == 1


@in_both_ways
async def test_an_album_is_one_message_with_its_photos(app, server, ann):
    ann.album(photo(), photo(), caption="Both are broken")
    await app.hears(ANN, "[utter_echo]")
    (message,) = app.messages(ANN)
    assert message["text"] == "Both are broken"
    assert len(message["blocks"]) == 2
    assert app.written() == ["Both are broken"]


async def test_a_document_is_evidence_and_an_odd_one_is_explained(app, server, ann):
    ann.document(pdf(), "bill.pdf", "application/pdf", caption="My bill")
    await app.hears(ANN, "[utter_echo]")
    assert len(app.messages(ANN)[0]["blocks"]) == 1
    ann.document(b"PK", "all.zip", "application/zip")
    await app.hears(ANN, "[utter_echo]", "[utter_channel_file]")


async def test_a_photo_that_cannot_be_had_is_said_and_its_words_are_read(app, server, ann):
    own = ann.photo(photo(), "It is broken")["photo"][-1]["file_id"]
    server.state.files[own].size = LARGEST_FILE + 1
    await app.hears(ANN, "[utter_channel_file_lost]", "[utter_echo]")
    assert app.written() == ["It is broken"]


async def test_a_photo_that_does_not_come_at_once_is_asked_for_again(app, server, ann):
    server.faults += [Fault("file"), Fault("getFile", 502)]
    ann.photo(photo(), "It is broken")
    await app.hears(ANN, "[utter_echo]")
    assert len(app.messages(ANN)[0]["blocks"]) == 1


@pytest.mark.parametrize("what", ["voice", "video", "sticker", "location", "poll"])
async def test_what_cannot_be_used_is_explained(app, server, ann, what):
    ann.sends(what)
    await app.hears(ANN, f"[utter_channel_{what}]")
    assert app.engine.seen == []


@in_both_ways
async def test_an_edit_repeats_nothing(app, server, ann):
    message = ann.says("Cancel 100-1")
    await app.hears(ANN, "[utter_echo]")
    ann.edits(message, "Cancel 100-2")
    await app.hears(ANN, "[utter_echo]", "[utter_channel_edited]")
    assert app.written() == ["Cancel 100-1"]


async def test_an_edit_before_it_was_read_is_what_was_said(starter, server, ann):
    app = await starter.start(with_jobs=False)
    message = ann.says("Cancel 100-1")
    ann.edits(message, "Cancel 100-2")
    await app.deliver()
    await starter.end()
    app = await starter.start()
    await app.hears(ANN, "[utter_echo]")
    assert app.written() == ["Cancel 100-2"]


async def test_who_is_asked_to_wait_waits(app, server, ann):
    server.faults.append(too_many(2))
    ann.says("Hello")
    began = app.clock()
    await app.hears(ANN, "[utter_echo]")
    assert app.clock() - began >= timedelta(seconds=2)
    assert len(server.called("sendMessage")) == 2


async def test_a_lost_answer_is_never_sent_again_blindly(app, server, ann):
    server.faults.append(Fault("sendMessage", acts=True))
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    await app.until(lambda: app.sends(ANN)[0].state is SendState.UNKNOWN)
    app.clock.turn(timedelta(minutes=2))
    later(app, 2)
    ann.says("Are you there?")
    await app.hears(ANN, "[utter_echo]", "[utter_echo]")
    assert [each.state for each in app.sends(ANN)] == [SendState.UNKNOWN, SendState.SENT]


@in_both_ways
async def test_who_blocks_the_bot_is_marked_until_they_write_again(app, server, ann):
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    later(app, 2)
    ann.blocks()
    await app.deliver()
    await app.until(lambda: app.thread(ANN).unreachable_at)
    app.says(ANN, "utter_news")
    await app.until(lambda: app.rows(ALL_NOTED))
    assert len(server.called("sendMessage")) == 1
    later(app, 2)
    ann.unblocks()
    ann.says("I am back")
    await app.deliver()
    await app.until(lambda: app.written()[-1:] == ["I am back"])
    assert app.thread(ANN).unreachable_at is None
    await app.until(lambda: server.said(ANN)[-1] == "[utter_echo]")


async def test_who_lets_the_bot_in_again_gets_news_and_one_greeting(app, server, ann):
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    later(app, 2)
    ann.blocks()
    await app.settled()
    assert app.thread(ANN).unreachable_at is not None
    later(app, 2)
    ann.unblocks()
    await app.settled()
    assert app.thread(ANN).unreachable_at is None
    app.says(ANN, "utter_news")
    await app.hears(ANN, "[utter_echo]", "[utter_news]")
    ann.starts()
    await app.hears(ANN, "[utter_echo]", "[utter_news]", "[utter_echo]")
    assert len(app.engine.seen) == 2


async def test_who_blocked_the_bot_unnoticed_is_marked_when_something_leaves(app, server, ann):
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    ann.chat.shut = "user is deactivated"
    app.says(ANN, "utter_news")
    await app.until(lambda: app.thread(ANN).unreachable_at)
    assert app.sends(ANN)[-1].code == "Forbidden: user is deactivated"


def by_link(app):
    """Let the engine stub do what the yes to the question of a link does."""

    async def answer(body):
        return says(await asyncio.to_thread(app.confirms, body))

    app.engine.answer = answer


@in_both_ways
async def test_a_link_of_the_shop_makes_a_chat_its_buyers_after_a_yes(app, server, ann):
    by_link(app)
    token = (await app.start_link("ann")).partition("?start=")[2]
    ann.starts(token)
    await app.hears(ANN, "[utter_link_confirm]")
    assert app.conversation(ANN).buyer_id is None
    assert token not in app.everything()
    ann.presses_title("Affirm")
    await app.hears(ANN, "[utter_link_confirm]", "[utter_link_done]")
    conversation, thread = app.conversation(ANN), app.thread(ANN)
    with app.services.uow() as uow:
        link = uow.channels.link_of(thread.thread_id)
        assert uow.parties.buyer(conversation.buyer_id).subject == "ann"
    assert link.holds(app.clock())
    assert conversation.verified_by == "channel:telegram"


async def test_a_link_that_is_not_good_connects_nobody(app, server, ann):
    ann.starts(f"link-{'x' * 43}")
    await app.hears(ANN, "[utter_link_gone]")
    assert app.conversation(ANN).buyer_id is None
    assert app.engine.seen == []


async def test_a_start_with_anything_else_is_greeted(app, server, ann):
    ann.starts("from-the-poster-at-the-door")
    await app.hears(ANN, "[utter_echo]")
    assert app.engine.seen[0]["intent"] == "greet"


async def test_a_link_that_is_opened_in_a_group_connects_nobody(app, server):
    group = server.state.add_group(-900, "Friends")
    token = (await app.start_link("ann")).partition("?start=")[2]
    Buyer(server, Person(ANN, "Ann"), group).starts(token)
    await app.hears(-900, "utter_channel_group")
    assert app.thread(-900).conversation_id is None
    assert token not in app.everything()


@in_both_ways
async def test_in_a_group_nothing_is_said_but_one_refusal_and_nothing_is_kept(app, server):
    group = server.state.add_group(-900, "Friends of Ann")
    ann = Buyer(server, Person(ANN, "Ann"), group)
    ann.says("/cancel 812345678901 please")
    await app.hears(-900, "utter_channel_group")
    ann.says("812345678901, hello?")
    ann.presses("a-button-of-another-chat")
    ann.photo(photo(), "812345678901")
    await app.settled()
    assert server.said(-900) == ["utter_channel_group"]
    assert all(server.state.presses.values())
    assert app.thread(-900).conversation_id is None
    assert app.engine.seen == []
    assert not [each for each in ("812345678901", "Friends of Ann") if each in app.everything()]


async def test_a_group_that_moves_is_the_same_chat(app, server):
    group = server.state.add_group(-900, "Friends")
    ann = Buyer(server, Person(ANN, "Ann"), group)
    ann.says("/start")
    await app.hears(-900, "utter_channel_group")
    before = app.thread(-900)
    ann.upgrades(-1_000_000_000_900)
    await app.settled()
    assert app.thread(-1_000_000_000_900).thread_id == before.thread_id
    assert app.thread(-900) is None


async def test_that_an_answer_is_being_written_is_shown(app, server, ann):
    async def answer(body):
        await app.until(lambda: (ANN, "typing") in server.signs)
        return says("utter_done")

    app.engine.answer = answer
    ann.says("Hello")
    await app.hears(ANN, "[utter_done]")
    assert (ANN, "typing") in server.signs


@pytest.mark.parametrize("secret", ["", "wrong", "secret-of-the-webhook-012345678"])
async def test_what_telegram_did_not_send_is_refused(app, server, ann, secret):
    ann.says("Where is 812345678901?")
    assert await app.deliver(secret=secret) == [401]
    assert "812345678901" not in app.everything()
    assert app.rows("SELECT 1 FROM channel_events") == []


@pytest.mark.parametrize("mode", ["polling"])
async def test_who_asks_for_news_is_not_called(app, server, ann):
    update = server.tell("message", ann.says("Hello"))
    assert await asyncio.to_thread(app.post, server.delivery(update)) == 404


async def test_doubled_and_turned_round_deliveries_are_done_once_and_in_order(app, server):
    people = [Buyer(server, Person(number, "P")) for number in (601, 602, 603)]
    words = {each.chat.id: [f"Line {n} of {each.chat.id}" for n in range(12)] for each in people}
    for n in range(12):
        for each in people:
            each.says(words[each.chat.id][n])
    await app.deliver(shuffle=Random(6), doubled=0.3)
    await app.until(lambda: len(app.engine.seen) >= 36)
    await app.settled()
    for each in people:
        assert [x for x in app.written() if x.endswith(str(each.chat.id))] == words[each.chat.id]


def before_it_is_stored(messengers, connector, now):
    connector.puller.pull(messengers.taking.cursor(connector.account), now)


def after_it_is_stored(messengers, connector, now):
    messengers.pull(connector, now)


def stored_without_the_cursor(messengers, connector, now):
    pulled = connector.puller.pull(None, now)
    messengers.taking.take(connector.account, pulled.parsed, "", now)


@pytest.mark.parametrize("mode", ["polling"])
@pytest.mark.parametrize(
    "ends", [before_it_is_stored, after_it_is_stored, stored_without_the_cursor]
)
async def test_an_end_between_asking_and_confirming_loses_and_doubles_nothing(
    starter, server, ann, ends
):
    app = await starter.start(with_jobs=False)
    ann.says("One")
    ann.says("Two")
    messengers = app.services.messengers
    (connector,) = messengers.connectors.values()
    await asyncio.to_thread(ends, messengers, connector, app.clock())
    assert len(server.state.queue) == 2
    await starter.end()
    app = await starter.start()
    ann.says("Three")
    await app.until(lambda: len(app.engine.seen) >= 3)
    await app.settled()
    assert app.written() == ["One", "Two", "Three"]
    await starter.end()
    assert threads_left() == set()

"""Buyers on Telegram talk with the running app, which is called or asks for news."""

import pytest

from aftersale.domain.channels import SendState
from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import Fault
from tests.contract.telegram_state import LARGEST_FILE, Person
from tests.integration.channels.telegram.app import ANN, in_both_ways, later
from tests.integration.gateway.world import says
from tests.photos import pdf, photo


@in_both_ways
async def test_a_message_is_answered(app, server, ann):
    ann.says("Where is my parcel?")
    await app.hears(ANN, "[utter_echo]")
    assert app.written() == ["Where is my parcel?"]
    thread = app.thread(ANN)
    assert (thread.name, thread.language) == ("Ann Lee", "de")
    assert app.conversation(ANN).channel == "telegram"
    await app.until(lambda: [each.state for each in app.sends(ANN)] == [SendState.SENT])


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


async def test_that_an_answer_is_being_written_is_shown(app, server, ann):
    async def answer(body):
        await app.until(lambda: (ANN, "typing") in server.signs)
        return says("utter_done")

    app.engine.answer = answer
    ann.says("Hello")
    await app.hears(ANN, "[utter_done]")
    assert (ANN, "typing") in server.signs

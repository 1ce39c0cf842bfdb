"""Photos that nobody asked for: seen, asked about, or given to the case that waits for them."""

import json

import pytest
from PIL import Image

from aftersale.demo.client import Refused
from tests.conversation.desk import act, case_of
from tests.conversation.world import World, shipped
from tests.photos import bomb, executable, located_photo, photo


def attachments(world: World, buyer):
    return world.sql(
        "SELECT * FROM attachments WHERE conversation_id = :c ORDER BY created_at",
        c=buyer.client.conversation_id,
    )


def test_a_photo_without_a_word_is_thanked_for_and_asked_about(world):
    buyer = world.buyer("status-gated")
    heard = buyer.send_photo(located_photo())
    assert heard.responses == ["utter_photo_about"]
    assert "It arrived damaged" in heard.buttons
    (row,) = attachments(world, buyer)
    path = world.settings.data_dir / "uploads" / row["stored_as"]
    with Image.open(path) as kept:
        assert not kept.getexif()
    logged = world.sql(
        "SELECT body FROM events WHERE conversation_id = :c AND author = 'buyer'",
        c=buyer.client.conversation_id,
    )
    (block,) = json.loads(logged[0]["body"])["blocks"]
    assert (block["type"], block["attachment_id"]) == ("photo", row["attachment_id"])


def test_a_photo_and_what_it_shows_are_taken_together(world):
    buyer = world.buyer("status-gated")
    world.order(buyer, **shipped(world.now))
    heard = buyer.send_photo(text="it arrived damaged, the sole is torn off")
    assert "utter_photo_about" not in heard.responses
    assert [row["case_number"] for row in attachments(world, buyer)] == [None]


@pytest.mark.parametrize("question", ["can i send pictures", "how do i send a photo?"])
def test_how_photos_are_sent_is_said(world, question):
    buyer = world.buyer("status-gated")
    heard = buyer.say(question)
    assert heard.responses == ["utter_photo_how"]
    assert "paper clip" in heard.text


def test_a_photo_that_never_arrived_is_not_thanked_for(world):
    buyer = world.buyer("status-gated")
    assert buyer.say("photo attached").responses == ["utter_photo_none"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "upload_unreadable"),
        (executable(), "upload_unreadable"),
        (photo()[:-50], "upload_unreadable"),
        (bytes(11_000_000), "upload_too_large"),
        (bomb(), "upload_too_many_pixels"),
    ],
    ids=["text", "program", "cut off", "too large", "bomb"],
)
def test_what_is_no_photo_gets_a_clear_refusal_and_the_talk_goes_on(world, content, code):
    buyer = world.buyer("status-gated")
    with pytest.raises(Refused) as refused:
        buyer.upload(content)
    assert refused.value.problem["code"] == code
    assert attachments(world, buyer) == []
    assert buyer.say("hello").text


def test_another_buyers_photo_cannot_be_sent_as_ones_own(world):
    ada, eve = world.buyer("status-gated"), world.buyer("status-gated", name="Eve")
    own = ada.upload(photo())
    with pytest.raises(Refused) as refused:
        eve.client.send(attachment_ids=[own])
    assert refused.value.problem["code"] == "attachment_gone"


def test_a_photo_lands_in_the_case_that_waits_for_it(world):
    buyer = world.buyer("helpdesk")
    buyer.say("i want to talk to a person")
    number = case_of(world, buyer)["number"]
    act(world, "mia", "request-info", number, "--text", "Can you send a photo of the label?")
    buyer.waits_for(lambda heard: "utter_told_case_asked" in heard.responses)
    heard = buyer.send_photo(photo(), photo())
    assert heard.responses == ["utter_case_added_answer"]
    assert [row["case_number"] for row in attachments(world, buyer)] == [number, number]
    assert case_of(world, buyer)["state"] != "waiting_for_buyer"

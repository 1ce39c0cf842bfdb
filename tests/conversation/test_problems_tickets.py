"""S3: a ticket in the chat, with everything that helps, and nothing that is asked twice."""

import json
from datetime import timedelta

import pytest

from tests.conversation.goods import delivered, lamp
from tests.conversation.records import about, is_untouched, promised
from tests.photos import photo

STOREFRONT = "helpdesk"
STORY = "The glass of the lamp has a long crack on one side."
DAY = timedelta(days=1)


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def cases(world, buyer):
    return world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )


def told_a_story(world, buyer, said="it arrived damaged"):
    """An order of one line, and the problem with it told as far as the photos."""
    order = world.order(buyer, **delivered(world.now - DAY))
    buyer.say(f"{said} {order.number}")
    buyer.say(STORY)
    return order


@pytest.mark.req("R3.1")
def test_a_ticket_is_opened_in_the_chat_and_has_a_number(world, buyer):
    order = told_a_story(world, buyer)
    buyer.press("Skip")
    shown = buyer.press("A refund")
    assert "This is what I would put on a ticket" in shown.text
    assert is_untouched(world, order)
    told = buyer.press("Yes, open the ticket")
    (case,) = about(world, "cases", order)
    assert f"Its number is {case['number']}" in told.text
    assert (case["channel"], case["state"]) == ("chat", "open")
    assert case["conversation_id"] == buyer.client.conversation_id
    entries = world.sql("SELECT * FROM case_entries WHERE case_number = :c", c=case["number"])
    assert [(entry["role"], entry["text"]) for entry in entries] == [("buyer", STORY)]
    assert promised(world, order)


@pytest.mark.req("R3.8")
@pytest.mark.parametrize("without", ["i don't have one", "skip"])
def test_a_ticket_needs_no_order(world, buyer, without):
    world.order(buyer)
    world.order(buyer, **delivered(world.now - DAY))
    asked = buyer.say("i got the wrong item")
    assert "If you don't have one, just skip this" in asked.text
    assert asked.blocks("order_picker")
    assert "Which item is it about?" in buyer.say(without).text
    buyer.say("the electric kettle KT-9")
    buyer.say("I ordered a black kettle and a red one came.")
    buyer.press("Skip")
    buyer.press("A replacement")
    told = buyer.say("yes")
    (case,) = cases(world, buyer)
    assert case["number"] in told.text
    assert (case["order_number"], case["item"]) == (None, "the electric kettle KT-9")


def test_a_number_nobody_has_is_asked_for_again_or_left_out(world, buyer):
    world.order(buyer)
    world.order(buyer, **delivered(world.now - DAY))
    other = world.buyer(STOREFRONT, name="Bob")
    theirs = world.order(other)
    for number in ("HD/999999", theirs.number):
        asked = buyer.say(f"i got the wrong item, order {number}")
        assert "I can't find that number in your account" in asked.text
        buyer.say("never mind")
    assert not cases(world, buyer)


@pytest.mark.req("R3.9")
@pytest.mark.parametrize(
    ("answer", "lines"),
    [("press", ["2"]), ("the lamp", ["2"]), ("both", ["1", "2"]), ("all", ["1", "2"])],
)
def test_the_lines_of_the_order_are_there_to_pick(world, buyer, answer, lines):
    order = world.order(buyer, **delivered(world.now - DAY, lamp()))
    asked = buyer.say(f"{order.number} arrived damaged")
    (picker,) = asked.blocks("line_picker")
    assert [row["name"] for row in picker["lines"]] == ["Blue canvas shoes", "Brass desk lamp"]
    if answer == "press":
        buyer.press("1 x Brass desk lamp")
    elif answer == "all":
        buyer.press("All of it")
    else:
        buyer.say(answer)
    buyer.say(STORY)
    buyer.press("Skip")
    buyer.press("No preference")
    buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert json.loads(case["line_ids"]) == lines


@pytest.mark.req("R3.10")
def test_the_description_is_asked_for_shown_and_kept_as_it_was_told(world, buyer):
    order = world.order(buyer, **delivered(world.now - DAY))
    asked = buyer.say(f"{order.number} arrived damaged")
    assert "What happened?" in asked.text
    more = buyer.say("broken")
    assert "say a little more" in more.text
    buyer.say(STORY)
    buyer.press("Skip")
    shown = buyer.press("A refund")
    assert STORY in shown.text
    buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert case["description"] == f"broken {STORY}"


def test_a_description_as_long_as_a_message_may_be_is_taken(world, buyer):
    order = world.order(buyer, **delivered(world.now - DAY))
    buyer.say(f"{order.number} arrived damaged")
    buyer.say("It is broken in many places. " * 66)
    buyer.press("Skip")
    buyer.press("A refund")
    buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert case["description"].startswith("It is broken in many places.")


@pytest.mark.req("R3.11")
@pytest.mark.parametrize(
    ("answer", "evidence", "files"),
    [
        ("skip", "skipped", 0),
        ("i can't take a photo", "cannot", 0),
        ("photo", "given", 2),
    ],
)
def test_files_are_asked_for_and_may_be_left_out(world, buyer, answer, evidence, files):
    order = told_a_story(world, buyer, "this doesn't work any more, it's defective:")
    assert "You can attach them now" in buyer.heard.text
    assert "error message" in buyer.heard.text
    if files:
        buyer.send_photo(photo(), photo("PNG"))
    else:
        buyer.say(answer)
    buyer.press("A repair")
    buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert case["evidence"] == evidence
    kept = world.sql("SELECT * FROM attachments WHERE case_number = :c", c=case["number"])
    assert len(kept) == files
    assert all(row["sha256"] and row["size"] for row in kept)


def test_a_photo_in_between_is_kept(world, buyer):
    order = world.order(buyer, **delivered(world.now - DAY))
    buyer.say(f"{order.number} arrived damaged")
    again = buyer.send_photo()
    assert "I have your photo" in again.text
    assert "What happened?" in again.text
    asked = buyer.say(STORY)
    assert "What would you like best?" in asked.text
    buyer.press("A refund")
    buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert case["evidence"] == "given"


@pytest.mark.req("R3.12")
@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("A refund", "refund"),
        ("A replacement", "replacement"),
        ("Send it back", "return"),
        ("A repair", "repair"),
        ("Something else", "other"),
        ("No preference", "none"),
    ],
)
def test_the_preferred_outcome_is_one_button(world, buyer, title, kept):
    order = told_a_story(world, buyer)
    asked = buyer.press("Skip")
    assert "What would you like best?" in asked.text
    buyer.press(title)
    buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert case["resolution"] == kept


@pytest.mark.req("R3.13")
def test_that_complete_information_helps_is_said_once(world, buyer):
    order = told_a_story(world, buyer)
    buyer.press("Skip")
    buyer.press("A refund")
    buyer.press("Yes")
    assert world.log(buyer).text.count("Complete information speeds things up") == 1
    (case,) = about(world, "cases", order)
    assert (case["description"], case["evidence"], case["resolution"]) == (
        STORY,
        "skipped",
        "refund",
    )


@pytest.mark.req("R3.15")
def test_a_delivery_that_is_not_as_recorded_becomes_a_ticket(world, buyer):
    order = world.order(buyer, **delivered(world.now - DAY))
    buyer.say(f"it says delivered but order {order.number} never arrived")
    buyer.say("The neighbours do not have it either.")
    buyer.press("Skip")
    shown = buyer.press("A refund")
    assert "on a ticket" in shown.text
    buyer.press("Yes, open the ticket")
    (case,) = about(world, "cases", order)
    assert (case["issue"], case["owner"], case["channel"]) == ("delivery", "agent", "chat")


@pytest.mark.req("R3.18")
@pytest.mark.parametrize(
    ("said", "tip"),
    [
        ("it arrived damaged", "Clear photos help here: the damage from close up"),
        ("it does not work", "Clear photos or a screenshot help here"),
    ],
)
def test_how_to_photograph_it_is_said_for_what_is_damaged_or_defective(world, buyer, said, tip):
    order = told_a_story(world, buyer, said)
    assert tip in buyer.heard.text
    buyer.send_photo()
    buyer.press("A replacement")
    buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert case["evidence"] == "given"
    assert (
        len(world.sql("SELECT * FROM attachments WHERE case_number = :c", c=case["number"])) == 1
    )


def test_a_visitor_who_is_not_signed_in_can_open_a_ticket_too(world):
    visitor = world.buyer(STOREFRONT, signed_in=False)
    visitor.say("i got the wrong item")
    visitor.say("a red kettle")
    visitor.say("I ordered a black kettle and a red one came.")
    visitor.press("Skip")
    visitor.press("No preference")
    told = visitor.say("yes")
    (case,) = cases(world, visitor)
    assert case["number"] in told.text
    assert (case["buyer_id"], case["order_number"]) == (None, None)

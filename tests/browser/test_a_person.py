"""What a page shows while a person owns the conversation: queue, name, lines of their own."""

import re

import pytest
from playwright.sync_api import expect

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.ownership import OwnerMove
from tests.browser.a_person import MIRA, Desk, words
from tests.browser.test_photos import hand
from tests.photos import photo


@pytest.fixture
def visitor(visit):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    visitor.trouble = True
    return visitor


@pytest.fixture
def desk(visitor, world):
    return Desk(world, visitor)


def head(visitor):
    return visitor.chat.locator(".head")


def test_the_queue_is_shown_moves_and_can_be_left(visitor, desk, world):
    desk.move(OwnerMove.ASK, position=3)
    expect(head(visitor)).to_contain_text("You're number 3 in the queue")
    desk.tell(EventType.MESSAGE, Author.SYSTEM, blocks=words("You are number 3."))
    desk.tell(EventType.OWNER, Author.SYSTEM, owner="queued", move="place", position=1)
    expect(head(visitor)).to_contain_text("You're next in the queue")
    expect(visitor.panel).not_to_contain_text("Here to help")
    expect(visitor.log.locator(".aside")).to_have_count(0)
    assert visitor.said[-2:] == ["Notice: You are number 3.", "You're next in the queue"]


def test_a_person_is_there_by_name_and_picture_and_their_lines_are_theirs(visitor, desk):
    desk.move(OwnerMove.ASK, position=1)
    desk.move(OwnerMove.CLAIM, agent=MIRA)
    expect(head(visitor)).to_contain_text("You're talking to Mira")
    expect(head(visitor).locator("img.face")).to_have_js_property("complete", value=True)
    desk.tell(EventType.TYPING, Author.AGENT)
    expect(visitor.chat.locator("#typing")).to_contain_text("Mira is typing")
    desk.write(*words("Good day, I am reading what you wrote."))
    row = visitor.rows.last
    expect(row).to_contain_text("Mira")
    expect(row).to_be_in_viewport()
    expect(row.locator("img.face")).to_have_count(1)
    expect(row).to_have_attribute("data-author", "agent")
    expect(visitor.chat.locator("#typing")).to_be_empty()
    assert visitor.said[-2:] == [
        "Mira is here now.",
        "Mira: Good day, I am reading what you wrote.",
    ]
    visitor.page.reload()
    visitor.open()
    expect(head(visitor)).to_contain_text("You're talking to Mira")
    expect(visitor.rows.last).to_contain_text("Mira")
    assert visitor.said == []


def test_what_a_person_has_read_is_read(visitor, desk, world):
    desk.move(OwnerMove.ASK)
    visitor.write("is anybody there?")
    expect(visitor.own).to_have_count(2)
    state = visitor.own.last.locator(".state")
    expect(state).to_contain_text("Sent")
    desk.tell(EventType.MESSAGE, Author.SYSTEM, blocks=words("Somebody comes soon."))
    expect(visitor.rows.last).to_contain_text("Somebody comes soon.")
    expect(state).to_contain_text("Sent")
    desk.move(OwnerMove.CLAIM, agent=MIRA)
    seq = int(visitor.own.last.get_attribute("data-seq"))
    desk.tell(EventType.READ, Author.AGENT, up_to=seq, by="agent")
    expect(state).to_contain_text("Read")


def test_nobody_came_is_said_and_so_is_the_way_on(visitor, desk):
    desk.move(OwnerMove.ASK, position=1)
    desk.move(OwnerMove.EXPIRE)
    # By the clock of the machine it is within the shop's hours or outside of them.
    told = re.compile("Nobody was free in time|People can join again")
    expect(head(visitor)).to_contain_text(told)
    expect(head(visitor).get_by_role("button", name="Leave the queue")).to_have_count(0)
    expect(head(visitor)).not_to_contain_text("in the queue")
    desk.move(OwnerMove.RESUME)
    expect(head(visitor)).to_contain_text("Here to help")


def test_when_a_person_goes_they_are_rated_apart_from_the_assistant(visitor, desk, world):
    desk.move(OwnerMove.ASK)
    desk.move(OwnerMove.CLAIM, agent=MIRA)
    desk.there_was()
    desk.write(*words("Done."))
    desk.move(OwnerMove.GIVE_BACK)
    stars = visitor.log.get_by_role("radiogroup", name="How was Mira?")
    expect(stars).to_be_visible()
    stars.locator(".star").nth(4).click()
    visitor.log.get_by_role("button", name="Send rating").click()
    expect(visitor.log).to_contain_text("You gave 5 stars.")
    rated = world.sql(
        "SELECT subject_kind, stars FROM ratings WHERE conversation_id = :c",
        c=visitor.conversation_id,
    )
    assert [(row["subject_kind"], row["stars"]) for row in rated] == [("agent", 5)]
    visitor.page.reload()
    visitor.open()
    expect(visitor.log.get_by_role("radio", name="5 stars")).to_be_disabled()
    visitor.say("what are your opening hours")
    expect(head(visitor)).to_contain_text("Here to help")


def test_what_a_person_closed_is_read_and_rated_and_the_next_word_begins_anew(visitor, desk):
    first = visitor.conversation_id
    desk.move(OwnerMove.ASK)
    desk.move(OwnerMove.CLAIM, agent=MIRA)
    desk.there_was()
    desk.move(OwnerMove.CLOSE)
    expect(head(visitor)).to_contain_text("This chat is closed")
    expect(head(visitor).get_by_role("button", name="Back to the assistant")).to_have_count(0)
    assert visitor.said[-1] == "This chat has ended."
    visitor.log.get_by_role("radiogroup", name="How was Mira?").locator(".star").nth(1).click()
    visitor.log.get_by_role("button", name="Send rating").click()
    expect(visitor.log).to_contain_text("You gave 2 stars.")
    visitor.write("one more thing: your opening hours")
    expect(visitor.own.first).to_contain_text("one more thing")
    visitor.answered(1)
    assert visitor.conversation_id != first
    expect(head(visitor)).to_contain_text("Here to help")


def test_a_photo_of_a_person_is_seen(visitor, desk):
    hand(visitor, "paste", (photo(), "sole.jpg", "image/jpeg"))
    expect(visitor.chat.locator(".tray").get_by_role("button", name="Remove")).to_be_visible()
    visitor.box.press("Enter")
    visitor.answered(2)
    desk.move(OwnerMove.ASK)
    desk.move(OwnerMove.CLAIM, agent=MIRA)
    desk.write(*words("Like this?"), desk.photo_of_the_buyer())
    image = visitor.rows.last.get_by_role("img", name="Photo")
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("image => image.naturalWidth") > 0


def test_somebody_who_is_there_again_is_offered_with_buttons(visitor, desk):
    buttons = [{"id": "yes", "title": "Yes, a person please"}, {"id": "no", "title": "No, thanks"}]
    replies = {"type": "quick_replies", "buttons": buttons, "fallback": ""}
    blocks = [*words("Somebody is there again. Shall they join?"), replies]
    desk.tell(EventType.NOTICE, Author.SYSTEM, blocks=blocks)
    for button in buttons:
        offered = visitor.log.get_by_role("button", name=button["title"])
        expect(offered).to_be_enabled()
    assert visitor.said[-1] == "Notice: Somebody is there again. Shall they join?"

"""A buyer and an agent in two browsers: the queue, words and photos both ways, back to the bot."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.ownership import OwnerMove
from aftersale.services.handoff.moving import owned_by
from tests.browser.a_person import LOOK
from tests.browser.desk.agent import WITHIN
from tests.browser.test_photos import hand
from tests.photos import photo

ANN = "Ann Lee"


@pytest.fixture
def buyer(visit, world):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    queue_up(world, visitor)
    return visitor


def queue_up(world, visitor):
    """Put the conversation into the queue, as asking does within the shop's hours."""
    own, now = visitor.conversation_id, world.now
    row = Handoff(
        handoff_id=f"h-{own}",
        conversation_id=own,
        storefront="helpdesk",
        reason=HandoffReason.ASKED,
        state=HandoffState.WAITING,
        asked_at=now,
        claim_by=now + timedelta(minutes=30),
        language="en",
        channel="chat",
        words="hello",
    )
    with world.uow() as uow:
        place = uow.handoffs.waiting_before(row) + 1
        uow.handoffs.add(replace(row, place_told=place))
        owned_by(uow, own, OwnerMove.ASK, by="bot", now=now, told={"position": place})
        uow.commit()
    visitor.page.evaluate(LOOK)


def head(visitor):
    return visitor.chat.locator(".head")


def test_a_person_comes_talks_shows_photos_and_goes(buyer, sit, world):
    expect(head(buyer)).to_contain_text("in the queue")
    agent = sit("ann")
    agent.open(buyer.conversation_id)
    agent.claim()
    # From here on both pages hear of each other by themselves.
    expect(head(buyer)).to_contain_text(f"You're talking to {ANN}")
    assert f"{ANN} is here now." in buyer.said

    agent.box.press_sequentially("Good day")
    expect(buyer.chat.locator("#typing")).to_contain_text(f"{ANN} is typing")
    agent.write("Good day, what happened?")
    said = buyer.log.get_by_text("Good day, what happened?")
    expect(said).to_be_visible(timeout=WITHIN)
    expect(buyer.rows.last).to_contain_text(ANN)
    assert f"{ANN}: Good day, what happened?" in buyer.said

    hand(buyer, "paste", (photo(), "sole.jpg", "image/jpeg"))
    expect(buyer.chat.locator(".tray").get_by_role("button", name="Remove")).to_be_visible()
    buyer.write("It is torn, look.")
    theirs = agent.log.locator(".said[data-author=buyer]").last
    expect(theirs).to_contain_text("It is torn, look.", timeout=WITHIN)
    expect(theirs.locator(".photo img")).to_be_visible()
    expect(buyer.own.last.locator(".state")).to_contain_text("Read", timeout=WITHIN)

    with agent.page.expect_file_chooser() as chooser:
        agent.page.locator('button[aria-label="Attach files"]').click()
    chooser.value.set_files({"name": "new.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(agent.page.locator(".tray progress")).to_have_count(0)
    agent.write("We send you this one.")
    shown = buyer.rows.last.get_by_role("img", name="Photo", exact=True)
    expect(shown).to_be_visible(timeout=WITHIN)
    assert shown.evaluate("image => image.naturalWidth") > 0


def test_whoever_waits_can_go_back_to_the_assistant(buyer, sit, world):
    head(buyer).get_by_role("button", name="Leave the queue").click()
    asked = buyer.chat.get_by_role("alertdialog")
    expect(asked).to_contain_text("You give up your place")
    asked.get_by_role("button", name="Stay").click()
    expect(head(buyer)).to_contain_text("in the queue")
    head(buyer).get_by_role("button", name="Leave the queue").click()
    asked.get_by_role("button", name="Leave the queue").click()
    expect(head(buyer)).to_contain_text("Here to help")
    expect(buyer.box).to_be_focused()
    expect(buyer.chat.locator(".stars")).to_have_count(0)  # nobody was there
    buyer.say("what are your opening hours")
    assert "hours" in buyer.last.lower() or "open" in buyer.last.lower()
    left = world.sql(
        "SELECT state, ended_as FROM handoffs WHERE conversation_id = :c",
        c=buyer.conversation_id,
    )
    assert [tuple(row.values()) for row in left] == [("ended", "left")]


def test_whoever_has_had_enough_of_a_person_goes_back_and_rates_them(buyer, sit, world):
    agent = sit("ann")
    agent.open(buyer.conversation_id)
    agent.claim()
    head(buyer).get_by_role("button", name="Back to the assistant").click()
    asked = buyer.chat.get_by_role("alertdialog")
    asked.get_by_role("button", name="Back to the assistant").click()
    expect(head(buyer)).to_contain_text("Here to help")
    stars = buyer.log.get_by_role("radiogroup", name=f"How was {ANN}?")
    stars.locator(".star").nth(3).click()
    buyer.log.get_by_role("button", name="Send rating").click()
    expect(buyer.log).to_contain_text("You gave 4 stars.")
    buyer.say("hello")
    rated = world.sql(
        "SELECT subject_kind, stars FROM ratings WHERE conversation_id = :c",
        c=buyer.conversation_id,
    )
    assert [(row["subject_kind"], row["stars"]) for row in rated] == [("agent", 4)]


def test_a_claim_that_comes_first_is_not_left_by_mistake(buyer, sit, world):
    head(buyer).get_by_role("button", name="Leave the queue").click()
    agent = sit("ann")
    agent.open(buyer.conversation_id)
    buyer.trouble = True
    buyer.page.route("**/leave", lambda route: (agent.claim(), route.continue_()))
    asked = buyer.chat.get_by_role("alertdialog")
    asked.get_by_role("button", name="Leave the queue").click()
    expect(head(buyer)).to_contain_text(f"You're talking to {ANN}")
    expect(buyer.chat.get_by_role("alert")).to_contain_text("That did not work")


def test_places_move_up_by_themselves(buyer, visit, world):
    behind = visit("/shop/helpdesk?buyer=guest")
    behind.open()
    behind.say("hello")
    queue_up(world, behind)
    standing = behind.chat.locator(".status")
    expect(standing).to_contain_text("You're number")
    before = standing.inner_text()
    head(buyer).get_by_role("button", name="Leave the queue").click()
    asked = buyer.chat.get_by_role("alertdialog")
    asked.get_by_role("button", name="Leave the queue").click()
    expect(standing).not_to_have_text(before)
    expect(standing).to_contain_text("in the queue")

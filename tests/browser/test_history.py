"""A long talk opens at its end and costs what is seen of it."""

import pytest
from playwright.sync_api import expect

from aftersale.domain.conversations import Author, EventType

MANY = 500


@pytest.fixture
def buyer(visit, world):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    with world.uow() as uow:
        for at in range(MANY):
            text = f"message {at}"
            body = {"blocks": [{"type": "text", "text": text, "fallback": text}]}
            uow.conversations.append(
                visitor.conversation_id,
                type=EventType.MESSAGE,
                author=Author.BOT,
                at=world.now,
                body=body,
            )
        uow.commit()
    visitor.page.reload()
    visitor.open()
    expect(visitor.log.get_by_text(f"message {MANY - 1}", exact=True)).to_be_in_viewport()
    return visitor


AHEAD = 800  # pixels from the beginning at which older rows are drawn
MORE = "button => !button.hidden && (button.focus(), button.click(), true)"
TOP = "log => log.querySelector('.earlier').hidden && log.scrollTop === 0"


def is_all_there(buyer):
    texts = [row["text"] for row in buyer.shown if row["text"].startswith("message ")]
    assert texts == [f"message {at}" for at in range(MANY)]
    assert buyer.said == []


def test_a_long_talk_is_drawn_a_page_at_a_time(buyer):
    assert buyer.rows.count() < MANY / 4
    earlier = buyer.page.get_by_role("button", name="Show earlier messages")
    while earlier.is_visible():
        before = buyer.rows.count()
        if earlier.evaluate(MORE):
            expect(buyer.rows).not_to_have_count(before)
    is_all_there(buyer)


def test_a_wheel_goes_to_the_beginning_and_nothing_jumps(buyer):
    buyer.log.hover()
    seen = buyer.log.get_by_text(f"message {MANY - 40}", exact=True)
    buyer.page.mouse.wheel(0, AHEAD + 100 - buyer.log.evaluate("log => log.scrollTop"))
    buyer.page.wait_for_timeout(200)
    before, place = buyer.rows.count(), seen.bounding_box()["y"]
    buyer.page.mouse.wheel(0, -300)
    expect(buyer.rows).not_to_have_count(before)
    assert abs(seen.bounding_box()["y"] - place - 300) < 2
    while not buyer.log.evaluate(TOP):
        buyer.page.mouse.wheel(0, -2000)
        buyer.page.wait_for_timeout(30)
    is_all_there(buyer)

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


def test_a_long_talk_is_drawn_a_page_at_a_time(buyer):
    assert buyer.rows.count() < MANY / 4
    earlier = buyer.page.get_by_role("button", name="Show earlier messages")
    while earlier.is_visible():
        before = buyer.rows.count()
        earlier.focus()
        earlier.press("Enter")
        expect(buyer.rows).not_to_have_count(before)
    texts = [row["text"] for row in buyer.shown if row["text"].startswith("message ")]
    assert texts == [f"message {at}" for at in range(MANY)]
    assert buyer.said == []

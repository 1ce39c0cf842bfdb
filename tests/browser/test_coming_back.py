"""Hours later: the talk of yesterday is there again, or it is said that it is not."""

from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import expect

from aftersale.domain.conversations import Closed


def over(world, visitor, **since):
    """End the session's time that long ago, and close the conversation as idle."""
    with world.uow() as uow:
        row = uow.conversations.locked(visitor.conversation_id)
        changes = {
            "token_expires_at": world.now - timedelta(**since),
            "closed_at": world.now,
            "closed_as": Closed.IDLE,
        }
        uow.conversations.save(replace(row, **changes))
        uow.commit()


def test_after_thirteen_hours_a_visitor_goes_on_where_they_were(visit, world):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    first, shown = visitor.conversation_id, [row["text"] for row in visitor.shown]
    over(world, visitor, hours=1)
    visitor.trouble = True
    visitor.page.reload()
    visitor.open()
    expect(visitor.own).to_have_count(1)
    assert [row["text"] for row in visitor.shown] == shown
    visitor.say("thanks")
    assert visitor.conversation_id == first
    expect(visitor.chat.get_by_text("closed on this device")).to_have_count(0)


def test_what_is_over_for_good_says_so_and_a_message_begins_anew(visit, world):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    first = visitor.conversation_id
    over(world, visitor, days=8)
    visitor.trouble = True
    visitor.page.reload()
    visitor.open()
    told = visitor.chat.get_by_role("status").filter(has_text="This chat is closed on this device")
    expect(told).to_be_visible()
    expect(visitor.rows).to_have_count(0)
    visitor.say("hello again")
    assert visitor.conversation_id != first

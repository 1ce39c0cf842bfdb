"""A buyer who is signed in finds their open conversations on another device."""

from playwright.sync_api import expect

from tests.browser.test_menu import choose


def test_a_second_device_shows_the_open_topics(visit, world):
    record = world.buyer("helpdesk")
    world.order(record)
    first = visit(f"/shop/helpdesk?buyer={record.email}")
    first.open()
    first.say("what are your opening hours")
    second = visit(f"/shop/helpdesk?buyer={record.email}")
    second.open()
    second.say("hello")
    choose(second, "Your open conversations")
    sheet = second.chat.get_by_role("alertdialog")
    sheet.get_by_role("button").filter(has_text="opening hours").first.click()
    expect(second.own).to_contain_text("what are your opening hours")
    assert [row["text"] for row in second.shown] == [row["text"] for row in first.shown]
    assert second.conversation_id == first.conversation_id

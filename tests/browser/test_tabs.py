"""Several tabs of one buyer: one conversation, in step, over one socket."""

import re

from playwright.sync_api import expect

from tests.browser.visitor import REPLY_WITHIN

# In one go: on a quick machine the answer is there before a second key is pressed.
SENDS_AND_CLOSES = """box => {
  for (const key of ['Enter', 'Escape'])
    box.dispatchEvent(
      new KeyboardEvent('keydown', {key, bubbles: true, composed: true, cancelable: true}));
}"""


def test_tabs_agree_on_what_is_unread(visit):
    first = visit("/shop/helpdesk?buyer=guest")
    first.open()
    first.say("hello")
    second = visit("/shop/helpdesk?buyer=guest", beside=first)
    first.box.fill("what are your opening hours")
    first.box.evaluate(SENDS_AND_CLOSES)
    for tab in (first, second):
        unread = tab.page.get_by_role("button", name="Open chat, 1 unread")
        expect(unread).to_be_visible(timeout=REPLY_WITHIN)
        expect(tab.page).to_have_title(re.compile(r"^\(1\) "))
    second.open()
    for tab in (first, second):
        expect(tab.page).not_to_have_title(re.compile(r"^\("))
        expect(tab.chat.locator("#count")).to_be_empty()


def test_tabs_share_one_socket(visit):
    first = visit("/shop/helpdesk?buyer=guest")
    second = visit("/shop/helpdesk?buyer=guest", beside=first)
    sockets = []
    for tab in (first, second):
        tab.page.on("websocket", lambda socket: sockets.append(socket))
        tab.open()
    first.say("hello")
    second.say("thanks")
    expect(first.own).to_have_count(2)
    assert len([each for each in sockets if not each.is_closed()]) == 1


def test_tabs_show_the_same(visit):
    first = visit("/shop/helpdesk?buyer=guest")
    first.open()
    first.say("hello")
    second = visit("/shop/helpdesk?buyer=guest", beside=first)
    second.open()
    expect(second.own).to_have_count(1)
    second.say("what are your opening hours")
    expect(first.own).to_have_count(2)
    expect(first.rows).to_have_count(second.rows.count())
    assert texts(first) == texts(second)
    first.say("thanks")
    expect(second.own).to_have_count(3)
    expect(second.rows).to_have_count(first.rows.count())
    assert texts(first) == texts(second)


def test_what_is_written_in_two_tabs_at_once_goes_once_and_in_one_order(visit):
    first = visit("/shop/helpdesk?buyer=guest")
    first.open()
    first.say("hello")
    second = visit("/shop/helpdesk?buyer=guest", beside=first)
    second.open()
    for at, tab in enumerate([first, second, first, second]):
        tab.box.fill(f"opening hours please {at}")
        tab.box.press("Enter")
    for tab in (first, second):
        expect(tab.rows).to_have_count(10, timeout=REPLY_WITHIN)
    assert texts(first) == texts(second)
    own = [text for author, text in texts(first) if author == "buyer"]
    assert sorted(own[1:]) == [f"opening hours please {at}" for at in range(4)]


def test_when_the_leading_tab_goes_another_takes_over(visit):
    first = visit("/shop/helpdesk?buyer=guest")
    first.open()
    first.say("hello")
    second = visit("/shop/helpdesk?buyer=guest", beside=first)
    second.open()
    first.is_clean()
    first.page.goto("about:blank")
    second.say("thanks")
    expect(second.own).to_have_count(2)


def texts(buyer):
    return [(row["author"], row["text"]) for row in buyer.shown]

"""Several tabs of one buyer: one conversation, in step, over one socket."""

from playwright.sync_api import expect

from tests.browser.visitor import REPLY_WITHIN


def test_tabs_show_the_same_and_agree_on_what_is_unread(visit):
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

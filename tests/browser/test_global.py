"""The global of a page: what is set and asked for before the script, every call, and the end."""

import pytest
from playwright.sync_api import expect

BEFORE = """
window.AftersaleSettings = {locale: 'de', theme: 'dark', position: 'start'};
(window.Aftersale ||= []).push(['setContext', {order: '812345678901'}]);
window.Aftersale.push(['open']);
"""


@pytest.fixture
def visitor(visit):
    visitor = visit("/shop/helpdesk?buyer=guest")
    expect(visitor.launcher).to_be_visible()
    return visitor


def call(visitor, said):
    visitor.page.evaluate(f"() => void Aftersale.{said}")


def test_what_a_page_set_and_asked_for_before_the_script_holds(visit):
    visitor = visit("/livez")
    visitor.page.add_init_script(BEFORE)
    visitor.go("/shop/helpdesk?buyer=guest")
    expect(visitor.panel).to_be_visible()
    expect(visitor.box).to_have_attribute("placeholder", "Nachricht schreiben …")
    expect(visitor.chat).to_have_attribute("theme", "dark")
    expect(visitor.chat.locator(".root.start")).to_have_count(1)
    expect(
        visitor.log.get_by_role("button", name="Wo ist Bestellung 812345678901?")
    ).to_be_visible()


def test_open_close_and_toggle(visitor):
    for said, is_open in [("open()", True), ("close()", False), ("toggle()", True)]:
        call(visitor, said)
        expect(visitor.panel).to_be_visible(visible=is_open)
    call(visitor, "toggle()")
    expect(visitor.panel).to_be_hidden()


def test_the_language_and_the_order_change_at_once(visitor):
    call(visitor, "open()")
    call(visitor, "setLocale('ar')")
    expect(visitor.chat.locator("#panel")).to_have_attribute("dir", "rtl")
    call(visitor, "setLocale('en')")
    call(visitor, "setContext({order: 'HD/700123'})")
    start = visitor.log.get_by_role("button", name="Where is order HD/700123?")
    expect(start).to_be_visible()


def test_whoever_stopped_listening_hears_nothing(visitor):
    visitor.page.evaluate(
        "() => { window.heard = []; window.stop = Aftersale.on('opened', () => heard.push(1)) }"
    )
    call(visitor, "open()")
    expect(visitor.panel).to_be_visible()
    call(visitor, "close()")
    visitor.page.evaluate("stop()")
    call(visitor, "open()")
    expect(visitor.panel).to_be_visible()
    assert visitor.page.evaluate("heard") == [1]


def test_identify_and_logout(visit, world):
    record = world.buyer("helpdesk")
    order = world.order(record)
    visitor = visit("/shop/helpdesk?buyer=guest")
    word = world.identity(record, "Ada")
    visitor.open()
    visitor.say("hello")
    visitor.page.evaluate("word => Aftersale.identify(async () => word)", word)
    visitor.say(f"where is order {order.number}")
    assert f"Order {order.number}" in visitor.last
    call(visitor, "logout()")
    expect(visitor.rows).to_have_count(0)


def test_after_the_end_nothing_is_left(visitor):
    visitor.open()
    visitor.say("hello")
    visitor.page.evaluate("document.title = 'My shop'")
    sockets = []
    visitor.page.on("websocket", lambda socket: sockets.append(socket.url))
    call(visitor, "destroy()")
    expect(visitor.chat).to_have_count(0)
    visitor.page.evaluate("window.dispatchEvent(new Event('online'))")
    visitor.page.wait_for_timeout(300)
    assert sockets == []
    assert visitor.page.title() == "My shop"

"""Without a mouse: from opening the chat to a cancelled order, and what is read out on the way."""

import re

from playwright.sync_api import expect

FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}"""
NAME = "at => (at?.ariaLabel || at?.innerText || at?.localName || '').trim()"
# What holds the focus is seen: inside the window, not covered, and marked.
SEEN = """at => {
  const box = at.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 20)];
  const hit = at.getRootNode().elementFromPoint(x, y);
  const style = getComputedStyle(at);
  const around = getComputedStyle(at.parentElement);
  const marked = [style, around].some(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none');
  return (hit === at || at.contains(hit) || hit?.contains(at)) && marked;
}"""


def focused(buyer):
    return buyer.page.evaluate_handle(FOCUSED).as_element()


def focus_name(buyer):
    return focused(buyer).evaluate(NAME)


def walk(buyer, key, name, steps=40):
    """Press the key until something of that name has the focus; each stop must be seen."""
    passed = []
    for _ in range(steps):
        if re.search(name, focus_name(buyer)):
            return
        buyer.page.keyboard.press(key)
        assert focused(buyer).evaluate(SEEN), f"the focus on {focus_name(buyer)!r} is not seen"
        passed.append(focus_name(buyer))
    raise AssertionError(f"nothing called {name!r} among {passed}")


def test_an_order_is_cancelled_without_a_mouse(visit, world):
    buyer_record = world.buyer("status-gated")
    order = world.order(buyer_record)
    buyer = visit(f"/shop/status-gated?buyer={buyer_record.email}")
    keyboard = buyer.page.keyboard
    walk(buyer, "Tab", "^Open chat$")
    keyboard.press("Enter")
    expect(buyer.box).to_be_focused()
    buyer.listen()
    keyboard.type(f"Please cancel order {order.number}")
    keyboard.press("Enter")
    buyer.answered(1)
    expect(buyer.box).to_be_focused()
    walk(buyer, "Shift+Tab", "^Yes, cancel it$")
    keyboard.press("Enter")
    buyer.answered(2)
    assert "is being cancelled" in buyer.last
    assert world.stored("status-gated", order.number).state.value in {"cancelling", "cancelled"}
    asked, done = buyer.said[:2]
    assert asked.startswith(f"Assistant: Order {order.number} (Blue canvas shoes)")
    assert "Shall I cancel it?" in asked
    assert done.startswith(f"Assistant: Done: order {order.number}")
    assert len(buyer.said) == len(set(buyer.said))
    keyboard.press("Escape")
    expect(buyer.panel).to_be_hidden()
    assert focus_name(buyer) == "Open chat"


def test_history_is_not_read_out_again(visit):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    buyer.say("hello")
    buyer.page.reload()
    buyer.open()
    expect(buyer.own).to_have_count(1)
    assert buyer.said == []
    buyer.say("thanks")
    assert len(buyer.said) == 1


def test_on_a_phone_the_focus_stays_in_the_chat(visit):
    buyer = visit("/shop/helpdesk", viewport={"width": 320, "height": 640})
    buyer.open()
    expect(buyer.panel).to_have_attribute("aria-modal", "true")
    names = {focus_name(buyer)}
    for _ in range(20):
        buyer.page.keyboard.press("Tab")
        names.add(focus_name(buyer))
    assert {"Message", "Menu", "Close chat"} <= names
    assert "Help with this order" not in names
    buyer.page.keyboard.press("Escape")
    assert focus_name(buyer) == "Open chat"


def test_the_menu_goes_by_arrows_and_gives_the_focus_back(visit):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    buyer.say("hello")
    walk(buyer, "Shift+Tab", "^Menu$")
    buyer.page.keyboard.press("Enter")
    assert focus_name(buyer) == "Save as text"
    buyer.page.keyboard.press("ArrowDown")
    assert focus_name(buyer) == "Save as data (JSON)"
    buyer.page.keyboard.press("Escape")
    assert focus_name(buyer) == "Menu"
    expect(buyer.panel).to_be_visible()

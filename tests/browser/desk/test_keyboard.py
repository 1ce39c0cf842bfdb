"""Without a mouse: from signing in to a chat that was answered and closed; what is read out."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk.agent import WITHIN
from tests.browser.desk.scene import waiting

FOCUS = "() => document.activeElement"
NAME = """at => (at.labels?.[0]?.innerText || at.ariaLabel || at.innerText || at.localName)
  .replace(/\\s+/g, ' ').trim()"""
# What holds the focus is seen: inside the window, not covered, and marked.
SEEN = """at => {
  const box = at.getBoundingClientRect();
  const [x, y] = [box.x + Math.min(box.width / 2, 60), box.y + Math.min(box.height / 2, 20)];
  const hit = document.elementFromPoint(x, y);
  const around = at.closest('label, .composer, .entry') || at.parentElement;
  const marked = [at, around].map(e => getComputedStyle(e))
    .some(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none');
  return (hit === at || at.contains(hit) || hit?.contains(at)) && marked;
}"""


@pytest.fixture
def queued(world):
    return waiting(world)


def focused(agent):
    return agent.page.evaluate_handle(FOCUS).as_element()


def focus_name(agent):
    return focused(agent).evaluate(NAME)


def walk(agent, key, name, steps=40):
    """Press the key until something of that name has the focus; each stop must be seen."""
    passed = []
    for _ in range(steps):
        if re.search(name, focus_name(agent)):
            return
        agent.page.keyboard.press(key)
        assert focused(agent).evaluate(SEEN), f"the focus on {focus_name(agent)!r} is not seen"
        passed.append(focus_name(agent))
    raise AssertionError(f"nothing called {name!r} among {passed}")


def test_a_chat_is_answered_and_closed_without_a_mouse(sit, queued, world):
    agent = sit("sam", signed_in=False)
    keys = agent.page.keyboard
    expect(agent.page.get_by_label("User name")).to_be_focused()
    password, code = agent.credentials
    for typed in (agent.user, password):
        keys.type(typed)
        keys.press("Tab")
    expect(agent.page.get_by_label("Code")).to_be_focused()
    keys.type(code)
    keys.press("Enter")
    expect(agent.item(queued.id)).to_be_visible()
    agent.listen()
    walk(agent, "Tab", "^Alex", steps=60)
    while focused(agent).get_attribute("data-id") != queued.id:
        keys.press("Tab")
    keys.press("Enter")
    expect(agent.act("Claim")).to_be_visible()
    keys.press("c")
    expect(agent.box).to_be_focused()
    keys.type("Hello Alex, I am looking at it now.")
    keys.press("Enter")
    expect(agent.log.get_by_text("Leaves in")).to_be_visible()
    sent = agent.log.locator(".said[data-author=agent][data-seq]")
    expect(sent).to_contain_text("Hello Alex", timeout=WITHIN)
    assert "Hello Alex" in world.messages(queued.id)[-1]["blocks"][0]["text"]
    keys.press("Escape")
    keys.press("e")
    expect(agent.dialog).to_be_visible()
    walk(agent, "Tab", "^Close chat$")
    keys.press("Enter")
    expect(agent.dialog).to_have_count(0)
    expect(agent.page.locator(".talk-head .state")).to_have_text("Closed")
    assert "This chat is yours now." in agent.said
    assert any("Leaves in five seconds" in line for line in agent.said)


def test_the_list_goes_by_j_and_k(sit, world):
    first, second = waiting(world, name="Bo"), waiting(world, name="Cy")
    agent = sit("ann", "/inbox/all")
    expect(agent.item(second.id)).to_be_visible()
    expect(agent.item(first.id)).to_be_visible()
    agent.page.keyboard.press("j")
    newest = agent.items.first.get_attribute("data-id")
    expect(agent.items.first).to_have_attribute("aria-current", "true")
    agent.page.keyboard.press("j")
    expect(agent.items.nth(1)).to_have_attribute("aria-current", "true")
    expect(agent.items.nth(1)).to_be_focused()
    agent.page.keyboard.press("k")
    assert agent.page.url.endswith(newest)


def test_single_keys_can_be_switched_off_and_the_palette_stays(sit, queued):
    agent = sit("ann", "/settings")
    agent.page.get_by_label("Shortcuts of a single key").uncheck()
    agent.open(queued.id)
    agent.page.keyboard.press("c")
    agent.page.keyboard.press("?")
    expect(agent.dialog).to_have_count(0)
    expect(agent.act("Claim")).to_be_visible()
    agent.page.keyboard.press("Control+k")
    agent.page.keyboard.type("claim")
    expect(agent.page.get_by_role("option", name="Claim")).to_have_attribute(
        "aria-selected", "true"
    )
    agent.page.keyboard.press("Enter")
    expect(agent.act("Close chat")).to_be_visible()


def test_keys_are_text_while_somebody_writes(sit, queued):
    agent = sit("ann")
    agent.open(queued.id)
    agent.claim()
    agent.box.fill("")
    agent.box.press_sequentially("ec?")
    expect(agent.box).to_have_value("ec?")
    expect(agent.dialog).to_have_count(0)


def test_every_dialog_gives_the_focus_back(sit, queued):
    agent = sit("ann")
    agent.open(queued.id)
    agent.claim()
    expect(agent.box).to_be_focused()  # whoever claims writes; only then the focus stays
    for name in ("Return to bot", "Close chat"):
        agent.act(name).focus()
        agent.page.keyboard.press("Enter")
        expect(agent.dialog).to_be_visible()
        agent.page.keyboard.press("Escape")
        expect(agent.dialog).to_have_count(0)
        expect(agent.act(name)).to_be_focused()


def test_the_skip_link_leads_past_the_navigation(sit):
    agent = sit("ann", "/settings")
    expect(agent.page.get_by_role("heading", name="Settings")).to_be_visible()
    agent.page.evaluate("document.activeElement.blur()")
    agent.page.keyboard.press("Tab")
    assert focus_name(agent) == "Skip to the content"
    agent.page.keyboard.press("Enter")
    expect(agent.page.get_by_role("heading", name="Settings")).to_be_focused()


def test_the_focus_finds_a_button_that_was_drawn_anew_behind_a_dialog(sit, queued):
    agent, sam = sit("ann"), sit("sam")
    agent.open(queued.id)
    agent.claim()
    expect(agent.box).to_be_focused()
    agent.act("Close chat").focus()
    agent.page.keyboard.press("Enter")
    expect(agent.dialog).to_be_visible()
    sam.open(queued.id)
    expect(agent.page.locator(".viewers")).to_contain_text("Sam Hill", timeout=WITHIN)
    agent.page.keyboard.press("Escape")
    expect(agent.act("Close chat")).to_be_focused()

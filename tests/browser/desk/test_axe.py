"""axe-core finds nothing in any state of the desk, however people see it."""

import os
from collections import defaultdict

from tests.browser import axe
from tests.browser.desk.states import states

LOOKS = axe.ALL if os.environ.get("AXE") == "all" else axe.PAIRWISE
# Nothing may have to be scrolled sideways but a table.
OVERFLOW = """() => {
  const parts = '.screen, .head, .body, .column, .scroller, .context, .chat-list, dialog, .menu';
  const all = [document.documentElement, ...document.querySelectorAll(parts)];
  return all.filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.localName}.${e.className} ${e.scrollWidth} > ${e.clientWidth}`);
}"""


def test_every_state_is_accessible_in_every_look(sit, world):
    found = defaultdict(list)
    for state, agent in states(sit, world):
        before = agent.page.viewport_size
        for look in LOOKS:
            axe.put_on(agent.page, look)
            axe.took_effect(agent.page, look)
            for each in axe.violations(agent.page) + agent.page.evaluate(OVERFLOW):
                found[each].append(f"{state} {look}")
        agent.page.emulate_media(color_scheme="light", forced_colors="none")
        agent.page.evaluate("() => { document.documentElement.dir = 'ltr' }")
        agent.page.set_viewport_size(before)
    assert not found, "\n".join(f"{what}\n  in {seen}" for what, seen in found.items())


def test_what_is_wrong_is_found(sit):
    # The proof that the check can fail.
    agent = sit("ann", "/settings")
    agent.page.locator("h1").evaluate("h1 => { h1.style.color = '#ddd' }")
    agent.page.locator("input[type=checkbox]").first.evaluate("box => document.body.append(box)")
    found = axe.violations(agent.page)
    assert any(each.startswith("color-contrast") for each in found)
    assert any(each.startswith("label") for each in found)

"""axe-core finds nothing in any state of the chat, however people see it."""

import os
from collections import defaultdict

import pytest

from tests.browser import axe
from tests.browser.states import states

LOOKS = axe.ALL if os.environ.get("AXE") == "all" else axe.PAIRWISE
# Nothing of the page or the panel may have to be scrolled sideways.
PARTS = "#panel, .log, .inside, .sheet"
OVERFLOW = """PARTS => {
  const root = document.querySelector('aftersale-chat').shadowRoot;
  const all = [document.documentElement, ...root.querySelectorAll(PARTS)];
  const wide = all.filter(e => e.scrollWidth > e.clientWidth + 1);
  return wide.map(e => `${e.localName}.${e.className} ${e.scrollWidth} > ${e.clientWidth}`);
}"""


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_every_state_is_accessible_in_every_look(visit, world, locale, direction):
    looks = [look for look in LOOKS if look.direction == direction]
    found = defaultdict(list)
    for state, visitor in states(visit, world, locale):
        for look in looks:
            axe.put_on(visitor.page, look)
            axe.took_effect(visitor.page, look)
            wrong = axe.violations(visitor.page) + visitor.page.evaluate(OVERFLOW, PARTS)
            for each in wrong:
                found[each].append(f"{state} {look}")
    assert not found, "\n".join(f"{what}\n  in {seen}" for what, seen in found.items())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["", "/group-buy", "/seller-direct", "/status-gated"])
def test_the_demo_shops_are_accessible(visit, page, scheme):
    visitor = visit(f"/shop{page}", color_scheme=scheme)
    assert axe.violations(visitor.page) == []


def test_what_is_wrong_is_found(visit):
    # The proof that the check can fail, inside the shadow root too.
    visitor = visit("/shop/helpdesk")
    visitor.open()
    visitor.chat.evaluate("chat => { chat.shadowRoot.querySelector('h2').style.color = '#ddd' }")
    visitor.chat.locator("textarea").evaluate("box => box.removeAttribute('aria-label')")
    visitor.chat.locator("textarea").evaluate("box => box.removeAttribute('placeholder')")
    found = axe.violations(visitor.page)
    assert any(each.startswith("color-contrast") for each in found)
    assert any(each.startswith("label") for each in found)

"""At 400 % every state can be read and used: 320 by 256 pixels are left of 1280 by 1024."""

import pytest

from tests.browser import axe
from tests.browser.states import states
from tests.browser.test_axe import OVERFLOW, PARTS

ZOOMED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
# Controls that cannot be brought into view whole and hit there, by a finger or a mouse.
UNREACHED = """() => {
  const root = document.querySelector('aftersale-chat').shadowRoot;
  const STOPS = 'button:not(:disabled),a[href],input:not(:disabled),select,textarea,summary';
  const seen = {visibilityProperty: true};
  const inside = root.querySelector('#panel').hidden ? root : root.querySelector('#panel');
  const wrong = [];
  for (const each of inside.querySelectorAll(STOPS)) {
    const at = each.matches('.sr') ? each.closest('label') : each;
    if (!at.checkVisibility(seen) || at.closest('[inert],fieldset:disabled')) continue;
    at.scrollIntoView({block: 'center', behavior: 'instant'});
    const {left, right, top, bottom} = at.getBoundingClientRect();
    const hit = root.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const told = `${at.localName}.${at.className} ${(at.ariaLabel || at.innerText || '').trim()}`;
    if (!(at.contains(hit) || hit?.contains(at) && hit !== inside)) wrong.push(`covered: ${told}`);
    if (left < 0 || right > innerWidth) wrong.push(`cut off: ${told}`);
    if (bottom - top > innerHeight) wrong.push(`taller than the window: ${told}`);
  }
  return wrong;
}"""


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_every_state_is_used_and_read_at_400_percent(visit, world, locale):
    # The states are led through by clicks that a browser really hits.
    found = {}
    for state, visitor in states(visit, world, locale, **ZOOMED):
        assert visitor.page.evaluate("[innerWidth, devicePixelRatio]") == [320, 4]
        wrong = visitor.page.evaluate(OVERFLOW, PARTS) + visitor.page.evaluate(UNREACHED)
        wrong += axe.violations(visitor.page)
        if wrong:
            found[state] = wrong
    assert not found, found


def test_what_cannot_be_reached_is_found(visit):
    # The proof that the check can fail.
    visitor = visit("/shop/helpdesk", **ZOOMED)
    visitor.open()
    visitor.chat.locator(".composer").evaluate("form => form.style.marginLeft = '-90px'")
    visitor.chat.locator("#menu").evaluate(
        "menu => { menu.hidden = false; menu.style.position = 'fixed'; menu.style.inset = '0' }"
    )
    found = visitor.page.evaluate(UNREACHED)
    assert any(each.startswith("cut off: button") for each in found)
    assert any(each.startswith("covered: ") for each in found)

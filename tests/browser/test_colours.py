"""The operator's colour is readable everywhere, in light and dark, or it is corrected."""

import json
import re

import pytest
from playwright.sync_api import expect

from aftersale.policy.contrast import WHITE, contrast, text_on
from aftersale.policy.widget_knobs import WidgetKnobs, widget_mistakes
from tests.browser import axe

# What the check of a policy takes: the usual ones, the darkest, and those just within its bounds.
TAKEN = ("#000000", "#1f4fd8", "#b3261e", "#949494", "#008bd0", "#e0671a", "#00a25c", "#d45bff")
# What only a page can set, by a custom property: nobody checked it.
UNCHECKED = ("#ffcc00", "#ffffff", "#b8f5d0", "rgb(255, 230, 0)")
BEHIND = "bubble => getComputedStyle(bubble).backgroundColor"


def contrast_of(visitor):
    return [each for each in axe.violations(visitor.page) if each.startswith("color-contrast")]


@pytest.fixture(params=["light", "dark"])
def visitor(request, visit):
    """Somebody with a talk of both sides before them, on a page that is light or dark."""
    visitor = visit("/shop/helpdesk?buyer=guest", color_scheme=request.param)
    visitor.open()
    visitor.say("hello")
    return visitor


def shown_in(visitor, colour):
    config = {}

    def painted(route):
        config.update(route.fetch().json())
        look = {"colour": colour, "colour_text": text_on(colour)}
        route.fulfill(json={**config, **look})

    visitor.page.unroute_all()
    visitor.page.route(re.compile(".*/widget/config.*"), painted)
    visitor.page.reload()
    visitor.open()
    expect(visitor.own).to_have_count(1)


def test_what_the_check_takes_is_readable_in_light_and_dark(visitor):
    found = {}
    for colour in TAKEN:
        assert list(widget_mistakes(WidgetKnobs(colour=colour))) == []
        shown_in(visitor, colour)
        own = visitor.chat.locator(".text.own").evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        assert own == f"rgb{tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))}"
        if wrong := contrast_of(visitor):
            found[colour] = wrong
    assert not found, json.dumps(found, indent=1)


def test_what_a_page_sets_is_made_readable_in_light_and_dark(visitor):
    found = {}
    for colour in UNCHECKED:
        visitor.page.reload()
        visitor.page.evaluate(
            "c => document.querySelector('aftersale-chat')"
            ".style.setProperty('--aftersale-accent', c)",
            colour,
        )
        visitor.open()
        expect(visitor.own).to_have_count(1)
        if wrong := contrast_of(visitor):
            found[colour] = wrong
    assert not found, json.dumps(found, indent=1)


def test_the_bounds_are_the_bounds():
    refused = [colour for colour in UNCHECKED[:3] if contrast(colour, WHITE) < 3]
    assert refused == list(UNCHECKED[:3])
    for colour in refused:
        assert [path for path, _ in widget_mistakes(WidgetKnobs(colour=colour))]

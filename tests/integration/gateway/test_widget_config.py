"""What a page is told before anybody has said a word."""

import pytest

from aftersale.policy.contrast import contrast
from tests.integration.gateway.world import API, SHOP


async def test_a_page_learns_what_it_needs_to_show_the_chat(world):
    reply = await world.call("GET", f"{API}/widget/config?storefront={SHOP}")
    assert reply.status == 200
    assert reply.headers["Cache-Control"] == "public, max-age=60"
    told = reply.body
    assert (told["storefront"], told["name"]) == (SHOP, "Status Gated")
    assert contrast(told["colour"], told["colour_text"]) >= 4.5
    assert told["languages"][0] == "en"
    assert told["upload"]["bytes"] == 10_000_000
    assert told["upload"]["per_message"] == 6
    assert told["hours"] == {"open": False, "text": "widget_no_hours"}
    assert told["text_limit"] == 2_000


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-03-02T15:00:00+00:00", {"open": True, "text": "widget_open"}),
        ("2026-03-02T03:00:00+00:00", {"open": False, "text": "widget_closed"}),
    ],
)
async def test_a_page_learns_whether_people_are_there(world, now, told):
    world.now[0] = type(world.now[0]).fromisoformat(now)
    reply = await world.call("GET", f"{API}/widget/config?storefront=helpdesk")
    assert reply.body["hours"] == told


@pytest.mark.parametrize("named", ["", "nowhere", "../etc", "%00"])
async def test_a_storefront_that_is_not_served_is_not_found(world, named):
    reply = await world.call("GET", f"{API}/widget/config?storefront={named}")
    assert (reply.status, reply.body["code"]) == (404, "unknown_storefront")


async def test_a_language_of_another_shape_is_refused(world):
    reply = await world.call("GET", f"{API}/widget/config?storefront={SHOP}&locale=%3Cb%3E")
    assert reply.body["code"] == "bad_request"

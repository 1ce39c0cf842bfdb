"""The supervisor's screen: live, by keyboard, for every eye, as a sheet, empty without talks."""

import csv
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from aftersale.domain.conversations import Answered, Conversation, Owner, Turn, TurnState
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from tests.browser import axe
from tests.browser.desk.test_axe import OVERFLOW

WITHIN = 25_000
SHOP = "group-buy"
NEVER = "/numbers?from=2020-01-01&to=2020-01-03"


def talk(uow, name, at, *, intent="order_status", said="utter_status"):
    uow.conversations.add(Conversation(name, SHOP, Owner.BOT, 1, at, "h", at + timedelta(days=1)))
    uow.conversations.add_turn(Turn(name, name, 1, TurnState.WAITING, 0, "m", at))
    uow.conversations.claim_turn(at, lease=30, conversation_id=name)
    back = Answered(at + timedelta(seconds=2), intent, 0.9, (said,))
    uow.conversations.finish_turn(name, 1, answered=back)


def handoff(name, at, state=HandoffState.WAITING):
    return Handoff(
        handoff_id=name, conversation_id=name, storefront=SHOP, reason=HandoffReason.STUCK,
        state=state, asked_at=at, claim_by=at + timedelta(minutes=30), language="en",
        channel="chat",
    )  # fmt: skip


@pytest.fixture(scope="module")
def month(running):
    """Three talks on each of some days, one of them not understood; for one storefront."""
    now = running.now
    with running.uow() as uow:
        for day in range(0, 12, 2):
            at = now - timedelta(days=day, hours=1)
            talk(uow, f"n{day}a", at)
            talk(uow, f"n{day}b", at)
            talk(uow, f"n{day}c", at, intent="nlu_fallback", said="utter_fallback_suggest")
        uow.handoffs.add(handoff("n2c", now - timedelta(days=2, hours=1), HandoffState.MISSED))
        uow.commit()


def number(agent, name):
    return agent.page.locator(f'[data-number="{name}"]')


@pytest.fixture
def lead(sit, month):
    agent = sit("sam", f"/numbers?days=30&storefront={SHOP}")
    expect(number(agent, "contained")).to_be_visible(timeout=WITHIN)
    # The days before come a moment later, and with them the charts are drawn anew.
    expect(number(agent, "sessions")).to_contain_text("before", timeout=WITHIN)
    return agent


def test_every_state_is_accessible_in_every_look(sit, lead):
    lead.page.evaluate(
        "document.querySelectorAll('main details').forEach(each => each.open = true)"
    )
    empty, refused = sit("sam", NEVER), sit("sam", "/numbers?from=2026-01-02&to=2026-01-01")
    expect(empty.page.get_by_text("No talks in these days")).to_be_visible(timeout=WITHIN)
    expect(refused.page.get_by_role("button", name="Try again")).to_be_visible(timeout=WITHIN)
    for agent in (lead, empty, refused):
        for look in axe.PAIRWISE:
            axe.put_on(agent.page, look)
            axe.took_effect(agent.page, look)
            assert not axe.violations(agent.page) + agent.page.evaluate(OVERFLOW), look


def test_numbers_say_what_they_were_made_of_and_what_they_mean(lead):
    row = number(lead, "fallback")
    expect(row).to_contain_text("33%")
    expect(row).to_contain_text("6 of 18")
    row.locator("summary").focus()
    lead.page.keyboard.press("Enter")
    expect(row.get_by_text("I did not get that")).to_be_visible()


def test_a_chart_is_walked_by_the_keyboard_and_is_a_table_as_well(lead):
    chart = lead.page.locator("figure.chart").nth(1)
    plot = chart.get_by_role("slider")
    plot.focus()
    expect(plot).to_have_attribute("aria-valuenow", "29")
    today = plot.get_attribute("aria-valuetext")
    assert "The bot was enough 2" in today
    assert "Left after the bot had failed 1" in today
    lead.page.keyboard.press("ArrowLeft")
    expect(plot).to_have_attribute("aria-valuenow", "28")
    assert "The bot was enough 0" in plot.get_attribute("aria-valuetext")
    lead.page.keyboard.press("Home")
    expect(plot).to_have_attribute("aria-valuenow", "0")
    chart.get_by_text("As a table").click()
    rows = chart.locator("tbody tr")
    expect(rows).to_have_count(30)
    assert rows.last.locator("td").all_text_contents() == ["2", "0", "1"]


def test_the_period_and_the_storefront_stand_in_the_address(lead):
    lead.page.get_by_text("7 days", exact=True).click()
    expect(number(lead, "fallback")).to_contain_text("of 12", timeout=WITHIN)
    assert "days=7" in lead.page.url
    lead.page.get_by_text("Other days").click()
    expect(lead.page.get_by_label("From", exact=True)).to_be_visible(timeout=WITHIN)
    expect(lead.page.get_by_label("Other days")).to_be_focused()
    day = (lead.world.now - timedelta(days=20)).date().isoformat()
    lead.page.get_by_label("From", exact=True).fill(day)
    lead.page.get_by_role("button", name="Show").click()
    expect(number(lead, "fallback")).to_contain_text("of 18", timeout=WITHIN)
    assert f"from={day}" in lead.page.url
    lead.page.reload()
    expect(number(lead, "fallback")).to_contain_text("of 18", timeout=WITHIN)


def test_the_sheet_is_of_what_is_shown(lead):
    with lead.page.expect_download() as started:
        lead.page.get_by_role("link", name="Download as CSV").click()
    with open(started.value.path(), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    total = {row["name"]: row for row in rows if row["table"] == "total"}
    assert (total["fallback"]["part"], total["fallback"]["of"]) == ("6", "18")
    assert {row["storefront"] for row in rows if row["table"] == "storefront"} == {SHOP}


def test_the_wallboard_follows_what_happens(lead):
    board = lead.page.locator(".wallboard")
    waiting = board.locator("div").filter(has_text="wait for a person").locator(".number")
    expect(waiting).to_have_text("0", timeout=WITHIN)
    with lead.world.uow() as uow:
        uow.handoffs.add(handoff("n0a", lead.world.now))
        uow.commit()
    expect(waiting).to_have_text("1", timeout=WITHIN)
    expect(board).to_contain_text("longest")
    with lead.world.uow() as uow:
        uow.handoffs.save(handoff("n0a", lead.world.now, HandoffState.ENDED))
        uow.commit()
    expect(waiting).to_have_text("0", timeout=WITHIN)


def test_whoever_leads_nobody_does_not_see_it(sit):
    agent = sit("ann", "/numbers")
    expect(agent.page.get_by_role("heading", name="This needs another role")).to_be_attached()
    expect(agent.page.get_by_role("link", name="Numbers")).to_have_count(0)

"""Orders, cases and approvals at the desk: shown, confirmed and told, with and without a mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk.states_acting import at, filed, proposes
from tests.browser.desk.test_keyboard import walk

WHY = "The buyer was promised this by phone."


@pytest.fixture
def buyer(world):
    return world.buyer("status-gated", name="Nora")


@pytest.fixture
def order(world, buyer):
    return world.order(buyer)


def told(world, buyer):
    return [one.get("response") for one in world.messages(buyer.client.conversation_id)]


def test_an_order_is_found_cancelled_and_the_buyer_told(sit, world, buyer, order):
    agent = sit("ann", "/orders")
    agent.page.get_by_label("Search orders").fill(buyer.email)
    agent.page.get_by_role("link", name=order.number).click()
    proposes(agent, order, "Cancel the order")
    step = agent.dialog.locator(".step")
    expect(step).to_contain_text("The order is cancelled at the shop.")
    expect(step).to_contain_text("$42.00")
    assert told(world, buyer) == []
    agent.dialog.get_by_role("button", name="Confirm").click()
    expect(agent.page.get_by_text("It is being cancelled.").first).to_be_visible()
    expect(agent.page.get_by_role("heading", name="Done at the desk")).to_be_visible()
    assert told(world, buyer)[0] == "utter_cancel_done_refund"


def test_what_changed_meanwhile_is_shown_before_anything_happens(sit, world, buyer, order):
    agent = sit("ann")
    agent.trouble = True
    proposes(agent, order, "Cancel the order")
    world.shop_says(buyer, order, lines=shipped(order))
    agent.dialog.get_by_role("button", name="Confirm").click()
    expect(agent.dialog.get_by_text("It has changed meanwhile")).to_be_visible()
    expect(agent.dialog.locator(".step")).to_contain_text("A letter goes to the seller")
    assert told(world, buyer) == []


def shipped(order):
    return [
        {
            "line_id": line.line_id,
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "price": {"minor": line.price.minor, "currency": line.price.currency},
            "fulfilment": "shipped",
        }
        for line in order.lines
    ]


def test_a_rule_is_set_aside_by_a_supervisor_with_a_reason_without_a_mouse(sit, world):
    buyer = world.buyer("supplier-consent", name="Omar")
    order = world.order(buyer)
    agent = sit("ann")
    proposes(agent, order, "Cancel the order")
    expect(agent.dialog.get_by_text("needs the role supervisor")).to_be_visible()
    expect(agent.dialog.get_by_role("radio")).to_have_count(0)
    lead = sit("sam")
    keys = lead.page.keyboard
    at(lead, order).focus()
    keys.press("Enter")
    walk(lead, "ArrowDown", "^Cancel the order")
    keys.press("Enter")
    expect(lead.dialog).to_be_visible()
    walk(lead, "Tab", "^Show what happens")
    keys.press("Enter")
    expect(lead.dialog.get_by_role("radio").first).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Tab")
    expect(lead.dialog.get_by_label("Why the rule is set aside")).to_be_focused()
    keys.type("no")
    walk(lead, "Tab", "^Confirm")
    keys.press("Enter")
    expect(lead.dialog.get_by_text("Say it in a sentence.")).to_be_visible()
    keys.press("Control+a")
    keys.type(WHY)
    walk(lead, "Tab", "^Confirm")
    keys.press("Enter")
    expect(lead.dialog).to_have_count(0)
    expect(lead.page.locator(".history .why").first).to_contain_text(WHY)
    assert world.stored(order.storefront, order.number).state.value != "open"


def test_a_case_is_read_noted_and_decided(sit, world):
    buyer = world.buyer("helpdesk", name="Pia")
    order = world.order(buyer)
    number = filed(world, order, buyer)
    agent = sit("ann", f"/cases/{number}")
    expect(agent.page.get_by_text("The zip broke on the first day.")).to_be_visible()
    expect(agent.page.get_by_text("Deciding needs the role reviewer.")).to_be_visible()
    agent.page.get_by_role("button", name="Add a note").click()
    agent.dialog.get_by_label("Note").fill("Second zip of this seller.")
    agent.dialog.get_by_role("button", name="Add a note").click()
    expect(agent.page.get_by_text("Second zip of this seller.")).to_be_visible()
    rita = sit("rita", "/cases")
    rita.page.get_by_label("Search cases").fill(number)
    rita.page.get_by_role("link", name=number).click()
    expect(rita.page.get_by_role("heading", name=f"Case {number}")).to_be_visible()
    expect(rita.page.get_by_role("button", name="Decide")).to_be_visible()
    rita.page.keyboard.press("d")
    rita.dialog.get_by_label("Reason").select_option(label="Nothing shows it")
    rita.dialog.get_by_label("Decision").select_option(label="Declined")
    rita.dialog.get_by_label("In your words").fill("Please send a photo of it.")
    rita.dialog.get_by_role("button", name="Decide").click()
    expect(rita.page.get_by_text("Decided; the buyer is told.").first).to_be_visible()
    assert "utter_told_case_declined" in told(world, buyer)
    rita.page.get_by_role("button", name="Ask for a review").click()
    rita.dialog.get_by_label("Why the buyer disagrees").fill("They have a photo.")
    rita.dialog.get_by_role("button", name="Ask for a review").click()
    expect(rita.page.get_by_text("the review is by somebody else")).to_be_visible()
    expect(rita.page.get_by_role("button", name="Decide")).to_have_count(0)


def test_a_buyer_is_written_to_first_and_blocked(sit, world, buyer, order):
    lead = sit("sam")
    at(lead, order)
    lead.page.get_by_role("button", name="Block this buyer").click()
    lead.dialog.get_by_label("Reason").fill("Threats.")
    lead.dialog.get_by_role("button", name="Block").click()
    expect(lead.page.get_by_text("This buyer is blocked until")).to_be_visible()
    lead.page.get_by_role("button", name="Lift the block").click()
    lead.dialog.get_by_role("button", name="Lift it").click()
    expect(lead.page.get_by_role("button", name="Block this buyer")).to_be_visible()
    lead.page.get_by_role("button", name="Write to the buyer").click()
    lead.dialog.get_by_label("Message").fill("Your parcel came back to us.")
    lead.dialog.get_by_role("button", name="Send").click()
    expect(lead.log.get_by_text("Your parcel came back to us.")).to_be_visible()
    expect(lead.page.locator(".talk-head .state")).to_have_text("With you")

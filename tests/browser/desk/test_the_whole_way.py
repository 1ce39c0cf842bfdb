"""From the bot to a person and back, in two browsers and with nothing but what people press."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.desk.agent import WITHIN
from tests.browser.test_photos import hand
from tests.conversation.world import card
from tests.photos import photo

ANN = "Ann Lee"


def head(buyer):
    return buyer.chat.locator(".head")


def test_a_buyer_asks_is_helped_refunded_and_goes_on_with_the_bot(sit, visit, world):
    record = world.buyer("helpdesk")
    order = world.order(record, payment=card(world.now - timedelta(days=1)))
    lead = sit("sam", "/settings")  # somebody who may set a rule aside is there
    agent = sit("ann")
    buyer = visit(f"/shop/helpdesk?buyer={record.email}")
    buyer.open()
    buyer.say(f"where is my order {order.number}")
    buyer.say("I want to talk to a human please")
    expect(head(buyer)).to_contain_text("in the queue")

    # Both pages hear of each other by themselves.
    row = agent.item(buyer.conversation_id)
    expect(row).to_contain_text("Ada", timeout=WITHIN)
    expect(row).to_contain_text("Asked for a person")
    expect(row).to_contain_text("$42.00")
    row.click()
    agent.claim()
    expect(head(buyer)).to_contain_text(f"You're talking to {ANN}")
    agent.write("Hello Ada, what happened?")
    expect(buyer.log.get_by_text("Hello Ada, what happened?")).to_be_visible(timeout=WITHIN)

    photos_both_ways(agent, buyer)
    refunded(lead, buyer, order, world)
    returned(agent, buyer)

    goes_on(buyer, order, world)
    rated(buyer, world)


def photos_both_ways(agent, buyer):
    """Show a photo each."""
    hand(buyer, "paste", (photo(), "torn.jpg", "image/jpeg"))
    expect(buyer.chat.locator(".tray").get_by_role("button", name="Remove")).to_be_visible()
    buyer.write("It came torn, look. I want my money back.")
    theirs = agent.log.locator(".said[data-author=buyer]").last
    expect(theirs).to_contain_text("It came torn, look.", timeout=WITHIN)
    expect(theirs.locator(".photo img")).to_be_visible()
    with agent.page.expect_file_chooser() as chooser:
        agent.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files({"name": "new.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(agent.page.locator(".tray progress")).to_have_count(0)
    agent.write("Sorry about that. This is how it should look.")
    expect(buyer.rows.last.get_by_role("img", name="Photo", exact=True)).to_be_visible(
        timeout=WITHIN
    )


def refunded(lead, buyer, order, world):
    """Refund the order by the guarded way: consequences first, then the yes, once."""
    lead.open(buyer.conversation_id, view="all")
    details = lead.page.get_by_role("region", name="Details")
    details.get_by_role("button", name=f"Act on order {order.number}").click()
    lead.page.get_by_role("menuitem", name="Refund", exact=True).click()
    lead.dialog.get_by_role("button", name="Show what happens").click()
    expect(lead.dialog.locator(".step").first).to_contain_text("$42.00")
    assert not refunds(world, order)  # nothing happens before the yes
    against = lead.dialog.get_by_role("radio")
    if against.count():
        against.last.check()
    lead.dialog.get_by_label("Why the rule is set aside").fill("The photo shows it: it is torn.")
    lead.dialog.get_by_role("button", name="Confirm").click()
    expect(lead.dialog).to_have_count(0)
    (refund,) = refunds(world, order)
    assert refund["amount_minor"] == 4200
    expect(buyer.log.locator("li[data-author=system]").last).to_contain_text(
        "$42.00", timeout=WITHIN
    )


def refunds(world, order):
    return world.sql(
        "SELECT amount_minor, state FROM refunds WHERE order_number = :n", n=order.number
    )


def returned(agent, buyer):
    """Give the chat back to the bot with how things stand."""
    agent.act("Return to bot").click()
    agent.dialog.get_by_label("How things stand").select_option(label="Solved")
    agent.dialog.get_by_label("Note for the bot").fill("Refund granted, see the photo.")
    agent.dialog.get_by_role("button", name=re.compile("^Return")).click()
    expect(head(buyer)).to_contain_text("Here to help")


def goes_on(buyer, order, world):
    """Ask on: the bot knows the order, is not silent and answers nothing old."""
    before = [one["seq"] for one in world.messages(buyer.conversation_id)]
    buyer.say("where is my money?")
    after = [one for one in world.messages(buyer.conversation_id) if one["seq"] > before[-1]]
    # That the money has left may be told just before.
    asked = [one["author"] for one in after].index("buyer")
    answers = after[asked + 1 :]
    assert {one["author"] for one in answers} == {"bot"}
    assert order.number in buyer.last
    assert "42.00" in buyer.last


def rated(buyer, world):
    """Rate the person, apart from the bot."""
    stars = buyer.log.get_by_role("radiogroup", name=f"How was {ANN}?")
    stars.locator(".star").nth(4).click()
    buyer.log.get_by_role("button", name="Send rating").click()
    expect(buyer.log).to_contain_text("You gave 5 stars.")
    rows = world.sql(
        "SELECT subject_kind, stars FROM ratings WHERE conversation_id = :c",
        c=buyer.conversation_id,
    )
    assert ("agent", 5) in [(row["subject_kind"], row["stars"]) for row in rows]

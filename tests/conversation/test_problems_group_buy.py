"""S4: instructions first, the leader where it is theirs, else the platform; photos wanted."""

from datetime import timedelta

import pytest

from tests.conversation.goods import delivered, on_its_way
from tests.conversation.records import about, codes, is_untouched
from tests.conversation.world import line

STOREFRONT = "group-buy"
STORY = "Half of the jars came without a lid."
DAY = timedelta(days=1)
LEADER = {"leader_name": "Mei Chen"}


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


@pytest.mark.req("R4.1")
def test_the_instructions_of_the_order_come_first(world, buyer):
    words = "Let it stand for a day before you open it."
    order = world.order(buyer, **delivered(world.now - DAY), instructions=words)
    told = buyer.say("what are the instructions for my order")
    assert words in told.text

    asked = buyer.say(f"order {order.number} arrived damaged")
    assert f"First, what the order's page says: {words}" in asked.text
    assert asked.text.index(words) < asked.text.index("What happened?")
    assert is_untouched(world, order)


@pytest.mark.req("R4.2")
@pytest.mark.parametrize("said", ["it arrived damaged", "i got the wrong item"])
def test_number_and_description_are_both_asked_and_the_number_is_checked(world, buyer, said):
    order = world.order(buyer, **delivered(world.now - DAY))
    world.order(buyer, **delivered(world.now - DAY))
    theirs = world.order(world.buyer(STOREFRONT, name="Bob"))
    asked = buyer.say(said)
    assert "Which order is it?" in asked.text
    assert "Which order" in buyer.say("purple").text
    for wrong in (theirs.number, "GB99-999999"):
        refused = buyer.say(wrong)
        assert "can't find" in refused.text
        assert not world.sql("SELECT * FROM cases WHERE order_number = :n", n=wrong)
    asked = buyer.say(order.number)
    assert "What happened?" in asked.text
    assert "say a little more" in buyer.say("bad").text
    buyer.say(STORY)
    buyer.press("I can't take a photo")
    shown = buyer.press("A refund")
    assert order.number in shown.text
    assert STORY in shown.text
    assert "business days" in shown.text
    told = buyer.press("Yes")
    (case,) = about(world, "cases", order)
    assert case["number"] in told.text
    assert case["description"] == f"bad {STORY}"
    assert case["owner"] == "platform"


@pytest.mark.req("R4.9")
@pytest.mark.parametrize(
    ("said", "issue", "tip"),
    [
        ("it arrived damaged", "damaged", "the damage from close up"),
        ("i got the wrong item", "wrong_item", "its label with size or model"),
        ("there is an item missing from my order", "missing", "the packing slip"),
    ],
)
def test_photos_are_asked_for_and_not_having_any_is_accepted(world, buyer, said, issue, tip):
    for sends in (True, False):
        order = world.order(buyer, **delivered(world.now - DAY))
        buyer.say(f"{said} {order.number}")
        asked = buyer.say(STORY)
        assert tip in asked.text
        assert "Skip" not in asked.buttons
        if sends:
            buyer.send_photo()
        else:
            buyer.press("I can't take a photo")
        shown = buyer.press("A refund")
        assert ("Photos: 1" in shown.text) is sends
        assert ("can't provide photos, which is fine" in shown.text) is not sends
        buyer.press("Yes")
        (case,) = about(world, "cases", order)
        kept = world.sql("SELECT * FROM attachments WHERE case_number = :c", c=case["number"])
        assert (case["issue"], case["evidence"], len(kept)) == (
            (issue, "given", 1) if sends else (issue, "cannot", 0)
        )


LATE = {
    "a delay": ("my order {number} is late", lambda w: on_its_way(w.now - 9 * DAY, w.now - DAY)),
    "a pickup": (
        "nobody was at the pickup point for order {number}",
        lambda w: {
            "lines": [line(fulfilment="pickup_arranged")],
            "fulfilment_started_at": (w.now - DAY).isoformat(),
        },
    ),
}


@pytest.mark.req("R4.18")
@pytest.mark.parametrize("name", LATE)
def test_the_leader_looks_first_at_delays_and_pickups(world, buyer, name):
    said, goods = LATE[name]
    order = world.order(buyer, **goods(world), **LEADER)
    buyer.say(said.format(number=order.number))
    shown = buyer.say("I waited for half an hour and nothing happened at all.")
    if "What would you like best?" in shown.text:
        shown = buyer.press("No preference")
    assert "Mei Chen looks first" in shown.text
    told = buyer.press("Yes, pass it on")
    (case,) = about(world, "cases", order)
    assert case["number"] in told.text
    assert "Mei Chen looks first" in told.text
    assert case["owner"] == "leader"
    assert case["first_line_due_by"]


@pytest.mark.req("R4.18")
def test_the_leader_looks_first_at_a_payment_proof(world, buyer):
    order = world.order(buyer, payment={"method": "bank_transfer", "state": "awaiting"}, **LEADER)
    buyer.say(f"i paid for order {order.number}, here is my proof of payment")
    if "What happened?" in buyer.heard.text:
        buyer.say("I sent the transfer on Monday morning.")
    assert "Cover card and account numbers first" in buyer.heard.text
    shown = buyer.send_photo()
    assert "Mei Chen looks first" in shown.text
    buyer.press("Yes, pass it on")
    (case,) = about(world, "cases", order)
    assert (case["type"], case["owner"]) == ("payment_proof", "leader")
    assert (case["issue"], case["evidence"]) == ("payment_proof", "given")
    assert world.sql("SELECT * FROM attachments WHERE case_number = :c", c=case["number"])


def test_what_is_long_overdue_is_no_delay_and_goes_to_the_platform(world, buyer):
    goods = on_its_way(world.now - 20 * DAY, world.now - 10 * DAY)
    order = world.order(buyer, **goods, **LEADER)
    buyer.say(f"my order {order.number} never arrived")
    buyer.say("It was due ten days ago and nobody knows anything.")
    shown = buyer.press("A refund")
    assert "submit for review" in shown.text
    assert codes(world, order)[-1] == "problem_platform"

"""S1: the first 24 hours of a card payment, orders nobody paid, and where an order stands."""

from datetime import datetime, timedelta

import pytest

from tests.conversation.letters import letters, look, press
from tests.conversation.records import about, left
from tests.conversation.world import card, line, seller, shipped

STOREFRONT = "supplier-consent"
NEW_YORK = "America/New_York"  # five hours behind in November
UNPAID = {"method": "bank_transfer", "state": "awaiting"}


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT, timezone=NEW_YORK)


def promises(world, order):
    """What was promised about the order with a date, and the date."""
    rows = about(world, "promises", order)
    return {row["code"]: datetime.fromisoformat(row["due_at"]) for row in rows if row["due_at"]}


def requests(world, order):
    return [(row["kind"], row["state"]) for row in about(world, "order_requests", order)]


@pytest.mark.req("R1.8")
def test_a_card_payment_opens_after_24_hours_and_the_buyer_is_reminded(world, buyer):
    paid_at = world.now - timedelta(hours=1)
    order = world.order(buyer, payment=card(paid_at))
    shown = buyer.say("i want to cancel the shoes i just bought")
    assert "available from November 21, 2026, 9:00 AM EST" in shown.text
    assert not [title for title in shown.buttons if "request" in title]

    assert "9:00 AM EST" in buyer.press("Remind me").text
    opens = paid_at + timedelta(hours=24)
    assert promises(world, order)["remind_cancel"] == opens
    assert not requests(world, order)

    world.sweep(opens - timedelta(seconds=1))
    assert "utter_told_reminder" not in world.log(buyer).responses
    world.sweep(opens)
    told = world.log(buyer)
    assert told.responses.count("utter_told_reminder") == 1
    assert f"Cancelling order {order.number}" in told.text
    world.sweep()
    assert world.log(buyer).responses.count("utter_told_reminder") == 1

    next_day = world.again(buyer)
    assert "has to agree" in next_day.say(f"cancel {order.number}").text
    next_day.say("yes")
    assert requests(world, order) == [("cancellation", "sent")]


@pytest.mark.req("R1.8")
@pytest.mark.parametrize(("age", "open_now"), [(-1, False), (0, True), (1, True)])
def test_the_gate_opens_to_the_second(world, buyer, age, open_now):
    paid_at = world.now - timedelta(hours=24, seconds=age)
    order = world.order(buyer, payment=card(paid_at))
    shown = buyer.say(f"cancel {order.number}")
    assert ("has to agree" in shown.text) is open_now
    assert ("available from" in shown.text) is not open_now


@pytest.mark.req("R1.8")
def test_an_early_verification_opens_nothing(world, buyer):
    payment = card(world.now - timedelta(hours=3))
    verified = (world.now - timedelta(hours=2)).isoformat()
    order = world.order(buyer, payment=payment | {"verified_at": verified})
    assert "available from" in buyer.say(f"cancel {order.number}").text


def test_other_ways_of_paying_wait_for_nothing(world, buyer):
    paid_at = (world.now - timedelta(hours=1)).isoformat()
    payment = {"method": "bank_transfer", "state": "paid", "paid_at": paid_at}
    order = world.order(buyer, payment=payment)
    assert "has to agree" in buyer.say(f"cancel {order.number}").text


@pytest.mark.req("R1.9")
def test_a_hold_is_offered_in_the_same_turn_and_asked_for_after_a_yes(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker, payment=card(world.now - timedelta(hours=1)))
    shown = buyer.say(f"cancel {order.number} pls")
    assert "available from" in shown.text
    assert f"ask {maker['nickname']} not to ship it" in shown.text
    assert "Yes, ask them to hold it" in shown.buttons
    assert not requests(world, order)

    sent = buyer.say("yes please")
    assert f"I'm asking {maker['nickname']} not to ship order {order.number}" in sent.text
    assert requests(world, order) == [("hold", "sent")]
    world.later(seconds=61)
    world.sweep()
    [letter] = letters(world, maker["email"])
    assert "not to ship this order for now" in letter.text
    page = look(letter.link)
    assert "Hold the parcel" in page.text
    assert "not to ship it for now" in page.text
    assert "can be cancelled" not in page.text

    press(letter.link, "agree")
    told = buyer.waits_for(lambda heard: bool(heard.messages))
    assert f"{maker['nickname']} has agreed not to ship order {order.number}" in told.text
    assert requests(world, order) == [("hold", "agreed")]
    assert world.stored(STOREFRONT, order.number).state == "open"


@pytest.mark.req("R1.9")
def test_a_declined_hold_is_told(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker, payment=card(world.now - timedelta(hours=1)))
    buyer.say(f"cancel {order.number}")
    buyer.press("Yes, ask them to hold it")
    world.later(seconds=61)
    world.sweep()
    [letter] = letters(world, maker["email"])
    press(letter.link, "decline")
    told = buyer.waits_for(lambda heard: bool(heard.messages))
    assert "so it may ship" in told.text
    assert requests(world, order) == [("hold", "declined")]


def test_a_parcel_that_ships_all_the_same_is_told_and_the_hold_is_over(world, buyer):
    maker = seller()
    payment = card(world.now - timedelta(hours=1))
    order = world.order(buyer, seller=maker, payment=payment)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.later(seconds=61)
    world.sweep()
    world.shop_says(buyer, order, payment=payment, **shipped(world.now))
    told = buyer.waits_for(lambda heard: bool(heard.messages))
    assert f"has shipped, although I had asked {maker['nickname']} to hold it" in told.text
    assert requests(world, order) == [("hold", "ended")]
    [letter] = letters(world, maker["email"])
    assert look(letter.link).status == 410


def test_an_order_that_was_cancelled_needs_no_hold(world, buyer):
    maker = seller()
    payment = card(world.now - timedelta(hours=24) + timedelta(minutes=5))
    order = world.order(buyer, seller=maker, payment=payment)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.later(minutes=5)
    world.sweep()
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.later(seconds=61)
    world.sweep()
    [hold, request] = letters(world, maker["email"])
    press(request.link, "agree")
    buyer.waits_for(lambda heard: "utter_told_refund_confirmed" in heard.responses)
    assert set(requests(world, order)) == {("hold", "ended"), ("cancellation", "done")}
    assert look(hold.link).status == 410

    before = world.log(buyer).responses
    world.later(days=4)
    world.sweep()
    assert world.log(buyer).responses == [*before, "chat_idle"]  # not a word about the hold


def test_a_hold_can_be_undone_before_it_leaves(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker, payment=card(world.now - timedelta(hours=1)))
    buyer.say(f"cancel {order.number}")
    buyer.say("please ask them not to ship it yet")
    assert "was not asked to hold" in buyer.press("Undo").text
    world.later(seconds=61)
    world.sweep()
    assert not letters(world, maker["email"])
    assert requests(world, order) == [("hold", "withdrawn")]


@pytest.mark.req("R1.10")
def test_an_unpaid_order_is_not_cancelled_by_hand(world, buyer):
    order = world.order(buyer, payment=UNPAID)
    told = buyer.say(f"please cancel {order.number}, i never paid for it")
    assert "there is nothing to do" in told.text
    assert "can't be cancelled by hand" in told.text
    assert not told.buttons

    buyer.say("yes")
    assert not requests(world, order)
    assert not about(world, "pending_commands", order)
    assert not left(world, order)
    assert world.stored(STOREFRONT, order.number).state == "open"


@pytest.mark.req("R1.11")
def test_an_unpaid_order_cancels_itself_at_the_moment_that_was_told(world, buyer):
    placed = world.now - timedelta(days=5, hours=12)
    order = world.order(buyer, payment=UNPAID, placed_at=placed.isoformat())
    told = buyer.say(f"when does my unpaid order {order.number} get cancelled")
    assert "will cancel itself on December 4, 2026, 10:00 PM EST" in told.text
    lapses = placed + timedelta(days=20)
    assert promises(world, order) == {"cancels_itself": lapses}

    world.sweep(lapses - timedelta(seconds=1))
    assert world.stored(STOREFRONT, order.number).state == "open"
    world.sweep(lapses)
    assert world.stored(STOREFRONT, order.number).state == "cancelled"
    heard = world.log(buyer)
    assert heard.responses[-1] == "utter_told_auto_cancelled"
    assert "Nothing was charged" in heard.text
    world.sweep()
    assert world.log(buyer).responses.count("utter_told_auto_cancelled") == 1
    assert left(world, order) == ["shop.cancel"]


@pytest.mark.req("R1.11")
def test_an_order_paid_in_time_does_not_cancel_itself(world, buyer):
    placed = world.now - timedelta(days=19)
    order = world.order(buyer, payment=UNPAID, placed_at=placed.isoformat())
    buyer.say(f"cancel {order.number}")
    paid = {"method": "bank_transfer", "state": "paid", "paid_at": world.now.isoformat()}
    world.shop_says(buyer, order, payment=paid)
    world.sweep(placed + timedelta(days=20))
    assert world.stored(STOREFRONT, order.number).state == "open"
    assert "utter_told_auto_cancelled" not in world.log(buyer).responses


@pytest.mark.req("R1.12")
def test_the_status_is_told_and_then_where_it_stands(world, buyer):
    order = world.order(buyer, **shipped(world.now - timedelta(days=1)))
    told = buyer.say(f"whats the status of {order.number}")
    status = told.text.index(f"Order {order.number} is Shipped")
    assert status < told.text.index("My Orders")
    assert "https://supplier-consent.example/my-orders" in told.text

    stranger = world.buyer(STOREFRONT, signed_in=False)
    refused = stranger.say(f"whats the status of {order.number}")
    assert "sign in" in refused.text
    assert "Shipped" not in refused.text


@pytest.mark.req("R1.13")
@pytest.mark.parametrize(
    ("changes", "tab"),
    [
        ({"payment": UNPAID}, "To pay"),
        ({"lines": [line(fulfilment="preparing")]}, "To ship"),
        ({"lines": [line(fulfilment="shipped")]}, "To receive"),
    ],
)
def test_the_tab_has_the_storefronts_own_name(world, buyer, changes, tab):
    order = world.order(buyer, **changes)
    told = buyer.say(f"where do i find order {order.number}")
    assert f"In My Orders it is under: {tab}" in told.text


@pytest.mark.req("R1.14")
def test_a_forgotten_password_leads_to_the_sign_in_page_and_is_never_asked_for(world, buyer):
    told = buyer.say("i forgot my password")
    assert "Forgot password" in told.text
    assert "https://supplier-consent.example/forgot-password" in told.text
    assert "I never need your password" in told.text

"""S1: a paid order is cancelled when its supplier agrees, before it ships."""

from datetime import timedelta

import pytest

from tests.conversation.letters import letters, look, press
from tests.conversation.records import about, left
from tests.conversation.world import card, order_entry, seller, shipped

STOREFRONT = "supplier-consent"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def paid(world):
    """A card payment past its first 24 hours, that the platform can refund."""
    return card(world.now - timedelta(hours=30))


def asked(world, buyer, **changes):
    """An order whose supplier has been asked, and the supplier's letter."""
    maker = seller()
    order = world.order(buyer, seller=maker, **({"payment": paid(world)} | changes))
    buyer.say(f"please cancel {order.number}")
    buyer.say("yes")
    world.later(seconds=61)
    world.sweep()
    [letter] = letters(world, maker["email"])
    return order, maker, letter


def request_of(world, order):
    """The one request there is about the order."""
    [request] = about(world, "order_requests", order)
    return request


def used_links(world, order):
    return world.sql(
        "SELECT * FROM one_time_links WHERE used_at IS NOT NULL AND subject_id = :r",
        r=request_of(world, order)["request_id"],
    )


def trail(world, order):
    """Who did what to the order and its requests, in order."""
    request = request_of(world, order)["request_id"]
    rows = world.sql(
        "SELECT actor, action FROM audit WHERE subject IN (:o, :r) ORDER BY audit_id",
        o=f"order:{STOREFRONT}/{order.number}",
        r=f"request:{request}",
    )
    return [(row["actor"].partition(":")[0], row["action"]) for row in rows]


@pytest.mark.req("R1.1")
def test_before_shipping_a_request_is_possible_and_the_state_comes_first(world, buyer):
    order = world.order(buyer)
    maybe = buyer.say(f"can i still cancel {order.number}?")
    assert f"Until order {order.number} ships, you can ask" in maybe.text
    assert "has to agree" in maybe.text
    shown = buyer.press("Cancel")
    assert shown.text.index("has not shipped") < shown.text.index("has to agree")
    assert "Yes, send the request" in shown.buttons
    assert not about(world, "order_requests", order)


@pytest.mark.req("R1.1")
def test_after_shipping_nothing_is_requested_and_the_supplier_can_be_written_to(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker, **shipped(world.now - timedelta(hours=5)))
    refused = buyer.say(f"cancel {order.number} please")
    assert "has shipped, so it can't be cancelled any more" in refused.text
    assert f"{maker['nickname']} may still find a solution" in refused.text

    buyer.press("Yes, write to them")
    world.sweep()
    [letter] = letters(world, maker["email"])
    assert "/s/" not in letter.text  # a message, not a request that an agreement would carry out
    assert not about(world, "order_requests", order)
    assert world.stored(STOREFRONT, order.number).state == "open"


@pytest.mark.req("R1.2")
def test_a_yes_sends_a_request_and_cancels_nothing(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    shown = buyer.say("hi i need to cancel my last order")
    assert f"{maker['nickname']} has to agree" in shown.text
    assert "send them a request" in shown.text

    sent = buyer.say("yes")
    assert f"your request for order {order.number} to {maker['nickname']}" in sent.text
    request = request_of(world, order)
    assert (request["kind"], request["state"], request["actor"]) == (
        "cancellation",
        "sent",
        "seller",
    )
    assert request["conversation_id"] == buyer.client.conversation_id
    assert left(world, order) == ["mail"]
    assert world.stored(STOREFRONT, order.number).state == "open"
    [decision] = about(world, "decisions", order)
    assert decision["decision_id"] == request["decision_id"]
    assert (decision["outcome"], decision["reason_code"]) == ("send_request", "consent_needed")


@pytest.mark.req("R1.3")
def test_the_three_steps_are_told_and_the_assistant_can_take_them_itself(world, buyer):
    order = world.order(buyer)
    told = buyer.say("how do i cancel an order")
    steps = ["My Orders (https://supplier-consent.example/my-orders)"]
    steps += ["Cancel Order", "Request Order Cancellation"]
    places = [told.text.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)

    buyer.press("Cancel an order")
    buyer.press("Yes, send the request")
    assert request_of(world, order)["state"] == "sent"


@pytest.mark.req("R1.3")
def test_the_card_of_an_order_offers_the_request_while_it_is_possible(world, buyer):
    order = world.order(buyer)
    assert "Cancel this order" in buyer.say(f"status of {order.number}").buttons
    world.shop_says(buyer, order, **shipped(world.now))
    assert "Cancel this order" not in buyer.say(f"status of {order.number}").buttons


def test_the_letter_waits_for_the_undo_and_shows_no_more_than_it_must(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.later(seconds=59)
    world.sweep()
    assert not letters(world, maker["email"])

    world.later(seconds=2)
    world.sweep()
    [letter] = letters(world, maker["email"])
    page = look(letter.link)
    assert page.status == 200
    for seen in (letter.text, page.text):
        assert "Blue canvas shoes" in seen
        assert "Ada" in seen
        assert "$42.00" not in seen
        assert buyer.email not in seen
        assert order.number not in seen


def test_following_the_link_changes_nothing(world, buyer):
    order, _, letter = asked(world, buyer)
    assert [look(letter.link).status for _ in range(3)] == [200, 200, 200]
    assert not used_links(world, order)
    assert request_of(world, order)["state"] == "sent"
    assert world.stored(STOREFRONT, order.number).state == "open"


@pytest.mark.req("R1.4")
def test_an_agreement_cancels_the_order_and_the_money_is_told_as_far_as_it_is_known(world, buyer):
    order, maker, letter = asked(world, buyer)
    assert press(letter.link, "agree").status == 200

    told = buyer.waits_for(lambda heard: "utter_told_refund_confirmed" in heard.responses)
    assert told.responses == [
        "utter_told_consent_agreed",
        "utter_told_cancelled_refund",
        "utter_told_refund_confirmed",
    ]
    agreed, cancelled, confirmed = [message["blocks"][0]["fallback"] for message in told.messages]
    assert f"{maker['nickname']} has agreed to cancel it, and it will not ship" in agreed
    assert "refund" not in agreed
    assert "$42.00 is on its way back to Visa ending 4242" in cancelled
    assert "confirmed" in confirmed

    stored = world.stored(STOREFRONT, order.number)
    assert (stored.state, stored.payment.state) == ("cancelled", "refunded")
    assert all(each.cancelled for each in stored.lines)
    assert request_of(world, order)["state"] == "done"
    assert sorted(left(world, order)) == ["mail", "payment.refund", "shop.cancel"]
    assert trail(world, order)[1:] == [
        ("seller", "request.agreed"),
        ("seller", "order.cancelling"),
        ("shop", "order.cancelled"),
        ("system", "request.done"),
        ("provider", "refund.confirmed"),
        ("provider", "payment.moved"),
    ]


@pytest.mark.req("R1.4")
def test_money_that_cannot_go_back_by_itself_is_not_called_refunded(world, buyer):
    order, _, letter = asked(world, buyer, payment=paid(world) | {"provider_ref": None})
    press(letter.link, "agree")
    told = buyer.waits_for(lambda heard: "utter_told_cancelled_manual" in heard.responses)
    [case] = about(world, "cases", order)
    assert case["number"] in told.text
    assert "by hand" in told.text
    assert "payment.refund" not in left(world, order)
    assert world.stored(STOREFRONT, order.number).payment.state == "paid"


@pytest.mark.req("R1.5")
def test_a_refusal_is_told_with_what_is_left_to_do(world, buyer):
    order, maker, letter = asked(world, buyer)
    assert press(letter.link, "decline").status == 200

    told = buyer.waits_for(lambda heard: bool(heard.messages))
    assert f"{maker['nickname']} has not agreed to cancel order {order.number}" in told.text
    assert "so it will ship" in told.text
    assert list(told.buttons) == ["Write to the supplier", "Open a case"]
    request = request_of(world, order)
    assert request["state"] == "declined"
    assert request["answered_at"] is not None
    assert trail(world, order)[-1] == ("seller", "request.declined")
    assert world.stored(STOREFRONT, order.number).state == "open"
    assert left(world, order) == ["mail"]

    buyer.press("Write to the supplier")
    buyer.say("Could you please send it without the box?")
    buyer.press("Yes")
    world.sweep()
    assert len(letters(world, maker["email"])) == 2


@pytest.mark.req("R1.5")
def test_silence_is_no_agreement(world, buyer):
    order, maker, letter = asked(world, buyer)
    due = world.now + timedelta(days=3)
    world.sweep(due - timedelta(seconds=62))
    assert request_of(world, order)["state"] == "sent"

    world.sweep(due)
    assert request_of(world, order)["state"] == "expired"
    told = world.log(buyer)
    assert told.responses[-1] == "utter_told_consent_expired"
    assert f"{maker['nickname']} has not answered in time" in told.text
    assert "will ship" in told.text
    assert world.stored(STOREFRONT, order.number).state == "open"

    assert look(letter.link).status == 410
    assert press(letter.link, "agree").status == 410
    world.sweep()
    assert world.stored(STOREFRONT, order.number).state == "open"
    assert world.log(buyer).responses == told.responses


@pytest.mark.req("R1.5")
def test_a_supplier_who_ships_ends_the_request_and_a_later_yes_is_a_case(world, buyer):
    order, _, letter = asked(world, buyer)
    world.shop_says(buyer, order, payment=paid(world), **shipped(world.now))
    told = buyer.waits_for(lambda heard: "utter_told_shipped_meanwhile" in heard.responses)
    assert "has shipped in the meantime" in told.text
    assert request_of(world, order)["state"] == "ended"

    answer = press(letter.link, "agree")
    assert "nothing was changed" in answer.text
    told = buyer.waits_for(lambda heard: bool(heard.messages))
    [case] = about(world, "cases", order)
    assert case["type"] == "late_agreement"
    assert case["number"] in told.text
    assert "so it stays as it is" in told.text
    world.sweep()
    assert world.stored(STOREFRONT, order.number).state == "open"
    assert left(world, order) == ["mail"]


@pytest.mark.req("R1.5")
def test_shipping_that_an_import_tells_ends_the_request_at_the_next_sweep(world, buyer):
    order, maker, _ = asked(world, buyer)
    entry = order_entry(buyer, world.now) | {"number": order.number, "seller": maker}
    entry |= shipped(world.now) | {"source_version": 2, "payment": paid(world)}
    world.tell_shop(entry)
    world.sweep()
    assert world.log(buyer).responses[-1] == "utter_told_shipped_meanwhile"
    assert request_of(world, order)["state"] == "ended"


def test_a_letter_that_has_not_left_does_not_leave_after_shipping(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.shop_says(buyer, order, **shipped(world.now))
    world.later(seconds=61)
    world.sweep()
    assert not letters(world, maker["email"])


@pytest.mark.parametrize("first", ["agree", "decline"])
def test_a_link_works_once(world, buyer, first):
    order, _, letter = asked(world, buyer)
    other = {"agree": "decline", "decline": "agree"}[first]
    assert press(letter.link, first).status == 200
    buyer.waits_for(lambda heard: bool(heard.messages))
    assert look(letter.link).status == 410
    assert press(letter.link, other).status == 410
    assert [row["answer"] for row in used_links(world, order)] == [first]
    cancels = left(world, order).count("shop.cancel")
    assert cancels == (1 if first == "agree" else 0)


def test_a_made_up_link_opens_nothing(world):
    assert look(f"{world.plan.address}/s/{'x' * 43}").status == 410


def test_a_second_yes_asks_nobody_twice(world, buyer):
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    question = buyer.heard
    buyer.press("Yes")
    assert "already with" in buyer.say("yes").text
    buyer.heard = question
    buyer.press("Yes")
    assert request_of(world, order)["state"] == "sent"
    assert left(world, order) == ["mail"]


def test_the_same_yes_from_two_tabs_asks_once(world, buyer):
    order = world.order(buyer)
    second = world.again(buyer)
    for tab in (buyer, second):
        tab.say(f"cancel {order.number}")
    buyer.say("yes")
    told = second.say("yes")
    assert "already with" in told.text
    assert left(world, order) == ["mail"]
    assert request_of(world, order)["state"] == "sent"


def test_a_request_is_taken_back_before_it_leaves(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    assert "was not sent" in buyer.press("Undo").text
    assert request_of(world, order)["state"] == "withdrawn"

    world.later(hours=1)
    world.sweep()
    assert not letters(world, maker["email"])
    shown = buyer.say(f"cancel {order.number}")
    assert "has to agree" in shown.text  # it may be asked for again


def test_a_never_mind_after_the_yes_says_that_it_stands_and_how_to_undo_it(world, buyer):
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    told = buyer.say("never mind")
    assert "still stands" in told.text
    assert request_of(world, order)["state"] == "sent"
    buyer.press("Undo")
    assert request_of(world, order)["state"] == "withdrawn"


def test_another_shops_fee_is_not_borrowed(world, buyer):
    order = world.order(buyer)
    buyer.say(f"where is {order.number}")
    told = buyer.say("is there a restocking fee")
    assert "Supplier Consent has no stated rule about a restocking fee" in told.text


def test_what_has_left_cannot_be_taken_back(world, buyer):
    order, maker, _ = asked(world, buyer)
    assert "too late to undo" in buyer.say("undo that").text
    assert request_of(world, order)["state"] == "sent"
    assert len(letters(world, maker["email"])) == 1


def test_an_answer_in_the_buyers_words_is_passed_on(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.say("because i ordered the wrong size")
    buyer.say("yes")
    world.later(seconds=61)
    world.sweep()
    [letter] = letters(world, maker["email"])
    assert "wrong size" in letter.text

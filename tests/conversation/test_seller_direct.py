"""S0: only the seller can cancel. The assistant says so, writes to them, and promises nothing."""

from datetime import timedelta

import pytest

from tests.conversation.letters import letters
from tests.conversation.records import about, codes, left
from tests.conversation.world import card, line, seller, shipped

STOREFRONT = "seller-direct"
NOT_SHIPPED = {
    "not paid": {"payment": {"method": "card", "state": "awaiting"}},
    "paid": {},
    "being packed": {"lines": [line(fulfilment="preparing")]},
}
FEES = {
    "a share": ({"percent": "12.5"}, "may charge a restocking fee of 12.5%"),
    "an amount": ({"flat": {"minor": 500, "currency": "USD"}}, "a restocking fee of $5.00"),
    "of unknown size": ({}, "may charge a restocking fee."),
    "unknown": (None, "may charge a restocking fee."),
}


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def delivered(moment):
    """What changes in an order once its line has arrived."""
    sent = shipped(moment - timedelta(hours=6))
    parcel = sent["shipments"][0] | {"state": "delivered", "delivered_at": moment.isoformat()}
    return sent | {"lines": [line(fulfilment="delivered")], "shipments": [parcel]}


def written_to(world, number):
    """The rows of every attempt to reach the seller about an order."""
    return world.sql("SELECT * FROM seller_contacts WHERE order_number = :n", n=number)


@pytest.mark.req("R0.5")
def test_the_assistant_cancels_nothing_and_writes_to_the_seller_after_a_yes(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)

    shown = buyer.say("hey i want to cancel my blue shoes order pls")
    assert f"Only {maker['nickname']} can cancel order {order.number}" in shown.text
    assert codes(world, order) == ["seller_decides"]
    assert not left(world, order)

    sent = buyer.say("yes please")
    assert f"I'm writing to {maker['nickname']} about order {order.number}" in sent.text
    assert left(world, order) == ["mail"]
    attempt = written_to(world, order.number)[0]
    assert (attempt["channel"], attempt["conversation_id"]) == (
        "mail",
        buyer.client.conversation_id,
    )
    assert world.stored(STOREFRONT, order.number).state == "open"
    assert "cancelled" not in world.log(buyer).text


def test_the_letter_names_the_order_and_nothing_of_the_buyer_but_the_first_name(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.press("Yes, write to them")

    world.sweep()
    [letter] = letters(world, maker["email"])
    for fact in (order.number, "Blue canvas shoes", "Ada", maker["nickname"]):
        assert fact in letter.text
    assert "whether the order can be cancelled" in letter.text
    assert buyer.email not in letter.text


def test_a_letter_about_something_else_does_not_ask_for_a_cancellation(world, buyer):
    maker = seller()
    world.order(buyer, seller=maker)
    shown = buyer.say("can you write to the seller for me")
    assert maker["nickname"] in shown.text
    buyer.say("Which wool is it made of?")
    buyer.say("yes")
    world.sweep()
    [letter] = letters(world, maker["email"])
    assert "Which wool is it made of?" in letter.text
    assert "cancel" not in letter.text


def test_a_second_yes_does_not_write_twice(world, buyer):
    order = world.order(buyer)
    buyer.say(f"cancel order {order.number}")
    yes = buyer.heard
    buyer.press("Yes")
    buyer.heard = yes
    buyer.press("Yes")  # the same button again, as from a second tab
    again = buyer.say("yes")
    assert "on its way already" in again.text
    assert left(world, order) == ["mail"]
    assert len(written_to(world, order.number)) == 1


def test_a_no_leaves_everything_as_it_is(world, buyer):
    order = world.order(buyer)
    buyer.say(f"can you cancel {order.number}?")
    told = buyer.press("No, leave it")
    assert "nothing was changed" in told.text
    assert not left(world, order)
    assert not written_to(world, order.number)


@pytest.mark.req("R0.6")
@pytest.mark.parametrize("state", NOT_SHIPPED)
def test_before_shipping_it_is_hopeful_and_not_promised(world, buyer, state):
    order = world.order(buyer, **NOT_SHIPPED[state])
    shown = buyer.say(f"cancel {order.number}")
    assert "has not shipped" in shown.text
    assert "should be able to do it without trouble" in shown.text
    assert "can't promise" in shown.text
    assert codes(world, order) == ["seller_decides"]


@pytest.mark.req("R0.7")
def test_after_shipping_the_seller_may_ask_for_it_back(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker, **shipped(world.now - timedelta(hours=5)))
    shown = buyer.say(f"i dont want order {order.number} anymore, cancel it")
    assert "has shipped" in shown.text
    assert f"only {maker['nickname']} can decide" in shown.text
    assert "may ask you to return it once it arrives" in shown.text
    assert "without trouble" not in shown.text
    assert codes(world, order) == ["seller_decides_shipped"]

    buyer.press("Yes")
    world.sweep()
    assert len(letters(world, maker["email"])) == 1
    assert world.stored(STOREFRONT, order.number).state == "open"


@pytest.mark.req("R0.8")
@pytest.mark.parametrize("known", FEES)
@pytest.mark.parametrize("state", [shipped, delivered])
def test_the_restocking_fee_is_told_as_far_as_it_is_known(world, buyer, known, state):
    fee, told = FEES[known]
    order = world.order(
        buyer, seller=seller(restocking_fee=fee), **state(world.now - timedelta(days=1))
    )
    assert told in buyer.say(f"cancel {order.number}").text
    asked = buyer.say("do they charge a restocking fee?")
    assert told.rstrip(".") in asked.text


@pytest.mark.req("R0.9")
@pytest.mark.parametrize(
    "changes",
    [lambda now: {}, lambda now: shipped(now - timedelta(days=1)), delivered],
    ids=["not shipped", "shipped", "delivered"],
)
def test_both_policies_of_the_seller_stand_where_cancelling_is_discussed(world, buyer, changes):
    maker = seller()
    order = world.order(buyer, seller=maker, **changes(world.now - timedelta(hours=1)))
    shown = buyer.say(f"cancel {order.number}")
    assert maker["shipping_policy_url"] in shown.text
    assert maker["returns_policy_url"] in shown.text


@pytest.mark.req("R0.9")
def test_the_policies_are_to_be_read_before_ordering(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"where is {order.number}")
    told = buyer.say("what is the sellers return policy")
    assert "before ordering" in told.text
    assert maker["shipping_policy_url"] in told.text
    assert maker["returns_policy_url"] in told.text


@pytest.mark.req("R0.19")
def test_a_seller_whose_mail_bounces_should_not_exist_and_becomes_a_case(world, buyer):
    maker = seller(email_valid=False)
    order = world.order(buyer, seller=maker)
    shown = buyer.say(f"cancel {order.number}")
    assert "That shouldn't happen" in shown.text

    opened = buyer.press("Yes, open a case")
    [case] = about(world, "cases", order)
    assert case["number"] in opened.text
    assert case["conversation_id"] == buyer.client.conversation_id
    world.sweep()
    assert not letters(world, maker["email"])
    assert not left(world, order)


def test_what_changed_between_question_and_yes_is_shown_again(world, buyer):
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    world.shop_says(buyer, order, **shipped(world.now))

    again = buyer.say("yes")
    assert "has changed since I last asked" in again.text
    assert "has shipped" in again.text
    assert not written_to(world, order.number)
    buyer.say("yes")
    assert len(written_to(world, order.number)) == 1


def test_nobody_unverified_reaches_an_order(world, buyer):
    order = world.order(buyer)
    stranger = world.buyer(STOREFRONT, signed_in=False)
    refused = stranger.say(f"cancel {order.number}")
    assert "sign in" in refused.text
    assert "https://seller-direct.example/sign-in" in refused.text
    assert not codes(world, order)
    stranger.say("yes")
    assert not left(world, order)


@pytest.mark.req("R0.1")
def test_the_greeting_offers_help_before_and_after_ordering(world):
    newcomer = world.buyer(STOREFRONT, signed_in=False)
    hello = newcomer.say("hello")
    assert "order" in hello.text
    assert "before" in hello.text
    assert {"My order", "Before I buy"} <= set(hello.buttons)
    assert "before buying" in newcomer.press("Before I buy").text.lower()


def test_the_gate_of_another_storefront_does_not_apply(world, buyer):
    order = world.order(buyer, payment=card(world.now - timedelta(hours=1)))
    shown = buyer.say(f"cancel {order.number}")
    assert "available from" not in shown.text
    assert codes(world, order) == ["seller_decides"]


def mailed(world):
    """What an order has whose buyer got the purchase notification a day ago."""
    return {"notification_sent_at": (world.now - timedelta(days=1)).isoformat()}


@pytest.mark.req("R0.2")
def test_the_sellers_address_is_told_to_the_buyer_of_the_order_and_to_nobody_else(world, buyer):
    maker = seller(phone="+1 555 0100")
    order = world.order(buyer, seller=maker, **mailed(world))
    buyer.say(f"where is {order.number}")
    for question in ("what is the seller's phone?", "what is the seller's e-mail?"):
        told = buyer.say(question)
        assert "It's in the e-mail we sent on" in told.text
        assert f"{world.now - timedelta(days=1):%B} " in told.text
        assert maker["email"] in told.text
        assert maker["phone"] in told.text
    assert not written_to(world, order.number)

    for other in (world.buyer(STOREFRONT), world.buyer(STOREFRONT, signed_in=False)):
        told = other.say(f"what is the email of the seller of {order.number}")
        assert maker["email"] not in told.text
        assert maker["phone"] not in told.text


@pytest.mark.req("R0.2")
def test_an_address_that_does_not_work_is_not_given_out(world, buyer):
    maker = seller(email_valid=False)
    world.order(buyer, seller=maker, **mailed(world))
    told = buyer.say("what is the seller's e-mail?")
    assert "That shouldn't happen" in told.text
    assert maker["email"] not in told.text


@pytest.mark.req("R0.3")
def test_how_to_reach_the_seller_is_a_path_and_a_button(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    told = buyer.say("how do i contact the seller")
    for step in ("order history", "order details", "at the top right", "click the name"):
        assert step in told.text
    assert not written_to(world, order.number)

    shown = buyer.press(f"Contact {maker['nickname']}")
    assert order.number in shown.text
    buyer.say("Which wool is it made of?")
    buyer.say("yes")
    assert len(written_to(world, order.number)) == 1


def test_who_wrote_already_is_told_so_and_asked_whether_to_write_again(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    assert "on its way already" in buyer.say("ok").text
    assert "won't" not in buyer.say("thanks").text
    assert f"You wrote to {maker['nickname']} about it on" in buyer.say("did they answer?").text

    world.later(days=2)
    returned = world.again(buyer)
    again = returned.say(f"cancel {order.number}")
    assert f"I see you wrote to {maker['nickname']} on" in again.text
    assert again.text.count("?") == 1
    assert "Only" not in again.text
    assert len(written_to(world, order.number)) == 1
    returned.press("Yes, write again")
    assert len(written_to(world, order.number)) == 2


def test_an_offered_case_lapses_with_the_next_topic(world, buyer):
    world.order(buyer)
    assert "case" in buyer.say("this is ridiculous, you are useless").text
    buyer.say("thanks")
    buyer.say("yes")
    assert not world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )

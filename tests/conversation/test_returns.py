"""Giving something back in chat: which line, why, what limits it, and a case for review."""

import json
from datetime import timedelta

import pytest

from tests.conversation.records import about, codes, is_untouched, left, promised
from tests.conversation.world import card, line, seller

VISA = "Visa ending 4242"
REASON = "it is one size too small for me"


def arrived(now, *lines, ago=timedelta(hours=20)):
    """What changes in an order that was received that long ago."""
    placed, left_at, at = now - ago - timedelta(days=4), now - ago - timedelta(days=2), now - ago
    goods = [each | {"fulfilment": "delivered"} for each in lines or (line(),)]
    parcel = {
        "shipment_id": "p1",
        "line_ids": [each["line_id"] for each in goods],
        "state": "delivered",
        "shipped_at": left_at.isoformat(),
        "delivered_at": at.isoformat(),
    }
    return {
        "placed_at": placed.isoformat(),
        "payment": card(placed),
        "lines": goods,
        "shipments": [parcel],
        "fulfilment_started_at": left_at.isoformat(),
        "total": {"minor": 4200 * len(goods), "currency": "USD"},
    }


def hat(**changes):
    return line(line_id="2", sku="HAT-RED", name="Red wool hat", **changes)


def the_case(world, order):
    (case,) = about(world, "cases", order)
    return case


@pytest.fixture
def group(world):
    return world.buyer("group-buy")


@pytest.fixture
def desk(world):
    return world.buyer("helpdesk")


@pytest.mark.req("R3.16")
def test_lines_come_first_and_a_replacement_of_one_of_them_can_be_asked_for(world, desk):
    order = world.order(desk, **arrived(world.now, line(), hat()))
    asked = desk.say(f"i want to exchange something from {order.number}")
    assert asked.responses == ["utter_return_ask_lines"]
    assert [row["name"] for row in asked.blocks("line_picker")[0]["lines"]] == [
        "Blue canvas shoes",
        "Red wool hat",
    ]
    assert desk.say("the red hat").responses == ["utter_return_ask_text"]
    shown = desk.say(REASON)
    assert "Goods: Red wool hat" in shown.text
    assert f"Why: {REASON}" in shown.text
    assert "You'd like: a replacement" in shown.text
    assert is_untouched(world, order)

    told = desk.press("Yes, submit it").text
    case = the_case(world, order)
    assert case["number"] in told
    assert (case["type"], json.loads(case["line_ids"])) == ("return_request", ["2"])
    assert (case["description"], case["resolution"]) == (REASON, "replacement")


@pytest.mark.req("R3.16")
def test_with_one_line_none_is_asked_and_the_wish_is_a_button(world, desk):
    order = world.order(desk, **arrived(world.now))
    assert desk.say(f"i want to return {order.number}").responses == ["utter_return_ask_text"]
    assert list(desk.say(REASON).buttons) == ["A refund", "A replacement", "No preference"]
    assert "You'd like: no preference" in desk.press("No preference").text
    desk.say("yes")
    assert the_case(world, order)["resolution"] == "none"


@pytest.mark.req("R3.17")
def test_a_request_is_submitted_for_review_and_never_granted_here(world, desk):
    order = world.order(desk, **arrived(world.now))
    desk.say(f"i want my money back for {order.number}")
    shown = desk.say(REASON)
    assert "A person reviews whether it is eligible" in shown.text
    told = desk.say("yes please")
    assert "It is submitted for review" in told.text
    for said in (shown.text, told.text):
        assert "approved" not in said.lower()
        assert "will be refunded" not in said.lower()
    case = the_case(world, order)
    assert (case["state"], case["verdict"], case["decided_by"]) == ("open", None, None)
    assert set(codes(world, order)) == {"return_review"}
    assert promised(world, order) == ["case_acknowledged", "reviewed"]
    assert not about(world, "refunds", order)

    news = desk.say(f"where is my refund for {order.number}").text
    assert f"in case {case['number']}" in news
    assert "nothing is decided yet" in news


@pytest.mark.req("R4.8")
def test_a_reason_that_is_too_short_is_asked_for_once_more(world, group):
    order = world.order(group, **arrived(world.now))
    group.say(f"i'd like to send {order.number} back")
    assert group.say("too small").responses == ["utter_return_ask_text_more"]
    assert group.say("at the toes").responses == ["utter_return_ask_defective"]
    for answer in ("no", "no", "yes", "no preference"):
        group.say(answer)
    group.say("yes")
    assert the_case(world, order)["description"] == "too small at the toes"


@pytest.mark.req("R4.13")
def test_opened_goods_are_limited_and_it_is_asked_whether_they_were(world, group):
    order = world.order(group, **arrived(world.now))
    group.say(f"i want to return {order.number}")
    assert "Is it faulty" in group.say("i do not like them after all").text
    assert "opened or used" in group.press("No").text
    group.press("Yes")
    shown = group.press("A refund").text
    assert "opened or used goods that can't be sold again are limited here" in shown
    assert "unless they are faulty or the law gives you more" in shown
    assert set(codes(world, order)) <= {"facts_missing", "return_opened_limited"}
    group.say("yes")
    case = the_case(world, order)
    assert (case["subject"], case["owner"]) == ("return_opened_limited", "platform")
    thread = world.sql("SELECT text FROM case_entries WHERE case_number = :c", c=case["number"])
    assert any("Opened or used: yes" in row["text"] for row in thread)


@pytest.mark.req("R4.13")
def test_faulty_goods_are_not_limited_although_they_were_opened(world, group):
    order = world.order(group, **arrived(world.now))
    group.say(f"i want to return {order.number}")
    group.say("the sole came off after one day")
    assert "clear photos" in group.say("yes").text
    group.send_photo()
    shown = group.press("A refund").text
    assert "limited" not in shown
    assert "Photos: 1" in shown
    group.say("yes")
    case = the_case(world, order)
    assert (case["subject"], case["issue"]) == ("return_review", "defective")
    assert case["evidence"] == "given"
    photos = world.sql(
        "SELECT case_number FROM attachments WHERE case_number = :c", c=case["number"]
    )
    assert len(photos) == 1


@pytest.mark.req("R4.12")
def test_goods_as_described_and_not_wanted_are_limited_and_that_can_be_contested(world, group):
    order = world.order(group, **arrived(world.now))
    group.say(f"i want to return {order.number}")
    group.say("i simply changed my mind about them")
    group.say("no")
    assert "match its listing" in group.say("no").text
    group.say("yes")
    shown = group.press("No preference").text
    assert "simply not wanted any more are limited here" in shown
    assert "you can contest that" in shown
    group.say("yes")
    assert the_case(world, order)["subject"] == "return_preference_limited"


@pytest.mark.req("R4.12")
def test_goods_that_differ_from_their_listing_are_not_limited(world, group):
    order = world.order(group, **arrived(world.now))
    group.say(f"i want to return {order.number}")
    group.say("the colour is another one than shown")
    for answer in ("no", "no", "no"):
        group.say(answer)
    assert "limited" not in group.press("No preference").text
    group.say("yes")
    assert the_case(world, order)["subject"] == "return_review"


REASONS = {
    "perishable": "it is perishable and spoils quickly",
    "short_shelf_life": "it keeps only for a short time",
    "made_to_order": "it was made to order for you",
    "hygiene": "it is a hygiene product",
}


@pytest.mark.req("R4.14")
@pytest.mark.parametrize("kind", REASONS)
def test_restricted_goods_get_the_reason_of_their_class(kind, world, group):
    order = world.order(group, **arrived(world.now, line(return_class=kind)))
    group.say(f"i want to return {order.number}")
    group.say("i do not need it any more")
    group.say("no")
    shown = group.press("No preference").text
    assert f"restricted, because {REASONS[kind]}" in shown
    assert "you can contest that" in shown
    group.say("yes")
    assert the_case(world, order)["subject"] == "return_class_limited"


@pytest.mark.req("R4.10")
@pytest.mark.parametrize(
    ("ago", "is_late"), [(timedelta(days=6), False), (timedelta(days=9), True)]
)
def test_after_seven_days_it_is_still_accepted_and_said_to_be_late(ago, is_late, world, group):
    order = world.order(group, **arrived(world.now, ago=ago))
    group.say(f"i want to return {order.number}")
    group.say("the sole came off after one day")
    group.say("yes, it is faulty")
    group.say("i can't take photos")
    shown = group.press("A refund").text
    assert ("It is later than ideal" in shown) is is_late
    assert ("the review may be harder" in shown) is is_late
    assert "submitted for review" in group.say("yes").text
    code = "return_late" if is_late else "return_review"
    assert the_case(world, order)["subject"] == code


@pytest.mark.req("R4.11")
def test_where_the_money_would_go_is_said_masked(world, group):
    order = world.order(group, **arrived(world.now))
    told = group.say(f"which card will the refund for {order.number} go to").text
    assert f"goes to the way you paid: {VISA}" in told
    assert "another permitted way" in told
    assert is_untouched(world, order)
    group.say("i want to return it")
    group.say("the sole came off after one day")
    group.say("yes")
    group.say("i can't take photos")
    assert f"goes to the way you paid, {VISA}" in group.press("A refund").text


def test_the_seller_decides_by_their_own_terms_and_gets_a_letter(world):
    buyer = world.buyer("seller-direct")
    fee = {"percent": "15"}
    order = world.order(buyer, **arrived(world.now), seller=seller(restocking_fee=fee))
    buyer.say(f"i want to return {order.number}")
    buyer.say(REASON)
    shown = buyer.press("A refund").text
    assert "by their own policy" in shown
    assert "restocking fee of 15%" in shown
    assert "/returns" in shown
    assert is_untouched(world, order)
    assert "decides by their own policy" in buyer.say("yes").text
    assert left(world, order) == ["mail"]
    assert the_case(world, order)["owner"] == "seller"


@pytest.mark.parametrize("storefront", ["supplier-consent", "status-gated"])
def test_where_no_rule_is_stated_it_is_said_and_the_seller_is_offered(storefront, world):
    buyer = world.buyer(storefront)
    order = world.order(buyer, **arrived(world.now))
    shown = buyer.say(f"can i return {order.number}").text
    assert "no stated rule for returning" in shown
    assert "Birch & Co is the one to ask" in shown
    assert is_untouched(world, order)


def test_a_question_in_between_is_answered_and_the_form_goes_on(world, desk):
    order = world.order(desk, **arrived(world.now))
    desk.say(f"i want to return {order.number}")
    heard = desk.say("are you a bot?")
    assert heard.responses == ["utter_bot_challenge", "utter_return_ask_text"]
    assert "nothing was changed" in desk.say("never mind").text.lower()
    assert is_untouched(world, order)

"""What a person accepts happens: an action that waited for their yes, and a reviewed wish."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aftersale.domain.orders import OrderState
from aftersale.domain.requests import OutboxKind
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.desk import act, audited, case_of, case_row, cases, hears
from tests.conversation.records import about, left, outbox
from tests.conversation.records import audited as done_to
from tests.conversation.stack import running_app, shared_engine
from tests.conversation.world import World, card, line, shipped

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)
YES = ("--verdict", "accepted", "--code", "rules_cover_it")
NO = ("--verdict", "declined", "--code", "rules_exclude_it")


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[World]:
    """An assistant of its own: where the status decides, a person confirms cancelling first."""
    folder = tmp_path_factory.mktemp("approve")
    rules = folder / "storefronts"
    shutil.copytree(ROOT / "storefronts", rules)
    with (rules / "status-gated.yml").open("a", encoding="utf-8") as policy:
        policy.write("\nlaunch:\n  actions: {cancel: approve}\n")
    with shared_engine(folder) as path:
        stack = json.loads(path.read_text(encoding="utf-8"))
        stack["settings"] = {"AFTERSALE_STOREFRONTS_DIR": str(rules)}
        with running_app(stack, folder / "world") as (plan, clock):
            settings = plan.settings()
            engine = make_engine(settings.database_url)
            yield World(plan, settings, clock, engine, make_uow_factory(engine))
            engine.dispose()


@pytest.fixture
def waiting(world):
    """A buyer whose yes to a cancellation waits for a person: buyer, order, case number."""
    buyer = world.buyer("status-gated")
    order = world.order(buyer, payment=card(world.now - DAY))
    assert "a person confirms this first" in buyer.say(f"cancel {order.number}").text
    told = buyer.say("yes").text
    case = case_of(world, buyer)
    assert case["type"] == "launch_approval"
    assert case["number"] in told
    assert "nothing has been done or sent yet" in told
    assert world.stored("status-gated", order.number) == order
    assert not left(world, order)
    return buyer, order, case["number"]


@pytest.fixture
def reviewed(world):
    """A buyer whose wish to cancel after the start is reviewed: buyer, order, case number."""
    buyer = world.buyer("group-buy")
    begun = {"lines": [line(fulfilment="preparing")], "payment": card(world.now - DAY)}
    order = world.order(buyer, **begun)
    buyer.say(f"please cancel {order.number}, i changed my mind")
    buyer.press("Yes, ask")
    case = case_of(world, buyer)
    assert case["type"] == "cancellation_review"
    assert not left(world, order)
    return buyer, order, case["number"]


@pytest.fixture
def wanted_back(world):
    """A buyer whose wish to cancel a paid order became a refund request: buyer, order, case."""
    buyer = world.buyer("group-buy")
    order = world.order(buyer, payment=card(world.now - DAY))
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    case = case_of(world, buyer)
    assert case["type"] == "refund_request"
    assert not left(world, order)
    return buyer, order, case["number"]


def is_cancelled_once(world, order, number):
    """Say whether the shop and the provider were asked once, under the key of the buyer's yes."""
    key = case_row(world, number)["idempotency_key"]
    (request,) = about(world, "order_requests", order)
    (refund,) = about(world, "refunds", order)
    (asked,) = [row for row in outbox(world, order) if row["kind"] == OutboxKind.SHOP_CANCEL]
    assert (request["idempotency_key"], asked["idempotency_key"]) == (key, key)
    assert (request["case_number"], request["actor"]) == (number, "platform")
    assert refund["amount_minor"] == 4200
    assert done_to(world, order).count("order.cancelling") == 1
    return world.stored(order.storefront, order.number).state is OrderState.CANCELLED


def test_the_action_that_waited_happens_once_when_a_person_accepts(world, waiting):
    buyer, order, number = waiting
    act(world, "mia", "decide", number, *YES)
    told = hears(buyer, "utter_told_cancelled_refund")
    assert "your request is accepted" in world.log(buyer).text
    assert f"order {order.number}" in told.text
    assert "You can undo" not in world.log(buyer).text
    assert is_cancelled_once(world, order, number)
    assert ("case.carried_out", "agent:mia") in audited(world, number)
    again = cases(world, "decide", number, "--as", "noa", *YES)
    assert "[case_over]" in again.err
    assert is_cancelled_once(world, order, number)


def test_the_action_that_waited_is_refused_when_it_shipped_meanwhile(world, waiting):
    buyer, order, number = waiting
    world.shop_says(buyer, order, payment=card(world.now - DAY), **shipped(world.now))
    refused = cases(world, "decide", number, "--as", "mia", *YES)
    assert (refused.code, refused.out) == (1, "")
    assert "[not_possible]" in refused.err
    assert "shipped" in refused.err
    assert "Nothing was changed" in refused.err
    assert case_row(world, number)["state"] == "open"
    assert not left(world, order)

    act(world, "mia", "decide", number, *NO, "--text", "It left this morning.")
    told = hears(buyer, "utter_told_case_declined").text
    assert "It left this morning." in told
    assert f"Order {order.number} stays as it is" in told
    assert world.stored(order.storefront, order.number).state is OrderState.OPEN


def test_an_accepted_review_cancels_the_order_and_sends_the_money_back(world, reviewed):
    buyer, order, number = reviewed
    act(world, "mia", "decide", number, *YES)
    hears(buyer, "utter_told_cancelled_refund")
    said = world.log(buyer)
    wanted = [
        "utter_told_case_accepted",
        "utter_cancel_done_refund",
        "utter_told_cancelled_refund",
    ]
    assert [each for each in said.responses if each in wanted] == wanted
    assert is_cancelled_once(world, order, number)


def test_a_rejected_review_says_why_and_what_remains(world, reviewed):
    buyer, order, number = reviewed
    before = world.stored(order.storefront, order.number)
    act(world, "mia", "decide", number, *NO)
    told = hears(buyer, "utter_told_case_declined")
    assert "do not cover it" in told.text
    assert f"Order {order.number} stays as it is" in told.text
    assert told.buttons
    assert world.stored(order.storefront, order.number) == before
    assert not left(world, order)


def test_an_accepted_refund_request_cancels_the_order_and_the_money_comes_back_once(
    world, wanted_back
):
    buyer, order, number = wanted_back
    act(world, "mia", "decide", number, *YES)
    hears(buyer, "utter_told_cancelled_refund")
    assert is_cancelled_once(world, order, number)


def test_an_accepted_refund_request_for_goods_under_way_says_that_the_order_stays(
    world, wanted_back
):
    buyer, order, number = wanted_back
    world.shop_says(buyer, order, payment=card(world.now - DAY), **shipped(world.now))
    act(world, "mia", "decide", number, *YES)
    assert (
        f"order {order.number} itself is not cancelled"
        in hears(buyer, "utter_told_case_stands").text
    )
    assert world.stored(order.storefront, order.number).state is OrderState.OPEN
    (refund,) = about(world, "refunds", order)
    assert refund["amount_minor"] == 4200
    assert not [row for row in outbox(world, order) if row["kind"] == OutboxKind.SHOP_CANCEL]
    assert "itself is not cancelled" in cases(world, "show", number, "--as", "mia").out

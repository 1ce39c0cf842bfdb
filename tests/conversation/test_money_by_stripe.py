"""Money goes back through Stripe (a server of our own stands in), which also tells by itself."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.request import Request, urlopen

import pytest

from aftersale.adapters.stripe_events import SIGNATURE
from aftersale.demo.prepare import prepare, train
from aftersale.demo.stack import Plan, app, engine
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.records import about
from tests.conversation.stack import START
from tests.conversation.world import World, card
from tests.stripe_server import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    FakeStripe,
    fake_stripe,
    problem,
    signature,
)


@pytest.fixture(scope="module")
def stripe() -> Iterator[FakeStripe]:
    with fake_stripe() as server:
        yield server


@pytest.fixture(scope="module")
def world(tmp_path_factory, stripe) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("stripe")
    clock = folder / "clock"
    clock.write_text(START.isoformat(), encoding="utf-8")
    train()
    more = {
        "AFTERSALE_CLOCK": str(clock),
        "AFTERSALE_SWEEP_EVERY": "86400",
        "AFTERSALE_PAYMENTS": "stripe",
        "AFTERSALE_STRIPE_SECRET_KEY": SECRET_KEY,
        "AFTERSALE_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "AFTERSALE_STRIPE_API_BASE": stripe.url,
    }
    plan = Plan(folder / "data", more=more)
    settings = plan.settings()
    prepare(settings)
    with ExitStack() as parts:
        database = make_engine(settings.database_url)
        parts.callback(database.dispose)
        parts.enter_context(engine(settings))
        parts.enter_context(app(plan))
        made = World(plan, settings, clock, database, make_uow_factory(database))
        parts.callback(made.close)
        yield made


def cancelled(world, stripe, buyer):
    """Cancel an order paid by card; return it once its money was asked for."""
    payment = card(world.now)
    stripe.pay(payment["provider_ref"], 4200)
    order = world.order(buyer, payment=payment)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.later(seconds=61)
    world.sweep()
    return world.stored(buyer.storefront, order.number)


def tells(world, stripe, kind, thing):
    """Let Stripe post an event to the running app; return its answer."""
    body = stripe.event(kind, thing)
    address = f"{world.plan.address}/api/v1/payments/stripe"
    headers = {"Content-Type": "application/json", SIGNATURE: signature(body, world.now)}
    with urlopen(Request(address, body, headers)) as answer:
        return json.load(answer)


def refund_of(world, order):
    (row,) = about(world, "refunds", order)
    return row


def test_a_refund_is_made_once_and_told_and_a_bank_that_returns_it_is_told_too(world, stripe):
    buyer = world.buyer("status-gated")
    order = cancelled(world, stripe, buyer)
    made = [r for r in stripe.refunds if r["payment_intent"] == order.payment.provider_ref]
    assert [each["amount"] for each in made] == [4200]
    assert refund_of(world, order)["provider_ref"] == made[0]["id"]
    buyer.waits_for(lambda heard: "utter_told_refund_confirmed" in heard.responses)

    failed = {**made[0], "status": "failed", "failure_reason": "expired_or_canceled_card"}
    assert tells(world, stripe, "refund.failed", failed) == {"taken": True}
    told = buyer.waits_for(lambda heard: "utter_told_payment_reversed" in heard.responses)
    (case,) = about(world, "cases", order)
    assert case["number"] in told.text
    assert refund_of(world, order)["state"] == "reversed"
    assert "sent it back" in buyer.say("where is my refund").text


def test_a_refusal_is_a_case_and_a_message_without_the_providers_words(world, stripe):
    buyer = world.buyer("status-gated")
    stripe.faults.append(problem(400, "charge_already_refunded"))
    order = cancelled(world, stripe, buyer)
    told = buyer.waits_for(lambda heard: "utter_told_payment_refused" in heard.responses)
    (case,) = about(world, "cases", order)
    assert (case["type"], refund_of(world, order)["state"]) == ("payment_refused", "refused")
    assert case["number"] in told.text
    assert "SECRET" not in told.text


def test_an_answer_that_was_lost_is_settled_by_stripes_own_word(world, stripe):
    buyer = world.buyer("status-gated")
    stripe.faults.append("lose")
    order = cancelled(world, stripe, buyer)
    assert refund_of(world, order)["state"] == "pending"
    (made,) = [r for r in stripe.refunds if r["payment_intent"] == order.payment.provider_ref]
    assert tells(world, stripe, "refund.updated", made) == {"taken": True}
    buyer.waits_for(lambda heard: "utter_told_refund_confirmed" in heard.responses)
    world.later(minutes=20)
    world.sweep()
    mine = [r for r in stripe.refunds if r["payment_intent"] == order.payment.provider_ref]
    assert len(mine) == 1
    assert refund_of(world, order)["state"] == "confirmed"
    assert stripe.keyless == 0

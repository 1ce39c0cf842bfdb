"""The relay with Stripe behind it: each refund exactly once, whatever dies and whenever."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from aftersale.adapters.stripe_events import KEY, read_event
from aftersale.domain.cases import CaseType
from aftersale.domain.orders import OrderKind
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OutboxState, RefundState
from aftersale.services.provider_word import ProviderWord
from tests.stripe_server import SECRET_KEY, WEBHOOK_SECRET, problem
from tests.unit.services.world import NOW, S2, S4, World

ROOT = Path(__file__).resolve().parents[3]


class Killed(BaseException):
    """Ends what runs, as the end of the process would."""


class DiesAfterwards:
    """A provider after whose answer the process ends."""

    def __init__(self, payments):
        self._payments = payments

    def refund(self, **asked):
        self._payments.refund(**asked)
        raise Killed


@pytest.fixture
def paid(stripe, payments):
    """A cancelled order whose refund waits to be asked for."""
    stripe.pay("pi_1", 1999)
    w = World(S2)
    w.payments = payments
    w.propose()
    w.yes()
    w.later(seconds=60).relay().run(w.now, jitter=lambda: 0.0)  # the shop agrees
    return w


def held(stripe, payments, *, captured):
    stripe.pay("pi_1", 1999, captured=captured)
    more = {"kind": OrderKind.UNLIMITED_GROUP, "campaign_ends_at": NOW + timedelta(days=1)}
    w = World(S4, paid=PaymentState.AUTHORISED, **more)
    w.payments = payments
    w.propose()
    w.yes()
    w.later(seconds=60).run_relay()
    return w


def word(w):
    return ProviderWord(w.wiring, refunds_of=w.payments.refunds_of)


def tell(w, stripe, kind, thing, *, twice=False):
    event = read_event(json.loads(stripe.event(kind, thing)))
    taken = word(w).take(event, now=w.now)
    return word(w).take(event, now=w.now) if twice else taken


def row(w):
    return next(each for each in w.outbox() if each.kind.value.startswith("payment"))


def test_a_refund_goes_its_way_once_and_is_told(paid, stripe):
    paid.run_relay()
    assert paid.only("refunds").state is RefundState.CONFIRMED
    assert paid.only("refunds").provider_ref == stripe.refunds[0]["id"]
    assert paid.told()[-1] == "utter_told_refund_confirmed"


@pytest.mark.parametrize("forgets", [False, True], ids=["keys kept", "keys forgotten"])
def test_an_end_between_the_providers_answer_and_our_writing_repeats_nothing(
    paid, stripe, forgets
):
    real, paid.payments = paid.payments, DiesAfterwards(paid.payments)
    with pytest.raises(Killed):
        paid.run_relay()
    assert len(stripe.refunds) == 1
    assert paid.only("refunds").state is RefundState.PENDING
    paid.payments = real
    if forgets:
        stripe.keys.clear()
    paid.run_relay()
    assert row(paid).state is OutboxState.PENDING  # its lease still holds
    paid.later(seconds=61).run_relay()
    assert paid.only("refunds").state is RefundState.CONFIRMED
    assert len(stripe.refunds) == 1
    assert paid.told().count("utter_told_refund_confirmed") == 1


def test_two_relays_that_deliver_the_same_row_refund_once_and_tell_once(paid, stripe):
    first, second = paid.relay(), paid.relay()
    with paid.wiring.uow() as uow:
        (claimed,) = uow.outbox.claim(paid.now, lease=60, limit=10)
        uow.commit()
    for relay in (first, second):
        relay._handle(claimed, paid.now, lambda: 0.0)
    assert len(stripe.refunds) == 1
    assert paid.told().count("utter_told_refund_confirmed") == 1


@pytest.mark.parametrize("fault", ["lose", "drop", problem(429, "rate_limit")])
def test_trouble_on_the_way_costs_time_and_nothing_else(paid, stripe, fault):
    stripe.faults.append(fault)
    paid.run_relay()
    assert paid.only("refunds").state is RefundState.PENDING
    paid.later(minutes=1).run_relay()
    assert paid.only("refunds").state is RefundState.CONFIRMED
    assert len(stripe.refunds) == 1


def test_a_refusal_becomes_a_case_and_a_message_without_the_providers_words(paid, stripe):
    stripe.faults.append(problem(400, "charge_already_refunded"))
    paid.run_relay()
    assert paid.only("refunds").state is RefundState.REFUSED
    assert paid.only("cases").type is CaseType.PAYMENT_REFUSED
    assert paid.told()[-1] == "utter_told_payment_refused"
    assert "SECRET" not in str(paid.store.tables.entries)


def test_a_hold_is_released(stripe, payments):
    w = held(stripe, payments, captured=False)
    assert stripe.intents["pi_1"]["status"] == "canceled"
    assert w.only("refunds").state is RefundState.CONFIRMED
    assert w.stored().payment.state is PaymentState.VOIDED


def test_a_hold_that_was_captured_meanwhile_becomes_a_case(stripe, payments):
    w = held(stripe, payments, captured=True)
    assert w.only("refunds").state is RefundState.REFUSED
    assert w.only("cases").type is CaseType.PAYMENT_REFUSED
    assert stripe.refunds == []


def test_silence_to_the_end_is_unknown_and_a_late_event_settles_it(paid, stripe):
    stripe.faults.extend(["lose", *["drop"] * 20])
    stripe.during = None
    for _ in range(4):
        stripe.refunds, made = [], stripe.refunds or []  # the list does not show it yet
        paid.later(minutes=20).run_relay()
        stripe.refunds = made or stripe.refunds
    assert paid.only("refunds").state is RefundState.UNKNOWN
    assert paid.only("cases").type is CaseType.UNKNOWN_EFFECT
    (made,) = stripe.refunds
    assert tell(paid, stripe, "refund.updated", made)
    assert paid.only("refunds").state is RefundState.CONFIRMED
    assert paid.told()[-1] == "utter_told_refund_confirmed"


def test_a_refund_under_way_is_settled_by_its_event_and_asked_for_no_sooner_than_a_day(
    paid, stripe
):
    stripe.refund_status = "pending"
    paid.run_relay()
    assert paid.only("refunds").state is RefundState.PENDING
    asked = len(stripe.calls)
    paid.later(hours=23).run_relay()
    assert len(stripe.calls) == asked
    stripe.refunds[0]["status"] = "succeeded"
    tell(paid, stripe, "refund.updated", stripe.refunds[0], twice=True)
    assert paid.only("refunds").state is RefundState.CONFIRMED
    paid.later(hours=2).run_relay()
    assert row(paid).state is OutboxState.DONE
    assert paid.told().count("utter_told_refund_confirmed") == 1


def test_a_refund_that_failed_after_it_was_confirmed_is_reversed_told_and_a_case(paid, stripe):
    paid.run_relay()
    failed = {**stripe.refunds[0], "status": "failed", "failure_reason": "lost_or_stolen_card"}
    assert not tell(paid, stripe, "refund.failed", failed, twice=True)
    assert paid.only("refunds").state is RefundState.REVERSED
    assert paid.only("cases").type is CaseType.PAYMENT_REFUSED
    assert paid.told()[-1] == "utter_told_payment_reversed"
    # Late and out of order: the success that came before it changes nothing any more.
    tell(paid, stripe, "refund.updated", stripe.refunds[0])
    assert paid.only("refunds").state is RefundState.REVERSED


def test_an_event_that_is_faster_than_our_own_writing_is_told_once(paid, stripe):
    real = paid.payments

    class TellsFirst:
        def refund(self, **asked):
            reference = real.refund(**asked)
            event = read_event(json.loads(stripe.event("refund.created", stripe.refunds[0])))
            ProviderWord(paid.wiring, refunds_of=real.refunds_of).take(event, now=paid.now)
            return reference

    paid.payments = TellsFirst()
    paid.run_relay()
    assert paid.only("refunds").state is RefundState.CONFIRMED
    assert paid.told().count("utter_told_refund_confirmed") == 1


def test_a_refunded_charge_is_asked_about_where_the_event_does_not_say_which(paid, stripe):
    stripe.faults.append("lose")
    paid.run_relay()
    tell(paid, stripe, "charge.refunded", {"id": "ch_1", "payment_intent": "pi_1"})
    assert paid.only("refunds").state is RefundState.CONFIRMED


def test_a_cancelled_payment_settles_the_release_whose_answer_was_lost(stripe, payments):
    stripe.faults.append("lose")
    w = held(stripe, payments, captured=False)
    assert w.only("refunds").state is RefundState.PENDING
    tell(w, stripe, "payment_intent.canceled", stripe.intents["pi_1"])
    assert w.only("refunds").state is RefundState.CONFIRMED
    assert w.stored().payment.state is PaymentState.VOIDED


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("refund.updated", {"id": "re_x", "status": "succeeded", "metadata": {}}),
        ("refund.failed", {"id": "re_x", "status": "failed"}),
        (
            "refund.updated",
            {"id": "re_x", "status": "succeeded", "metadata": {KEY: "?"}},
        ),
        ("payment_intent.canceled", {"id": "pi_of_somebody"}),
        ("customer.created", {"id": "cus_1"}),
    ],
)
def test_what_is_not_ours_changes_nothing(paid, stripe, kind, thing):
    assert tell(paid, stripe, kind, thing)
    assert paid.only("refunds").state is RefundState.PENDING


CHILD = """
import os, sys
from aftersale.adapters.payments_stripe import StripePayments
from aftersale.bootstrap import bootstrap
from aftersale.settings import Settings
if sys.argv[1] != "lives":
    real = StripePayments.refund
    def refund(self, **asked):
        if sys.argv[1] == "dies after":
            real(self, **asked)
        os._exit(9)
    StripePayments.refund = refund
services = bootstrap(Settings.from_env(os.environ))
while services.run_relay():
    pass
services.close()
"""


@pytest.mark.parametrize(("dies", "made"), [("dies before", 0), ("dies after", 1)])
def test_a_process_that_is_killed_around_the_providers_answer_refunds_once(
    stored, stripe, tmp_path, dies, made
):
    stripe.pay("pi_1", 1999)
    w = stored(S2)
    w.propose()
    w.yes()
    environ = {
        "PATH": os.environ["PATH"],
        "AFTERSALE_MODE": "test",
        "AFTERSALE_DATA_DIR": str(tmp_path),
        "AFTERSALE_DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
        "AFTERSALE_PAYMENTS": "stripe",
        "AFTERSALE_STRIPE_SECRET_KEY": SECRET_KEY,
        "AFTERSALE_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "AFTERSALE_STRIPE_API_BASE": stripe.url,
    }

    def relay(how, minutes):
        clock = {"AFTERSALE_CLOCK": (NOW + timedelta(minutes=minutes)).isoformat()}
        argv = [sys.executable, "-c", CHILD, how]
        return subprocess.run(argv, cwd=ROOT, env=environ | clock, check=False).returncode

    assert relay(dies, 2) == 9
    assert len(stripe.refunds) == made
    assert relay("lives", 4) == 0
    assert len(stripe.refunds) == 1
    assert stripe.keyless == 0
    with w.wiring.uow() as unit:
        (refund,) = unit.requests.refunds(S2, w.number)
        told = [e.body["response"] for e in unit.conversations.events("conv", since=0)]
    assert refund.state is RefundState.CONFIRMED
    assert told.count("utter_told_refund_confirmed") == 1

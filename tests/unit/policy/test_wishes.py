"""Holding, writing, taking back; what each knob turns; what a decision carries."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftersale.domain.orders import ReasonClass
from aftersale.domain.payments import PaymentState
from aftersale.policy import decide as decide_module
from aftersale.policy.decide import decide
from aftersale.policy.decision import Alternative as A
from aftersale.policy.decision import Ask, MoneyMove, Outcome
from aftersale.policy.facts import Request
from aftersale.policy.knobs import (
    AfterCutoff,
    AskReason,
    CancelActor,
    Cutoff,
    HeldMoney,
    NextStep,
    Until,
)
from tests.unit.policy.cases import (
    JOINED,
    SHIPPED,
    UNPAID,
    ask,
    cancel,
    facts,
    policies,
    policy,
)

HOLD = [
    ("supplier-consent", {"paid_at": "-1h"}, "hold_possible", "send_request"),
    ("supplier-consent", SHIPPED, "hold_too_late", "refuse"),
    ("supplier-consent", {"hold_open": True}, "hold_already_open", "refuse"),
    ("supplier-consent", UNPAID, "hold_not_offered", "refuse"),
    ("supplier-consent", {"lines": ["shipped", "none"]}, "partial", "review"),
    ("supplier-consent", {"lines": [None]}, "facts_missing", "review"),
    ("supplier-consent", {"seller_known": False}, "facts_missing", "review"),
    ("supplier-consent", {"order_state": "cancelling"}, "cancelling", "refuse"),
    ("supplier-consent", {"order_state": "completed"}, "order_completed", "review"),
    ("status-gated", {}, "hold_not_offered", "refuse"),
    ("helpdesk", {}, "hold_not_offered", "refuse"),
]


@pytest.mark.parametrize(("key", "given", "code", "outcome"), HOLD)
def test_a_supplier_is_asked_to_hold_only_where_and_while_it_helps(key, given, code, outcome):
    decision = ask(policies()[key], wish=Ask.HOLD, **given)
    assert (decision.reason_code, decision.outcome) == (code, outcome)


CONTACT = [
    ("seller-direct", {}, "contact_possible", "send_request"),
    ("status-gated", SHIPPED, "contact_possible", "send_request"),
    (
        "seller-direct",
        {"order_state": "cancelled", "lines": []},
        "contact_possible",
        "send_request",
    ),
    ("seller-direct", {"seller_known": False}, "contact_no_seller", "handoff"),
    ("helpdesk", {}, "contact_no_seller", "handoff"),
    ("group-buy", {}, "contact_no_seller", "handoff"),
]


@pytest.mark.parametrize(("key", "given", "code", "outcome"), CONTACT)
def test_a_message_to_the_seller_is_possible_where_there_is_one(key, given, code, outcome):
    decision = ask(policies()[key], wish=Ask.CONTACT_SELLER, **given)
    assert (decision.reason_code, decision.outcome) == (code, outcome)


UNDO = [
    ({}, "undo_nothing"),
    ({"order_state": "cancelling"}, "facts_missing"),
    ({"order_state": "cancelling", "cancel_asked_at": "-10s"}, "undo_possible"),
    ({"order_state": "cancelled", "lines": [], "cancel_asked_at": "-10s"}, "undo_too_late"),
]


@pytest.mark.parametrize(("given", "code"), UNDO)
def test_a_cancellation_is_taken_back_only_inside_the_window(given, code):
    assert ask(policy("status-gated"), wish=Ask.UNDO_CANCEL, **given).reason_code == code


def test_with_no_window_there_is_no_undo():
    given = {"order_state": "cancelling", "cancel_asked_at": "+0s"}
    decision = ask(policy("status-gated", undo_window=0), wish=Ask.UNDO_CANCEL, **given)
    assert decision.reason_code == "undo_too_late"


def test_the_reason_is_asked_first_only_where_the_knob_says_so():
    first = policy("status-gated", cancel__ask_reason=AskReason.FIRST)
    assert ask(first).outcome is Outcome.REVIEW
    assert ask(first, reason=ReasonClass.CONVENIENCE).outcome is Outcome.DO_NOW
    assert cancel("status-gated").outcome is Outcome.DO_NOW


@pytest.mark.parametrize("wish", [Ask.HOLD, Ask.CONTACT_SELLER])
def test_before_the_launch_no_letter_is_sent(wish):
    off = policy("supplier-consent", launch__act=False)
    assert ask(off, wish=wish, paid_at="-1h").reason_code == "launch_off"


def test_before_the_launch_nothing_is_done_or_sent():
    for key, given in (("status-gated", {}), ("supplier-consent", {"paid_at": "-30h"})):
        rules = policy(key)
        off = replace(rules, launch=replace(rules.launch, act=False))
        assert ask(rules, **given).outcome in {"do_now", "send_request"}
        assert ask(off, **given).reason_code == "launch_off"
        assert ask(off, **SHIPPED).reason_code == "shipped"


# Each knob that a requirement hangs on: turned, the answer is another one.
TURNED = [
    ("seller-direct", {"cancel__actor": CancelActor.BUYER}, {}, "status_allows"),  # R0.5
    ("seller-direct", {"cancel__cutoff": Cutoff.PLACED}, {}, "seller_decides_shipped"),  # R0.6
    ("seller-direct", {"cancel__cutoff": Cutoff.DELIVERED}, SHIPPED, "seller_decides"),  # R0.7
    ("supplier-consent", {"cancel__cutoff": Cutoff.DELIVERED}, SHIPPED, "consent_needed"),  # R1.1
    ("supplier-consent", {"cancel__actor": CancelActor.BUYER}, {}, "status_allows"),  # R1.2
    ("supplier-consent", {"cancel__not_before": {}}, {"paid_at": "-1h"}, "consent_needed"),  # R1.8
    ("supplier-consent", {"unpaid__manual": True}, UNPAID, "unpaid_allowed"),  # R1.10
    ("supplier-consent", {"unpaid__auto_after": None}, UNPAID, "not_stated"),  # R1.11
    ("status-gated", {"cancel__actor": CancelActor.UNSPECIFIED}, {}, "not_stated"),  # R2.13
    ("status-gated", {"cancel__cutoff": Cutoff.DELIVERED}, SHIPPED, "status_allows"),  # R2.14
    ("group-buy", {"unpaid__manual": None}, UNPAID, "not_stated"),  # R4.3
    (
        "group-buy",
        {"authorised__until": Until.UNSPECIFIED},
        {**JOINED, "campaign_ends_at": "+1d"},
        "not_stated",
    ),  # R4.4
    (
        "group-buy",
        {"cancel__cutoff": Cutoff.SHIPPED},
        {"lines": ["preparing"]},
        "paid_review",
    ),  # R4.6
    ("group-buy", {"cancel__after_cutoff": ()}, SHIPPED, "facts_missing"),  # R4.6
    ("group-buy", {"cancel__refund_request_states": ()}, {}, "facts_missing"),  # R4.7
]


@pytest.mark.parametrize(("key", "knobs", "given", "code"), TURNED)
def test_each_knob_turns_its_answer(key, knobs, given, code):
    assert cancel(key, **given).reason_code != code
    assert ask(policy(key, **knobs), **given).reason_code == code


def test_what_is_left_after_the_cut_off_is_a_knob():
    bare = policy("status-gated", cancel__after_cutoff=())
    assert A.CONTACT_SELLER not in ask(bare, **SHIPPED).alternatives
    only = policy("seller-direct", cancel__after_cutoff=(AfterCutoff.CONTACT_SELLER,))
    assert A.RETURN_ON_RECEIPT not in ask(only, **SHIPPED).alternatives


def test_the_fee_is_looked_at_only_where_one_may_apply():
    fee = {"restocking_fee": {"percent": "12.5"}}
    assert cancel("seller-direct", **SHIPPED, **fee).facts["restocking_fee"] == {
        "percent": "12.5",
        "flat": None,
    }
    flat = {"restocking_fee": {"flat": {"minor": 500, "currency": "USD"}}}
    told = cancel("seller-direct", **SHIPPED, **flat).facts["restocking_fee"]
    assert told == {"percent": None, "flat": {"minor": 500, "currency": "USD"}}
    without = policy("seller-direct", cancel__restocking_fee=False)
    assert "restocking_fee" not in ask(without, **SHIPPED, **fee).facts


def test_the_fault_path_depends_on_the_knob():
    given = {"lines": ["preparing"], "reason": ReasonClass.FAULT}
    assert cancel("group-buy", **given).reason_code == "started_fault"
    blind = policy("group-buy", cancel__reason_class_matters=False)
    assert ask(blind, **given).reason_code == "started_convenience"


@pytest.mark.parametrize("held", list(HeldMoney))
def test_what_becomes_of_a_hold_is_a_knob(held):
    decision = ask(policy("group-buy", authorised__money=held), **JOINED, campaign_ends_at="+1d")
    assert decision.money == held.value


def test_where_no_rule_is_stated_the_storefront_names_the_next_step():
    assert cancel("helpdesk").outcome is Outcome.HANDOFF
    to_seller = policy("helpdesk", unspecified__next=NextStep.SELLER, contact__offered=True)
    assert ask(to_seller).outcome is Outcome.CONTACT_ONLY
    assert cancel("status-gated", **UNPAID).outcome is Outcome.CONTACT_ONLY


def test_a_rule_that_raises_means_review(monkeypatch):
    def broken(question):
        raise ZeroDivisionError

    monkeypatch.setitem(decide_module.RULES, Ask.CANCEL, (broken,))
    decision = cancel("status-gated")
    assert decision.outcome is Outcome.REVIEW
    assert decision.verdicts[0].rule == "broken"


def test_a_time_too_far_away_to_add_to_means_review():
    placed = datetime.max.replace(tzinfo=UTC)
    known = replace(facts("supplier-consent", **UNPAID), placed_at=placed)
    decision = decide(policy("supplier-consent"), known, Request(Ask.CANCEL), placed)
    assert decision.outcome is Outcome.REVIEW


def test_where_no_rule_speaks_a_person_looks(monkeypatch):
    monkeypatch.setitem(decide_module.RULES, Ask.CANCEL, ())
    decision = cancel("status-gated")
    assert (decision.outcome, decision.reason_code) == ("review", "facts_missing")


def test_a_decision_names_its_requirements_and_its_version():
    decision = cancel("supplier-consent", paid_at="-1h")
    assert decision.requirements == ("R1.8", "R1.9")
    assert decision.policy_version == "2026-01"
    assert decision.storefront == "supplier-consent"
    assert decision.facts["paid_at"] == "2026-11-10T11:00:00+00:00"
    assert {v.rule for v in decision.verdicts} == {"gate_is_open", "supplier_consents"}


def test_charged_money_goes_back_and_unpaid_money_does_not():
    assert cancel("status-gated").money is MoneyMove.REFUND
    assert cancel("group-buy", **UNPAID).money is MoneyMove.NONE
    assert cancel("status-gated", payment_state=PaymentState.VERIFYING).money is MoneyMove.REFUND

"""What each rule must hold, and that no doubt ever becomes a yes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftersale.domain.orders import ReasonClass
from aftersale.domain.payments import PaymentState
from aftersale.policy import decide as decide_module
from aftersale.policy.answers import ANSWERS
from aftersale.policy.codes import REASON_CODES
from aftersale.policy.decide import decide
from aftersale.policy.decision import Alternative as A
from aftersale.policy.decision import Ask, MoneyMove, Outcome
from aftersale.policy.facts import Request
from aftersale.policy.facts_from import facts_for
from aftersale.policy.knobs import (
    AfterCutoff,
    AskReason,
    CancelActor,
    Cutoff,
    HeldMoney,
    NextStep,
    Partial,
    Until,
)
from tests.unit.policy.cases import (
    DELIVERED,
    JOINED,
    KEYS,
    NOW,
    SHIPPED,
    UNPAID,
    ask,
    cancel,
    facts,
    policies,
    policy,
)


def test_every_code_has_a_meaning_and_an_answer():
    assert set(ANSWERS) == set(REASON_CODES)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("wish", list(Ask))
def test_somebody_elses_order_is_answered_as_one_that_does_not_exist(key, wish):
    rules = policies()[key]
    unknown = facts_for(None, asking_buyer="me", storefront=key, seller=None, requests=())
    foreign = facts(key, asking_buyer="me", order_buyer="you", **SHIPPED)
    elsewhere = facts("helpdesk" if key != "helpdesk" else "group-buy", asking_buyer="the-buyer")
    answers = [decide(rules, known, Request(wish), NOW) for known in (unknown, foreign, elsewhere)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].reason_code == "not_found"
    assert answers[0].outcome is Outcome.REFUSE
    assert answers[0].facts == {}


@pytest.mark.parametrize("wish", list(Ask))
def test_without_a_verified_buyer_nothing_is_said(wish):
    decision = ask(policy("status-gated"), wish=wish, asking_buyer=None)
    assert decision.reason_code == "not_verified"
    assert decision.facts == {}


CONTRADICTIONS = {
    "delivered but never delivered": {"delivered_at": "-1d"},
    "shipped at a time, no line shipped": {"shipped_at": "-1d"},
    "delivered before it shipped": {**DELIVERED, "shipped_at": "-1h"},
    "shipped before it was placed": {**SHIPPED, "placed_at": "-1h"},
    "awaiting payment, paid": {"payment_state": "awaiting", "paid_at": "-1d"},
    "cancelled with open lines": {"order_state": "cancelled"},
    "open with every line cancelled": {
        "lines": [{"line_id": "1", "fulfilment": "none", "cancelled": True}]
    },
    "two lines of one id": {"lines": [{"line_id": "1", "fulfilment": "none"}] * 2},
    "a time without a zone": {"paid_at": "2026-11-01T12:00:00"},
    "a campaign end without a zone": {"campaign_ends_at": "2026-11-01T12:00:00"},
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("given", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictory_facts_are_reviewed_everywhere(key, given):
    decision = cancel(key, **given)
    assert (decision.outcome, decision.reason_code) == ("review", "facts_contradict")
    assert decision.money is MoneyMove.UNKNOWN


@pytest.mark.parametrize("key", KEYS)
def test_a_present_time_without_a_zone_is_reviewed(key):
    naive = NOW.replace(tzinfo=None)
    assert ask(policies()[key], now=naive).outcome is Outcome.REVIEW


GATED = ("supplier-consent", "status-gated", "group-buy")
UNKNOWN = {
    "where the goods are": {"lines": [None]},
    "where one line is": {"lines": ["none", None]},
    "no lines at all": {"lines": []},
    "the state of the order": {"order_state": None},
    "the state of the payment": {"payment_state": None},
}


@pytest.mark.parametrize("key", GATED)
@pytest.mark.parametrize("given", UNKNOWN.values(), ids=UNKNOWN)
def test_what_decides_and_is_not_known_is_reviewed(key, given):
    decision = cancel(key, **given)
    assert (decision.outcome, decision.reason_code) == ("review", "facts_missing")


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("supplier-consent", {"paid_at": None}),
        ("supplier-consent", {"payment_method": None}),
        ("supplier-consent", {"seller_known": False}),
        ("supplier-consent", {**UNPAID, "placed_at": None}),
        ("group-buy", {**JOINED, "campaign_ends_at": None}),
        ("group-buy", {**JOINED, "order_kind": None}),
        ("seller-direct", {"lines": [None]}),
    ],
)
def test_a_fact_only_this_storefront_needs_is_missed_there(key, given):
    assert cancel(key, **given).reason_code == "facts_missing"


def test_what_a_storefront_does_not_need_is_not_missed():
    assert cancel("status-gated", paid_at=None, placed_at=None).outcome is Outcome.DO_NOW
    assert cancel("helpdesk", lines=[None], payment_state=None).outcome is Outcome.HANDOFF


@pytest.mark.parametrize("key", GATED)
@pytest.mark.parametrize("state", ["failed", "voided", "refunded"])
def test_a_payment_that_went_wrong_or_back_is_reviewed(key, state):
    decision = cancel(key, payment_state=state)
    assert (decision.outcome, decision.reason_code) == ("review", "facts_contradict")


def test_a_part_refund_is_a_refund_request_only_where_the_storefront_says_so():
    assert cancel("group-buy", payment_state="part_refunded").reason_code == "paid_review"
    assert cancel("status-gated", payment_state="part_refunded").reason_code == "facts_contradict"


@pytest.mark.parametrize("key", GATED)
def test_goods_that_came_back_are_reviewed(key):
    assert cancel(key, lines=["returned"]).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("key", "state", "code"),
    [
        ("status-gated", "lost", "shipped"),
        ("status-gated", "picked_up", "delivered"),
        ("status-gated", "pickup_arranged", "status_allows"),
        ("group-buy", "pickup_arranged", "started_convenience"),
        ("group-buy", "lost", "started_convenience"),
        ("group-buy", "picked_up", "received_review"),
        ("seller-direct", "lost", "seller_decides_shipped"),
        ("seller-direct", "returned", "seller_decides_delivered"),
    ],
)
def test_every_place_of_the_goods_is_on_one_side(key, state, code):
    assert cancel(key, lines=[state]).reason_code == code


@pytest.mark.parametrize(
    ("key", "states"),
    [
        ("supplier-consent", ["shipped", "none"]),
        ("status-gated", ["delivered", "preparing"]),
        ("group-buy", ["preparing", "none"]),
    ],
)
def test_lines_on_both_sides_follow_the_knob(key, states):
    assert cancel(key, lines=states).reason_code == "partial"
    strict = ask(policy(key, cancel__partial=Partial.AS_PAST), lines=states)
    assert strict.reason_code in {"shipped", "started_convenience"}


def test_lines_on_both_sides_are_never_told_to_wait():
    given = {"paid_at": "-1h", "lines": ["shipped", "none"]}
    assert cancel("supplier-consent", **given).reason_code == "partial"
    assert cancel("supplier-consent", **UNPAID, lines=["shipped", "none"]).reason_code == "partial"


def test_the_cut_off_is_looked_at_for_the_lines_that_are_meant():
    rules = policy("status-gated")
    assert ask(rules, only=("2",), lines=["shipped", "none"]).outcome is Outcome.DO_NOW
    assert ask(rules, only=("1",), lines=["shipped", "none"]).reason_code == "shipped"


def test_cancelled_lines_do_not_count():
    gone = {"line_id": "1", "fulfilment": "shipped", "cancelled": True}
    left = {"line_id": "2", "fulfilment": "none"}
    assert cancel("status-gated", lines=[gone, left]).outcome is Outcome.DO_NOW


@pytest.mark.parametrize("only", [("9",), ("1", "9")])
@pytest.mark.parametrize("key", KEYS)
def test_lines_that_are_not_there_are_reviewed(key, only):
    assert ask(policies()[key], only=only).reason_code == "facts_contradict"


def test_a_line_already_cancelled_cannot_be_meant():
    gone = {"line_id": "1", "fulfilment": "none", "cancelled": True}
    lines = [gone, {"line_id": "2", "fulfilment": "none"}]
    assert ask(policy("status-gated"), only=("1",), lines=lines).outcome is Outcome.REVIEW


def test_a_hold_is_let_go_as_a_whole():
    given = {**JOINED, "campaign_ends_at": "+1d", "lines": ["none", "none"]}
    assert ask(policy("group-buy"), only=("1",), **given).reason_code == "partial"
    assert ask(policy("group-buy"), only=("1", "2"), **given).reason_code == "hold_release"


def test_a_stale_start_of_preparation_is_reviewed():
    decision = cancel("group-buy", fulfilment_started_at="-1h")
    assert decision.reason_code == "facts_contradict"
    assert cancel("status-gated", fulfilment_started_at="-1h").outcome is Outcome.DO_NOW


@pytest.mark.parametrize("key", GATED)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"order_state": "cancelled", "lines": []}, "already_cancelled"),
        ({"order_state": "cancelling"}, "cancelling"),
        ({"cancellation_open": True}, "request_already_open"),
        ({"order_state": "completed"}, "order_completed"),
    ],
)
def test_the_order_axis_comes_first(key, given, code):
    # group-buy: an order that is merely paid is reviewed anyway, and finished ranks after that
    expected = "paid_review" if (key, code) == ("group-buy", "order_completed") else code
    assert cancel(key, **given).reason_code == expected


def test_a_completed_order_that_arrived_is_told_so():
    done = {**DELIVERED, "order_state": "completed"}
    assert cancel("status-gated", **done).reason_code == "delivered"
    assert cancel("seller-direct", **done).reason_code == "seller_decides_delivered"
    assert cancel("group-buy", **done).reason_code == "received_review"


def test_shipping_ends_an_open_request():
    decision = cancel("supplier-consent", **SHIPPED, cancellation_open=True)
    assert decision.reason_code == "shipped"


def test_cash_on_delivery_never_lapses():
    given = {**UNPAID, "payment_method": "cash_on_delivery"}
    assert cancel("supplier-consent", **given).reason_code == "not_stated"
    assert cancel("group-buy", **given).reason_code == "unpaid_allowed"


def test_an_authorised_order_outside_a_campaign_has_no_rule():
    given = {**JOINED, "order_kind": "normal", "campaign_ends_at": "+1d"}
    decision = cancel("group-buy", **given)
    assert (decision.reason_code, decision.outcome) == ("not_stated", "handoff")


def test_nobody_is_sent_to_a_seller_who_cannot_be_reached():
    for given in ({}, SHIPPED):
        decision = cancel("seller-direct", seller_known=False, **given)
        assert A.CONTACT_SELLER not in decision.alternatives
        assert A.OPEN_CASE in decision.alternatives
    unstated = cancel("status-gated", **UNPAID, seller_known=False)
    assert (unstated.outcome, unstated.alternatives) == ("handoff", (A.OPEN_CASE,))


def test_the_hold_message_is_offered_once():
    assert A.ASK_HOLD in cancel("supplier-consent", paid_at="-1h").alternatives
    assert A.ASK_HOLD not in cancel("supplier-consent", paid_at="-1h", hold_open=True).alternatives
    without = policy("supplier-consent", hold__offered=False)
    assert A.ASK_HOLD not in ask(without, paid_at="-1h").alternatives


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
def test_asking_to_hold(key, given, code, outcome):
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
def test_writing_to_the_seller(key, given, code, outcome):
    decision = ask(policies()[key], wish=Ask.CONTACT_SELLER, **given)
    assert (decision.reason_code, decision.outcome) == (code, outcome)


UNDO = [
    ({}, "undo_nothing"),
    ({"order_state": "cancelling"}, "facts_missing"),
    ({"order_state": "cancelling", "cancel_asked_at": "-10s"}, "undo_possible"),
    ({"order_state": "cancelled", "lines": [], "cancel_asked_at": "-10s"}, "undo_too_late"),
]


@pytest.mark.parametrize(("given", "code"), UNDO)
def test_taking_a_cancellation_back(given, code):
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

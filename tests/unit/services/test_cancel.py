"""Cancelling: shown exactly, then a yes, then once; undo while it has not left."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseState
from aftersale.domain.conversations import Owner
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderKind, OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import CommandState, OutboxKind
from aftersale.services.call import OrderHint
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4, World


def intents(reply):
    return [c if isinstance(c, str) else c["intent"] for c in reply.variables["choices"]]


@pytest.mark.req("R2.13")
def test_a_proposal_changes_nothing_and_names_order_amount_and_destination():
    w = World(S2)
    reply = w.propose()
    assert (reply.response, reply.done) == ("utter_cancel_status_allows", False)
    assert reply.variables["number"] == w.number
    assert reply.variables["amount"] == {"$money": {"minor": 1999, "currency": "USD"}}
    assert reply.variables["payment"] == "Visa ending 4242"
    assert intents(reply) == ["affirm", "deny"]
    assert w.stored().state is OrderState.OPEN
    assert w.outbox() == []
    assert len(w.store.tables.decisions) == 1


@pytest.mark.req("R2.13")
def test_a_yes_cancels_once_and_waits_for_the_undo_window():
    w = World(S2)
    w.propose()
    reply = w.yes()
    assert reply.response == "utter_cancel_done_refund"
    assert intents(reply) == ["undo_cancel", "reorder"]
    assert w.stored().state is OrderState.CANCELLING
    command, row = w.only("commands"), w.only("outbox")
    assert command.state is CommandState.DONE
    assert row.idempotency_key == command.command_id
    assert row.kind is OutboxKind.SHOP_CANCEL
    assert row.not_before == NOW + timedelta(seconds=60)
    assert command.result["response"] == reply.response
    assert [a.action for a in w.store.tables.audit] == ["order.cancelling"]


def test_the_same_yes_from_two_tabs_has_one_effect():
    w = World(S2)
    w.propose()
    replies = []
    calls = [w.call(), w.call()]
    threads = [
        threading.Thread(target=lambda c=c: replies.append(w.cancel.confirm(c))) for c in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.response for r in replies) == [
        "utter_cancel_cancelling",
        "utter_cancel_done_refund",
    ]
    assert len(w.outbox()) == len(w.store.tables.requests) == 1


def test_a_repeated_turn_gets_the_stored_answer():
    w = World(S2)
    w.propose()
    first = w.yes(turn="t")
    assert w.yes(turn="t") == first
    assert len(w.outbox()) == 1


def test_a_yes_in_another_conversation_of_the_buyer_meets_the_new_state():
    w = World(S2)
    w.store.tables.conversations["other"] = w.conversation("other", "ann")
    w.propose()
    w.cancel.propose(w.call(conversation="other"), w.hint())
    w.yes()
    reply = w.yes(conversation="other")
    assert reply.response == "utter_cancel_cancelling"
    assert reply.variables["shown_again"] == "changed"
    assert len(w.outbox()) == 1


def test_a_losing_race_for_the_command_rolls_its_effects_back(monkeypatch):
    w = World(S2)
    w.propose()
    from tests.unit.fakes import FakeCommands

    monkeypatch.setattr(FakeCommands, "move", lambda self, command: False)
    with pytest.raises(Exception, match="moment ago"):
        w.yes()
    assert w.outbox() == []
    assert w.stored().state is OrderState.OPEN


def test_half_a_yes_shows_the_same_again_and_does_nothing():
    w = World(S2)
    w.propose()
    reply = w.cancel.ask_again(w.call())
    assert (reply.response, reply.done) == ("utter_cancel_status_allows", False)
    assert reply.variables["blocks"] == [{"type": "notice", "response": "notice_unsure"}]
    assert w.outbox() == []
    assert w.yes().response == "utter_cancel_done_refund"
    assert w.cancel.ask_again(w.call()).response == "utter_nothing_to_confirm"


def test_terms_that_moved_are_shown_again_and_not_done():
    w = World(S2)
    w.propose()
    w.change(total=Money(2500, "USD"))
    reply = w.yes()
    assert (reply.response, reply.done) == ("utter_cancel_status_allows", False)
    assert reply.variables["shown_again"] == "changed"
    assert reply.variables["blocks"] == [{"type": "notice", "response": "notice_terms_changed"}]
    assert w.outbox() == []
    assert w.yes().response == "utter_cancel_done_refund"


@pytest.mark.req("R2.14", "R2.15")
def test_shipping_between_question_and_yes_ends_in_a_no_with_the_seller_offered():
    w = World(S2)
    w.propose()
    w.ship()
    reply = w.yes()
    assert (reply.response, reply.done) == ("utter_cancel_shipped", False)
    assert w.stored().state is OrderState.OPEN
    assert w.yes().response == "utter_contact_sent"


def test_an_order_that_changed_but_means_the_same_is_cancelled():
    w = World(S2)
    w.propose()
    w.change(instructions="Ring twice")
    assert w.yes().response == "utter_cancel_done_refund"


@pytest.mark.parametrize(("seconds", "again"), [(899, None), (900, "expired"), (901, "expired")])
def test_an_old_question_is_asked_again(seconds, again):
    w = World(S2)
    w.propose()
    w.later(seconds=seconds)
    assert w.yes().variables.get("shown_again") == again


def test_no_leaves_everything_as_it_is():
    w = World(S2)
    w.propose()
    assert w.cancel.decline(w.call()).response == "utter_declined"
    assert w.only("commands").state is CommandState.DECLINED
    assert w.yes().response == "utter_nothing_to_confirm"
    assert w.outbox() == []


@pytest.mark.parametrize(("seconds", "offered"), [(59, ["undo_cancel"]), (60, [])])
def test_a_no_after_a_yes_does_not_say_that_nothing_was_changed(seconds, offered):
    w = World(S2)
    w.propose()
    w.yes()
    reply = w.later(seconds=seconds).cancel.decline(w.call())
    assert reply.response == "utter_declined_nothing"
    assert intents(reply) == offered
    assert w.only("commands").state is CommandState.DONE
    assert w.later(minutes=15).cancel.decline(w.call()).response == "utter_declined"


def test_a_new_question_supersedes_the_old_one():
    w = World(S2)
    w.put(w.order("812399990000"))
    w.propose()
    w.cancel.propose(w.call(), OrderHint(number="812399990000"))
    w.yes()
    assert w.stored().state is OrderState.OPEN
    assert w.stored("812399990000").state is OrderState.CANCELLING


def test_a_yes_without_a_question_does_nothing():
    assert World(S2).yes().response == "utter_nothing_to_confirm"


def test_a_yes_is_not_taken_when_a_person_has_the_conversation():
    w = World(S2)
    w.propose()
    conversations = w.store.tables.conversations
    conversations["conv"] = replace(conversations["conv"], owner=Owner.HUMAN)
    assert w.yes().response == "utter_owner_moved"
    assert w.outbox() == []


@pytest.mark.parametrize("buyer", [None, "bob"])
def test_a_yes_by_somebody_else_is_not_taken(buyer):
    w = World(S2)
    w.propose()
    assert w.yes(buyer=buyer).response == "utter_nothing_to_confirm"
    assert w.outbox() == []


@pytest.mark.req("R4.3", "R4.5")
@pytest.mark.parametrize(
    ("paid", "order", "shown", "done"),
    [
        (PaymentState.AWAITING, {}, "unpaid_allowed", "none"),
        (
            PaymentState.AUTHORISED,
            {"kind": OrderKind.UNLIMITED_GROUP, "campaign_ends_at": NOW + timedelta(days=1)},
            "hold_release",
            "release",
        ),
    ],
)
def test_group_buy_cancels_what_is_unpaid_or_held(paid, order, shown, done):
    w = World(S4, paid=paid, **order)
    assert w.propose().response == f"utter_cancel_{shown}"
    assert w.yes().response == f"utter_cancel_done_{done}"


@pytest.mark.req("R4.6", "R4.7")
def test_a_review_opens_one_numbered_case_and_cancels_nothing():
    w = World(S4)
    proposal = w.propose(reason_text="too late for the party")
    assert (proposal.response, proposal.done) == ("utter_cancel_paid_review", False)
    reply = w.yes()
    assert reply.response.startswith("utter_case_opened_for_order")
    assert reply.variables["case_number"] == w.only("cases").number
    assert w.store.tables.entries[0].text == "too late for the party"
    assert w.yes().response == "utter_already_case"
    assert w.stored().state is OrderState.OPEN


def test_a_case_without_the_buyers_words_still_says_what_is_wanted():
    w = World(S4)
    w.propose()
    w.yes()
    assert "issue_unknown" in w.store.tables.entries[0].text


def test_a_shop_without_a_rule_opens_a_ticket_with_its_acknowledgement_date():
    w = World(S3)
    assert w.propose().response == "utter_cancel_not_stated"
    reply = w.yes()
    assert reply.response == "utter_case_opened_for_order_ack"
    assert reply.variables["ack_due_by"] is not None


@pytest.mark.req("R0.5", "R0.6")
def test_where_the_seller_decides_a_yes_writes_to_the_seller_and_cancels_nothing():
    w = World(S0)
    assert w.propose().response == "utter_cancel_seller_decides"
    assert w.yes().response == "utter_contact_sent"
    row = w.only("outbox")
    assert (row.kind, row.payload["to"]) == (OutboxKind.MAIL, "barn@seller.example")
    assert row.payload["message_id"] == row.idempotency_key == w.only("commands").command_id
    assert w.stored().state is OrderState.OPEN
    assert w.store.tables.contacts[0]["order_number"] == w.number
    assert w.yes().response == "utter_already_sent"


@pytest.mark.req("R0.7", "R0.8")
def test_a_known_restocking_fee_is_named_after_shipping():
    w = World(S0)
    w.ship()
    reply = w.propose()
    assert reply.response == "utter_cancel_seller_decides_shipped_fee_percent"
    assert reply.variables["fee_percent"] == "10"
    w.store.tables.sellers["sel"] = replace(w.store.tables.sellers["sel"], restocking_fee=None)
    assert w.propose().response == "utter_cancel_seller_decides_shipped"


def test_where_no_fee_may_apply_none_is_named():
    w = World(S0)
    policy = w.wiring.policies[S0]
    w.wiring.policies[S0] = replace(policy, cancel=replace(policy.cancel, restocking_fee=False))
    w.ship()
    assert w.propose().response == "utter_cancel_seller_decides_shipped_no_fee"


def test_nobody_is_written_to_at_an_address_that_bounces():
    w = World(S0)
    w.store.tables.sellers["sel"] = replace(w.store.tables.sellers["sel"], email_valid=False)
    assert w.propose().response == "utter_cancel_contact_no_seller"
    assert w.yes().response.startswith("utter_case_opened")
    assert w.outbox() == []


@pytest.mark.req("R1.8", "R1.9")
def test_the_card_gate_names_its_time_and_offers_hold_and_reminder_in_one_reply():
    w = World(S1, age=timedelta(hours=1))
    reply = w.propose()
    assert (reply.response, reply.done) == ("utter_cancel_card_gate", False)
    assert reply.variables["earliest"] == {"$time": (NOW + timedelta(hours=23)).isoformat()}
    assert intents(reply) == ["ask_hold", "remind_me"]
    assert w.hold.propose(w.call(), w.hint()).response == "utter_hold_sent"
    assert w.only("requests").kind == "hold"
    assert w.stored().state is OrderState.OPEN


@pytest.mark.req("R1.8")
def test_a_yes_at_the_gate_after_it_opened_sees_the_new_terms():
    w = World(S1, age=timedelta(hours=24) - timedelta(minutes=1))
    w.propose()
    w.later(minutes=2)
    reply = w.yes()
    assert reply.response == "utter_cancel_consent_needed"
    assert reply.variables["shown_again"] == "changed"


@pytest.mark.req("R1.10", "R1.11")
def test_an_unpaid_order_names_the_day_on_which_it_cancels_itself():
    w = World(S1, paid=PaymentState.AWAITING, age=timedelta(days=5))
    reply = w.propose()
    assert (reply.response, reply.done) == ("utter_cancel_unpaid_auto", True)
    assert reply.variables["latest"] == {"$time": (NOW + timedelta(days=15)).isoformat()}
    w.propose()
    assert w.only("promises").due_at == NOW + timedelta(days=15)


def test_the_same_matter_is_one_case_until_somebody_has_decided_it():
    w = World(S3)
    w.propose()
    opened = w.yes(turn="t1")
    w.propose()
    again = w.yes(turn="t2")
    number = opened.variables["case_number"]
    assert (again.response, again.variables) == ("utter_already_case", {"case_number": number})
    assert list(w.store.tables.cases) == [number]
    assert len(w.store.tables.promises) == 1
    w.store.tables.cases[number] = replace(w.store.tables.cases[number], state=CaseState.DECIDED)
    w.propose()
    assert w.yes(turn="t3").response == "utter_case_opened_for_order_ack"


def test_a_plain_letter_does_not_say_that_the_order_should_be_cancelled():
    w = World(S0)
    w.write(w.call(), w.hint())
    w.yes()
    assert "issue_contact" in w.only("outbox").payload["text"]

"""Undo while nothing has left, until when, and what else can be asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseState
from aftersale.domain.orders import OrderKind, OrderState
from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.domain.requests import CommandState, OutboxState, RequestState
from aftersale.services.call import OrderHint
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4, World


def intents(reply):
    return [c if isinstance(c, str) else c["intent"] for c in reply.variables["choices"]]


def test_undo_puts_everything_back_while_nothing_has_left():
    w = World(S2)
    w.propose()
    w.yes()
    reply = w.cancel.undo(w.call())
    assert reply.response == "utter_undo_done"
    assert w.stored().state is OrderState.OPEN
    assert w.only("commands").state is CommandState.UNDONE
    assert w.only("requests").state is RequestState.WITHDRAWN
    assert w.only("outbox").state is OutboxState.WITHDRAWN
    w.later(minutes=2).run_relay()
    assert w.shop.calls == []
    assert w.cancel.undo(w.call()).response == "utter_undo_already"
    w.propose()
    assert w.yes().response == "utter_cancel_done_refund"


@pytest.mark.parametrize("first", ["undo", "relay"])
def test_undo_and_relay_compete_and_one_of_them_wins(first):
    w = World(S2)
    w.propose()
    w.yes()
    w.later(seconds=60)
    if first == "undo":
        assert w.cancel.undo(w.call()).response == "utter_undo_done"
        w.run_relay()
        assert w.shop.calls == []
        assert w.stored().state is OrderState.OPEN
    else:
        with w.store() as uow:  # the relay has claimed the row and is on its way
            uow.outbox.claim(w.now, lease=60)
            uow.commit()
        assert w.cancel.undo(w.call()).response == "utter_undo_too_late"
        assert w.stored().state is OrderState.CANCELLING


def test_undo_of_a_number_that_fits_no_order_undoes_nothing():
    w = World(S2)
    w.propose()
    w.yes()
    undone = w.cancel.undo(w.call(), OrderHint(number="999999999999", current=w.number))
    assert undone.response == "utter_undo_nothing"
    assert w.stored().state is OrderState.CANCELLING


def test_undo_finds_the_cancellation_behind_a_newer_question():
    w = World(S2)
    w.put(w.order("812399990000"))
    w.propose()
    w.yes()
    w.cancel.propose(w.call(), OrderHint(number="812399990000"))
    assert w.cancel.undo(w.call()).response == "utter_undo_done"
    assert w.stored().state is OrderState.OPEN


@pytest.mark.parametrize("buyer", [None, "bob"])
def test_nobody_else_can_undo(buyer):
    w = World(S2)
    w.propose()
    w.yes()
    assert w.cancel.undo(w.call(buyer=buyer)).response == "utter_undo_nothing"
    assert w.stored().state is OrderState.CANCELLING


def test_undo_of_a_request_stops_the_letter():
    w = World(S1)
    w.propose()
    w.yes()
    assert w.cancel.undo(w.call()).response == "utter_undo_request"
    w.later(minutes=2).run_relay()
    assert w.mail.sent == {}


@pytest.mark.parametrize(
    ("storefront", "order", "response"),
    [
        (S2, {}, "utter_deadline_while"),
        (S1, {}, "utter_deadline_request"),
        (S1, {"age": timedelta(hours=1)}, "utter_deadline_from"),
        (S1, {"paid": PaymentState.AWAITING}, "utter_deadline_auto"),
        (S0, {}, "utter_deadline_seller"),
        (S3, {}, "utter_deadline_unstated"),
        (S4, {}, "utter_deadline_review"),
        (
            S4,
            {
                "paid": PaymentState.AUTHORISED,
                "kind": OrderKind.UNLIMITED_GROUP,
                "campaign_ends_at": NOW + timedelta(days=1),
            },
            "utter_deadline_until",
        ),
        (S2, {"state": OrderState.CANCELLING}, "utter_cancel_cancelling"),
    ],
)
def test_a_deadline_is_told_and_nothing_waits_for_a_yes(storefront, order, response):
    w = World(storefront, **order)
    reply = w.cancel.deadline(w.call(), w.hint())
    assert (reply.response, reply.done) == (response, True)
    assert w.store.tables.commands == {}


def test_a_deadline_that_passed_is_a_statement_that_says_why():
    w = World(S2)
    w.ship()
    reply = w.cancel.deadline(w.call(), w.hint())
    assert reply.response == "utter_deadline_shipped"
    assert "contact_seller" in intents(reply)


def test_a_bank_transfer_has_no_gate():
    w = World(S1, age=timedelta(hours=1), method=PaymentMethod.BANK_TRANSFER)
    assert w.propose().response == "utter_cancel_consent_needed"


@pytest.mark.req("R1.9")
def test_a_wish_to_hold_is_shown_before_it_is_sent():
    w = World(S1)
    reply = w.hold.propose(w.call(), w.hint())
    assert (reply.response, reply.done) == ("utter_cancel_hold_possible", False)
    assert w.outbox() == []
    assert w.yes().response == "utter_hold_sent"
    assert w.hold.propose(w.call(), w.hint()).response == "utter_cancel_hold_already_open"


def test_a_wish_to_write_is_shown_before_it_is_sent():
    w = World(S2)
    reply = w.write(w.call(), w.hint(), reason_text="Wrong size")
    assert (reply.response, reply.done) == ("utter_cancel_contact_possible", False)
    assert w.outbox() == []
    assert w.write(w.call(), w.hint()).response == "utter_contact_sent"
    assert "Wrong size" in w.only("outbox").payload["text"]


def test_a_ticket_is_one_per_turn():
    w = World(S2)
    call = w.call()
    first = w.help.person(call, w.hint(), text="help")
    assert first.response.startswith("utter_person_case")
    assert w.help.person(call, w.hint(), text="help") == first
    assert len(w.store.tables.cases) == 1


def test_asking_for_a_person_twice_in_a_talk_is_one_case_with_both_messages():
    w = World(S2)
    first = w.help.person(w.call(), w.hint(), text="agent")
    assert w.help.person(w.call(), w.hint(), text="human please") == first
    assert [entry.text for entry in w.store.tables.entries] == ["agent", "human please"]


def test_what_is_asked_after_a_case_was_closed_opens_another():
    w = World(S2)
    for times in (1, 2, 3):
        w.help.person(w.call(), w.hint(), text=f"help {times}")
        assert len(w.store.tables.cases) == times
        for number, case in w.store.tables.cases.items():
            w.store.tables.cases[number] = replace(case, state=CaseState.CLOSED)


def test_a_question_about_writing_to_the_seller_sends_no_letter():
    w = World(S1)
    w.write(w.call(), w.hint())
    reply = w.write(w.call(), w.hint(), as_yes=False)
    assert reply.response == "utter_cancel_contact_possible"
    assert w.store.tables.outbox == {}


def test_a_ticket_needs_neither_an_order_nor_a_verified_buyer():
    w = World(S2)
    reply = w.case.open(w.call(buyer=None), w.hint())
    assert reply.response.startswith("utter_case_opened")
    assert w.only("cases").order_number is None


def test_asking_for_a_person_while_one_is_offered_is_the_yes():
    w = World(S3)
    w.propose()
    w.case.open(w.call(), OrderHint(current=w.number))
    assert len(w.store.tables.cases) == 1
    assert w.yes().response == "utter_already_case"


@pytest.mark.req("R1.8")
def test_a_reminder_is_promised_once_and_kept_once():
    w = World(S1, age=timedelta(hours=1))
    assert w.reminders.remind(w.call(), w.hint()).response == "utter_reminder_set"
    assert w.reminders.remind(w.call(), w.hint()).response == "utter_reminder_already"
    w.later(hours=23)
    assert w.sweep.run(w.now, dry_run=True).reminders == 1
    assert w.sweep.run(w.now).reminders == 1
    assert w.sweep.run(w.now).reminders == 0
    assert w.told() == ["utter_told_reminder"]


def test_a_reminder_for_what_is_possible_now_is_not_needed():
    w = World(S2)
    assert w.reminders.remind(w.call(), w.hint()).response == "utter_reminder_not_needed"

"""A Yes button answers the question it was shown with, and never another one."""

from dataclasses import replace

import pytest

from aftersale.domain.orders import OrderState
from aftersale.domain.requests import CommandKind, CommandState
from aftersale.services import confirm
from tests.unit.services.world import S0, S1, S2, World


def command_in(reply):
    return reply.variables["choices"][0]["entities"]["command"]


def press(w, command):
    return w.cancel.confirm(replace(w.call(), pressed=command))


def contact(w):
    return w.write(w.call(), w.hint())


def test_the_yes_of_a_letter_does_not_cancel_the_order():
    w = World(S2)
    letter = command_in(contact(w))
    w.propose()
    reply = press(w, letter)
    assert (reply.response, reply.variables["shown_again"]) == (
        "utter_cancel_contact_possible",
        "expired",
    )
    assert not reply.done
    assert w.stored().state is OrderState.OPEN
    assert w.outbox() == []


def test_the_yes_of_a_cancellation_sends_no_letter():
    w = World(S2)
    cancel = command_in(w.propose())
    contact(w)
    assert press(w, cancel).response == "utter_cancel_status_allows"
    assert w.outbox() == []


def test_the_yes_of_one_order_does_not_cancel_another():
    w = World(S2)
    w.put(w.order("900000000001"))
    first = command_in(w.propose())
    w.cancel.propose(w.call(), replace(w.hint(), number="900000000001"))
    reply = press(w, first)
    assert reply.variables["number"] == w.number
    assert [o.state for o in w.store.tables.orders.values()] == [OrderState.OPEN] * 2


def test_a_yes_that_was_shown_with_no_question_about_an_order_confirms_none():
    w = World(S2)
    w.propose()
    assert press(w, "").variables["shown_again"] == "expired"
    assert w.stored().state is OrderState.OPEN


@pytest.mark.parametrize("storefront", [S0, S1, S2])
def test_the_yes_of_the_same_question_asked_again_counts(storefront):
    w = World(storefront)
    first = command_in(w.propose())
    w.propose()
    press(w, first)
    states = [c.state for c in w.store.tables.commands.values()]
    assert states == [CommandState.SUPERSEDED, CommandState.DONE]


def test_the_button_of_the_open_question_counts_once():
    w = World(S2)
    asked = command_in(w.propose())
    assert press(w, asked).response == "utter_cancel_done_refund"
    assert press(w, asked).response == "utter_cancel_cancelling"
    assert len(w.outbox()) == 1


def test_a_second_press_of_a_done_yes_leaves_the_newer_question_open():
    w = World(S2)
    letter = command_in(contact(w))
    press(w, letter)
    w.propose()
    assert press(w, letter).response == "utter_already_sent"
    open_now = [c for c in w.store.tables.commands.values() if c.state is CommandState.OPEN]
    assert [c.kind for c in open_now] == [CommandKind.CANCEL]


def test_the_yes_of_another_conversation_confirms_nothing():
    w = World(S2)
    w.store.tables.conversations["other"] = w.conversation("other", "ann")
    asked = command_in(w.cancel.propose(w.call(conversation="other"), w.hint()))
    contact(w)
    press(w, asked)
    assert w.outbox() == []
    assert w.stored().state is OrderState.OPEN


def test_a_typed_yes_answers_what_was_shown_last():
    w = World(S2)
    contact(w)
    w.propose()
    assert w.yes().response == "utter_cancel_done_refund"


def test_a_yes_that_was_typed_before_its_question_was_there_is_asked_for_again(monkeypatch):
    w = World(S2)
    w.propose()
    monkeypatch.setattr(confirm, "is_unread", lambda *_: True)
    assert w.yes().variables["shown_again"] == "unsure"
    assert w.stored().state is OrderState.OPEN
    monkeypatch.undo()
    assert w.yes().response == "utter_cancel_done_refund"


def test_a_wish_that_was_written_before_its_offer_was_there_is_no_yes_to_it(monkeypatch):
    w = World(S2)
    contact(w)
    monkeypatch.setattr(confirm, "is_unread", lambda *_: True)
    assert contact(w).variables["choices"]
    assert w.outbox() == []

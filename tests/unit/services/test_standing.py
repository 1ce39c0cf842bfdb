"""What was asked about an order is told with its status, as it stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.requests import RequestState
from tests.unit.services.test_consent import token_in
from tests.unit.services.world import S0, S1, S2, World


def notices(w):
    blocks = w.show.status(w.call(), w.hint()).variables["blocks"]
    return [block["response"] for block in blocks if block["type"] == "notice"]


def asked(kind):
    w = World(S1)
    (w.cancel if kind == "cancellation" else w.hold).propose(w.call(), w.hint())
    w.yes()
    return w


@pytest.mark.parametrize("kind", ["cancellation", "hold"])
@pytest.mark.parametrize("state", [s for s in RequestState if s not in {"withdrawn", "done"}])
def test_a_request_is_told_as_it_stands(kind, state):
    w = asked(kind)
    request = w.only("requests")
    w.store.tables.requests[request.request_id] = replace(request, state=state, answered_at=w.now)
    assert notices(w) == [f"notice_{kind}_{state.value}"]


def test_an_agreement_stays_one_after_it_was_carried_out():
    w = asked("cancellation")
    w.later(minutes=2).run_relay()
    ((_, _, text),) = w.mail.sent.values()
    w.supplier.answer(token_in(text), agree=True, now=w.now)
    w.run_relay()
    assert w.only("requests").state is RequestState.DONE
    assert notices(w) == ["notice_cancellation_agreed"]


def test_what_was_taken_back_or_is_the_buyers_own_is_no_question_to_anybody():
    w = asked("cancellation")
    w.cancel.undo(w.call())
    assert notices(w) == []
    w = World(S2)
    w.propose()
    w.yes()
    assert notices(w) == []


def test_a_letter_that_was_sent_is_told_and_a_second_one_is_another_question():
    w = World(S0)
    assert notices(w) == []
    w.propose()
    w.yes()
    assert notices(w) == ["notice_seller_written"]
    w.later(days=1)
    again = w.propose()
    assert (again.response, again.done) == ("utter_cancel_seller_written", False)
    assert again.variables["written"] == {"$date": (w.now - timedelta(days=1)).isoformat()}
    w.yes()
    assert len(w.store.tables.contacts) == 2


def test_a_yes_in_another_tab_after_the_letter_shows_that_it_was_sent():
    w = World(S0)
    w.store.tables.conversations["tab"] = w.conversation("tab", "ann")
    w.propose()
    w.cancel.propose(w.call(conversation="tab"), w.hint())
    w.yes()
    assert w.yes(conversation="tab").response == "utter_cancel_seller_written"
    assert len(w.store.tables.contacts) == 1


@pytest.mark.parametrize(("storefront", "told"), [(S0, True), (S1, False), (S2, False)])
def test_the_sellers_address_is_shared_where_the_shop_shares_it(storefront, told):
    w = World(storefront)
    reply = w.contact.details(w.call(), w.hint())
    assert (reply.response == "utter_seller_details") is told
    assert ("barn@seller.example" in str(reply.variables)) is told


@pytest.mark.parametrize("buyer", [None, "bob"])
@pytest.mark.parametrize("question", ["details", "path"])
def test_nobody_else_learns_who_the_seller_is(buyer, question):
    w = World(S0)
    reply = getattr(w.contact, question)(w.call(buyer=buyer), w.hint())
    assert reply.response in {"utter_cancel_not_verified", "utter_cancel_not_found"}
    assert "Blue Barn" not in str(reply.variables)


def test_being_told_the_address_leaves_nothing_that_waits_for_a_yes():
    w = World(S0)
    w.propose()
    w.contact.details(w.call(), w.hint())
    assert w.yes().response == "utter_nothing_to_confirm"
    assert w.store.tables.contacts == []

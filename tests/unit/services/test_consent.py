"""S1: the supplier is asked, answers by a one-time link, and the buyer is told."""

import json
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseType
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import CommandState, OutboxKind, RequestState
from aftersale.errors import LinkGone
from aftersale.services.consent import AnswerResult
from tests.unit.services.world import NOW, S1, S2, World


def asked(**order):
    """Return a world in which the supplier has the letter, and the token in it."""
    w = World(S1, **order)
    w.propose(reason_text="Too big")
    assert w.yes().response == "utter_request_sent"
    w.later(seconds=60).run_relay()
    ((to, _, text),) = w.mail.sent.values()
    assert to == "barn@seller.example"
    return w, token_in(text)


def token_in(text):
    return re.search(r"https://help\.example/s/([\w-]{43})", text).group(1)


@pytest.mark.req("R1.2")
def test_a_yes_asks_the_supplier_and_cancels_nothing():
    w = World(S1)
    reply = w.propose()
    assert (reply.response, reply.done) == ("utter_cancel_consent_needed", False)
    reply = w.yes()
    assert reply.variables["due"] == {"$time": (NOW + timedelta(days=3)).isoformat()}
    request, row, link = w.only("requests"), w.only("outbox"), w.only("links")
    assert (request.state, request.due_by) == (RequestState.SENT, NOW + timedelta(days=3))
    assert row.idempotency_key == w.only("commands").command_id == request.idempotency_key
    assert row.not_before == NOW + timedelta(seconds=60)
    assert link.expires_at == request.due_by
    assert link.token_hash not in json.dumps(row.payload)
    assert w.stored().state is OrderState.OPEN
    assert w.propose().response == "utter_cancel_request_already_open"
    assert w.yes().response == "utter_cancel_request_already_open"


def test_a_supplier_sees_item_issue_and_first_name_only():
    w, token = asked()
    page = w.supplier.view(token, now=w.now)
    assert (page.items, page.first_name) == (("Blue shoes",), "Ann")
    assert "Too big" in page.issue
    ((_, subject, text),) = w.mail.sent.values()
    for secret in (w.number, "ann@x.example", "High Road", "4242", "1999"):
        assert secret not in repr(page) + subject + text


def test_looking_at_the_page_changes_nothing():
    w, token = asked()
    before = w.store.tables
    w.supplier.view(token, now=w.now)
    assert w.store.tables is before


@pytest.mark.req("R1.4")
@pytest.mark.parametrize(
    ("paid", "told"),
    [(PaymentState.PAID, "refund"), (PaymentState.VERIFYING, "refund")],
)
def test_agreement_cancels_at_once_and_the_buyer_is_told(paid, told):
    w, token = asked(paid=paid)
    assert w.supplier.answer(token, agree=True, now=w.now) is AnswerResult.AGREED
    assert w.stored().state is OrderState.CANCELLING
    assert w.told() == ["utter_told_consent_agreed"]
    assert w.cancel.undo(w.call()).response == "utter_undo_too_late"
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    assert w.only("requests").state is RequestState.DONE
    assert w.told()[1:] == [f"utter_told_cancelled_{told}", f"utter_told_{told}_confirmed"]
    assert list(w.payments.done.values()) == [("refund", "pi_1", 1999, "USD")]


@pytest.mark.req("R1.5")
def test_no_agreement_leaves_the_order_and_offers_ways_on():
    w, token = asked()
    assert w.supplier.answer(token, agree=False, now=w.now) is AnswerResult.DECLINED
    assert w.stored().state is OrderState.OPEN
    assert w.only("requests").state is RequestState.DECLINED
    assert w.told() == ["utter_told_consent_declined"]
    assert w.propose().response == "utter_cancel_consent_needed"


def test_the_same_answer_again_changes_nothing_and_another_is_refused():
    w, token = asked()
    w.supplier.answer(token, agree=True, now=w.now)
    assert w.supplier.answer(token, agree=True, now=w.now) is AnswerResult.AGREED
    with pytest.raises(LinkGone):
        w.supplier.answer(token, agree=False, now=w.now)
    with pytest.raises(LinkGone):
        w.supplier.view(token, now=w.now)
    assert w.told() == ["utter_told_consent_agreed"]
    assert sum(r.kind is OutboxKind.SHOP_CANCEL for r in w.outbox()) == 1


def test_two_answers_at_once_have_one_effect():
    w, token = asked()
    results = []

    def press(agree):
        try:
            results.append(w.supplier.answer(token, agree=agree, now=w.now))
        except LinkGone:
            results.append(None)

    threads = [threading.Thread(target=press, args=(agree,)) for agree in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(None) == 1
    assert len(w.told()) == 1


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False), (1, False)])
def test_a_link_works_until_its_time(seconds, works):
    w, token = asked()
    at = w.only("links").expires_at + timedelta(seconds=seconds)
    if works:
        assert w.supplier.view(token, now=at).first_name == "Ann"
    else:
        with pytest.raises(LinkGone):
            w.supplier.view(token, now=at)
        with pytest.raises(LinkGone):
            w.supplier.answer(token, agree=True, now=at)


def test_an_unknown_link_says_nothing():
    with pytest.raises(LinkGone):
        World(S1).supplier.view("x" * 43, now=NOW)


def test_a_link_whose_request_was_undone_is_gone():
    w = World(S1)
    w.propose()
    w.yes()
    token = token_in(w.only("outbox").payload["text"])
    w.cancel.undo(w.call())
    with pytest.raises(LinkGone):
        w.supplier.answer(token, agree=True, now=w.now)
    assert w.stored().state is OrderState.OPEN


def shipped_by_shop(w):
    order = w.stored()
    lines = tuple(replace(x, fulfilment=FulfilmentState.SHIPPED) for x in order.lines)
    return replace(order, lines=lines, source_version=order.source_version + 1)


def test_shipping_while_a_request_is_open_ends_it_and_the_buyer_is_told():
    w, _ = asked()
    assert w.shop_events.apply(shipped_by_shop(w), now=w.now) is True
    assert w.only("requests").state is RequestState.ENDED
    assert w.told() == ["utter_told_shipped_meanwhile"]
    assert w.shop_events.apply(shipped_by_shop(w), now=w.now) is True
    assert len(w.told()) == 1


def test_shipping_before_the_letter_left_stops_the_letter():
    w = World(S1)
    w.propose()
    w.yes()
    w.shop_events.apply(shipped_by_shop(w), now=w.now)
    w.later(minutes=2).run_relay()
    assert w.mail.sent == {}


def test_an_old_word_of_the_shop_is_ignored():
    w, _ = asked()
    old = replace(shipped_by_shop(w), source_version=0)
    assert w.shop_events.apply(old, now=w.now) is False
    assert w.only("requests").state is RequestState.SENT


@pytest.mark.parametrize("told_by_shop", [True, False])
def test_an_agreement_after_shipping_changes_nothing_and_becomes_a_case(told_by_shop):
    w, token = asked()
    if told_by_shop:
        w.shop_events.apply(shipped_by_shop(w), now=w.now)
    else:
        w.ship()
    order = w.stored()
    assert w.supplier.answer(token, agree=True, now=w.now) is AnswerResult.TOO_LATE
    assert w.supplier.answer(token, agree=True, now=w.now) is AnswerResult.TOO_LATE
    assert w.stored() == order
    assert w.only("cases").type is CaseType.LATE_AGREEMENT
    assert w.told()[-1] == "utter_told_consent_late"
    assert not any(r.kind is OutboxKind.SHOP_CANCEL for r in w.outbox())


def test_a_no_after_shipping_is_no_news():
    w, token = asked()
    w.shop_events.apply(shipped_by_shop(w), now=w.now)
    assert w.supplier.answer(token, agree=False, now=w.now) is AnswerResult.DECLINED
    assert w.told() == ["utter_told_shipped_meanwhile"]


@pytest.mark.parametrize(("seconds", "expired"), [(-1, 0), (0, 1), (1, 1)])
def test_a_request_nobody_answers_expires_once_and_the_buyer_is_told(seconds, expired):
    w, _ = asked()
    w.now = w.only("requests").due_by + timedelta(seconds=seconds)
    assert w.sweep.run(w.now, dry_run=True).requests_expired == expired
    assert w.sweep.run(w.now).requests_expired == expired
    assert w.sweep.run(w.now).requests_expired == 0
    assert w.told() == ["utter_told_consent_expired"] * expired
    assert w.stored().state is OrderState.OPEN


@pytest.mark.req("R1.9")
@pytest.mark.parametrize(
    ("agree", "result", "told"),
    [
        (True, AnswerResult.AGREED, "utter_told_hold_agreed"),
        (False, AnswerResult.DECLINED, "utter_told_hold_declined"),
    ],
)
def test_a_hold_is_answered_and_told(agree, result, told):
    w = World(S1)
    w.hold.propose(w.call(), w.hint())
    w.yes()
    token = token_in(w.only("outbox").payload["text"])
    assert w.supplier.answer(token, agree=agree, now=w.now) is result
    assert w.told() == [told]
    assert w.stored().state is OrderState.OPEN


def test_after_shipping_nothing_is_left_to_hold():
    w = World(S1)
    w.hold.propose(w.call(), w.hint())
    w.yes()
    token = token_in(w.only("outbox").payload["text"])
    w.shop_events.apply(shipped_by_shop(w), now=w.now)
    assert w.told() == ["utter_told_shipped_anyway"]
    with pytest.raises(LinkGone):
        w.supplier.answer(token, agree=True, now=w.now)


def test_undoing_a_hold_stops_the_letter():
    w = World(S1)
    w.hold.propose(w.call(), w.hint())
    w.yes()
    assert w.cancel.undo(w.call()).response == "utter_undo_hold"
    assert w.only("commands").state is CommandState.UNDONE


def test_a_shop_that_cancels_by_itself_ends_the_request():
    w, _ = asked()
    order = w.stored()
    lines = tuple(replace(x, cancelled=True) for x in order.lines)
    word = replace(order, state=OrderState.CANCELLED, lines=lines, source_version=1)
    w.shop_events.apply(word, now=w.now)
    assert w.told() == ["utter_told_shop_cancelled"]
    assert w.only("requests").state is RequestState.DONE


def test_the_shops_word_cancelled_acknowledges_our_command():
    w = World(S2)
    w.propose()
    w.yes()
    lines = tuple(replace(x, cancelled=True) for x in w.stored().lines)
    word = replace(w.stored(), state=OrderState.CANCELLED, lines=lines, source_version=1)
    w.shop_events.apply(word, now=w.now)
    assert w.stored().state is OrderState.CANCELLED
    w.later(minutes=2).run_relay()
    assert w.shop.calls == []
    assert w.told() == ["utter_told_cancelled_refund", "utter_told_refund_confirmed"]


def test_a_late_event_does_not_end_a_cancellation_on_its_way():
    w = World(S2)
    w.propose()
    w.yes()
    w.shop_events.apply(shipped_by_shop(w), now=w.now)
    assert w.stored().state is OrderState.CANCELLING
    assert w.only("requests").state is RequestState.SENT
    assert w.told() == []


def test_nobody_is_told_in_a_conversation_that_is_no_longer_theirs():
    w, token = asked()
    conversations = w.store.tables.conversations
    conversations["conv"] = replace(conversations["conv"], buyer_id="bob")
    w.supplier.answer(token, agree=True, now=w.now)
    assert w.told() == []
    assert w.stored().state is OrderState.CANCELLING


def test_a_cancelled_order_is_held_no_more_and_nobody_hears_of_it():
    w = World(S1)
    w.hold.propose(w.call(), w.hint())
    w.yes()
    hold = token_in(w.only("outbox").payload["text"])
    w.propose()
    w.yes()
    [text] = [row.payload["text"] for row in w.outbox() if hold not in row.payload["text"]]
    w.supplier.answer(token_in(text), agree=True, now=w.now)
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    assert {request.state for request in w.store.tables.requests.values()} == {
        RequestState.DONE,
        RequestState.ENDED,
    }
    with pytest.raises(LinkGone):
        w.supplier.view(hold, now=w.now)
    before = w.told()
    w.later(days=4).sweep.run(w.now)
    assert w.told() == before


def test_shipping_is_told_once_where_a_hold_was_asked_for_besides():
    w = World(S1)
    w.hold.propose(w.call(), w.hint())
    w.yes()
    w.propose()
    w.yes()
    w.shop_events.apply(shipped_by_shop(w), now=w.now)
    assert w.told() == ["utter_told_shipped_meanwhile"]


@pytest.mark.parametrize(
    ("ask", "told"),
    [("cancel", "issue_unknown"), ("hold", "issue_hold")],
)
def test_the_page_says_what_is_asked_for(ask, told):
    w = World(S1)
    if ask == "hold":
        w.hold.propose(w.call(), w.hint())
    else:
        w.propose()
    w.yes()
    page = w.supplier.view(token_in(w.only("outbox").payload["text"]), now=w.now)
    assert told in page.issue

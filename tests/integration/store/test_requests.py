from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.domain.requests import CommandState, RefundState, RequestKind, RequestState
from aftersale.errors import IllegalMove, NotFound, RequestOpen
from aftersale.policy.decision import Ask, Decision, MoneyMove, Outcome, PromiseMade
from tests.integration.store.things import (
    NOW,
    SHOP,
    a_command,
    a_conversation,
    a_link,
    a_refund,
    a_request,
    an_audit,
    an_order,
    fill,
)

NUMBER = an_order().number


@pytest.fixture(autouse=True)
def filled(uow_factory):
    fill(uow_factory, orders=[an_order()], conversations=[a_conversation()])


def test_one_open_cancellation_per_line(uow_factory):
    with uow_factory() as uow:
        uow.requests.add(a_request("r1", line_ids=("L1",)))
        uow.requests.add(a_request("r2", line_ids=("L2",)))
        with pytest.raises(RequestOpen):
            uow.requests.add(a_request("r3", line_ids=("L2", "L1")))


def test_a_request_for_the_whole_order_covers_every_line(uow_factory):
    with uow_factory() as uow:
        uow.requests.add(a_request("r1", line_ids=()))
        with pytest.raises(RequestOpen):
            uow.requests.add(a_request("r2", line_ids=("L2",)))


@pytest.mark.parametrize(
    ("goods", "state", "found"),
    [
        ("none", OrderState.OPEN, []),
        ("preparing", OrderState.OPEN, []),
        ("shipped", OrderState.OPEN, ["r1"]),
        ("lost", OrderState.OPEN, ["r1"]),
        ("shipped", OrderState.CANCELLING, []),
    ],
)
def test_requests_whose_goods_have_left_are_found(uow_factory, goods, state, found):
    with uow_factory() as uow:
        uow.requests.add(a_request("r1", line_ids=("L1",)))
        uow.requests.add(a_request("r2", line_ids=("L2",)))
        order = uow.orders.find(SHOP, NUMBER)
        first, *others = (replace(x, fulfilment=FulfilmentState.NONE) for x in order.lines)
        lines = (replace(first, fulfilment=FulfilmentState(goods)), *others)
        told = replace(order, lines=lines, source_version=order.source_version + 1)
        stored = uow.orders.upsert_from_shop(told, audit=an_audit())
        if state is not stored.state:
            uow.orders.save(replace(stored, state=state), audit=an_audit())
        assert [one.request_id for one in uow.requests.overtaken()] == found
        ended = a_request("r1", line_ids=("L1",), state=RequestState.ENDED)
        uow.requests.save(ended, audit=an_audit())
        assert uow.requests.overtaken() == []


def test_holds_do_not_stand_in_the_way_of_a_cancellation(uow_factory):
    with uow_factory() as uow:
        uow.requests.add(a_request("r1", kind=RequestKind.HOLD))
        uow.requests.add(a_request("r2"))
        assert len(uow.requests.open_for_order(SHOP, NUMBER)) == 2


@pytest.mark.parametrize(
    "state", [state for state in RequestState if state not in {"sent", "agreed"}]
)
def test_a_closed_request_makes_room_for_another(uow_factory, state):
    with uow_factory() as uow:
        uow.requests.add(a_request("r1"))
        uow.requests.save(a_request("r1", state=state), audit=an_audit())
        uow.requests.add(a_request("r2"))
        assert [one.request_id for one in uow.requests.open_for_order(SHOP, NUMBER)] == ["r2"]
        assert len(uow.requests.for_order(SHOP, NUMBER)) == 2


def test_an_agreed_request_is_still_open(uow_factory):
    with uow_factory() as uow:
        uow.requests.add(a_request("r1"))
        uow.requests.save(a_request("r1", state=RequestState.AGREED), audit=an_audit())
        with pytest.raises(RequestOpen):
            uow.requests.add(a_request("r2"))


def test_the_same_idempotency_key_makes_no_second_request(uow_factory):
    with uow_factory() as uow:
        uow.requests.add(a_request("r1"))
        with pytest.raises(RequestOpen):
            uow.requests.add(a_request("r2", line_ids=("L2",), idempotency_key="key-r1"))


def test_a_declined_request_cannot_be_agreed_to(uow_factory):
    with uow_factory() as uow:
        uow.requests.add(a_request())
        uow.requests.save(a_request(state=RequestState.DECLINED), audit=an_audit())
        with pytest.raises(IllegalMove):
            uow.requests.save(a_request(state=RequestState.AGREED), audit=an_audit())
        with pytest.raises(NotFound):
            uow.requests.save(a_request("nope"), audit=an_audit())
        assert uow.requests.get("r1").state is RequestState.DECLINED


def test_requests_are_due_at_their_time_and_only_while_open(uow_factory):
    due = NOW + timedelta(days=2)
    with uow_factory() as uow:
        uow.requests.add(a_request("r1"))
        uow.requests.add(a_request("r2", line_ids=("L2",), due_by=None))
        assert uow.requests.due(due - timedelta(seconds=1)) == []
        assert [one.request_id for one in uow.requests.due(due)] == ["r1"]
        uow.requests.save(a_request("r1", state=RequestState.EXPIRED), audit=an_audit())
        assert uow.requests.due(due) == []


def test_a_refund_exists_once_for_a_key_and_moves_legally(uow_factory):
    with uow_factory() as uow:
        uow.requests.add_refund(a_refund("f1"))
        uow.requests.add_refund(a_refund("f2", idempotency_key="key-f1"))
        assert uow.requests.refunds(SHOP, NUMBER) == [a_refund("f1")]
        done = a_refund(state=RefundState.CONFIRMED, confirmed_at=NOW, provider_ref="re_1")
        uow.requests.save_refund(done, audit=an_audit())
        assert uow.requests.refunds(SHOP, NUMBER) == [done]
        with pytest.raises(IllegalMove):
            uow.requests.save_refund(a_refund(), audit=an_audit())
        with pytest.raises(NotFound):
            uow.requests.save_refund(a_refund("nope"), audit=an_audit())


def test_a_link_is_used_once(uow_factory):
    with uow_factory() as uow:
        uow.requests.add_link(a_link())
        assert uow.requests.use_link("a" * 64, at=NOW, answer="agree")
        assert not uow.requests.use_link("a" * 64, at=NOW, answer="decline")
        assert not uow.requests.use_link("b" * 64, at=NOW, answer="agree")
        assert uow.requests.link("a" * 64) == replace(a_link(), used_at=NOW, answer="agree")
        assert uow.requests.link("b" * 64) is None


def test_the_newest_open_command_counts_even_at_the_same_time(uow_factory):
    with uow_factory() as uow:
        for command_id in ("k1", "k3", "k2"):
            uow.commands.add(a_command(command_id))
        assert uow.commands.open_for("c1").command_id == "k2"
        assert uow.commands.move(a_command("k2", state=CommandState.DECLINED))
        assert uow.commands.open_for("c1").command_id == "k3"
        assert uow.commands.last_for("c1").command_id == "k2"
        assert uow.commands.open_for("c2") is None


def test_a_command_leaves_open_once_and_done_only_to_undone(uow_factory):
    result = {"turn_id": "t1", "response": "utter_done"}
    done = a_command(state=CommandState.DONE, done_at=NOW, result=result)
    with uow_factory() as uow:
        uow.commands.add(a_command())
        assert not uow.commands.move(a_command(state=CommandState.UNDONE))
        assert uow.commands.move(done)
        assert not uow.commands.move(done)
        assert not uow.commands.move(a_command(state=CommandState.SUPERSEDED))
        assert uow.commands.done_in_turn("t1") == done
        assert uow.commands.move(replace(done, state=CommandState.UNDONE))
        assert uow.commands.get("k1").state is CommandState.UNDONE
        assert uow.commands.done_in_turn("t2") is None


def test_decisions_are_kept_with_their_request_and_facts(uow_factory):
    decision = Decision(
        ask=Ask.CANCEL,
        outcome=Outcome.WAIT_UNTIL,
        actor="buyer",
        reason_code="card_gate",
        requirements=("R1.8",),
        earliest=NOW,
        latest=None,
        alternatives=(),
        promises=(PromiseMade("remind", NOW),),
        money=MoneyMove.REFUND,
        policy_version="1",
        storefront=SHOP,
        facts={"paid_at": NOW},
        verdicts=(),
    )
    with uow_factory() as uow:
        uow.commands.add_decision(
            "d1",
            decision,
            at=NOW,
            order_number=NUMBER,
            conversation_id="c1",
            request={"ask": "cancel"},
        )
        (kept,) = uow.commands.decisions(storefront=SHOP)
        assert uow.commands.decisions(storefront="helpdesk") == []
        assert len(uow.commands.decisions()) == 1
    assert (kept.outcome, kept.reason_code, kept.at) == ("wait_until", "card_gate", NOW)
    assert kept.decision["facts"] == {"paid_at": NOW.isoformat()}
    assert kept.request == {"ask": "cancel"}

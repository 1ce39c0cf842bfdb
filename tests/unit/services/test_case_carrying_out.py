"""What an accepted case does: the very thing the buyer said yes to, once, or clearly nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseState, CaseType
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import CommandKind, OutboxKind
from aftersale.errors import CaseOver, NotPossible, StaleOrder
from aftersale.policy.decision import Ask
from aftersale.policy.problem_knobs import LaunchMode
from aftersale.services.call import OrderHint
from aftersale.services.problem_draft import Said
from aftersale.services.problems import Problems
from tests.unit.fakes import FakeOrders
from tests.unit.fakes_records import FakeCases
from tests.unit.services.test_launch import launch
from tests.unit.services.test_returns import REASON, Talk
from tests.unit.services.waiting import (
    ACCEPTED,
    DECLINED,
    MEANWHILE,
    OVER,
    PARTLY,
    Waiting,
    reviewed,
)
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4, World


def hold(w):
    w.hold.propose(w.call(), w.hint())


def letter(w):
    w.write(w.call(), w.hint(), reason_text="Which size is it?")


def give_back(w):
    Talk(w).start(text=REASON)


def wrong_item(w):
    said = Said("wrong_item", "you sent red shoes", OrderHint(number=w.number), starts=True)
    Problems(w.wiring).step(w.call(), said, {})


def test_a_confirmed_cancellation_happens_once_under_the_key_of_the_yes():
    w = Waiting()
    (command,) = w.store.tables.commands.values()
    w.later(hours=2).decide()
    (row,) = w.outbox()
    assert (row.kind, row.idempotency_key) == (OutboxKind.SHOP_CANCEL, command.command_id)
    assert row.not_before == w.now  # nobody takes back what a person carried out
    assert w.told() == ["utter_told_case_accepted", "utter_cancel_done_refund"]
    request = w.only("requests")
    assert (request.actor, request.case_number) == ("platform", w.case_number)
    (moved,) = w.audited("order.cancelling")
    (did,) = w.audited("case.carried_out")
    assert (moved.actor, did.actor, did.after["did"]) == ("agent:mia", "agent:mia", "cancel")
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    assert w.only("refunds").amount == Money(1999, "USD")
    assert w.told()[2:] == ["utter_told_cancelled_refund", "utter_told_refund_confirmed"]


def test_the_decision_of_that_moment_is_kept():
    w = Waiting()
    w.later(hours=2).decide()
    request, (did,) = w.only("requests"), w.audited("case.carried_out")
    assert request.decision_id == did.after["decision_id"]
    known = {key: decision for key, decision, _ in w.store.tables.decisions}
    assert known[request.decision_id].reason_code == "status_allows"


HELD = {
    "request": (S1, Ask.CANCEL, None, {}, "utter_request_sent", "mail"),
    "hold": (S1, Ask.HOLD, hold, {"age": timedelta(hours=1)}, "utter_hold_sent", "mail"),
    "seller decides": (S0, Ask.CANCEL, None, {}, "utter_contact_sent", "mail"),
    "letter": (S2, Ask.CONTACT_SELLER, letter, {}, "utter_contact_sent", "mail"),
    "problem": (
        S0,
        Ask.PROBLEM,
        wrong_item,
        {"goods": FulfilmentState.DELIVERED},
        "filed_seller",
        "mail",
    ),
    "return": (
        S0,
        Ask.RETURN,
        give_back,
        {"goods": FulfilmentState.DELIVERED},
        "filed_seller",
        "mail",
    ),
}


@pytest.mark.parametrize("what", HELD)
def test_every_action_that_was_held_is_carried_out_as_itself(what):
    storefront, held, ask, order, told, kind = HELD[what]
    w = Waiting(storefront, held=held, ask=ask, **order)
    assert w.only("cases").type is CaseType.LAUNCH_APPROVAL
    assert not w.outbox()
    w.decide()
    assert [row.kind.value for row in w.outbox()] == [kind]
    first, then = w.told()
    assert first == "utter_told_case_accepted"
    assert then.endswith(told)
    w.run_relay()
    assert len(w.mail.sent) == 1
    with pytest.raises(CaseOver):
        w.decide(user="noa")
    assert len(w.outbox()) == 1


@pytest.mark.parametrize("make", [Waiting, lambda: reviewed(S3), lambda: reviewed(S4, **OVER)])
def test_a_no_changes_nothing_and_says_what_remains(make):
    w = make()
    before = w.stored()
    w.decide(DECLINED, "rules_exclude_it")
    (event,) = w.store.tables.events
    assert event.body["response"].endswith("case_declined")
    assert w.stored() == before
    assert not w.outbox()
    assert not w.store.tables.requests


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_is_no_longer_possible_is_refused_and_nothing_is_half_done(what):
    change, why = MEANWHILE[what]
    w = Waiting()
    change(w)
    before = dict(w.store.tables.orders)
    with pytest.raises(NotPossible, match=why) as refused:
        w.decide()
    assert "Nothing was changed" in refused.value.args[0]
    assert "request-info" in refused.value.args[0]
    assert w.is_untouched()
    assert w.store.tables.orders == before
    assert not w.audited("case.decided")
    w.decide(DECLINED, "rules_exclude_it")  # which is what is left
    assert w.state is CaseState.DECIDED


def test_an_action_that_would_be_another_one_by_now_is_refused():
    w = Waiting(S4, paid=PaymentState.AWAITING)
    w.change(payment=replace(w.stored().payment, state=PaymentState.PAID, paid_at=NOW))
    with pytest.raises(NotPossible, match="paid_review now"):
        w.decide()
    assert w.is_untouched()


@pytest.mark.parametrize("mode", [LaunchMode.ON, LaunchMode.OFF])
def test_what_became_live_or_a_persons_own_is_carried_out_all_the_same(mode):
    w = Waiting()
    launch(w, actions={Ask.CANCEL: mode})
    w.decide()
    assert w.stored().state is OrderState.CANCELLING


def test_what_was_confirmed_happens_as_a_whole():
    w = Waiting()
    with pytest.raises(NotPossible, match="as a whole"):
        w.decide(PARTLY)
    assert w.is_untouched()


def test_an_approval_whose_yes_is_lost_is_refused_and_can_be_declined():
    w = Waiting()
    w.store.tables.commands.clear()
    with pytest.raises(NotPossible, match="not known any more"):
        w.decide()
    w.decide(DECLINED, "rules_exclude_it")
    assert w.state is CaseState.DECIDED


def test_the_buyer_takes_nothing_back_that_a_person_carried_out():
    w = Waiting()
    w.decide()
    assert w.cancel.undo(w.call()).response == "utter_undo_nothing"
    assert w.stored().state is OrderState.CANCELLING


@pytest.fixture
def late(monkeypatch):
    """Return a function: what a decider reads first is the case as it was before a rival's."""
    real = FakeCases.get

    def behind(case):
        def get(self, number):
            monkeypatch.setattr(FakeCases, "get", real)
            return case

        monkeypatch.setattr(FakeCases, "get", get)

    return behind


@pytest.mark.parametrize("make", [Waiting, lambda: reviewed(S3)])
@pytest.mark.parametrize(("mine", "theirs"), [(ACCEPTED, DECLINED), (DECLINED, ACCEPTED)])
def test_of_two_who_decide_at_once_the_faster_one_has_decided(make, mine, theirs, late):
    w = make()
    before = w.only("cases")
    w.decide(theirs, user="noa")
    told, left, order = w.told(), w.outbox(), w.stored()
    late(before)
    with pytest.raises(CaseOver):
        w.decide(mine)
    assert (w.told(), w.outbox(), w.stored()) == (told, left, order)
    assert w.only("cases").decided_by == "noa"


@pytest.mark.parametrize("shipped", [False, True])
def test_an_import_in_the_middle_makes_the_decision_read_again(shipped, monkeypatch):
    w, real = Waiting(), FakeOrders.save

    def save(self, order, *, audit):
        monkeypatch.setattr(FakeOrders, "save", real)
        if shipped:
            w.ship()
        raise StaleOrder("The order changed in between.")

    monkeypatch.setattr(FakeOrders, "save", save)
    if shipped:
        with pytest.raises(NotPossible, match="shipped now"):
            w.decide()
        assert w.is_untouched()
    else:
        w.decide()
        assert len(w.outbox()) == 1
        assert w.told() == ["utter_told_case_accepted", "utter_cancel_done_refund"]


def test_the_yes_of_the_buyer_binds_what_happens_after_the_other_yes():
    w = World(S2)
    launch(w, actions={Ask.CANCEL: LaunchMode.APPROVE})
    w.propose()
    (command,) = w.store.tables.commands.values()
    assert command.terms["shown"]["then"] == CommandKind.CANCEL.value

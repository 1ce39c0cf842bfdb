"""What an operator may do with effects that were given up, and what never."""

import pytest

from aftersale.domain.requests import OutboxState, RefundState
from aftersale.errors import EffectOver, NotFound, ProviderUnavailable
from aftersale.services.dead_letters import DeadLetters
from tests.unit.fakes_outside import FakePayments
from tests.unit.services.world import S1, S2, World


def given_up():
    w = World(S2)
    w.payments = FakePayments(*[ProviderUnavailable("down")] * 3)
    w.propose()
    w.yes()
    for _ in range(4):
        w.later(minutes=20).run_relay()
    return w, next(row for row in w.outbox() if row.state is OutboxState.DEAD)


def test_a_given_up_refund_is_sent_again_and_settles_what_was_unknown():
    w, row = given_up()
    assert w.only("refunds").state is RefundState.UNKNOWN
    desk = DeadLetters(w.store)
    assert [each.outbox_id for each in desk.list(OutboxState.DEAD, limit=9)] == [row.outbox_id]
    desk.requeue(row.outbox_id, user="maria", now=w.now)
    w.run_relay()
    assert w.only("refunds").state is RefundState.CONFIRMED
    assert list(w.payments.done) == [row.idempotency_key]
    assert w.told()[-1] == "utter_told_refund_confirmed"
    done = [(entry.action, entry.actor) for entry in w.store.tables.audit]
    assert ("outbox.requeued", "agent:maria") in done


def test_what_left_before_is_never_undone_after_it_was_requeued():
    w, row = given_up()
    DeadLetters(w.store).requeue(row.outbox_id, user="maria", now=w.now)
    with w.store() as uow:
        assert not uow.outbox.withdraw(row.idempotency_key, w.now)


def test_a_discarded_effect_is_not_tried_again():
    w, row = given_up()
    desk = DeadLetters(w.store)
    desk.discard(row.outbox_id, user="maria", now=w.now)
    w.later(hours=2).run_relay()
    assert w.payments.done == {}
    with pytest.raises(EffectOver):
        desk.requeue(row.outbox_id, user="maria", now=w.now)


def test_only_what_was_given_up_is_touched():
    w = World(S2)
    w.propose()
    w.yes()
    (row,) = w.outbox()
    desk = DeadLetters(w.store)
    for touch in (desk.requeue, desk.discard):
        with pytest.raises(EffectOver):
            touch(row.outbox_id, user="maria", now=w.now)
        with pytest.raises(NotFound):
            touch("nothing", user="maria", now=w.now)


def test_a_letter_whose_link_was_taken_out_is_not_sent_without_it():
    w = World(S1)
    w.mail.failures = [ProviderUnavailable("down")] * 9
    w.propose()
    w.yes()
    for _ in range(4):
        w.later(minutes=20).run_relay()
    row = w.only("outbox")
    assert row.state is OutboxState.DEAD
    with pytest.raises(EffectOver, match="link"):
        DeadLetters(w.store).requeue(row.outbox_id, user="maria", now=w.now)

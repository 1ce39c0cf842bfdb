"""What must hold when several threads (or processes) do the same at once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.orders import OrderState
from aftersale.domain.requests import CommandState, OutboxState
from aftersale.errors import AftersaleError, DuplicateMessage, RequestOpen, StaleOrder
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.store.things import (
    NOW,
    SHOP,
    a_command,
    a_conversation,
    a_link,
    a_request,
    a_turn,
    an_audit,
    an_effect,
    an_order,
    fill,
)

NUMBER = an_order().number


@pytest.fixture(params=["one process", "two processes"])
def factories(request, engine):
    """Threads that share a unit-of-work factory, and threads that queue only in the database."""
    shared = make_uow_factory(engine)
    if request.param == "one process":
        return lambda: shared
    return lambda: make_uow_factory(engine)


@pytest.fixture(autouse=True)
def filled(uow_factory):
    fill(uow_factory, orders=[an_order()], conversations=[a_conversation("c1")])


def at_once(count, work):
    """Run `work(index)` in threads that start together; a refusal is returned, not raised."""
    start = threading.Barrier(count)

    def one(index):
        start.wait()
        try:
            return work(index)
        except AftersaleError as refused:
            return type(refused)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_one_of_two_yeses_at_once_is_carried_out(factories, uow_factory):
    with uow_factory() as uow:
        uow.commands.add(a_command())
        uow.commit()

    def confirm(index):
        with factories()() as uow:
            won = uow.commands.move(a_command(state=CommandState.DONE, result={"turn_id": index}))
            if won:
                order = uow.orders.find(SHOP, NUMBER)
                uow.orders.save(replace(order, state=OrderState.CANCELLING), audit=an_audit())
                uow.outbox.add(an_effect())
            uow.commit()
            return won

    assert sorted(at_once(4, confirm)) == [False, False, False, True]
    with uow_factory() as uow:
        assert uow.orders.find(SHOP, NUMBER).version == 2


def test_one_of_two_changes_of_the_same_order_is_stale(factories, uow_factory):
    def change(index):
        with factories()() as uow:
            changed = replace(an_order(), instructions=str(index))
            uow.orders.save(changed, audit=an_audit())
            uow.commit()
            return "saved"

    results = Counter(at_once(4, change))
    assert results == {"saved": 1, StaleOrder: 3}


def test_one_of_two_requests_for_the_same_line_is_refused(factories, uow_factory):
    def ask(index):
        with factories()() as uow:
            uow.requests.add(a_request(f"r{index}"))
            uow.commit()
            return "asked"

    assert Counter(at_once(4, ask)) == {"asked": 1, RequestOpen: 3}
    with uow_factory() as uow:
        assert len(uow.requests.for_order(SHOP, NUMBER)) == 1


def test_a_link_is_used_once_at_once(factories, uow_factory):
    with uow_factory() as uow:
        uow.requests.add_link(a_link())
        uow.commit()

    def use(index):
        with factories()() as uow:
            won = uow.requests.use_link("a" * 64, at=NOW, answer=str(index))
            uow.commit()
            return won

    assert sum(at_once(6, use)) == 1


def test_every_effect_is_claimed_by_one_relay(factories, uow_factory):
    with uow_factory() as uow:
        for index in range(20):
            uow.outbox.add(an_effect(f"o{index:02}"))
        uow.commit()

    def claim(_index):
        with factories()() as uow:
            rows = uow.outbox.claim(NOW, lease=60, limit=5)
            uow.commit()
            return [row.outbox_id for row in rows]

    claimed = [outbox_id for batch in at_once(6, claim) for outbox_id in batch]
    assert len(claimed) == len(set(claimed))
    with uow_factory() as uow:
        left = [row.outbox_id for row in uow.outbox.claim(NOW, lease=60, limit=50)]
    assert sorted(claimed + left) == [f"o{index:02}" for index in range(20)]


@pytest.mark.parametrize("attempt", range(5))
def test_undo_or_relay_has_the_effect_never_both(factories, uow_factory, attempt):
    with uow_factory() as uow:
        uow.outbox.add(an_effect())
        uow.commit()

    def withdraw_or_claim(index):
        with factories()() as uow:
            if index % 2:
                won = uow.outbox.withdraw("key-o1", NOW)
            else:
                won = bool(uow.outbox.claim(NOW, lease=60))
            uow.commit()
            return won

    withdrawn, claimed = at_once(2, withdraw_or_claim)[::-1]
    assert withdrawn is not claimed
    with uow_factory() as uow:
        state = uow.outbox.by_key("key-o1").state
    assert state is (OutboxState.WITHDRAWN if withdrawn else OutboxState.PENDING)


class Desk:
    """Notices when two turns of one conversation run at once."""

    def __init__(self):
        self.running, self.done, self.guard = set(), [], threading.Lock()

    def answer(self, turn):
        with self.guard:
            assert turn.conversation_id not in self.running
            self.running.add(turn.conversation_id)
        with self.guard:
            self.running.remove(turn.conversation_id)
            self.done.append(turn)


def test_eight_workers_answer_every_turn_once_and_in_order(factories, uow_factory):
    conversations = ["c1", "c2", "c3"]
    with uow_factory() as uow:
        for conversation_id in conversations[1:]:
            uow.conversations.add(a_conversation(conversation_id))
        for conversation_id in conversations:
            for seq in range(1, 9):
                turn_id = f"{conversation_id}-{seq}"
                uow.conversations.add_turn(a_turn(turn_id, conversation_id, seq))
        uow.commit()
    desk = Desk()

    def work(_index):
        while len(desk.done) < 24:
            with factories()() as uow:
                turn = uow.conversations.claim_turn(NOW, lease=600)
                uow.commit()
            if turn is None:
                continue
            desk.answer(turn)
            with factories()() as uow:
                assert uow.conversations.finish_turn(turn.turn_id, turn.fence)
                uow.commit()

    at_once(8, work)
    for conversation_id in conversations:
        seqs = [turn.seq for turn in desk.done if turn.conversation_id == conversation_id]
        assert seqs == list(range(1, 9))
    assert {turn.fence for turn in desk.done} == {1}


def test_events_of_many_writers_are_numbered_without_gaps(factories, uow_factory):
    def say(index):
        with factories()() as uow:
            uow.conversations.append(
                "c1", type=EventType.NOTICE, author=Author.SYSTEM, at=NOW, body={"n": index}
            )
            uow.commit()

    at_once(8, say)
    with uow_factory() as uow:
        assert [event.seq for event in uow.conversations.events("c1", since=0)] == list(
            range(1, 9)
        )


def test_a_retry_at_the_same_moment_finds_the_first(factories, uow_factory):
    def post(_index):
        with factories()() as uow:
            if found := uow.conversations.message_by_client_id("c1", "m1"):
                return found.seq
            event = uow.conversations.append(
                "c1",
                type=EventType.MESSAGE,
                author=Author.BUYER,
                at=NOW,
                body={"client_msg_id": "m1"},
            )
            uow.commit()
            return event.seq

    results = at_once(6, post)
    assert DuplicateMessage not in results
    assert set(results) == {1}

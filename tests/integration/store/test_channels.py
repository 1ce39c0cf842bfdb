"""Chats of messengers, what comes in there and whose they are: once, in order, by one worker.

The fake that unit tests use promises the same, as far as one process can tell.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from aftersale.domain.channels import Choice, LinkLevel, SendState
from aftersale.domain.conversations import Author, EventType
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.store.channel_things import (
    MINUTE,
    SECOND,
    a_link,
    a_send,
    a_thread,
    an_event,
    fill_chats,
    names,
    of_telegram,
)
from tests.integration.store.things import BUYER, NOW, SHOP, a_conversation

LONG_AGO = NOW - 1440 * MINUTE
SETTLED = {"wa": NOW, "tg": NOW}


@pytest.fixture
def both(every_store):
    return fill_chats(every_store)


@pytest.fixture
def shared(uow_factory):
    """Where several write at once: on the databases alone."""
    return fill_chats(uow_factory)


def claimed(uow, now=NOW, **settled):
    bounds = SETTLED | settled
    return uow.channels.claim_threads(now, lease=60, limit=9, settled=bounds)


def waiting(uow, thread_id="t1", now=NOW, limit=9, settled=NOW):
    return names(uow.channels.waiting(thread_id, now, limit=limit, settled=settled))


def test_every_word_of_a_thread_is_read_again(both):
    full = a_thread(
        sender="491700",
        name="Kim",
        language="de",
        heard_at=NOW,
        heard="wamid.1",
        noted_seq=7,
        choices=(Choice("b1", "Yes"), Choice("b2", "No")),
        shown_at=NOW,
        unreachable_at=NOW,
        quiet_until=NOW + MINUTE,
        topic="Where is it?",
    )
    with both() as uow:
        uow.channels.save_thread(full)
        uow.commit()
    with both() as uow:
        found = uow.channels
        assert found.thread("wa", full.address) == found.thread_by_id("t1") == full
        assert found.locked("t1") == full
        assert found.threads_of("c1") == [full]
        assert found.thread("tg", full.address) is found.thread_by_id("t9") is None


def test_an_address_of_an_account_has_one_thread(both):
    with both() as uow:
        other = a_thread("t9", address=a_thread().address, conversation_id=None)
        assert uow.channels.add_thread(other) == a_thread()
        elsewhere = replace(other, account="wa2")
        assert uow.channels.add_thread(elsewhere) == elsewhere


def test_an_event_is_taken_once_by_an_account(both):
    with both() as uow:
        assert uow.channels.take(an_event("e1"))
        assert not uow.channels.take(an_event("e1", body={"text": "another"}))
        assert uow.channels.take(an_event("e1", "t2", "tg"))
        (event,) = uow.channels.waiting("t1", NOW, limit=9, settled=NOW)
        assert replace(event, row=0) == an_event("e1")


def test_what_was_worked_off_is_known_by_its_id_alone(both):
    with both() as uow:
        uow.channels.take(an_event("e1"))
        uow.channels.take(an_event("e2"))
        first, second = uow.channels.waiting("t1", NOW, limit=9, settled=NOW)
        assert uow.channels.worked([first.row]) == 1
        assert uow.channels.worked([first.row, second.row]) == 1
        assert waiting(uow) == []
        assert not uow.channels.take(an_event("e1"))
        assert claimed(uow) == []


def test_events_come_in_the_order_they_happened(both):
    with both() as uow:
        for order in (3, 1, 2):
            uow.channels.take(of_telegram(order, at=NOW - order * SECOND))
        for name, at in (("b", NOW), ("a", NOW - SECOND), ("c", NOW)):
            uow.channels.take(an_event(name, at=at))
        assert waiting(uow, "t2") == ["u1", "u2", "u3"]
        assert waiting(uow, "t2", limit=2) == ["u1", "u2"]
        assert waiting(uow) == ["a", "b", "c"]


def test_a_thread_is_leased_once_and_by_another_when_the_lease_is_over(both):
    with both() as uow:
        uow.channels.take(an_event("e1"))
        assert claimed(uow) == ["t1"]
        assert claimed(uow) == []
        assert claimed(uow, NOW + MINUTE) == ["t1"]
        uow.channels.release_thread("t1")
        assert claimed(uow) == ["t1"]


def test_nothing_overtakes_what_was_put_off(both):
    with both() as uow:
        uow.channels.take(an_event("e1"))
        uow.channels.take(an_event("e2", at=NOW + SECOND))
        (first, _) = uow.channels.waiting("t1", NOW, limit=9, settled=NOW)
        uow.channels.put_off([first.row], until=NOW + MINUTE)
        assert waiting(uow) == claimed(uow) == []
        later = uow.channels.waiting("t1", NOW + MINUTE, limit=9, settled=NOW)
        assert [(each.event_id, each.failures) for each in later] == [("e1", 1), ("e2", 0)]
        assert claimed(uow, NOW + MINUTE) == ["t1"]


def test_events_that_nobody_counts_wait_until_they_are_settled(both):
    with both() as uow:
        uow.channels.take(an_event("e1", received_at=NOW - SECOND))
        uow.channels.take(an_event("e2"))
        assert claimed(uow, wa=NOW - 2 * SECOND) == []
        assert claimed(uow, wa=NOW - SECOND) == ["t1"]
        assert waiting(uow, settled=NOW - SECOND) == ["e1"]
        assert waiting(uow, settled=NOW) == ["e1", "e2"]


def test_accounts_that_are_not_served_any_more_are_left_alone(both):
    with both() as uow:
        uow.channels.take(an_event("e1"))
        assert uow.channels.claim_threads(NOW, lease=9, limit=9, settled={"tg": NOW}) == []
        assert uow.channels.claim_threads(NOW, lease=9, limit=9, settled={}) == []


def test_counted_events_wait_for_what_is_missing_and_for_nothing_else(both):
    with both() as uow:
        uow.channels.take(of_telegram(4, received_at=LONG_AGO))
        for order in (5, 7):
            uow.channels.take(of_telegram(order))
        assert waiting(uow, "t2", settled=LONG_AGO) == ["u4", "u5"]
        uow.channels.take(an_event("u6", "t1", "tg", order=6))  # in another chat
        assert waiting(uow, "t2", settled=LONG_AGO) == ["u4", "u5", "u7"]
        uow.channels.worked([e.row for e in uow.channels.waiting("t2", NOW, limit=2, settled=NOW)])
        assert sorted(claimed(uow, tg=LONG_AGO)) == ["t1", "t2"]


def test_what_stands_before_a_gap_does_not_wait_for_what_was_done_after_it(both):
    with both() as uow:
        uow.channels.add_thread(a_thread("t3", "tg"))
        for order, thread_id in ((1, "t3"), (2, "t2"), (3, "t3"), (4, "t2")):
            uow.channels.take(an_event(f"u{order}", thread_id, "tg", order=order))
        (first,) = uow.channels.waiting("t3", NOW, limit=1, settled=NOW)
        rest = uow.channels.waiting("t2", NOW, limit=9, settled=NOW)
        uow.channels.worked([first.row, *(each.row for each in rest)])
        assert waiting(uow, "t3", settled=LONG_AGO) == ["u3"]
        uow.channels.take(of_telegram(6))
        assert waiting(uow, "t2", settled=LONG_AGO) == []


def test_the_first_that_an_account_counts_waits_its_time(both):
    with both() as uow:
        uow.channels.take(of_telegram(70))
        assert claimed(uow, tg=NOW - SECOND) == []
        assert claimed(uow) == ["t2"]


def test_a_late_one_below_what_is_done_is_worked_off_at_once(both):
    with both() as uow:
        for order in (1, 3):
            uow.channels.take(of_telegram(order, received_at=LONG_AGO))
        done = uow.channels.waiting("t2", NOW, limit=9, settled=NOW)
        uow.channels.worked([each.row for each in done])
        uow.channels.take(of_telegram(2))
        assert waiting(uow, "t2", settled=LONG_AGO) == ["u2"]


def test_of_many_who_take_the_same_event_one_keeps_it(shared):
    def take(n):
        with shared() as uow:
            thread = uow.channels.add_thread(a_thread(f"n{n}", address="new"))
            taken = uow.channels.take(an_event("e1", thread.thread_id, body={"n": n}))
            uow.commit()
            return taken, thread.thread_id

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(take, range(8)))
    assert sorted(taken for taken, _ in found) == [False] * 7 + [True]
    assert len({thread_id for _, thread_id in found}) == 1


def test_of_many_workers_each_thread_has_one(shared):
    with shared() as uow:
        for n in range(12):
            uow.channels.add_thread(a_thread(f"n{n}"))
            uow.channels.take(an_event(f"e{n}", f"n{n}"))
        uow.commit()

    def claim(_):
        with shared() as uow:
            found = uow.channels.claim_threads(NOW, lease=60, limit=5, settled=SETTLED)
            uow.commit()
            return found

    with ThreadPoolExecutor(6) as pool:
        found = [each for one in pool.map(claim, range(12)) for each in one]
    assert sorted(found) == sorted(f"n{n}" for n in range(12))


def test_of_a_deleted_conversation_no_word_is_left(both):
    with both() as uow:
        channels = uow.channels
        channels.save_thread(a_thread(name="Kim", choices=(Choice("b", "Yes"),), topic="Hello"))
        channels.take(an_event("e1"))
        channels.take(an_event("e2", "t2", "tg"))
        channels.add_send(a_send("s1", options=(Choice("b", "Yes"),)))
        channels.add_send(a_send("s2", seq=2, state=SendState.SENT))
        channels.add_send(a_send("s3", "t2"))
        channels.forget("c1")
        assert channels.thread_by_id("t1") == a_thread()
        assert waiting(uow) == []
        assert waiting(uow, "t2") == ["e2"]
        gone = [channels.send(name) for name in ("s1", "s2")]
        assert [(each.body, each.options) for each in gone] == [({}, ()), ({}, ())]
        assert [each.state for each in gone] == [SendState.WITHDRAWN, SendState.SENT]
        assert channels.send("s3") == a_send("s3", "t2")


def test_a_link_is_found_until_it_is_revoked(both):
    with both() as uow:
        assert uow.channels.link_of("t1") is None
        uow.channels.add_link(a_link())
        assert uow.channels.link_of("t1") == a_link()
        revoked = a_link(revoked_at=NOW)
        uow.channels.save_link(revoked)
        assert uow.channels.link_of("t1") is None
        newer = a_link("l2", linked_at=NOW + SECOND, level=LinkLevel.CODE)
        uow.channels.add_link(newer)
        assert uow.channels.links_of_buyer(SHOP, BUYER.buyer_id) == [newer, revoked]
        assert uow.channels.links_of_buyer("elsewhere", BUYER.buyer_id) == []


def test_a_thread_has_one_link_that_is_not_revoked(shared):
    with shared() as uow:
        uow.channels.add_link(a_link())
        with pytest.raises(IntegrityError):
            uow.channels.add_link(a_link("l2"))


def test_where_the_next_look_begins_is_remembered(both):
    with both() as uow:
        assert uow.channels.cursor("tg") is None
        uow.channels.save_cursor("tg", "5")
        uow.channels.save_cursor("tg", "6")
        assert (uow.channels.cursor("tg"), uow.channels.cursor("wa")) == ("6", None)


def test_a_conversation_knows_its_channel_and_when_it_was_heard(shared):
    with shared() as uow:
        uow.conversations.add(a_conversation("c3", channel="matrix"))
        before = uow.conversations.get("c3")
        assert (before.channel, before.heard_at) == ("matrix", None)
        for author in (Author.BUYER, Author.BOT):
            at = NOW if author is Author.BUYER else NOW + SECOND
            said = {"type": EventType.MESSAGE, "at": at, "body": {}}
            uow.conversations.append("c3", author=author, **said)
        assert uow.conversations.get("c3").heard_at == NOW
        uow.conversations.save(before)  # as somebody read it before
        assert uow.conversations.get("c3").heard_at == NOW


def plans(engine, work):
    """How SQLite finds the rows of every statement that `work` runs."""
    seen = []
    listen = (engine, "before_cursor_execute")
    kept = lambda conn, cursor, sql, values, *_: seen.append((sql, values))  # noqa: E731
    event.listen(*listen, kept)
    with make_uow_factory(engine)() as uow:
        work(uow)
    event.remove(*listen, kept)
    asked = [(sql, values) for sql, values in seen if sql.startswith(("SELECT", "UPDATE"))]
    with engine.connect() as connection:
        for sql, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            yield sql, [row.detail for row in plan]


def everything_asked(uow):
    channels = uow.channels
    channels.thread("wa", "x")
    channels.thread_by_id("t1")
    channels.threads_of("c1")
    channels.claim_threads(NOW, lease=1, limit=1, settled=SETTLED)
    channels.release_thread("t1")
    channels.waiting("t1", NOW, limit=9, settled=NOW)
    channels.worked([1])
    channels.put_off([1], until=NOW)
    channels.send("s1")
    channels.send_by_ref("wa", "r")
    channels.sends_of("c1", since=0)
    channels.claim_sends(NOW, lease=1, limit=1)
    channels.change_sends("t1", {SendState.HELD}, SendState.PENDING, now=NOW)
    channels.counts()
    channels.forget("c1")
    channels.link_of("t1")
    channels.links_of_buyer(SHOP, "b1")
    channels.cursor("tg")


def test_nothing_is_found_by_looking_through_a_whole_table(sqlite_url):
    engine = make_engine(sqlite_url)
    for sql, plan in plans(engine, everything_asked):
        scans = [step for step in plan if step.startswith("SCAN") and "USING" not in step]
        assert not scans, sql
    engine.dispose()

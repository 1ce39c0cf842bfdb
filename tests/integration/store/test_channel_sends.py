"""What goes out to messengers: each part once, one at a time in a chat, in order.

The fake that unit tests use promises the same, as far as one process can tell.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aftersale.domain.channels import Choice, SendState
from aftersale.domain.conversations import Author, EventType
from tests.integration.store.channel_things import (
    MINUTE,
    SECOND,
    a_send,
    a_thread,
    fill_chats,
    names,
)
from tests.integration.store.things import NOW


@pytest.fixture
def both(every_store):
    return fill_chats(every_store)


@pytest.fixture
def shared(uow_factory):
    """Where several write at once: on the databases alone."""
    return fill_chats(uow_factory)


def leaving(uow, now=NOW):
    return names(uow.channels.claim_sends(now, lease=60, limit=9))


def settle(uow, send_id, state, **more):
    uow.channels.save_send(replace(uow.channels.send(send_id), state=state, **more))


def test_what_is_said_is_behind_until_it_is_noted(both):
    with both() as uow:
        assert uow.channels.behind(limit=9) == []
        said = {"type": EventType.MESSAGE, "author": Author.BOT, "at": NOW, "body": {"text": "x"}}
        seq = uow.conversations.append("c1", **said).seq
        assert uow.channels.behind(limit=9) == [a_thread()]
        uow.channels.save_thread(a_thread(noted_seq=seq))
        assert uow.channels.behind(limit=9) == []


def test_only_some_accounts_and_only_what_happened_lately_may_be_asked_for(both):
    with both() as uow:
        said = {"type": EventType.MESSAGE, "author": Author.BOT, "at": NOW, "body": {"text": "x"}}
        uow.conversations.append("c1", **said)
        account = a_thread().account

        def found(**more):
            return len(uow.channels.behind(limit=9, **more))

        assert (found(accounts=(account,)), found(accounts=("gone",))) == (1, 0)
        assert (found(since=NOW), found(since=NOW + SECOND)) == (1, 0)


def test_a_part_of_an_event_is_written_once(both):
    full = a_send(
        "s1",
        options=(Choice("b1", "Yes"),),
        attempts=2,
        ref="wamid.9",
        code="131047",
        sent_at=NOW,
        is_template=True,
        lapsed=True,
    )
    with both() as uow:
        assert uow.channels.add_send(full)
        assert not uow.channels.add_send(a_send("s2"))
        assert uow.channels.add_send(a_send("s3", part=1))
        # The chat is held in another conversation now, which counts from one, too.
        assert uow.channels.add_send(a_send("s4", conversation_id="c2"))
        assert uow.channels.add_send(a_send("s5", conversation_id=""))
        assert uow.channels.send("s1") == uow.channels.send_by_ref("wa", "wamid.9") == full
        assert uow.channels.send("s9") is uow.channels.send_by_ref("tg", "wamid.9") is None
        assert names(uow.channels.sends_of("c1", since=0)) == ["s1", "s3"]
        assert uow.channels.sends_of("c1", since=1) == []


def test_sends_of_a_chat_leave_one_by_one_in_order(both):
    with both() as uow:
        for name, thread_id in (("s1", "t1"), ("s2", "t1"), ("s3", "t2")):
            uow.channels.add_send(a_send(name, thread_id, seq=int(name[1:])))
        first, third = uow.channels.claim_sends(NOW, lease=60, limit=9)
        assert (first.send_id, third.send_id) == ("s1", "s3")
        assert (first.state, first.attempts, first.lapsed) == (SendState.SENDING, 1, False)
        assert leaving(uow) == []
        settle(uow, "s1", SendState.SENT, ref="r1")
        assert leaving(uow) == ["s2"]


def test_what_has_to_wait_holds_back_what_comes_after(both):
    with both() as uow:
        uow.channels.add_send(a_send("s1", due_at=NOW + SECOND))
        uow.channels.add_send(a_send("s2", seq=2))
        assert leaving(uow) == []
        assert leaving(uow, NOW + SECOND) == ["s1"]


@pytest.mark.parametrize(
    ("before", "is_template", "goes"),
    [
        (SendState.HELD, False, False),
        (SendState.HELD, True, True),
        (SendState.FAILED, False, True),
        (SendState.WITHDRAWN, False, True),
        (SendState.READ, False, True),
    ],
)
def test_what_became_of_the_one_before_decides(both, before, is_template, goes):
    with both() as uow:
        uow.channels.add_send(a_send("s1", state=before))
        uow.channels.add_send(a_send("s2", seq=2, is_template=is_template))
        assert leaving(uow) == (["s2"] if goes else [])


def test_what_may_have_left_is_waited_for_a_minute(both):
    with both() as uow:
        uow.channels.add_send(a_send("s1"))
        uow.channels.add_send(a_send("s2", seq=2))
        assert leaving(uow) == ["s1"]
        settle(uow, "s1", SendState.UNKNOWN)
        assert leaving(uow, NOW + MINUTE - SECOND) == []
        assert leaving(uow, NOW + MINUTE) == ["s2"]


def test_a_quiet_chat_is_passed_over(both):
    with both() as uow:
        uow.channels.add_send(a_send("s1"))
        uow.channels.save_thread(a_thread(quiet_until=NOW + SECOND))
        assert leaving(uow) == []
        assert leaving(uow, NOW + SECOND) == ["s1"]


def test_whoever_never_said_what_came_of_it_leaves_it_to_the_next(both):
    with both() as uow:
        uow.channels.add_send(a_send("s1"))
        uow.channels.add_send(a_send("s2", seq=2))
        assert leaving(uow) == ["s1"]
        (again,) = uow.channels.claim_sends(NOW + MINUTE, lease=60, limit=9)
        assert (again.send_id, again.lapsed, again.attempts) == ("s1", True, 2)
        assert leaving(uow, NOW + MINUTE) == []
        settle(uow, "s1", SendState.PENDING, due_at=NOW)
        (fresh,) = uow.channels.claim_sends(NOW + MINUTE, lease=60, limit=9)
        assert (fresh.send_id, fresh.lapsed) == ("s1", False)


def test_of_many_senders_each_send_has_one(shared):
    with shared() as uow:
        for n in range(12):
            uow.channels.add_thread(a_thread(f"n{n}"))
            for seq in (1, 2):
                uow.channels.add_send(a_send(f"s{n}.{seq}", f"n{n}", seq))
        uow.commit()

    def claim(_):
        with shared() as uow:
            found = names(uow.channels.claim_sends(NOW, lease=60, limit=5))
            uow.commit()
            return found

    with ThreadPoolExecutor(6) as pool:
        found = [each for one in pool.map(claim, range(12)) for each in one]
    assert sorted(found) == sorted(f"s{n}.1" for n in range(12))


def test_what_was_held_leaves_when_the_buyer_writes(both):
    with both() as uow:
        uow.channels.add_send(a_send("s1", state=SendState.HELD))
        uow.channels.add_send(a_send("s2", seq=2, state=SendState.HELD))
        uow.channels.add_send(a_send("s3", "t2", state=SendState.HELD))
        later = NOW + SECOND
        moved = uow.channels.change_sends("t1", {SendState.HELD}, SendState.PENDING, now=later)
        assert moved == 2
        assert leaving(uow) == []
        assert leaving(uow, later) == ["s1"]


def test_what_carries_one_event_is_moved_alone(both):
    with both() as uow:
        for part in range(2):
            uow.channels.add_send(a_send(f"s{part}", seq=1, part=part))
        uow.channels.add_send(a_send("s2", seq=2))
        moved = uow.channels.change_sends(
            "t1", {SendState.PENDING}, SendState.WITHDRAWN, now=NOW, seq=1
        )
        assert moved == 2
        assert leaving(uow) == ["s2"]


def test_what_is_not_over_is_counted(both):
    with both() as uow:
        for n, state in enumerate(SendState):
            uow.channels.add_send(a_send(f"s{n}", seq=n, state=state))
        uow.channels.add_send(a_send("x", "t2"))
        on_its_way = {("wa", s): 1 for s in list(SendState)[:4]}
        assert uow.channels.counts() == on_its_way | {("tg", SendState.PENDING): 1}

"""In whatever order, how often and however interrupted things come: each once, in its order."""

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, InboundKind, Unusable
from aftersale.services.channels.batching import next_batch
from aftersale.services.ports_passing import Passing
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.channels.plain_connector import NOW, PLAIN, SETTLES, PlainConnector, said
from tests.integration.channels.way_in import CHATS, WayIn, expected, pictures, talk

PATIENT = replace(PLAIN, settle=SETTLES)
LEASE = timedelta(seconds=301)
FEW = settings(max_examples=12, deadline=None)


@pytest.fixture(scope="module")
def make_way_in(empty_database, policies, voice):
    """Makes a way in with a store of its own, as often as a test wants one."""

    @contextmanager
    def make(capabilities=PATIENT):
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "in.db"
            shutil.copy(empty_database, database)
            engine = make_engine(f"sqlite:///{database}")
            uow, connectors = make_uow_factory(engine), [PlainConnector("plain", capabilities)]
            words = {"policies": policies, "voice": voice, "connectors": connectors}
            yield WayIn(uow, Path(folder) / "uploads", **words)
            engine.dispose()

    return make


@FEW
@given(
    counted=st.booleans(),
    seed=st.integers(0, 2**32),
    copies=st.integers(1, 3),
    batch=st.integers(1, 6),
)
def test_any_order_and_any_repetition_gives_each_message_once_in_order(
    make_way_in, counted, seed, copies, batch
):
    chance, events = Random(seed), talk(counted)
    came = events * copies
    chance.shuffle(came)
    deliveries = [came[n : n + batch] for n in range(0, len(came), batch)]
    step = SETTLES / (len(deliveries) + 1)  # the last comes before the first has waited too long
    with make_way_in() as way_in:
        for inbound in deliveries:
            way_in.deliver(*inbound)
            for _ in range(chance.randrange(3)):
                way_in.work()
            way_in.now += step
        way_in.settle()
        way_in.deliver(*came)
        way_in.settle()
        for chat in CHATS:
            assert way_in.heard(chat) == expected(events, chat)
            assert [turn["text"] for turn in way_in.turns(chat)] == expected(events, chat)


@FEW
@given(missing=st.integers(1, 8), late=st.floats(0, 5))
def test_a_gap_is_waited_for_as_long_as_was_agreed_and_what_comes_late_is_not_lost(
    make_way_in, missing, late
):
    events = talk(counted=True)
    with make_way_in() as way_in:
        way_in.deliver(events[0])
        way_in.settle()
        way_in.deliver(*(each for each in events[1:] if each is not events[missing]))
        way_in.work()
        before = [chat for chat in CHATS for _ in way_in.heard(chat)]
        assert len(before) == missing  # everything up to the gap, and nothing after it
        way_in.later(seconds=late)
        way_in.deliver(events[missing])
        way_in.settle()
        chat = events[missing].address
        if late < SETTLES.total_seconds():
            assert way_in.heard(chat) == expected(events, chat)
        assert sorted(way_in.heard(chat)) == sorted(expected(events, chat))


def test_nothing_waits_longer_for_a_gap_than_was_agreed(make_way_in):
    first, _, third = talk(counted=True, length=1)
    with make_way_in() as way_in:
        way_in.deliver(first)
        way_in.settle()
        way_in.deliver(third)
        way_in.now += SETTLES - timedelta(milliseconds=1)
        way_in.work()
        assert way_in.heard("max") == []
        way_in.later(milliseconds=1).work()
        assert way_in.heard("max") == [third.text]


def test_channels_that_count_wait_no_longer_than_buyers_would_notice():
    assert {each: CAPABILITIES[each].settle for each in Channel if each in CAPABILITIES} == {
        Channel.WHATSAPP: timedelta(milliseconds=400),
        Channel.TELEGRAM: timedelta(seconds=2),
        Channel.EMAIL: timedelta(0),
        Channel.MATRIX: timedelta(0),
    }


# ---- crashes -----------------------------------------------------------------------------------


class Crash(BaseException):
    """The process is gone: nothing that it would still do happens."""


class Crashing:
    """Units of work that end the process at the n-th step: begin, commit or just after it."""

    def __init__(self, begin, step):
        self._begin, self.left, self.is_down = begin, step, False

    @contextmanager
    def __call__(self):
        self._step()
        with self._begin() as uow:
            commit = uow.commit
            uow.commit = lambda: (self._step(), commit(), self._step())
            yield uow

    def _step(self):
        self.left -= 1
        if self.left < 0:
            self.is_down = True
        if self.is_down:
            raise Crash


def mixed(way_in):
    """Something of every kind, to three chats."""
    unusable = {"kind": InboundKind.UNSUPPORTED, "what": Unusable.VOICE}
    at = [NOW - timedelta(seconds=60 - n) for n in range(12)]
    return [
        [
            said("1", "Hello", at=at[1], order=1),
            said("2", "lee", address="lee", at=at[2], order=2),
        ],
        [said("3", "Look", media=pictures(way_in, "a"), at=at[3], order=3, album="x")],
        [said("4", media=pictures(way_in, "b"), at=at[4], order=4, album="x")],
        [said("5", at=at[5], order=5, **unusable)],
        [said("6", "Cancle it", at=at[6], order=6)],
        [said("7", "Cancel it", kind=InboundKind.EDITED, about="6", at=at[7], order=7)],
        [said("8", kind=InboundKind.PRESSED, payload="gone", at=at[8], order=8)],
        [said("9", "/start", kind=InboundKind.START, address="max", at=at[9], order=9)],
        [said("10", "in a group", address="group", is_private=False, at=at[10], order=10)],
    ]


def everything(way_in):
    return {
        chat: (way_in.heard(chat), way_in.told(chat), way_in.turns(chat)) for chat in CHATS
    } | {"beside": [send.body for send in way_in.beside()]}


def lived_through(way_in, steps):
    """Deliver and work off, begun anew after a crash at that step; whether there was one."""
    begin = way_in.uow
    way_in.uow = crashing = Crashing(begin, steps)
    deliveries = mixed(way_in)
    for inbound in deliveries:
        while True:
            try:
                way_in.deliver(*inbound)
                if inbound is deliveries[-1]:
                    way_in.settle(4)
                break
            except Crash:  # the provider had no 200 and delivers again
                way_in.uow = begin
                way_in.restart()
                way_in.now += LEASE
    way_in.uow = begin
    way_in.now += LEASE
    way_in.settle(4)
    return crashing.is_down


def test_a_crash_at_any_step_changes_nothing(make_way_in):
    with make_way_in() as undisturbed:
        assert not lived_through(undisturbed, 10_000)
        wanted = everything(undisturbed)
    assert wanted["kim"][0] == ["Hello", "Look + 2 photos", "Cancel it"]
    assert wanted["kim"][1] == ["utter_channel_voice", "utter_channel_button_gone"]
    assert len(wanted["beside"]) == 1
    step, crashed = 0, True
    while crashed:
        with make_way_in() as way_in:
            crashed = lived_through(way_in, step)
            assert everything(way_in) == wanted, step
        step += 9 if step % 2 else 1  # two neighbours of every ten
    assert step > 100


# ---- what cannot be passed on ------------------------------------------------------------------


def poisoned(way_in):
    """The service fails at one message, always."""
    receive = way_in.conversations.receive

    def fails(conversation_id, incoming, now, *, within):
        if incoming.text == "poison":
            raise LookupError
        return receive(conversation_id, incoming, now, within=within)

    way_in.conversations.receive = fails


def test_a_message_that_always_fails_holds_up_nobody_else(make_way_in, caplog):
    with make_way_in() as way_in:
        poisoned(way_in)
        way_in.hear(said("1", "poison"), said("2", "Hello", address="lee"))
        assert (way_in.heard("kim"), way_in.heard("lee")) == ([], ["Hello"])
    assert "poison" not in caplog.text.replace("poisoned", "")


def test_a_message_that_always_fails_is_given_up_in_the_end_and_the_buyer_knows(make_way_in):
    with make_way_in() as way_in:
        poisoned(way_in)
        way_in.hear(said("1", "poison"), said("2", "And now?", at=NOW + SETTLES))
        way_in.settle(12, minutes=5)
        assert way_in.heard() == []
        way_in.settle(10, minutes=5)
        assert way_in.told() == ["utter_channel_again"]
        assert way_in.heard() == ["And now?"]
        assert way_in.now - NOW < timedelta(hours=3)


def test_what_comes_again_after_its_mark_was_forgotten_is_done_and_heard_once(make_way_in):
    with make_way_in() as way_in:
        way_in.hear(said("1", "Hello"))
        with way_in.uow() as uow:
            assert uow.passing.forget(Passing.MESSAGES, over_before=way_in.now, limit=9) == 1
            uow.commit()
        way_in.later(seconds=5).deliver(said("1", "Hello"))
        thread = way_in.thread()
        assert way_in.hearing.hear(thread, next_batch(waiting(way_in, thread)), way_in.now)
        assert waiting(way_in, thread) == []
        assert way_in.heard() == ["Hello"]


def waiting(way_in, thread):
    now = way_in.now
    with way_in.uow() as uow:
        return uow.channels.waiting(thread.thread_id, now, limit=9, settled=now)

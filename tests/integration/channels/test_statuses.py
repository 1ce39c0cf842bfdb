"""Statuses come in any order, twice, before our own result and after a restart."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from aftersale.domain.channels import SEND_MOVES, SendState
from aftersale.services.ports_channels import Busy, Status, Uncertain, Unreachable
from tests.integration.channels.way_out import CONV, Provider, World

TOLD = ("sent", "delivered", "read", "failed")
THERE = {SendState.SENT, SendState.DELIVERED, SendState.READ}


def sent(world, text="one"):
    world.bot(text)
    world.settle()
    return world.sends()[-1]


def test_delivery_goes_forward_only(talk):
    send = sent(talk)
    said = [talk.tell(talk.told(state, send)) for state in ("read", "delivered", "sent", "failed")]
    assert said == [1, 0, 0, 0]
    assert talk.states() == ["read"]


def test_a_status_twice_is_news_once(talk):
    send = sent(talk)
    assert talk.tell(talk.told("delivered", send), talk.told("delivered", send)) == 1


def test_a_status_names_the_message_by_the_providers_id_as_well(talk):
    send = sent(talk)
    assert talk.tell(Status(SendState.READ, talk.now, ref=send.ref)) == 1


def test_a_status_of_nothing_we_know_is_nobodys(talk):
    sent(talk)
    unknown = Status(SendState.READ, talk.now, ref="wamid-x", token="x")
    assert talk.tell(unknown, Status(SendState.READ, talk.now)) == 0


def test_an_account_tells_nothing_of_anothers_messages(talk):
    send = sent(talk)
    talk.connect(talk.provider, Provider("another"))
    told = talk.told("read", send, ref=send.ref)
    assert talk.tell(told, account="another") == 0
    assert talk.states() == ["sent"]


def test_why_it_failed_is_kept(talk):
    send = sent(talk)
    talk.tell(talk.told("failed", send, code="131026"))
    assert [(each.state.value, each.code) for each in talk.sends()] == [("failed", "131026")]


@pytest.mark.parametrize("state", ["sent", "delivered", "read"])
def test_what_got_through_after_all_is_not_sent_once_more(talk, state):
    talk.provider.answers.append(Unreachable("131000"))
    talk.bot("one")
    talk.settle(times=2)
    assert talk.states() == ["pending"]
    assert talk.tell(talk.told(state, talk.sends()[0], ref="theirs")) == 1
    talk.settle(minutes=1)
    assert (talk.states(), talk.provider.texts()) == ([state], [])


def test_a_status_before_our_own_result_wins(talk):
    def during(out):
        read = Status(SendState.READ, talk.now, ref="theirs", token=out.token)
        news.append(talk.tell(read))

    news = []
    talk.provider.during = during
    send = sent(talk)
    assert news == [1]
    assert send.state is SendState.READ
    assert send.ref == "theirs"
    assert send.sent_at is not None


@pytest.mark.parametrize("trouble", [Uncertain("timeout"), Unreachable("reset"), Busy("429", 9)])
def test_a_status_before_our_own_trouble_wins(talk, trouble):
    talk.provider.during = lambda out: talk.tell(talk.told("delivered", talk.sends()[0]))
    talk.provider.answers.append(trouble)
    talk.bot("one")
    talk.settle()
    talk.later(minutes=10).settle()
    assert talk.states() == ["delivered"]
    assert len(talk.provider.calls) == 1


def test_what_was_offered_counts_when_only_a_status_tells_that_it_is_there(talk):
    talk.provider.answers.append(Uncertain("timeout"))
    talk.bot("Sure?", "Yes", "No")
    talk.settle()
    assert talk.thread().choices == ()
    talk.tell(talk.told("delivered", talk.sends()[0]))
    assert [each.title for each in talk.thread().choices] == ["Yes", "No"]


def test_what_failed_before_is_not_there_afterwards(talk):
    send = sent(talk)
    talk.tell(talk.told("failed", send))
    assert talk.tell(talk.told("delivered", send)) == 0
    assert talk.states() == ["failed"]


class Deliveries(RuleBasedStateMachine):
    """Messages leave, get lost and are told of; the state of each only moves as the table says."""

    template = policies = voice = None

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        database = Path(self.folder.name) / "aftersale.db"
        shutil.copy(self.template, database)
        self.world = World(database, policies=self.policies, voice=self.voice)
        self.world.open_thread()
        self.seen, self.may_have_left, self.number = {}, set(), 0

    def teardown(self):
        self.world.engine.dispose()
        self.folder.cleanup()

    @rule()
    def say(self):
        self.world.bot(f"{self.number}")
        self.number += 1
        self.world.mirror()

    @rule(
        trouble=st.sampled_from(
            [None, None, Uncertain("timeout"), Unreachable("down"), Busy("429", 5.0)]
        ),
        told=st.lists(st.sampled_from(TOLD), max_size=3),
    )
    def leave(self, trouble, told):
        twice = []  # what is raised here would be a trouble of the connector

        def during(out):
            twice.extend({out.token} & self.may_have_left)
            if told or trouble is None or isinstance(trouble, Uncertain):
                self.may_have_left.add(out.token)
            for state in told:
                self.world.tell(Status(SendState(state), self.world.now, token=out.token))

        self.world.provider.answers.clear()
        self.world.provider.answers.append(trouble)
        self.world.provider.during = during
        self.world.send()
        assert not twice

    @precondition(lambda self: self.number)
    @rule(which=st.integers(0, 5), told=st.lists(st.sampled_from(TOLD), min_size=1, max_size=3))
    def tell(self, which, told):
        sends = self.world.sends()
        send = sends[which % len(sends)]
        for state in told:
            self.world.tell(self.world.told(state, send))
            self._watch()

    @rule(seconds=st.sampled_from([1, 10, 70, 400]))
    def wait(self, seconds):
        self.world.later(seconds=seconds)

    @rule()
    def restart(self):
        self.world.restart()

    @invariant()
    def states_move_as_the_table_says(self):
        self._watch()

    def _watch(self):
        if not hasattr(self, "world"):
            return
        for send in self.world.sends(CONV):
            before = self.seen.get(send.send_id, SendState.PENDING)
            assert send.state in _reachable(before), (before, send.state)
            self.seen[send.send_id] = send.state


def _reachable(state):
    """Every state that moves of the table lead to, in any number of steps."""
    found, more = {state}, [state]
    while more:
        for then in SEND_MOVES[more.pop()] - found:
            found.add(then)
            more.append(then)
    return found


def test_deliveries_never_go_backwards(empty_database, policies, voice):
    machine = type(
        "Machine",
        (Deliveries,),
        {"template": empty_database, "policies": policies, "voice": voice},
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

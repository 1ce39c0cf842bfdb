"""All moves in any order, by hypothesis: the store never says two things about who owns it."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from aftersale.domain.conversations import Owner
from aftersale.domain.errors import IllegalMove
from aftersale.domain.handoffs import HandoffReason, HandoffState
from aftersale.domain.ownership import OWNER_MOVES, OwnerMove
from aftersale.errors import ConversationClosed, OwnershipMoved
from aftersale.services.handoff.asking import may_ask
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.handoff.stage import MIRA, NOA, SUE, Stage, is_kept

REFUSED = (OwnershipMoved, IllegalMove, ConversationClosed)
WHO = st.sampled_from([MIRA, NOA, SUE])
OPEN_STATE = {Owner.QUEUED: HandoffState.WAITING, Owner.HUMAN: HandoffState.CLAIMED}


class Moves(RuleBasedStateMachine):
    """One conversation, three agents, one buyer and time."""

    database: Path

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.database, self.folder / "m.db")
        self.engine = make_engine(f"sqlite:///{self.folder / 'm.db'}")
        self.stage = Stage(make_uow_factory(self.engine))
        self.talk = self.stage.talk("machine")
        self.seen = 1  # a version that somebody looked at, and that may be old

    def teardown(self):
        if hasattr(self, "engine"):
            self.engine.dispose()
            shutil.rmtree(self.folder)

    def tried(self, move, work):
        """Do it; what is refused changes nothing, what is done followed the table."""
        before = self.talk.row()
        try:
            work()
        except REFUSED:
            assert self.talk.row() == before
            return
        after = self.talk.row()
        starts, end = OWNER_MOVES[move]
        assert before.owner in starts
        assert (after.owner, after.owner_version) == (end, before.owner_version + 1)

    def act(self, who, stale):
        return self.talk.act(who, self.seen if stale else None)

    @rule(here=st.booleans())
    def desk_is(self, here):
        if here:
            self.stage.arrive(MIRA)
        else:
            with self.stage.uow() as unit:
                unit.agents.leave("mira", self.stage.now)
                unit.commit()

    @rule()
    def look(self):
        self.seen = self.talk.row().owner_version

    @rule(reason=st.sampled_from([HandoffReason.ASKED, HandoffReason.TROUBLE]))
    def ask(self, reason):
        if may_ask(self.talk.row()):
            self.talk.ask(reason)

    @rule(who=WHO, stale=st.booleans())
    def claim(self, who, stale):
        self.tried(OwnerMove.CLAIM, lambda: self.stage.desk.claim(self.act(who, stale)))

    @rule(who=WHO, stale=st.booleans())
    def take_over(self, who, stale):
        self.tried(OwnerMove.TAKE_OVER, lambda: self.stage.desk.take_over(self.act(who, stale)))

    @rule(who=WHO, to=WHO)
    def transfer(self, who, to):
        move = lambda: self.stage.desk.transfer(self.act(who, stale=False), to)  # noqa: E731
        self.tried(OwnerMove.TRANSFER, move)

    @rule(who=WHO)
    def release(self, who):
        move = lambda: self.stage.desk.release(self.act(who, stale=False))  # noqa: E731
        self.tried(OwnerMove.RELEASE, move)

    @rule(who=WHO, stale=st.booleans())
    def give_back(self, who, stale):
        self.tried(OwnerMove.GIVE_BACK, lambda: self.stage.desk.give_back(self.act(who, stale)))

    @rule(who=WHO)
    def close(self, who):
        move = lambda: self.stage.desk.close(self.act(who, stale=False))  # noqa: E731
        self.tried(OwnerMove.CLOSE, move)

    @rule(who=WHO)
    def reopen(self, who):
        move = lambda: self.stage.desk.reopen(self.act(who, stale=False))  # noqa: E731
        self.tried(OwnerMove.REOPEN, move)

    @rule(who=WHO)
    def speak(self, who):
        owner, handoffs = self.talk.row().owner, self.talk.handoffs()
        has = [each.agent for each in handoffs if each.state is HandoffState.CLAIMED]
        try:
            self.talk.agent_says("words", who)
        except OwnershipMoved:
            assert owner is not Owner.HUMAN or has != [who.user]
            return
        assert (owner, has) == (Owner.HUMAN, [who.user])

    @rule()
    def leave(self):
        self.stage.queue.leave(self.talk.conversation_id, self.stage.now)
        assert self.talk.row().owner not in {Owner.QUEUED, Owner.HUMAN}

    @rule()
    def write(self):
        before = self.talk.row()
        try:
            received = self.talk.say("hello")
        except ConversationClosed:
            assert before.is_over
            return
        assert received.owes_turn == (before.owner in {Owner.BOT, Owner.OFFLINE})

    @rule(seconds=st.sampled_from([1, 60, 200]))
    def time_goes_on(self, seconds):
        self.stage.now += timedelta(seconds=seconds)
        self.stage.watch.run(self.stage.now)

    @invariant()
    def one_owner_and_one_handoff_that_says_the_same(self):
        if not hasattr(self, "talk"):
            return
        owner = self.talk.row().owner
        opened = [each for each in self.talk.handoffs() if each.is_open]
        assert [each.state for each in opened] == (
            [OPEN_STATE[owner]] if owner in OPEN_STATE else []
        )
        assert all((each.agent is None) == (owner is Owner.QUEUED) for each in opened)

    @invariant()
    def the_log_reads_true(self):
        if hasattr(self, "talk"):
            log = self.talk.log()
            assert is_kept(log)
            moves = [e for e in log if "move" in e.body and e.body["move"] != "place"]
            assert len(moves) == self.talk.row().owner_version - 1

    @invariant()
    def whoever_was_told_a_case_has_one(self):
        if not hasattr(self, "talk"):
            return
        with self.stage.uow() as unit:
            numbers = {c.number for c in unit.cases.of_conversation(self.talk.conversation_id)}
        for each in self.talk.handoffs():
            if each.state is HandoffState.MISSED:
                assert each.case_number in numbers


def test_any_order_of_moves_keeps_one_owner(empty_database):
    machine = type("Machine", (Moves,), {"database": empty_database})
    few = settings(max_examples=40, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(machine, settings=few)

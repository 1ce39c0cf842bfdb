"""Many who want the same conversation at once: one has it."""

import threading

import pytest

from aftersale.domain.conversations import EventType, Owner
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.errors import IllegalMove
from aftersale.domain.handoffs import HandoffReason
from aftersale.errors import OwnershipMoved
from tests.integration.handoff.stage import MIRA, NOA, in_background, is_kept

AGENTS = [DeskUser(f"a{n}", f"Agent {n}", Role.AGENT) for n in range(8)]
TIMES = 200
PART = 25


def at_once(moves):
    """Run them all at the same moment; return how each came out."""
    gate, out = threading.Barrier(len(moves)), []

    def go(move):
        gate.wait()
        try:
            out.append(move().handoff.agent)
        except (OwnershipMoved, IllegalMove):
            out.append(None)

    for finish in [in_background(lambda move=move: go(move)) for move in moves]:
        finish()
    return [agent for agent in out if agent]


@pytest.mark.parametrize("part", range(TIMES // PART))
def test_of_all_who_claim_at_once_one_wins_each_time(part, stage):
    stage.arrive(MIRA)
    for time in range(part * PART, (part + 1) * PART):
        talk = stage.talk(f"claims-{time}")
        talk.ask(HandoffReason.ASKED)
        seen = talk.row().owner_version
        acts = [talk.act(who, seen) for who in AGENTS]
        (winner,) = at_once([lambda act=act: stage.desk.claim(act) for act in acts])
        (handoff,) = talk.handoffs()
        assert (handoff.agent, talk.row().owner) == (winner, Owner.HUMAN)
        claims = [e for e in talk.log() if e.body.get("move") == "claim"]
        assert len(claims) == 1
        with stage.uow() as unit:
            trail = unit.ledger.trail(f"conversation:{talk.conversation_id}")
        assert [e.actor for e in trail if e.action == "owner.claim"] == [f"agent:{winner}"]


@pytest.mark.parametrize("time", range(10))
def test_of_a_claim_and_a_take_over_one_wins(time, stage):
    stage.arrive(MIRA)
    talk = stage.talk(f"three-{time}")
    talk.ask(HandoffReason.ASKED)
    seen = talk.row().owner_version
    moves = [
        lambda: stage.desk.claim(talk.act(MIRA, seen)),
        lambda: stage.desk.take_over(talk.act(NOA, seen)),
    ]
    won = at_once(moves)
    assert len(won) == 1
    assert is_kept(talk.log())
    moved = [e for e in talk.log() if e.type is EventType.OWNER]
    assert [e.body["version"] for e in moved] == [2, 3]
    with pytest.raises(OwnershipMoved):  # the buyer, who saw what held before
        stage.queue.leave(talk.conversation_id, stage.now, version=seen)

"""An agent takes the conversation while an action runs: 200 seeded races at three barriers.

Read from the database and from the log as the buyer's screen reads it.
"""

import random

import pytest

from aftersale.domain.conversations import Author, Owner
from aftersale.domain.handoffs import HandoffReason
from aftersale.domain.orders import OrderState
from tests.integration.handoff.stage import (
    BARRIERS,
    CANCELLED,
    DONE,
    MIRA,
    Barrier,
    StubEngine,
    in_background,
    is_kept,
    run_turns,
    told,
)

RUNS = 200
BATCH = 20


def race(stage, pool, seed):
    """Play one: a yes is on its way when an agent takes the conversation."""
    dice = random.Random(seed)
    barrier = Barrier(dice.choice(BARRIERS))
    talk = stage.talk(f"run-{seed}")
    talk.propose()
    talk.say("yes")
    for _ in range(dice.randrange(3)):
        talk.say("hello?")  # the backlog
    finish = in_background(lambda: run_turns(stage, StubEngine(stage, pool, barrier)))
    assert barrier.reached.wait(10)
    if dice.random() < 0.4:
        talk.ask(HandoffReason.ANGER)
        stage.desk.claim(talk.act())
    else:
        stage.desk.take_over(talk.act())
    if speaks := dice.random() < 0.7:
        talk.agent_says("Good day, I am reading.")
    back = dice.random() < 0.3
    if back:
        stage.desk.give_back(talk.act(), outcome="Sorted.")
    barrier.passed.set()
    finish()
    return talk, barrier, speaks, back


@pytest.mark.parametrize("batch", range(RUNS // BATCH))
def test_no_word_of_the_bot_over_a_person_and_no_result_is_lost(batch, stage, pool):
    stage.arrive(MIRA)
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        talk, barrier, speaks, back = race(stage, pool, seed)
        log = talk.log()
        assert is_kept(log), seed
        was_done = barrier.at != "before the decision"
        assert (talk.order_state() is CANCELLED) == was_done, seed
        assert told(log, DONE) == ([Author.SYSTEM] if was_done else []), seed
        assert not told(log, "utter_trouble"), seed
        assert talk.row().owner is (Owner.BOT if back else Owner.HUMAN), seed
        (handoff,) = talk.handoffs()
        assert handoff.agent == "mira", seed
        assert sum(e.author is Author.AGENT for e in log) == speaks, seed
        with stage.uow() as unit:
            assert unit.conversations.waiting_turns(talk.conversation_id) == 0, seed


def test_a_yes_after_a_person_had_it_fires_nothing_old(stage, pool):
    talk = stage.talk("later")
    talk.propose()
    stage.desk.take_over(talk.act())
    talk.agent_says("I will look into it.")
    talk.say("yes")  # to the person
    stage.desk.give_back(talk.act())
    engine = StubEngine(stage, pool)
    talk.say("yes")  # to the bot, which asks for nothing
    run_turns(stage, engine)
    assert talk.order_state() is OrderState.OPEN
    assert told(talk.log(), DONE) == []
    assert told(talk.log(), "utter_nothing_to_confirm") == [Author.BOT]
    assert engine.heard == ["yes"]  # the backlog is not answered
    (events,) = engine.appended
    assert [event["event"] for event in events][-2:] == ["resume", "action"]


def test_what_waited_when_a_person_came_is_not_answered_after_they_left(stage, pool):
    talk = stage.talk("backlog")
    talk.say("where is it?")  # nobody has looked at it yet
    stage.desk.take_over(talk.act())
    stage.desk.give_back(talk.act())
    engine = StubEngine(stage, pool)
    run_turns(stage, engine)
    assert engine.heard == []
    assert is_kept(talk.log())


def test_a_queue_that_a_turn_itself_joins_is_told_once(stage, pool):
    stage.arrive(MIRA)
    talk = stage.talk("asks")
    talk.say("a person please")
    run_turns(stage, StubEngine(stage, pool))
    log = talk.log()
    assert told(log, "utter_person_queue") == [Author.SYSTEM]
    assert log[-1].type == "turn_done"
    assert is_kept(log)

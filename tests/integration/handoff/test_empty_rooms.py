"""Night, an empty or a full desk, nobody in time, a closed laptop: a numbered case each time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.conversations import Author, Owner
from aftersale.domain.handoffs import HandoffReason, HandoffState
from aftersale.policy.problem_knobs import LiveKnobs, LiveParty
from tests.integration.handoff.stage import MIRA, NOA, StubEngine, is_kept, run_turns, told
from tests.unit.services.world import S2

MINUTES = timedelta(minutes=1)
SECONDS = timedelta(seconds=1)


def later(stage, span):
    stage.now += span
    return stage.watch.run(stage.now)


def case_told(talk):
    """The number of the one case of the conversation, read from the database, and told."""
    with talk.stage.uow() as unit:
        (case,) = unit.cases.of_conversation(talk.conversation_id)
        (handoff,) = [h for h in unit.handoffs.all_of(talk.conversation_id) if h.case_number]
    assert handoff.case_number == case.number
    assert case.ack_due_by is not None
    return case.number


def ask_by_word(stage, pool, talk):
    talk.say("a person please")
    run_turns(stage, StubEngine(stage, pool))


def close(stage):
    policy = stage.wiring.policies[S2]
    shut = replace(policy.hours, holidays=(stage.now.date(),))
    stage.wiring.policies[S2] = replace(policy, hours=shut)


@pytest.mark.parametrize("why", ["nobody", "closed", "full"])
def test_where_nobody_can_come_a_case_is_told_at_once_and_the_bot_stays(why, stage, pool):
    if why != "nobody":
        stage.arrive(MIRA)
    if why == "closed":
        close(stage)
    if why == "full":
        policy = stage.wiring.policies[S2]
        small = LiveKnobs(LiveParty.PLATFORM, waiting_per_agent=1)
        stage.wiring.policies[S2] = replace(policy, live=small)
        stage.talk("first").ask(HandoffReason.ASKED)
    talk = stage.talk(f"room-{why}")
    ask_by_word(stage, pool, talk)
    assert case_told(talk)
    assert talk.row().owner is Owner.BOT
    named = {"nobody": "case", "closed": "closed", "full": "full"}[why]
    assert told(talk.log(), f"utter_person_{named}_ack") == [Author.BOT]


def test_nobody_comes_in_time_and_the_next_message_is_answered(stage, pool):
    stage.arrive(MIRA)
    talk = stage.talk("in-vain")
    ask_by_word(stage, pool, talk)
    talk.say("I am waiting")
    assert not later(stage, 2 * MINUTES).expired
    assert later(stage, 2 * MINUTES).expired == 1
    assert later(stage, SECONDS).expired == 0
    assert talk.row().owner is Owner.OFFLINE
    assert told(talk.log(), "utter_person_missed_ack") == [Author.SYSTEM]
    assert case_told(talk)
    engine = StubEngine(stage, pool)
    talk.say("a person please")
    assert talk.row().owner is Owner.BOT
    run_turns(stage, engine)
    assert engine.heard == ["a person please"]
    assert len(engine.appended) == 1
    assert is_kept(talk.log())


def test_a_closed_laptop_puts_the_buyer_back_into_the_queue_and_then_a_case(stage):
    stage.arrive(MIRA, until=MINUTES)
    talk = stage.talk("laptop")
    talk.ask(HandoffReason.ASKED)
    stage.desk.claim(talk.act())
    talk.agent_says("One moment.")
    assert not later(stage, 80 * SECONDS).released
    assert later(stage, 20 * SECONDS).released == 1
    assert talk.row().owner is Owner.QUEUED
    assert told(talk.log(), "utter_person_gone") == [Author.SYSTEM]
    assert later(stage, 4 * MINUTES).expired == 1
    assert case_told(talk)
    assert is_kept(talk.log())


def test_after_a_restart_every_desk_has_the_time_to_be_heard_of(stage):
    stage.arrive(MIRA, until=MINUTES)
    talk = stage.talk("restart")
    stage.desk.take_over(talk.act())
    stage.now += 10 * MINUTES  # nothing ran that could have heard of anybody
    stage.watch.begin(stage.now)
    assert not later(stage, 80 * SECONDS).released
    assert talk.row().owner is Owner.HUMAN
    assert later(stage, 20 * SECONDS).released == 1


def test_an_agent_who_is_away_but_heard_of_keeps_what_they_have(stage):
    stage.arrive(MIRA, until=MINUTES)
    talk = stage.talk("away")
    talk.ask(HandoffReason.ASKED)
    stage.desk.claim(talk.act())
    for _ in range(6):
        stage.now += 60 * SECONDS
        with stage.uow() as unit:
            unit.agents.leave("mira", stage.now)
            unit.agents.seen("mira", stage.now)
            unit.commit()
        assert not stage.watch.run(stage.now).released
    assert talk.row().owner is Owner.HUMAN


def test_what_was_missed_is_offered_once_when_somebody_comes(stage):
    talk = stage.talk("offered")
    talk.ask(HandoffReason.ASKED)
    assert not later(stage, 10 * MINUTES).offered
    stage.arrive(MIRA)
    assert later(stage, SECONDS).offered == 1
    assert later(stage, SECONDS).offered == 0
    assert told(talk.log(), "utter_person_there") == [Author.SYSTEM]


def test_what_an_agent_let_pass_is_not_offered_to_the_same_agent(stage):
    stage.arrive(MIRA)
    talk = stage.talk("passed")
    talk.ask(HandoffReason.ASKED)
    assert later(stage, 4 * MINUTES).expired == 1
    assert not later(stage, MINUTES).offered
    stage.arrive(NOA)
    assert later(stage, SECONDS).offered == 1
    assert told(talk.log(), "utter_person_there") == [Author.SYSTEM]


def test_what_was_missed_yesterday_is_the_cases_alone(stage):
    talk = stage.talk("old")
    talk.ask(HandoffReason.ASKED)
    stage.now += timedelta(days=1, hours=1)
    stage.arrive(MIRA)
    assert not stage.watch.run(stage.now).offered
    assert talk.handoffs()[0].state is HandoffState.MISSED


def test_put_aside_it_is_before_the_agent_again_when_its_time_or_a_message_comes(stage):
    stage.arrive(MIRA)
    for name, wakes in (("time", False), ("words", True)):
        talk = stage.talk(f"aside-{name}")
        talk.ask(HandoffReason.ASKED)
        stage.desk.claim(talk.act())
        stage.desk.snooze(talk.act(), stage.now + 10 * MINUTES)
        if wakes:
            talk.say("hello?")
        else:
            assert later(stage, 11 * MINUTES).woken == 1
        assert talk.handoffs()[0].snoozed_until is None
        assert talk.row().owner is Owner.HUMAN


def test_a_dry_run_counts_and_changes_nothing(stage):
    stage.arrive(MIRA)
    talk = stage.talk("dry")
    talk.ask(HandoffReason.ASKED)
    stage.now += 4 * MINUTES
    assert stage.watch.run(stage.now, dry_run=True).expired == 1
    assert talk.row().owner is Owner.QUEUED


def test_who_waits_is_told_each_of_the_last_places_and_not_every_one_before(stage):
    stage.arrive(MIRA)
    talks = []
    for n in range(8):
        talks.append(stage.talk(f"row-{n}"))
        talks[-1].ask(HandoffReason.ASKED)
        stage.now += SECONDS
    for talk in talks[:-1]:
        stage.desk.claim(talk.act())
    told_places = [e.body["position"] for e in talks[-1].log() if e.body.get("move") == "place"]
    assert told_places == [4, 3, 2, 1]

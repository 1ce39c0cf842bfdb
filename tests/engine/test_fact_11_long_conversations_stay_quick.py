"""Fact 11: in Rasa the cost of a turn grows with the session, without bound."""

import itertools
import statistics
import time

from conftest import said

from bot.runtime.processor import SESSION_EVENTS

MOST_EVENTS_OF_A_TURN = 12


def test_the_200th_exchange_costs_at_most_twice_the_5th(engine, conversation):
    seconds, events = [], []
    for _ in range(200):
        began = time.process_time(), time.perf_counter()
        status, body = engine.say(conversation, "hello")
        seconds.append(time.perf_counter() - began[1])
        assert status == 200
        events.append(body["events"])
    assert max(events) <= SESSION_EVENTS + MOST_EVENTS_OF_A_TURN
    assert statistics.median(seconds[170:]) < 2 * statistics.median(seconds[3:30])


def test_slots_are_kept_when_the_session_is_rolled_over(engine, actions, conversation):
    engine.say(conversation, "cancel SD-100234")
    lengths = [engine.say(conversation, "hello")[1]["events"] for _ in range(40)]
    assert any(later < earlier for earlier, later in itertools.pairwise(lengths))
    engine.say(conversation, "cancel my order")
    slots = actions.of(conversation)[-1]["tracker"]["slots"]
    assert (slots["order_ref"], slots["tries"]) == ("SD-100234", 1)


def test_each_session_begins_as_short_as_the_one_before(engine, conversation):
    lengths = []
    for number in range(120):
        engine_answer = engine.say(conversation, f"cancel SD-{100000 + number}")
        assert said(engine_answer) == ["utter_yes"]
        lengths.append(engine_answer[1]["events"])
    starts = [b for a, b in itertools.pairwise(lengths) if b < a]
    assert len(starts) > 2
    assert max(starts) - min(starts) <= 1

"""Fact 11: in Rasa the cost of a turn grows with the session, without bound."""

import itertools
import os
from pathlib import Path

from conftest import said

MOST_EVENTS = 100  # a session of 80, and a turn


def test_the_200th_exchange_costs_at_most_twice_the_5th(engine, conversation):
    spent, events = [processor_seconds(engine)], []
    for _ in range(200):
        status, body = engine.say(conversation, "hello")
        assert status == 200
        events.append(body["events"])
        spent.append(processor_seconds(engine))
    assert max(events) <= MOST_EVENTS
    # The clock of the process ticks every 10 ms, so thirty turns are taken together.
    assert spent[200] - spent[170] < 2 * (spent[32] - spent[2])


def processor_seconds(engine):
    """Processor time of the engine: how busy the machine is otherwise does not matter."""
    fields = Path(f"/proc/{engine.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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

"""Fact 4: in Rasa a pause dies with the session, and a typed /restart ends it."""

import json
import sqlite3
import time

import pytest

TWO_HOURS = 7200


@pytest.mark.parametrize("typed", ["/restart", "\u2003/restart", "\u200b/restart", "// restart"])
def test_a_typed_restart_does_not_end_a_pause(engine, conversation, typed):
    engine.say(conversation, "i want a person")
    status, body = engine.say(conversation, typed)
    assert (status, body["messages"], body["paused"]) == (200, [], True)


def test_a_restart_by_button_is_refused(engine, conversation):
    assert engine.press(conversation, "restart")[0] == 400


def test_a_pause_survives_the_end_of_the_session(engine, database, conversation):
    engine.say(conversation, "i want a person")
    _age(database, conversation, TWO_HOURS)
    status, body = engine.say(conversation, "hello")
    assert (status, body["messages"], body["paused"]) == (200, [], True)


def test_without_a_pause_the_session_does_end(engine, database, conversation):
    engine.say(conversation, "cancel SD-100234")
    before = engine.say(conversation, "hello")[1]["events"]
    _age(database, conversation, TWO_HOURS)
    assert engine.say(conversation, "hello")[1]["events"] < before


def _age(database, conversation, seconds):
    """Set the events of a conversation back, as if its buyer had been away; drop one tracker."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT id, data FROM events WHERE sender_id = ?", (conversation,)
        ).fetchall()
        for row_id, data in rows:
            event = json.loads(data)
            event["timestamp"] = time.time() - seconds
            connection.execute(
                "UPDATE events SET data = ?, timestamp = ? WHERE id = ?",
                (json.dumps(event), event["timestamp"], row_id),
            )
        # A row more makes the live tracker in memory out of date.
        connection.execute(
            "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, 'slot', 0, ?)",
            (conversation, json.dumps({"event": "slot", "name": "tries", "value": None})),
        )

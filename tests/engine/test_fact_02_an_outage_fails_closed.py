"""Fact 2: when the database is away Rasa goes on with an empty conversation, even a paused one."""

import sqlite3

from conftest import said


def test_a_paused_conversation_stays_silent_when_its_store_is_gone(engine, database, conversation):
    assert said(engine.say(conversation, "i want a person")) == ["utter_human"]
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE events RENAME TO events_away")
    try:
        status, body = engine.say(conversation, "hello")
    finally:
        with sqlite3.connect(database) as connection:
            connection.execute("ALTER TABLE events_away RENAME TO events")
    assert status == 503
    assert body["code"] == "store_unavailable"
    assert "events" not in body["detail"]  # nothing of the exception is told
    assert said(engine.say(conversation, "hello")) == []


def test_a_turn_that_another_process_overtook_is_refused(tmp_path):
    import pytest

    from bot.runtime.event_log import EventLog, StoreUnavailable

    log = EventLog(str(tmp_path / "e.db"))
    log.create()
    seen = log.mark("c")
    log.append("c", [{"event": "pause"}], expected=seen)
    with pytest.raises(StoreUnavailable):
        log.append("c", [{"event": "resume"}], expected=seen)

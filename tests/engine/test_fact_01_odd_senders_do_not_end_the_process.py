"""Fact 1: a sender with a NUL or a lone surrogate ends Rasa's process."""

import pytest


@pytest.mark.parametrize(
    "sender", ["a\u0000b", "\ud800", "a" * 65, "", None, 7, {"$ne": None}, "a.b"]
)
@pytest.mark.parametrize("path", ["message", "trigger", "append", "erase"])
def test_an_odd_sender_is_refused_and_the_engine_lives(engine, path, sender):
    body = {"conversation_id": sender, "turn_id": "t", "text": "hello", "intent": "greet"}
    if path == "message":
        del body["intent"]
    body["events"] = [{"event": "pause"}]
    status, _ = engine.post(path, body)
    assert status == 400
    assert engine.alive()


def test_the_store_survives_a_sender_it_cannot_encode(tmp_path):
    from bot.runtime.event_log import EventLog, Mark, StoreUnavailable

    log = EventLog(str(tmp_path / "e.db"))
    log.create()
    with pytest.raises(StoreUnavailable):
        log.append("\ud800", [{"event": "pause"}], expected=Mark(0, 0))


@pytest.mark.parametrize("text", ["\ud800", "\u0000", "hello\u0000\ud800", "\u202e\u200b"])
def test_odd_text_gets_an_answer(engine, conversation, text):
    status, _ = engine.say(conversation, text)
    assert status in (200, 400)
    assert engine.alive()

"""Fact 7: Rasa has no limits: a message of 1 MB blocks every buyer for seconds."""

import time

from conftest import said


def test_a_megabyte_is_refused_at_once(engine, conversation):
    began = time.monotonic()
    status, _ = engine.say(conversation, "a " * 500_000)
    assert status == 413
    assert time.monotonic() - began < 1.0


def test_one_character_too_many_is_refused(engine, conversation):
    assert engine.say(conversation, "a" * 2001)[0] == 413
    assert engine.say(conversation, "a" * 2000)[0] == 200


def test_a_body_that_is_not_json_is_refused(engine):
    for body in (b"", b"{", b"[]", b"7", b'"x"', b"[" * 30_000, b"\xff\xfe"):
        assert engine.post("message", body)[0] == 400


def test_after_all_that_the_engine_answers(engine, conversation):
    assert said(engine.say(conversation, "hello")) == ["utter_greet"]

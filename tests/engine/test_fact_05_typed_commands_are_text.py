"""Fact 5: `/intent{"entity": value}` typed by a buyer sets intents, and entities of any type."""

import pytest
from conftest import said

from bot.runtime.inputs import neutralise


@pytest.mark.parametrize(
    "typed",
    [
        '/inform{"order_number":{"$ne":null}}',
        '\u2003/inform{"order_number":["a"]}',
        '///affirm{"order_number": 7}',
        "/EXTERNAL_news",
    ],
)
def test_a_typed_payload_sets_neither_intent_nor_slot(engine, actions, conversation, typed):
    status, body = engine.say(conversation, typed)
    assert status == 200
    assert body["parse"]["confidence"] < 1.0 or body["parse"]["intent"] == "nlu_fallback"
    assert body["parse"]["intent"] != "EXTERNAL_news"
    engine.say(conversation, "cancel my order")
    slots = actions.of(conversation, "action_count")[-1]["tracker"]["slots"]
    assert slots["order_ref"] is None


def test_nothing_but_slashes_is_answered_as_not_understood(engine, conversation):
    assert said(engine.say(conversation, "///")) == ["utter_unclear"]


@pytest.mark.parametrize("value", [{"$ne": None}, ["a"], None, "x" * 201])
def test_an_entity_of_a_button_must_be_a_plain_value(engine, conversation, value):
    status, _ = engine.press(conversation, "affirm", {"order_number": value})
    assert status in (400, 413)


@pytest.mark.parametrize("intent", ["session_start", "back", "nlu_fallback", "no_such", "a b", 7])
def test_a_button_reaches_only_the_assistants_own_intents(engine, conversation, intent):
    assert engine.press(conversation, intent)[0] == 400


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/restart", "restart"),
        (" \u2003/ /x", "x"),
        ("\u200b/\u202ehi", "hi"),
        ("a/b", "a/b"),
        ("cafe\u0301", "café"),
        ("two\nlines", "two\nlines"),
        ("\ud800/", ""),
    ],
)
def test_a_leading_slash_and_invisible_signs_are_removed(typed, kept):
    assert neutralise(typed) == kept

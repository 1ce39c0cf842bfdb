"""Fact 8: an action that fails leaves the buyer of Rasa in silence."""

import pytest
from conftest import said


def test_a_failing_action_gets_an_apology_and_the_turn_ends(engine, actions, conversation):
    assert said(engine.say(conversation, "where is my order")) == ["utter_trouble"]
    assert len(actions.of(conversation)) == 1
    assert said(engine.say(conversation, "hello")) == ["utter_greet"]


@pytest.mark.parametrize(
    "answer", [(200, {"events": "none"}), (200, []), (404, {}), (200, {"events": [{"event": 7}]})]
)
def test_a_senseless_answer_of_the_endpoint_counts_as_failed(
    engine, actions, conversation, monkeypatch, answer
):
    monkeypatch.setattr(actions, "answer", lambda _body: answer)
    assert said(engine.say(conversation, "cancel my order")) == ["utter_trouble"]

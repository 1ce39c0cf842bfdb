"""Fact 9: jsonschema checks the constant schema itself for 44 ms on every action call."""

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction

from bot.runtime import quicker
from bot.runtime.action_endpoint import EVENTS_SENT


@pytest.fixture
def compiled(monkeypatch):
    monkeypatch.setattr(
        RemoteAction, "_validate_action_result", RemoteAction._validate_action_result
    )
    quicker.compile_action_schema()
    return RemoteAction("action_x", None)


def test_the_schema_itself_is_not_checked_again(compiled, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("the schema was checked again")

    for validator in (jsonschema.Draft7Validator, jsonschema.Draft202012Validator):
        monkeypatch.setattr(validator, "check_schema", never)
    assert compiled._validate_action_result({"events": [], "responses": []})


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "slot"},
        {"event": "slot", "name": "order"},
        {"event": "slot", "name": 1, "value": 2},
        {"event": "slot", "name": "order", "value": 2, "timestamp": "now"},
        {"event": "nothing like this"},
        "slot",
    ],
)
def test_a_wrong_answer_is_still_refused(compiled, wrong):
    right = {"event": "slot", "timestamp": None, "name": "order", "value": {"any": ["thing"]}}
    assert compiled._validate_action_result({"events": [right], "responses": []})
    with pytest.raises(jsonschema.ValidationError):
        compiled._validate_action_result({"events": [right, wrong], "responses": []})


def test_an_action_call_is_slim_and_reuses_its_connection(engine, actions, conversation):
    engine.say(conversation, "cancel my order")
    before = actions.connections
    for _ in range(5):
        engine.say(conversation, "cancel my order")
    assert actions.connections == before
    body = actions.of(conversation)[-1]
    assert body["domain"] == {}
    assert len(body["tracker"]["events"]) <= EVENTS_SENT
    assert body["tracker"]["latest_message"]["metadata"] == {"turn_id": "t", "fence": 1}
    assert body["tracker"]["slots"]["tries"] == 5


def test_the_action_endpoint_is_sent_its_secret(engine, actions, conversation):
    engine.say(conversation, "cancel my order")
    headers = actions.calls[-1]["headers"]
    assert headers["X-Actions-Secret"] == "test-secret-of-actions"

"""Fact 3: `resume` without `action_listen` runs the last action again."""

from conftest import said


def test_a_resume_alone_is_refused(engine, conversation):
    engine.say(conversation, "i want a person")
    status, _ = engine.post(
        "append", {"conversation_id": conversation, "events": [{"event": "resume"}]}
    )
    assert status == 400
    listen_first = [{"event": "action", "name": "action_listen"}, {"event": "resume"}]
    body = {"conversation_id": conversation, "events": listen_first}
    assert engine.post("append", body)[0] == 400


def test_after_resume_and_listen_the_next_turn_is_a_turn_of_its_own(engine, actions, conversation):
    engine.say(conversation, "i want a person")
    events = [{"event": "resume"}, {"event": "action", "name": "action_listen"}]
    status, state = engine.post("append", {"conversation_id": conversation, "events": events})
    assert (status, state["paused"]) == (200, False)
    assert said(engine.say(conversation, "hello")) == ["utter_greet"]
    assert len(actions.of(conversation, "action_handover")) == 1


def test_no_action_but_listen_can_be_appended(engine, conversation):
    events = [{"event": "action", "name": "action_count"}]
    assert engine.post("append", {"conversation_id": conversation, "events": events})[0] == 400

"""What Chatwoot posts: signatures that hold or not, and bodies of every shape."""

import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters.chatwoot_events import (
    KEY_LIMIT,
    WINDOW,
    is_signed,
    key_of,
    parsed,
    read_agent,
    read_assignee,
    read_callback,
    read_removed,
    read_reply,
)
from aftersale.adapters.chatwoot_http import origin
from aftersale.services.ports_desks import CallbackInvalid, DeskEventKind, DeskStatus

NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
SECRET = "secret"
HERE = {"account": 3, "inbox": 7}


def conversation(**more):
    return {"id": 4, "inbox_id": 7, "status": "open", "meta": {"assignee": None}} | more


def message(**more):
    body = {
        "event": "message_created",
        "id": 1200,
        "content": "Hello",
        "message_type": "outgoing",
        "private": False,
        "source_id": None,
        "content_attributes": {},
        "sender": {"id": 11, "name": "Kim", "type": "user"},
        "created_at": "2026-11-04T15:00:00.000Z",
        "account": {"id": 3},
        "conversation": conversation(),
        "attachments": [{"id": 1, "data_url": "https://x.example/a", "file_size": 5}],
    }
    return body | more


def signed(body, at=NOW, secret=SECRET):
    stamp = str(int(at.timestamp()))
    made = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return {
        "X-Chatwoot-Timestamp": stamp,
        "X-Chatwoot-Signature": f"sha256={made.hexdigest()}",
    }


def holds(headers, body, now=NOW):
    return is_signed(SECRET, headers=headers, body=body, now=now)


@given(st.binary())
def test_what_it_signed_holds(body):
    assert holds(signed(body), body)


@given(st.binary(min_size=1), st.data())
def test_a_changed_body_does_not_hold(body, data):
    place = data.draw(st.integers(0, len(body) - 1))
    changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    assert not holds(signed(body), changed)


@given(st.integers(-(10**6), 10**6))
def test_it_holds_for_five_minutes_either_way(seconds):
    headers = signed(b"{}", NOW - timedelta(seconds=seconds))
    assert holds(headers, b"{}") is (abs(seconds) <= WINDOW)


@pytest.mark.parametrize("name", ["X-Chatwoot-Timestamp", "X-Chatwoot-Signature"])
@given(value=st.text())
def test_no_other_header_holds(name, value):
    headers = signed(b"{}")
    if value != headers[name]:
        assert not holds(headers | {name: value}, b"{}")


def test_the_body_alone_is_not_what_is_signed():
    body = b'{"event":"message_created"}'
    alone = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert not holds(signed(body) | {"X-Chatwoot-Signature": f"sha256={alone}"}, body)


def test_another_secret_and_a_missing_prefix_do_not_hold():
    headers = signed(b"{}", secret="another")
    assert not holds(headers, b"{}")
    bare = signed(b"{}")["X-Chatwoot-Signature"].removeprefix("sha256=")
    assert not holds(signed(b"{}") | {"X-Chatwoot-Signature": bare}, b"{}")
    assert not holds({}, b"{}")


@given(st.binary())
def test_a_body_is_an_object_or_refused(body):
    with suppress(CallbackInvalid):
        assert isinstance(parsed(body), dict)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"null", b"[]"])
def test_a_body_that_is_no_object_is_refused(body):
    with pytest.raises(CallbackInvalid):
        parsed(body)


@given(st.integers(0, 2**16))
def test_a_truncated_body_is_refused_or_an_object(cut):
    body = json.dumps(message()).encode()
    whole = cut >= len(body)
    try:
        assert bool(read_callback(parsed(body[:cut]), **HERE)) is whole
    except CallbackInvalid:
        assert not whole


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)
EVENTS = (
    "message_created",
    "message_updated",
    "conversation_status_changed",
    "conversation_updated",
    "conversation_typing_on",
)
FIELDS = (*message(), "status", "meta", "changed_attributes", "user", "is_private", "inbox_id")


@given(
    st.sampled_from(EVENTS),
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING),
    st.dictionaries(st.sampled_from(("id", "inbox_id", "meta", "status", "messages")), ANYTHING),
)
def test_a_body_of_wrong_types_is_read_without_trouble(event, changed, talk):
    body = message(conversation=conversation(**talk)) | conversation() | changed | {"event": event}
    for found in read_callback(body, **HERE):
        assert found.kind in DeskEventKind
        assert found.ref.isdigit()
        assert isinstance(found.text, str)
        assert "\0" not in found.text


@given(ANYTHING)
def test_anything_is_read_without_trouble(value):
    body = value if isinstance(value, dict) else {"conversation": value}
    for event in EVENTS:
        read_callback({**body, "event": event}, **HERE)
    read_agent(value)
    read_reply(body, "4")
    read_removed(body, "4")
    read_assignee(body)


@given(st.text())
def test_any_address_has_an_origin_or_none(url):
    scheme, host, _ = origin(url)
    assert (scheme in {"http", "https"} and bool(host)) or origin(url) == ("", "", None)


def test_an_answer_is_read():
    (event,) = read_callback(message(), **HERE)
    assert (event.kind, event.ref, event.message) == (DeskEventKind.REPLY, "4", 1200)
    assert (event.text, event.agent.name, event.at) == ("Hello", "Kim", NOW)
    assert [(file.url, file.size) for file in event.files] == [("https://x.example/a", 5)]


@pytest.mark.parametrize(
    "changed",
    [
        {"private": True},
        {"private": None},
        {"message_type": "incoming"},
        {"message_type": "template"},
        {"message_type": "activity"},
        {"message_type": 0},
        {"sender": {"id": 11, "name": "Kim", "type": "agent_bot"}},
        {"sender": {"id": 11, "name": "Kim", "type": "contact"}},
        {"sender": {"id": 11, "name": "Kim"}},
        {"sender": None},
        {"source_id": "aftersale:h1:5"},
        {"id": "1200"},
        {"id": True},
        {"id": 2**60},
        {"content_attributes": {"deleted": True}},
        {"account": {"id": 4}},
        {"conversation": conversation(inbox_id=8)},
        {"conversation": conversation(id="4")},
        {"conversation": None},
        {"event": "webwidget_triggered"},
        {"event": None},
    ],
)
def test_nothing_else_is_an_answer(changed):
    assert read_callback(message(**changed), **HERE) == ()


def test_the_state_of_a_conversation_is_read():
    kim = {"id": 11, "name": "Kim", "type": "user"}
    meta = {"assignee": kim, "assignee_type": "User"}
    told = conversation(status="snoozed", meta=meta)
    (event,) = read_callback(told | {"event": "conversation_status_changed"}, **HERE)
    assert (event.status, event.agent.ref) == (DeskStatus.SNOOZED, "11")
    change = [{"assignee_id": {"previous_value": None, "current_value": 11}}]
    updated = told | {"event": "conversation_updated"}
    (event,) = read_callback(updated | {"changed_attributes": change}, **HERE)
    assert (event.kind, event.agent.name) == (DeskEventKind.ASSIGNED, "Kim")
    assert read_callback(updated | {"changed_attributes": [{"priority": {}}]}, **HERE) == ()
    assert read_assignee({"meta": meta | {"assignee_type": "AgentBot"}}) is None


@given(st.text())
def test_a_callback_has_a_short_name(value):
    key = key_of({"X-Chatwoot-Delivery": value}, b"{}")
    assert key.isascii()
    assert len(key) <= KEY_LIMIT + len("delivery:")
    assert key == key_of({"X-Chatwoot-Delivery": value}, b"{}")


def test_without_a_name_it_is_called_by_its_body():
    assert key_of({}, b"{}") != key_of({}, b"{ }")

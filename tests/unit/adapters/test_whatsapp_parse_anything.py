"""Whatever a WhatsApp webhook holds: it is read or unreadable, nothing else, in linear time."""

import hashlib
import json
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters import whatsapp_parse
from aftersale.adapters.whatsapp_parse import parse
from aftersale.domain.channels import Inbound, InboundKind, SendState
from aftersale.services.ports_channels import Parsed, Status, Unreadable
from tests.unit.adapters.whatsapp_bodies import (
    ANN,
    NOW,
    NUMBER,
    change,
    contact,
    message,
    raw,
    status,
    webhook,
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.text(st.characters(exclude_categories=())),  # lone surrogates, too
    st.sampled_from(["", "\0", "text", "image", "system", "failed", "messages", NUMBER, ANN]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "type", "text", "body", "x"]), inner, max_size=4)
    ),
    max_leaves=10,
)
PHOTO = {"id": "7", "mime_type": "image/png", "sha256": "x", "caption": "c", "filename": "f"}
CONTENTS = {
    "text": {"body": "Hello"},
    "image": PHOTO,
    "document": PHOTO,
    "audio": PHOTO,
    "location": {"latitude": 1.5},
    "interactive": {"type": "list_reply", "list_reply": {"id": "b", "title": "t"}},
    "button": {"payload": "p", "text": "t"},
    "reaction": {"message_id": "m", "emoji": "x"},
    "edit": {"original_message_id": "m", "message": {"type": "text", "text": {"body": "b"}}},
    "revoke": {"original_message_id": "m"},
    "system": {"type": "user_changed_number", "wa_id": "49", "user_id": "DE.2"},
    "unsupported": {"type": "poll"},
}


def everything():
    """Return a webhook that holds one of each."""
    messages = [message(kind, content, id=f"wamid.{kind}") for kind, content in CONTENTS.items()]
    messages.append(message(group_id="Z3", context={"id": "wamid.0"}, id="wamid.group"))
    statuses = [status(), status(status="failed", errors=[{"code": 131047, "title": "x"}])]
    update = {"user_id": {"previous": ANN, "current": "DE.2"}, "timestamp": "1"}
    return webhook(
        change(messages=messages, statuses=statuses, errors=[{"code": 1, "title": "x"}]),
        change("user_id_update", user_id_update=[update]),
    )


def read(body):
    """Parse; check that what comes out can be stored whatever went in."""
    try:
        found = parse(body, number=NUMBER, now=NOW)
    except Unreadable:
        return None
    assert type(found) is Parsed
    for each in found.inbound:
        is_sound(each)
    for told in found.statuses:
        assert isinstance(told, Status)
        assert told.state in SendState
        assert told.ref or told.token
        assert told.at <= NOW
    return found


def is_sound(said):
    assert isinstance(said, Inbound)
    assert said.kind in InboundKind
    assert (said.what is not None) is (said.kind is InboundKind.UNSUPPORTED)
    assert said.at <= NOW
    for each in (said.event_id, said.address, said.sender):
        assert each.isascii()
        assert each.isprintable()
        assert 0 < len(each) <= 300
    for each in (said.text, said.name, said.payload or "", *(m.name for m in said.media)):
        each.encode()
        assert "\0" not in each


def places(thing, path=()):
    """Yield the way to every value in a body."""
    yield path
    inside = thing.items() if isinstance(thing, dict) else ()
    inside = enumerate(thing) if isinstance(thing, list) else inside
    for key, each in inside:
        yield from places(each, (*path, key))


def changed(thing, path, new):
    """Return a body with something else at one place."""
    if not path:
        return new
    key, *rest = path
    made = dict(thing) if isinstance(thing, dict) else list(thing)
    made[key] = changed(thing[key], rest, new)
    return made


PLACES = list(places(everything()))
KINDS = [None, True, 7, -1, 1e308, "x", "", [], {}, [[]], [{}], {"id": {}}, "\ud800", 10**30]


def test_one_of_each_is_read():
    found = read(raw(everything()))
    assert (len(found.inbound), len(found.statuses), found.ignored) == (14, 2, 0)


@pytest.mark.parametrize("new", KINDS, ids=lambda new: type(new).__name__)
def test_the_wrong_type_at_every_place_is_read_or_unreadable(new):
    body = everything()
    for path in PLACES:
        read(raw(changed(body, path, new)))


MESSAGES = [path for path in PLACES if len(path) == 7 and path[5] == "messages"]


@pytest.mark.parametrize("path", MESSAGES, ids=str)
def test_a_broken_message_costs_no_other(path):
    wanted = {each.event_id for each in read(raw(everything())).inbound}
    for new in KINDS:
        found = read(raw(changed(everything(), path, new)))
        assert len(wanted - {each.event_id for each in found.inbound}) <= 1


@given(st.sampled_from(PLACES), ANYTHING)
def test_anything_at_every_place_is_read_or_unreadable(path, new):
    read(raw(changed(everything(), path, new)))


@given(ANYTHING)
def test_anything_is_read_or_unreadable(thing):
    read(raw(thing))
    read(raw(webhook(thing)))
    read(raw(webhook(change(messages=[thing], statuses=[thing], errors=thing, contacts=thing))))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_unreadable(body):
    read(body)


WHOLE = raw(everything())


@given(st.integers(0, len(WHOLE) - 1))
def test_a_truncated_body_is_unreadable(cut):
    assert read(WHOLE[:cut]) is None


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_damaged_body_is_read_or_unreadable(place, byte):
    read(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])


def test_a_replayed_body_says_the_same():
    assert read(WHOLE) == read(WHOLE)


def test_of_keys_that_stand_twice_the_last_counts():
    body = raw(webhook(change(messages=[message()]))).replace(
        b'"body": "Hello"', b'"body": "Hello", "body": "Ho"'
    )
    assert [each.text for each in read(body).inbound] == ["Ho"]


@pytest.mark.parametrize("depth", [10, 500, 900, 2000, 100_000])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_however_deep_it_goes_it_is_read_or_unreadable(depth, opened, closed):
    deep = opened * depth + ("1" if opened != "[" else "") + closed * depth
    body = WHOLE.replace(b'{"latitude": 1.5}', deep.encode())
    found = read(body)
    assert found is None or len(found.inbound) == 14


@pytest.mark.parametrize(
    "number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"9" * 4000, b"9" * 9000]
)
def test_numbers_of_every_size_are_read_or_unreadable(number):
    body = WHOLE.replace(b"131047", number)
    found = read(body)
    assert found is None or found.statuses[1].state is SendState.FAILED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"object": "page", "entry": []}',
        b'{"object": "whatsapp_business_account"}',
        b'{"object": "whatsapp_business_account", "entry": {}}',
        b'{"object": "whatsapp_business_account", "entry": [NaN]}',
        b'{"object": "whatsapp_business_account", "entry": [' + b"9" * 5000 + b"]}",
    ],
)
def test_what_is_no_webhook_is_unreadable(body):
    with pytest.raises(Unreadable):
        parse(body, number=NUMBER, now=NOW)


def filled(count):
    messages = [message(id=f"wamid.{n}") for n in range(count)]
    contacts = [contact(user_id=f"DE.{n}", wa_id=str(10_000 + n)) for n in range(count)]
    statuses = [status(id=f"wamid.s{n}") for n in range(count)]
    return raw(webhook(change(messages=messages, statuses=statuses, contacts=contacts)))


def steps(body):
    """Return how many lines of Python run while a body is read."""
    counted = 0

    def trace(frame, event, arg):
        nonlocal counted
        counted += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read_only = parse(body, number=NUMBER, now=NOW)
    finally:
        sys.settrace(before)
    assert read_only.inbound
    return counted


def test_the_work_grows_as_the_body_does():
    small, large = steps(filled(100)), steps(filled(800))
    assert large <= 8.2 * small


def test_what_has_no_id_costs_no_more(monkeypatch):
    hashed = []

    def sha256(content):
        hashed.append(len(content))
        return hashlib.sha256(content)

    monkeypatch.setattr(whatsapp_parse, "hashlib", SimpleNamespace(sha256=sha256))
    body = raw(webhook(change(messages=[message(id=None)] * 1000)))
    assert len(read(body).inbound) == 1000
    assert sum(hashed) <= len(body)


def test_three_megabytes_are_read_whole():
    messages = [message(id=f"wamid.{n}", content={"body": "x" * 170}) for n in range(9_500)]
    body = raw(webhook(change(messages=messages)))
    assert len(body) > 2_900_000
    assert len(read(body).inbound) == 9_500


def test_one_text_of_three_megabytes_is_cut():
    body = raw(webhook(change(messages=[message(content={"body": "x" * 3_000_000})])))
    (said,) = read(body).inbound
    assert len(said.text) == 10_000


def test_whatever_json_says_of_a_name_it_is_one_short_line():
    people = [contact(profile={"name": "A\n" * 500})]
    (said,) = read(raw(webhook(change(contacts=people, messages=[message()])))).inbound
    assert len(said.name) == 80
    assert json.dumps(said.name).count("\\") == 0

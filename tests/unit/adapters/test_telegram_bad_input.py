"""The worst that may be sent in Telegram's name: it is unreadable or parsed, and nothing else."""

import copy

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aftersale.adapters.telegram_parse import KINDS, parse, parse_polled
from aftersale.adapters.telegram_verify import HEADER, verify
from aftersale.services.ports_channels import NotSigned, Parsed, Unreadable
from tests.unit.adapters.telegram_shapes import NOW, SHAPES, body, message, update


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"update_id": 1',
        b'{"message": {}}',
        b'{"update_id": "7", "message": {}}',
        b'{"update_id": true, "message": {}}',
        b'{"update_id": -1, "message": {}}',
        b'{"update_id": 7, "message": []}',
        b'{"update_id": 7, "message": {}}',
        b'{"update_id": 7, "callback_query": {"id": 4}}',
        b'{"update_id": 7, "my_chat_member": {"chat": {"id": "x"}}}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b"[" * 3_000_000,
        b'{"update_id": 7, "message": ' + b'{"a":' * 400_000,
    ],
)
def test_what_is_no_update_cannot_be_read(raw):
    with pytest.raises(Unreadable):
        parse(raw, NOW)


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ({}, "s"),
        ({HEADER: ""}, "s"),
        ({HEADER: "t"}, "s"),
        ({HEADER: "S"}, "s"),
        ({HEADER: "\udcff"}, "s"),
        ({HEADER: ""}, ""),
        ({}, ""),
    ],
)
def test_only_telegram_knows_the_secret(headers, secret):
    with pytest.raises(NotSigned):
        verify(headers, secret)


def test_the_right_secret_is_enough():
    verify({HEADER: "s-1"}, "s-1")


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**30, -(2**63), 2**52, 0, 253402300800, 8_640_000_000_001]),
    st.floats(),
    st.text(st.characters()),
    st.sampled_from(["\ud800", "\0", "x" * 20_000, "/start", "/start \udfff"]),
    st.lists(st.integers(), max_size=3),
    st.recursive(
        st.dictionaries(st.sampled_from(["id", "chat", "from", "file_id"]), st.integers()),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=6,
    ),
)


def places(value, path=()):
    """Every place in a JSON value, as the way there."""
    yield path
    inner = value.items() if isinstance(value, dict) else []
    inner = enumerate(value) if isinstance(value, list) else inner
    for key, below in inner:
        yield from places(below, (*path, key))


def mistyped(shape, path, odd):
    if not path:
        return odd
    made = copy.deepcopy(shape)
    parent = made
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = odd
    return made


def is_storable(inbound):
    """Whether the store takes every text in it, whatever database it is."""
    named = [inbound.event_id, inbound.address, inbound.sender, inbound.payload, inbound.album]
    shown = [inbound.text, inbound.name, inbound.language, inbound.about]
    files = [
        part for each in inbound.media for part in (each.media_id, each.media_type, each.name)
    ]
    for each in filter(None, [*named, *shown, *files]):
        each.encode("utf-8")
        assert "\0" not in each
        assert len(each) <= 10_000
    assert len(inbound.event_id) < 300
    assert inbound.at <= NOW
    return True


def unreadable_or_parsed(raw):
    try:
        told = parse(raw, NOW)
    except Unreadable:
        return
    assert isinstance(told, Parsed)
    assert all(is_storable(each) for each in told.inbound)


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
@pytest.mark.parametrize(
    "odd",
    [None, True, -1, 10**30, 1.5, float("nan"), "\ud800\0", "9", [], [[]], {}, [{}], {"id": {}}],
)
def test_whatever_stands_at_any_place_it_is_unreadable_or_parsed(shape, odd):
    for path in places(shape):
        unreadable_or_parsed(body(mistyped(shape, path, odd)))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SHAPES), st.data())
def test_several_odd_values_at_once_are_unreadable_or_parsed(shape, data):
    for _ in range(data.draw(st.integers(1, 4))):
        shape = mistyped(shape, data.draw(st.sampled_from(list(places(shape)))), data.draw(ODD))
    unreadable_or_parsed(body(shape))


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(b'{"update_id": 1e400, "message": {"chat": {"id": 1}}}')
@example(b'{"update_id": 7, "message": {"chat": {"id": 1}, "message_id": 1, "date": 1e400}}')
def test_any_bytes_are_unreadable_or_parsed(raw):
    unreadable_or_parsed(raw)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SHAPES) | ODD, max_size=6) | ODD)
def test_a_list_of_anything_gives_what_can_be_read(updates):
    told, highest = parse_polled(updates, NOW)
    assert all(is_storable(each) for each in told.inbound)
    assert highest is None or highest >= 0


def test_three_megabytes_of_words_are_cut():
    (told,) = parse(
        body(update(message(text="x")) | {"message": message(text="y" * 3_000_000)}), NOW
    ).inbound
    assert told.text == "y" * 10_000


def test_every_kind_that_is_asked_for_is_read():
    assert {next(iter(set(shape) - {"update_id"})) for shape in SHAPES} == set(KINDS)


@settings(deadline=None)
@given(st.text(), st.text(st.characters(codec="ascii")))
def test_whatever_the_header_says_it_is_signed_or_not(header, secret):
    try:
        verify({HEADER: header}, secret)
    except NotSigned:
        return
    assert header == secret != ""

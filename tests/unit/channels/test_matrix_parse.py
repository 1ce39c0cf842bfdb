"""What a look at Matrix says, on shapes recorded from a Synapse."""

import json
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters.matrix import Matrix
from aftersale.adapters.matrix_parse import is_fresh, place_of, wants_us
from aftersale.domain.channels import Account, Channel, Inbound, InboundKind, Media, Unusable
from aftersale.services.ports_channels import NotSigned, Parsed, Unreadable

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
SENT = 1_795_352_000_000  # by the server's clock, in milliseconds; before NOW
ROOM, US, ADA, BOB = "!qb9LH0KtEzK1_OOUww:test.local", "@help:test.local", "@ada:t", "@bob:t"
ADDRESS = f"{ROOM} {ADA}"
MATRIX = Matrix(Account("m", Channel.MATRIX, "status-gated"), US, None, None)  # type: ignore[arg-type]


def event(content, *, kind="m.room.message", sender=ADA, name="$e1", **more):
    return {
        "content": content,
        "event_id": name,
        "origin_server_ts": SENT,
        "sender": sender,
        "type": kind,
        "unsigned": {"age": 80, "membership": "join"},
        **more,
    }


def member(who, membership, *, sender=ADA, **more):
    content = {"membership": membership, "displayname": who[1:4].title(), **more}
    return event(content, kind="m.room.member", sender=sender, state_key=who)


def look(*events, joined=2, invited=0, state=()):
    summary = {"m.joined_member_count": joined, "m.invited_member_count": invited}
    timeline = {"events": list(events), "limited": False, "prev_batch": "s20"}
    room = {"timeline": timeline, "state": {"events": list(state)}, "summary": summary}
    return {"next_batch": "s21", "rooms": {"join": {ROOM: room}}}


def parsed(sync):
    return MATRIX.parse(json.dumps(sync).encode(), NOW).inbound


def one(*events, **more):
    [inbound] = parsed(look(*events, **more))
    return inbound


def words(body, **more):
    return {"msgtype": "m.text", "body": body, **more}


def test_words_in_a_room_of_two():
    said = one(event(words("where is my order")), state=[member(ADA, "join")])
    assert said == Inbound(
        event_id="$e1",
        address=ADDRESS,
        sender=ADA,
        kind=InboundKind.MESSAGE,
        at=datetime.fromtimestamp(SENT / 1000, UTC),
        text="where is my order",
        name="Ada",
    )
    assert place_of(said.address) == (ROOM, ADA)


@pytest.mark.parametrize(
    ("joined", "invited"), [(3, 0), (2, 1), (1, 0), (None, 0), (2, None), (True, 0), ("2", "0")]
)
def test_a_room_is_private_only_with_exactly_two_and_nobody_invited(joined, invited):
    said = one(event(words("status?")), joined=joined, invited=invited)
    assert (said.is_private, said.address) == (False, ROOM)


def test_who_speaks_later_in_the_same_room_is_another_chat():
    ada, bob = parsed(look(event(words("a")), event(words("b"), sender=BOB, name="$e2")))
    assert ada.address != bob.address


@pytest.mark.parametrize("membership", ["invite", "join", "knock"])
def test_a_third_in_the_room_is_told_without_a_word_of_theirs(membership):
    told = one(member(BOB, membership), joined=2, invited=1)
    assert (told.kind, told.is_private, told.text) == (InboundKind.UNSUPPORTED, False, "")


def test_the_two_of_us_coming_together_is_no_event():
    own = member(US, "join", sender=US) | {"event_id": "$own"}
    assert parsed(look(member(ADA, "join"), member(US, "invite"), own)) == ()


@pytest.mark.parametrize("membership", ["leave", "ban"])
def test_whoever_leaves_us_alone_has_left(membership):
    left = one(member(ADA, membership), joined=1)
    assert (left.kind, left.address, left.is_private) == (InboundKind.LEFT, ADDRESS, True)


def test_a_third_who_leaves_again_is_nothing():
    assert parsed(look(member(BOB, "leave"), joined=2)) == ()


def test_whoever_puts_us_out_is_not_reached_there_any_more():
    kicked = member(US, "leave", sender=ADA)
    [left] = parsed({"rooms": {"leave": {ROOM: {"timeline": {"events": [kicked]}}}}})
    assert (left.kind, left.address) == (InboundKind.LEFT, ADDRESS)


def test_an_invitation_that_we_declined_is_nothing():
    declined = member(US, "leave", sender=US)
    assert parsed({"rooms": {"leave": {ROOM: {"timeline": {"events": [declined]}}}}}) == ()


@pytest.mark.parametrize(
    "ours",
    [
        event(words("mine"), sender=US),
        event({"msgtype": "m.notice", "body": "I am a bot"}),
        event({}, unsigned={"redacted_because": {"type": "m.room.redaction"}}),
        event({}),
        event({"redacts": "$e0"}, kind="m.room.redaction"),
        event({"topic": "x"}, kind="m.room.topic", state_key=""),
        event(words("state"), state_key=""),
        event({"msgtype": "m.key.verification.request", "body": "verify"}),
    ],
)
def test_what_is_ours_or_of_other_bots_or_taken_back_is_nothing(ours):
    assert parsed(look(ours)) == ()


def test_an_edit_names_what_it_changes():
    new = words("* order 2", **{"m.new_content": words("order 2")})
    new["m.relates_to"] = {"rel_type": "m.replace", "event_id": "$e0"}
    edited = one(event(new))
    assert (edited.kind, edited.text, edited.about) == (InboundKind.EDITED, "order 2", "$e0")


def test_a_reaction_is_no_message():
    relation = {"rel_type": "m.annotation", "event_id": "$e0", "key": "👍"}
    reacted = one(event({"m.relates_to": relation}, kind="m.reaction"))
    assert (reacted.kind, reacted.text, reacted.about) == (InboundKind.REACTION, "👍", "$e0")


def test_an_answer_comes_without_the_quotation_above_it():
    said = words("> <@help:test.local> Which one?\n> 1. A\n\nthe first")
    said["m.relates_to"] = {"m.in_reply_to": {"event_id": "$e0"}}
    answered = one(event(said))
    assert (answered.text, answered.about) == ("the first", "$e0")


def test_a_quotation_of_their_own_stays():
    assert one(event(words("> it broke\n\nis what I said"))).text == "> it broke\n\nis what I said"


PHOTO = {
    "msgtype": "m.image",
    "body": "look at this",
    "filename": "photo.jpg",
    "url": "mxc://test.local/aBcD_-1",
    "info": {"mimetype": "image/jpeg", "size": 1234},
}


def test_a_photo_with_words_below():
    said = one(event(PHOTO))
    media = Media("mxc://test.local/aBcD_-1", "image/jpeg", "photo.jpg", 1234)
    assert (said.kind, said.text, said.media) == (InboundKind.MESSAGE, "look at this", (media,))


def test_a_file_of_an_older_client_has_its_name_in_the_body():
    old = {**PHOTO, "msgtype": "m.file", "body": "bill.pdf"}
    del old["filename"]
    said = one(event(old))
    assert (said.text, said.media[0].name) == ("", "bill.pdf")


@pytest.mark.parametrize(
    ("content", "kind", "what"),
    [
        ({"msgtype": "m.audio"}, "m.room.message", Unusable.VOICE),
        ({"msgtype": "m.video"}, "m.room.message", Unusable.VIDEO),
        ({"msgtype": "m.location", "geo_uri": "geo:1,2"}, "m.room.message", Unusable.LOCATION),
        ({"msgtype": "org.new.thing", "body": "x"}, "m.room.message", Unusable.OTHER),
        (words(" \n "), "m.room.message", Unusable.EMPTY),
        ({**PHOTO, "file": {"url": "mxc://a/b", "key": {}}}, "m.room.message", Unusable.ENCRYPTED),
        ({**PHOTO, "url": "https://evil.example/x"}, "m.room.message", Unusable.FILE),
        ({**PHOTO, "url": "mxc://a/../../admin"}, "m.room.message", Unusable.FILE),
        ({"body": "cat"}, "m.sticker", Unusable.STICKER),
        ({"m.poll": {}}, "m.poll.start", Unusable.POLL),
        ({"algorithm": "m.megolm.v1.aes-sha2"}, "m.room.encrypted", Unusable.ENCRYPTED),
    ],
)
def test_what_we_cannot_use_has_a_name(content, kind, what):
    said = one(event(content, kind=kind))
    assert (said.kind, said.what, said.text) == (InboundKind.UNSUPPORTED, what, "")


def test_several_encrypted_messages_are_explained_once():
    hidden = [event({}, kind="m.room.encrypted", name=f"$e{place}") for place in range(5)]
    assert len(parsed(look(*hidden))) == 1


def test_the_servers_order_counts_whatever_the_clocks_say():
    first = event(words("one"))
    second = event(words("two"), name="$e2", origin_server_ts=SENT - 60_000)
    assert [each.at for each in parsed(look(first, second))] == [
        datetime.fromtimestamp(SENT / 1000, UTC)
    ] * 2


@pytest.mark.parametrize("stamp", [None, True, "x", -(10**30), 10**30, 10**18, 1.5, SENT + 10**9])
def test_a_clock_that_says_nonsense_is_not_believed(stamp):
    assert one(event(words("hi"), origin_server_ts=stamp)).at <= NOW


@pytest.mark.parametrize("content", [{"is_direct": True}, {}, {"is_direct": "true"}])
def test_only_an_invitation_to_a_direct_chat_is_taken(content):
    state = {"invite_state": {"events": [member(US, "invite", **content)]}}
    assert wants_us(state, US) is (content.get("is_direct") is True)


@pytest.mark.parametrize(
    "more",
    [
        event({"algorithm": "m.megolm.v1.aes-sha2"}, kind="m.room.encryption", state_key=""),
        event({"type": "m.space"}, kind="m.room.create", state_key=""),
    ],
)
def test_encrypted_rooms_and_spaces_are_declined(more):
    events = [member(US, "invite", is_direct=True), more]
    assert not wants_us({"invite_state": {"events": events}}, US)


def test_a_room_is_fresh_while_its_creation_is_told():
    create = event({"room_version": "12"}, kind="m.room.create", state_key="")
    assert is_fresh({"state": {"events": [create]}})
    assert not is_fresh({"state": {"events": [member(ADA, "join")]}})


def test_nobody_calls_us():
    with pytest.raises(NotSigned):
        MATRIX.verify({}, b"{}")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"x"', b"\xff", b"[" * 200_000])
def test_what_is_no_look_is_unreadable(body):
    with pytest.raises(Unreadable):
        MATRIX.parse(body, NOW)


SAMPLE = look(
    member(BOB, "invite"),
    event(words("hi", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$e0"}}})),
    event({"m.relates_to": {"rel_type": "m.replace", "event_id": "$e0"}, "m.new_content": PHOTO}),
    event({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$e0"}}, kind="m.reaction"),
    event(PHOTO),
    event({}, kind="m.room.encrypted"),
)
SAMPLE["rooms"]["leave"] = {ROOM: {"timeline": {"events": [member(US, "leave")]}}}
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("m.replace"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _places(value, path=()):
    yield path
    inner = dict(enumerate(value)) if isinstance(value, list) else value
    for key, each in inner.items() if isinstance(inner, dict) else ():
        yield from _places(each, (*path, key))


PLACES = [path for path in _places(SAMPLE) if path]


@given(st.lists(st.tuples(st.sampled_from(PLACES), ANY), min_size=1, max_size=4))
def test_anything_in_any_place_is_read_or_unreadable(changes):
    sync = deepcopy(SAMPLE)
    for path, value in changes:
        _put(sync, path, value)
    try:
        found = MATRIX.parse(json.dumps(sync).encode(), NOW)
    except Unreadable:
        return
    for each in found.inbound:
        assert each.at <= NOW
        assert each.event_id.isprintable()
        assert each.is_private is (" " in each.address)
        json.dumps([each.text, each.name]).encode()
        (each.text + each.name + "".join(m.name for m in each.media)).encode()


def _put(sync, path, value):
    holder = sync
    for key in path[:-1]:
        try:
            holder = holder[key]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(holder, dict) or (isinstance(holder, list) and path[-1] in range(len(holder))):
        holder[path[-1]] = value


@given(ANY)
def test_any_json_is_read_or_unreadable(value):
    try:
        assert isinstance(MATRIX.parse(json.dumps(value).encode(), NOW), Parsed)
    except Unreadable:
        assert not isinstance(value, dict)


def test_lone_halves_of_signs_are_not_kept():
    assert one(event(words("a\ud800b\x00c"))).text == "a?bc"


def test_a_big_look_is_read_whole():
    many = [event(words("x" * 500), name=f"$e{place}") for place in range(5_000)]
    assert len(parsed(look(*many))) == 5_000

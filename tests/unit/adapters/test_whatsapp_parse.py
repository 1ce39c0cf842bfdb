"""What WhatsApp tells, read: every kind of message, whoever wrote it, in every batch."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from aftersale.adapters.whatsapp_parse import parse
from aftersale.domain.channels import InboundKind, SendState, Unusable
from tests.unit.adapters.whatsapp_bodies import (
    ANN,
    ANN_PHONE,
    NOW,
    NUMBER,
    STAMP,
    change,
    contact,
    message,
    raw,
    status,
    webhook,
)

HASH = hashlib.sha256(b"photo")
PHOTO = {
    "id": "70001",
    "mime_type": "image/jpeg; x=y",
    "sha256": base64.b64encode(HASH.digest()).decode(),
}


def read(*changes):
    return parse(raw(webhook(*changes)), number=NUMBER, now=NOW)


def only(said):
    (inbound,) = read(change(messages=[said])).inbound
    return inbound


def test_words_are_read():
    said = only(message(context={"id": "wamid.0", "from": "1"}))
    assert (said.event_id, said.kind, said.text) == ("wamid.1", InboundKind.MESSAGE, "Hello")
    assert (said.address, said.sender, said.name) == (ANN, ANN, "Ann B.")
    assert (said.at, said.about) == (NOW - timedelta(minutes=1), "wamid.0")
    assert said.is_private


@pytest.mark.parametrize("kind", ["image", "document"])
def test_files_are_read_with_type_and_hash(kind):
    said = only(message(kind, PHOTO | {"caption": "Broken", "filename": "a\nb.jpg"}))
    (media,) = said.media
    assert (said.kind, said.text) == (InboundKind.MESSAGE, "Broken")
    assert (media.media_id, media.media_type, media.name) == ("70001", "image/jpeg", "a b.jpg")
    assert media.sha256 == HASH.hexdigest()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (HASH.hexdigest().upper(), HASH.hexdigest()),
        ("x", None),
        ("", None),
        (None, None),
        (base64.b64encode(b"short").decode(), None),
        ("ü" * 44, None),
    ],
)
def test_a_hash_is_read_in_either_writing(said, expected):
    assert only(message("image", PHOTO | {"sha256": said})).media[0].sha256 == expected


@pytest.mark.parametrize(
    ("kind", "content", "what"),
    [
        ("audio", PHOTO, Unusable.VOICE),
        ("video", PHOTO | {"caption": "Look"}, Unusable.VIDEO),
        ("sticker", PHOTO, Unusable.STICKER),
        ("location", {"latitude": 1, "longitude": 2}, Unusable.LOCATION),
        ("contacts", [{"name": {}}], Unusable.CONTACTS),
        ("document", PHOTO | {"mime_type": "application/msword"}, Unusable.FILE),
        ("image", {"mime_type": "image/jpeg"}, Unusable.OTHER),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {}}, Unusable.OTHER),
        ("order", {"catalog_id": "1"}, Unusable.OTHER),
        ("unsupported", {"type": "poll"}, Unusable.OTHER),
        ("hologram", {}, Unusable.OTHER),
        ("text", {"body": " "}, Unusable.EMPTY),
        ("text", "Hello", Unusable.EMPTY),
    ],
)
def test_what_cannot_be_used_says_what_it_is(kind, content, what):
    said = only(message(kind, content))
    assert (said.kind, said.what, said.event_id) == (InboundKind.UNSUPPORTED, what, "wamid.1")


def test_a_message_that_failed_on_its_way_is_explained_not_believed():
    said = only(message(errors=[{"code": 131051, "title": "Unknown"}]))
    assert (said.kind, said.what) == (InboundKind.UNSUPPORTED, Unusable.OTHER)


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
def test_a_press_names_the_button(kind):
    said = only(message("interactive", {"type": kind, kind: {"id": "b1", "title": "Yes"}}))
    assert (said.kind, said.payload, said.text) == (InboundKind.PRESSED, "b1", "Yes")


def test_the_button_of_a_template_says_its_words():
    said = only(message("button", {"payload": "x", "text": "Continue"}))
    assert (said.kind, said.text, said.payload) == (InboundKind.MESSAGE, "Continue", None)


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ({"type": "text", "text": {"body": "Ho"}}, "Ho"),
        ({"type": "image", "image": PHOTO | {"caption": "Ha"}}, "Ha"),
        ({"type": "image", "image": PHOTO}, ""),
        ("Ho", ""),
    ],
)
def test_an_edit_names_what_it_changes(inner, words):
    said = only(message("edit", {"original_message_id": "wamid.0", "message": inner}))
    assert (said.kind, said.text, said.about) == (InboundKind.EDITED, words, "wamid.0")


def test_what_is_taken_back_is_named():
    said = only(message("revoke", {"original_message_id": "wamid.0"}))
    assert (said.kind, said.text, said.about) == (InboundKind.REVOKED, "", "wamid.0")


def test_a_reaction_names_what_it_is_about():
    said = only(message("reaction", {"message_id": "wamid.0", "emoji": "👍"}))
    assert (said.kind, said.text, said.about) == (InboundKind.REACTION, "👍", "wamid.0")


def test_a_chat_that_is_opened_starts():
    assert only(message("request_welcome", {})).kind is InboundKind.START


@pytest.mark.parametrize(
    ("system", "address"),
    [
        ({"type": "user_changed_number", "wa_id": "4999", "user_id": "DE.2"}, "DE.2"),
        ({"type": "user_changed_number", "wa_id": "4999"}, "4999"),
        ({"type": "user_changed_user_id", "user_id": "DE.2"}, "DE.2"),
    ],
)
def test_who_moves_names_the_new_address(system, address):
    (said,) = read(change(contacts=None, messages=[message("system", system)])).inbound
    assert (said.kind, said.address, said.payload) == (InboundKind.MOVED, ANN, address)


def test_an_id_that_changes_is_a_move_too():
    update = {"user_id": {"previous": ANN, "current": "DE.2"}, "timestamp": STAMP}
    (said,) = read(change("user_id_update", user_id_update=[update])).inbound
    assert (said.kind, said.address, said.payload) == (InboundKind.MOVED, ANN, "DE.2")
    assert said.event_id.startswith("moved:")


@pytest.mark.parametrize(
    ("sender", "contacts", "address"),
    [
        ({"from": ANN_PHONE, "from_user_id": ANN}, [], ANN),
        ({"from_user_id": ANN}, [], ANN),
        ({"from": ANN_PHONE}, [contact()], ANN),
        ({"from": ANN_PHONE}, [contact(user_id=None)], ANN_PHONE),
        ({"from": ANN_PHONE}, [contact(wa_id="49999")], ANN_PHONE),
        ({}, [contact(wa_id=None)], ANN),
        ({}, [contact(user_id=None)], ANN_PHONE),
        ({"from": 5, "from_user_id": "DE. 1"}, [contact()], ANN),
    ],
)
def test_a_person_is_known_by_the_id_that_stays(sender, contacts, address):
    said = message() | {"from": None, "from_user_id": None} | sender
    (inbound,) = read(change(contacts=contacts, messages=[said])).inbound
    assert (inbound.address, inbound.sender) == (address, address)


def test_who_is_nobody_is_counted():
    said = message() | {"from": None, "from_user_id": None}
    found = read(change(contacts=[contact(), contact(wa_id="4")], messages=[said]))
    assert (found.inbound, found.ignored) == ((), 1)


def test_a_group_is_no_private_chat():
    said = only(message(group_id="Z3Jv"))
    assert (said.address, said.sender, said.is_private) == ("group:Z3Jv", ANN, False)
    assert read(change(messages=[message(group_id=[])])).ignored == 1


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("sent", SendState.SENT),
        ("delivered", SendState.DELIVERED),
        ("read", SendState.READ),
        ("played", SendState.READ),
    ],
)
def test_a_status_is_read(word, state):
    (told,) = read(change(statuses=[status(status=word)])).statuses
    assert (told.state, told.ref, told.token, told.address) == (state, "wamid.9", "send-1", ANN)
    assert told.at == NOW - timedelta(minutes=1)


def test_a_failure_has_its_code():
    errors = [{"code": 131047, "title": "x"}, {"code": 1}]
    (told,) = read(change(statuses=[status(status="failed", errors=errors)])).statuses
    assert (told.state, told.code) == (SendState.FAILED, "131047")


@pytest.mark.parametrize(
    "said",
    [
        status(status="deleted"),
        status(status=["sent"]),
        status(id=None, biz_opaque_callback_data=7),
        "x",
    ],
)
def test_a_status_that_says_nothing_is_counted(said):
    found = read(change(statuses=[said, status()]))
    assert (len(found.statuses), found.ignored) == (1, 1)


def test_all_entries_changes_messages_statuses_and_errors_are_read():
    one = change(messages=[message(id="m1"), message(id="m2")], errors=[{"code": 131031}])
    two = change(statuses=[status(), status(id="wamid.8")], messages=[message(id="m3")])
    three = change(messages=[message(id="m4")])
    body = webhook(one, two)
    body["entry"].append({"id": "1", "changes": [three]})
    found = parse(raw(body), number=NUMBER, now=NOW)
    assert [each.event_id for each in found.inbound] == ["m1", "m2", "m3", "m4"]
    assert [each.ref for each in found.statuses] == ["wamid.9", "wamid.8"]
    assert (found.troubles, found.ignored) == (("131031",), 0)


@pytest.mark.parametrize(
    "broken",
    [None, 7, [], "x", {}, {"id": 5}, {"type": {}}, message(kind="text", content=[[]], id={})],
)
def test_a_broken_message_never_loses_its_neighbours(broken):
    messages = [message(id="m1"), broken, message(id="m2")]
    found = read(change(contacts=[], messages=messages, statuses=[broken, status()]))
    ids = [each.event_id for each in found.inbound]
    assert (ids[0], ids[-1], len(found.statuses)) == ("m1", "m2", 1)
    assert len(ids) - 2 + found.ignored == 2


def test_what_has_no_id_has_the_same_name_when_it_comes_again():
    body = raw(webhook(change(messages=[message(id=None), message(id=" ")])))
    first, second = (parse(body, number=NUMBER, now=NOW).inbound for _ in range(2))
    assert first == second
    assert len({each.event_id for each in first}) == 2


@pytest.mark.parametrize("metadata", [{"phone_number_id": "1"}, {}, None, {"phone_number_id": 7}])
def test_what_is_told_of_another_number_is_ignored_and_counted(metadata):
    other = change(metadata=metadata, messages=[message(), message()], statuses=[status()])
    found = read(other, change(messages=[message(id="ours")]))
    assert [each.event_id for each in found.inbound] == ["ours"]
    assert (found.statuses, found.ignored) == ((), 3)


@pytest.mark.parametrize(
    "stamp",
    [None, "", "x", "-5", "9" * 12, "9" * 5000, str(int(NOW.timestamp()) + 9), 1e300, True],
)
def test_a_time_that_cannot_be_is_now(stamp):
    assert only(message(timestamp=stamp)).at == NOW


@pytest.mark.parametrize("stamp", [0, "0", 1_700_000_000, "1700000000"])
def test_a_time_is_a_number_or_its_text(stamp):
    assert only(message(timestamp=stamp)).at == datetime.fromtimestamp(int(stamp), UTC)


def test_what_the_store_could_not_keep_is_no_part_of_a_text():
    said = only(message(content={"body": "a\0b\ud800c"}))
    assert said.text == "ab?c"
    assert only(message(content={"body": "x" * 20_000})).text == "x" * 10_000

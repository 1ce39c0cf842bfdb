"""What updates of Telegram become, in every shape they have."""

from datetime import timedelta

import pytest

from aftersale.adapters.telegram_messages import LARGEST
from aftersale.adapters.telegram_parse import parse, parse_polled, press_of
from aftersale.domain.channels import Inbound, InboundKind, Unusable
from aftersale.services.ports_channels import Parsed
from tests.unit.adapters.telegram_shapes import (
    BOT,
    CHAT,
    FILE,
    GROUP,
    NOW,
    SENT,
    body,
    member,
    message,
    press,
    size,
    update,
)


def read(said, kind="message"):
    return list(parse(body(update(said, kind)), NOW).inbound)


def only(said, kind="message") -> Inbound:
    (one,) = read(said, kind)
    return one


def test_a_message_is_what_it_says_where_and_by_whom():
    assert only(message(text="Where is my order?")) == Inbound(
        event_id="501:9",
        address="501",
        sender="501",
        kind=InboundKind.MESSAGE,
        at=NOW - timedelta(seconds=60),
        text="Where is my order?",
        name="Ann Lee",
        language="de",
        order=70,
    )


@pytest.mark.parametrize(
    ("text", "kind", "payload", "words"),
    [
        ("/start", InboundKind.START, None, ""),
        ("/start L1nk_to-ken", InboundKind.START, "L1nk_to-ken", ""),
        ("/start@shop_bot abc", InboundKind.START, "abc", ""),
        ("/start with more words", InboundKind.MESSAGE, None, "start with more words"),
        ("/starting", InboundKind.MESSAGE, None, "starting"),
        ("/cancel_order@shop_bot 100 1", InboundKind.MESSAGE, None, "cancel order 100 1"),
        ("/ is a slash", InboundKind.MESSAGE, None, "/ is a slash"),
        ("/a/b", InboundKind.MESSAGE, None, "/a/b"),
        (f"/start {'x' * 65}", InboundKind.MESSAGE, None, f"start {'x' * 65}"),
    ],
)
def test_commands_are_a_start_or_words(text, kind, payload, words):
    read_as = only(message(text=text))
    assert (read_as.kind, read_as.payload, read_as.text) == (kind, payload, words)


@pytest.mark.parametrize(
    ("sizes", "taken"),
    [
        ([size(90, "s", 9), size(1280, "l", 900), size(320, "m", 90)], "l"),
        ([size(90, "s", 9), size(1280, "l", LARGEST + 1), size(320, "m", 90)], "m"),
        ([size(90, "s", LARGEST + 1), size(1280, "l", LARGEST + 2)], "s"),
        ([size(90, "s"), size(1280, "l")], "l"),
    ],
)
def test_a_photo_is_taken_in_its_largest_size_that_is_not_too_large(sizes, taken):
    (media,) = only(message(photo=sizes, caption="Broken")).media
    assert (media.media_id, media.media_type) == (taken, "image/jpeg")


def test_photos_that_were_sent_together_say_so():
    shown = message(photo=[size(90, "s", 9)], media_group_id="13550", caption="Both are broken")
    album = only(shown)
    assert (album.album, album.text) == ("13550", "Both are broken")


def test_a_document_keeps_its_name_and_type():
    told = FILE | {"file_name": "bill  1.pdf", "mime_type": "Application/PDF; v=1"}
    (media,) = only(message(document=told)).media
    assert (media.name, media.media_type, media.size) == ("bill 1.pdf", "application/pdf", 900)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("voice", Unusable.VOICE),
        ("audio", Unusable.VOICE),
        ("video", Unusable.VIDEO),
        ("video_note", Unusable.VIDEO),
        ("sticker", Unusable.STICKER),
        ("location", Unusable.LOCATION),
        ("venue", Unusable.LOCATION),
        ("contact", Unusable.CONTACTS),
        ("poll", Unusable.POLL),
        ("dice", Unusable.OTHER),
        ("something_of_next_year", Unusable.OTHER),
    ],
)
def test_what_cannot_be_used_is_named(name, what):
    told = only(message(**{name: FILE}))
    assert (told.kind, told.what, told.media) == (InboundKind.UNSUPPORTED, what, ())


def test_a_moving_picture_is_no_document():
    told = only(message(animation=FILE, document=FILE))
    assert (told.kind, told.what) == (InboundKind.UNSUPPORTED, Unusable.VIDEO)


@pytest.mark.parametrize("kind", ["application/zip", "video/mp4", "text/html", "image/heic"])
def test_a_file_that_is_no_evidence_is_named(kind):
    told = only(message(document=FILE | {"mime_type": kind}, caption="Here"))
    assert (told.kind, told.what, told.media) == (InboundKind.UNSUPPORTED, Unusable.FILE, ())
    assert told.text == "Here"


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf", "application/octet-stream"])
def test_a_file_that_may_be_evidence_is_taken(kind):
    assert len(only(message(document=FILE | {"mime_type": kind})).media) == 1


def test_words_below_a_video_are_read_although_the_video_is_not():
    told = only(message(video=FILE, caption="It does not turn on"))
    assert (told.kind, told.what) == (InboundKind.UNSUPPORTED, Unusable.VIDEO)
    assert told.text == "It does not turn on"


@pytest.mark.parametrize("name", ["pinned_message", "new_chat_title", "write_access_allowed"])
def test_what_telegram_says_itself_is_no_message(name):
    assert read(message(**{name: {}})) == []


def test_bots_are_not_talked_with():
    assert read(message(text="Hi", **{"from": BOT})) == []


def test_an_edit_names_the_message_that_it_changes():
    edited = message(text="I mean 100-2", edit_date=SENT + 30)
    told = only(edited, "edited_message")
    assert (told.kind, told.about, told.text) == (InboundKind.EDITED, "501:9", "I mean 100-2")
    assert told.at == NOW - timedelta(seconds=30)
    again = parse(body(update(edited, "edited_message", own=71)), NOW).inbound[0]
    assert len({told.event_id, again.event_id, "501:9"}) == 3


def test_a_place_that_moves_on_is_no_edit():
    assert read(message(location=FILE, edit_date=SENT), "edited_message") == []


def test_an_answer_to_a_message_names_it():
    told = only(message(text="This one", reply_to_message=message(message_id=4, text="x")))
    assert told.about == "501:4"


def test_a_press_has_the_buttons_id_and_is_answered_by_its_own():
    told = only(press(), "callback_query")
    assert (told.kind, told.payload, told.about) == (InboundKind.PRESSED, "button-1", "501:9")
    assert (told.address, told.at, press_of(told)) == ("501", NOW, "4382")
    assert press_of(only(message(text="x"))) is None


def test_a_press_below_nothing_that_is_known_is_in_the_persons_own_chat():
    gone = {"chat": CHAT, "message_id": 3, "date": 0}
    assert only(press(message=gone), "callback_query").about == "501:3"
    without = press()
    del without["message"]
    told = only(without, "callback_query")
    assert (told.address, told.is_private, told.about) == ("501", True, None)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (member("member", "kicked"), InboundKind.LEFT),
        (member("kicked", "member"), InboundKind.RETURNED),
        (member("member", "left", chat=GROUP), InboundKind.LEFT),
    ],
)
def test_who_blocks_the_bot_has_left_until_they_come_back(said, kind):
    told = only(said, "my_chat_member")
    assert (told.kind, told.payload) == (kind, None)


@pytest.mark.parametrize(
    "said", [member("left", "member", chat=GROUP), member("member", "administrator", chat=GROUP)]
)
def test_other_changes_of_membership_say_nothing(said):
    assert read(said, "my_chat_member") == []


def test_a_group_that_becomes_a_supergroup_has_moved():
    told = only(message(chat=GROUP, migrate_to_chat_id=-1_000_000_000_900))
    assert (told.kind, told.address) == (InboundKind.MOVED, "-900")
    assert told.payload == "-1000000000900"


@pytest.mark.parametrize(
    "said",
    [
        message(chat=GROUP, text="/start L1nk"),
        message(chat=GROUP, text="My order 100-1", photo=[size(9, "s", 9)], caption="x"),
        message(chat=GROUP | {"type": "channel"}, text="My order 100-1"),
    ],
)
def test_nothing_that_is_said_in_a_group_is_read(said):
    told = only(said)
    assert told.is_private is False
    assert (told.text, told.payload, told.media, told.name) == ("", None, (), "")


def test_what_cannot_be_stored_is_not_read():
    told = only(message(text="a\0b\ud800c"))
    assert told.text == "ab?c"


def test_kinds_that_were_not_asked_for_say_nothing():
    assert parse(b'{"update_id": 7, "poll_answer": {}}', NOW) == Parsed()


@pytest.mark.parametrize("broken", [{"update_id": 71, "message": {}}, {"message": 4}, 7, None])
def test_one_broken_update_loses_none_of_its_neighbours(broken):
    first, last = update(message(text="One"), own=70), update(message(text="Two"), own=72)
    told, highest = parse_polled([first, broken, last], NOW)
    assert [each.text for each in told.inbound] == ["One", "Two"]
    assert highest == 72


def test_a_week_of_silence_begins_again_anywhere():
    before, after = update(message(text="One"), own=900), update(message(text="Two"), own=70)
    assert parse_polled([before, after], NOW)[1] == 70
    assert parse_polled([], NOW) == (Parsed(), None)
    assert parse_polled({"a": 1}, NOW) == (Parsed(), None)

"""Files that a messenger brings are fetched, checked and kept, or named with why not."""

from collections import deque
from datetime import timedelta
from hashlib import sha256

import pytest

from aftersale.domain.channels import Media
from aftersale.services.ports_channels import Busy, Gone, Refused, Shut, Uncertain, Unreachable
from tests.integration.channels.plain_connector import NOW, PLAIN, said
from tests.integration.channels.way_in import pictures
from tests.photos import photo

SECOND = timedelta(seconds=1)


def test_a_photo_becomes_evidence_of_its_conversation(way_in):
    way_in.hear(said("1", "It is broken", media=pictures(way_in, "a")))
    assert way_in.heard() == ["It is broken + 1 photos"]
    assert way_in.turns() == [{"text": "It is broken", "notices": []}]
    with way_in.uow() as uow:
        own = uow.channels.thread("plain", "kim").conversation_id
        assert len(uow.attachments.of_conversation(own)) == 1


def test_photos_of_an_album_are_one_message_even_when_they_come_one_by_one(way_in):
    for number, name in enumerate("abc"):
        words = "All of it" if name == "b" else ""
        media = pictures(way_in, name)
        way_in.deliver(said(name, words, media=media, album="x", order=number, at=way_in.now))
        way_in.later(seconds=1).work()
    way_in.settle()
    assert way_in.heard() == ["All of it + 3 photos"]


def test_photos_that_wait_together_are_one_message_and_words_begin_another(way_in):
    way_in.hear(
        said("1", "Look", media=pictures(way_in, "a")),
        said("2", media=pictures(way_in, "b"), at=NOW + SECOND),
        said("3", "and here", media=pictures(way_in, "c"), at=NOW + 2 * SECOND),
        said("4", "what now?", at=NOW + 3 * SECOND),
    )
    assert way_in.heard() == ["Look + 2 photos", "and here + 1 photos", "what now?"]


def test_more_photos_than_a_message_holds_are_several(way_in):
    names = "abcdefgh"
    way_in.hear(
        *(said(n, media=pictures(way_in, n), album="x", order=i) for i, n in enumerate(names))
    )
    assert way_in.heard() == ["6 photos", "2 photos"]


def test_of_a_mail_with_many_files_the_first_are_kept_and_the_buyer_knows(way_in):
    way_in.hear(said("1", "See below", media=pictures(way_in, *"abcdefg")))
    assert way_in.heard() == ["See below + 6 photos"]
    assert way_in.told() == ["utter_channel_file_more"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"MZ not a photo", "utter_channel_upload_unreadable"),
        (b"x" * (PLAIN.largest_in + 1), "utter_channel_upload_too_large"),
        (Gone("expired"), "utter_channel_file_lost"),
        (Refused("no"), "utter_channel_file_lost"),
    ],
    ids=["no photo", "too large", "gone", "refused"],
)
def test_a_file_that_cannot_be_kept_is_named_and_the_words_go_on(way_in, content, told):
    media = (*pictures(way_in, "g"), Media("bad"))
    way_in.plain.files["bad"] = content
    way_in.hear(said("1", "Two photos", media=media))
    assert way_in.heard() == ["Two photos + 1 photos"]
    assert way_in.told() == [told]
    way_in.hear(said("2", media=(Media("bad"),)))
    assert way_in.heard() == ["Two photos + 1 photos"]
    assert way_in.told() == [told, told]
    assert len(way_in.turns()) == 1


def test_what_says_that_it_is_too_large_is_not_even_fetched(way_in):
    way_in.hear(said("1", "Big", media=pictures(way_in, "a", size=PLAIN.largest_in + 1)))
    assert way_in.plain.fetched == []
    assert way_in.told() == ["utter_channel_upload_too_large"]


@pytest.mark.parametrize("trouble", [Unreachable("x"), Uncertain("x"), Shut("x"), Busy("x", 1)])
def test_a_file_that_is_not_there_yet_is_waited_for_and_nothing_overtakes_it(way_in, trouble):
    media = pictures(way_in, "a")
    way_in.plain.files["a"] = deque([trouble, trouble, way_in.plain.files["a"]])
    way_in.hear(said("1", "First", media=media), said("2", "Second", at=NOW + SECOND))
    way_in.settle(4)
    assert way_in.heard() == ["First + 1 photos", "Second"]
    assert way_in.told() == []


def test_a_file_that_never_comes_holds_nothing_up_for_long(way_in):
    media = pictures(way_in, "a")
    way_in.plain.files["a"] = Unreachable("down")
    way_in.hear(said("1", "First", media=media))
    way_in.settle(60)
    assert way_in.heard() == ["First"]
    assert way_in.told() == ["utter_channel_file_lost"]
    assert way_in.now - NOW < timedelta(minutes=3)


def test_how_long_a_busy_provider_wants_to_be_left_alone_is_kept_to(way_in):
    media = pictures(way_in, "a")
    way_in.plain.files["a"] = deque([Busy("429", 60), way_in.plain.files["a"]])
    way_in.deliver(said("1", "First", media=media))
    way_in.settle(20)
    assert way_in.heard() == []
    assert len(way_in.plain.fetched) == 1
    way_in.later(seconds=30).settle()
    assert way_in.heard() == ["First + 1 photos"]


def test_a_file_that_is_not_what_its_hash_says_is_not_kept(way_in):
    right = sha256(photo(seed=ord("a"))).hexdigest()
    way_in.hear(said("1", "Right", media=pictures(way_in, "a", sha256=right.upper())))
    way_in.deliver(said("2", "Wrong", media=pictures(way_in, "b", sha256=right)))
    way_in.settle(60)
    assert way_in.heard() == ["Right + 1 photos", "Wrong"]
    assert way_in.told() == ["utter_channel_file_lost"]

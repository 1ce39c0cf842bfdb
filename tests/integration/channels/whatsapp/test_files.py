"""Files that come in by WhatsApp: fetched in two steps, and only when they are what was said."""

import hashlib
from unittest.mock import Mock

import pytest

from aftersale.adapters.whatsapp_media import ERRORS_LIMIT, MediaFetch
from aftersale.domain.channels import Media
from aftersale.errors import UploadTooLarge, UploadUnreadable
from aftersale.services.ports_channels import Busy, Gone, Refused, Unreachable
from tests.contract.whatsapp_server import Fault
from tests.integration.channels.whatsapp.side import heard

MOST = 1_000_000


@pytest.fixture
def ann(server, ann):
    """She has written already."""
    server.says(ann, "Hi")
    server.waiting.clear()
    return ann


def sent_photo(server, ours, person, content=b"photo", **lies):
    server.shows(person, content, lies=lies)
    (said,) = heard(server, ours).inbound
    return said.media[0]


def test_a_file_is_fetched_and_is_what_was_said(server, ours, ann):
    media = sent_photo(server, ours, ann)
    assert media.sha256 == hashlib.sha256(b"photo").hexdigest()
    assert ours.fetch(media, most=MOST) == b"photo"


@pytest.mark.parametrize(
    "lies",
    [
        {"said_sha256": "0" * 64},
        {"said_sha256": "?"},
        {"said_type": "image/png"},
        {"url": "https://files.example/a"},
        {"url": "ftp://127.0.0.1/a"},
        {"url": "https://elsewhere.example@files.example/a"},
    ],
)
def test_a_file_that_is_not_what_was_said_is_not_taken(server, ours, ann, lies):
    media = sent_photo(server, ours, ann, **lies)
    with pytest.raises(Refused):
        ours.fetch(media, most=MOST)


def test_a_file_that_leads_elsewhere_is_not_followed(server, ours, ann):
    other = server.state.add_media(b"other", "image/jpeg")
    elsewhere = server.state.link(server.url, other)
    media = sent_photo(server, ours, ann, redirects=elsewhere)
    with pytest.raises(Refused):
        ours.fetch(media, most=MOST)
    assert not [path for _, path in server.calls if elsewhere.endswith(path)]


def test_what_is_no_photo_is_not_downloaded(server, ours, ann):
    media = sent_photo(server, ours, ann, said_type="application/zip")
    for declared in (media, Media(media.media_id)):
        with pytest.raises(UploadUnreadable):
            ours.fetch(declared, most=MOST)
    assert not [path for _, path in server.calls if "attachments" in path]


def test_the_webhooks_word_about_a_file_counts_too(server, ours, ann):
    media = sent_photo(server, ours, ann)
    other = Media(media.media_id, sha256=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(Refused):
        ours.fetch(other, most=MOST)
    assert ours.fetch(Media(media.media_id), most=MOST) == b"photo"


def test_a_file_that_is_too_large_is_not_downloaded(server, ours, ann):
    media = sent_photo(server, ours, ann, said_size=MOST + 1)
    with pytest.raises(UploadTooLarge):
        ours.fetch(media, most=MOST)
    assert not [path for _, path in server.calls if "attachments" in path]


def test_a_file_larger_than_it_says_is_not_read_to_its_end(server, ours, ann):
    media = sent_photo(server, ours, ann, b"x" * (MOST + 1), said_size=10)
    with pytest.raises(UploadTooLarge):
        ours.fetch(media, most=MOST)


def test_three_megabytes_are_fetched(server, ours, ann):
    content = bytes(range(256)) * 16_000
    assert ours.fetch(sent_photo(server, ours, ann, content), most=5_000_000) == content


def test_a_file_that_is_over_is_gone(server, ours, ann):
    media = sent_photo(server, ours, ann)
    server.state.now += 8 * 86_400
    with pytest.raises(Gone):
        ours.fetch(media, most=MOST)


def test_an_address_that_is_over_is_asked_for_once_more(server, ours, ann):
    media = sent_photo(server, ours, ann)
    server.faults.append(Fault(100, "/attachments/", "GET", status=404))
    assert ours.fetch(media, most=MOST) == b"photo"
    server.faults += [Fault(100, "/attachments/", "GET", status=404)] * 2
    with pytest.raises(Gone):
        ours.fetch(media, most=MOST)


@pytest.mark.parametrize("path", ["/v26.0/", "/attachments/"])
@pytest.mark.parametrize(("what", "status"), [("drop", None), (131000, 500)])
def test_a_file_that_did_not_come_is_asked_for_later(server, ours, ann, path, what, status):
    media = sent_photo(server, ours, ann)
    server.faults.append(Fault(what, path, "GET", status=status))
    with pytest.raises(Unreachable):
        ours.fetch(media, most=MOST)
    assert ours.fetch(media, most=MOST) == b"photo"


def test_who_asks_in_vain_too_often_stops_before_being_shut_out(server, ours, ann, monkeypatch):
    media = sent_photo(server, ours, ann)
    clock = [1000.0]
    monkeypatch.setattr(ours.media, "_clock", lambda: clock[0])
    for _ in range(ERRORS_LIMIT):
        with pytest.raises(Gone):
            ours.fetch(Media("70999"), most=MOST)
    calls = len(server.calls)
    with pytest.raises(Busy):
        ours.fetch(media, most=MOST)
    assert len(server.calls) == calls
    assert server.media_errors < 20
    clock[0] += 3601
    assert ours.fetch(media, most=MOST) == b"photo"


def test_a_files_id_names_a_file_and_nothing_else_at_the_provider():
    http = Mock()
    http.get.side_effect = Refused("100")
    with pytest.raises(Gone):
        MediaFetch(http).fetch(Media("../me/accounts?fields=access_token"), most=9)
    http.get.assert_called_once_with("/..%2Fme%2Faccounts%3Ffields%3Daccess_token")

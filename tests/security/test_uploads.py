"""What bad uploads get: a clear code, and nothing left on the disk or in the database."""

import asyncio
import contextlib
import io
import stat
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from PIL import Image

from aftersale.adapters.photos import Photos
from aftersale.demo.client import Form
from aftersale.gateway import uploads
from aftersale.services.uploads import BYTES_LIMIT, LOOSE_LIMIT
from tests.integration.gateway.world import API
from tests.photos import bomb, executable, located_photo, pdf, photo


async def upload(talk, content, *, name="photo.jpg", token=None, **fields):
    form = Form.of(content, name=name, fields=fields)
    return await talk.world.call(
        "POST",
        f"{API}/uploads",
        raw=io.BytesIO(form.content),
        token=talk.token if token is None else token,
        headers={"Content-Type": form.content_type},
    )


@pytest.fixture
def kept(tmp_path):
    """Return a function that lists everything that lies in the uploads folder."""
    return lambda: sorted((tmp_path / "uploads").glob("*"))


def rows(talk):
    with talk.world.services.uow() as uow:
        return uow.attachments.of_conversation(talk.conversation_id)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"just some text, nothing more", "photo.jpg"),
        (executable(), "photo.png"),
        (photo()[:-100], "photo.jpg"),
        (b"<html><script>alert(1)</script></html>", "photo.gif"),
        (b"", "photo.jpg"),
    ],
    ids=["text", "program", "cut off", "page", "nothing"],
)
async def test_what_is_no_photo_is_refused_whatever_its_name(world, kept, content, name):
    talk = await world.open()
    refused = await upload(talk, content, name=name)
    assert (refused.status, refused.body["code"]) == (422, "upload_unreadable")
    assert kept() == []
    assert rows(talk) == []


async def test_a_file_over_the_limit_is_refused_before_it_is_read(world, kept):
    talk = await world.open()
    refused = await upload(talk, bytes(30_000_000))
    assert (refused.status, refused.body["code"]) == (413, "upload_too_large")
    assert kept() == []


async def test_a_file_over_the_limit_in_chunks_is_cut_off(world, kept, tmp_path):
    talk, form = await world.open(), Form.of(bytes(11_000_000), name="a.jpg", fields={})

    async def chunks():
        for at in range(0, len(form.content), 500_000):
            yield form.content[at : at + 500_000]

    refused = await world.call(
        "POST",
        f"{API}/uploads",
        raw=chunks(),
        token=talk.token,
        headers={"Content-Type": form.content_type},
    )
    assert (refused.status, refused.body["code"]) == (413, "upload_too_large")
    assert kept() == []
    assert [path.name for path in tmp_path.glob("tmp*")] == []


async def test_a_decompression_bomb_is_refused_by_what_its_header_says(world, kept):
    talk = await world.open()
    refused = await upload(talk, bomb(), name="photo.png")
    assert (refused.status, refused.body["code"]) == (413, "upload_too_many_pixels")
    assert kept() == []


async def test_the_place_where_a_photo_was_taken_is_not_kept(world, kept):
    talk = await world.open()
    sent = await upload(talk, located_photo())
    assert sent.status == 201
    (path,) = kept()
    with Image.open(path) as stored:
        assert not stored.getexif()
    assert b"Cameramaker" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_polyglot_loses_what_hides_behind_the_picture(world, kept):
    talk = await world.open()
    assert (await upload(talk, photo("GIF") + b"PK\x03\x04<script>")).status == 201
    assert b"script" not in kept()[0].read_bytes()


async def test_ten_files_are_taken_and_the_eleventh_is_refused(world, kept):
    talk = await world.open()
    replies = [await upload(talk, photo()) for _ in range(LOOSE_LIMIT + 1)]
    assert [reply.status for reply in replies] == [201] * LOOSE_LIMIT + [409]
    assert replies[-1].body["code"] == "uploads_full"
    assert len(kept()) == len(rows(talk)) == LOOSE_LIMIT


async def test_uploads_at_the_same_time_do_not_pass_the_limit_together(world, kept):
    talk = await world.open()
    replies = await asyncio.gather(*(upload(talk, photo()) for _ in range(LOOSE_LIMIT + 6)))
    assert sorted(reply.status for reply in replies) == [201] * LOOSE_LIMIT + [409] * 6
    assert len(kept()) == len(rows(talk)) == LOOSE_LIMIT


async def test_all_files_of_a_conversation_together_have_a_limit(world, kept):
    talk = await world.open()
    large = [b"%PDF-1.4" + bytes([n]) * 9_500_000 + b"%%EOF" for n in range(4)]
    replies = [await upload(talk, content) for content in large]
    assert [reply.status for reply in replies] == [201, 201, 201, 409]
    assert sum(each.size for each in rows(talk)) <= BYTES_LIMIT
    assert len(kept()) == 3


@pytest.mark.parametrize("at_once", [False, True])
async def test_the_same_file_again_is_the_same_attachment(world, kept, at_once):
    talk, content = await world.open(), photo()
    sending = [upload(talk, content) for _ in range(4)]
    replies = await asyncio.gather(*sending) if at_once else [await each for each in sending]
    assert len({str(reply.body) for reply in replies}) == 1
    assert len(kept()) == len(rows(talk)) == 1


@pytest.mark.parametrize("token", ["", "wrong", "a.b"])
async def test_without_the_conversations_token_nothing_is_taken(world, kept, token):
    talk = await world.open()
    refused = await upload(talk, photo(), token=token or " ")
    assert (refused.status, refused.body["code"]) == (401, "token_invalid")
    assert kept() == []


async def test_an_ended_conversation_takes_no_file(world, kept):
    talk = await world.open()
    await world.call("POST", f"{talk.path}/end", token=talk.token)
    assert (await upload(talk, photo())).body["code"] == "conversation_closed"
    assert kept() == []


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (b"{}", "application/json", "unsupported_media_type"),
        (b"", "multipart/form-data; boundary=x", "bad_request"),
        (b"no form at all", "multipart/form-data; boundary=x", "bad_request"),
        (b"--x\r\n\r\nnameless\r\n--x--\r\n", "multipart/form-data; boundary=x", "bad_request"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", "bad_request"),
        (b"x", "multipart/form-data", "bad_request"),
    ],
)
async def test_a_form_that_is_none_is_refused(world, kept, raw, kind, code):
    talk = await world.open()
    refused = await world.call(
        "POST", f"{API}/uploads", raw=raw, token=talk.token, headers={"Content-Type": kind}
    )
    assert refused.body["code"] == code
    assert kept() == []


async def test_a_purpose_that_is_none_is_refused(world):
    talk = await world.open()
    assert (await upload(talk, photo(), purpose="fun")).body["code"] == "bad_request"
    assert (await upload(talk, pdf(), purpose="payment_proof")).status == 201
    assert [each.purpose for each in rows(talk)] == ["payment_proof"]


async def test_a_photo_is_sent_without_words_and_reaches_the_engine_as_what_it_is(world):
    talk = await world.open()
    own = (await upload(talk, photo())).body["attachment_id"]
    sent = await talk.send(attachment_ids=[own], client_msg_id="message-1")
    events = await talk.until_done()
    assert world.engine.seen[-1]["intent"] == "inform_evidence"
    assert "text" not in world.engine.seen[-1]
    (block,) = events[0]["blocks"]
    assert (block["type"], block["fallback"]) == ("photo", "Photo")
    again = await talk.send(attachment_ids=[own], client_msg_id="message-1")
    assert again.body == sent.body
    other = await talk.send("other", client_msg_id="message-1")
    assert other.body["code"] == "client_msg_id_reused"


async def test_words_beside_a_photo_are_understood_as_words(world):
    talk = await world.open()
    own = (await upload(talk, photo())).body["attachment_id"]
    await talk.send("it came torn", attachment_ids=[own])
    events = await talk.until_done()
    assert world.engine.seen[-1]["text"] == "it came torn"
    assert events[0]["text"] == "it came torn"
    assert events[0]["blocks"][0]["attachment_id"] == own


async def test_an_attachment_of_another_conversation_cannot_be_named(world):
    mine, other = await world.open(), await world.open()
    foreign = (await upload(other, photo())).body["attachment_id"]
    answers = [await mine.send(attachment_ids=[each]) for each in (foreign, uuid4().hex)]
    assert {(a.status, a.body["code"]) for a in answers} == {(409, "attachment_gone")}
    assert answers[0].body == answers[1].body
    assert mine.stored() == []


@pytest.mark.parametrize(
    "named", [[], "x", [1], [""], ["../secrets.json"], ["a" * 32] * 7, [None]]
)
async def test_attachment_ids_of_another_shape_are_refused(world, named):
    talk = await world.open()
    assert (await talk.send(attachment_ids=named)).body["code"] == "bad_request"


async def _link(talk):
    own = (await upload(talk, photo())).body["attachment_id"]
    await talk.send(attachment_ids=[own])
    return (await talk.until_done())[0]["blocks"][0]["url"]


async def test_a_signed_link_gives_the_photo_as_a_download_without_a_token(world, kept):
    talk = await world.open()
    address = await _link(talk)
    async with world.client.get(address) as response:
        assert response.status == 200
        assert response.content_type == "image/jpeg"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert await response.read() == kept()[0].read_bytes()


async def test_a_link_that_is_over_or_anothers_or_made_up_opens_nothing(world):
    talk, other = await world.open(), await world.open()
    address, others = await _link(talk), await _link(other)
    path, token = address.split("?t=")
    forged = [
        path,
        f"{path}?t={others.split('?t=')[1]}",
        f"{path}?t=99999999999.{token.partition('.')[2]}",
        f"{path}?t={token}0",
        f"{path}?t=\ud800",
        f"{API}/attachments/{'0' * 32}?t={token}",
        f"{API}/attachments/..%2fsecrets.json?t={token}",
    ]
    world.now[0] += timedelta(minutes=16)
    for each in [*forged, address]:
        refused = await world.call("GET", each.encode("utf-8", "replace").decode())
        assert (refused.status, refused.body["code"]) == (404, "not_found"), each


async def test_many_uploads_at_once_leave_room_to_answer(world, monkeypatch):
    go = threading.Event()
    real = Photos.check

    def slow(self, content):
        go.wait(10)
        return real(self, content)

    monkeypatch.setattr(Photos, "check", slow)
    talk, other = await world.open(), await world.open()
    sending = [asyncio.create_task(upload(talk, photo())) for _ in range(9)]
    await other.send("hello")
    async with asyncio.timeout(5):
        await other.until_done()
    go.set()
    assert {reply.status for reply in await asyncio.gather(*sending)} == {201}


async def test_a_file_that_never_ends_to_arrive_is_given_up(world, kept, monkeypatch):
    monkeypatch.setattr(uploads, "PATIENCE", 0.05)
    talk, never = await world.open(), asyncio.Event()
    form = Form.of(photo(), name="a.jpg", fields={})

    async def chunks():
        yield form.content[:200]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(never.wait(), 1)

    refused = await world.call(
        "POST",
        f"{API}/uploads",
        raw=chunks(),
        token=talk.token,
        headers={"Content-Type": form.content_type},
    )
    assert refused.body["code"] == "bad_request"
    assert kept() == []

"""Messages of agents: a moment to take them back, sent once, in order, and only by who has it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from aiohttp import FormData

from aftersale.domain.conversations import Author, EventType, Owner
from aftersale.domain.requests import OutboxKind
from aftersale.gateway.desk import jobs
from aftersale.services.uploads import SentFile
from aftersale.store.unit_of_work import SqlUnitOfWork
from tests.integration.desk.talks import BOB, FAR, HERE, buyer, log, say, send_due, talk
from tests.photos import photo as a_photo

MINE = {"owner": Owner.HUMAN, "agent": "ann"}


@pytest.fixture(autouse=True)
def sent_by_the_test_alone(monkeypatch):
    """The app's own job looks once, at its start."""
    monkeypatch.setattr(jobs, "SEND_EVERY", 3600)


@pytest.fixture
def ann(desk):
    talk(desk, **MINE)
    return desk.person(HERE)


async def write(person, text="I look into it.", client_msg_id="message-1", **more):
    body = {"client_msg_id": client_msg_id, "text": text} | more
    return await person.post("/conversations/c1/messages", body)


def spoken(desk):
    return [event.body["blocks"][0]["text"] for event in log(desk) if event.author is Author.AGENT]


async def test_a_message_leaves_after_five_seconds(desk, ann):
    reply = await write(ann)
    assert reply.status == 202
    assert reply.body["send_at"] == "2026-11-20T12:00:05Z"
    desk.pass_time(seconds=4)
    assert list(send_due(desk)) == []
    (waiting,) = (await ann.get("/conversations/c1")).body["waiting"]
    assert (waiting["state"], waiting["text"]) == ("waiting", "I look into it.")
    desk.pass_time(seconds=1)
    send_due(desk)
    event = log(desk)[-1]
    assert event.author is Author.AGENT
    assert event.body == {
        "message_id": reply.body["message_id"],
        "agent": {"name": "Ann Lee", "picture": None},
        "blocks": [{"type": "text", "text": "I look into it.", "fallback": "I look into it."}],
    }
    assert (await ann.get("/conversations/c1")).body["waiting"] == []
    with desk.services.uow() as uow:
        assert uow.handoffs.open_of("c1").first_answer_at == desk.now


async def test_a_buyer_who_is_away_gets_it_by_mail(desk):
    talk(desk, **MINE, buyer_id=buyer(desk))
    await write(desk.person(HERE))
    desk.pass_time(seconds=5)
    send_due(desk)
    seq = log(desk)[-1].seq
    with desk.services.uow() as uow:
        letter = uow.outbox.by_key(f"news:c1:{seq}")
    assert letter.kind is OutboxKind.MAIL
    assert "I look into it." in letter.payload["text"]
    assert letter.not_before > desk.now  # and never, when it is fetched before


async def test_what_was_taken_back_never_leaves(desk, ann):
    own = (await write(ann)).body["message_id"]
    path = f"/conversations/c1/messages/{own}"
    assert (await ann.delete(path)).status == 204
    assert (await ann.delete(path)).status == 204
    desk.pass_time(seconds=6)
    assert list(send_due(desk)) == []
    assert spoken(desk) == []


async def test_what_has_left_is_not_taken_back(desk, ann):
    own = (await write(ann)).body["message_id"]
    desk.pass_time(seconds=5)
    send_due(desk)
    reply = await ann.delete(f"/conversations/c1/messages/{own}")
    assert (reply.status, reply.body["code"]) == (409, "sent_already")


async def test_messages_are_only_their_writers_to_take_back(desk, ann):
    own = (await write(ann)).body["message_id"]
    bob = desk.person(BOB)
    assert (await bob.delete(f"/conversations/c1/messages/{own}")).status == 404
    assert (await bob.get("/conversations/c1")).body["waiting"] == []
    assert (await ann.delete("/conversations/c1/messages/guessed")).status == 404


async def test_a_repeated_message_is_the_same_message(desk, ann):
    first, again = await write(ann), await write(ann)
    assert first.body["message_id"] == again.body["message_id"]
    other = await write(ann, text="Something else")
    assert (other.status, other.body["code"]) == (409, "client_msg_id_reused")
    desk.pass_time(seconds=5)
    send_due(desk)
    assert (await write(ann)).body["state"] == "sent"
    send_due(desk)
    assert spoken(desk) == ["I look into it."]


async def test_they_leave_once_however_many_send(desk, ann):
    for number in range(5):
        await write(ann, f"word {number}", f"message-{number}")
    desk.pass_time(seconds=5)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: send_due(desk), range(6)))
    assert sorted(spoken(desk)) == [f"word {number}" for number in range(5)]


async def test_they_leave_in_the_order_of_writing(desk, ann):
    for number in range(5):
        await write(ann, f"word {number}", f"message-{number}")
    desk.pass_time(seconds=5)
    send_due(desk)
    assert spoken(desk) == [f"word {number}" for number in range(5)]


async def test_an_app_that_dies_between_writing_and_sending_loses_and_doubles_nothing(
    desk, ann, monkeypatch
):
    for number in range(3):
        await write(ann, f"word {number}", f"message-{number}")
    desk.pass_time(seconds=5)
    commit, commits = SqlUnitOfWork.commit, []

    def dies_at_the_second(self):
        commits.append(1)
        if len(commits) == 2:
            raise KeyboardInterrupt  # the process is killed before its transaction ends
        commit(self)

    monkeypatch.setattr(SqlUnitOfWork, "commit", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        send_due(desk)
    monkeypatch.undo()
    assert spoken(desk) == ["word 0"]
    send_due(desk)
    assert spoken(desk) == ["word 0", "word 1", "word 2"]


async def test_who_no_longer_has_it_does_not_speak(desk, ann):
    await write(ann)
    with desk.services.uow() as uow:
        assert uow.conversations.move_owner("c1", Owner.BOT, version=1)
        uow.commit()
    desk.pass_time(seconds=5)
    (refused,) = send_due(desk)
    assert refused.state.value == "refused"
    assert spoken(desk) == []
    (shown,) = (await ann.get("/conversations/c1")).body["waiting"]
    assert (shown["state"], shown["text"]) == ("refused", "I look into it.")
    reply = await write(ann, client_msg_id="message-2")
    assert (reply.status, reply.body["code"]) == (409, "ownership_moved")
    assert (reply.body["owner"], reply.body["owner_version"]) == ("bot", 2)


async def test_a_conversation_of_somebody_else_is_not_written_to(desk, ann):
    reply = await write(desk.person(BOB))
    assert (reply.status, reply.body["code"]) == (409, "ownership_moved")
    assert reply.body["agent"] == {"user": "ann", "name": "Ann Lee"}
    talk(desk, "c2")
    body = {"client_msg_id": "message-1", "text": "hello"}
    reply = await ann.post("/conversations/c2/messages", body)
    assert (reply.status, reply.body["owner"]) == (409, "queued")


@pytest.mark.parametrize("act", ["return", "close", "release", "transfer"])
async def test_the_last_words_leave_before_the_conversation_does(desk, ann, act):
    desk.person(BOB)
    await write(ann, "Goodbye!")
    body = {"version": 1} | ({"to_user": "bob"} if act == "transfer" else {})
    reply = await ann.post(f"/conversations/c1/{act}", body)
    assert reply.status == 200, reply.body
    assert spoken(desk) == ["Goodbye!"]
    events = log(desk)
    said = next(event.seq for event in events if event.author is Author.AGENT)
    moved = next(event.seq for event in events if event.type is EventType.OWNER)
    assert said < moved


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"client_msg_id": "message-1"}, "bad_request"),
        ({"client_msg_id": "x", "text": "hello"}, "bad_request"),
        ({"client_msg_id": "message-1", "text": "  "}, "message_empty"),
        ({"client_msg_id": "message-1", "text": "x" * 2_001}, "message_too_large"),
        ({"client_msg_id": "message-1", "text": "x", "html": "y"}, "bad_request"),
        ({"client_msg_id": "message-1", "attachment_ids": ["guessed"]}, "attachment_gone"),
    ],
)
async def test_what_is_no_message_is_refused(desk, ann, body, code):
    reply = await ann.post("/conversations/c1/messages", body)
    assert reply.body["code"] == code
    desk.pass_time(seconds=5)
    assert list(send_due(desk)) == []


async def test_card_numbers_do_not_get_into_the_log(desk, ann):
    await write(ann, "Is it 4111 1111 1111 1111?")
    desk.pass_time(seconds=5)
    send_due(desk)
    assert spoken(desk) == ["Is it [card number hidden]?"]


async def upload(person, content=None, conversation_id="c1"):
    form = FormData()
    form.add_field("file", content or a_photo(), filename="x.jpg")
    path = f"/conversations/{conversation_id}/uploads"
    return await person.call("POST", path, data=form)


async def test_photos_go_both_ways(desk, ann):
    reply = await upload(ann)
    assert reply.status == 201, reply.body
    own = reply.body["attachment_id"]
    await ann.post(
        "/conversations/c1/messages", {"client_msg_id": "message-1", "attachment_ids": [own]}
    )
    desk.pass_time(seconds=5)
    send_due(desk)
    (event,) = (await ann.get("/conversations/c1/events", since=1)).body["events"]
    (block,) = event["blocks"]
    assert block["url"] == f"/desk/api/conversations/c1/attachments/{own}"
    shown = await ann.get(block["url"].removeprefix("/desk/api"))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.body.startswith(b"\xff\xd8")
    # What a person here sends is no evidence of the buyer's, for whatever case.
    with desk.services.uow() as uow:
        assert uow.attachments.loose("c1") == []


async def test_attachments_belong_to_their_conversation_and_their_sender(desk, ann):
    talk(desk, "c2", **MINE)
    there = (await upload(ann, conversation_id="c2")).body["attachment_id"]
    assert (await ann.get(f"/conversations/c1/attachments/{there}")).status == 404
    for own in (there, _of_buyer(desk)):
        body = {"client_msg_id": "message-1", "attachment_ids": [own]}
        reply = await ann.post("/conversations/c1/messages", body)
        assert (reply.status, reply.body["code"]) == (409, "attachment_gone")


def _of_buyer(desk):
    with desk.services.uow() as uow:
        conversation = uow.conversations.get("c1")
    return desk.services.uploads.take(
        conversation, SentFile(a_photo(seed=7)), desk.now
    ).attachment_id


async def test_a_photo_that_is_gone_holds_up_nobody(desk, ann):
    own = (await upload(ann)).body["attachment_id"]
    lost = {"client_msg_id": "message-1", "text": "look", "attachment_ids": [own]}
    await ann.post("/conversations/c1/messages", lost)
    await write(ann, "without a photo", "message-2")
    with desk.services.uow() as uow:
        uow.chats.drop_files("c1", keep=())
        uow.commit()
    desk.pass_time(seconds=5)
    assert [each.state.value for each in send_due(desk)] == ["refused", "sent"]
    assert spoken(desk) == ["without a photo"]


async def test_nobody_uploads_into_a_conversation_they_may_not_see(desk, ann):
    reply = await upload(desk.person(FAR))
    assert (reply.status, reply.body["code"]) == (404, "not_found")
    with desk.services.uow() as uow:
        assert uow.attachments.of_conversation("c1") == []


async def test_what_is_no_photo_is_refused(desk, ann):
    reply = await upload(ann, b"<svg onload=alert(1)>")
    assert (reply.status, reply.body["code"]) == (422, "upload_unreadable")


async def test_the_buyer_sees_that_somebody_types_and_reads(desk, ann):
    assert (await ann.post("/conversations/c1/typing")).status == 204
    assert (await ann.post("/conversations/c1/typing")).status == 204  # no news so soon
    say(desk, "c1", "hello?")
    assert (await ann.post("/conversations/c1/read", {"seq": 3})).status == 204
    assert (await ann.post("/conversations/c1/read", {"seq": 3})).status == 204
    events = [(event.type.value, event.body.get("up_to")) for event in log(desk)]
    assert events == [("message", None), ("typing", None), ("message", None), ("read", 3)]
    assert (await ann.get("/inbox", view="mine")).body["items"][0]["unread"] == 0


async def test_only_who_has_it_is_shown_to_the_buyer(desk, ann):
    bob = desk.person(BOB)
    await bob.post("/conversations/c1/typing")
    await bob.post("/conversations/c1/read", {"seq": 2**50})
    assert [event.type for event in log(desk)] == [EventType.MESSAGE]
    say(desk, "c1", "more")
    (item,) = (await bob.get("/inbox", view="all")).body["items"]
    assert item["unread"] == 1  # nobody has read what was not there


async def test_the_desk_sees_how_far_the_buyer_has_read(desk, ann):
    await write(ann)
    desk.pass_time(seconds=5)
    send_due(desk)
    desk.services.chat.live.read("c1", 2)
    assert (await ann.get("/conversations/c1")).body["conversation"]["read_by_buyer"] == 2


async def test_who_writes_without_end_is_slowed_down(desk, ann):
    codes = [(await write(ann, "x", f"message-{n}")).status for n in range(40)]
    assert 429 in codes

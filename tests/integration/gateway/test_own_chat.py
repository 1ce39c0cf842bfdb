"""Deleting, keeping and sending the whole chat: what goes goes everywhere, what stays is said."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from aftersale.domain.cases import Case, CaseEntry, CaseOwner, CaseState, CaseType, Role
from aftersale.domain.conversations import Author, EventType
from aftersale.domain.requests import AuditEntry, OutboxKind, OutboxRow, OutboxState
from aftersale.errors import EngineUnavailable
from aftersale.gateway.live_socket import GONE
from aftersale.gateway.own_chat import erase
from tests.integration.gateway.lines import line
from tests.integration.gateway.world import NOW, SHOP, responses, says
from tests.photos import photo
from tests.security.test_uploads import upload

SECRET = "the parcel smells of garlic"
TABLES = ("events", "turns", "buttons", "socket_tickets", "outbox", "pending_commands",
          "conversations", "cases", "case_entries", "ratings")  # fmt: skip


def everything(world):
    """All that the database holds of chats, as text."""
    with world.services.uow() as uow:
        run = uow.conversations._connection.execute
        return "".join(str(run(text(f"SELECT * FROM {name}")).all()) for name in TABLES)


async def delete(talk):
    return await talk.world.call("DELETE", talk.path, token=talk.token)


def open_case(world, talk, number="C-1", state=CaseState.OPEN, words=SECRET):
    case = Case(
        number=number,
        storefront=SHOP,
        type=CaseType.PROBLEM,
        owner=CaseOwner.PLATFORM,
        state=CaseState.OPEN,
        buyer_id=None,
        order_number=None,
        conversation_id=talk.conversation_id,
        subject="problem",
        created_at=NOW,
        description=words,
    )
    first = CaseEntry(number, NOW, "buyer", words, Role.BUYER)
    audit = AuditEntry(NOW, "buyer", "open", f"case:{number}")
    with world.services.uow() as uow:
        uow.cases.add(case, first, audit=audit)
        uow.conversations._connection.execute(
            text("UPDATE cases SET state = :state WHERE number = :number"),
            {"state": state.value, "number": number},
        )
        uow.commit()


async def test_what_was_written_and_sent_is_gone_everywhere(world, tmp_path):
    talk, other = await world.open(world.identity(email="ann@example.com")), await world.open()
    await other.send("keep me")
    await other.until_done()
    sent = await upload(talk, photo())
    await talk.send(SECRET, attachment_ids=[sent.body["attachment_id"]])
    await talk.until_done()
    assert SECRET in everything(world)
    deleted = await delete(talk)
    assert (deleted.status, deleted.body) == (200, {"survives": ["chat_keeps_records"]})
    assert SECRET not in everything(world)
    assert list((tmp_path / "uploads").glob("*")) == []
    assert [body["response"] for body in talk.stored()] == ["chat_deleted"]
    assert "keep me" in str(other.stored())
    assert world.engine.erased == [talk.conversation_id]


async def test_the_session_is_over_with_the_chat(world):
    talk = await world.open()
    await delete(talk)
    for method, path in [("GET", "/events"), ("POST", "/ticket"), ("GET", "/transcript")]:
        refused = await world.call(method, talk.path + path, token=talk.token)
        assert (refused.status, refused.body["code"]) == (401, "token_invalid")
    assert (await delete(talk)).status == 401


async def test_every_open_device_hears_that_the_chat_is_deleted_and_no_more(world):
    talk = await world.open()
    async with line(talk) as one, line(talk) as other:
        for each in (one, other):
            await each.until("ready")
        await delete(talk)
        for each in (one, other):
            assert (await each.until("notice"))[-1]["response"] == "chat_deleted"
            assert await each.closed() == GONE


async def test_the_conversation_that_stays_is_nobodys_and_the_audit_names_no_one(world):
    talk = await world.open(world.identity())
    with world.services.uow() as uow:
        buyer = uow.parties.buyer_by_subject(SHOP, "ann")
    await talk.send("hello")
    await talk.until_done()
    await delete(talk)
    with world.services.uow() as uow:
        kept = uow.conversations.get(talk.conversation_id)
        (told,) = uow.ledger.trail(f"conversation:{talk.conversation_id}")
    assert (kept.buyer_id, kept.verified_until, kept.opened_from) == (None, None, None)
    assert kept.closed_as == "deleted"
    assert (told.actor, told.action) == ("buyer", "delete_chat")
    assert told.after == {"messages": 2, "files": 0}
    assert buyer.buyer_id not in str(told)


async def test_an_answer_that_comes_after_the_deletion_is_not_kept(world):
    talk = await world.open()
    asked, release = asyncio.Event(), asyncio.Event()

    async def answer(body):
        asked.set()
        await release.wait()
        return says("utter_garlic")

    world.engine.answer = answer
    await talk.send(SECRET)
    await asked.wait()
    await delete(talk)
    release.set()
    other = await world.open()
    await other.send("hello")
    assert responses(await other.until_done()) == ["utter_garlic"]
    assert [body["response"] for body in talk.stored()] == ["chat_deleted"]


async def test_an_open_case_stays_without_contact_details_and_a_closed_one_without_words(
    world, tmp_path
):
    talk = await world.open()
    words = "it leaks, mail me at ann@example.com or +49 170 1234567"
    open_case(world, talk, "C-1", words=words)
    open_case(world, talk, "C-2", state=CaseState.CLOSED)
    sent = [await upload(talk, photo(size=(20, 20 + number))) for number in range(3)]
    with world.services.uow() as uow:
        for number, case in enumerate(["C-1", "C-2"]):
            uow.attachments.bind([sent[number].body["attachment_id"]], case)
        uow.commit()
    deleted = await delete(talk)
    assert deleted.body["survives"] == ["chat_keeps_records", "chat_keeps_case"]
    with world.services.uow() as uow:
        (first,) = uow.cases.entries("C-1")
        assert first.text == "it leaks, mail me at [hidden] or [hidden]"
        assert uow.cases.get("C-1").description == first.text
        assert uow.cases.get("C-2").description == "[deleted by the buyer]"
        assert len(uow.attachments.of_case("C-1")) == 1
        assert uow.attachments.of_conversation(talk.conversation_id) == list(
            uow.attachments.of_case("C-1")
        )
    assert len(list((tmp_path / "uploads").glob("*"))) == 1


async def test_a_letter_that_repeats_the_chat_never_leaves(world):
    talk = await world.open()
    key = f"news:{talk.conversation_id}:4"
    payload = {"to": "ann@example.com", "text": SECRET, "subject": "news", "message_id": "m"}
    with world.services.uow() as uow:
        uow.outbox.add(OutboxRow("o-1", OutboxKind.MAIL, key, payload, NOW, NOW))
        uow.commit()
    await delete(talk)
    with world.services.uow() as uow:
        row = uow.outbox.by_key(key)
    assert (row.state, row.payload) == (OutboxState.WITHDRAWN, {})


async def test_an_engine_that_is_away_forgets_the_chat_later(world, monkeypatch):
    async def away(*_given):
        raise EngineUnavailable("away")

    talk = await world.open()
    with monkeypatch.context() as patched:
        patched.setattr(type(world.services.engine), "erase", away)
        assert (await delete(talk)).status == 200
    assert world.engine.erased == []
    for _ in range(2):
        await erase(world.services)
    assert world.engine.erased == [talk.conversation_id]


async def test_nobody_else_can_delete_or_keep_a_chat(world):
    mine, other = await world.open(), await world.open()
    await other.send(SECRET)
    for method, path in [("DELETE", ""), ("GET", "/transcript"), ("POST", "/transcript")]:
        refused = await world.call(method, other.path + path, token=mine.token)
        assert (refused.status, refused.body["code"]) == (404, "not_found")
    assert SECRET in str(other.stored())


async def test_what_was_said_can_be_kept_as_a_file(world):
    talk = await world.open()
    await talk.send("<b>where is it</b> 4111 1111 1111 1111")
    await talk.until_done()
    kept = await world.call("GET", f"{talk.path}/transcript", token=talk.token)
    assert kept.headers["Content-Disposition"] == 'attachment; filename="chat.txt"'
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    lines = kept.body.splitlines()
    assert lines[0] == "transcript_title"
    assert lines[2] == (
        "2026-03-02 10:00 transcript_by_buyer: <b>where is it</b> [card number hidden]"
    )
    data = await world.call("GET", f"{talk.path}/transcript?format=json", token=talk.token)
    assert data.headers["Content-Disposition"] == 'attachment; filename="chat.json"'
    authors = [message["author"] for message in data.body["messages"]]
    assert authors == ["buyer", "bot", "bot"]
    odd = await world.call("GET", f"{talk.path}/transcript?format=html", token=talk.token)
    assert odd.body["code"] == "bad_request"


async def test_a_long_chat_is_kept_whole(world):
    talk = await world.open()
    with world.services.uow() as uow:
        for number in range(450):
            uow.conversations.append(
                talk.conversation_id, type=EventType.MESSAGE, author=Author.BUYER, at=NOW,
                body={"text": f"line {number}"},
            )  # fmt: skip
        uow.commit()
    kept = await world.call("GET", f"{talk.path}/transcript?format=json", token=talk.token)
    said = [message["text"] for message in kept.body["messages"]]
    assert said == [f"line {number}" for number in range(450)]


async def posted(talk):
    return await talk.world.call("POST", f"{talk.path}/transcript", {}, token=talk.token)


def letters(world):
    with world.services.uow() as uow:
        return [row.payload for row in uow.outbox.list(None, limit=10)]


async def test_a_transcript_goes_to_the_verified_buyers_own_address_once(world):
    talk = await world.open(world.identity(email="ann@example.com"))
    await talk.send(SECRET)
    await talk.until_done()
    for _ in range(2):
        reply = await posted(talk)
        assert (reply.status, reply.body) == (202, {"posted": True})
    (letter,) = letters(world)
    assert letter["to"] == "ann@example.com"
    assert letter["text"] == "mail_transcript"  # the voice of these tests says names


@pytest.mark.parametrize("identity", [{}, None])
async def test_without_an_own_address_nothing_is_sent(world, identity):
    talk = await world.open(None if identity is None else world.identity(**identity))
    refused = await posted(talk)
    assert (refused.status, refused.body["code"]) == (409, "no_address")
    assert letters(world) == []


async def test_a_verification_that_is_over_sends_nothing(world):
    talk = await world.open(world.identity(email="ann@example.com"))
    with world.services.uow() as uow:
        uow.conversations._connection.execute(
            text("UPDATE conversations SET verified_until = :past"),
            {"past": (NOW - timedelta(seconds=1)).isoformat().replace("+00:00", ".000000Z")},
        )
        uow.commit()
    assert (await posted(talk)).body["code"] == "no_address"


async def test_transcripts_by_mail_are_held_back(world):
    talk = await world.open(world.identity(email="ann@example.com"))
    statuses = []
    for number in range(4):
        await talk.send(f"message {number}")
        await talk.until_done(number + 1)
        statuses.append((await posted(talk)).status)
    assert statuses == [202, 202, 202, 429]
    assert len(letters(world)) == 3

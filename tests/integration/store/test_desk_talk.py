"""What agents write, on both databases: each message leaves once, notes and marks of reading."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.desk_talk import AgentMessage, AgentMessageState, Note
from tests.integration.store.things import NOW, SECOND, SHOP, a_conversation, fill

WAITING, SENT, UNDONE = (
    AgentMessageState.WAITING,
    AgentMessageState.SENT,
    AgentMessageState.UNDONE,
)


def a_message(message_id="a1", **more):
    values = {
        "message_id": message_id,
        "conversation_id": "c1",
        "user": "ann",
        "name": "Ann",
        "picture": None,
        "client_msg_id": f"client-{message_id}",
        "text": "I look into it.",
        "attachment_ids": (),
        "state": WAITING,
        "created_at": NOW,
        "send_at": NOW + 5 * SECOND,
    }
    return AgentMessage(**values | more)


def a_note(note_id="n1", **more):
    values = {
        "note_id": note_id,
        "conversation_id": "c1",
        "storefront": SHOP,
        "user": "ann",
        "name": "Ann",
        "text": "@bob please look",
        "at": NOW,
    }
    return Note(**values | more)


@pytest.fixture(autouse=True)
def filled(uow_factory):
    fill(uow_factory, conversations=[a_conversation("c1"), a_conversation("c2")])


@pytest.fixture
def waiting(uow_factory):
    with uow_factory() as uow:
        assert uow.agent_messages.add(a_message())
        uow.commit()


def test_a_message_is_there_once_for_its_id(uow_factory, waiting):
    with uow_factory() as uow:
        assert not uow.agent_messages.add(a_message("a2", client_msg_id="client-a1"))
        assert uow.agent_messages.by_client_id("c1", "client-a1") == a_message()
        assert uow.agent_messages.get("a1") == a_message()
        assert uow.agent_messages.get("a2") is None
        assert uow.agent_messages.add(
            a_message("a2", conversation_id="c2", client_msg_id="client-a1")
        )


def test_messages_are_due_at_their_time_in_the_order_of_writing(uow_factory, waiting):
    with uow_factory() as uow:
        uow.agent_messages.add(a_message("a0"))
        assert uow.agent_messages.due(NOW + 4 * SECOND) == []
        due = uow.agent_messages.due(NOW + 5 * SECOND)
        assert [one.message_id for one in due] == ["a1", "a0"]
        assert len(uow.agent_messages.due(NOW + 5 * SECOND, limit=1)) == 1
        assert len(uow.agent_messages.waiting("c1", "ann")) == 2
        assert uow.agent_messages.waiting("c1", "bob") == []


@pytest.mark.parametrize("ways", [(SENT, UNDONE), (SENT, SENT)])
def test_of_all_who_want_it_to_leave_one_has_it(uow_factory, waiting, ways):
    def leave(to):
        with uow_factory() as uow:
            left = uow.agent_messages.leave("a1", to)
            uow.commit()
            return left

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(leave, ways * 4)) == 1


def test_what_did_not_leave_is_listed_until_it_is_old(uow_factory, waiting):
    with uow_factory() as uow:
        uow.agent_messages.add(a_message("a2"))
        uow.agent_messages.add(a_message("a3"))
        uow.agent_messages.leave("a2", AgentMessageState.REFUSED)
        uow.agent_messages.leave("a3", SENT)
        uow.agent_messages.note_seq("a3", 7)
        listed = uow.agent_messages.not_sent("c1", refused_since=NOW)
        assert [(one.message_id, one.state.value) for one in listed] == [
            ("a1", "waiting"),
            ("a2", "refused"),
        ]
        later = uow.agent_messages.not_sent("c1", refused_since=NOW + SECOND)
        assert [one.message_id for one in later] == ["a1"]
        assert uow.agent_messages.get("a3") == replace(a_message("a3"), state=SENT, seq=7)


def test_notes_and_who_is_named_in_them(uow_factory):
    with uow_factory() as uow:
        uow.notes.add(a_note(), ["bob", "eva"])
        uow.notes.add(a_note("n2", text="hm", user="bob"), [])
        uow.notes.add(a_note("n3", conversation_id="c2"), ["bob"])
        assert [note.note_id for note in uow.notes.of_conversation("c1")] == ["n1", "n2"]
        assert [each.note.note_id for each in uow.notes.mentions("bob")] == ["n3", "n1"]
        assert uow.notes.unseen("bob") == 2
        assert uow.notes.see("bob", "n1", at=NOW)
        assert not uow.notes.see("bob", "n1", at=NOW)
        assert not uow.notes.see("bob", "n2", at=NOW)
        assert uow.notes.unseen("bob") == 1
        assert uow.notes.unseen("eva") == 1
        assert uow.notes.mentions("bob")[-1].seen_at == NOW


def test_reading_never_goes_backwards(uow_factory):
    with uow_factory() as uow:
        read = [uow.notes.read("ann", "c1", seq, at=NOW) for seq in (3, 2, 3, 5)]
        assert read == [True, False, False, True]
        assert uow.notes.read("bob", "c1", 1, at=NOW)


def test_deleting_a_chat_takes_what_agents_wrote_with_it(uow_factory, waiting):
    with uow_factory() as uow:
        uow.conversations.append(
            "c1", type=EventType.MESSAGE, author=Author.BUYER, at=NOW, body={"text": "hello"}
        )
        uow.notes.add(a_note(), ["bob"])
        uow.notes.add(a_note("n3", conversation_id="c2"), ["bob"])
        uow.chats.wipe("c1")
        assert uow.agent_messages.get("a1") is None
        assert uow.notes.of_conversation("c1") == []
        assert [each.note.note_id for each in uow.notes.mentions("bob")] == ["n3"]


def test_the_time_between_writing_and_leaving_is_the_messages_own(uow_factory):
    with uow_factory() as uow:
        uow.agent_messages.add(a_message("slow", send_at=NOW + timedelta(hours=1)))
        assert uow.agent_messages.due(NOW + timedelta(minutes=59)) == []

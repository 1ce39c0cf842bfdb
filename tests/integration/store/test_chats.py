"""Whole chats on both databases: tickets once, lists, idle ones, and what a deletion leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from aftersale.domain.conversations import Author, Closed, EventType, Ticket
from aftersale.domain.requests import CommandState, OutboxState
from tests.integration.store.things import (
    BUYER,
    NOW,
    SHOP,
    a_button,
    a_command,
    a_conversation,
    a_turn,
    an_effect,
    fill,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def filled(uow_factory):
    mine = [a_conversation(name, buyer_id=BUYER.buyer_id) for name in ("c1", "c2", "c3", "c4")]
    fill(uow_factory, conversations=[*mine, a_conversation("c5")])


def say(uow, conversation_id, words, at=NOW, author=Author.BUYER):
    return uow.conversations.append(
        conversation_id, type=EventType.MESSAGE, author=author, at=at, body={"text": words}
    ).seq


def a_ticket(name, expires_at=NOW + MINUTE):
    return Ticket(name * 64, "c1", "0" * 64, expires_at, NOW + timedelta(hours=1))


def test_one_of_many_who_use_a_ticket_at_once_has_it(uow_factory):
    with uow_factory() as uow:
        uow.tickets.add(a_ticket("a"), now=NOW)
        uow.commit()

    def use(_):
        with uow_factory() as uow:
            found = uow.tickets.use("a" * 64)
            uow.commit()
            return found

    with ThreadPoolExecutor(6) as pool:
        found = [each for each in pool.map(use, range(6)) if each]
    assert found == [a_ticket("a")]


def test_tickets_that_are_over_do_not_pile_up(uow_factory):
    with uow_factory() as uow:
        uow.tickets.add(a_ticket("a", expires_at=NOW), now=NOW - MINUTE)
        uow.tickets.add(a_ticket("b"), now=NOW)
        assert uow.tickets.use("a" * 64) is None
        assert uow.tickets.use("b" * 64) is not None


def close(uow, conversation_id, how):
    uow.conversations._connection.execute(
        text(
            "UPDATE conversations SET closed_at = created_at, closed_as = :how"
            " WHERE conversation_id = :id"
        ),
        {"how": how, "id": conversation_id},
    )


def test_a_buyers_open_topics_are_listed_with_what_is_unread(uow_factory):
    with uow_factory() as uow:
        say(uow, "c1", "older")
        for number in range(3):
            say(uow, "c2", f"answer {number}", at=NOW + MINUTE, author=Author.BOT)
        say(uow, "c2", "newer", at=NOW + MINUTE)
        say(uow, "c3", "ended")
        close(uow, "c3", "ended")
        close(uow, "c1", "idle")
        say(uow, "c5", "somebody else's")
        uow.conversations.note_read("c2", 2)
        uow.commit()
    with uow_factory() as uow:
        topics = uow.chats.topics(SHOP, BUYER.buyer_id, limit=10)
        shown = [(t.conversation.conversation_id, t.first_words, t.unread) for t in topics]
        assert shown == [("c2", "newer", 1), ("c1", "older", 0)]
        assert [t.last_at for t in topics] == [NOW + MINUTE, NOW]
        assert len(uow.chats.topics(SHOP, BUYER.buyer_id, limit=1)) == 1


def test_only_open_conversations_that_were_quiet_long_enough_are_idle(uow_factory):
    with uow_factory() as uow:
        say(uow, "c1", "old")
        say(uow, "c2", "new", at=NOW + MINUTE)
        close(uow, "c3", "ended")
        uow.commit()
    with uow_factory() as uow:
        assert set(uow.chats.idle(SHOP, before=NOW, limit=10)) == {"c1", "c4", "c5"}
        assert uow.chats.idle(SHOP, before=NOW - MINUTE, limit=10) == []
        assert uow.chats.last_at("c2") == NOW + MINUTE


def test_a_wiped_chat_leaves_records_without_words(uow_factory):
    with uow_factory() as uow:
        say(uow, "c1", "secret")
        say(uow, "c2", "stays")
        uow.conversations.add_turn(a_turn())
        uow.conversations.add_buttons([a_button()])
        uow.commands.add(a_command(terms={"secret": 1}))
        uow.outbox.add(an_effect(idempotency_key="news:c1:1", payload={"text": "secret"}))
        uow.tickets.add(a_ticket("a"), now=NOW)
        assert uow.chats.wipe("c1") == 1
        uow.commit()
    with uow_factory() as uow:
        assert uow.conversations.events("c1", since=0) == []
        assert len(uow.conversations.events("c2", since=0)) == 1
        assert uow.conversations.turn("t1") is None
        assert uow.tickets.use("a" * 64) is None
        assert uow.commands.open_for("c1") is None
        last = uow.commands.last_for("c1")
        assert (last.state, last.terms) == (CommandState.DECLINED, {})
        letter = uow.outbox.by_key("news:c1:1")
        assert (letter.state, letter.payload) == (OutboxState.WITHDRAWN, {})
        assert say(uow, "c1", "the word that it is deleted") == 2  # no seq comes twice


def test_a_deleted_chat_is_to_be_erased_once(uow_factory):
    with uow_factory() as uow:
        close(uow, "c1", Closed.DELETED.value)
        assert uow.chats.unerased(limit=5) == ["c1"]
        uow.chats.erased("c1")
        assert uow.chats.unerased(limit=5) == []


def test_what_a_buyer_has_read_never_goes_back_or_past_the_end(uow_factory):
    with uow_factory() as uow:
        for number in range(3):
            say(uow, "c1", f"answer {number}", author=Author.BOT)
        left = []
        for seq in (2, 1, 9):
            uow.conversations.note_read("c1", seq)
            left.append(uow.chats.topics(SHOP, BUYER.buyer_id, limit=1)[0].unread)
    assert left == [1, 1, 1]

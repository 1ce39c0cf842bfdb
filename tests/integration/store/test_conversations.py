from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.channels import Channel, Link, LinkLevel, Thread
from aftersale.domain.conversations import Author, EventType, Owner, TurnState
from aftersale.errors import DuplicateMessage, NotFound
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.store.things import (
    BUYER,
    NOW,
    SECOND,
    SHOP,
    a_button,
    a_conversation,
    a_turn,
    fill,
)


@pytest.fixture(autouse=True)
def filled(uow_factory):
    fill(uow_factory, conversations=[a_conversation("c1"), a_conversation("c2")])


def say(uow, text, *, conversation_id="c1", author=Author.BUYER, client_msg_id=None):
    body = {"text": text} | ({"client_msg_id": client_msg_id} if client_msg_id else {})
    return uow.conversations.append(
        conversation_id, type=EventType.MESSAGE, author=author, at=NOW, body=body
    )


def test_events_are_numbered_without_gaps_in_each_conversation(uow_factory):
    with uow_factory() as uow:
        say(uow, "a")
        say(uow, "other", conversation_id="c2")
        uow.commit()
    with uow_factory() as uow:
        say(uow, "undone")
    with uow_factory() as uow:
        assert say(uow, "b").seq == 2
        events = uow.conversations.events("c1", since=0)
        assert [(event.seq, event.body["text"]) for event in events] == [(1, "a"), (2, "b")]
        assert [event.seq for event in uow.conversations.events("c1", since=1)] == [2]
        assert len(uow.conversations.events("c1", since=0, limit=1)) == 1


def test_nobody_speaks_in_an_unknown_conversation(uow_factory):
    with uow_factory() as uow, pytest.raises(NotFound):
        say(uow, "a", conversation_id="nope")


def test_listeners_hear_after_the_commit_and_only_then(engine):
    heard = []
    factory = make_uow_factory(engine, heard.append)
    with factory() as uow:
        say(uow, "undone")
    with factory() as uow:
        say(uow, "a")
        say(uow, "b", conversation_id="c2")
        assert heard == []
        uow.commit()
    with factory() as uow:
        uow.conversations.get("c1")
        uow.commit()
    assert heard == [{"c1", "c2"}]


def test_a_message_is_found_by_its_client_id_and_taken_once(uow_factory):
    with uow_factory() as uow:
        said = say(uow, "a", client_msg_id="m1")
        say(uow, "done", author=Author.BOT, client_msg_id="m1")
        say(uow, "a", conversation_id="c2", client_msg_id="m1")
        assert uow.conversations.message_by_client_id("c1", "m1") == said
        assert uow.conversations.message_by_client_id("c1", "m2") is None
        with pytest.raises(DuplicateMessage):
            say(uow, "again", client_msg_id="m1")


def test_recent_messages_come_oldest_first(uow_factory):
    with uow_factory() as uow:
        for text in "abcd":
            say(uow, text)
        recent = uow.conversations.recent_messages
        assert [event.body["text"] for event in recent("c1", limit=2)] == ["c", "d"]
        assert [event.body["text"] for event in recent("c1", before=3)] == ["a", "b"]


def test_saving_never_moves_ownership(uow_factory):
    verified = a_conversation(
        buyer_id=BUYER.buyer_id, verified_by="shop-jwt", verified_until=NOW, engine_epoch=2
    )
    with uow_factory() as uow:
        uow.conversations.save(replace(verified, owner=Owner.HUMAN, owner_version=9))
        assert uow.conversations.get("c1") == verified
        assert uow.conversations.get("nope") is None


def test_the_latest_conversation_of_a_buyer_is_the_newest_that_is_open(uow_factory):
    mine = {"buyer_id": BUYER.buyer_id}
    with uow_factory() as uow:
        uow.conversations.add(a_conversation("c3", **mine))
        uow.conversations.add(a_conversation("c4", **mine, created_at=NOW + SECOND))
        uow.conversations.add(
            a_conversation("c5", **mine, created_at=NOW + 2 * SECOND, closed_at=NOW)
        )
        latest = uow.conversations.latest_of_buyer
        assert latest(SHOP, BUYER.buyer_id).conversation_id == "c4"
        assert latest("helpdesk", BUYER.buyer_id) is None


def test_a_buyer_is_looked_for_where_they_were_heard_last(uow_factory):
    mine = {"buyer_id": BUYER.buyer_id}
    with uow_factory() as uow:
        uow.conversations.add(a_conversation("c3", **mine))
        uow.conversations.add(a_conversation("c4", **mine, created_at=NOW + SECOND))
        latest = uow.conversations.latest_of_buyer
        uow.conversations.append(
            "c3", type=EventType.MESSAGE, author=Author.BUYER, at=NOW + 2 * SECOND, body={}
        )
        assert latest(SHOP, BUYER.buyer_id).conversation_id == "c3"


def test_a_chat_of_a_messenger_counts_while_it_is_connected(uow_factory):
    held = {"buyer_id": BUYER.buyer_id, "channel": "telegram", "created_at": NOW + SECOND}
    link = Link("l1", "t1", SHOP, BUYER.buyer_id, LinkLevel.CODE, NOW, NOW + 9 * SECOND)
    with uow_factory() as uow:
        uow.conversations.add(a_conversation("c3", buyer_id=BUYER.buyer_id))
        uow.conversations.add(a_conversation("c4", **held))
        uow.channels.add_thread(Thread("t1", "tg", Channel.TELEGRAM, "a", SHOP, NOW, "c4"))
        latest = uow.conversations.latest_of_buyer
        assert latest(SHOP, BUYER.buyer_id).conversation_id == "c3"
        uow.channels.add_link(link)
        assert latest(SHOP, BUYER.buyer_id).conversation_id == "c4"
        uow.channels.save_link(replace(link, revoked_at=NOW))
        assert latest(SHOP, BUYER.buyer_id).conversation_id == "c3"


def test_turns_run_first_in_first_out_one_at_a_time(uow_factory):
    with uow_factory() as uow:
        claim = uow.conversations.claim_turn
        for seq in (2, 1, 3):
            uow.conversations.add_turn(a_turn(f"t{seq}", seq=seq))
        uow.conversations.add_turn(a_turn("u1", "c2", seq=1, created_at=NOW + 9 * SECOND))
        first = claim(NOW, lease=30)
        assert (first.turn_id, first.state, first.fence) == ("t1", TurnState.RUNNING, 1)
        assert claim(NOW, lease=30, conversation_id="c1") is None
        assert claim(NOW, lease=30).turn_id == "u1"
        assert claim(NOW, lease=30) is None
        assert uow.conversations.waiting_turns("c1") == 2
        assert uow.conversations.finish_turn("t1", 1)
        assert claim(NOW, lease=30).turn_id == "t2"


def test_turns_follow_the_log_even_when_two_clocks_disagree(uow_factory):
    with uow_factory() as uow:
        uow.conversations.add_turn(a_turn("t1", seq=1, created_at=NOW + 5 * SECOND))
        uow.conversations.add_turn(a_turn("t2", seq=2, created_at=NOW))
        assert uow.conversations.claim_turn(NOW, lease=30).turn_id == "t1"


@pytest.mark.parametrize(("after", "again"), [(29, False), (30, True), (31, True)])
def test_a_turn_is_claimed_again_when_its_lease_ran_out(uow_factory, after, again):
    with uow_factory() as uow:
        uow.conversations.add_turn(a_turn("t1", seq=1))
        uow.conversations.add_turn(a_turn("t2", seq=2))
        uow.conversations.claim_turn(NOW, lease=30)
        claimed = uow.conversations.claim_turn(NOW + after * SECOND, lease=30)
        assert (claimed is not None) is again
        if again:
            assert (claimed.turn_id, claimed.fence) == ("t1", 2)
            assert not uow.conversations.finish_turn("t1", 1)
            assert uow.conversations.finish_turn("t1", 2, failed=True)
            assert uow.conversations.turn("t1").state is TurnState.FAILED
            assert not uow.conversations.finish_turn("t1", 2)


def test_a_message_gets_one_turn(uow_factory):
    with uow_factory() as uow:
        uow.conversations.add_turn(a_turn("t1", client_msg_id="m1"))
        uow.conversations.add_turn(a_turn("t2", "c2", client_msg_id="m1"))
        with pytest.raises(DuplicateMessage):
            uow.conversations.add_turn(a_turn("t3", client_msg_id="m1"))


@pytest.mark.parametrize(
    ("asked", "at"),
    [(("c2", "x1"), NOW), (("c1", "nope"), NOW), (("c1", "x1"), NOW + timedelta(hours=1))],
    ids=["another's", "unknown", "expired"],
)
def test_a_button_that_is_not_ours_does_nothing(uow_factory, asked, at):
    with uow_factory() as uow:
        uow.conversations.add_buttons([a_button()])
        assert uow.conversations.use_button(*asked, at) is None
        assert uow.conversations.use_button("c1", "x1", NOW) is not None


def test_a_button_is_used_up(uow_factory):
    with uow_factory() as uow:
        uow.conversations.add_buttons([a_button(uses_left=2)])
        uow.conversations.add_buttons([])
        uses = [uow.conversations.use_button("c1", "x1", NOW) for _ in range(3)]
        assert [use and use.uses_left for use in uses] == [1, 0, None]

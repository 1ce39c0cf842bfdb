"""News go to where their buyer was heard last; what is not a buyer's any more hears nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.conversations import Closed, Owner
from aftersale.services.conversations import SHOP_JWT
from aftersale.services.desk.talks import talk_about, talk_with
from aftersale.services.telling import tell
from tests.unit.channels.linked_world import MAIL, Chats


@pytest.fixture
def w():
    made = Chats()
    made.wiring = replace(made.wiring, news_after=timedelta(minutes=10))
    return made


def web(w, name="web", minutes=0, **more):
    talk = replace(w.conversation(name, "ann"), verified_by=SHOP_JWT, **more)
    heard = w.now + timedelta(minutes=minutes)
    w.rows.conversations[name] = replace(talk, heard_at=heard)
    return name


def heard(w, thread, minutes):
    talk = w.talk_of(thread)
    later = replace(talk, heard_at=w.now + timedelta(minutes=minutes))
    w.rows.conversations[talk.conversation_id] = later
    return talk.conversation_id


def told(w, named=None):
    with w.store() as uow:
        order = w.only("orders")
        was = tell(w.wiring, uow, order, "utter_shipped", conversation_id=named, now=w.now)
        uow.commit()
    where = [e.conversation_id for e in w.rows.events if e.body["response"] == "utter_shipped"]
    assert was == bool(where)
    return where[-1] if where else None


def test_news_go_to_the_channel_that_was_used_last(w):
    w.rows.conversations.pop("conv")
    w.linked()
    chat, page = heard(w, "t1", 5), web(w, minutes=1)
    assert told(w) == told(w, page) == told(w, chat) == chat
    web(w, minutes=9)
    assert told(w) == told(w, page) == told(w, chat) == page


def test_of_two_talks_on_one_channel_the_one_about_it_is_told(w):
    first, second = web(w, "one", minutes=1), web(w, "two", minutes=9)
    assert told(w, first) == first
    assert told(w) == second


def test_a_chat_that_was_disconnected_hears_nothing(w):
    w.linked()
    chat, page = heard(w, "t1", 5), web(w, minutes=1)
    w.talk.unlink(w.asking(), None)
    assert told(w) == told(w, chat) == page


def test_a_connection_that_is_over_unnoticed_ends_before_anything_is_told(w):
    w.rows.conversations.pop("conv")
    w.linked()
    w.rows.conversations.pop("web-ann")
    chat = heard(w, "t1", 5)
    w.later(days=30)
    assert told(w) is None
    assert w.talk_of().conversation_id != chat
    assert told(w, chat) == chat  # in the log of their own, which no chat shows any more
    page = web(w)
    assert told(w, chat) == page


def test_a_person_in_the_chat_keeps_it(w):
    w.rows.conversations.pop("conv")
    w.linked()
    chat = heard(w, "t1", 5)
    talk = w.talk_of()
    w.rows.conversations[chat] = replace(talk, owner=Owner.HUMAN)
    w.later(days=30)
    assert told(w, chat) == chat


def test_what_became_anothers_chat_is_told_nothing(w):
    w.linked()
    first = heard(w, "t1", 5)
    w.linked("bob")
    heard(w, "t1", 9)
    page = web(w, minutes=1)
    assert told(w) == told(w, first) == page


def test_after_a_chat_was_deleted_news_go_where_the_buyer_is(w):
    gone = replace(w.conversation("gone", None), closed_at=w.now, closed_as=Closed.DELETED)
    w.rows.conversations["gone"] = gone
    page = web(w, minutes=3)
    assert told(w, "gone") == page


@pytest.mark.parametrize("thread", ["t1", "t2"])
def test_the_letter_for_a_chat_of_a_messenger_leads_to_no_page(w, thread):
    w.rows.conversations.pop("conv")
    w.thread("t2", MAIL)
    w.linked(thread=thread)
    links = len(w.rows.links)
    told(w, heard(w, thread, 5))
    (letter,) = [row for row in w.outbox() if row.idempotency_key.startswith("news:")]
    assert letter.payload["link"] is None
    assert len(w.rows.links) == links
    assert letter.payload["unless_seen"][0] == w.talk_of(thread).conversation_id


def test_people_at_the_desk_write_into_no_chat_whose_connection_is_over(w):
    w.rows.conversations.pop("conv")
    w.linked()
    w.rows.conversations.pop("web-ann")
    chat = heard(w, "t1", 5)
    with w.store() as uow:
        assert talk_with(w.wiring, uow, w.rows.buyers["ann"], w.now).conversation_id == chat
    w.later(days=30)
    with w.store() as uow:
        fresh = talk_with(w.wiring, uow, w.rows.buyers["ann"], w.now)
        about = talk_about(w.wiring, uow, w.only("orders"), chat, now=w.now)
        uow.commit()
    assert (fresh.channel, fresh.buyer_id) == ("chat", "ann")
    assert about.conversation_id == fresh.conversation_id

"""A chat that its buyer deletes leaves no word in what is kept about the messenger."""

import json
from dataclasses import replace
from unittest.mock import Mock

from sqlalchemy import text

from aftersale.domain.channels import SendState
from aftersale.services.forget import Forget
from tests.integration.channels.plain_connector import said
from tests.integration.channels.way_in import a_send

SECRET = "my aunt's blue lamp"


def everything(way_in):
    tables = ("channel_threads", "channel_events", "channel_sends", "events", "turns")
    with way_in.uow() as uow:
        rows = [
            list(map(tuple, uow._connection.execute(text(f"SELECT * FROM {x}")))) for x in tables
        ]
    return json.dumps(rows, default=str)


def test_no_word_of_a_deleted_chat_is_left_and_the_next_one_begins_anew(way_in):
    way_in.hear(said("1", SECRET, name=SECRET, topic=SECRET))
    way_in.deliver(said("2", SECRET))  # nobody has read it yet
    thread = way_in.thread()
    with way_in.uow() as uow:
        for state in (SendState.PENDING, SendState.HELD, SendState.SENT):
            uow.channels.add_send(a_send(thread, state, SECRET))
        uow.commit()
    assert SECRET in everything(way_in)
    before = way_in.conversation()
    Forget(way_in.wiring, Mock()).delete(before, way_in.now)
    assert SECRET not in everything(way_in)
    assert way_in.conversation().channel == "telegram"
    with way_in.uow() as uow:
        states = {each.state for each in uow.channels.sends_of(before.conversation_id, since=0)}
        (behind,) = uow.channels.behind(limit=9)
        told = uow.conversations.events(before.conversation_id, since=behind.noted_seq)
    assert states == {SendState.WITHDRAWN, SendState.SENT}
    assert [event.body["response"] for event in told] == ["chat_deleted"]  # the buyer hears it
    way_in.change_thread(lambda thread: replace(thread, noted_seq=told[-1].seq))
    way_in.hear(said("3", "Hello again"))
    assert way_in.conversation().conversation_id != before.conversation_id
    assert way_in.heard() == ["Hello again"]


def test_the_next_talk_begins_when_the_last_words_of_the_old_one_are_on_their_way(way_in):
    way_in.hear(said("1", "Hello"))
    before = way_in.conversation().conversation_id
    Forget(way_in.wiring, Mock()).delete(way_in.conversation(), way_in.now)
    way_in.hear(said("2", "Hello again"))
    assert way_in.conversation().conversation_id == before
    with way_in.uow() as uow:
        last = uow.conversations.events(before, since=0)[-1].seq
    way_in.change_thread(lambda thread: replace(thread, noted_seq=last))
    way_in.later(seconds=20).settle()
    assert way_in.conversation().conversation_id != before
    assert way_in.heard() == ["Hello again"]


def test_a_chat_that_cannot_be_told_goes_on_all_the_same(way_in):
    way_in.hear(said("1", "Hello"))
    before = way_in.conversation().conversation_id
    Forget(way_in.wiring, Mock()).delete(way_in.conversation(), way_in.now)
    way_in.deliver(said("2", "Hello again"))
    way_in.later(minutes=3).settle()
    assert way_in.conversation().conversation_id != before

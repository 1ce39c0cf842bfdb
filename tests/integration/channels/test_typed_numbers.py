"""A typed number stands for what its writer had read, and never for what crossed with it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.channels import Choice, SendState
from aftersale.services.channels import statuses
from tests.integration.channels.plain_connector import NOW, said
from tests.integration.channels.test_way_in import offered
from tests.integration.channels.way_in import a_send

SECOND = timedelta(seconds=1)


@pytest.fixture
def begun(way_in):
    way_in.hear(said("0", "Hello"))
    way_in.turns()
    return way_in


def offer(way_in, send_id, *titles, at):
    """A question leaves and arrives at that moment."""
    offered(way_in, *titles)
    options = tuple(Choice(f"b-{title}", title) for title in titles)
    thread = way_in.thread()
    named = {"send_id": send_id, "ref": f"ref-{send_id}", "part": int(send_id[1:])}
    send = replace(a_send(thread, SendState.SENDING), options=options, **named)
    with way_in.uow() as uow:
        uow.channels.add_send(send)
        sent = replace(send, state=SendState.SENT)
        statuses.arrived(uow, uow.channels.locked(thread.thread_id), sent, at)
        uow.commit()


def test_a_number_of_the_second_in_which_the_question_left_crossed_with_it(begun):
    offer(begun, "s1", "Red", "Blue", at=NOW + timedelta(milliseconds=900))
    begun.hear(said("1", "1", at=NOW))
    assert [turn.get("text") for turn in begun.turns()] == ["1"]


def test_a_number_after_the_question_answers_it(begun):
    offer(begun, "s1", "Red", "Blue", at=NOW + timedelta(milliseconds=900))
    begun.later(seconds=5).hear(said("1", "2", at=NOW + SECOND))
    assert [turn.get("entities") for turn in begun.turns()] == [{"n": "Blue"}]


@pytest.mark.parametrize("named", ["s1", "ref-s1"])
def test_a_number_that_answers_an_older_message_stands_for_its_choices(begun, named):
    offer(begun, "s1", "Red", "Blue", at=NOW)
    offer(begun, "s2", "Yes", "No", at=NOW)
    begun.later(seconds=5).hear(said("1", "1", at=NOW + SECOND, about=named))
    assert [turn.get("entities") for turn in begun.turns()] == [{"n": "Red"}]


@pytest.mark.parametrize("named", ["s9", "ref-s9"])
def test_a_number_that_answers_a_message_from_before_the_talk_stands_for_nothing_newer(
    begun, named
):
    offer(begun, "s1", "Yes, cancel it", "No", at=NOW)
    before = replace(a_send(begun.thread(), SendState.SENT, "Track it"), conversation_id="before")
    with begun.uow() as uow:
        uow.channels.add_send(replace(before, send_id="s9", ref="ref-s9"))
        uow.commit()
    begun.later(seconds=5).hear(said("1", "1", at=NOW + SECOND, about=named))
    assert [turn.get("text") for turn in begun.turns()] == ["1"]


def test_a_number_that_answers_what_is_not_of_this_chat_stands_for_what_was_shown_last(begun):
    begun.hear(said("9", "Hello", address="lee", sender="lee"))
    offer(begun, "s1", "Red", "Blue", at=NOW)
    foreign = a_send(begun.thread("lee"), SendState.SENT, "Yes")
    theirs = replace(foreign, send_id="s9")
    with begun.uow() as uow:
        uow.channels.add_send(theirs)
        uow.commit()
    begun.later(seconds=5).hear(said("1", "1", at=NOW + SECOND, about="s9"))
    assert [turn.get("entities") for turn in begun.turns()] == [{"n": "Red"}]

"""A typed yes means only what its buyer could have read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel
from aftersale.domain.conversations import Identity, Turn, TurnState
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from aftersale.services.call import Call
from aftersale.services.channels.unread import is_unread
from aftersale.services.ports_channels import Busy, Refused, Uncertain
from tests.integration.channels.way_out import NOW, SHOP, Provider

HELD_IN = "telegram talk"
CANCEL = PendingCommand(
    "c",
    HELD_IN,
    CommandKind.CANCEL,
    CommandState.OPEN,
    SHOP,
    "1",
    None,
    None,
    "",
    {},
    NOW,
    NOW + timedelta(minutes=30),
)


@pytest.fixture
def asking(out):
    out.connect(Provider(capabilities=replace(CAPABILITIES[Channel.TELEGRAM], per_thread=0.0)))
    out.open_conversation(HELD_IN, channel=Channel.TELEGRAM.value)
    out.open_thread(conversation=HELD_IN)
    return out


def ask(world):
    world.bot("Shall I cancel it?", "Yes", conversation=HELD_IN)
    return world


def leave(world, *answers):
    world.provider.answers.extend(answers)
    world.settle(times=3)
    return world


def yes(world):
    """The buyer writes a yes; returns whether it was written too early."""
    with world.uow() as uow:
        said = uow.conversations.append(
            HELD_IN, type="message", author="buyer", at=world.now, body={"text": "yes"}
        )
        turn = Turn("turn", HELD_IN, said.seq, TurnState.WAITING, 0, "m", world.now, input={})
        uow.conversations.add_turn(turn)
        uow.commit()
    return lambda: answered(world)


def answered(world, channel=Channel.TELEGRAM):
    call = Call(HELD_IN, "turn", Identity(SHOP, "b", channel=channel.value), world.now)
    with world.uow() as uow:
        return is_unread(uow, call, CANCEL)


def test_a_yes_to_a_question_that_arrived_counts(asking):
    assert not yes(leave(ask(asking)))()


def test_a_yes_that_was_written_before_the_question_does_not(asking):
    written = yes(asking.later(seconds=1))
    leave(ask(asking.later(seconds=1)))
    assert written()


def test_a_yes_does_not_count_while_the_question_is_on_its_way_nor_when_it_arrives(asking):
    ask(asking).mirror()
    written = yes(asking.later(seconds=1))
    assert written()
    leave(asking.later(seconds=1))
    assert asking.states(conversation=HELD_IN) == ["sent"]
    assert written()


@pytest.mark.parametrize("fault", [Busy("429", 30.0), Uncertain("500"), Refused("400")])
def test_a_yes_to_a_question_that_did_not_arrive_does_not_count(asking, fault):
    assert yes(leave(ask(asking), fault).later(seconds=1))()


def test_another_word_that_is_stuck_takes_nothing_from_a_yes(asking):
    leave(ask(asking))
    asking.bot("Your parcel moved.", conversation=HELD_IN)
    assert not yes(leave(asking.later(seconds=1), Busy("429", 30.0)))()


def test_in_our_own_chat_everything_is_there_at_once(asking):
    ask(asking).mirror()
    yes(asking.later(seconds=1))
    assert not answered(asking, Channel.CHAT)

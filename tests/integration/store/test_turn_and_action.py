"""An action and the end of its turn: one of them is first, and the buyer hears the truth."""

import threading
from dataclasses import replace

import pytest

from aftersale.domain.conversations import Identity, Turn, TurnState
from aftersale.domain.orders import OrderState
from aftersale.domain.ownership import OwnerMove
from aftersale.errors import ConversationClosed, TurnNotOpen
from aftersale.gateway.screen import screen
from aftersale.services.call import COMMAND
from aftersale.services.cancel import CancelOrder
from aftersale.services.conversations import Conversations
from aftersale.services.engine import Saying
from aftersale.services.handoff.leaving import closed_by_buyer
from aftersale.services.handoff.moving import owned_by
from aftersale.services.incoming import Incoming
from aftersale.services.open_case import OpenCase
from aftersale.services.turns import Turns
from tests.integration.store.things import fill
from tests.unit.fakes_outside import FakeVoice
from tests.unit.services.world import NOW, S2, World


class Talk:
    """One buyer who was shown a cancellation and says yes."""

    def __init__(self, uow):
        self.w = w = World(S2)
        tables = w.store.tables
        with uow() as unit:
            for buyer in tables.buyers.values():
                unit.parties.add_buyer(buyer)
            for seller in tables.sellers.values():
                unit.parties.add_seller(seller)
            unit.commit()
        fill_with = [w.stored()]
        fill(uow, orders=fill_with, conversations=tables.conversations.values())
        self.uow, self.wiring = uow, replace(w.wiring, uow=uow)
        self.cancel = CancelOrder(self.wiring)
        self.turns = Turns(uow=uow, voice=FakeVoice(), lease=30)
        self.shown = self.cancel.propose(w.call(), w.hint())

    def begin(self, given):
        with self.uow() as unit:
            turn = Turn("t1", "conv", 1, TurnState.WAITING, 0, "m1", NOW, input=given)
            unit.conversations.add_turn(turn)
            unit.commit()
        self.claimed = self.turns.claim(NOW)
        return self.turns.call_for("t1", self.claimed.turn.fence, NOW)

    def told(self):
        with self.uow() as unit:
            events = unit.conversations.events("conv", since=0)
        return [(e.author.value, e.body["response"]) for e in events if "response" in e.body]

    def state(self):
        with self.uow() as unit:
            return unit.orders.find(S2, self.w.number).state


@pytest.fixture
def talk(uow_factory):
    return Talk(uow_factory)


def test_an_action_that_comes_after_the_apology_does_nothing(talk):
    call = talk.begin({"text": "yes"})
    talk.turns.give_up(talk.claimed, NOW)
    with pytest.raises(TurnNotOpen):
        talk.cancel.confirm(call)
    with pytest.raises(TurnNotOpen):
        talk.cancel.undo(call)
    with pytest.raises(TurnNotOpen):
        OpenCase(talk.wiring).open(call, talk.w.hint())
    assert talk.state() is OrderState.OPEN
    assert talk.told() == [("bot", "utter_trouble")]


def test_an_apology_waits_for_the_action_that_is_at_work(talk):
    call = talk.begin({"text": "yes"})
    give_up = threading.Thread(target=talk.turns.give_up, args=(talk.claimed, NOW))
    with talk.uow() as unit:
        assert unit.conversations.hold_turn(call.turn_id, call.fence)
        give_up.start()
        give_up.join(timeout=0.2)
        assert give_up.is_alive()
    give_up.join()
    assert talk.told() == [("bot", "utter_trouble")]


@pytest.mark.parametrize("sayings", [(), (Saying("utter_trouble"),)])
def test_what_was_carried_out_is_told_though_the_engine_does_not_know_it(talk, sayings):
    call = talk.begin({"text": "yes"})
    done = talk.cancel.confirm(call)
    talk.turns.answer(talk.claimed, sayings, NOW)
    assert talk.told() == [("bot", done.response)]


def test_what_was_carried_out_is_told_when_a_person_took_over_meanwhile(talk):
    call = talk.begin({"text": "yes"})
    done = talk.cancel.confirm(call)
    moved = replace(talk.claimed.conversation, owner_version=0)
    talk.turns.answer(replace(talk.claimed, conversation=moved), (Saying(done.response),), NOW)
    assert talk.told() == [("system", done.response)]


def test_what_was_undone_is_told_when_a_person_took_over_meanwhile(talk):
    talk.cancel.confirm(talk.w.call())
    call = talk.begin({"text": "undo that"})
    undone = talk.cancel.undo(call)
    assert talk.state() is OrderState.OPEN
    with talk.uow() as unit:
        owned_by(unit, "conv", OwnerMove.TAKE_OVER, by="agent:mira", now=NOW)
        unit.commit()
    talk.turns.answer(talk.claimed, (Saying(undone.response),), NOW)
    assert talk.told() == [("system", "utter_undo_done")]


def test_the_call_of_a_pressed_button_names_its_question_and_the_engine_never_sees_it(talk):
    entities = talk.shown.variables["choices"][0]["entities"]
    call = talk.begin({"intent": "affirm", "entities": entities})
    assert call.pressed == entities[COMMAND]
    assert talk.claimed.for_engine().entities == {"order_number": talk.w.number}


@pytest.mark.parametrize(
    ("given", "pressed"),
    [({"text": "yes"}, None), ({"intent": "affirm", "entities": {}}, "")],
)
def test_a_typed_yes_and_a_button_without_a_question_are_told_apart(talk, given, pressed):
    call = talk.begin(given)
    assert (call.pressed, call.identity) == (pressed, Identity(S2, "ann"))


def test_an_action_that_comes_after_a_person_took_over_does_nothing(talk):
    call = talk.begin({"text": "yes"})
    with talk.uow() as unit:
        owned_by(unit, "conv", OwnerMove.TAKE_OVER, by="agent:ann", now=NOW)
        unit.commit()
    with pytest.raises(TurnNotOpen):
        OpenCase(talk.wiring).open(call, talk.w.hint())
    with pytest.raises(TurnNotOpen):
        talk.cancel.undo(call)
    with talk.uow() as unit:
        assert not unit.cases.list(storefront=S2)
    assert talk.state() is OrderState.OPEN


class TakenOver(FakeVoice):
    """A voice in whose moment of speaking somebody takes the conversation."""

    def __init__(self, talk):
        self.talk, self.taking = talk, None

    def say(self, *args, **named):
        if self.taking is None:
            self.taking = threading.Thread(target=self.take)
            self.taking.start()
            self.taking.join(timeout=0.3)
        return super().say(*args, **named)

    def take(self):
        with self.talk.uow() as unit:
            owned_by(unit, "conv", OwnerMove.TAKE_OVER, by="agent:mira", now=NOW)
            unit.commit()


def test_who_takes_it_while_the_bot_speaks_comes_after_what_is_said(talk):
    talk.begin({"text": "hello"})
    voice = TakenOver(talk)
    talk.turns = Turns(uow=talk.uow, voice=voice, lease=30)
    talk.turns.answer(talk.claimed, (Saying("utter_greet"), Saying("utter_help")), NOW)
    voice.taking.join()
    with talk.uow() as unit:
        events = unit.conversations.events("conv", since=0)
    kinds = [event.type.value for event in events if event.type.value in {"message", "owner"}]
    assert kinds == ["message", "message", "owner"]


def test_a_message_that_meets_the_end_of_its_conversation_is_refused_not_lost(talk):
    talks = Conversations(
        uow=talk.uow, verifier=None, screen=screen, voice=FakeVoice(), storefronts={S2},
        session_hours=12,
    )  # fmt: skip
    came = []

    def write():
        try:
            came.append(talks.receive("conv", Incoming("m9", text="One more thing"), NOW))
        except ConversationClosed:
            came.append("refused")

    writing = threading.Thread(target=write)
    with talk.uow() as unit:
        closed_by_buyer(unit, unit.conversations.locked("conv"), NOW)
        writing.start()
        writing.join(timeout=0.3)  # it waits for the conversation, or for its turn to write
        unit.commit()
    writing.join()
    assert came == ["refused"]

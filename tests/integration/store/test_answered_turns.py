"""Every finished turn keeps how it was understood and answered, and nothing of the words."""

import pytest
from sqlalchemy import select

from aftersale.domain.conversations import Turn, TurnState
from aftersale.services.engine import Saying
from aftersale.services.turns import Turns, Understood
from aftersale.store.tables import TurnRow
from tests.integration.store.things import NOW, SECOND, a_conversation, fill
from tests.unit.fakes_outside import FakeVoice

KEPT = (TurnRow.state, TurnRow.intent, TurnRow.confidence, TurnRow.said, TurnRow.answered_at)


@pytest.fixture
def turns(uow_factory):
    fill(uow_factory, conversations=[a_conversation("c1")])
    with uow_factory() as uow:
        given = {"text": "cancel it"}
        uow.conversations.add_turn(
            Turn("t1", "c1", 1, TurnState.WAITING, 0, "m1", NOW, input=given)
        )
        uow.commit()
    return Turns(uow=uow_factory, voice=FakeVoice(), lease=30)


def kept(engine):
    with engine.connect() as connection:
        return tuple(connection.execute(select(*KEPT)).one())


def test_an_answer_is_kept_with_intent_and_confidence(turns, engine):
    sayings = (Saying("utter_status"), Saying("utter_solved"))
    read = Understood("order_status", 0.75)
    assert turns.answer(turns.claim(NOW), sayings, NOW + SECOND, understood=read)
    said = "utter_status utter_solved"
    assert kept(engine) == (TurnState.DONE, "order_status", 0.75, said, NOW + SECOND)


def test_a_turn_without_an_answer_is_kept_with_its_apology(turns, engine):
    assert turns.give_up(turns.claim(NOW), NOW + SECOND)
    assert kept(engine) == (TurnState.FAILED, None, None, "utter_trouble", NOW + SECOND)

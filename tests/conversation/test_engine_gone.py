"""The engine is killed in the middle of a turn: the buyer is answered in time, nothing is lost."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from aftersale.demo.prepare import prepare, train
from aftersale.demo.stack import Plan, app, engine
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.agents import Agent
from tests.conversation.buyer import Heard
from tests.conversation.records import is_untouched, left
from tests.conversation.stack import START
from tests.conversation.world import World

STOREFRONT = "status-gated"
REPLY_WITHIN = 10.0


class Killable(World):
    """A world with an engine of its own."""

    def start_engine(self, parts: ExitStack) -> None:
        self.process = parts.enter_context(engine(self.settings))

    def kill_engine(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def alone(tmp_path) -> Iterator[Killable]:
    clock = tmp_path / "clock"
    clock.write_text(START.isoformat(), encoding="utf-8")
    plan = Plan(
        tmp_path / "data",
        more={"AFTERSALE_CLOCK": str(clock), "AFTERSALE_SWEEP_EVERY": "86400"},
    )
    settings = plan.settings()
    train()
    prepare(settings)
    database = make_engine(settings.database_url)
    world = Killable(plan, settings, clock, database, make_uow_factory(database))
    with ExitStack() as parts:
        parts.callback(database.dispose)
        parts.callback(world.close)
        world.start_engine(parts)
        parts.enter_context(app(plan))
        world.parts = parts
        yield world


def answered(buyer, message_id):
    """Everything up to the end of that turn, which must come in time."""
    began, seen = time.monotonic(), []
    while not any(event.get("client_msg_id") == message_id and event["type"] == "turn_done"
                  for event in seen):  # fmt: skip
        assert time.monotonic() - began < REPLY_WITHIN
        seen += buyer.client.events(wait=0.5)
    return Heard(seen)


def test_a_yes_on_its_way_into_a_dying_engine_is_answered_truthfully_and_done_at_most_once(alone):
    buyer = alone.buyer(STOREFRONT)
    order = alone.order(buyer)
    buyer.say(f"cancel {order.number}")

    message_id = buyer.client.send("yes")
    alone.kill_engine()
    told = answered(buyer, message_id)
    done = alone.stored(STOREFRONT, order.number).state == "cancelling"
    assert ("is being cancelled" in told.text) is done
    assert ("something went wrong" in told.text) is not done

    # while nobody understands anything, everybody is still answered and nothing happens
    other = alone.buyer(STOREFRONT)
    untouched = alone.order(other)
    told = answered(other, other.client.send(f"cancel {untouched.number}"))
    assert "went wrong" in told.text
    assert is_untouched(alone, untouched)

    alone.start_engine(alone.parts)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    assert left(alone, order) == ["shop.cancel"]
    assert "Shall I cancel it?" in other.say(f"cancel {untouched.number}").text


def test_while_nobody_understands_anything_a_person_or_a_case_is_reached(alone):
    mira = Agent(alone)
    alone.kill_engine()
    asked = alone.buyer("helpdesk")
    told = answered(asked, asked.client.send("can I get a HUMAN please"))
    (case,) = alone.sql("SELECT * FROM cases")
    assert case["number"] in told.text

    mira.arrive(hours=2)
    stuck = alone.buyer("helpdesk")
    told = answered(stuck, stuck.client.send("where is my parcel"))
    assert "went wrong" in told.text
    assert "Talk to a person" in told.buttons
    told = answered(stuck, stuck.client.send("where is my parcel"))
    assert told.responses == ["utter_person_queue"]
    assert mira.handoff(stuck).reason == "trouble"
    alone.later(seconds=5)
    pressed = alone.buyer("helpdesk")
    shown = answered(pressed, pressed.client.send("hello"))
    button = shown.buttons["Talk to a person"]
    told = answered(pressed, pressed.client.send(payload=button))
    assert "place in the queue is 2" in told.text

    # a bot that cannot be told how it came back does not go on as if nothing had been
    mira.desk.claim(mira.act(stuck))
    mira.desk.give_back(mira.act(stuck), outcome="Found it.")
    told = answered(stuck, stuck.client.send("hello"))
    assert "went wrong" in told.text
    alone.start_engine(alone.parts)
    assert stuck.say("hello").responses == ["utter_greet"]
    assert mira.handoff(stuck).engine_told_at

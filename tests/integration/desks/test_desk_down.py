"""A desk that is down or refuses, people who are away: a case, never a silent queue."""

from datetime import timedelta
from unittest.mock import Mock

import pytest

from aftersale.domain.articles import Presence
from aftersale.domain.conversations import Author, EventType, Owner
from aftersale.domain.handoffs import HandoffState
from aftersale.domain.requests import OutboxState
from aftersale.jobs.relay import Relay
from aftersale.services.handoff.agents import Act
from aftersale.services.handoff.watching import HandoffWatch
from aftersale.services.outside_desk.falling_back import OPENS_WITHIN
from aftersale.services.ports_desks import LinkState
from tests.contract.chatwoot_server import Fault
from tests.contract.chatwoot_state import Person
from tests.integration.desks.world import CONV


def fail_always(world, status, path="/search"):
    world.server.faults += [Fault(path, status) for _ in range(200)]


@pytest.mark.parametrize("status", [503, 401, "drop"])
def test_a_desk_that_is_down_ends_in_a_numbered_case(world, status):
    fail_always(world, status)
    world.ask()
    for _ in range(8):
        world.carry()
        world.later(seconds=10)
    assert world.link().state is LinkState.LOST
    # Nobody waits for it any more: the sweep tells the case, as when nobody came in time.
    assert world.handoff().claim_by <= world.now
    assert world.now - world.handoff().asked_at < OPENS_WITHIN + timedelta(seconds=30)


def test_a_desk_that_refuses_is_given_up_at_once(world):
    fail_always(world, 422)
    world.ask()
    world.carry()
    assert world.handoff().claim_by == world.now
    assert len(world.rows(OutboxState.DEAD)) == 1


def test_people_of_our_own_are_still_there_when_the_desk_is_down(world):
    fail_always(world, 422)
    asked = world.ask()
    with world.uow() as uow:
        uow.agents.arrive(Presence("mira", None, world.now, world.now + timedelta(hours=1)))
        uow.commit()
    world.carry()
    assert world.handoff().claim_by == asked.claim_by


def test_a_desk_that_forgets_the_conversation_lets_the_buyer_wait_for_nobody(talk):
    talk.server.state.conversations.clear()
    talk.say("Are you there?")
    talk.carry()
    assert talk.conversation().owner is Owner.QUEUED
    assert talk.handoff().state is HandoffState.WAITING
    assert talk.handoff().claim_by == talk.now
    assert talk.link().state is LinkState.LOST


def test_who_is_online_there_counts_as_there(world):
    world.follow()
    with world.uow() as uow:
        present = uow.agents.present("helpdesk", world.now)
        later = uow.agents.present("helpdesk", world.now + timedelta(seconds=61))
    assert {each.agent for each in present} == {"chatwoot:11", "chatwoot:12"}
    assert later == []


def test_who_is_busy_there_keeps_their_buyers_and_who_is_gone_does_not(talk):
    watch = HandoffWatch(talk.wiring)
    talk.server.agents[:] = [Person(11, "Kim", status="busy")]
    for _ in range(4):
        talk.later(seconds=40).follow()
    assert watch.run(talk.now).released == 0
    talk.server.agents.clear()
    for _ in range(4):
        talk.later(seconds=40).follow()
    assert watch.run(talk.now).released == 1
    told = talk.events(EventType.MESSAGE, Author.SYSTEM)[-1]
    assert "Kim" in told.body["blocks"][0]["text"]
    assert talk.conversation().owner is Owner.QUEUED


def test_who_puts_it_aside_may_go_and_the_buyer_brings_it_back(talk):
    talk.server.only().snoozed_until = int(talk.now.timestamp()) + 7_200
    talk.server.set_status("snoozed")
    talk.settle()
    assert talk.handoff().snoozed_until == talk.now + timedelta(hours=2)
    talk.server.agents.clear()
    talk.later(minutes=10).settle()
    assert HandoffWatch(talk.wiring).run(talk.now).released == 0
    talk.say("Hello again")
    talk.follow()  # looks before the words are there
    talk.settle()
    assert talk.server.only().status == "open"
    assert talk.handoff().snoozed_until is None


def test_what_agents_of_our_own_desk_do_is_a_note_there(talk):
    talk.server.said()
    with talk.uow() as uow:
        version = uow.conversations.get(CONV).owner_version
    holder = talk.outside.jobs._parts.following._owning._holder(talk.handoff())
    talk.agents.give_back(Act(CONV, version, holder, talk.now))
    talk.settle()
    notes = [text for kind, private, text in talk.server.said() if private]
    assert "The conversation is with the assistant again." in notes
    assert talk.server.only().status == "resolved"


@pytest.mark.parametrize("knobs", [{"AFTERSALE_CHATWOOT_RESOLVED": "close"}])
def test_resolving_may_mean_closing(talk):
    talk.server.set_status("resolved")
    talk.settle()
    assert talk.conversation().owner is Owner.CLOSED


def test_a_fresh_key_of_the_card_is_put_there_before_the_old_one_is_over(talk):
    first = talk.server.only().attributes["aftersale_card"]
    talk.later(minutes=31).settle()
    second = talk.server.only().attributes["aftersale_card"]
    assert second != first
    cards = talk.outside.cards
    assert cards.show(second, talk.link().ref, talk.now)["reason"] == "asked"


def test_money_and_mail_wait_for_no_desk(world):
    """The relay leaves rows of the desk to the desk's own job."""
    fail_always(world, 503)
    world.ask()
    world.carry()
    outside = {"shop": Mock(), "payments": Mock(), "mail": Mock()}
    assert Relay(world.wiring, **outside).run(world.later(minutes=1).now, jitter=lambda: 0.0) == 0
    assert len(world.rows()) == 1

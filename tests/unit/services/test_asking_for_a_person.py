"""A person is wanted: what is promised follows from hours, holidays, presence and the queue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aftersale.domain.articles import Presence
from aftersale.domain.conversations import Owner
from aftersale.domain.handoffs import HandoffReason, HandoffState
from aftersale.domain.requests import CommandState
from aftersale.services.handoff.asking import Wanted, ask_for_person
from tests.unit.services.world import NOW, S1, S2, S3, World

OPEN = NOW + timedelta(hours=3)  # 10:00 in New York
ANN = Presence("ann", None, NOW, NOW + timedelta(hours=8))


def place(storefront=S3, *, here=True):
    w = World(storefront)
    w.now = OPEN
    if here:
        with w.store() as uow:
            uow.agents.arrive(ANN)
            uow.commit()
    return w


def ask(w, reason=HandoffReason.ASKED, conversation_id="conv"):
    with w.store() as uow:
        conversation = uow.conversations.get(conversation_id)
        asked = ask_for_person(w.wiring, uow, conversation, Wanted(reason), now=w.now)
        uow.commit()
    return asked


def talk(w):
    return w.store.tables.conversations["conv"]


def logged(w):
    return [(event.type.value, event.body.get("response")) for event in w.store.tables.events]


def test_somebody_there_means_the_queue_told_in_the_log_with_the_place():
    w = place()
    asked = ask(w)
    assert asked.queued
    assert asked.handoff.claim_by == OPEN + timedelta(minutes=3)
    assert (talk(w).owner, talk(w).owner_version) == (Owner.QUEUED, 2)
    assert logged(w) == [("owner", None), ("message", "utter_person_queue")]
    assert w.store.tables.events[0].body["position"] == 1
    assert w.store.tables.events[1].body["blocks"][0]
    assert not w.store.tables.cases


@pytest.mark.parametrize("here", [True, False], ids=["queue", "case"])
@pytest.mark.parametrize("channel", ["chat", "whatsapp"])
def test_who_is_wanted_knows_where_the_buyer_writes(here, channel):
    w = place(here=here)
    w.store.tables.conversations["conv"] = replace(talk(w), channel=channel)
    handoff = ask(w).handoff
    assert handoff.channel == channel
    assert [case.channel for case in w.store.tables.cases.values()] == [channel] * (not here)


def test_the_second_who_asks_is_told_the_second_place():
    w = place()
    w.store.tables.conversations["two"] = w.conversation("two", "bob")
    ask(w)
    w.now += timedelta(seconds=5)
    assert ask(w, conversation_id="two").reply.variables["place"] == 2


def test_what_waited_for_a_yes_lapses_when_the_conversation_leaves_the_bot():
    w = place()
    w.propose()
    ask(w)
    assert [c.state for c in w.store.tables.commands.values()] == [CommandState.SUPERSEDED]


@pytest.mark.parametrize(
    ("hours", "here", "kind"),
    [(3, False, "case"), (0, True, "closed"), (24 * 22 + 3, True, "closed")],
    ids=["nobody there", "night", "Thanksgiving"],
)
def test_nobody_there_means_a_numbered_case_and_the_bot_stays(hours, here, kind):
    w = place(here=False)
    policy = w.wiring.policies[S3]
    closed = replace(policy.hours, holidays=(date(2026, 11, 26),))
    w.wiring.policies[S3] = replace(policy, hours=closed)
    w.now = NOW + timedelta(hours=hours)
    if here:
        with w.store() as uow:
            uow.agents.arrive(replace(ANN, until=w.now + timedelta(hours=1)))
            uow.commit()
    asked = ask(w)
    (case,) = w.store.tables.cases.values()
    assert asked.reply.response == f"utter_person_{kind}_ack"
    assert asked.reply.variables["case_number"] == case.number == asked.handoff.case_number
    assert asked.reply.variables["ack_due_by"]
    assert talk(w).owner is Owner.BOT
    assert [h.state for h in w.store.tables.handoffs.values()] == [HandoffState.MISSED]


def test_a_full_queue_is_told_and_a_case_stands_for_it():
    w = place()
    policy = w.wiring.policies[S3]
    w.wiring.policies[S3] = replace(policy, live=replace(policy.live, waiting_per_agent=1))
    w.store.tables.conversations["two"] = w.conversation("two", "bob")
    ask(w)
    assert ask(w, conversation_id="two").reply.response == "utter_person_full_ack"
    assert len(w.store.tables.cases) == 1


@pytest.mark.parametrize("storefront", [S1, S2])
def test_a_storefront_without_live_people_files_a_case_as_ever(storefront):
    w = place(storefront)
    assert ask(w).reply.response.startswith("utter_person_case")
    assert talk(w).owner is Owner.BOT
    assert not w.store.tables.handoffs


def test_asking_again_takes_up_what_was_missed_and_stays_one_case():
    w = place(here=False)
    first = ask(w).handoff
    again = ask(w).handoff
    assert again.case_number == first.case_number
    assert len(w.store.tables.cases) == 1
    states = [h.state for h in w.store.tables.handoffs.values()]
    assert states == [HandoffState.ENDED, HandoffState.MISSED]


def test_who_did_not_ask_is_told_why_a_person_comes():
    w = place()
    reply = ask(w, HandoffReason.TROUBLE).reply
    assert reply.variables["blocks"][0]["response"] == "notice_person_trouble"

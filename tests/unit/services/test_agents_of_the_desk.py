"""What agents do with a conversation: one owner, every move written down, the buyer told."""

from datetime import timedelta

import pytest

from aftersale.domain.conversations import Author, Owner
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.errors import IllegalMove
from aftersale.domain.handoffs import HandoffEnd, HandoffState
from aftersale.errors import ConversationClosed, OwnershipMoved
from aftersale.services.handoff.agents import Act, AgentDesk
from aftersale.services.handoff.leaving import LeaveQueue
from aftersale.services.handoff.speaking import say_as_agent
from tests.unit.services.test_asking_for_a_person import ask, logged, place, talk

MIRA = DeskUser("mira", "Mira", Role.AGENT, picture="/desk/faces/mira.svg")
NOA = DeskUser("noa", "Noa", Role.AGENT)
SUE = DeskUser("sue", "Sue", Role.SUPERVISOR)


@pytest.fixture
def w():
    return place()


@pytest.fixture
def desk(w):
    return AgentDesk(w.wiring)


def act(w, who=MIRA, version=None):
    return Act("conv", version or talk(w).owner_version, who, w.now)


def only(w):
    (handoff,) = w.store.tables.handoffs.values()
    return handoff


def speak(w, who=MIRA, text="Hello"):
    with w.store() as uow:
        blocks = [{"type": "text", "text": text, "fallback": text}]
        said = say_as_agent(w.wiring, uow, "conv", who=who, blocks=blocks, now=w.now)
        uow.commit()
    return said


def test_of_two_who_claim_what_they_saw_one_has_it(w, desk):
    ask(w)
    seen = talk(w).owner_version
    desk.claim(act(w, MIRA, seen))
    with pytest.raises(OwnershipMoved):
        desk.claim(act(w, NOA, seen))
    assert (talk(w).owner, only(w).agent, only(w).state) == (
        Owner.HUMAN,
        "mira",
        HandoffState.CLAIMED,
    )
    assert w.store.tables.events[-1].body == {
        "owner": "human",
        "version": seen + 1,
        "move": "claim",
        "agent": {"name": "Mira", "picture": "/desk/faces/mira.svg"},
        "position": None,
    }
    assert [e.actor for e in w.store.tables.audit if e.action == "owner.claim"] == ["agent:mira"]


@pytest.mark.parametrize("before", ["bot", "queue", "offline"])
def test_an_agent_may_take_over_unasked_and_what_waited_for_a_yes_lapses(before, w, desk):
    w.propose()
    if before != "bot":
        ask(w)
    desk.take_over(act(w))
    assert talk(w).owner is Owner.HUMAN
    assert only(w).agent == "mira"
    assert {c.state.value for c in w.store.tables.commands.values()} == {"superseded"}


def test_only_the_agent_who_has_it_speaks_and_the_first_answer_is_kept(w, desk):
    ask(w)
    with pytest.raises(OwnershipMoved):
        speak(w)
    desk.claim(act(w))
    with pytest.raises(OwnershipMoved):
        speak(w, NOA)
    w.now += timedelta(seconds=20)
    said = speak(w)
    assert said.author is Author.AGENT
    assert said.body["agent"] == {"name": "Mira", "picture": "/desk/faces/mira.svg"}
    first = only(w).first_answer_at
    w.now += timedelta(seconds=20)
    speak(w)
    assert only(w).first_answer_at == first == w.now - timedelta(seconds=20)


def test_what_is_transferred_is_the_others_and_the_version_rises(w, desk):
    ask(w)
    desk.claim(act(w))
    version = talk(w).owner_version
    desk.transfer(act(w), NOA)
    assert talk(w).owner_version == version + 1
    with pytest.raises(OwnershipMoved):
        speak(w, MIRA)
    assert speak(w, NOA).body["agent"]["name"] == "Noa"
    assert only(w).transfers == 1


def test_a_team_gets_it_by_the_queue_and_the_buyer_is_told_the_place(w, desk):
    ask(w)
    desk.claim(act(w))
    desk.release(act(w), team="returns")
    handoff = only(w)
    assert (talk(w).owner, handoff.team, handoff.agent) == (Owner.QUEUED, "returns", None)
    assert handoff.claim_by == w.now + timedelta(minutes=3)
    assert logged(w)[-1] == ("message", "utter_person_moved")


def test_given_back_the_bot_says_one_line_with_what_came_of_it(w, desk):
    ask(w)
    desk.claim(act(w))
    desk.give_back(act(w), outcome="A new parcel leaves on Monday.")
    assert talk(w).owner is Owner.BOT
    assert logged(w)[-2:] == [("owner", None), ("message", "utter_person_returned_outcome")]
    assert w.store.tables.events[-1].author is Author.BOT
    assert (only(w).ended_as, only(w).outcome) == (
        HandoffEnd.RETURNED,
        "A new parcel leaves on Monday.",
    )
    with w.store() as uow:
        assert [h.handoff_id for h in uow.handoffs.untold("conv")] == [only(w).handoff_id]


def test_closed_is_closed_until_it_is_opened_again(w, desk):
    ask(w)
    desk.claim(act(w))
    desk.close(act(w), disposition="solved")
    assert talk(w).is_over
    assert (only(w).disposition, only(w).ended_as) == ("solved", HandoffEnd.CLOSED)
    with pytest.raises(ConversationClosed):
        desk.take_over(act(w))
    desk.reopen(act(w, NOA))
    assert (talk(w).owner, talk(w).closed_at) == (Owner.HUMAN, None)
    assert speak(w, NOA)


def test_nobody_moves_what_another_has_but_a_supervisor(w, desk):
    ask(w)
    desk.claim(act(w))
    for move in (desk.give_back, desk.close, desk.release):
        with pytest.raises(OwnershipMoved):
            move(act(w, NOA))
    desk.release(act(w, SUE))
    assert talk(w).owner is Owner.QUEUED


def test_what_does_not_start_from_its_owner_is_refused(w, desk):
    with pytest.raises(IllegalMove):
        desk.claim(act(w))
    assert not w.store.tables.handoffs


def test_put_aside_it_stays_theirs(w, desk):
    ask(w)
    desk.claim(act(w))
    desk.snooze(act(w), w.now + timedelta(hours=1))
    assert (talk(w).owner, only(w).snoozed_until) == (Owner.HUMAN, w.now + timedelta(hours=1))


@pytest.mark.parametrize("claimed", [True, False])
def test_a_buyer_goes_back_to_the_bot(claimed, w, desk):
    ask(w)
    if claimed:
        desk.claim(act(w))
    LeaveQueue(w.wiring).leave("conv", w.now)
    assert talk(w).owner is Owner.BOT
    assert only(w).ended_as is HandoffEnd.LEFT
    assert logged(w)[-1] == ("message", "utter_person_left")
    if claimed:
        with pytest.raises(OwnershipMoved):
            speak(w)


def test_who_waits_is_told_when_a_place_is_gained(w, desk):
    w.store.tables.conversations["two"] = w.conversation("two", "bob")
    ask(w)
    w.now += timedelta(seconds=5)
    ask(w, conversation_id="two")
    desk.claim(act(w))
    (told,) = [e for e in w.store.tables.events if e.body.get("move") == "place"]
    assert (told.conversation_id, told.body["position"]) == ("two", 1)


def waiting(w):
    return [c for c in w.store.tables.commands.values() if c.state.value == "open"]


@pytest.mark.parametrize("way_back", ["give_back", "leave"])
def test_what_an_action_wrote_down_after_a_person_came_lapses_on_the_way_back(way_back, w, desk):
    desk.take_over(act(w))
    w.propose()  # of an action that had looked before the take-over; its words are dropped
    assert waiting(w)
    if way_back == "leave":
        LeaveQueue(w.wiring).leave("conv", w.now)
    else:
        desk.give_back(act(w))
    assert talk(w).owner is Owner.BOT
    assert not waiting(w)


def test_what_waited_when_a_conversation_was_closed_lapses(w, desk):
    w.propose()
    desk.close(act(w))
    desk.give_back(desk_reopened(w, desk))
    assert not waiting(w)


def desk_reopened(w, desk):
    desk.reopen(act(w))
    return act(w)

"""The life of a case: who sees it, what is added, and what people here do with it."""

from datetime import datetime, timedelta

import pytest

from aftersale.domain.cases import Attachment, CaseOwner, CaseState, CaseVerdict, Evidence, Role
from aftersale.domain.guests import guest_id
from aftersale.errors import CaseOver, NotFound
from aftersale.services.case_life.adding import AddToCase
from aftersale.services.case_life.finding import canonical_case
from aftersale.services.case_life.showing import ShowCase
from aftersale.services.case_life.waiting_time import WaitingTime, delays
from tests.unit.services.cases import CaseWorld
from tests.unit.services.world import NOW, S0, S1, S3, S4


def status(w, number=None, **call):
    return ShowCase(w.wiring).status(w.call(**call), number)


@pytest.mark.parametrize("typed", ["C-7K3M-92QD", "c7k3m92qd", " c 7k3m 92qd ", "7K3M-92QD"])
def test_a_case_number_is_read_as_people_type_it(typed):
    assert canonical_case(typed) == "C-7K3M-92QD"


def test_the_only_case_needs_no_number():
    w = CaseWorld()
    reply = status(w)
    assert reply.response == "utter_case_status_open"
    assert reply.variables["case_number"] == w.number_of_case
    assert reply.variables["team"] == w.wiring.policy(S3).name
    assert reply.variables["ack_due_by"] == {"$time": (NOW + timedelta(hours=48)).isoformat()}


def test_of_several_cases_each_is_a_button():
    w = CaseWorld()
    other = w.file(key="two", order=False)
    reply = status(w)
    assert reply.response == "utter_which_case"
    assert {each["entities"]["case_number"] for each in reply.variables["choices"]} == {
        w.number_of_case,
        other.number,
    }
    assert status(w, other.number).response == "utter_case_status_open"


def test_somebody_elses_case_is_answered_like_one_that_is_not_there():
    w = CaseWorld()
    w.store.tables.conversations["bobs"] = w.conversation("bobs", "bob")
    theirs = status(w, w.number_of_case, buyer="bob", conversation="bobs")
    nobodys = status(w, "C-0000-0000", buyer="bob", conversation="bobs")
    assert theirs == nobodys
    assert theirs.response == "utter_case_unknown"
    assert status(w, buyer="bob", conversation="bobs").response == "utter_case_none"


@pytest.mark.parametrize(
    ("buyer", "conversation", "seen"),
    [(None, "anon", True), ("ann", "anon", True), (None, "conv", False), ("ann", "conv", False)],
)
def test_a_case_of_nobody_known_stays_in_its_conversation(buyer, conversation, seen):
    w = CaseWorld(case={"buyer": None, "conversation": "anon", "order": False})
    w.store.tables.conversations["anon"] = w.conversation("anon", None)
    reply = status(w, w.number_of_case, buyer=buyer, conversation=conversation)
    assert (reply.response == "utter_case_status_open") is seen


@pytest.mark.parametrize(
    ("conversation", "number", "seen"),
    [("conv", None, True), ("other", None, False), ("conv", "HD/1", False)],
)
def test_a_guest_sees_the_case_that_was_opened_here_about_their_order(conversation, number, seen):
    w = CaseWorld()
    w.store.tables.conversations["other"] = w.conversation("other", None)
    guest = guest_id(S3, number or w.number)
    reply = status(w, w.number_of_case, buyer=guest, conversation=conversation)
    assert (reply.response == "utter_case_status_open") is seen


def test_a_buyer_whose_verification_is_over_sees_no_case():
    w = CaseWorld()
    assert status(w, w.number_of_case, buyer=None).response == "utter_case_unknown"


@pytest.mark.parametrize(
    ("storefront", "owner", "said"),
    [
        (S4, CaseOwner.LEADER, {"leader": "Lea", "seller": None, "team": None}),
        (S0, CaseOwner.SELLER, {"leader": None, "seller": "Blue Barn", "team": None}),
        (S4, CaseOwner.PLATFORM, {"leader": None, "seller": None, "team": "Group Buy"}),
    ],
)
def test_it_is_said_whose_turn_it_is(storefront, owner, said):
    w = CaseWorld(storefront, case={"owner": owner}, leader_name="Lea")
    variables = status(w).variables
    assert {name: variables[name] for name in said} == said


def test_a_question_is_told_with_its_deadline_and_the_answer_lands_in_the_same_case():
    w = CaseWorld()
    w.store.tables.attachments["p1"] = Attachment(
        "p1", S3, "conv", "image/jpeg", 10, "00", "p1.jpg", NOW
    )
    w.ask("Which size?")
    assert w.told() == ["utter_told_case_asked"]
    assert (w.case_now.state, w.case_now.info_asked) == (
        CaseState.WAITING_FOR_BUYER,
        "Which size?",
    )
    assert w.case_now.info_due_by == NOW + timedelta(days=3)
    shown = status(w)
    assert shown.response == "utter_case_status_waiting_for_buyer"
    assert shown.variables["asked"] == "Which size?"

    reply = AddToCase(w.wiring).add(w.call(), None, "Size 42.")
    assert reply.response == "utter_case_added_answer"
    assert [(e.role, e.text) for e in w.thread[1:]] == [
        (Role.PLATFORM, "Which size?"),
        (Role.BUYER, "Size 42."),
    ]
    assert w.case_now.state is CaseState.ACKNOWLEDGED  # a person had asked
    assert (w.case_now.info_asked, w.case_now.info_due_by) == (None, None)
    assert w.case_now.evidence is Evidence.GIVEN
    assert w.store.tables.attachments["p1"].case_number == w.number_of_case
    assert reply.variables["files"] == 1


def test_the_same_turn_again_adds_nothing_twice():
    w = CaseWorld()
    w.ask()
    for _ in range(2):
        AddToCase(w.wiring).add(w.call(turn="same"), None, "Size 42.")
    assert [e.text for e in w.thread].count("Size 42.") == 1


def test_an_answer_during_a_review_goes_back_to_the_review():
    w = CaseWorld().decided()
    w.desk.escalating.by_person(w.number_of_case, "No.", user="mia", now=w.now)
    w.ask()
    assert w.thread[-1].role is Role.REVIEWER
    AddToCase(w.wiring).add(w.call(), None, "Size 42.")
    assert w.case_now.state is CaseState.ESCALATED


@pytest.mark.parametrize("state", [CaseState.DECIDED, CaseState.CLOSED])
def test_what_is_over_takes_nothing_new(state):
    w = CaseWorld(case={"state": state})
    reply = AddToCase(w.wiring).add(w.call(), w.number_of_case, "More.")
    assert reply.response == f"utter_case_over_{state.value}"
    assert len(w.thread) == 1


def test_nothing_is_added_to_somebody_elses_case():
    w = CaseWorld()
    reply = AddToCase(w.wiring).add(w.call(buyer="bob"), w.number_of_case, "Mine now.")
    assert reply.response == "utter_case_unknown"
    assert len(w.thread) == 1


def test_the_next_message_is_the_answer_only_right_after_the_question():
    w = CaseWorld()
    awaited = AddToCase(w.wiring).awaited
    assert awaited(w.call()) is None
    w.ask()
    assert awaited(w.call()) == w.number_of_case
    assert awaited(w.call(buyer="bob")) is None
    w.desk.asking.acknowledge(w.number_of_case, user="mia", now=w.now)  # known; tells nothing
    assert awaited(w.call()) == w.number_of_case


def test_acknowledging_keeps_the_promise_and_tells_it_once():
    w = CaseWorld()
    (promise,) = w.store.tables.promises.values()
    assert (promise.code, promise.due_at) == ("case_acknowledged", NOW + timedelta(hours=48))
    w.later(hours=30)
    for _ in range(2):
        w.desk.asking.acknowledge(w.number_of_case, user="mia", now=w.now)
    assert w.case_now.ack_at == w.now
    assert w.store.tables.promises[promise.promise_id].kept_at == w.now
    assert w.told() == ["utter_told_case_acknowledged"]
    assert w.audited.count(("case.acknowledged", "agent:mia")) == 1


@pytest.mark.parametrize("act", ["ask", "decide"])
def test_whatever_a_person_does_first_acknowledges_the_case(act):
    w = CaseWorld()
    getattr(w, act)()
    assert w.case_now.ack_at == NOW
    assert w.only("promises").kept_at == NOW


def test_a_case_is_closed_with_its_reason_and_takes_nothing_more():
    w = CaseWorld()
    w.desk.asking.close(w.number_of_case, "Settled by telephone.", user="mia", now=w.now)
    assert (w.case_now.state, w.case_now.closed_at) == (CaseState.CLOSED, NOW)
    assert w.thread[-1].text == "Settled by telephone."
    assert w.told() == ["utter_told_case_closed"]
    assert status(w).response == "utter_case_status_closed"
    with pytest.raises(CaseOver):
        w.desk.asking.close(w.number_of_case, "Again.", user="mia", now=w.now)


def test_every_read_is_written_down():
    w = CaseWorld()
    found = w.desk.read(w.number_of_case, user="mia", now=w.now)
    assert found.case == w.case_now
    assert w.audited[-1] == ("case.read", "agent:mia")
    with pytest.raises(NotFound):
        w.desk.read("C-0000-0000", user="mia", now=w.now)


@pytest.mark.parametrize("state", [CaseState.DECIDED, CaseState.CLOSED])
def test_nobody_asks_about_what_is_over(state):
    w = CaseWorld(case={"state": state})
    for act in (w.ask, w.decide):
        with pytest.raises(CaseOver):
            act()
    with pytest.raises(CaseOver):
        w.desk.asking.acknowledge(w.number_of_case, user="mia", now=w.now)


def test_a_case_of_nobody_known_is_told_where_it_was_opened():
    w = CaseWorld(case={"buyer": None, "conversation": "anon", "order": False})
    w.store.tables.conversations["anon"] = w.conversation("anon", None)
    w.ask()
    assert w.told("anon") == ["utter_told_case_asked"]
    assert w.told("conv") == []


def test_a_conversation_that_is_another_buyers_is_not_told():
    w = CaseWorld(case={"order": False})
    w.store.tables.conversations["conv"] = w.conversation("conv", "bob")
    w.decide(CaseVerdict.ACCEPTED, "goodwill")
    assert w.told() == []


@pytest.mark.parametrize(
    ("storefront", "response"),
    [
        (S0, "utter_response_time_unstated"),
        (S1, "utter_response_time_consent"),
        (S3, "utter_response_time_ack"),
        (S4, "utter_response_time_business"),
    ],
)
def test_how_long_it_takes_is_said_as_far_as_it_is_stated(storefront, response):
    w = CaseWorld(storefront)
    reply = WaitingTime(w.wiring).tell(w.call())
    assert reply.response == response
    assert reply.variables["blocks"] == []


@pytest.mark.parametrize(
    ("timezone", "day", "notices"),
    [
        ("UTC", "2026-11-19", []),
        ("UTC", "2026-11-20", ["notice_delay_peak"]),  # the first and the last day count
        ("UTC", "2027-01-06", ["notice_delay_peak"]),
        ("UTC", "2027-01-07", []),
        ("Australia/Sydney", "2026-11-18", ["notice_delay_region"]),
        ("Pacific/Auckland", "2026-11-21", ["notice_delay_peak", "notice_delay_region"]),
        ("Nowhere/Land", "2026-11-18", []),
    ],
)
def test_delays_are_said_by_season_and_region(timezone, day, notices):
    policy = CaseWorld(S3).wiring.policy(S3)
    now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    assert [each["response"] for each in delays(policy, timezone, now)] == notices

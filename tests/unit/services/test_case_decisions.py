"""Decisions about cases: told with their reason, refunded once, reviewed by somebody else."""

from dataclasses import replace

import pytest

from aftersale.domain.cases import (
    CaseEntry,
    CaseOwner,
    CaseState,
    CaseType,
    CaseVerdict,
    Resolution,
    Role,
)
from aftersale.domain.money import Money
from aftersale.domain.parties import Buyer
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import CommandKind, CommandState, OutboxKind
from aftersale.errors import CaseOver, PartyToCase, ReviewNotIndependent
from aftersale.policy.decision import Ask
from aftersale.policy.problem_knobs import LaunchMode
from aftersale.services.case_life.escalating import EscalateCase
from aftersale.services.case_life.intervening import AskIntervention
from tests.unit.services.cases import CaseWorld
from tests.unit.services.test_launch import launch
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4

ACCEPTED, PARTLY, DECLINED = CaseVerdict.ACCEPTED, CaseVerdict.PARTLY, CaseVerdict.DECLINED
REFUND = {"type": CaseType.REFUND_REQUEST}


def two_lines(w):
    """Give the order a second line, of 10.01."""
    (line,) = w.stored().lines
    other = replace(line, line_id="2", name="Socks", price=Money(1001, "USD"))
    return w.change(lines=(line, other), total=Money(3000, "USD"))


def escalate(w, reason="It broke on day one.", **call):
    return EscalateCase(w.wiring).propose(w.call(**call), None, reason)


@pytest.mark.parametrize("verdict", [ACCEPTED, PARTLY, DECLINED])
def test_a_decision_is_told_with_its_reason_in_the_same_conversation(verdict):
    w = CaseWorld()
    w.decide(verdict, "goodwill", text="With our regards.")
    assert w.told() == [f"utter_told_case_{verdict.value}"]
    assert (w.case_now.state, w.case_now.verdict) == (CaseState.DECIDED, verdict)
    assert (w.case_now.decided_by, w.case_now.decided_at) == ("mia", NOW)
    assert (w.thread[-1].role, w.thread[-1].text) == (Role.PLATFORM, "With our regards.")
    assert ("case.decided", "agent:mia") in w.audited


def test_a_case_is_decided_once():
    w = CaseWorld().decided()
    with pytest.raises(CaseOver):
        w.decide(ACCEPTED)


def test_an_accepted_refund_is_asked_for_once():
    w = CaseWorld(S4, case=REFUND)
    w.decide(ACCEPTED, "evidence_shows")
    refund = w.only("refunds")
    assert (refund.amount, refund.destination) == (Money(1999, "USD"), "Visa ending 4242")
    (row,) = w.outbox()
    assert row.kind is OutboxKind.PAYMENT_REFUND
    w.run_relay()
    assert w.told() == ["utter_told_case_accepted", "utter_told_refund_confirmed"]


@pytest.mark.parametrize(
    ("case", "verdict", "lines", "amount"),
    [
        ({**REFUND, "line_ids": ("2",)}, ACCEPTED, (), 1001),
        ({"resolution": Resolution.REFUND}, ACCEPTED, (), 3000),
        (REFUND, PARTLY, ("1",), 1999),
        (REFUND, PARTLY, (), None),
        (REFUND, DECLINED, (), None),
        ({"resolution": Resolution.REPLACEMENT}, ACCEPTED, (), None),
    ],
)
def test_only_what_was_granted_is_refunded(case, verdict, lines, amount):
    w = CaseWorld(S4, case=case)
    two_lines(w)
    w.decide(verdict, "goodwill", lines=lines)
    assert [r.amount.minor for r in w.store.tables.refunds.values()] == (
        [amount] if amount else []
    )


def test_a_review_refunds_only_the_lines_that_were_not_refunded_before():
    w = CaseWorld(S3, case=REFUND)
    two_lines(w)
    w.decide(PARTLY, "goodwill", lines=("1",))
    escalate(w)
    w.yes()
    w.decide(ACCEPTED, "evidence_shows", user="noa")
    assert sorted(r.amount.minor for r in w.store.tables.refunds.values()) == [1001, 1999]


def test_a_held_amount_is_released_and_never_called_a_refund():
    w = CaseWorld(S4, case=REFUND, paid=PaymentState.AUTHORISED)
    w.decide(ACCEPTED, "goodwill")
    assert [row.kind for row in w.outbox()] == [OutboxKind.PAYMENT_RELEASE]


def test_where_the_seller_pays_we_send_no_money():
    w = CaseWorld(S0, case=REFUND)
    w.decide(ACCEPTED, "seller_settles")
    assert not w.outbox()
    assert not w.store.tables.refunds


@pytest.mark.parametrize("user", ["mia", "MIA", " m ia "])
def test_the_reviewer_is_never_the_decider(user):
    w = CaseWorld().decided()
    escalate(w)
    w.yes()
    with pytest.raises(ReviewNotIndependent):
        w.decide(ACCEPTED, user=user)
    assert w.case_now.state is CaseState.ESCALATED
    w.decide(ACCEPTED, "evidence_shows", user="noa")
    assert (w.case_now.decided_by, w.case_now.reviewer) == ("mia", "noa")
    assert w.case_now.verdict is DECLINED
    assert w.case_now.review_verdict is ACCEPTED
    assert w.told()[-1] == "utter_told_case_reviewed_accepted"


LEADER = {"leader_name": "Mei Chen", "leader_email": "mei@leaders.example"}
PARTIES = [
    *("mei chen", "mei.chen", "MEI@leaders.example", "Mei <mei@leaders.example>"),
    *("mei+cases@leaders.example", "Blue Barn", "barn@seller.example", "sel"),
    *("ann", "ann@x.example", "leads-it", "lea"),
]


def with_parties(**order):
    """A case whose leader buys here too, and has signed an answer with another name before."""
    w = CaseWorld(S4, **LEADER | order)
    w.store.tables.buyers["own"] = Buyer("own", S4, "leads-it", "mei@leaders.example", "Mei")
    answer = CaseEntry(w.number_of_case, NOW, "leader:Lea", "Yes.", Role.LEADER)
    told = CaseEntry(w.number_of_case, NOW, "agent:kim", "They said yes.", Role.SELLER)
    w.store.tables.entries += [answer, told]
    return w


@pytest.mark.parametrize("user", PARTIES)
def test_nobody_decides_or_ends_a_case_they_take_part_in(user):
    w = with_parties()
    with pytest.raises(PartyToCase):
        w.decide(user=user)
    with pytest.raises(PartyToCase):
        w.desk.asking.close(w.number_of_case, "Done.", user=user, now=w.now)
    assert w.case_now.state is CaseState.OPEN


@pytest.mark.parametrize("user", PARTIES)
def test_nobody_reviews_a_case_they_take_part_in(user):
    w = with_parties()
    w.store.tables.cases[w.number_of_case] = replace(
        w.case_now, state=CaseState.ESCALATED, decided_by="mia", decided_at=NOW, escalated_at=NOW
    )
    with pytest.raises(PartyToCase):
        w.decide(user=user)


@pytest.mark.parametrize("user", ["mia", "kim", "mei@example.com", "bob", "chen"])
def test_who_takes_no_part_decides(user):
    w = with_parties()
    w.decide(user=user)
    assert w.case_now.decided_by == user


def test_a_buyer_who_disagrees_says_why_once_and_confirms():
    w = CaseWorld().decided()
    asked = escalate(w, None)
    assert asked.response == "utter_ask_escalation_reason"
    shown = escalate(w)
    assert (shown.response, shown.done) == ("utter_escalate_possible", False)
    assert w.case_now.state is CaseState.DECIDED  # nothing before the yes
    assert w.only("commands").kind is CommandKind.ESCALATE_CASE

    done = w.yes()
    assert done.response == "utter_case_escalated"
    assert done.variables["case_number"] == w.number_of_case
    assert (w.case_now.state, w.case_now.escalated_at) == (CaseState.ESCALATED, NOW)
    assert w.case_now.escalation_reason == "It broke on day one."
    assert (w.thread[-1].role, w.thread[-1].text) == (Role.BUYER, "It broke on day one.")
    assert w.yes().response == "utter_escalate_already"
    assert escalate(w).response == "utter_escalate_already"


def test_a_case_without_an_order_can_be_reviewed_too():
    w = CaseWorld(case={"order": False, "buyer": None, "conversation": "anon"})
    w.store.tables.conversations["anon"] = w.conversation("anon", None)
    w.decide()
    who = {"buyer": None, "conversation": "anon"}
    assert escalate(w, **who).response == "utter_escalate_possible"
    assert w.yes(**who).response == "utter_case_escalated"


def test_a_decision_that_changed_meanwhile_is_another_question():
    w = CaseWorld().decided()
    escalate(w)
    later = replace(w.case_now, decided_at=NOW.replace(hour=13))
    w.store.tables.cases[w.number_of_case] = later
    again = w.yes()
    assert (again.response, again.done) == ("utter_escalate_possible", False)
    assert again.variables["shown_again"] == "changed"


def test_an_offer_that_is_too_old_is_shown_again():
    w = CaseWorld().decided()
    escalate(w)
    again = w.later(minutes=20).yes()
    assert again.variables["shown_again"] == "expired"
    assert w.yes().response == "utter_case_escalated"


def test_a_no_leaves_the_decision_as_it_is():
    w = CaseWorld().decided()
    escalate(w)
    w.cancel.decline(w.call())
    assert w.only("commands").state is CommandState.DECLINED
    assert w.case_now.state is CaseState.DECIDED


@pytest.mark.parametrize(
    ("storefront", "response"),
    [
        (S0, "utter_escalate_not_offered"),
        (S1, "utter_escalate_not_stated"),
        (S2, "utter_escalate_not_stated"),
        (S4, "utter_escalate_not_offered"),
    ],
)
def test_no_other_storefront_borrows_the_review(storefront, response):
    w = CaseWorld(storefront).decided()
    assert escalate(w).response == response
    assert not w.store.tables.commands
    with pytest.raises(CaseOver):
        w.desk.escalating.by_person(w.number_of_case, "No.", user="mia", now=w.now)


def test_what_is_not_decided_cannot_be_reviewed():
    assert escalate(CaseWorld()).response == "utter_escalate_not_decided"


def intervene(w, number=None, **call):
    return AskIntervention(w.wiring).propose(w.call(**call), w.hint(), number, None)


@pytest.mark.parametrize(
    ("storefront", "response"),
    [
        (S0, "utter_dispute_never"),
        (S1, "utter_dispute_not_stated_contact"),
        (S2, "utter_dispute_not_stated_contact"),
        (S3, "utter_dispute_review_instead"),
        (S4, "utter_dispute_not_yet"),
    ],
)
def test_stepping_in_is_said_as_the_storefront_has_it(storefront, response):
    w = CaseWorld(storefront, case={"owner": CaseOwner.LEADER})
    assert intervene(w).response == response


@pytest.mark.parametrize(("seconds", "may"), [(-1, False), (0, True), (1, True)])
def test_the_platform_may_step_in_from_the_stated_time(seconds, may):
    w = CaseWorld(S4, case={"owner": CaseOwner.LEADER})
    w.later(days=7, seconds=seconds)
    reply = intervene(w, w.number_of_case)
    assert reply.response == ("utter_dispute_may" if may else "utter_dispute_not_yet")
    if may:
        assert w.case_now.owner is CaseOwner.LEADER  # nothing before the yes
        done = w.yes()
        assert done.response == "utter_case_stepped_in"
        assert (w.case_now.owner, w.case_now.stepped_in_at) == (CaseOwner.PLATFORM, w.now)
        assert intervene(w).response == "utter_dispute_already"


def test_a_case_of_somebody_else_is_not_stepped_into():
    w = CaseWorld(S4, case={"owner": CaseOwner.LEADER})
    assert intervene(w, w.number_of_case, buyer="bob").response == "utter_case_unknown"


def test_a_disputed_refund_goes_to_a_different_person():
    w = CaseWorld(S4, case={**REFUND, "owner": CaseOwner.LEADER}).decided()
    assert intervene(w).response == "utter_dispute_may"
    w.yes()
    assert (w.case_now.state, w.case_now.owner) == (CaseState.ESCALATED, CaseOwner.PLATFORM)
    with pytest.raises(ReviewNotIndependent):
        w.decide(ACCEPTED)


def test_money_that_goes_back_in_parts_is_whole_only_when_all_of_it_is_back():
    w = CaseWorld(S3, case={**REFUND, "line_ids": ("1", "2")})
    two_lines(w)
    third = replace(w.stored().lines[0], line_id="3", price=Money(500, "USD"))
    w.change(lines=(*w.stored().lines, third), total=Money(3500, "USD"))
    w.decide(PARTLY, "goodwill", lines=("1",))
    w.run_relay()
    assert w.stored().payment.state is PaymentState.PART_REFUNDED
    escalate(w)
    w.yes()
    w.decide(ACCEPTED, "goodwill", user="noa")
    w.run_relay()
    assert sorted(r.amount.minor for r in w.store.tables.refunds.values()) == [1001, 1999]
    assert w.stored().payment.state is PaymentState.PART_REFUNDED  # the third line was kept


@pytest.mark.parametrize(
    "controls", [{"act": False}, {"actions": {Ask.ESCALATE: LaunchMode.APPROVE}}]
)
@pytest.mark.parametrize("by_person", [False, True])
def test_a_review_can_be_asked_for_before_the_launch(controls, by_person):
    w = CaseWorld().decided()
    launch(w, **controls)
    if by_person:
        w.desk.escalating.by_person(w.number_of_case, "They wrote.", user="mia", now=w.now)
    else:
        assert escalate(w).response == "utter_escalate_possible"
        assert w.yes().response == "utter_case_escalated"
    assert w.case_now.state is CaseState.ESCALATED


def test_no_review_is_asked_for_while_read_only():
    w = CaseWorld().decided()
    launch(w, read_only=True)
    assert escalate(w).response == "utter_cancel_read_only"
    assert w.yes().response != "utter_case_escalated"
    assert w.case_now.state is CaseState.DECIDED

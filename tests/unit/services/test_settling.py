"""What a seller answered the platform: the buyer says if it settles the case, or time does."""

from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseState, CaseType, Role
from aftersale.gateway.screen import screen
from aftersale.services.case_life.adding import AddToCase
from aftersale.services.case_life.settling import SETTLES_AFTER, ask_if_settled
from aftersale.services.outreach import CameBack, report
from aftersale.services.seller_answers import SellerAnswers
from tests.unit.services.cases import CaseWorld
from tests.unit.services.world import NOW, S0, S3

SECOND = timedelta(seconds=1)
SETTLES, SETTLED = "utter_told_case_settles", "utter_told_case_settled"
REACHED = {"type": CaseType.SELLER_UNREACHABLE, "owner": CaseOwner.PLATFORM}


class Outreach(CaseWorld):
    """A case that was opened because mail to the seller came back."""

    def __init__(self, storefront=S0, **case):
        super().__init__(storefront, case={**REACHED, **case})
        self.adding = AddToCase(self.wiring)

    def answered(self, *, by="seller:sel"):
        with self.wiring.uow() as uow:
            asked = ask_if_settled(self.wiring, uow, self.number_of_case, by=by, now=self.now)
            uow.commit()
        return asked

    def add(self, text="No, still open."):
        return self.adding.add(self.call(), self.number_of_case, text)


@pytest.fixture
def reached():
    world = Outreach()
    world.answered()
    return world


def test_an_answered_case_waits_for_its_buyer_until_a_day_that_is_told(reached):
    case = reached.case_now
    assert (case.state, case.info_due_by) == (CaseState.WAITING_FOR_BUYER, NOW + timedelta(days=7))
    assert "entry_case_settles" in case.info_asked
    assert reached.told() == [SETTLES]
    assert ("case.settling_asked", "seller:sel") in reached.audited
    assert [entry.role for entry in reached.thread] == [Role.BUYER, Role.BOT]


@pytest.mark.parametrize(("seconds", "closed"), [(-1, False), (0, True)])
def test_silence_closes_the_case_once_and_says_so(reached, seconds, closed):
    now = NOW + SETTLES_AFTER + seconds * SECOND
    assert reached.sweep.run(now, dry_run=True).cases_settled == closed
    assert reached.told() == [SETTLES]
    assert reached.sweep.run(now).cases_settled == closed
    assert reached.sweep.run(now).cases_settled == 0
    assert (reached.case_now.state is CaseState.CLOSED) is closed
    assert reached.case_now.closed_at == (now if closed else None)
    assert SETTLED in reached.told() or not closed
    assert "utter_told_case_asked_again" not in reached.told()


def test_a_no_goes_on_and_nothing_is_closed(reached):
    assert reached.adding.awaited(reached.call()) == reached.number_of_case
    assert reached.add().response == "utter_case_added_answer"
    case = reached.case_now
    assert (case.state, case.info_due_by) == (CaseState.ACKNOWLEDGED, None)
    assert reached.sweep.run(NOW + SETTLES_AFTER).cases_settled == 0


def test_a_yes_closes_it_at_once(reached):
    assert reached.adding.settled(reached.call()).response == "utter_case_settled"
    assert reached.case_now.state is CaseState.CLOSED
    assert ("case.settled", "buyer:ann") in reached.audited
    assert reached.adding.settled(reached.call(), reached.number_of_case) is None


def test_a_yes_closes_no_case_of_somebody_else_and_none_that_is_asked_something_else(reached):
    number = reached.number_of_case
    assert reached.adding.settled(reached.call(buyer="bob", conversation="other"), number) is None
    other = CaseWorld(S3)
    other.ask()
    adding = AddToCase(other.wiring)
    assert adding.settled(other.call()) is None
    assert adding.settled(other.call(), other.number_of_case) is None
    assert other.case_now.state is CaseState.WAITING_FOR_BUYER


@pytest.mark.parametrize("how", ["by silence", "by a yes", "by a person"])
def test_a_closed_case_stays_closed_and_says_so(reached, how):
    if how == "by silence":
        reached.sweep.run(NOW + SETTLES_AFTER)
    elif how == "by a yes":
        reached.adding.settled(reached.call())
    else:
        reached.desk.asking.close(reached.number_of_case, "Done.", user="mia", now=NOW)
    assert reached.add().response == "utter_case_over_closed"
    assert reached.case_now.state is CaseState.CLOSED


def test_a_second_answer_gives_the_buyer_new_time(reached):
    reached.later(days=2)
    reached.answered()
    assert reached.sweep.run(NOW + SETTLES_AFTER).cases_settled == 0
    assert reached.case_now.info_due_by == reached.now + SETTLES_AFTER
    assert reached.sweep.run(reached.now + SETTLES_AFTER).cases_settled == 1


def test_a_question_of_a_person_is_not_talked_over():
    world = Outreach()
    world.ask("Which size?")
    assert world.answered() is None
    assert world.case_now.info_asked == "Which size?"
    assert world.sweep.run(NOW + timedelta(days=3)).buyers_reminded == 1


def test_a_case_that_is_over_is_not_asked_about():
    world = Outreach()
    world.decide()
    assert world.answered() is None
    assert world.case_now.state is CaseState.DECIDED


def test_a_case_about_the_order_itself_is_not_settled_by_what_the_seller_writes():
    world = Outreach(type=CaseType.PROBLEM, owner=CaseOwner.SELLER)
    assert world.answered() is None
    assert world.case_now.state is CaseState.OPEN


def test_an_answer_is_more_than_an_acknowledgement():
    world = Outreach(S3)
    world.answered()
    swept = world.sweep.run(NOW + timedelta(days=2, seconds=1))
    assert (swept.acknowledgements_missed, swept.promises_overdue) == (0, 0)


@pytest.mark.parametrize("way", ["page", "person"])
def test_the_sellers_answer_itself_asks(way):
    world = CaseWorld(S0)
    with world.wiring.uow() as uow:
        seller = uow.parties.seller("sel")
        back = CameBack(
            "k", seller, "buyer:ann", way == "person", "When?", "ann", world.stored(), "conv"
        )
        case = report(world.wiring, uow, back, now=NOW)
        uow.commit()
    answers = SellerAnswers(world.wiring, screen)
    if way == "person":
        answers.by_person(case.number, "On Monday.", user="kim", now=NOW)
    else:
        [row] = world.outbox()
        answers.answer(row.payload["link"].rpartition("/")[2], "On Monday.", now=NOW)
    assert world.told() == ["utter_told_outreach_answer", SETTLES]
    assert world.store.tables.cases[case.number].state is CaseState.WAITING_FOR_BUYER

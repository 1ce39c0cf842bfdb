"""The clocks of cases: nothing is silently overdue, and everything happens once."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseState
from aftersale.jobs.sweep import Swept
from aftersale.services.case_life.adding import AddToCase
from tests.unit.services.cases import CaseWorld
from tests.unit.services.world import NOW, S0, S3, S4

TWO_DAYS, THREE_DAYS, WEEK = timedelta(days=2), timedelta(days=3), timedelta(days=7)
LEADER = {"owner": CaseOwner.LEADER, "first_line_due_by": NOW + TWO_DAYS}


def sweep(w, after, seconds=0, *, dry_run=False):
    """Sweep twice at that time after the beginning: the second run must find nothing."""
    now = NOW + after + timedelta(seconds=seconds)
    if dry_run:
        return w.sweep.run(now, dry_run=True)
    found = w.sweep.run(now)
    again = w.sweep.run(now)
    standing = {"cases_unacknowledged", "promises_overdue"}  # what is so, not what was done
    assert {name: n for name, n in asdict(again).items() if n and name not in standing} == {}
    return found


@pytest.mark.parametrize(("seconds", "missed"), [(-1, 0), (0, 1), (1, 1)])
def test_an_acknowledgement_that_is_missed_is_an_alarm(seconds, missed, caplog):
    w = CaseWorld(S3)
    assert sweep(w, TWO_DAYS, seconds, dry_run=True).acknowledgements_missed == missed
    assert w.told() == []
    found = sweep(w, TWO_DAYS, seconds)
    assert (found.acknowledgements_missed, found.cases_unacknowledged) == (missed, missed)
    assert w.told() == ["utter_told_case_ack_late"] * missed
    assert [a for a, _ in w.audited].count("case.ack_overdue") == missed
    assert ("not acknowledged in time" in caplog.text) is bool(missed)
    overdue = w.desk.overdue(NOW + TWO_DAYS + timedelta(seconds=seconds))
    assert [case.number for case in overdue] == [w.number_of_case] * missed


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_acknowledgement_that_is_missed_is_logged_once(dry_run, caplog):
    w = CaseWorld(S3)
    now = NOW + TWO_DAYS + timedelta(seconds=1)
    found = w.sweep.run(now, dry_run=dry_run)
    assert (found.acknowledgements_missed, found.promises_missed) == (1, 0)
    assert w.sweep.run(now, dry_run=True).promises_overdue == 1
    assert [r.levelname for r in caplog.records] == ([] if dry_run else ["ERROR"])
    assert w.only("promises").breached_at == (None if dry_run else now)


def test_what_was_acknowledged_is_never_overdue():
    w = CaseWorld(S3)
    w.desk.asking.acknowledge(w.number_of_case, user="mia", now=w.now)
    assert sweep(w, WEEK) == Swept()


def test_a_late_acknowledgement_ends_the_alarm():
    w = CaseWorld(S3)
    assert sweep(w, THREE_DAYS).cases_unacknowledged == 1
    w.later(days=3)
    w.desk.asking.acknowledge(w.number_of_case, user="mia", now=w.now)
    assert w.sweep.run(w.now).cases_unacknowledged == 0


@pytest.mark.parametrize(("seconds", "over"), [(-1, 0), (0, 1), (1, 1)])
def test_the_buyer_hears_when_the_first_line_had_its_time(seconds, over):
    w = CaseWorld(S4, case=LEADER)
    assert sweep(w, TWO_DAYS, seconds).first_lines_over == over
    assert w.told() == ["utter_told_case_first_line"] * over
    assert w.case_now.owner is CaseOwner.LEADER


@pytest.mark.parametrize(("seconds", "offered"), [(-1, 0), (0, 1), (1, 1)])
def test_stepping_in_is_offered_once_when_its_time_has_come(seconds, offered):
    w = CaseWorld(S4, case=LEADER)
    sweep(w, TWO_DAYS)
    assert sweep(w, WEEK, seconds).interventions_offered == offered
    told = ["utter_told_case_first_line", *["utter_told_case_may_step_in"] * offered]
    assert w.told() == told


def test_where_we_never_take_part_nobody_is_offered_it():
    w = CaseWorld(S0, case={"owner": CaseOwner.SELLER, "first_line_due_by": NOW + TWO_DAYS})
    sweep(w, WEEK)
    assert w.told() == ["utter_told_case_first_line_never"]


@pytest.mark.parametrize(("seconds", "reminded"), [(-1, 0), (0, 1), (1, 1)])
def test_a_buyer_who_does_not_answer_is_reminded_once(seconds, reminded):
    w = CaseWorld(S3)
    w.ask(within=THREE_DAYS)
    assert sweep(w, THREE_DAYS, seconds).buyers_reminded == reminded
    assert w.told() == ["utter_told_case_asked", *["utter_told_case_asked_again"] * reminded]
    assert w.case_now.state is CaseState.WAITING_FOR_BUYER


@pytest.mark.parametrize(("seconds", "over"), [(-1, 0), (0, 1), (1, 1)])
def test_after_the_reminder_the_case_goes_on_and_nothing_is_decided(seconds, over):
    w = CaseWorld(S3)
    w.ask(within=THREE_DAYS)
    sweep(w, THREE_DAYS)
    assert sweep(w, THREE_DAYS + TWO_DAYS, seconds).answers_given_up == over
    if over:
        assert w.told()[-1] == "utter_told_case_goes_on"
        assert w.case_now.state is CaseState.ACKNOWLEDGED
        assert w.case_now.verdict is None
        assert w.case_now.info_due_by is None


def test_a_second_question_has_a_reminder_of_its_own():
    w = CaseWorld(S3)
    w.ask()
    sweep(w, THREE_DAYS)
    w.later(days=4)
    AddToCase(w.wiring).add(w.call(), None, "Size 42.")
    w.ask("And which colour?")
    assert w.sweep.run(w.now + THREE_DAYS).buyers_reminded == 1
    assert w.sweep.run(w.now + THREE_DAYS + TWO_DAYS).answers_given_up == 1


def test_one_case_that_fails_stops_no_other(monkeypatch, caplog):
    w = CaseWorld(S3)
    w.file(key="two", order=False, conversation="gone")
    told = []

    def tell(_self, _uow, case, _now):
        told.append(case.number)
        if case.number == w.number_of_case:
            raise RuntimeError("a broken row")

    monkeypatch.setitem(
        __import__("aftersale.services.case_life.clocks", fromlist=["_DO"])._DO,
        "acknowledgement",
        tell,
    )
    assert w.sweep.run(NOW + TWO_DAYS).acknowledgements_missed == 1
    assert len(told) == 2
    assert "could not be looked at" in caplog.text


def test_more_cases_than_a_page_are_all_seen():
    w = CaseWorld(S3)
    for n in range(120):
        w.file(key=f"more-{n}", order=False)
    assert w.sweep.run(NOW + TWO_DAYS).acknowledgements_missed == 121

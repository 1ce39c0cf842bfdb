"""The independent review, in the database itself: SQLite and PostgreSQL refuse the same person."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from aftersale.domain.cases import CaseState, CaseVerdict
from tests.integration.store.things import NOW, a_case, an_audit, an_entry


@pytest.fixture
def escalated(uow_factory):
    case = a_case(
        state=CaseState.ESCALATED,
        verdict=CaseVerdict.DECLINED,
        decided_by="mia",
        decided_at=NOW,
        escalated_at=NOW,
    )
    with uow_factory() as uow:
        uow.cases.add(case, an_entry(), audit=an_audit())
        uow.commit()
    return case


def reviewed(case, user):
    return replace(
        case,
        state=CaseState.DECIDED,
        review_verdict=CaseVerdict.ACCEPTED,
        reviewer=user,
        reviewed_at=NOW,
    )


def test_the_database_refuses_the_decider_as_reviewer(uow_factory, escalated):
    with uow_factory() as uow, pytest.raises(DBAPIError, match="independent_review"):
        uow.cases.save(reviewed(escalated, "mia"), audit=an_audit())
    with uow_factory() as uow:
        assert uow.cases.get(escalated.number) == escalated


def test_the_database_refuses_it_to_whoever_writes_past_the_services(engine, escalated):
    with engine.begin() as connection, pytest.raises(DBAPIError, match="independent_review"):
        connection.execute(text("UPDATE cases SET reviewer = 'mia'"))


def test_a_different_person_may_review(uow_factory, escalated):
    with uow_factory() as uow:
        uow.cases.save(reviewed(escalated, "noa"), audit=an_audit())
        uow.commit()
    with uow_factory() as uow:
        assert uow.cases.get(escalated.number).reviewer == "noa"


def test_what_is_late_comes_page_by_page_and_oldest_first(uow_factory):
    late = [a_case(f"C-0000-000{n}", ack_due_by=NOW) for n in range(1, 5)]
    with uow_factory() as uow:
        for case in late:
            uow.cases.add(case, an_entry(case.number), audit=an_audit())
        seen, page = [], uow.cases.overdue(NOW, limit=3)
        while page:
            seen += page
            page = uow.cases.overdue(NOW, after=page[-1], limit=3)
    assert seen == late


def test_the_cases_of_a_conversation_are_found(uow_factory):
    with uow_factory() as uow:
        here = a_case("C-0000-0001", conversation_id="c1")
        uow.cases.add(here, an_entry("C-0000-0001"), audit=an_audit())
        there = a_case("C-0000-0002", conversation_id="c2")
        uow.cases.add(there, an_entry("C-0000-0002"), audit=an_audit())
        assert uow.cases.of_conversation("c1") == [here]
        assert uow.cases.of_conversation("c3") == []

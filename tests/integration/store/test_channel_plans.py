"""What is asked for again and again reads what is open, not everything that ever was."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from aftersale.store.database import make_engine
from tests.integration.store.channel_things import NOW


@pytest.fixture
def engine(sqlite_url):
    """SQLite alone: how PostgreSQL goes about it depends on how much there is."""
    made = make_engine(sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def plans(engine):
    """Return how the database goes about every question that is asked inside."""
    asked = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    def explained():
        questions = list(asked)
        with engine.connect() as connection:
            return [
                row[3]
                for statement, parameters in questions
                for row in connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", parameters
                )
            ]

    return explained


def test_sends_are_claimed_by_the_index_of_those_that_are_open(plans, uow_factory):
    with uow_factory() as uow:
        uow.channels.claim_sends(NOW, lease=60.0, limit=9)
    reads = [row for row in plans() if "channel_sends" in row]
    assert reads
    assert all("open_channel_sends" in row for row in reads)


def test_what_waits_is_counted_by_the_same_index(plans, uow_factory):
    with uow_factory() as uow:
        uow.channels.counts()
    reads = [row for row in plans() if "channel_sends" in row]
    assert reads
    assert all("open_channel_sends" in row for row in reads)


def test_new_words_are_found_by_when_they_were_said(plans, uow_factory):
    with uow_factory() as uow:
        lately = NOW - timedelta(minutes=1)
        uow.channels.behind(limit=9, accounts=("shop-wa",), since=lately)
    assert any("ix_conversations_active_at" in row for row in plans())

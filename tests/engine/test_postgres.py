"""The engine's memory on a real PostgreSQL: it lasts, fails closed, and shrugs at odd senders."""

import psycopg2
import pytest
from conftest import Engine, said

from tests.servers import postgres


@pytest.fixture(scope="module")
def url():
    with postgres() as address:
        yield address.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture(scope="module")
def start(model, actions, url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    return lambda name: Engine(model, url, actions.url, log=folder / name).wait()


def rename(url, old, new):
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")
    connection.close()


def test_a_pause_outlives_the_process_and_an_outage(start, url, conversation):
    first = start("first.log")
    assert said(first.say(conversation, "i want a person")) == ["utter_human"]
    assert first.stop() == 0
    second = start("second.log")
    assert said(second.say(conversation, "hello")) == []
    rename(url, "events", "events_away")
    try:
        status, body = second.say(conversation, "hello")
    finally:
        rename(url, "events_away", "events")
    assert (status, body["code"]) == (503, "store_unavailable")
    assert said(second.say(conversation, "hello")) == []
    assert second.say("nul\u0000", "hello")[0] == 400
    assert second.alive()
    assert second.stop() == 0

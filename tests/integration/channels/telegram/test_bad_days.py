"""Bad days of Telegram: limits, lost answers, forged and doubled deliveries, a restart."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from aftersale.domain.channels import SendState
from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import Fault, too_many
from tests.contract.telegram_state import Person
from tests.integration.channels.telegram.app import ANN, later, threads_left


async def test_who_is_asked_to_wait_waits(app, server, ann):
    server.faults.append(too_many(2))
    ann.says("Hello")
    began = app.clock()
    await app.hears(ANN, "[utter_echo]")
    assert app.clock() - began >= timedelta(seconds=2)
    assert len(server.called("sendMessage")) == 2


async def test_a_lost_answer_is_never_sent_again_blindly(app, server, ann):
    server.faults.append(Fault("sendMessage", acts=True))
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    await app.until(lambda: app.sends(ANN)[0].state is SendState.UNKNOWN)
    app.clock.turn(timedelta(minutes=2))
    later(app, 2)
    ann.says("Are you there?")
    await app.hears(ANN, "[utter_echo]", "[utter_echo]")
    await app.until(lambda: app.sends(ANN)[1].state is SendState.SENT)
    assert app.sends(ANN)[0].state is SendState.UNKNOWN


@pytest.mark.parametrize("secret", ["", "wrong", "secret-of-the-webhook-012345678"])
async def test_what_telegram_did_not_send_is_refused(app, server, ann, secret):
    ann.says("Where is 812345678901?")
    assert await app.deliver(secret=secret) == [401]
    assert "812345678901" not in app.everything()
    assert app.rows("SELECT 1 FROM channel_events") == []


@pytest.mark.parametrize("mode", ["polling"])
async def test_who_asks_for_news_is_not_called(app, server, ann):
    update = server.tell("message", ann.says("Hello"))
    assert await asyncio.to_thread(app.post, server.delivery(update)) == 404


async def test_doubled_and_turned_round_deliveries_are_done_once_and_in_order(app, server):
    people = [Buyer(server, Person(number, "P")) for number in (601, 602, 603)]
    words = {each.chat.id: [f"Line {n} of {each.chat.id}" for n in range(12)] for each in people}
    for n in range(12):
        for each in people:
            each.says(words[each.chat.id][n])
    await app.deliver(shuffle=Random(6), doubled=0.3)
    await app.until(lambda: len(app.engine.seen) >= 36)
    await app.settled()
    for each in people:
        assert [x for x in app.written() if x.endswith(str(each.chat.id))] == words[each.chat.id]


def before_it_is_stored(messengers, connector, now):
    connector.puller.pull(messengers.taking.cursor(connector.account), now)


def after_it_is_stored(messengers, connector, now):
    messengers.pull(connector, now)


def stored_without_the_cursor(messengers, connector, now):
    pulled = connector.puller.pull(None, now)
    messengers.taking.take(connector.account, pulled.parsed, "", now)


@pytest.mark.parametrize("mode", ["polling"])
@pytest.mark.parametrize(
    "ends", [before_it_is_stored, after_it_is_stored, stored_without_the_cursor]
)
async def test_an_end_between_asking_and_confirming_loses_and_doubles_nothing(
    starter, server, ann, ends
):
    app = await starter.start(with_jobs=False)
    ann.says("One")
    ann.says("Two")
    messengers = app.services.messengers
    (connector,) = messengers.connectors.values()
    await asyncio.to_thread(ends, messengers, connector, app.clock())
    assert len(server.state.queue) == 2
    await starter.end()
    app = await starter.start()
    ann.says("Three")
    await app.until(lambda: len(app.engine.seen) >= 3)
    await app.settled()
    assert app.written() == ["One", "Two", "Three"]
    await starter.end()
    assert threads_left() == set()

"""What leaves for WhatsApp on a bad day: once, in order, or known to be lost."""

from datetime import timedelta

import pytest

from aftersale.domain.channels import SendState
from tests.contract.whatsapp_server import TEMPLATE, Fault
from tests.integration.channels.whatsapp.app import jpeg

ECHO = "[utter_echo]"
DAY = timedelta(days=1)
SENT, DELIVERED, UNKNOWN = SendState.SENT, SendState.DELIVERED, SendState.UNKNOWN
HELD, FAILED, PENDING = SendState.HELD, SendState.FAILED, SendState.PENDING


@pytest.fixture
async def talk(app, server, ann):
    """Ann has written and was answered."""
    server.says(ann, "Hi")
    await app.hears(ann, ECHO)
    await app.deliver()
    await app.until(lambda: app.states(ann) == [DELIVERED])
    return app


async def test_after_a_day_words_wait_and_a_template_asks_once(talk, server, ann):
    talk.clock.turn(DAY)
    talk.says(ann, "utter_one")
    await talk.until(lambda: server.said(ann)[1:] == [TEMPLATE])
    talk.says(ann, "utter_two")
    await talk.until(lambda: talk.states(ann) == [DELIVERED, HELD, SENT, PENDING])
    assert server.said(ann) == [ECHO, TEMPLATE]
    server.says(ann, "OK")
    await talk.deliver()
    await talk.until(lambda: len(server.said(ann)) == 5)
    assert server.said(ann)[2:4] == ["[utter_one]", "[utter_two]"]


@pytest.mark.parametrize("what", ["lose", "page", "mumble"])
async def test_a_lost_answer_is_reconciled_by_our_token(talk, server, ann, what):
    server.faults.append(Fault(what))
    talk.says(ann, "utter_one")
    await talk.until(lambda: talk.states(ann)[-1] is UNKNOWN)
    await talk.deliver()
    assert talk.states(ann) == [DELIVERED, DELIVERED]
    talk.says(ann, "utter_two")
    await talk.until(lambda: len(server.said(ann)) == 3)
    assert server.said(ann) == [ECHO, "[utter_one]", "[utter_two]"]


async def test_what_stays_unknown_is_never_sent_again(talk, server, ann):
    server.tells = ()
    server.faults.append(Fault("lose"))
    talk.says(ann, "utter_one")
    await talk.until(lambda: talk.states(ann)[-1] is UNKNOWN)
    talk.clock.turn(timedelta(hours=2))
    talk.says(ann, "utter_two")
    await talk.until(lambda: talk.states(ann)[-1] is SENT)
    assert talk.states(ann) == [DELIVERED, UNKNOWN, SENT]
    assert server.said(ann) == [ECHO, "[utter_one]", "[utter_two]"]
    assert len({each.token for each in server.state.sent}) == 3


async def test_a_status_that_is_quicker_than_the_answer_wins(talk, server, ann):
    server.faults.append(Fault("slow", seconds=0.7))
    talk.says(ann, "utter_one")
    await talk.until(lambda: len(server.said(ann)) == 2)
    await talk.deliver()
    assert talk.states(ann)[-1] is DELIVERED
    talk.says(ann, "utter_two")
    await talk.until(lambda: len(server.said(ann)) == 3)
    assert talk.states(ann)[1] is DELIVERED


@pytest.mark.parametrize("code", [131000, 130429, 131056])
async def test_a_provider_who_asks_for_patience_gets_it(talk, server, ann, code):
    server.faults.append(Fault(code))
    talk.says(ann, "utter_one")
    await talk.until(lambda: not server.faults)
    await talk.until(lambda: talk.states(ann)[-1] is PENDING)
    assert server.said(ann) == [ECHO]
    talk.clock.turn(timedelta(minutes=2))
    await talk.until(lambda: server.said(ann) == [ECHO, "[utter_one]"])


async def test_who_cannot_be_reached_is_not_written_to_until_they_write(talk, server, ann):
    ann.has_blocked = True
    talk.says(ann, "utter_one")
    await talk.until(lambda: talk.states(ann)[-1] is FAILED)
    talk.says(ann, "utter_two")
    await talk.until(lambda: talk.is_mirrored(ann))
    ann.has_blocked = False
    talk.clock.turn(timedelta(minutes=1))
    server.says(ann, "I am back")
    await talk.deliver()
    await talk.until(lambda: server.said(ann) == [ECHO, ECHO])


async def test_a_key_that_is_not_accepted_stops_the_account_and_loses_nothing(talk, server, ann):
    server.token = "another"
    talk.says(ann, "utter_one")
    await talk.until(lambda: ("POST", "/v26.0/106540352242922/messages") in server.calls[-1:])
    await talk.until(lambda: talk.states(ann)[-1] is PENDING)
    server.token = "graph-token"
    talk.clock.turn(timedelta(minutes=10))
    await talk.until(lambda: server.said(ann) == [ECHO, "[utter_one]"])


async def test_a_message_that_fails_later_is_known_to_have_failed(talk, server, ann):
    server.tells = ("sent",)
    talk.says(ann, "utter_one")
    await talk.until(lambda: len(server.said(ann)) == 2)
    server.status(server.last(ann), "failed", code=131026)
    await talk.deliver(together=9)
    assert talk.states(ann) == [DELIVERED, FAILED]


async def test_a_photo_of_an_agent_goes_as_a_message_of_its_own(talk, server, ann):
    talk.shows_photo(ann, jpeg(), "Like this?")
    await talk.until(lambda: len(server.said(ann)) == 3)
    text, image = [each.body for each in server.state.sent[1:]]
    assert text["text"]["body"] == "Like this?"
    shown = server.state.media[image["image"]["id"]]
    assert (shown.mime_type, shown.content[:2]) == ("image/jpeg", b"\xff\xd8")

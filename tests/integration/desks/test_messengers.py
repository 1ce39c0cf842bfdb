"""A message taken back at an outside desk, while the buyer reads in a messenger."""

from dataclasses import replace

import pytest

from aftersale.domain.channels import Channel, Send, SendState, Thread
from aftersale.domain.conversations import Author, EventType
from tests.integration.desks.world import CONV, SHOP

OOPS = "The card is 4242"
STATES = list(SendState)
STAYED = {SendState.PENDING, SendState.HELD, SendState.WITHDRAWN, SendState.FAILED}


@pytest.fixture(params=[Channel.WHATSAPP])
def channel(request):
    return request.param


@pytest.fixture
def abroad(talk, channel):
    """The same talk, held in a messenger."""
    with talk.uow() as uow:
        conversation = uow.conversations.get(CONV)
        uow.conversations.save(replace(conversation, channel=channel.value))
        uow.channels.add_thread(
            Thread("t1", "shop", channel, "+1", SHOP, talk.now, CONV, noted_seq=999)
        )
        uow.commit()
    return talk


def answered(talk, state, *, part=0):
    """Let an agent write what has got so far at the messenger; return their message."""
    sent = talk.server.reply(OOPS)
    talk.settle()
    seq = talk.events(EventType.MESSAGE, Author.AGENT)[-1].seq
    with talk.uow() as uow:
        made = Send(f"s{part}", "t1", CONV, seq, part, state, {"x": OOPS}, talk.now, talk.now)
        uow.channels.add_send(made)
        uow.commit()
    return sent


def take_back(talk, sent):
    talk.server.take_back(sent)
    talk.settle()
    with talk.uow() as uow:
        return [uow.channels.send("s0")]


def notes(talk):
    said = [text for _, private, text in talk.server.said() if private]
    return [text for text in said if "cannot be taken back" in text]


def said_so(talk):
    told = talk.events(EventType.MESSAGE, Author.SYSTEM)
    return [e for e in told if e.body.get("response") == "utter_agent_took_back"]


@pytest.mark.parametrize("state", STATES)
def test_what_has_left_stays_with_the_buyer_and_the_agent_is_told(abroad, state):
    (send,) = take_back(abroad, answered(abroad, state))
    assert OOPS not in str(abroad.events())
    if state in STAYED:
        assert send.state in {SendState.WITHDRAWN, SendState.FAILED}
        assert (notes(abroad), said_so(abroad)) == ([], [])
    else:
        assert send.state is state
        assert len(notes(abroad)) == len(said_so(abroad)) == 1
        assert "WhatsApp" in notes(abroad)[0]
    # Nothing repeats the words but a call that is under way.
    assert (OOPS in str(send.body)) is (state is SendState.SENDING)


def test_one_part_that_left_is_enough(abroad):
    sent = answered(abroad, SendState.PENDING)
    with abroad.uow() as uow:
        first = uow.channels.send("s0")
        uow.channels.add_send(replace(first, send_id="s1", part=1, state=SendState.READ))
        uow.commit()
    (send,) = take_back(abroad, sent)
    assert send.state is SendState.WITHDRAWN
    assert len(notes(abroad)) == 1


def test_told_twice_it_is_said_once(abroad):
    sent = answered(abroad, SendState.SENT)
    take_back(abroad, sent)
    take_back(abroad, sent)
    assert len(notes(abroad)) == len(said_so(abroad)) == 1


@pytest.mark.parametrize("channel", [Channel.EMAIL], indirect=True)
def test_a_mail_that_holds_the_words_of_others_is_not_kept_back(abroad):
    (send,) = take_back(abroad, answered(abroad, SendState.PENDING))
    assert send.state is SendState.PENDING
    assert "E-mail" in notes(abroad)[0]


def test_in_our_own_chat_the_words_are_gone_and_nobody_is_warned(talk):
    sent = talk.server.reply(OOPS)
    talk.settle()
    talk.server.take_back(sent)
    talk.settle()
    assert (len(said_so(talk)), notes(talk)) == (1, [])

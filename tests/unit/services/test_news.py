"""News for a buyer who left: by mail when nobody fetched it, with a link that works once."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.errors import LinkGone
from aftersale.services.conversations import Conversations
from aftersale.services.news import LINK_LASTS, ReturnToChat
from aftersale.services.telling import tell
from tests.unit.services.world import NOW, World

WAIT = timedelta(minutes=10)


@pytest.fixture
def w():
    world = World()
    world.wiring = replace(world.wiring, news_after=WAIT)
    return world


def told(w, conversation_id="conv"):
    with w.store() as uow:
        order = uow.orders.find(w.storefront, w.number)
        happened = tell(
            w.wiring,
            uow,
            order,
            "utter_told_reminder",
            conversation_id=conversation_id,
            now=NOW,
        )
        uow.commit()
    return happened


def link_of(w):
    ((_, _, text),) = w.mail.sent.values()
    return json.loads(text)["link"]


def relayed(w, after):
    w.now = NOW + after
    w.run_relay()


def test_news_nobody_fetched_goes_by_mail_with_the_same_words(w):
    assert told(w)
    relayed(w, WAIT - timedelta(seconds=1))
    assert w.mail.sent == {}
    relayed(w, WAIT)
    ((to, subject, text),) = w.mail.sent.values()
    assert to == "ann@x.example"
    assert "utter_told_reminder" in json.loads(text)["words"]
    assert json.loads(subject)["response"] == "mail_news_subject"
    relayed(w, 2 * WAIT)
    assert len(w.mail.sent) == 1


def test_news_that_was_fetched_sends_no_mail(w):
    told(w)
    with w.store() as uow:
        assert uow.conversations.note_seen("conv", w.store.tables.events[-1].seq)
        uow.commit()
    relayed(w, WAIT)
    assert w.mail.sent == {}


def test_what_was_fetched_before_the_news_is_not_the_news(w):
    told(w)
    with w.store() as uow:
        assert not uow.conversations.note_seen("conv", w.store.tables.events[-1].seq - 1)
    relayed(w, WAIT)
    assert len(w.mail.sent) == 1


def test_the_link_leads_back_once_and_proves_no_identity(w):
    told(w)
    relayed(w, WAIT)
    token = link_of(w).rpartition("/")[2]
    back = ReturnToChat(w.wiring, conversations(w))
    assert back.is_good(token, w.now)
    before = w.store.tables.conversations["conv"]
    returned = back.use(token, w.now)
    after = w.store.tables.conversations["conv"]
    assert returned.opened.conversation_id == "conv"
    assert after.token_hash != before.token_hash
    assert after.verified_until == before.verified_until
    assert not back.is_good(token, w.now)
    with pytest.raises(LinkGone):
        back.use(token, w.now)


@pytest.mark.parametrize("token", ["", "x" * 43])
def test_a_link_that_is_none_opens_nothing(w, token):
    with pytest.raises(LinkGone):
        ReturnToChat(w.wiring, conversations(w)).use(token, NOW)


def test_a_link_ends_after_a_week(w):
    told(w)
    relayed(w, WAIT)
    token = link_of(w).rpartition("/")[2]
    back = ReturnToChat(w.wiring, conversations(w))
    assert back.is_good(token, NOW + LINK_LASTS - timedelta(seconds=1))
    assert not back.is_good(token, NOW + LINK_LASTS)


def test_the_letter_that_has_left_keeps_no_link(w):
    told(w)
    relayed(w, WAIT)
    ((row),) = w.store.tables.outbox.values()
    assert row.payload["link"] is None  # the stored letter keeps no key


def conversations(w):
    return Conversations(
        uow=w.store,
        verifier=None,
        screen=None,
        voice=None,
        storefronts=w.wiring.policies,
        session_hours=12,
    )

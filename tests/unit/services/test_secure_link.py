"""The safe way for confidential words, on fakes: who, once, until when, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.adapters.seal import FernetSeal
from aftersale.domain.requests import LinkPurpose
from aftersale.errors import LinkGone, SealBroken
from aftersale.gateway.masking import mask
from aftersale.services.call import OrderHint
from aftersale.services.secure_link import KEPT, SecureInbox, SecureLink, SecureReading
from tests.unit.services.world import S3, World

SEAL = FernetSeal("a secret of the installation")


class Safe(World):
    """A world with a link that was given."""

    def __init__(self, hint=None):
        super().__init__(S3)
        self.inbox = SecureInbox(self.wiring, seal=SEAL, mask=lambda text: mask(text).text)
        self.offered = SecureLink(self.wiring).offer(self.call(), hint or OrderHint())
        self.token = self.offered.variables["link"].rpartition("/")[2]

    def take(self, text="IBAN DE02"):
        return self.inbox.take(self.token, text, now=self.now)

    def read(self, number):
        return SecureReading(self.store, seal=SEAL).read(number, user="maria", now=self.now)


def test_the_link_is_stored_as_a_hash_and_says_until_when():
    w = Safe()
    (link,) = w.store.tables.links.values()
    assert w.token not in str(link)
    assert link.expires_at - w.now == timedelta(minutes=30)
    assert w.offered.variables["until"] == {"$time": link.expires_at.isoformat()}


def test_looking_changes_nothing_and_sending_works_once():
    w = Safe()
    before = str(w.store.tables.secure)
    assert w.inbox.view(w.token, now=w.now).storefront_name
    assert str(w.store.tables.secure) == before
    w.take()
    for again in (w.take, lambda: w.inbox.view(w.token, now=w.now)):
        with pytest.raises(LinkGone):
            again()
    assert len(w.store.tables.cases) == 1


def test_after_half_an_hour_it_is_over():
    w = Safe()
    w.later(minutes=30)
    with pytest.raises(LinkGone):
        w.take()
    assert w.only("secure").sealed is None


@pytest.mark.parametrize("token", ["", "x", "\u00e9"])
def test_a_token_that_nobody_got_opens_nothing(token):
    w = Safe()
    w.token = token
    with pytest.raises(LinkGone):
        w.take()


def test_a_sellers_link_does_not_open_this_page():
    w = Safe()
    ((key, link),) = w.store.tables.links.items()
    w.store.tables.links[key] = replace(link, purpose=LinkPurpose.ANSWER_HOLD)
    with pytest.raises(LinkGone):
        w.take()


def test_the_words_are_sealed_apart_and_the_case_only_says_that_they_came():
    w = Safe(OrderHint(number="HD/55821"))
    taken = w.take("IBAN DE02 1203")
    case = w.only("cases")
    assert (taken.case_number, case.order_number) == (case.number, "HD/55821")
    assert w.told() == ["utter_told_secure_received"]
    tables = w.store.tables
    for kept in (tables.secure, tables.entries, tables.events, tables.audit, tables.links):
        assert "DE02" not in str(kept)
    ((note, words),) = w.read(case.number)
    assert (note.case_number, words) == (case.number, "IBAN DE02 1203")
    last = w.store.tables.audit[-1]
    assert (last.action, last.actor) == ("secure.read", "agent:maria")


def test_card_numbers_and_passwords_are_not_kept_here_either():
    w = Safe()
    taken = w.take("4111 1111 1111 1111, password: hunter22")
    assert taken.hid_something
    ((_, words),) = w.read(taken.case_number)
    assert "1111" not in words
    assert "hunter22" not in words


def test_words_are_forgotten_after_a_month_and_counted_before():
    w = Safe()
    number = w.take().case_number
    w.now += KEPT + timedelta(seconds=1)
    assert w.sweep.run(w.now, dry_run=True).notes_forgotten == 1
    assert w.sweep.run(w.now).notes_forgotten == 1
    assert w.sweep.run(w.now).notes_forgotten == 0
    assert w.read(number) == []
    assert w.only("secure").received_at is not None


def test_another_installations_secret_opens_nothing():
    with pytest.raises(SealBroken):
        FernetSeal("another").open(SEAL.close("x"))

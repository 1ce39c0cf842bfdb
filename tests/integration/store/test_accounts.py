"""Accounts and guests on both databases: what they find, and that nobody learns who is there."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event

from aftersale.domain.accounts import Account, AskedFrom, GuestCode, ResetRequest
from aftersale.domain.guests import guest_id
from aftersale.domain.requests import LinkPurpose
from aftersale.errors import IdentityExpired
from aftersale.services.call import Call, OrderHint
from aftersale.services.conversations import Conversations, VerifiedClaims, identity_of
from aftersale.services.find_order import FoundKind, find
from aftersale.services.guest_access import GuestAccess
from aftersale.services.guest_codes import code_hash
from aftersale.services.password_reset import PasswordReset
from tests.integration.store.things import (
    BUYER,
    NOW,
    SHOP,
    a_conversation,
    a_link,
    an_order,
    fill,
)
from tests.unit.services.world import World

ASKED = AskedFrom(SHOP, "key", "c1", "address")
OTHER = an_order("SC-20261101-02")


@pytest.fixture
def filled(uow_factory):
    fill(uow_factory, orders=[an_order(), OTHER], conversations=[a_conversation()])
    return uow_factory


@pytest.fixture
def statements(engine):
    """Return the statements that a piece of work sends, with how many values each had."""

    def sent_by(work):
        sent = []

        def note(_connection, _cursor, statement, values, *_):
            sent.append((statement, len(values)))

        event.listen(engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sent

    return sent_by


def wiring_over(uow_factory):
    return replace(World(SHOP).wiring, uow=uow_factory)


def call(turn="t1"):
    return Call("c1", turn, identity_of(a_conversation(), NOW), NOW)


def test_asking_for_a_password_costs_the_same_with_and_without_an_account(filled, statements):
    reset = PasswordReset(wiring_over(filled))
    known, unknown = (
        statements(lambda name=name: reset.take(call(name), name))
        for name in (BUYER.email, "nobody@example.com")
    )
    by_id = statements(lambda: reset.take(call("t3"), "M1x9"))
    assert known == unknown == by_id
    assert "buyers" not in str(known)


def test_asking_for_a_code_costs_the_same_with_and_without_an_order(filled, statements):
    guests = GuestAccess(wiring_over(filled))
    known, unknown = (
        statements(lambda number=number: guests.send(call(number), number))
        for number in (OTHER.number, "SC-20991231-99")
    )
    assert known == unknown
    assert "orders" not in str(known)


def test_a_wrong_code_costs_the_same_with_and_without_an_order(filled, statements):
    guests = GuestAccess(wiring_over(filled))
    costs = []
    for number in (OTHER.number, "SC-20991231-99"):
        guests.send(call(number), number)
        costs.append(statements(lambda: guests.open(call("t9"), "K7P-2QX")))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("email", "member_id", "found"),
    [
        ("buyer1@example.com", None, True),
        ("buyer2@example.com", None, False),
        (None, "M1", True),
        (None, "m1", True),
        (None, "M", False),
        (None, "\u041c1", False),
    ],
)
def test_an_account_is_found_by_address_or_member_id(filled, email, member_id, found):
    with filled() as uow:
        holders = uow.accounts.holders(SHOP, email=email, member_id=member_id)
        elsewhere = uow.accounts.holders("seller-direct", email=email, member_id=member_id)
    assert [one.buyer_id for one in holders] == ([BUYER.buyer_id] if found else [])
    assert not elsewhere


def test_an_address_with_capitals_is_found(uow_factory):
    with uow_factory() as uow:
        uow.parties.add_buyer(replace(BUYER, email="Buyer1@Example.com"))
        assert uow.accounts.holders(SHOP, email="buyer1@example.com", member_id=None)


def test_an_account_is_written_and_changed(filled):
    first = Account(BUYER.buyer_id, "hash", NOW, NOW)
    later = replace(first, password_hash="other", changed_at=NOW + timedelta(days=1))
    for account in (first, later):
        with filled() as uow:
            uow.accounts.save(account)
            uow.commit()
    with filled() as uow:
        assert uow.accounts.get(BUYER.buyer_id) == later
        assert uow.accounts.get("nobody") is None


def test_ending_sessions_ends_those_of_this_buyer_only(filled):
    own = a_conversation("c2", buyer_id=BUYER.buyer_id, verified_until=NOW + timedelta(hours=1))
    with filled() as uow:
        uow.conversations.add(own)
        assert uow.accounts.end_sessions(BUYER.buyer_id, at=NOW) == 1
        assert uow.accounts.end_sessions(BUYER.buyer_id, at=NOW) == 0
        uow.commit()
    with filled() as uow:
        ended, other = (uow.conversations.get(each) for each in ("c2", "c1"))
    assert (ended.token_expires_at, ended.verified_until) == (NOW, NOW)
    assert other.token_expires_at > NOW


def test_wishes_are_counted_by_what_by_talk_and_by_address(filled):
    with filled() as uow:
        for n in range(3):
            uow.accounts.add_reset(ResetRequest(f"r{n}", ASKED, NOW, "x"))
        uow.accounts.add_reset(ResetRequest("r0", ASKED, NOW, "x"))  # the same again
        before = NOW - timedelta(seconds=1)
        tally = uow.accounts.resets_since(ASKED, before)
        assert (tally.about, tally.conversation, tally.address) == (3, 3, 3)
        nobody = AskedFrom(SHOP, "other", "c9", None)
        tally = uow.accounts.resets_since(nobody, before)
        assert (tally.about, tally.conversation, tally.address) == (0, 0, 0)
        assert uow.accounts.resets_since(ASKED, NOW).about == 0


def a_code(code_id="k1", **more):
    known = {
        "asked": ASKED,
        "order_number": OTHER.number,
        "code_hash": code_hash(code_id, "K7P2QX"),
        "asked_at": NOW,
        "expires_at": NOW + timedelta(minutes=10),
    }
    return GuestCode(code_id, **known | more)


def test_a_newer_code_ends_the_older_ones(filled):
    with filled() as uow:
        uow.accounts.add_code(a_code("k1"))
        uow.accounts.add_code(a_code("k2"))
        assert uow.accounts.open_code("c1") == a_code("k2")
        assert uow.accounts.open_code("c9") is None


def test_tries_are_counted_to_their_end_and_a_code_is_used_once(filled):
    with filled() as uow:
        uow.accounts.add_code(a_code())
        assert [uow.accounts.count_try("k1", at_most=2) for _ in range(3)] == [1, 2, None]
        assert uow.accounts.use_code("k1", at=NOW)
        assert not uow.accounts.use_code("k1", at=NOW)


def test_a_code_is_armed_when_it_was_sent(filled):
    with filled() as uow:
        uow.accounts.add_code(a_code(code_hash="nothing"))
        uow.accounts.arm_code("k1", code_hash="armed")
        assert uow.accounts.open_code("c1").code_hash == "armed"


def test_a_guest_sees_one_order_and_nothing_else_of_that_buyer(filled):
    guest = guest_id(SHOP, OTHER.number)
    with filled() as uow:
        assert uow.orders.find_own(SHOP, OTHER.number, guest).number == OTHER.number
        assert uow.orders.find_own(SHOP, an_order().number, guest) is None
        assert [order.number for order in uow.orders.of_buyer(SHOP, guest)] == [OTHER.number]
        assert not uow.orders.of_buyer("seller-direct", guest)
        assert not uow.cases.of_buyer(SHOP, guest)
        assert uow.parties.buyer(guest) is None


@pytest.mark.parametrize("number", [an_order().number, "SC-20991231-99", "last"])
def test_a_guest_finds_no_other_order_by_any_way(filled, number):
    talk = a_conversation(guest_order=OTHER.number, guest_until=NOW + timedelta(hours=1))
    asking = Call("c1", "t1", identity_of(talk, NOW), NOW)
    hint = OrderHint(pick="last") if number == "last" else OrderHint(number=number)
    with filled() as uow:
        found = find(uow, asking, hint)
    numbers = {order.number for order in found.candidates}
    assert numbers <= {OTHER.number}
    if number != "last":
        assert found.kind is FoundKind.NONE or found.close


def test_a_guest_is_one_for_an_hour(filled):
    talk = a_conversation(guest_order=OTHER.number, guest_until=NOW + timedelta(hours=1))
    assert identity_of(talk, NOW).buyer_id == guest_id(SHOP, OTHER.number)
    assert identity_of(talk, NOW + timedelta(hours=1)).buyer_id is None


def test_links_of_one_purpose_and_subject_are_ended_together(filled):
    reset = {"purpose": LinkPurpose.RESET_PASSWORD, "subject_id": "b1"}
    with filled() as uow:
        uow.requests.add_link(a_link("a" * 64, **reset))
        uow.requests.add_link(a_link("b" * 64, **reset))
        uow.requests.add_link(a_link("c" * 64, **reset | {"subject_id": "b2"}))
        uow.requests.end_links(LinkPurpose.RESET_PASSWORD, "b1", at=NOW)
        used = [uow.requests.link(sign * 64).used_at for sign in "abc"]
    assert used == [NOW, NOW, None]


class SignedAt:
    """A verifier whose tokens name the second they were signed in."""

    def verify(self, storefront, token, now):
        return VerifiedClaims(storefront, BUYER.subject, issued_at=datetime.fromisoformat(token))


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-1, False), (0, True), (60, True)])
def test_an_identity_signed_before_the_password_changed_is_refused(filled, seconds, taken):
    changed = NOW.replace(microsecond=700_000)
    with filled() as uow:
        uow.accounts.save(Account(BUYER.buyer_id, "hash", changed, sessions_valid_after=changed))
        uow.commit()
    desk = Conversations(
        uow=filled,
        verifier=SignedAt(),
        screen=None,
        voice=None,
        storefronts=[SHOP],
        session_hours=1,
    )
    token = (NOW.replace(microsecond=0) + timedelta(seconds=seconds)).isoformat()
    opened = partial(desk.open, SHOP, token, changed, timezone="UTC", locale="en")
    if taken:
        assert opened().verified
    else:
        with pytest.raises(IdentityExpired):
            opened()


def test_where_a_conversation_was_opened_from_is_kept(filled):
    desk = Conversations(
        uow=filled,
        verifier=SignedAt(),
        screen=None,
        voice=None,
        storefronts=[SHOP],
        session_hours=1,
    )
    opened = desk.open(SHOP, None, NOW, timezone="UTC", locale="en", opened_from="hash")
    with filled() as uow:
        assert uow.conversations.get(opened.conversation_id).opened_from == "hash"

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from aftersale.domain.cases import CaseState
from aftersale.domain.money import Money
from aftersale.domain.parties import RestockingFee, Seller
from aftersale.domain.requests import OutboxState
from aftersale.errors import IllegalMove, NotFound, RequestOpen
from tests.integration.store.things import (
    BUYER,
    NOW,
    SECOND,
    SELLER,
    SHOP,
    a_case,
    a_conversation,
    a_promise,
    an_audit,
    an_effect,
    an_entry,
    fill,
)


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'me'", "DELETE FROM audit"])
def test_the_audit_trail_only_grows(engine, uow_factory, change):
    with uow_factory() as uow:
        uow.ledger.audit(an_audit(before={"state": "open"}, after={"state": "cancelled"}))
        uow.commit()
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(change))
    with uow_factory() as uow:
        assert uow.ledger.trail("order:S/1") == [
            an_audit(before={"state": "open"}, after={"state": "cancelled"})
        ]


def test_a_case_is_opened_once_for_a_key_and_keeps_its_thread(uow_factory):
    with uow_factory() as uow:
        case = a_case(idempotency_key="k")
        uow.cases.add(case, an_entry(), audit=an_audit())
        uow.cases.add_entry(an_entry(text="More"))
        with pytest.raises(RequestOpen):
            uow.cases.add(a_case("C-2", idempotency_key="k"), an_entry("C-2"), audit=an_audit())
        assert uow.cases.by_key("k") == case == uow.cases.get(case.number)
        assert [entry.text for entry in uow.cases.entries(case.number)] == ["Please help", "More"]
        assert uow.cases.list(storefront=SHOP) == [case] == uow.cases.list()
        assert uow.cases.list(storefront="helpdesk") == []


def test_the_case_of_a_matter_is_found_until_it_is_decided(uow_factory):
    with uow_factory() as uow:
        case = a_case(order_number="A-1", subject="not_stated")
        uow.cases.add(case, an_entry(), audit=an_audit())
        assert uow.cases.open_about(SHOP, "A-1", "not_stated") == case
        for other in (("helpdesk", "A-1", "not_stated"), (SHOP, "A-2", "not_stated")):
            assert uow.cases.open_about(*other) is None
        assert uow.cases.open_about(SHOP, "A-1", "paid_review") is None
        uow.cases.save(replace(case, state=CaseState.DECIDED), audit=an_audit())
        assert uow.cases.open_about(SHOP, "A-1", "not_stated") is None


def test_a_closed_case_stays_closed(uow_factory):
    with uow_factory() as uow:
        uow.cases.add(a_case(), an_entry(), audit=an_audit())
        uow.cases.save(a_case(state=CaseState.CLOSED), audit=an_audit())
        with pytest.raises(IllegalMove):
            uow.cases.save(a_case(state=CaseState.OPEN), audit=an_audit())
        with pytest.raises(NotFound):
            uow.cases.save(a_case("nope"), audit=an_audit())


def test_an_effect_waits_for_its_time_and_is_claimed_once(uow_factory):
    with uow_factory() as uow:
        uow.outbox.add(an_effect("o2", not_before=NOW + SECOND))
        uow.outbox.add(an_effect("o1"))
        uow.outbox.add(an_effect("o3", idempotency_key="key-o1"))
        assert uow.outbox.claim(NOW - SECOND, lease=30) == []
        (first,) = uow.outbox.claim(NOW, lease=30)
        assert (first.outbox_id, first.attempts) == ("o1", 1)
        assert [row.outbox_id for row in uow.outbox.claim(NOW + SECOND, lease=30)] == ["o2"]
        again = uow.outbox.claim(NOW + 30 * SECOND, lease=30, limit=1)
        assert [(row.outbox_id, row.attempts) for row in again] == [("o1", 2)]


def test_a_finished_or_dead_effect_is_not_claimed_again(uow_factory):
    with uow_factory() as uow:
        for outbox_id in ("o1", "o2", "o3"):
            uow.outbox.add(an_effect(outbox_id))
        uow.outbox.claim(NOW, lease=30)
        uow.outbox.finish("o1")
        uow.outbox.retry("o2", not_before=NOW, error="refused", dead=True)
        uow.outbox.retry("o3", not_before=NOW + SECOND, error="timeout", dead=False)
        assert uow.outbox.claim(NOW, lease=30) == []
        (row,) = uow.outbox.claim(NOW + SECOND, lease=30)
        assert (row.outbox_id, row.attempts, row.last_error) == ("o3", 2, "timeout")
        states = [uow.outbox.by_key(f"key-o{n}").state for n in (1, 2)]
        assert states == [OutboxState.DONE, OutboxState.DEAD]


def test_an_effect_is_withdrawn_only_before_its_first_claim(uow_factory):
    with uow_factory() as uow:
        uow.outbox.add(an_effect("o1"))
        assert uow.outbox.withdraw("key-o1", NOW)
        assert not uow.outbox.withdraw("key-o1", NOW)
        assert uow.outbox.claim(NOW, lease=30) == []
        uow.outbox.add(an_effect("o2"))
        uow.outbox.claim(NOW, lease=30)
        assert not uow.outbox.withdraw("key-o2", NOW + timedelta(hours=1))


def test_promises_are_due_once(uow_factory):
    fill(uow_factory, conversations=[a_conversation()])
    with uow_factory() as uow:
        uow.ledger.promise(a_promise("p1"))
        uow.ledger.promise(a_promise("p2", code="ack"))
        uow.ledger.promise(a_promise("p3", due_at=None))
        assert len(uow.ledger.promises("c1")) == 3
        assert uow.ledger.due_promises(NOW - SECOND, code="remind") == []
        assert uow.ledger.due_promises(NOW, code="remind") == [a_promise("p1")]
        assert uow.ledger.keep("p1", at=NOW)
        assert not uow.ledger.keep("p1", at=NOW)
        assert uow.ledger.due_promises(NOW, code="remind") == []


@pytest.mark.parametrize(
    "fee",
    [
        None,
        RestockingFee(),
        RestockingFee(percent=Decimal("12.5")),
        RestockingFee(flat=Money(500, "USD")),
    ],
    ids=["unknown", "some", "percent", "flat"],
)
def test_what_is_known_of_a_sellers_fee_comes_back(uow_factory, fee):
    seller = Seller("s9", SHOP, "Nine", "nine@example.com", restocking_fee=fee, online=True)
    with uow_factory() as uow:
        uow.parties.add_seller(seller)
        assert uow.parties.seller("s9") == seller
        assert uow.parties.seller("nope") is None


def test_a_buyer_is_found_by_storefront_and_subject(uow_factory):
    fill(uow_factory)
    with uow_factory() as uow:
        assert uow.parties.buyer("b1") == BUYER
        assert uow.parties.buyer_by_subject(SHOP, "buyer-1") == BUYER
        assert uow.parties.buyer_by_email(SHOP, BUYER.email) == BUYER
        assert uow.parties.buyer_by_subject("helpdesk", "buyer-1") is None
        assert uow.parties.buyer_by_email("helpdesk", BUYER.email) is None


def test_attempts_to_reach_a_seller_are_counted(uow_factory):
    fill(uow_factory)
    with uow_factory() as uow:
        for hours, number in enumerate(("N-1", "N-1", None)):
            uow.parties.log_contact(
                seller_id=SELLER.seller_id,
                storefront=SHOP,
                order_number=number,
                at=NOW + timedelta(hours=hours),
                channel="mail",
                outcome="sent",
                conversation_id=None,
            )
        assert uow.parties.contacts(SELLER.seller_id, "N-1") == 2
        assert uow.parties.first_contact(SELLER.seller_id, "N-1") == NOW
        assert uow.parties.last_contact(SELLER.seller_id, "N-1") == NOW + timedelta(hours=1)
        assert uow.parties.first_contact(SELLER.seller_id, "N-2") is None


def test_without_a_commit_nothing_happened(uow_factory):
    with uow_factory() as uow:
        uow.parties.add_buyer(BUYER)
    with uow_factory() as uow:
        assert uow.parties.buyer("b1") is None


def test_a_failure_undoes_everything_and_frees_the_store(uow_factory):
    def fail():
        with uow_factory() as uow:
            uow.parties.add_buyer(BUYER)
            uow.cases.save(a_case(), audit=an_audit())

    with pytest.raises(NotFound):
        fail()
    with uow_factory() as uow:
        assert uow.parties.buyer("b1") is None


def test_what_a_letter_keeps_can_be_written_anew(uow_factory):
    with uow_factory() as uow:
        uow.outbox.add(an_effect("o1", payload={"text": "https://x.example/s/secret"}))
        uow.commit()
    with uow_factory() as uow:
        uow.outbox.rewrite("o1", {"text": "[removed]"})
        uow.commit()
    with uow_factory() as uow:
        assert uow.outbox.by_key("key-o1").payload == {"text": "[removed]"}

"""Uploads under their limits, confidential notes, provider events and given up effects, stored."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.adapters.photos import Photos
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.domain.payments import Payment, PaymentMethod, PaymentState
from aftersale.domain.requests import OutboxState
from aftersale.domain.secure import SecureNote
from aftersale.errors import UploadsFull
from aftersale.services.photo_links import PhotoLinks
from aftersale.services.uploads import LOOSE_LIMIT, SentFile, Uploads
from tests.integration.store.things import (
    NOW,
    SHOP,
    a_case,
    a_conversation,
    a_refund,
    an_audit,
    an_effect,
    an_entry,
    an_order,
    fill,
)
from tests.photos import pdf, photo


@pytest.fixture
def filled(uow_factory):
    payment = Payment(PaymentMethod.CARD, PaymentState.PAID, provider_ref="pi_1")
    fill(uow_factory, orders=[an_order(payment=payment)], conversations=[a_conversation()])
    return uow_factory


def test_uploads_at_the_same_time_are_counted_one_after_the_other(filled, tmp_path):
    uploads = Uploads(
        uow=filled,
        check=Photos(megapixels=1),
        store=UploadFolder(tmp_path / "uploads"),
        links=PhotoLinks("secret"),
    )
    results, files = [], [photo() for _ in range(LOOSE_LIMIT + 4)]

    def send(content):
        try:
            results.append(uploads.take(a_conversation(), SentFile(content), NOW))
        except UploadsFull:
            results.append(None)

    threads = [threading.Thread(target=send, args=(each,)) for each in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(None) == 4
    with filled() as uow:
        assert len(uow.attachments.of_conversation("c1")) == LOOSE_LIMIT
    assert len(list((tmp_path / "uploads").iterdir())) == LOOSE_LIMIT


def test_the_same_file_may_be_sent_again_for_another_case(filled, tmp_path):
    uploads = Uploads(
        uow=filled,
        check=Photos(megapixels=1),
        store=UploadFolder(tmp_path / "uploads"),
        links=PhotoLinks("secret"),
    )
    first = uploads.take(a_conversation(), SentFile(pdf()), NOW)
    assert uploads.take(a_conversation(), SentFile(pdf()), NOW) == first
    with filled() as uow:
        case = a_case()
        uow.cases.add(case, an_entry(), audit=an_audit())
        uow.attachments.bind([first.attachment_id], case.number)
        uow.commit()
    again = uploads.take(a_conversation(), SentFile(pdf()), NOW)
    assert again.attachment_id != first.attachment_id
    with filled() as uow:
        assert [each.attachment_id for each in uow.attachments.loose("c1")] == [
            again.attachment_id
        ]


def test_a_note_is_found_by_its_case_and_forgotten_after_its_time(filled):
    with filled() as uow:
        case = a_case()
        uow.cases.add(case, an_entry(), audit=an_audit())
        note = SecureNote("n1", SHOP, "c1", NOW)
        uow.secure.add(note)
        uow.secure.save(replace(note, case_number=case.number, sealed="x", received_at=NOW))
        uow.commit()
    with filled() as uow:
        assert uow.secure.forget(NOW) == 0
        assert uow.secure.of_case(case.number)[0].sealed == "x"
        assert uow.secure.forget(NOW + timedelta(seconds=1)) == 1
        assert uow.secure.forget(NOW + timedelta(seconds=1)) == 0
        assert uow.secure.get("n1").sealed is None
        assert uow.secure.get("n1").received_at == NOW


def test_an_event_of_the_provider_is_new_once(filled):
    with filled() as uow:
        assert uow.requests.note_event("evt_1", kind="refund.updated", at=NOW)
        assert not uow.requests.note_event("evt_1", kind="refund.updated", at=NOW)
        assert uow.requests.note_event("evt_2", kind="refund.updated", at=NOW)


def test_refunds_are_found_by_the_payment_of_their_order(filled):
    with filled() as uow:
        refund = a_refund()
        uow.requests.add_refund(refund)
        assert uow.requests.refunds_of_payment("pi_1") == [refund]
        assert uow.requests.refunds_of_payment("pi_2") == []


def test_only_a_dead_effect_is_sent_again_or_let_go(filled):
    with filled() as uow:
        for name in ("e1", "e2"):
            uow.outbox.add(an_effect(name, idempotency_key=name))
        assert not uow.outbox.requeue("e1", now=NOW)
        assert not uow.outbox.discard("e1", now=NOW)
        for name in ("e1", "e2"):
            uow.outbox.retry(name, not_before=NOW, error="down", dead=True)
        assert {row.outbox_id for row in uow.outbox.list(OutboxState.DEAD, limit=9)} == {
            "e1",
            "e2",
        }
        assert uow.outbox.requeue("e1", now=NOW)
        assert uow.outbox.discard("e2", now=NOW)
        assert [row.outbox_id for row in uow.outbox.claim(NOW, lease=1)] == ["e1"]
        assert uow.outbox.get("e2").state is OutboxState.WITHDRAWN
        assert not uow.outbox.withdraw(uow.outbox.get("e1").idempotency_key, NOW)
        assert len(uow.outbox.list(None, limit=9)) == 2

"""Letters to sellers, bounces and counts on both databases: once each, and nobody else's."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.sellers import (
    BounceReport,
    Direction,
    FlagReason,
    ReportedBy,
    SellerEvent,
    SellerEventKind,
    SellerFlag,
    SellerMessage,
)
from aftersale.store.orders_import import import_lines
from tests.integration.store.things import NOW, SELLER, SHOP, a_line, an_order, fill

HOUR = timedelta(hours=1)


def letter(message_id="m1", **more):
    values = {
        "message_id": message_id,
        "thread_id": "m1",
        "storefront": SHOP,
        "seller_id": SELLER.seller_id,
        "direction": Direction.TO_SELLER,
        "text": "When?",
        "at": NOW,
        "channel": "chat",
        "conversation_id": "c1",
        "order_number": "SC-20261101-01",
        "reply_hash": f"hash-{message_id}",
    }
    return SellerMessage(**values | more)


def event(key, kind=SellerEventKind.STOCKOUT, **more):
    return SellerEvent(SELLER.seller_id, SHOP, kind, more.pop("at", NOW), key, **more)


@pytest.fixture
def uow(uow_factory):
    fill(uow_factory, orders=[an_order()])
    with uow_factory() as uow:
        yield uow


def test_letters_and_answers_are_read_back_in_order(uow):
    answer = letter("m2", direction=Direction.FROM_SELLER, at=NOW + HOUR, reply_hash=None)
    uow.seller_mail.add(answer)
    uow.seller_mail.add(letter())
    assert uow.seller_mail.thread("m1") == [letter(), answer]
    assert uow.seller_mail.about_order(SELLER.seller_id, "SC-20261101-01") == [letter(), answer]
    assert uow.seller_mail.by_reply("hash-m1") == letter()
    assert uow.seller_mail.by_reply("hash-m2") is None
    assert uow.seller_mail.answered_at(SELLER.seller_id, "SC-20261101-01") == NOW + HOUR
    assert uow.seller_mail.answered_at(SELLER.seller_id, "SC-1") is None


def test_only_letters_of_the_hour_and_the_place_are_counted(uow):
    for number, more in enumerate(
        ({}, {"at": NOW - HOUR}, {"conversation_id": "c2"}, {"buyer_id": "b1"})
    ):
        uow.seller_mail.add(letter(f"m{number}", **more))
    answer = letter("m9", direction=Direction.FROM_SELLER, reply_hash=None)
    uow.seller_mail.add(answer)
    assert uow.seller_mail.sent_since("c1", NOW - HOUR) == 2
    assert uow.seller_mail.strangers_since(SELLER.seller_id, NOW - HOUR) == 2


def test_what_came_of_an_attempt_is_written_beside_it(uow):
    for message_id in ("m1", "m2"):
        uow.parties.log_contact(
            seller_id=SELLER.seller_id,
            storefront=SHOP,
            order_number="SC-20261101-01",
            at=NOW,
            channel="mail",
            outcome="queued",
            conversation_id="c1",
            message_id=message_id,
        )
    uow.seller_mail.outcome("m2", "bounced")
    assert uow.parties.contacts(SELLER.seller_id, "SC-20261101-01") == 2


def test_a_bounced_address_is_no_address_until_the_shop_has_another(engine, uow_factory):
    fill(uow_factory, orders=[an_order()])
    with uow_factory() as uow:
        uow.seller_mail.mark_bounced(SELLER.seller_id, NOW)
        uow.commit()

    def told(**party):
        entry = {
            "number": f"SC-{1000 + len(party)}",
            "storefront": SHOP,
            "source_version": 1,
            "state": "open",
            "placed_at": NOW.isoformat(),
            "currency": "USD",
            "total": {"minor": 1, "currency": "USD"},
            "buyer": {"subject": "s", "email": "s@example.com", "first_name": "S"},
            "seller": {"id": "delta2", "nickname": "Blue Delta", **party},
            "payment": {"method": "card", "state": "paid"},
            "lines": [
                {
                    "line_id": "1",
                    "sku": "A",
                    "name": "A",
                    "quantity": 1,
                    "price": {"minor": 1, "currency": "USD"},
                }
            ],
        }
        import_lines(engine, lambda: [json.dumps(entry).encode()], now=NOW)
        with uow_factory() as uow:
            return uow.parties.seller(f"{SHOP}:delta2")

    assert told(email="a@x.example").reachable
    with uow_factory() as uow:
        uow.seller_mail.mark_bounced(f"{SHOP}:delta2", NOW)
        uow.commit()
    assert not told(email="a@x.example", phone="1").reachable
    assert told(email="b@x.example", phone="1", online=True).reachable
    with uow_factory() as uow:
        assert not uow.parties.seller(SELLER.seller_id).reachable


def test_the_same_thing_counts_once(uow):
    assert uow.seller_mail.count(event("a"))
    assert not uow.seller_mail.count(event("a", at=NOW + HOUR))
    assert uow.seller_mail.count(event("b", at=NOW - 2 * HOUR))
    assert uow.seller_mail.times(SELLER.seller_id, SellerEventKind.STOCKOUT, NOW - HOUR) == 1


def test_a_bounce_is_reported_once(uow):
    report = BounceReport("r1", SHOP, SELLER.seller_id, ReportedBy.BUYER, NOW, "key", evidence="x")
    assert uow.seller_mail.add_report(report)
    assert not uow.seller_mail.add_report(replace(report, report_id="r2"))
    assert uow.seller_mail.reports(SELLER.seller_id) == [report]


def test_metrics_count_all_and_name_the_median_of_answers(uow):
    for number, seconds in enumerate((60, 180, 6000)):
        kind = SellerEventKind.ANSWER
        uow.seller_mail.count(event(f"answer-{number}", kind, seconds=seconds))
    uow.seller_mail.count(event("r", SellerEventKind.REFUSAL))
    uow.seller_mail.count(event("s"))
    flag = SellerFlag(SELLER.seller_id, SHOP, FlagReason.STOCKOUTS, NOW, 3)
    assert uow.seller_mail.flag(flag)
    assert not uow.seller_mail.flag(flag)
    [one] = uow.seller_mail.metrics(storefront=SHOP)
    assert (one.stockouts, one.refusals, one.answers, one.answer_seconds) == (1, 1, 3, 180)
    assert one.flags == ("stockouts",)
    assert uow.seller_mail.metrics(storefront="group-buy") == []


def test_stock_outs_of_the_shops_word_are_found_until_they_are_counted(uow_factory):
    out = an_order(lines=(a_line("L1", in_stock=False), a_line("L2", in_stock=False)))
    fill(uow_factory, orders=[out, an_order("SC-20261101-02")])
    with uow_factory() as uow:
        assert uow.seller_mail.uncounted_stockouts() == [(SHOP, out.number)]
        uow.seller_mail.count(event(f"stockout:{SHOP}:{out.number}"))
        assert uow.seller_mail.uncounted_stockouts() == []


def test_sellers_are_found_by_what_they_are_called(uow):
    called = uow.seller_mail.sellers_called
    assert [each.seller_id for each in called(SHOP, "please contact blue-delta!")] == [
        SELLER.seller_id
    ]
    assert called(SHOP, "contact the blue one") == []
    assert called("group-buy", "Blue Delta") == []

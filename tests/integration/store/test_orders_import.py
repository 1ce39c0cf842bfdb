import json
from copy import deepcopy
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from aftersale.domain.orders import OrderState
from aftersale.errors import ImportInvalid
from aftersale.store.demo_data import make_demo
from aftersale.store.orders_import import import_file, import_lines
from aftersale.store.tables import AuditRow, BuyerRow, OrderRow, SellerRow
from tests.integration.store.things import NOW, an_audit

ENTRY = next(
    entry
    for entry in make_demo(NOW)
    if entry["storefront"] == "supplier-consent" and entry["shipments"]
)


def changed(path, value, entry=ENTRY):
    made = deepcopy(entry)
    at = made
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return made


def without(*path):
    made = deepcopy(ENTRY)
    at = made
    for part in path[:-1]:
        at = at[part]
    del at[path[-1]]
    return made


def run(engine, *entries, **options):
    lines = [
        entry if isinstance(entry, bytes) else json.dumps(entry).encode() for entry in entries
    ]
    return import_lines(engine, lambda: lines, now=NOW, **options)


def problems(engine, *entries, **options):
    with pytest.raises(ImportInvalid) as refused:
        run(engine, *entries, **options)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(OrderRow)).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(BuyerRow)).scalar_one() == 0
    return refused.value.problems


def counts(report):
    return report.inserted, report.updated, report.unchanged


def test_the_same_file_twice_changes_nothing(engine, tmp_path):
    file = tmp_path / "orders.jsonl"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in make_demo(NOW)) + "\n")
    seen = []
    first = import_file(engine, file, now=NOW, progress=lambda *step: seen.append(step))
    assert counts(first) == (380, 0, 0)
    assert {stage for stage, _ in seen} == {"check", "write"}
    assert sum(size for _, size in seen) == 2 * file.stat().st_size
    before = _everything(engine)
    assert counts(import_file(engine, file, now=NOW + timedelta(days=1))) == (0, 0, 380)
    assert _everything(engine) == before


def _everything(engine):
    with engine.connect() as connection:
        return [
            sorted(map(str, connection.execute(select(table)).all()))
            for table in (OrderRow, BuyerRow, SellerRow, AuditRow)
        ]


def test_a_newer_word_updates_order_buyer_and_seller(engine, uow_factory):
    run(engine, ENTRY)
    newer = changed(["source_version"], ENTRY["source_version"] + 1)
    newer = changed(["buyer", "first_name"], "Alexandra", newer)
    newer = changed(["seller", "nickname"], "Delta", newer)
    newer = changed(["shipments"], [], newer)
    assert counts(run(engine, newer)) == (0, 1, 0)
    with uow_factory() as uow:
        order = uow.orders.find(ENTRY["storefront"], ENTRY["number"])
        assert (order.version, order.shipments) == (2, ())
        assert uow.parties.buyer(order.buyer_id).first_name == "Alexandra"
        assert uow.parties.seller(order.seller_id).nickname == "Delta"
        trail = uow.ledger.trail(f"order:{order.storefront}/{order.number}")
        assert [entry.action for entry in trail] == ["order.imported", "order.updated_by_shop"]


def test_an_older_word_changes_nobody(engine, uow_factory):
    run(engine, ENTRY)
    assert counts(run(engine, changed(["buyer", "first_name"], "Old"))) == (0, 0, 1)
    with uow_factory() as uow:
        order = uow.orders.find(ENTRY["storefront"], ENTRY["number"])
        assert uow.parties.buyer(order.buyer_id).first_name == ENTRY["buyer"]["first_name"]


def test_an_import_never_brings_a_cancelled_order_back(engine, uow_factory):
    run(engine, changed(["state"], "cancelled"))
    newer = changed(["source_version"], ENTRY["source_version"] + 1)
    assert counts(run(engine, newer)) == (0, 0, 1)
    with uow_factory() as uow:
        order = uow.orders.find(ENTRY["storefront"], ENTRY["number"])
        assert order.state is OrderState.CANCELLED


def test_a_known_buyer_keeps_their_id(engine, uow_factory):
    run(engine, ENTRY)
    run(engine, changed(["number"], "SC-99999"))
    with uow_factory() as uow:
        buyer = uow.parties.buyer_by_subject(ENTRY["storefront"], ENTRY["buyer"]["subject"])
        assert len(uow.orders.of_buyer(ENTRY["storefront"], buyer.buyer_id)) == 2


def test_a_dry_run_counts_and_writes_nothing(engine):
    report = run(engine, ENTRY, dry_run=True)
    assert (counts(report), report.dry_run) == ((1, 0, 0), True)
    assert counts(run(engine, ENTRY)) == (1, 0, 0)


def test_a_number_is_kept_without_spaces_in_capitals(engine, uow_factory):
    run(engine, changed(["number"], "8123 4567 890x"))
    with uow_factory() as uow:
        assert uow.orders.find(ENTRY["storefront"], "81234567890X").number == "81234567890X"


BAD = {
    "$: expected one JSON object": [b"{", b"[]", b"\xff", b'"x"', b"[" * 100_000],
    '$: "placed_at" is a required property': [without("placed_at")],
    "$: Additional properties": [changed(["colour"], "blue")],
    "$.storefront: unknown storefront; this installation serves": [
        changed(["storefront"], "nobodys")
    ],
    "$.number:": [changed(["number"], one) for one in ("", "AB-12", "12", "X" * 60, 1234)],
    "$.placed_at:": [
        changed(["placed_at"], one)
        for one in (
            "2026-11-20T12:00:00",
            "2026-11-20",
            "soon",
            1,
            "0000-01-01T00:00:00Z",
            "2026-06-30T23:59:60Z",
            "0001-01-01T00:00:00+05:00",
        )
    ],
    "$.payment.paid_at:": [changed(["payment", "paid_at"], "2026-11-20T12:00:00")],
    "$.total.minor:": [changed(["total", "minor"], one) for one in (1.5, -1, "5", True, 10**30)],
    "$.total.currency: expected the order's currency, USD": [
        changed(["total", "currency"], "EUR")
    ],
    "$.lines[0].price.currency: expected the order's currency": [
        changed(["lines", 0, "price", "currency"], "EUR")
    ],
    "$.lines[0].quantity:": [changed(["lines", 0, "quantity"], 0)],
    "$.lines:": [changed(["lines"], [])],
    "$.lines[1].line_id: expected an id that is unique": [changed(["lines"], ENTRY["lines"] * 2)],
    "$.shipments[0].line_ids: expected line ids of this order, not L9": [
        changed(["shipments", 0, "line_ids"], ["L1", "L9"])
    ],
    "$.shipments[0].events[0].at:": [changed(["shipments", 0, "events", 0, "at"], "now")],
    "$.state:": [changed(["state"], one) for one in ("cancelling", "OPEN", None)],
    "$.buyer.timezone: expected an IANA time zone": [changed(["buyer", "timezone"], "Mars/Base")],
    "$.buyer.first_name: expected text without NUL": [
        changed(["buyer", "first_name"], one) for one in ("a\x00b", "\ud800")
    ],
    "$.payment.display:": [changed(["payment", "display"], "4242 4242 4242 4242")],
    "$.order_url:": [changed(["order_url"], "javascript:alert(1)")],
}


@pytest.mark.parametrize(
    ("expected", "entry"),
    [(expected, entry) for expected, entries in BAD.items() for entry in entries],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_line_is_named_by_number_and_field(engine, expected, entry):
    good = changed(["number"], "SC-77777")
    found = problems(engine, good, entry)
    assert any(problem.startswith(f"line 2: {expected}") for problem in found), found
    assert found[-1] == "nothing was imported"


def test_a_number_that_reads_like_another_is_refused(engine):
    twin = changed(["number"], ENTRY["number"].replace("-", "/"))
    assert "line 2: $.number: the same order number is on line 1" in problems(engine, ENTRY, twin)


def test_a_number_that_reads_like_a_stored_one_is_refused(engine):
    run(engine, ENTRY)
    twin = changed(["number"], ENTRY["number"].replace("-", "/"))
    with pytest.raises(ImportInvalid, match="reads the same as the stored order"):
        run(engine, twin)


def test_the_first_fifty_problems_are_shown(engine):
    found = problems(engine, *[b"{"] * 60)
    assert len(found) == 51
    assert found[-1] == "and 10 more; nothing was imported"


def test_only_the_served_storefronts_are_taken(engine):
    found = problems(engine, ENTRY, storefronts=["helpdesk"])
    assert found[0].endswith("this installation serves helpdesk")


def test_saved_orders_and_imports_share_the_trail(engine, uow_factory):
    run(engine, ENTRY)
    with uow_factory() as uow:
        order = uow.orders.find(ENTRY["storefront"], ENTRY["number"])
        uow.orders.save(order, audit=an_audit(subject="x"))
        uow.commit()
    assert counts(run(engine, ENTRY)) == (0, 0, 1)


@pytest.mark.parametrize("address", ["priya@leaders.example.com", None])
def test_a_leader_has_an_address_of_their_own_where_the_shop_names_one(
    engine, uow_factory, address
):
    run(engine, {**ENTRY, "leader_name": "Priya", "leader_email": address})
    with uow_factory() as uow:
        order = uow.orders.find(ENTRY["storefront"], ENTRY["number"])
    assert (order.leader_name, order.leader_email) == ("Priya", address)


def test_what_is_no_address_of_a_leader_is_refused(engine):
    [told, *_] = problems(engine, {**ENTRY, "leader_email": "priya"})
    assert "$.leader_email" in told

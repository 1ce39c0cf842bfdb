"""Imports orders from JSON lines: first all is checked, then all is written or nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from aftersale.domain.order_numbers import number_key
from aftersale.domain.orders import Order
from aftersale.domain.requests import AuditEntry
from aftersale.domain.storefronts import Storefront
from aftersale.errors import ImportInvalid
from aftersale.store.import_build import order_from_import
from aftersale.store.import_check import ImportCheck, parse
from aftersale.store.import_parties import ImportParties
from aftersale.store.ledger import write_audit
from aftersale.store.orders import insert_orders, orders_by_key, update_orders
from aftersale.store.shop_word import merged

SHOWN = 50  # problems named in one report
BATCH = 500
Lines = Callable[[], Iterable[bytes]]  # called twice: to check and to write
Progress = Callable[[str, int], None]  # stage ("check" or "write"), bytes done since the last call


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would have done."""

    inserted: int
    updated: int
    unchanged: int
    dry_run: bool


def _silent(_stage: str, _size: int) -> None: ...


def import_file(
    engine: Engine,
    path: Path,
    *,
    now: datetime,
    storefronts: Collection[str] = tuple(Storefront),
    dry_run: bool = False,
    progress: Progress = _silent,
) -> ImportReport:
    """Import a file of JSON lines; see `import_lines`."""

    def lines() -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from file

    return import_lines(
        engine, lines, now=now, storefronts=storefronts, dry_run=dry_run, progress=progress
    )


def import_lines(
    engine: Engine,
    lines: Lines,
    *,
    now: datetime,
    storefronts: Collection[str] = tuple(Storefront),
    dry_run: bool = False,
    progress: Progress = _silent,
) -> ImportReport:
    """Check every line, then write all orders in one transaction.

    Importing the same lines again changes nothing: an order changes only when its `source_version`
    is higher than the stored one.

    Raises:
        ImportInvalid: with line, JSON path and what is expected; nothing was imported.
    """
    check(lines, storefronts=storefronts, progress=progress)
    with engine.connect() as connection, connection.begin() as transaction:
        report = _write(connection, lines, now, progress)
        if dry_run:
            transaction.rollback()
    return replace(report, dry_run=dry_run)


def check(lines: Lines, *, storefronts: Collection[str], progress: Progress = _silent) -> None:
    """Check every line and write nothing.

    Raises:
        ImportInvalid: the first 50 problems, and how many more there are.
    """
    checker = ImportCheck(storefronts)
    problems: list[str] = []
    for number, line in enumerate(lines(), start=1):
        if line.strip():
            found = checker.problems(number, line)
            problems += [f"line {number}: {path}: {expected}" for path, expected in found]
        progress("check", len(line))
    _refuse(problems)


def _refuse(problems: Sequence[str]) -> None:
    if not problems:
        return
    more = len(problems) - SHOWN
    last = [f"and {more} more; nothing was imported"] if more > 0 else ["nothing was imported"]
    raise ImportInvalid([*problems[:SHOWN], *last])


def _write(
    connection: Connection, lines: Lines, now: datetime, progress: Progress
) -> ImportReport:
    parties = ImportParties(connection)
    total = ImportReport(0, 0, 0, dry_run=False)
    numbered = enumerate(lines(), start=1)
    while batch := list(islice(numbered, BATCH)):
        full = [(number, line) for number, line in batch if line.strip()]
        inserted, updated = _write_batch(connection, parties, full, now)
        total = replace(
            total,
            inserted=total.inserted + inserted,
            updated=total.updated + updated,
            unchanged=total.unchanged + len(full) - inserted - updated,
        )
        progress("write", sum(len(line) for _, line in batch))
    return total


def _write_batch(
    connection: Connection,
    parties: ImportParties,
    lines: Sequence[tuple[int, bytes]],
    now: datetime,
) -> tuple[int, int]:
    entries = [(number, _parsed(line)) for number, line in lines]
    buyers = parties.known_buyers([entry for _, entry in entries])
    parties.known_sellers([entry for _, entry in entries])
    new: list[Order] = []
    changed: list[Order] = []
    told: list[dict[str, Any]] = []
    stored = _stored(connection, entries)
    for number, entry in entries:
        buyer = buyers[entry["storefront"], entry["buyer"]["subject"]]
        order = order_from_import(entry, buyer_id=buyer.buyer_id)
        known = stored.get((order.storefront, number_key(order.number)))
        if known is None:
            new.append(order)
        elif (wanted := _wanted(number, known, order)) is not None:
            changed.append(wanted)
        else:
            continue
        told.append(entry)
    parties.refresh(told)
    _store(connection, new, changed, now)
    return len(new), len(changed)


def _parsed(line: bytes) -> dict[str, Any]:
    entry = parse(line)
    if entry is None:
        raise ImportInvalid(["the file changed while it was being read; nothing was imported"])
    return entry


def _stored(
    connection: Connection, entries: Sequence[tuple[int, dict[str, Any]]]
) -> dict[tuple[str, str], Order]:
    keys: dict[str, list[str]] = {}
    for _, entry in entries:
        keys.setdefault(entry["storefront"], []).append(number_key(entry["number"]))
    return {
        (storefront, number_key(order.number)): order
        for storefront, wanted in keys.items()
        for order in orders_by_key(connection, storefront, wanted, lock=True)
    }


def _wanted(line_number: int, known: Order, order: Order) -> Order | None:
    if known.number != order.number:
        # Two numbers that differ only in separators would be one number to a buyer.
        expected = f"reads the same as the stored order {known.number}"
        _refuse([f"line {line_number}: $.number: {expected}"])
    wanted = merged(known, order)
    return None if wanted is None else replace(wanted, version=known.version + 1)


def _store(
    connection: Connection, new: Sequence[Order], changed: Sequence[Order], now: datetime
) -> None:
    if new:
        insert_orders(connection, new)
    if changed:
        update_orders(connection, changed)
    entries = [_audit(order, "order.imported", now) for order in new]
    entries += [_audit(order, "order.updated_by_shop", now) for order in changed]
    if entries:
        write_audit(connection, entries)


def _audit(order: Order, action: str, now: datetime) -> AuditEntry:
    after = {
        "state": order.state.value,
        "payment": order.payment.state.value,
        "version": order.version,
        "source_version": order.source_version,
    }
    subject = f"order:{order.storefront}/{order.number}"
    return AuditEntry(at=now, actor="shop", action=action, subject=subject, after=after)

"""Imports products from JSON lines: first all is checked, then all is written or nothing."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
from sqlalchemy import Connection, Engine

from aftersale.domain.orders import ReturnClass
from aftersale.domain.sellers import Product
from aftersale.errors import ImportInvalid
from aftersale.store.import_build import seller_id
from aftersale.store.import_check import json_path, parse
from aftersale.store.import_parties import ImportParties
from aftersale.store.sellers import SqlProducts

SCHEMA_FILE = "product-import.schema.json"
SHOWN = 50  # problems named in one report


@dataclass(frozen=True, slots=True)
class ProductReport:
    """What an import of products wrote, or would have written."""

    written: int
    dry_run: bool


def import_products_file(
    engine: Engine, path: Path, *, storefronts: Collection[str], dry_run: bool = False
) -> ProductReport:
    """Import a file of JSON lines; see `import_products`."""
    lines = path.read_bytes().splitlines()
    return import_products(engine, lines, storefronts=storefronts, dry_run=dry_run)


def import_products(
    engine: Engine, lines: Sequence[bytes], *, storefronts: Collection[str], dry_run: bool = False
) -> ProductReport:
    """Check every line, then write all products in one transaction.

    Raises:
        ImportInvalid: with line, JSON path and what is expected; nothing was imported.
    """
    entries = _checked(lines, storefronts)
    with engine.connect() as connection, connection.begin() as transaction:
        _write(connection, entries)
        if dry_run:
            transaction.rollback()
    return ProductReport(len(entries), dry_run=dry_run)


def product_from_import(entry: dict[str, Any]) -> Product:
    """Return the product of a line that passed the check."""
    seller = entry.get("seller")
    return Product(
        storefront=entry["storefront"],
        sku=entry["sku"],
        name=entry["name"],
        seller_id=seller_id(entry["storefront"], seller["id"]) if seller else None,
        url=entry.get("url"),
        active=entry.get("active", True),
        stock=entry.get("stock"),
        options=entry.get("options", {}),
        return_class=ReturnClass(entry.get("return_class", "standard")),
    )


def _write(connection: Connection, entries: Sequence[dict[str, Any]]) -> None:
    ImportParties(connection).known_sellers(entries)
    products = SqlProducts(connection)
    for entry in entries:
        products.put(product_from_import(entry))


def _checked(lines: Sequence[bytes], storefronts: Collection[str]) -> list[dict[str, Any]]:
    schema = json.loads(files("aftersale.store").joinpath(SCHEMA_FILE).read_text("utf-8"))
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    entries: list[dict[str, Any]] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        entry = parse(line)
        found = list(_problems(entry, validator, storefronts))
        problems += [f"line {number}: {path}: {expected}" for path, expected in found]
        entries += [entry] if entry is not None and not found else []
    if problems:
        raise ImportInvalid([*problems[:SHOWN], "nothing was imported"])
    return entries


def _problems(
    entry: dict[str, Any] | None, validator: Any, storefronts: Collection[str]
) -> Iterator[tuple[str, str]]:
    if entry is None:
        yield "$", "expected one JSON object in UTF-8 on the line"
        return
    for error in validator.iter_errors(entry):
        yield json_path(error.instance_path), error.message[:200]
    if validator.is_valid(entry) and entry["storefront"] not in storefronts:
        served = ", ".join(sorted(storefronts))
        yield "$.storefront", f"unknown storefront; this installation serves {served}"

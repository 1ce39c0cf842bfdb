"""What is wrong with a line of an import file: by the published schema and beyond it."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

import jsonschema_rs

from aftersale.domain.order_numbers import number_key

SCHEMA_FILE = "order-import.schema.json"
# RFC 3339 allows leap seconds and the year 0, which a timestamp cannot hold; lines rarely do.
_ODD_TIME = re.compile(rb':60|"(?:0000|0001|9999)-')
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TIMES = ("estimated_delivery_at", "fulfilment_started_at", "campaign_ends_at")
_PAYMENT_TIMES = ("paid_at", "verified_at", "auth_expires_at")
_SHIPMENT_TIMES = ("shipped_at", "delivered_at")

Problem = tuple[str, str]  # JSON path, what is expected


class ImportCheck:
    """Checks the lines of one file, one after the other; remembers the numbers it has seen."""

    def __init__(self, storefronts: Collection[str]) -> None:
        self._storefronts = frozenset(storefronts)
        self._zones = available_timezones()
        self._seen: dict[tuple[str, str], int] = {}
        schema = json.loads(files("aftersale.store").joinpath(SCHEMA_FILE).read_text("utf-8"))
        self._schema = jsonschema_rs.validator_for(schema, validate_formats=True)

    def problems(self, line_number: int, line: bytes) -> Sequence[Problem]:
        """Return what is wrong with the line, nothing when it can be imported."""
        parsed = parse(line)
        if parsed is None:
            return [("$", "expected one JSON object in UTF-8 on the line")]
        if b"\\u" in line and (found := list(_unstorable(parsed, "$"))):
            return found
        if not self._schema.is_valid(parsed):
            return [_from_schema(error) for error in self._schema.iter_errors(parsed)]
        found = [*self._beyond_schema(parsed), *self._duplicate(line_number, parsed)]
        return [*found, *_calendar(parsed)] if _ODD_TIME.search(line) else found

    def _beyond_schema(self, order: dict[str, Any]) -> Iterator[Problem]:
        if order["storefront"] not in self._storefronts:
            served = ", ".join(sorted(self._storefronts))
            yield "$.storefront", f"unknown storefront; this installation serves {served}"
        if order["buyer"].get("timezone", "UTC") not in self._zones:
            yield "$.buyer.timezone", "expected an IANA time zone such as Europe/Lisbon"
        yield from _amounts(order)
        yield from _references(order)

    def _duplicate(self, line_number: int, order: dict[str, Any]) -> Iterator[Problem]:
        key = (order["storefront"], number_key(order["number"]))
        first = self._seen.setdefault(key, line_number)
        if first != line_number:
            yield "$.number", f"the same order number is on line {first}"


def parse(line: bytes) -> dict[str, Any] | None:
    """Return the object on the line; None when there is none."""
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _from_schema(error: jsonschema_rs.ValidationError) -> Problem:
    message = error.message
    return json_path(error.instance_path), message if len(message) < 200 else message[:200] + "…"


def json_path(parts: Iterable[str | int]) -> str:
    """Return `$.lines[0].price` for ("lines", 0, "price")."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _unstorable(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, str) and _UNSTORABLE.search(value):
        yield path, "expected text without NUL characters and lone surrogates"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unstorable(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unstorable(inner, f"{path}[{index}]")


def _amounts(order: dict[str, Any]) -> Iterator[Problem]:
    currency = order["currency"]
    amounts = [("$.total", order["total"])]
    amounts += [(f"$.lines[{i}].price", line["price"]) for i, line in enumerate(order["lines"])]
    fee = (order.get("seller") or {}).get("restocking_fee") or {}
    if "flat" in fee:
        amounts.append(("$.seller.restocking_fee.flat", fee["flat"]))
    for path, amount in amounts:
        if amount["currency"] != currency:
            yield f"{path}.currency", f"expected the order's currency, {currency}"


def _references(order: dict[str, Any]) -> Iterator[Problem]:
    line_ids = [line["line_id"] for line in order["lines"]]
    shipments = order.get("shipments", ())
    yield from _repeated("$.lines", "line_id", line_ids)
    yield from _repeated("$.shipments", "shipment_id", [one["shipment_id"] for one in shipments])
    for index, shipment in enumerate(shipments):
        if unknown := set(shipment["line_ids"]) - set(line_ids):
            path = f"$.shipments[{index}].line_ids"
            yield path, f"expected line ids of this order, not {', '.join(sorted(unknown))}"


def _repeated(path: str, name: str, ids: Sequence[str]) -> Iterator[Problem]:
    if len(set(ids)) == len(ids):
        return
    for index, one in enumerate(ids):
        if one in ids[:index]:
            yield f"{path}[{index}].{name}", "expected an id that is unique inside the order"


def _calendar(order: dict[str, Any]) -> Iterator[Problem]:
    for path, text in _times(order):
        if text is not None and not _is_storable(text):
            yield path, "expected a time between the years 1 and 9999, seconds below 60"


def _times(order: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for name in ("placed_at", "notification_sent_at", *_TIMES):
        yield f"$.{name}", order.get(name)
    for name in _PAYMENT_TIMES:
        yield f"$.payment.{name}", order["payment"].get(name)
    for index, shipment in enumerate(order.get("shipments", ())):
        for name in _SHIPMENT_TIMES:
            yield f"$.shipments[{index}].{name}", shipment.get(name)
        for number, event in enumerate(shipment.get("events", ())):
            yield f"$.shipments[{index}].events[{number}].at", event["at"]


def _is_storable(text: str) -> bool:
    try:
        datetime.fromisoformat(text).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return False
    return True

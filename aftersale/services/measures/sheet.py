"""The numbers as a table for spreadsheets: RFC 4180, and no cell that one would run."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = (
    "table", "day", "storefront", "channel", "name", "key", "value", "unit", "part", "of",
)  # fmt: skip
GROUPS = {"series": "day", "storefronts": "storefront", "channels": "channel"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet runs
Line = dict[str, Any]


def sheet(report: Mapping[str, Any]) -> str:
    """Return every number of a report, one a line."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    for line in _lines(report):
        rows.writerow({name: safe(value) for name, value in line.items()})
    return text.getvalue()


def safe(value: object) -> object:
    """Return what may stand in a cell: text that would be a formula gets an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _lines(report: Mapping[str, Any]) -> Iterator[Line]:
    yield from _numbers("total", report["tiles"])
    grouped = {"series": report["series"], **report["tables"]}
    for table, rows in grouped.items():
        for row in rows:
            yield from (_group(table, row) if table in GROUPS else _listed(table, row))


def _group(table: str, row: Mapping[str, Any]) -> Iterator[Line]:
    key = GROUPS[table]
    numbers = {name: value for name, value in row.items() if name != key}
    return ({**line, key: row[key]} for line in _numbers(key, numbers))


def _numbers(table: str, numbers: Mapping[str, Any]) -> Iterator[Line]:
    return ({"table": table, "name": name, **number} for name, number in numbers.items())


def _listed(table: str, row: Mapping[str, Any]) -> Iterator[Line]:
    key = "/".join(value for value in row.values() if isinstance(value, str))
    for name, value in row.items():
        if isinstance(value, list):
            for number, count in enumerate(value, 1):
                yield {"table": table, "name": f"{name}_{number}", "key": key, "value": count}
        elif not isinstance(value, str):
            yield {"table": table, "name": name, "key": key, "value": value}

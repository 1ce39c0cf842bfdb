"""The sheet holds what the report holds, and nothing that a spreadsheet would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.services.measures.sheet import COLUMNS, safe, sheet

NUMBER = {"value": 0.5, "unit": "share", "part": 1, "of": 2}
EMPTY = {"value": None, "unit": "share", "part": 0, "of": 0}


def a_report(**tables):
    return {"tiles": {"contained": NUMBER}, "series": [], "tables": tables}


def rows(report):
    return list(csv.DictReader(io.StringIO(sheet(report), newline="")))


def test_each_number_is_a_line():
    report = a_report(storefronts=[{"storefront": "a", "contained": EMPTY}])
    report["series"] = [{"day": "2026-11-02", "contained": NUMBER}]
    total, day, shop = rows(report)
    assert list(total) == list(COLUMNS)
    told = {"name": "contained", "value": "0.5", "unit": "share", "part": "1", "of": "2"}
    assert told.items() <= total.items()
    assert (day["table"], day["day"]) == ("day", "2026-11-02")
    assert (shop["table"], shop["storefront"], shop["value"]) == ("storefront", "a", "")


def test_what_is_listed_by_kind_is_named_by_its_key():
    outcomes = [{"outcome": "refuse", "reason": "shipped", "decisions": 3}]
    ratings = [{"subject": "bot", "asked": 4, "stars": [0, 0, 0, 1, 2]}]
    listed = [
        (row["table"], row["name"], row["key"], row["value"])
        for row in rows(a_report(outcomes=outcomes, ratings=ratings))[1:]
    ]
    assert listed[0] == ("outcomes", "decisions", "refuse/shipped", "3")
    assert listed[-1] == ("ratings", "stars_5", "bot", "2")
    assert len(listed) == 7


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_a_formula(text):
    (row,) = rows(a_report(intents=[{"intent": text, "turns": 1}]))[1:]
    assert row["key"] == f"'{text}"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_stays_one_cell_and_never_begins_a_formula(text):
    (row,) = rows(a_report(intents=[{"intent": text, "turns": 1}]))[1:]
    assert row["key"].removeprefix("'") == text.removeprefix("'")
    assert not row["key"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert None not in row
    assert None not in row.values()


def test_numbers_stay_numbers():
    assert safe(-1) == -1

"""What is asked for, and what comes: days of a zone, storefronts of a person, tables."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from aftersale.adapters.policies import load_policies
from aftersale.domain.desk import DeskUser, Role
from aftersale.errors import PeriodInvalid, StorefrontUnknown
from aftersale.services.measures.period import Period
from aftersale.services.measures.supervising import Supervising, Wanted
from aftersale.services.ports_measures import Decided
from tests.unit.measures.logs import LATER, MEANINGS, ROOT, SHOP, read_log

TODAY = date(2026, 11, 22)
NEW_YORK = ZoneInfo("America/New_York")
LEAD = DeskUser("lead", "Lea", Role.SUPERVISOR)
LOG = """
c1  15:00  buyer  order_status  utter_status            15:01
c1  15:02  buyer  nlu_fallback  utter_fallback_suggest  15:02
c2  15:03  buyer  order_status  utter_status            15:04
handoff  c2  asked 15:05  claimed 15:07  answered 15:08  ended 15:10
rating  agent  4
rating  agent  -
promise  due 16:00  kept 17:00
promise  due 16:00
"""


def asked(wanted, store=None, who=LEAD, now=LATER):
    desk = Supervising(store or read_log(LOG), load_policies(ROOT / "storefronts"), MEANINGS)
    return desk.report(who, wanted, now)


def of(first, last, zone=UTC):
    return Period.of(first, last, today=TODAY, zone=zone)


def test_without_days_it_is_the_last_seven():
    period = of(None, None)
    assert (period.first, period.last) == (date(2026, 11, 16), TODAY)
    assert len(period.days) == 7


def test_a_day_begins_at_midnight_where_the_storefront_is_and_may_be_longer():
    period = of("2026-11-01", "2026-11-01", NEW_YORK)  # clocks go back
    assert period.begins == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert period.ends == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert period.day_of(datetime(2026, 11, 2, 4, 59, tzinfo=UTC)) == date(2026, 11, 1)


def test_so_many_days_end_with_the_last():
    period = Period.of(None, "2026-11-20", today=TODAY, zone=UTC, days="30")
    assert (period.first, len(period.days)) == (date(2026, 10, 22), 30)


@pytest.mark.parametrize("days", ["0", "-1", "367", "many", "9" * 30])
def test_so_many_days_are_refused(days):
    with pytest.raises(PeriodInvalid):
        Period.of(None, None, today=TODAY, zone=UTC, days=days)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("yesterday", None),
        ("2026-11-22", "2026-11-21"),
        ("2025-11-01", "2026-11-22"),
        ("1999-12-31", "2000-01-02"),
        ("9999-12-30", "9999-12-31"),
        ("0001-01-01", "0001-01-02"),
        (None, "0001-01-01"),
    ],
)
def test_days_that_are_none_or_too_many_are_refused(first, last):
    with pytest.raises(PeriodInvalid):
        of(first, last)


def test_each_day_is_listed_and_adds_up():
    found = asked(Wanted("2026-11-01", "2026-11-03", SHOP))
    assert found["period"]["zone"] == "America/New_York"
    days = {row["day"]: row["sessions"]["value"] for row in found["series"]}
    assert days == {"2026-11-01": 0, "2026-11-02": 2, "2026-11-03": 0}
    assert found["tiles"]["fallback"] == {"value": 0.3333, "unit": "share", "part": 1, "of": 3}


def test_tables_list_what_happened_by_kind():
    store = read_log(LOG)
    store.decided = [Decided(SHOP, "refuse", "shipped", 2), Decided("x", "refuse", "shipped", 1)]
    tables = asked(Wanted("2026-11-02", "2026-11-02"), store)["tables"]
    assert tables["intents"] == [
        {"intent": "order_status", "turns": 2, "confidence": 0.9, "fallbacks": 0},
        {"intent": "nlu_fallback", "turns": 1, "confidence": 0.9, "fallbacks": 1},
    ]
    assert tables["reasons"] == [{"reason": "asked", "handoffs": 1, "missed": 0, "wait": 120.0}]
    assert tables["goals"] == [{"goal": "order_shown", "sessions": 2}]
    assert tables["outcomes"] == [{"outcome": "refuse", "reason": "shipped", "decisions": 3}]
    assert tables["promises"] == [{"promise": "case_ack", "due": 2, "late": 1, "open": 1}]
    assert tables["ratings"][1] == {
        "subject": "agent", "asked": 2, "answered": 1, "average": 4.0, "stars": [0, 0, 0, 1, 0],
    }  # fmt: skip
    assert [row["storefront"] for row in tables["storefronts"]] == [SHOP]
    assert [row["channel"] for row in tables["channels"]] == ["chat"]


def test_what_is_not_over_yet_counts_for_nothing():
    found = asked(
        Wanted("2026-11-02", "2026-11-02"), now=datetime(2026, 11, 2, 15, 32, tzinfo=UTC)
    )
    assert (found["period"]["running"], found["tiles"]["sessions"]["value"]) == (1, 1)


def test_what_is_younger_than_a_day_is_neither_contained_for_good_nor_not():
    tiles = asked(Wanted("2026-11-02", "2026-11-02"), now=datetime(2026, 11, 3, 15, tzinfo=UTC))[
        "tiles"
    ]
    assert (tiles["contained"]["of"], tiles["contained_for_good"]["of"]) == (2, 0)


def test_promises_that_are_not_due_yet_are_not_counted():
    found = asked(
        Wanted("2026-11-02", "2026-11-02"), now=datetime(2026, 11, 2, 15, 59, tzinfo=UTC)
    )
    assert found["tiles"]["promises_breached"]["of"] == 0


def test_a_person_sees_the_numbers_of_their_storefronts():
    own = DeskUser("lead", "Lea", Role.SUPERVISOR, storefronts=("group-buy",))
    assert asked(Wanted(), who=own)["storefronts"] == ["group-buy"]
    for other in (SHOP, "nowhere"):
        with pytest.raises(StorefrontUnknown):
            asked(Wanted(storefront=other), who=own)

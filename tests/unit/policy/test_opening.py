"""Hours to the minute: the zone of the storefront, weekends, holidays, and the clock change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aftersale.adapters.policies import load_policies
from aftersale.policy.knobs import ROUND_THE_CLOCK, Hours, WorkCalendar
from aftersale.policy.opening import Opening, opening

HELPDESK = load_policies(Path(__file__).parents[3] / "storefronts")["helpdesk"]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00")
POLICY = replace(
    HELPDESK,
    hours=Hours("America/New_York", WEEK, (date(2026, 12, 25),)),
    calendar=WorkCalendar("America/New_York", holidays=(date(2026, 11, 26),)),
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20T13:59:59", Opening(False, opens_at=at("2026-11-20T14:00"))),
        ("2026-11-20T14:00:00", Opening(True, until=at("2026-11-20T23:00"))),
        ("2026-11-20T22:59:59", Opening(True, until=at("2026-11-20T23:00"))),
        ("2026-11-20T23:00:00", Opening(False, opens_at=at("2026-11-23T14:00"))),
        ("2026-11-26T15:00:00", Opening(False, opens_at=at("2026-11-27T14:00"))),  # public
        ("2026-12-25T15:00:00", Opening(False, opens_at=at("2026-12-28T14:00"))),  # its own
        ("2026-07-01T13:00:00", Opening(True, until=at("2026-07-01T22:00"))),  # summer time
    ],
)
def test_open_or_closed_to_the_second(now, expected):
    assert opening(POLICY, at(now)) == expected


def test_no_hours_are_published():
    assert opening(replace(POLICY, hours=None), at("2026-11-20T15:00")) is None


def test_an_end_at_midnight_and_a_week_without_any_day():
    late = replace(POLICY, hours=Hours("UTC", {"fri": "20:00-24:00"}))
    assert opening(late, at("2026-11-20T23:59")) == Opening(True, until=at("2026-11-21T00:00"))
    never = replace(POLICY, hours=Hours("UTC", {}))
    assert opening(never, at("2026-11-20T15:00")) == Opening(False)


def test_around_the_clock_is_open_on_every_day_of_two_years():
    hours = Hours("America/New_York", ROUND_THE_CLOCK, through_holidays=True)
    always = replace(POLICY, hours=hours)
    first = at("2026-01-01T00:00:00")
    for hour in range(0, 24 * 730, 7):
        assert opening(always, first + timedelta(hours=hour)).is_open

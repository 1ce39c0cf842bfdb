"""Business days: only working days count, in the storefront's own zone, with its holidays."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters.business_days import with_public_holidays
from aftersale.adapters.policies import load_policies, read_file
from aftersale.errors import PolicyInvalid
from aftersale.policy.business import BusinessDays, due_by
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask
from aftersale.policy.facts import Request
from aftersale.policy.knobs import WorkCalendar
from aftersale.policy.limits import Calendar, Limit, LimitKind
from tests.unit.policy.cases import facts, policy

STOREFRONTS = Path(__file__).parents[3] / "storefronts"
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DAYS = BusinessDays.of(
    WorkCalendar("America/New_York", holidays=(date(2026, 11, 26), date(2026, 12, 25)))
)


@pytest.mark.parametrize(
    ("begun", "days", "over"),
    [
        (FRIDAY, 1, datetime(2026, 11, 23, 15, tzinfo=UTC)),  # over the weekend
        (FRIDAY, 3, datetime(2026, 11, 25, 15, tzinfo=UTC)),
        (FRIDAY, 4, datetime(2026, 11, 27, 15, tzinfo=UTC)),  # Thanksgiving is skipped
        # What comes in on a Saturday counts from Monday morning, New York time.
        (datetime(2026, 11, 21, 15, tzinfo=UTC), 1, datetime(2026, 11, 24, 5, tzinfo=UTC)),
        # Saturday in UTC is still Friday evening in New York.
        (datetime(2026, 11, 21, 2, tzinfo=UTC), 1, datetime(2026, 11, 24, 2, tzinfo=UTC)),
        # The clocks change on the way: it stays ten in the morning there.
        (datetime(2026, 10, 30, 14, tzinfo=UTC), 1, datetime(2026, 11, 2, 15, tzinfo=UTC)),
    ],
)
def test_only_business_days_count(begun, days, over):
    assert DAYS.after(begun, timedelta(days=days)) == over


YEARS = datetime(2026, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 -- Hypothesis adds the zone
moments = st.datetimes(*YEARS, timezones=st.just(UTC))


@given(moments, st.integers(0, 20), st.integers(0, 20))
def test_a_longer_limit_is_never_over_sooner(begun, one, other):
    first, second = (DAYS.after(begun, timedelta(days=n)) for n in sorted((one, other)))
    assert begun <= first <= second


@given(moments, st.integers(1, 20))
def test_no_limit_is_over_in_the_middle_of_a_day_off(begun, days):
    over = DAYS.after(begun, timedelta(days=days)).astimezone(DAYS.zone)
    assert DAYS.is_one(over.date())


def test_public_holidays_of_the_country_come_from_the_kept_library():
    policies = with_public_holidays(load_policies(STOREFRONTS), FRIDAY)
    group = policies["group-buy"]
    assert date(2026, 11, 26) in group.calendar.holidays
    four = Limit(timedelta(days=4), LimitKind.TARGET, Calendar.BUSINESS)
    assert due_by(group, FRIDAY, four) == datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert due_by(group, FRIDAY, Limit(timedelta(days=4))) == FRIDAY + timedelta(days=4)
    assert policies["seller-direct"] == load_policies(STOREFRONTS)["seller-direct"]


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        ("{timezone: Mars/Olympus}", "calendar.timezone"),
        ("{timezone: UTC, country: Atlantis}", "calendar.country"),
        ("{timezone: UTC, days: []}", "calendar.days"),
        ("{timezone: UTC, days: [someday]}", "calendar.days"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(tmp_path, calendar, said):
    text = (STOREFRONTS / "status-gated.yml").read_text("utf-8")
    path = tmp_path / "status-gated.yml"
    path.write_text(f"calendar: {calendar}\n{text}", encoding="utf-8")
    with pytest.raises(PolicyInvalid, match=said):
        read_file(path)


OPENED = {"state": "open", "owner": "leader", "type": "problem", "opened_at": FRIDAY.isoformat()}
TWO = Limit(timedelta(days=2), LimitKind.HARD, Calendar.BUSINESS)
TUESDAY = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (FRIDAY + timedelta(days=2), "dispute_not_yet"),  # Sunday: only hours of Friday passed
        (TUESDAY - timedelta(seconds=1), "dispute_not_yet"),
        (TUESDAY, "dispute_may"),
    ],
)
def test_a_case_is_long_unresolved_in_the_days_that_its_limit_counts(now, code):
    rules = policy("group-buy", dispute__unresolved_after=TWO)
    known = facts("group-buy", now=now, case=OPENED)
    decision = decide(rules, known, Request(Ask.INTERVENE), now)
    assert decision.reason_code == code
    if code == "dispute_not_yet":
        assert decision.earliest == TUESDAY


def test_a_return_is_ideally_asked_for_in_the_days_that_its_limit_counts():
    rules = policy("group-buy", returns__ideal_within=TWO)
    arrived = {"received_at": "-1s", "shipped_at": "-3d", "delivered_at": "-1s"}
    known = facts("group-buy", now=FRIDAY, lines=["delivered"], **arrived)
    faulty = Request(Ask.RETURN, opened=False, defective=True, as_listed=False)
    decision = decide(rules, known, faulty, FRIDAY)
    assert decision.latest == TUESDAY - timedelta(seconds=1)

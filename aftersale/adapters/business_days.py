"""Public holidays of a storefront's country, from the kept library `holidays`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from aftersale.policy.knobs import Policy

_YEARS_AHEAD = 2


def with_public_holidays(policies: Mapping[str, Policy], now: datetime) -> dict[str, Policy]:
    """Return the policies, their calendars filled with the holidays of last year and the next."""
    return {key: _filled(policy, now) for key, policy in policies.items()}


def knows(country: str) -> bool:
    """Tell whether the library has a calendar for the country (ISO 3166, as in US)."""
    import holidays

    return country in holidays.list_supported_countries()


def _filled(policy: Policy, now: datetime) -> Policy:
    calendar = policy.calendar
    if calendar is None or calendar.country is None:
        return policy
    import holidays  # it takes a fifth of a second, and most commands need no calendar

    years = range(now.year - 1, now.year + _YEARS_AHEAD + 1)
    public = holidays.country_holidays(calendar.country, years=years)
    days = tuple(sorted({*calendar.holidays, *public}))
    return replace(policy, calendar=replace(calendar, holidays=days))

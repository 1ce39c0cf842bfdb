"""How long an answer takes: only what is stated, and an honest word about delays (R3.7, R4.16)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aftersale.policy.knobs import NoticeKnobs, Policy
from aftersale.services.call import Call
from aftersale.services.reply import Reply, choice, date
from aftersale.services.wiring import Wiring

_HOUR = timedelta(hours=1)


class WaitingTime:
    """Answers "how long does this take?"."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def tell(self, call: Call) -> Reply:
        """`utter_response_time_*` with a notice for each delay that is known."""
        policy = self._wiring.policy(call.identity.storefront)
        variables: dict[str, Any] = {
            "party": policy.party,
            "ack_from": _hours(policy.ack_after.span) if policy.ack_after else None,
            "ack_hours": _hours(policy.ack_within.span) if policy.ack_within else None,
            "consent_hours": _hours(policy.consent_within.span) if policy.consent_within else None,
            "choices": [choice("case_status")],
            "blocks": delays(policy, call.identity.timezone, call.now),
        }
        return Reply(_response(policy), variables)


def delays(policy: Policy, timezone: str, now: datetime) -> list[dict[str, Any]]:
    """Return a notice for the season and one for the buyer's region, where they apply."""
    notices = []
    today = now.astimezone(_zone(timezone)).date()
    for peak in policy.notices.peaks:
        if peak.since <= today <= peak.until:
            last = datetime(peak.until.year, peak.until.month, peak.until.day, tzinfo=now.tzinfo)
            notices.append(_notice("notice_delay_peak", until=date(last)))
    region = _region(policy.notices, timezone)
    return [*notices, *([_notice("notice_delay_region", region=region)] if region else [])]


def _response(policy: Policy) -> str:
    if policy.ack_within is not None:
        return "utter_response_time_ack"
    if policy.calendar is not None:
        return "utter_response_time_business"
    if policy.consent_within is not None:
        return "utter_response_time_consent"
    return "utter_response_time_unstated"


def _region(notices: NoticeKnobs, timezone: str) -> str | None:
    """Return the name of the buyer's region when it is one where things take longer."""
    return notices.regions.get(timezone) or notices.regions.get(timezone.partition("/")[0])


def _notice(response: str, **variables: Any) -> dict[str, Any]:
    return {"type": "notice", "response": response, "variables": variables}


def _hours(span: timedelta) -> int:
    return int(span / _HOUR)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

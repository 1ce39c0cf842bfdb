"""What is wrong with a set of knobs that are each right by themselves."""

import re
from collections.abc import Iterator
from datetime import timedelta

from aftersale.policy.codes import REASON_CODES
from aftersale.policy.decision import Ask
from aftersale.policy.knobs import CancelActor, Hours, Policy, Until, WorkCalendar
from aftersale.policy.labels import Status
from aftersale.policy.limits import Limit
from aftersale.policy.problem_knobs import LaunchMode, LiveKnobs
from aftersale.policy.widget_knobs import widget_mistakes

_ID = re.compile(r"R[0-4]\.[1-9]\d?")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d")

Mistake = tuple[str, str]


def mistakes(policy: Policy) -> Iterator[Mistake]:
    """Yield (path, what is wrong) for every mistake, never only the first."""
    yield from _general(policy)
    yield from _cancelling(policy)
    yield from _launch(policy)
    yield from _limits(policy)
    yield from _words(policy)
    yield from _live(policy.live)
    yield from widget_mistakes(policy.widget)
    if policy.hours is not None:
        yield from _hours(policy.hours)
    if policy.calendar is not None:
        yield from _calendar(policy.calendar)


def _general(policy: Policy) -> Iterator[Mistake]:
    if policy.effective_from.utcoffset() is None:
        yield "effective_from", "needs a time zone, as in 2026-01-01T00:00:00Z"
    if policy.undo_window < 0:
        yield "undo_window", "is in seconds and cannot be negative"
    if not re.fullmatch(r"[A-Z]{3}", policy.currency):
        yield "currency", "is a three-letter code, as in USD"


def _cancelling(policy: Policy) -> Iterator[Mistake]:
    cancel = policy.cancel
    if cancel.actor is not CancelActor.UNSPECIFIED and cancel.cutoff is None:
        yield "cancel.cutoff", f"is needed when cancel.actor is {cancel.actor}"
    if policy.unpaid.manual is False and policy.unpaid.auto_after is None:
        yield "unpaid.auto_after", "is needed when unpaid.manual is false: how else would it end?"
    if cancel.actor is CancelActor.REQUEST_WITH_CONSENT and policy.consent_within is None:
        yield "consent_within", "is needed when cancel.actor is request_with_consent"
    if policy.authorised.until is not Until.UNSPECIFIED and not policy.authorised.kinds:
        yield "authorised.kinds", "names the order kinds that authorised.until is about"


def _launch(policy: Policy) -> Iterator[Mistake]:
    mode = policy.launch.actions.get(Ask.ESCALATE, LaunchMode.ON)
    if mode is not LaunchMode.ON:
        yield (
            f"launch.actions.{Ask.ESCALATE}",
            f"cannot be {mode}: a review is by a person in any case; dispute.mode says whether",
        )


def _limits(policy: Policy) -> Iterator[Mistake]:
    gates = {f"cancel.not_before.{m}": limit for m, limit in policy.cancel.not_before.items()}
    hard = {**gates, "unpaid.auto_after": policy.unpaid.auto_after}
    loose = {
        "consent_within": policy.consent_within,
        "ack_after": policy.ack_after,
        "ack_within": policy.ack_within,
    }
    for path, limit in {**hard, **loose}.items():
        if limit is not None:
            yield from _limit(path, limit, must_be_hard=path in hard)


def _limit(path: str, limit: Limit, *, must_be_hard: bool) -> Iterator[Mistake]:
    if must_be_hard and not limit.is_hard:
        yield path, f"decides, so it must be hard, not {limit.kind}"
    if limit.span < timedelta(0):
        yield path, "cannot be negative"


def _live(live: LiveKnobs) -> Iterator[Mistake]:
    if live.claim_within.span <= timedelta(0):
        yield "live.claim_within", "is longer than nothing, as in hard 3m"
    if live.waiting_per_agent < 1:
        yield "live.waiting_per_agent", "is 1 at least: else the queue is always full"


def _words(policy: Policy) -> Iterator[Mistake]:
    for status in Status:
        if not policy.labels.get(status, "").strip():
            yield f"labels.{status}", "is missing: every status needs the storefront's name"
    for code, ids in policy.requirements.items():
        if code not in REASON_CODES:
            yield f"requirements.{code}", "is no reason code"
        for bad in (name for name in ids if not _ID.fullmatch(name)):
            yield f"requirements.{code}", f"{bad} is no requirement id, as in R1.8"


def _calendar(calendar: WorkCalendar) -> Iterator[Mistake]:
    if not calendar.days:
        yield "calendar.days", "names at least one day: else no limit would ever be over"
    for day in set(calendar.days) - set(_DAYS):
        yield "calendar.days", f"{day} is no day; days are {', '.join(_DAYS)}"


def _hours(hours: Hours) -> Iterator[Mistake]:
    for day, span in hours.week.items():
        if day not in _DAYS:
            yield f"hours.week.{day}", f"is no day; days are {', '.join(_DAYS)}"
        if not _SPAN.fullmatch(span):
            yield f"hours.week.{day}", 'is written as "09:00-18:00"'

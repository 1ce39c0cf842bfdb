"""Every time limit one second before it, at it, and one second after it."""

from datetime import UTC, datetime, timedelta

import pytest

from aftersale.policy.decision import Ask
from aftersale.policy.limits import Calendar, Limit, LimitKind
from tests.unit.policy.cases import JOINED, NOW, UNPAID, ask, policy

SECOND = timedelta(seconds=1)
AROUND = [-SECOND, timedelta(), SECOND]


def _around(decide_at, limit):
    return [decide_at(limit + step).reason_code for step in AROUND]


@pytest.mark.parametrize("state", ["paid", "verifying"])
def test_the_card_gate_opens_at_exactly_24_hours(state):
    rules = policy("supplier-consent")
    codes = _around(
        lambda now: ask(rules, payment_state=state, paid_at="-1h", now=now),
        NOW + timedelta(hours=23),
    )
    assert codes == ["card_gate", "consent_needed", "consent_needed"]


def test_the_gate_counts_elapsed_hours_over_a_clock_change():
    # Clocks in New York went back on 2026-11-01: 24 elapsed hours, not the same wall-clock time.
    decision = ask(
        policy("supplier-consent"),
        placed_at="2026-10-30T12:00:00-04:00",
        paid_at="2026-10-31T12:00:00-04:00",
        now=datetime(2026, 11, 1, 15, 59, 59, tzinfo=UTC),
    )
    assert decision.earliest == datetime(2026, 11, 1, 16, tzinfo=UTC)


def test_early_verification_opens_the_gate_only_where_the_knob_says_so():
    facts = {"paid_at": "-2h", "verified_at": "-1h"}
    literal = policy("supplier-consent")
    early = policy("supplier-consent", cancel__open_on_verified=True)
    assert ask(literal, **facts).reason_code == "card_gate"
    assert ask(early, **facts).reason_code == "consent_needed"
    late = ask(early, paid_at="-2h")
    assert (late.reason_code, late.earliest) == ("card_gate", NOW + timedelta(hours=22))
    assert "verified_at" in late.facts


def test_verification_after_the_gate_does_not_close_it_again():
    early = policy("supplier-consent", cancel__open_on_verified=True)
    assert ask(early, paid_at="-30h", verified_at="-1h").reason_code == "consent_needed"


def test_only_a_hard_limit_gates():
    from aftersale.domain.payments import PaymentMethod

    soft = {PaymentMethod.CARD: Limit(timedelta(hours=24), LimitKind.SOFT)}
    rules = policy("supplier-consent", cancel__not_before=soft)
    assert ask(rules, paid_at="-1h").reason_code == "consent_needed"


@pytest.mark.parametrize("method", ["bank_transfer", "wallet", "cash_on_delivery"])
def test_no_other_way_of_paying_waits(method):
    decision = ask(policy("supplier-consent"), payment_method=method, paid_at="-1s")
    assert decision.reason_code == "consent_needed"


def test_an_unpaid_order_lapses_twenty_days_after_it_was_placed():
    rules, due = policy("supplier-consent"), NOW + timedelta(days=15)
    found = [ask(rules, **UNPAID, placed_at="-5d", now=due + step) for step in AROUND]
    assert [d.reason_code for d in found] == ["unpaid_auto"] * 3
    assert {d.latest for d in found} == {due}
    # what is due already is no promise for later
    assert [[p.due_at for p in d.promises] for d in found] == [[due], [], []]


def test_the_hold_can_be_let_go_until_the_campaign_ends():
    rules, ends = policy("group-buy"), NOW + timedelta(days=2)
    codes = _around(lambda now: ask(rules, **JOINED, campaign_ends_at="+2d", now=now), ends)
    assert codes == ["hold_release", "campaign_over", "campaign_over"]


def test_an_authorisation_that_ran_out_holds_nothing():
    rules, expires = policy("group-buy"), NOW + timedelta(hours=5)
    given = {**JOINED, "campaign_ends_at": "+2d", "auth_expires_at": "+5h"}
    codes = _around(lambda now: ask(rules, **given, now=now), expires)
    assert codes == ["hold_release", "facts_contradict", "facts_contradict"]


@pytest.mark.parametrize("given", [{"order_state": "cancelling"}, {"cancellation_open": True}])
def test_a_cancellation_can_be_taken_back_until_the_window_ends(given):
    rules, ends = policy("status-gated"), NOW + timedelta(seconds=60)
    codes = _around(
        lambda now: ask(rules, wish=Ask.UNDO_CANCEL, **given, cancel_asked_at="+0s", now=now),
        ends,
    )
    assert codes == ["undo_possible", "undo_too_late", "undo_too_late"]


@pytest.mark.parametrize(
    "name",
    [
        "placed_at",
        "paid_at",
        "verified_at",
        "shipped_at",
        "delivered_at",
        "fulfilment_started_at",
        "cancel_asked_at",
    ],
)
def test_what_happened_cannot_lie_ahead(name):
    given = {"placed_at": "-9d", "lines": ["delivered"], "order_state": "open", name: "+5h"}
    if name == "delivered_at":
        given["shipped_at"] = "-1d"
    if name == "placed_at":
        given = {"placed_at": "+5h"}
    codes = _around(
        lambda now: ask(policy("status-gated"), **given, now=now), NOW + timedelta(hours=5)
    )
    assert codes[0] == "facts_contradict"
    assert codes[1] == codes[2] != "facts_contradict"


def test_limits_add_to_times_and_are_written_as_in_the_file():
    assert NOW + Limit(timedelta(hours=24)) == NOW + timedelta(hours=24)
    assert str(Limit(timedelta(hours=24))) == "hard 24h"
    assert str(Limit(timedelta(days=20))) == "hard 20d"
    assert str(Limit(timedelta(0), LimitKind.SOFT)) == "soft 0s"
    assert str(Limit(timedelta(minutes=5), LimitKind.TARGET)) == "target 5m"
    business = Limit(timedelta(days=7), LimitKind.TARGET, Calendar.BUSINESS)
    assert str(business) == "target 7d business"

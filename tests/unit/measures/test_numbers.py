"""Numbers of people, ratings and promises; medians and groups."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.articles import RatingSubject
from aftersale.domain.handoffs import HandoffEnd, HandoffState
from aftersale.services.measures.numbers import (
    REOPEN,
    Facts,
    HandedOver,
    Unit,
    numbers,
    reopened,
    seconds,
    share,
)
from aftersale.services.ports_measures import Asked, Due
from tests.unit.measures.logs import LATER, SHOP, at, handoff


def test_a_percentile_is_a_time_that_occurred():
    times = [timedelta(seconds=n) for n in (5, 1, 9, 7)]
    assert (seconds(times).value, seconds(times, percent=90).value) == (5, 9)
    assert seconds([]).value is None


@given(st.lists(st.integers(0, 10_000), min_size=1), st.integers(1, 100))
def test_so_many_of_a_hundred_are_at_most_the_percentile(times, percent):
    found = seconds((timedelta(seconds=n) for n in times), percent=percent).value
    assert found in times
    assert sum(n <= found for n in times) * 100 >= percent * len(times)
    assert sum(n < found for n in times) * 100 < percent * len(times)


@given(st.lists(st.booleans()))
def test_a_share_is_between_none_and_all(each):
    number = share(each)
    assert (number.whole, number.part) == (len(each), sum(each))
    assert number.value is None if not each else 0 <= number.value <= 1


def of_handoffs(*found):
    return numbers(Facts(handoffs=[HandedOver(each) for each in found]))


def test_what_nobody_asked_for_waits_for_nobody():
    taken = handoff(reason="taken_over", claimed_at=at("09:00"), ended_at=at("09:10"))
    counted = of_handoffs(taken)
    assert counted["handoffs"].value == 1
    assert counted["handle_time"].value == 600
    assert [counted[n].whole for n in ("missed", "queue_wait", "first_response")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ({"state": HandoffState.MISSED}, True),
        ({"state": HandoffState.ENDED, "ended_as": HandoffEnd.ASKED_AGAIN}, True),
        ({"state": HandoffState.ENDED, "ended_as": HandoffEnd.LEFT}, False),
        ({"state": HandoffState.WAITING}, False),
    ],
)
def test_nobody_came(more, missed):
    assert of_handoffs(handoff(**more))["missed"].part == missed


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({"ended_as": HandoffEnd.LEFT, "ended_at": at("09:01")}, 1),
        ({"ended_as": HandoffEnd.LEFT, "ended_at": at("09:09"), "claimed_at": at("09:01")}, 0),
        ({"ended_as": HandoffEnd.CLOSED, "ended_at": at("09:01")}, 0),
    ],
)
def test_the_buyer_left_before_anybody_came(more, left):
    assert of_handoffs(handoff(**more))["left_queue"].part == left


def test_after_it_was_passed_on_the_first_who_came_counts():
    passed = handoff(
        claimed_at=at("09:30"), first_answer_at=at("09:02"), ended_at=at("09:40"), transfers=1
    )
    counted = of_handoffs(passed)
    assert (counted["queue_wait"].value, counted["handle_time"].value) == (120, 38 * 60)


@pytest.mark.parametrize(
    ("again", "value"),
    [
        (None, False),
        (timedelta(0), True),
        (REOPEN - timedelta(seconds=1), True),
        (REOPEN, False),
    ],
)
def test_a_handoff_is_reopened_when_the_conversation_needs_a_person_again(again, value):
    ended = at("09:30")
    first = handoff(claimed_at=at("09:05"), ended_at=ended)
    then = [handoff("h2", asked=ended + again)] if again is not None else []
    assert reopened([first, *then], LATER)[0].reopened is value


@pytest.mark.parametrize("more", [{}, {"claimed_at": at("09:01")}, {"ended_at": at("09:02")}])
def test_what_did_not_end_with_a_person_cannot_be_reopened(more):
    assert reopened([handoff(**more)], LATER)[0].reopened is None


def test_before_three_days_nobody_knows_whether_it_is_reopened():
    first = handoff(claimed_at=at("09:05"), ended_at=at("09:30"))
    soon = handoff("h2", asked=at("09:40"))
    assert reopened([first, soon], at("09:30") + REOPEN)[0].reopened is True
    assert reopened([first, soon], at("09:29") + REOPEN)[0].reopened is None


def test_ratings_of_bot_person_and_case_are_never_mixed():
    given_stars = {"bot": [5, 4, 3, None], "agent": [1], "case": []}
    ratings = [
        Asked(SHOP, at("09:00"), RatingSubject(name), stars)
        for name, all_of in given_stars.items()
        for stars in all_of
    ]
    found = numbers(Facts(ratings=ratings))
    shares = {name: (n.part, n.whole) for name, n in found.items() if name.startswith("csat")}
    assert shares == {
        "csat_bot": (2, 3), "csat_bot_answered": (3, 4),
        "csat_agent": (0, 1), "csat_agent_answered": (1, 1),
        "csat_case": (0, 0), "csat_case_answered": (0, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "breached"), [(None, 1), ("11:59", 0), ("12:00", 0), ("12:00:01", 1)]
)
def test_a_promise_is_breached_when_it_is_late_or_open(kept, breached):
    promise = Due(SHOP, at("12:00"), "case_ack", kept and at(kept))
    assert numbers(Facts(promises=[promise]))["promises_breached"].part == breached


def test_the_numbers_of_groups_add_up():
    promises = [Due(f"shop{n % 3}", at("12:00"), "x", None) for n in range(10)]
    handoffs = [HandedOver(handoff(str(n), asked=f"09:{n:02d}")) for n in range(7)]
    facts = Facts(handoffs=handoffs, promises=promises)
    groups = [numbers(each) for each in facts.by(lambda each: each.storefront).values()]
    whole = numbers(facts)
    for name, number in whole.items():
        if number.unit is not Unit.SECONDS:
            assert sum(group[name].whole for group in groups) == number.whole

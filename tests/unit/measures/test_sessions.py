"""Sessions are cut by pauses and judged by what is in them: small logs, and properties."""

from datetime import timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.handoffs import HandoffReason, HandoffState
from aftersale.domain.measures import CALL_BACK, GAP, Line, Reader, returns, sessions
from aftersale.domain.requests import CommandKind
from aftersale.services.measures.judging import Judge
from aftersale.services.ports_measures import Reached, Talk
from tests.unit.measures.logs import LATER, MEANINGS, SHOP, at, handoff, lines

READ = Reader(MEANINGS.vocabulary)
STATUS = "c1 09:00 buyer order_status utter_status 09:01"


def cut(*texts):
    return list(sessions(lines(*texts), READ))


def judged(*texts, handoffs=(), reached=(), now=LATER, buyers=None):
    found = cut(*texts)
    names = {each.conversation_id for each in found}
    talks = {name: Talk(SHOP, (buyers or {}).get(name, name)) for name in names}
    return Judge(talks, handoffs, reached, MEANINGS).judged(found, among=found, now=now)


@pytest.mark.parametrize(("second", "number"), [("09:29:59", 1), ("09:30:00", 2), ("09:30:01", 2)])
def test_a_pause_of_thirty_minutes_begins_another_session(second, number):
    assert len(cut(STATUS, f"c1 {second} buyer thank utter_thank {second}")) == number


def test_the_messages_of_agents_keep_a_session_going():
    found = cut(STATUS, "c1 09:25 agent", "c1 09:50 buyer")
    assert [(each.messages, each.turns, each.with_agent) for each in found] == [(2, 1, True)]


def test_an_agent_who_writes_alone_makes_a_session_that_is_not_engaged():
    (found,) = cut("c1 09:00 agent")
    assert not found.engaged


@pytest.mark.parametrize(
    ("answer", "flags"),
    [
        ("order_status utter_status", (False, False, True)),
        ("nlu_fallback utter_fallback_rephrase", (False, True, False)),
        ("nlu_fallback utter_letter_sent", (False, False, False)),  # a form took the words
        ("out_of_scope utter_out_of_scope", (False, True, False)),
        ("order_status utter_trouble", (True, False, False)),
        ("- utter_trouble", (True, False, False)),
    ],
)
def test_how_the_bot_did_with_a_message(answer, flags):
    (found,) = cut(f"c1 09:00 buyer {answer} 09:01")
    assert found.turns == 1
    assert (found.failures, found.fallbacks, found.covered) == tuple(map(int, flags))


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("utter_cancel_status_allows", True),
        ("utter_which_order", True),
        ("utter_status", False),
        ("utter_solved_rate", False),  # asks for a rating only
        ("utter_ask_stars", False),
    ],
)
def test_what_ends_with_a_question_was_abandoned(said, asks):
    (found,) = cut(f"c1 09:00 buyer cancel_order {said} 09:01")
    assert found.ends_asking is asks


def test_an_answered_question_is_not_abandoned():
    (found,) = cut(
        "c1 09:00 buyer cancel_order utter_cancel_status_allows 09:01",
        "c1 09:02 buyer affirm utter_cancel_done_refund 09:03",
    )
    assert not found.ends_asking


@pytest.mark.parametrize(
    ("texts", "contained"),
    [
        ([STATUS], True),
        ([STATUS, "c1 09:02 buyer nlu_fallback utter_fallback_suggest 09:02"], False),
        (["c1 08:59 buyer nlu_fallback utter_fallback_suggest 08:59", STATUS], True),
        ([STATUS, "c1 09:02 buyer - utter_trouble 09:02"], False),
        ([STATUS, "c1 09:02 agent"], False),
    ],
)
def test_what_is_contained(texts, contained):
    assert judged(*texts)[0].contained is contained


@pytest.mark.parametrize(
    ("asked", "more", "handed"),
    [
        ("09:00", {}, True),
        ("09:29:59", {}, True),  # within the session's own half hour
        ("09:30", {}, False),
        ("08:00", {"ended_at": at("08:30")}, False),
        ("08:00", {"ended_at": at("09:00")}, True),
        ("08:00", {}, True),  # still open
        ("08:00", {"state": HandoffState.MISSED}, False),
        ("09:05", {"state": HandoffState.MISSED}, True),
    ],
)
def test_a_handoff_belongs_to_the_session_it_touches(asked, more, handed):
    (found,) = judged(STATUS, handoffs=[handoff(asked=asked, **more)])
    assert (found.handed, found.contained) == (handed, not handed)


@pytest.mark.parametrize("reason", HandoffReason)
def test_a_talk_that_an_agent_began_was_not_asked_for(reason):
    (found,) = judged(STATUS, handoffs=[handoff(reason=reason)])
    assert found.handed
    assert found.asked_for is (reason is not HandoffReason.STARTED)


def test_goals_are_reached_by_responses_commands_and_articles_within_the_session():
    reached = [
        Reached("c1", at("09:05"), CommandKind.CANCEL),
        Reached("c1", at("09:10")),
        Reached("c1", at("09:30"), CommandKind.REMIND),  # too late for this session
        Reached("c2", at("09:05"), CommandKind.REMIND),  # another's
    ]
    (found,) = judged(STATUS, reached=reached)
    assert found.goals == {"order_shown", "cancelled", "article_helped"}


@pytest.mark.parametrize(
    ("hours", "settled", "back"),
    [(23, None, True), (24, False, False)],
)
def test_whoever_comes_back_within_a_day_was_not_helped_for_good(hours, settled, back):
    first = lines(STATUS)[0]
    again = first._replace(seq=9, at=first.at + timedelta(hours=hours))
    found = list(sessions([first, again], READ))
    assert returns(found, {}) == ({found[0]} if back else set())


def test_the_same_buyer_is_known_across_conversations():
    again = "c2 12:00 buyer thank utter_thank 12:01"
    assert [each.called_back for each in judged(STATUS, again)] == [False, False]
    same = judged(STATUS, again, buyers={"c1": "ann", "c2": "ann"})
    assert [each.called_back for each in same] == [True, False]


def test_talks_at_the_same_time_are_no_return():
    goes_on = "c1 09:10 buyer thank utter_thank 09:10"
    beside = "c2 09:05 buyer thank utter_thank 09:05"
    found = judged(STATUS, goes_on, beside, buyers={"c1": "ann", "c2": "ann"})
    assert [each.called_back for each in found] == [False, False]


def test_before_a_day_is_over_nobody_knows_who_comes_back():
    assert judged(STATUS, now=at("09:00", 3) - timedelta(seconds=1))[0].called_back is None
    assert judged(STATUS, now=at("09:00", 3))[0].called_back is False


MOMENTS = st.integers(0, 200_000).map(lambda seconds: at("00:00") + timedelta(seconds=seconds))
ANSWERS = st.sampled_from([None, "utter_status", "utter_fallback_suggest", "utter_trouble"])


@st.composite
def logs(draw):
    """Lines by conversation and in order, as the store gives them."""
    found = []
    for name in draw(st.lists(st.sampled_from("abc"), unique=True)):
        for seq, when in enumerate(sorted(draw(st.lists(MOMENTS, max_size=25)))):
            said = draw(ANSWERS)
            intent = "order_status" if said else None
            found.append(Line(name, seq, when, draw(st.booleans()), intent, 0.9, said))
    return sorted(found)


@given(logs())
def test_every_message_is_in_one_session_and_sessions_keep_their_distance(log):
    found = list(sessions(log, READ))
    assert sum(each.messages for each in found) == sum(not line.is_agent for line in log)
    assert sorted({line.conversation_id for line in log}) == [
        name for name, _ in groupby(found, key=lambda each: each.conversation_id)
    ]
    for first, then in pairwise(found):
        if first.conversation_id == then.conversation_id:
            assert then.began_at - first.last_at >= GAP


@given(logs())
def test_inside_a_session_there_is_no_long_pause(log):
    for each in sessions(log, READ):
        times = [
            line.at
            for line in log
            if line.conversation_id == each.conversation_id
            and each.began_at <= line.at <= each.last_at
        ]
        assert times[0] == each.began_at
        assert all(then - first < GAP for first, then in pairwise(times))


@given(logs())
def test_turns_are_covered_fallbacks_or_failures(log):
    for each in sessions(log, READ):
        assert each.covered + each.fallbacks + each.failures == each.turns <= each.messages
        assert not (each.ends_missed and not each.failures + each.fallbacks)


@given(logs(), st.booleans())
def test_a_return_is_another_session_within_a_day(log, one_buyer):
    found = list(sessions(log, READ))
    buyers = dict.fromkeys("abc", "ann") if one_buyer else {}
    back = returns(found, buyers)
    for each in found:
        theirs = [o for o in found if one_buyer or o.conversation_id == each.conversation_id]
        later = [o for o in theirs if o.engaged and o.began_at > each.last_at]
        expected = any(o.began_at - each.last_at < CALL_BACK for o in later)
        assert (each in back) is (each.engaged and expected)

"""What is named as changing a decision really changes it, to what was named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.orders import ReasonClass
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask, Outcome
from aftersale.policy.facts import Request
from aftersale.policy.problem_knobs import LaunchKnobs
from aftersale.policy.question import Question
from aftersale.policy.what_if import MOST, changes
from tests.unit.policy.cases import DELIVERED, KEYS, NOW, SHIPPED, facts, policies, policy
from tests.unit.policy.test_properties import anywhere, known, near, requests


@pytest.fixture(scope="module", autouse=True)
def policies_are_read():
    """Reading them takes longer than any one example may."""
    policies()


def key(decision):
    return decision.outcome, decision.reason_code


def own(facts, rules):
    """The same facts of an order that its buyer asks about: nothing ends at the door."""
    mine = {"order_number": "A-1", "order_buyer": "me", "asking_buyer": "me"}
    return replace(facts, storefront=rules, **mine)


def told(question):
    present = decide(question.policy, question.facts, question.request, question.now)
    named = changes(question)
    return present, named


@given(facts=known(near), request=requests, rules=st.sampled_from(KEYS))
def test_a_named_change_gives_the_named_answer_and_another_one(facts, request, rules):
    present, named = told(Question(policies()[rules], own(facts, rules), request, NOW))
    for change in named:
        q = change.question
        assert decide(q.policy, q.facts, q.request, q.now) == change.decision
        assert key(change.decision) != key(present)
    assert len({key(change.decision) for change in named}) == len(named) <= MOST


@given(facts=known(near), request=requests, rules=st.sampled_from(KEYS))
def test_a_change_is_one_thing(facts, request, rules):
    question = Question(policies()[rules], own(facts, rules), request, NOW)
    for change in changes(question):
        q = change.question
        differs = [getattr(q, part) != getattr(question, part) for part in question.__slots__]
        assert sum(differs) == 1
        assert (change.at is not None) == (q.now != NOW)


@given(facts=known(anywhere), request=requests, rules=st.sampled_from(KEYS))
def test_no_facts_are_too_odd_to_be_varied(facts, request, rules):
    for change in changes(Question(policies()[rules], facts, request, NOW)):
        assert change.text


def about(rules, wish=Ask.CANCEL, reason=ReasonClass.UNKNOWN, **given):
    return Question(rules, facts(rules.storefront, **given), Request(wish, reason), NOW)


def codes(question):
    named = changes(question)
    for change in named:
        q = change.question
        assert decide(q.policy, q.facts, q.request, q.now) == change.decision
    return {change.code: key(change.decision) for change in named}


def test_time_comes_first_where_time_alone_changes_it():
    rules = policy("supplier-consent")
    question = about(rules, paid_at="-1h")
    present, named = told(question)
    assert present.outcome is Outcome.WAIT_UNTIL
    assert (named[0].code, named[0].at) == ("time", present.earliest)
    assert f"{present.earliest:%Y-%m-%d %H:%M}" in named[0].text
    q = named[0].question
    assert decide(q.policy, q.facts, q.request, q.now) == named[0].decision


def test_the_seller_may_agree():
    assert codes(about(policy("seller-direct")))["seller_agrees"][0] is Outcome.DO_NOW


def test_once_it_arrived_another_rule_holds():
    assert codes(about(policy("status-gated"), **SHIPPED))["arrived"] == (
        Outcome.REFUSE,
        "delivered",
    )


def test_what_would_have_to_be_otherwise_is_named_too():
    named = codes(about(policy("status-gated"), **DELIVERED))
    assert named["not_begun"] == (Outcome.DO_NOW, "status_allows")


def test_an_open_request_that_ends_makes_room():
    named = codes(about(policy("status-gated"), cancellation_open=True))
    assert named["request_over"] == (Outcome.DO_NOW, "status_allows")


def test_a_person_may_do_what_the_assistant_may_not_yet():
    rules = policy("status-gated", launch=LaunchKnobs(act=False))
    assert codes(about(rules))["person"] == (Outcome.DO_NOW, "status_allows")


def test_who_is_not_signed_in_is_asked_to():
    named = codes(about(policy("status-gated"), asking_buyer=None))
    assert named == {"signed_in": (Outcome.DO_NOW, "status_allows")}


@pytest.mark.parametrize("rules", KEYS)
def test_the_text_says_when_and_what(rules):
    for change in changes(about(policies()[rules])):
        assert change.text.startswith(change.when)
        assert change.text.endswith(".")

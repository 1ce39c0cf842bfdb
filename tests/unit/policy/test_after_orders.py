"""Problems, returns, reimbursement, disputes, reviews: what each knob turns, what none does."""

from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, IssueType
from aftersale.policy.answers import ANSWERS
from aftersale.policy.codes import REASON_CODES, response_of, responses_of
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask, Outcome
from aftersale.policy.facts import Request
from aftersale.policy.limits import Limit
from aftersale.policy.problem_knobs import DisputeMode, LaunchMode, ReturnModel
from tests.unit.policy.cases import DELIVERED, KEYS, NOW, facts, policies, policy

LATE = {"lines": ["shipped"], "shipped_at": "-4d", "estimated_delivery_at": "-1h"}
TRIED = {"contact_attempts": 1, "first_contact_at": "-1h", "last_contact_at": "-1h"}
CASE = {"state": "open", "owner": "leader", "type": "problem", "opened_at": "-8d"}
DECIDED = {**CASE, "state": "decided", "verdict": "declined", "decided_by": "kim"}
GIVEN_BACK = {"defective": False, "opened": False, "as_listed": True}


def said(rules, wish, given, **request):
    known = facts(rules.storefront, **given)
    return decide(rules, known, Request(wish, **request), NOW)


LOST = {"issue": IssueType.NOT_RECEIVED}
HOUR = Limit(timedelta(hours=1))
# Each knob that a requirement hangs on: turned, the answer is another one.
TURNED = [
    ("group-buy", {"problem__delay_grace": None}, Ask.PROBLEM, LATE, LOST),
    (
        "group-buy",
        {"problem__first_line": {IssueType.DELAY: CaseOwner.PLATFORM}},
        Ask.PROBLEM,
        LATE,
        LOST,
    ),
    ("helpdesk", {"problem__otherwise": CaseOwner.LEADER}, Ask.PROBLEM, LATE, LOST),
    ("seller-direct", {"problem__otherwise": None}, Ask.PROBLEM, LATE, LOST),
    ("seller-direct", {"problem__seller_first": False}, Ask.REIMBURSE, LATE, {}),
    ("seller-direct", {"problem__seller_wait": HOUR}, Ask.REIMBURSE, {**LATE, **TRIED}, {}),
    ("seller-direct", {"dispute__exceptions": ()}, Ask.REIMBURSE, LATE, {}),
    ("seller-direct", {"dispute__mode": DisputeMode.CONDITIONAL}, Ask.INTERVENE, LATE, {}),
    ("group-buy", {"dispute__mode": DisputeMode.NEVER}, Ask.INTERVENE, {"case": CASE}, {}),
    ("group-buy", {"dispute__triggers": ()}, Ask.INTERVENE, {"case": CASE}, {}),
    (
        "group-buy",
        {"dispute__unresolved_after": Limit(timedelta(days=9))},
        Ask.INTERVENE,
        {"case": CASE},
        {},
    ),
    ("helpdesk", {"dispute__mode": DisputeMode.NEVER}, Ask.ESCALATE, {"case": DECIDED}, {}),
    ("helpdesk", {"returns__model": ReturnModel.SELLER_POLICY}, Ask.RETURN, DELIVERED, {}),
    ("seller-direct", {"returns__model": ReturnModel.TOOL_REVIEW}, Ask.RETURN, DELIVERED, {}),
    ("group-buy", {"returns__preference_limited": False}, Ask.RETURN, DELIVERED, GIVEN_BACK),
    (
        "group-buy",
        {"returns__opened_limited": False},
        Ask.RETURN,
        DELIVERED,
        {**GIVEN_BACK, "opened": True, "as_listed": False},
    ),
    (
        "group-buy",
        {"returns__exceptions": ()},
        Ask.RETURN,
        DELIVERED,
        {"defective": True, "opened": True},
    ),
]


@pytest.mark.parametrize(("key", "knobs", "wish", "given", "request_"), TURNED)
def test_each_knob_turns_its_answer(key, knobs, wish, given, request_):
    before = said(policy(key), wish, given, **request_)
    after = said(policy(key, **knobs), wish, given, **request_)
    assert after.reason_code != before.reason_code


def test_the_shop_that_stays_out_stays_out_whatever_happened():
    for given in (LATE, {**LATE, **TRIED}, DELIVERED, {"case": CASE}, {"payment_state": "failed"}):
        decision = said(policy("seller-direct"), Ask.INTERVENE, {"paid_at": None, **given})
        assert (decision.outcome, decision.reason_code) == (Outcome.REFUSE, "dispute_never")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ask", [Ask.PROBLEM, Ask.RETURN, Ask.REIMBURSE, Ask.INTERVENE])
def test_nothing_known_is_never_a_yes(key, ask):
    bare = {"lines": [None], "placed_at": None, "paid_at": None, "payment_state": None}
    decision = said(policies()[key], ask, bare)
    assert decision.outcome not in {Outcome.DO_NOW, Outcome.SEND_REQUEST}


def test_naive_times_of_a_case_end_in_review():
    naive = {**CASE, "opened_at": "2026-11-01T00:00:00"}
    decision = said(policy("group-buy"), Ask.INTERVENE, {"case": naive})
    assert decision.reason_code == "facts_contradict"


def test_a_line_of_two_is_judged_by_itself():
    both = {"lines": ["delivered", "shipped"], "shipped_at": "-3d", "delivered_at": "-1d"}
    rules = policy("helpdesk")
    assert said(rules, Ask.RETURN, both, line_ids=("1",)).reason_code == "return_review"
    assert said(rules, Ask.RETURN, both, line_ids=("2",)).reason_code == "return_not_arrived"


@pytest.mark.parametrize("mode", [LaunchMode.APPROVE, LaunchMode.OFF])
def test_a_held_contact_is_no_way_round_for_a_problem(mode):
    held = policy("seller-direct", launch__actions={Ask.CONTACT_SELLER: mode})
    decision = said(held, Ask.PROBLEM, LATE, **LOST)
    assert decision.reason_code == f"launch_{mode.value}"
    assert decision.outcome is Outcome.REVIEW


def test_a_person_sees_what_was_decided_although_it_was_held():
    held = policy("status-gated", launch__actions={Ask.CANCEL: LaunchMode.APPROVE})
    decision = said(held, Ask.CANCEL, {})
    assert [verdict.code for verdict in decision.verdicts] == ["launch_approve", "status_allows"]


@pytest.mark.parametrize("ask", Ask)
def test_every_answer_of_a_wish_has_its_response(ask):
    for code in ANSWERS:
        if response_of(ask, code) in responses_of(ask):
            assert code in REASON_CODES
    assert all(name.startswith("utter_") for name in responses_of(ask))

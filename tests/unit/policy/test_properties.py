"""What holds for every order there could be, whatever its facts."""

from dataclasses import asdict, fields, replace
from datetime import UTC, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.cases import (
    CaseOwner,
    CaseState,
    CaseType,
    CaseVerdict,
    IssueType,
    Resolution,
)
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderKind, OrderState, ReasonClass, ReturnClass
from aftersale.domain.parties import RestockingFee
from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.policy.combine import deny_over_review_over_allow
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask, Decision, Outcome, Verdict, VerdictOutcome
from aftersale.policy.facts import CaseFacts, Facts, LineFacts, Request
from aftersale.policy.problem_knobs import LaunchKnobs, LaunchMode
from tests.unit.policy.cases import KEYS, NOW, policies

ACTS = {Outcome.DO_NOW, Outcome.SEND_REQUEST}

near = st.integers(-40 * 86400, 3 * 86400).map(lambda s: NOW + timedelta(seconds=s))
anywhere = st.datetimes(timezones=st.just(UTC)) | st.datetimes()
moments = st.none() | near
people = st.sampled_from([None, "me", "you"])


def known(times):
    """Facts of any kind; `times` says which times occur."""
    some = st.none() | times
    line = st.builds(
        LineFacts,
        line_id=st.sampled_from(["1", "2", "3"]),
        fulfilment=st.none() | st.sampled_from(FulfilmentState),
        cancelled=st.booleans(),
        return_class=st.sampled_from(ReturnClass),
    )
    case = st.builds(
        CaseFacts,
        state=st.sampled_from(CaseState),
        owner=st.sampled_from(CaseOwner),
        type=st.sampled_from(CaseType),
        opened_at=times,
        issue=st.none() | st.sampled_from(IssueType),
        verdict=st.none() | st.sampled_from(CaseVerdict),
        escalated_at=some,
        stepped_in_at=some,
    )
    named = {field.name: some for field in fields(Facts) if field.name.endswith("_at")}
    return st.builds(
        Facts,
        storefront=st.sampled_from(KEYS),
        order_number=st.sampled_from([None, "A-1"]),
        order_buyer=people,
        asking_buyer=people,
        order_state=st.none() | st.sampled_from(OrderState),
        order_kind=st.none() | st.sampled_from(OrderKind),
        payment_method=st.none() | st.sampled_from(PaymentMethod),
        payment_state=st.none() | st.sampled_from(PaymentState),
        lines=st.lists(line, max_size=3).map(tuple),
        restocking_fee=st.none() | st.builds(RestockingFee, percent=st.decimals(0, 100, places=1)),
        seller_known=st.booleans(),
        cancellation_open=st.booleans(),
        hold_open=st.booleans(),
        contact_attempts=st.integers(0, 3),
        case=st.none() | case,
        **named,
    )


requests = st.builds(
    Request,
    ask=st.sampled_from(Ask),
    reason_class=st.sampled_from(ReasonClass),
    line_ids=st.lists(st.sampled_from(["1", "2", "9"]), max_size=2).map(tuple),
    issue=st.none() | st.sampled_from(IssueType),
    resolution=st.none() | st.sampled_from(Resolution),
    opened=st.none() | st.booleans(),
    defective=st.none() | st.booleans(),
    as_listed=st.none() | st.booleans(),
)
rules = st.sampled_from(KEYS).map(lambda key: policies()[key])


@given(rules, known(anywhere), requests, anywhere)
def test_there_is_always_an_answer(policy, facts, request, now):
    decision = decide(policy, facts, request, now)
    assert isinstance(decision, Decision)
    assert decision.outcome in Outcome


@given(rules, known(near), requests)
def test_the_same_question_has_the_same_answer(policy, facts, request):
    assert decide(policy, facts, request, NOW) == decide(policy, facts, request, NOW)


@given(rules, known(near), requests)
def test_nobody_ever_acts_on_somebody_elses_order(policy, facts, request):
    decision = decide(policy, facts, request, NOW)
    own = facts.asking_buyer is not None and facts.asking_buyer == facts.order_buyer
    if not own or facts.storefront != policy.storefront:
        assert decision.outcome is Outcome.REFUSE
        assert decision.reason_code in {"not_verified", "not_found"}
        assert decision.facts == {}
    if decision.outcome in ACTS:
        assert own


@given(rules, known(near), known(near), requests)
def test_somebody_elses_orders_are_all_alike(policy, one, other, request):
    answers = {
        str(asdict(decide(policy, replace(f, asking_buyer="me", order_buyer="you"), request, NOW)))
        for f in (one, other)
    }
    assert len(answers) == 1


# Per wish: what no storefront's rule may look at.
IRRELEVANT = {
    Ask.CANCEL: {"estimated_delivery_at": near, "verified_at": near.filter(lambda t: t <= NOW)},
    Ask.HOLD: {"estimated_delivery_at": near, "restocking_fee": st.just(RestockingFee())},
    Ask.CONTACT_SELLER: {"estimated_delivery_at": near, "hold_open": st.booleans()},
    Ask.UNDO_CANCEL: {"estimated_delivery_at": near, "seller_known": st.booleans()},
    Ask.PROBLEM: {"hold_open": st.booleans(), "restocking_fee": st.just(RestockingFee())},
    Ask.RETURN: {"estimated_delivery_at": near, "contact_attempts": st.integers(0, 3)},
    Ask.REIMBURSE: {"hold_open": st.booleans(), "restocking_fee": st.just(RestockingFee())},
    Ask.INTERVENE: {"hold_open": st.booleans(), "contact_attempts": st.integers(0, 3)},
    Ask.ESCALATE: {"estimated_delivery_at": near, "contact_attempts": st.integers(0, 3)},
}


@given(st.data(), rules, known(near), requests)
def test_an_irrelevant_fact_changes_nothing(data, policy, facts, request):
    before = decide(policy, replace(facts, verified_at=None), request, NOW)
    extra = {k: data.draw(v) for k, v in IRRELEVANT[request.ask].items()}
    with_more = replace(facts, **{"verified_at": None, **extra})
    after = decide(policy, with_more, request, NOW)
    # who may be offered as an alternative is relevant to every answer that offers something
    same = replace(after, alternatives=before.alternatives)
    assert same == before


@given(rules, known(near), requests)
def test_the_terms_do_not_move_with_the_second(policy, facts, request):
    now, later = (decide(policy, facts, request, NOW + timedelta(seconds=s)) for s in (0, 1))
    if (now.outcome, now.reason_code) == (later.outcome, later.reason_code):
        assert (now.earliest, now.latest, now.money) == (later.earliest, later.latest, later.money)


@given(rules, known(near), requests)
def test_no_return_dispute_or_reimbursement_is_ever_done_or_granted_here(policy, facts, request):
    decision = decide(policy, facts, request, NOW)
    if decision.ask in {Ask.PROBLEM, Ask.RETURN, Ask.REIMBURSE, Ask.INTERVENE}:
        assert decision.outcome not in ACTS
        assert decision.money in {"none", "unknown"}
    if decision.ask is Ask.ESCALATE:
        assert decision.outcome is not Outcome.DO_NOW


@given(known(near), requests)
def test_where_the_platform_stays_out_nothing_ever_brings_it_in(facts, request):
    mine = replace(
        facts, storefront="seller-direct", order_number="A-1", order_buyer="me", asking_buyer="me"
    )
    asked = replace(request, ask=Ask.INTERVENE)
    decision = decide(policies()["seller-direct"], mine, asked, NOW)
    assert (decision.outcome, decision.reason_code) == (Outcome.REFUSE, "dispute_never")


@given(rules, known(near), requests)
def test_read_only_changes_nothing_whatever_is_asked(policy, facts, request):
    closed = replace(policy, launch=LaunchKnobs(read_only=True))
    decision = decide(closed, facts, request, NOW)
    assert decision.outcome is Outcome.REFUSE
    assert decision.reason_code in {"read_only", "not_verified", "not_found"}


@given(rules, known(near), requests, st.sampled_from(LaunchMode))
def test_what_is_not_live_is_never_acted_on(policy, facts, request, mode):
    held = replace(policy, launch=LaunchKnobs(actions=dict.fromkeys(Ask, mode)))
    decision = decide(held, facts, request, NOW)
    if mode is not LaunchMode.ON and request.ask is not Ask.UNDO_CANCEL:
        assert decision.outcome not in {*ACTS, Outcome.CONTACT_ONLY}
    else:
        assert decision == decide(policy, facts, request, NOW)


@given(rules, known(near), requests)
def test_money_moves_only_with_an_act(policy, facts, request):
    decision = decide(policy, facts, request, NOW)
    if decision.money in {"refund", "release"}:
        assert decision.outcome in ACTS
    if decision.money == "refund":
        assert facts.payment_state in {PaymentState.PAID, PaymentState.VERIFYING}


@given(rules, known(near), requests)
def test_promised_dates_are_the_policys_and_lie_ahead(policy, facts, request):
    for promise in decide(policy, facts, request, NOW).promises:
        assert promise.due_at is None or promise.due_at > NOW


@pytest.mark.parametrize("pair", list(product(VerdictOutcome, repeat=2)), ids=str)
def test_deny_beats_review_beats_allow(pair):
    said = [Verdict(str(n), outcome, "x") for n, outcome in enumerate(pair)]
    strict = [VerdictOutcome.DENY, VerdictOutcome.REVIEW, VerdictOutcome.ALLOW]
    counted = deny_over_review_over_allow(said)
    assert counted.outcome is next(o for o in strict if o in pair)
    # of equals the first counts
    assert counted is next(v for v in said if v.outcome is counted.outcome)


def test_silence_is_no_permission():
    assert deny_over_review_over_allow(()).outcome is VerdictOutcome.REVIEW


@given(st.lists(st.sampled_from(VerdictOutcome), min_size=1))
def test_one_more_verdict_never_loosens_the_answer(outcomes):
    rank = [VerdictOutcome.ALLOW, VerdictOutcome.REVIEW, VerdictOutcome.DENY].index
    said = [Verdict("r", outcome, "x") for outcome in outcomes]
    for more in VerdictOutcome:
        wider = deny_over_review_over_allow([*said, Verdict("more", more, "x")])
        assert rank(wider.outcome) >= rank(deny_over_review_over_allow(said).outcome)

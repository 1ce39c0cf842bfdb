"""What replies about a case may name, and which reply fits its state."""

from typing import Any

from aftersale.domain.cases import Case, CaseOwner, CaseState, CaseVerdict
from aftersale.policy.knobs import Policy
from aftersale.policy.problem_knobs import DisputeMode
from aftersale.services.case_life.first_line import newest_answer
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice, date, time
from aftersale.services.wiring import Wiring

_OPEN = frozenset({CaseState.OPEN, CaseState.ACKNOWLEDGED})
_ACTS = {
    CaseOwner.LEADER: "leader",
    CaseOwner.SELLER: "seller",
    CaseOwner.PLATFORM: "team",
    CaseOwner.AGENT: "team",
}


def case_variables(wiring: Wiring, uow: UnitOfWork, case: Case) -> dict[str, Any]:
    """Return the variables of every reply about a case; what does not apply is None."""
    acknowledged = case.ack_at is not None or case.state not in _OPEN
    return {
        "case_number": case.number,
        "number": case.order_number,
        **_whose(case, names := _names(wiring, uow, case)),
        **_written(uow, case, names),
        "ack_due_by": None if acknowledged else time(case.ack_due_by),
        "asked": case.info_asked,
        "info_due_by": time(case.info_due_by),
        "escalated": date(case.escalated_at),
        "why": why(wiring, case),
        "files": len(uow.attachments.of_case(case.number)),
        "disagree": case.number if may_disagree(wiring.policy(case.storefront), case) else None,
        "choices": [],
    }


def _names(wiring: Wiring, uow: UnitOfWork, case: Case) -> dict[str, str]:
    """Return what those are called who may have to act."""
    policy = wiring.policy(case.storefront)
    order = uow.orders.find(case.storefront, case.order_number) if case.order_number else None
    seller = uow.parties.seller(order.seller_id) if order and order.seller_id else None
    party = f"The {policy.party}"
    return {
        "leader": (order.leader_name if order else None) or party,
        "seller": seller.nickname if seller else party,
        "team": policy.name,
    }


def _whose(case: Case, names: dict[str, str]) -> dict[str, str | None]:
    """Return whose turn it is, under the name that the wording has a line for."""
    acts = _ACTS[case.owner]
    return {each: name if each == acts else None for each, name in names.items()}


def _written(uow: UnitOfWork, case: Case, names: dict[str, str]) -> dict[str, Any]:
    """Return what the seller or the leader wrote last, if they wrote at all."""
    entry = newest_answer(uow.cases.entries(case.number))
    if entry is None:
        return dict.fromkeys(("who", "answered", "answer"))
    return {"who": names[entry.role.value], "answered": date(entry.at), "answer": entry.text}


def why(wiring: Wiring, case: Case) -> str | None:
    """Return the reason of the first decision in plain words."""
    if case.verdict_code is None:
        return None
    return wiring.voice.plain(
        f"verdict_{case.verdict_code}",
        {},
        storefront=case.storefront,
        locale="en",
        timezone="UTC",
    )


def may_disagree(policy: Policy, case: Case) -> bool:
    """Tell whether the storefront has a different person look at this decision (R3.23)."""
    offered = policy.dispute.mode is DisputeMode.REVIEW_ON_REQUEST
    return offered and case.state is CaseState.DECIDED and case.review_verdict is None


def status_response(case: Case) -> str:
    """Return the reply that says where the case stands."""
    if case.state is CaseState.DECIDED and case.review_verdict:
        return f"utter_case_status_reviewed_{case.review_verdict.value}"
    if case.state is CaseState.DECIDED and case.verdict:
        return f"utter_case_status_{case.verdict.value}"
    return f"utter_case_status_{case.state.value}"


def ways_on(case: Case, variables: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons that fit the state of the case."""
    if case.state is CaseState.DECIDED:
        kept = [choice("escalate_case", case_number=case.number)] if variables["disagree"] else []
        money = case.order_number if case.verdict is not CaseVerdict.DECLINED else None
        return [*kept, *([choice("refund_status", order_number=money)] if money else [])]
    if case.state is CaseState.CLOSED:
        return [choice("open_case")]
    return [choice("add_to_case", case_number=case.number)]

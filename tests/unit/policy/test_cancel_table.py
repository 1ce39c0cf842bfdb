"""Every cell of the table "Cancel my order", read from its text (cancel_table.md)."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from aftersale.domain.orders import ReasonClass
from aftersale.policy.decision import Alternative as A
from aftersale.policy.decision import Decision, MoneyMove
from tests.unit.policy.cases import DELIVERED, JOINED, NOW, SHIPPED, UNPAID, cancel

ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in Path(__file__).with_name("cancel_table.md").read_text("utf-8").splitlines()
]
HEAD, BODY = ROWS[0], ROWS[2:]
COLUMNS = [title.split(" ", 1)[1] for title in HEAD[1:]]

STATES = {
    "awaiting payment, placed 5 days ago": {**UNPAID, "placed_at": "-5d"},
    "authorised, unlimited group, campaign open": {**JOINED, "campaign_ends_at": "+2d"},
    "authorised, unlimited group, campaign over": {**JOINED, "campaign_ends_at": "-2d"},
    "paid by card 1 h ago": {"paid_at": "-1h"},
    "paid by card 30 h ago": {"paid_at": "-30h"},
    "paid by bank transfer 1 h ago": {"payment_method": "bank_transfer", "paid_at": "-1h"},
    "paid, preparing": {"paid_at": "-30h", "lines": ["preparing"]},
    "shipped": SHIPPED,
    "delivered": DELIVERED,
}


def of_contact(decision: Decision, _state: str) -> None:
    assert decision.outcome == "contact_only"
    assert A.CONTACT_SELLER in decision.alternatives
    assert decision.actor == "seller"
    assert decision.promises == ()


def of_return_on_receipt(decision: Decision, _state: str) -> None:
    assert A.RETURN_ON_RECEIPT in decision.alternatives


def of_fee(decision: Decision, _state: str) -> None:
    assert "R0.8" in decision.requirements
    assert "restocking_fee" in decision.facts


def of_return_by_policy(decision: Decision, _state: str) -> None:
    assert decision.reason_code == "seller_decides_delivered"


def of_hope(decision: Decision, _state: str) -> None:
    assert decision.reason_code == "seller_decides"
    assert "R0.6" in decision.requirements


def of_auto(decision: Decision, _state: str) -> None:
    assert decision.outcome == "auto_at"
    assert decision.latest == NOW - timedelta(days=5) + timedelta(days=20)
    assert decision.money is MoneyMove.NONE
    assert decision.actor == "system"


def of_unspecified(decision: Decision, _state: str) -> None:
    assert decision.reason_code == "not_stated"
    assert decision.outcome == "contact_only"


def of_ticket(decision: Decision, _state: str) -> None:
    assert decision.reason_code == "not_stated"
    assert decision.outcome == "handoff"
    assert decision.alternatives == (A.OPEN_CASE,)


def of_do_now(decision: Decision, _state: str) -> None:
    assert decision.outcome == "do_now"
    assert decision.actor == "buyer"


def of_release(decision: Decision, _state: str) -> None:
    assert decision.money is MoneyMove.RELEASE
    assert decision.latest == NOW + timedelta(days=2)


def of_review(decision: Decision, _state: str) -> None:
    assert decision.outcome == "review"
    assert A.OPEN_CASE in decision.alternatives


def of_refund_request(decision: Decision, state: str) -> None:
    of_review(decision, state)
    wanted = "received_review" if state == "delivered" else "paid_review"
    assert decision.reason_code == wanted


def of_gate(decision: Decision, _state: str) -> None:
    assert decision.outcome == "wait_until"
    assert decision.earliest == NOW - timedelta(hours=1) + timedelta(hours=24)


def of_hold(decision: Decision, _state: str) -> None:
    assert A.ASK_HOLD in decision.alternatives
    assert A.REMIND in decision.alternatives


def of_request(decision: Decision, _state: str) -> None:
    assert decision.outcome == "send_request"
    assert decision.actor == "seller"


def of_refusal(decision: Decision, state: str) -> None:
    assert decision.outcome == "refuse"
    assert decision.reason_code == ("delivered" if state == "delivered" else "shipped")


def of_offered_contact(decision: Decision, _state: str) -> None:
    assert A.CONTACT_SELLER in decision.alternatives


def of_convenience(decision: Decision, state: str) -> None:
    of_review(decision, state)
    assert decision.reason_code == "started_convenience"


def of_fault(state: str) -> None:
    decision = cancel("group-buy", reason=ReasonClass.FAULT, **STATES[state])
    of_review(decision, state)
    assert decision.reason_code == "started_fault"
    assert decision.alternatives[0] is A.FAULT_PATH


def of_as_preparing(decision: Decision, state: str) -> None:
    of_convenience(decision, state)
    of_fault(state)


# Phrase of the table -> what it demands. Every part of every cell must match one of these.
PHRASES = {
    r"contact\(seller\)|contact\(supplier\)": None,  # told apart below: alone or after a refusal
    r"hopeful, not promised": of_hope,
    r"auto_at placed \+ 20 d": of_auto,
    r"no manual cancel": of_auto,
    r"unspecified": of_unspecified,
    r"unspecified → ticket": of_ticket,
    r"do_now after yes": of_do_now,
    r"do_now after yes \(still Awaiting Shipping\)": of_do_now,
    r"release where possible": of_release,
    r"review": of_review,
    r"review \(refund request\)|refund request \(review\)": of_refund_request,
    r"wait_until paid \+ 24 h": of_gate,
    r"offers the hold message in the same turn": of_hold,
    r"send_request after yes": of_request,
    r"convenience: review": of_convenience,
    r'"may no longer be accepted"': of_convenience,
    r"fault: fault path": lambda _decision, state: of_fault(state),
    r"may have to return on receipt": of_return_on_receipt,
    r"fee may apply": of_fee,
    r"return by the seller's policy": of_return_by_policy,
    r"refuse: shipped|refuse: Awaiting Delivery|refuse": of_refusal,
    r"as preparing": of_as_preparing,
}


def demands(cell: str):
    parts = [part.strip() for part in re.split(r"[;,](?! not promised)", cell)]
    for part in parts:
        fits = [check for phrase, check in PHRASES.items() if re.fullmatch(phrase, part)]
        assert len(fits) == 1, f"no meaning for {part!r} of {cell!r}"
        refused = cell.startswith("refuse")
        yield fits[0] or (of_offered_contact if refused else of_contact)


CELLS = [
    pytest.param(row[0], column, cell, id=f"{column}: {row[0]}")
    for row in BODY
    for column, cell in zip(COLUMNS, row[1:], strict=True)
]


def test_the_table_has_all_its_cells():
    assert len(CELLS) == 9 * 5
    assert {row[0] for row in BODY} == set(STATES)


@pytest.mark.parametrize(("state", "storefront", "cell"), CELLS)
def test_what_the_table_says_is_decided(state, storefront, cell):
    decision = cancel(storefront, **STATES[state])
    for check in demands(cell):
        check(decision, state)


@pytest.mark.parametrize(("state", "storefront", "cell"), CELLS)
def test_nothing_else_is_ever_done_at_once(state, storefront, cell):
    acts = cancel(storefront, **STATES[state]).outcome in {"do_now", "send_request"}
    assert acts == cell.startswith(("do_now", "send_request"))

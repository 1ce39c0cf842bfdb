"""Two tabs that report the same thing about an order at the same moment open one case."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from aftersale.domain.cases import IssueType
from aftersale.domain.conversations import Identity
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from aftersale.policy.decision import Ask
from aftersale.services.call import Call
from aftersale.services.deciding import Wish, judge
from aftersale.services.deed import Deed
from aftersale.services.effects import carry_out
from aftersale.services.problem_filing import file_problem
from aftersale.services.reimbursing import file_reimbursement
from aftersale.services.returning.filing import file_return
from aftersale.store.cases import SqlCases
from tests.integration.store.test_refunds_at_once import wiring_of
from tests.integration.store.things import NOW, a_conversation, an_order, fill
from tests.unit.services.world import S3

TABS = ("c1", "c2")


@pytest.fixture
def order(uow_factory):
    made = replace(an_order(), storefront=S3)
    tabs = [a_conversation(tab, storefront=S3) for tab in TABS]
    fill(uow_factory, orders=[made], conversations=tabs)
    return made


@pytest.fixture(autouse=True)
def both_look_before_either_files(monkeypatch):
    """Hold whoever is about to file until the other is there too, if it can get there."""
    real, both = SqlCases.next_number, threading.Barrier(len(TABS))

    def held(self):
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return real(self)

    monkeypatch.setattr(SqlCases, "next_number", held)


def deed_of(call, judgement, kind):
    command = PendingCommand(
        command_id=f"yes-{call.conversation_id}",
        conversation_id=call.conversation_id,
        kind=kind,
        state=CommandState.OPEN,
        storefront=S3,
        order_number=judgement.order.number,
        decision_id=None,
        order_version=None,
        terms_hash="",
        terms={},
        created_at=NOW,
        expires_at=NOW,
    )
    return Deed(call, command, judgement)


def problem(wiring, uow, call, judgement):
    file_problem(wiring, uow, call, judgement, key=f"yes-{call.conversation_id}")


def give_back(wiring, uow, call, judgement):
    file_return(wiring, uow, call, judgement, key=f"yes-{call.conversation_id}")


def review(wiring, uow, call, judgement):
    carry_out(wiring, uow, deed_of(call, judgement, CommandKind.OPEN_CASE))


def reimbursement(wiring, uow, call, judgement):
    file_reimbursement(wiring, uow, deed_of(call, judgement, CommandKind.ASK_REIMBURSEMENT))


FILED = {
    "a problem": (problem, Wish(Ask.PROBLEM, issue=IssueType.DAMAGED, line_ids=("L1",))),
    "a return": (give_back, Wish(Ask.RETURN, reason_text="Too small", line_ids=("L1",))),
    "a review": (review, Wish(Ask.CANCEL)),
    "a reimbursement": (reimbursement, Wish(Ask.REIMBURSE)),
}


@pytest.mark.parametrize("what", FILED)
def test_the_same_matter_of_two_tabs_is_one_case(what, engine, uow_factory, order):
    file, wish = FILED[what]
    start = threading.Barrier(len(TABS))

    def report(tab):
        wiring = wiring_of(engine)
        call = Call(tab, "", Identity(S3, order.buyer_id), NOW)
        start.wait()
        with wiring.uow() as uow:
            judgement = judge(wiring, uow, order, wish, asking_buyer=order.buyer_id, now=NOW)
            file(wiring, uow, call, judgement)
            uow.commit()

    with ThreadPoolExecutor(len(TABS)) as pool:
        list(pool.map(report, TABS))
    with uow_factory() as uow:
        assert len(uow.cases.of_buyer(S3, order.buyer_id)) == 1

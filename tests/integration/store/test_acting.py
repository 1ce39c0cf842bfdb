"""Proposals, blocks and the desk's look-ups in the database, and two agents at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.acting import (
    AgentAsk,
    Block,
    CaseFilter,
    CaseNote,
    Proposal,
    ProposalState,
)
from aftersale.domain.cases import CaseOwner, CaseState
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.errors import TermsChanged
from aftersale.services.desk.acting import Acting
from aftersale.services.desk.asked import Asked
from aftersale.services.wiring import Wiring
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.store.things import (
    BUYER,
    NOW,
    SHOP,
    a_case,
    a_conversation,
    a_line,
    an_audit,
    an_entry,
    an_order,
    fill,
)
from tests.unit.fakes_outside import FakeVoice, counting_ids
from tests.unit.services.world import POLICIES, S2

HOUR = timedelta(hours=1)
ADA, BEN = DeskUser("ada", "Ada", Role.AGENT), DeskUser("ben", "Ben", Role.AGENT)


def a_proposal(proposal_id="p1", **more):
    values = {
        "proposal_id": proposal_id,
        "storefront": SHOP,
        "order_number": an_order().number,
        "ask": AgentAsk.CANCEL,
        "by": "ada",
        "state": ProposalState.OPEN,
        "wish": {"ask": "cancel"},
        "terms": {"by_rules": None},
        "terms_hash": "h",
        "created_at": NOW,
        "expires_at": NOW + HOUR,
    }
    return Proposal(**values | more)


def test_a_proposal_is_finished_once(uow_factory):
    fill(uow_factory, orders=[an_order()])
    done = a_proposal(state=ProposalState.DONE, done_at=NOW, done_by="ada", result={"deed": "x"})
    with uow_factory() as uow:
        uow.proposals.add(a_proposal())
        assert uow.proposals.get("p1") == a_proposal()
        assert uow.proposals.of_order(SHOP, an_order().number) == []
        assert uow.proposals.finish(done)
        assert not uow.proposals.finish(replace(done, done_by="ben"))
        uow.commit()
    with uow_factory() as uow:
        assert uow.proposals.of_order(SHOP, an_order().number) == [done]
        assert uow.proposals.get("p2") is None


def test_a_block_holds_until_its_time_and_is_replaced_and_lifted(uow_factory):
    fill(uow_factory)
    block = Block(BUYER.buyer_id, SHOP, "Spam.", "sam", NOW, NOW + HOUR)
    with uow_factory() as uow:
        uow.blocks.put(block)
        assert uow.blocks.of(BUYER.buyer_id, NOW) == block
        assert uow.blocks.of(BUYER.buyer_id, NOW + HOUR) is None
        forever = replace(block, until=None)
        uow.blocks.put(forever)
        assert uow.blocks.of(BUYER.buyer_id, NOW + 1000 * HOUR) == forever
        assert uow.blocks.lift(BUYER.buyer_id)
        assert not uow.blocks.lift(BUYER.buyer_id)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("sc-20261101-01", 1),
        ("SC 20261101", 2),
        ("order no. SC-20261101-02", 1),
        ("alex", 2),
        ("BUYER1@example.com", 2),
        ("buyer2@", 0),
        ("%", 0),
        ("b%1@example.com", 0),
        ("_lex", 0),
    ],
)
def test_orders_are_found_by_number_name_or_address(uow_factory, words, found):
    fill(uow_factory, orders=[an_order(), an_order("SC-20261101-02")])
    with uow_factory() as uow:
        assert len(uow.lookups.orders(words, storefronts=())) == found
        assert len(uow.lookups.orders(words, storefronts=(SHOP,))) == found
        assert uow.lookups.orders(words, storefronts=("elsewhere",)) == []


def test_cases_stand_in_the_order_in_which_they_are_due(uow_factory):
    cases = [
        a_case("C-0000-0001", created_at=NOW - HOUR),
        a_case("C-0000-0002", ack_due_by=NOW + 3 * HOUR),
        a_case("C-0000-0003", ack_due_by=NOW - HOUR, ack_at=NOW, info_due_by=NOW + HOUR),
        a_case("C-0000-0004", first_line_due_by=NOW - HOUR, owner=CaseOwner.LEADER),
        a_case("C-0000-0005", state=CaseState.CLOSED, ack_due_by=NOW - 9 * HOUR),
    ]
    with uow_factory() as uow:
        for case in cases:
            uow.cases.add(case, an_entry(case.number), audit=an_audit())
        listed = [case.number[-1] for case in uow.lookups.cases(CaseFilter())]
        assert listed == ["4", "3", "2", "1", "5"]
        late = CaseFilter(overdue_at=NOW)
        assert [case.number[-1] for case in uow.lookups.cases(late)] == ["4"]
        assert uow.lookups.count(late) == 1
        leader = CaseFilter(owners=frozenset({"leader"}), storefronts=(SHOP,))
        assert uow.lookups.count(leader) == 1
        assert uow.lookups.count(CaseFilter(words="c-0000-0003")) == 1
        assert uow.lookups.count(CaseFilter(assignee="ada")) == 0
        page = uow.lookups.cases(CaseFilter(), limit=2, offset=2)
        assert [case.number[-1] for case in page] == ["2", "1"]


def test_notes_and_what_was_written_before(uow_factory):
    with uow_factory() as uow:
        uow.cases.add(a_case(), an_entry(), audit=an_audit())
        note = CaseNote("n1", a_case().number, NOW, "ada", "Again.")
        uow.lookups.add_note(note)
        assert uow.lookups.notes(a_case().number) == [note]
        uow.ledger.audit(an_audit("order.read"))
        asked = ("system:test", "order.read", "order:S/1")
        assert uow.lookups.was_written(*asked, NOW - HOUR)
        assert not uow.lookups.was_written(*asked, NOW)
        assert not uow.lookups.was_written("agent:ada", *asked[1:], NOW - HOUR)


def test_two_agents_who_confirm_at_the_same_moment_have_one_effect(engine, uow_factory):
    lines = (a_line("L1", fulfilment="none"),)
    paid = replace(an_order().payment, state=PaymentState.PAID)
    order = an_order(lines=lines, shipments=(), payment=paid)
    buyer = replace(BUYER, storefront=S2)
    with uow_factory() as uow:
        uow.parties.add_buyer(buyer)
        order = replace(order, storefront=S2, seller_id=None)
        uow.orders.upsert_from_shop(order, audit=an_audit())
        talk = a_conversation("c1", storefront=S2, buyer_id=buyer.buyer_id)
        uow.conversations.add(talk)
        uow.commit()
    start, place = threading.Barrier(2), (S2, order.number)

    def confirm(user):
        acting = Acting(wiring_of(engine, user.user))
        shown = acting.propose(place, Asked(AgentAsk.CANCEL), user=user, now=NOW)
        start.wait()
        try:
            return acting.confirm(shown.proposal.proposal_id, user=user, now=NOW)
        except TermsChanged:
            return None

    with ThreadPoolExecutor(2) as pool:
        done = [each for each in pool.map(confirm, (ADA, BEN)) if each]
    assert len(done) == 1
    with uow_factory() as uow:
        assert len(uow.requests.for_order(*place)) == 1
        stored = uow.orders.find(*place)
        assert stored is not None
        assert stored.state is OrderState.CANCELLING
        assert len(uow.conversations.events("c1", since=0)) == 1


def wiring_of(engine, name):
    return Wiring(
        uow=make_uow_factory(engine),  # one each: they queue in the database alone
        policies=dict(POLICIES),
        voice=FakeVoice(),
        new_id=counting_ids(name),
        base_url="https://help.example",
    )

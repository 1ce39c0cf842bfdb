"""A leader answers on a page: in words, once, and without deciding anything."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import Attachment, CaseOwner, CaseState, Role
from aftersale.errors import LinkGone
from aftersale.gateway.screen import screen
from aftersale.services.case_life.answering import AnswerCase, invite
from tests.unit.services.cases import CaseWorld
from tests.unit.services.world import NOW, S4


@pytest.fixture
def w():
    world = CaseWorld(S4, case={"owner": CaseOwner.LEADER}, leader_name="Lea")
    with world.wiring.uow() as uow:
        assert invite(world.wiring, uow, world.case_now, now=world.now)
        uow.commit()
    return world


@pytest.fixture
def page(w):
    return AnswerCase(w.wiring, screen)


def token(w):
    (row,) = w.outbox()
    return row.payload["link"].rpartition("/")[2]


def test_the_letter_leads_to_a_page_that_shows_no_more_than_is_needed(w, page):
    shown = page.view(token(w), now=w.now)
    assert (shown.first_name, shown.items, shown.text) == ("Ann", ("Blue shoes",), "Please help.")
    assert w.number not in str(shown)
    assert page.view(token(w), now=w.now) == shown  # looking changes nothing


OWN = "lea@leaders.example"
GONE = {"email_valid": False}
WROTE_TO = {
    "the leader has an address": ({"leader_email": OWN}, {}, [OWN]),
    "the seller cannot be reached": ({"leader_email": OWN}, GONE, [OWN]),
    "the order names no seller": ({"leader_email": OWN, "seller_id": None}, {}, [OWN]),
    "the leader has none": ({}, {}, ["barn@seller.example"]),
    "nobody can be reached": ({}, GONE, []),
    "mail to the seller came back": ({}, {"email_bounced_at": NOW}, []),
    "it is the seller's first": ({"leader_email": OWN}, {"first": True}, ["barn@seller.example"]),
}


@pytest.mark.parametrize("name", WROTE_TO)
def test_the_letter_goes_to_who_looks_first_at_their_own_address(name):
    order, seller, addresses = WROTE_TO[name]
    owner = CaseOwner.SELLER if seller.get("first") else CaseOwner.LEADER
    world = CaseWorld(S4, case={"owner": owner}, leader_name="Lea", **order)
    known = world.store.tables.sellers
    changes = {key: value for key, value in seller.items() if key != "first"}
    known["sel"] = replace(known["sel"], **changes)
    with world.wiring.uow() as uow:
        assert invite(world.wiring, uow, world.case_now, now=world.now) is bool(addresses)
        uow.commit()
    assert [row.payload["to"] for row in world.outbox()] == addresses
    greeted = ["Lea" if address == OWN else "Blue Barn" for address in addresses]
    assert [json.loads(row.payload["text"])["seller"] for row in world.outbox()] == greeted


def test_the_page_shows_the_photos_of_the_case_alone_and_the_letter_counts_them():
    world = CaseWorld(S4, case={"owner": CaseOwner.LEADER}, leader_name="Lea")
    tables = world.store.tables
    for name, case in {"p1": world.number_of_case, "p2": None, "p3": "C-OTHER"}.items():
        sent = Attachment(name, S4, "conv", "image/jpeg", 10, name, name, world.now)
        tables.attachments[name] = replace(sent, case_number=case)
    with world.wiring.uow() as uow:
        invite(world.wiring, uow, world.case_now, now=world.now)
        uow.commit()
    shown = AnswerCase(world.wiring, screen).view(token(world), now=world.now)
    assert [one.attachment_id for one in shown.photos] == ["p1"]
    [row] = world.outbox()
    assert '"photos": 1' in row.payload["text"]
    assert "/attachments/" not in row.payload["text"]


def test_the_answer_stands_in_the_thread_and_the_buyer_is_told(w, page):
    page.answer(token(w), "It ships on Monday.", now=w.now)
    entry = w.thread[-1]
    assert (entry.role, entry.author, entry.text) == (
        Role.LEADER,
        "leader:Lea",
        "It ships on Monday.",
    )
    assert w.told() == ["utter_told_case_first_line_answer"]
    assert w.case_now.state is CaseState.OPEN  # nothing is decided


def test_the_same_answer_twice_is_one_and_another_does_not_replace_it(w, page):
    for _ in range(2):
        page.answer(token(w), "It ships on Monday.", now=w.now)
    with pytest.raises(LinkGone):
        page.answer(token(w), "It never ships.", now=w.now)
    with pytest.raises(LinkGone):
        page.view(token(w), now=w.now)
    assert [e.text for e in w.thread] == ["Please help.", "It ships on Monday."]


def test_a_card_number_in_the_answer_is_hidden(w, page):
    page.answer(token(w), "Pay to 4111 1111 1111 1111.", now=w.now)
    assert "4111" not in w.thread[-1].text


@pytest.mark.parametrize("later", [timedelta(days=14), timedelta(days=30)])
def test_an_expired_link_opens_nothing(w, page, later):
    with pytest.raises(LinkGone):
        page.view(token(w), now=w.now + later)


def test_a_link_of_another_purpose_or_of_nothing_opens_nothing(w, page):
    with pytest.raises(LinkGone):
        page.view("nothing", now=w.now)


def test_when_the_case_is_decided_the_page_is_gone(w, page):
    w.decide()
    with pytest.raises(LinkGone):
        page.answer(token(w), "Too late.", now=w.now)
    assert "Too late." not in [e.text for e in w.thread]

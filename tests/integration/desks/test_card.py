"""The card beside a conversation at Chatwoot: the buyer's own order, and why the bot said what."""

from dataclasses import replace

import pytest

from aftersale.domain.conversations import Identity
from aftersale.domain.requests import AuditEntry
from aftersale.errors import TokenInvalid
from aftersale.services.call import Call, OrderHint
from aftersale.services.outside_desk.card import decision_shown
from aftersale.services.ports import StoredDecision
from aftersale.services.show_order import ShowOrder
from tests.integration.desks.world import CONV, SHOP
from tests.integration.gateway.world import make_order


def add_order(world, number, buyer="ann"):
    order = replace(make_order(buyer), storefront=SHOP, number=number)
    audit = AuditEntry(at=world.now, actor="shop", action="import", subject=f"order:{SHOP}/1")
    with world.uow() as uow:
        uow.orders.upsert_from_shop(order, audit=audit)
        uow.commit()
    return order


@pytest.fixture
def talk(world):
    add_order(world, "HD/55821")
    call = Call(CONV, "turn", Identity(SHOP, "ann"), world.now)
    ShowOrder(world.wiring).status(call, OrderHint(number="HD/55821"))
    world.ask()
    world.carry()
    return world


def shown(world):
    token = world.server.only().attributes["aftersale_card"]
    return world.outside.cards.show(token, world.link().ref, world.now)


def test_it_shows_the_order_and_the_decision_with_its_rules_and_facts(talk):
    card = shown(talk)
    assert card["order"]["number"] == "HD/55821"
    assert any("HD/55821" in line for line in card["order"]["lines"])
    (decision,) = card["decisions"]
    assert decision["order"] == "HD/55821"
    assert decision["reason"]
    (rule,) = decision["rules"]
    assert (rule["name"], rule["code"]) == ("storefront_states_a_rule", "not_stated")
    assert decision["policy_version"]


def test_it_shows_the_facts_that_a_rule_used(talk):
    rule = {"rule": "in_time", "outcome": "deny", "code": "late", "facts": {"hours": 30}}
    decision = {"ask": "cancel", "verdicts": [rule], "facts": {"kind": "normal"}}
    known = {"order_number": None, "conversation_id": CONV, "request": {}}
    stored = StoredDecision(
        "d", talk.now, SHOP, outcome="no", reason_code="x", policy_version="1", **known,
        decision=decision,
    )  # fmt: skip
    shown_ = decision_shown(stored)
    assert shown_["rules"][0]["facts"] == {"hours": "30"}
    assert shown_["facts"] == {"kind": "normal"}


def test_reading_it_is_written_down_once_in_a_while(talk):
    shown(talk)
    shown(talk)
    with talk.uow() as uow:
        read = [e.action for e in uow.ledger.trail(f"order:{SHOP}/HD/55821")]
    assert read.count("order.read") == 1


def test_an_order_of_somebody_else_is_not_shown(talk):
    handoff = talk.handoff()
    with talk.uow() as uow:
        uow.parties.add_buyer(replace(uow.parties.buyer("ann"), buyer_id="bob", subject="bob"))
        uow.handoffs.save(replace(handoff, order_number="HD/1"))
        uow.commit()
    add_order(talk, "HD/1", buyer="bob")
    assert shown(talk)["order"]["number"] == "HD/55821"


def test_it_opens_with_no_other_key_and_not_for_ever(talk):
    token, ref = talk.server.only().attributes["aftersale_card"], talk.link().ref
    for given in ("", "x", f"{token}x", token.replace(".", "..", 1), "é.1.x"):
        with pytest.raises(TokenInvalid):
            talk.outside.cards.show(given, ref, talk.now)
    with pytest.raises(TokenInvalid):
        talk.outside.cards.show(token, ref, talk.later(minutes=61).now)

"""An agent writes first; a supervisor blocks a buyer and lets them in again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.desk import Role
from aftersale.errors import BuyerBlocked
from aftersale.services.incoming import Incoming
from tests.integration.desk.shop import GATED, HELPDESK, Shop
from tests.integration.desk.world import PEOPLE


@pytest.fixture
def shop(desk):
    made = Shop(desk)
    made.order()
    return made


FIRST = {"storefront": GATED, "order_number": "8123", "text": "Your parcel came back to us."}


def writes(desk, conversation_id="talk", words="hello"):
    incoming = Incoming(f"message-{words}", text=words)
    return desk.services.conversations.receive(conversation_id, incoming, desk.now)


async def test_an_agent_writes_first_and_has_the_conversation(desk, shop):
    agent = desk.person()
    reply = await agent.post("/conversations", FIRST)
    assert reply.status == 201
    (talk,) = shop.rows("conversations")
    assert (talk["owner"], talk["buyer_id"]) == ("human", shop.buyer.buyer_id)
    assert talk["verified_until"] is None  # nobody is signed in by being written to
    (handoff,) = shop.rows("handoffs")
    kept = {name: handoff[name] for name in ("reason", "state", "agent", "order_number")}
    assert kept == {
        "reason": "started",
        "state": "claimed",
        "agent": "ann",
        "order_number": "8123",
    }
    assert shop.said(talk["conversation_id"]) == [FIRST["text"]]
    (letter,) = shop.rows("outbox", kind="mail")
    assert FIRST["text"] in letter["payload"]
    assert writes(desk, talk["conversation_id"]).owes_turn is False


async def test_the_newest_conversation_is_used_and_a_colleagues_is_theirs(desk, shop):
    shop.talk()
    agent, rita = desk.person(), desk.person(Role.REVIEWER)
    assert (await agent.post("/conversations", FIRST)).body == {"conversation_id": "talk"}
    assert (await agent.post("/conversations", FIRST)).status == 201  # their own: said there
    lost = await rita.post("/conversations", FIRST)
    assert (lost.status, lost.body["code"]) == (409, "ownership_moved")
    assert len(shop.rows("conversations")) == len(shop.rows("handoffs")) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"storefront": GATED, "text": "Hello"},
        {"storefront": GATED, "text": "  ", "order_number": "8123"},
        {"storefront": GATED, "text": "Hello", "order_number": "8123", "buyer_id": "b"},
    ],
)
async def test_somebody_is_written_to_about_something(desk, shop, sent):
    assert (await desk.person().post("/conversations", sent)).status in {400, 422}


async def test_nobody_is_written_to_for_another_storefront(desk, shop):
    stranger = desk.person(replace(PEOPLE[Role.AGENT], user="sid", storefronts=(HELPDESK,)))
    assert (await stranger.post("/conversations", FIRST)).status == 404
    wrong = FIRST | {"storefront": HELPDESK, "order_number": None}
    agent = desk.person()
    sent = {"storefront": HELPDESK, "text": "x", "buyer_id": shop.buyer.buyer_id}
    assert (await agent.post("/conversations", sent)).status == 404
    assert (await agent.post("/conversations", wrong)).status == 400


async def test_a_blocked_buyer_is_refused_politely_until_the_time_is_over(desk, shop):
    shop.talk()
    path = f"/buyers/{shop.buyer.buyer_id}/block"
    agent, sam = desk.person(), desk.person(Role.SUPERVISOR)
    until = (desk.now + timedelta(days=1)).isoformat()
    sent = {"reason": "Threats against a colleague.", "until": until}
    assert (await agent.post(path, sent)).status == 403
    assert (await sam.post(path, sent)).body["blocked"]["by"] == "sam"
    with pytest.raises(BuyerBlocked, match="can't take messages") as refused:
        writes(desk)
    assert "Threats" not in str(refused.value)
    assert len(shop.rows("turns")) == 0
    page = (await agent.get(f"/orders/{GATED}/8123")).body
    assert page["blocked"]["reason"] == sent["reason"]
    desk.pass_time(days=2)
    assert writes(desk).owes_turn


async def test_a_block_is_lifted_and_both_are_written(desk, shop):
    shop.talk()
    path = f"/buyers/{shop.buyer.buyer_id}/block"
    sam = desk.person(Role.SUPERVISOR)
    await sam.post(path, {"reason": "Spam."})
    with pytest.raises(BuyerBlocked):
        writes(desk)
    assert (await sam.delete(path)).status == 204
    assert (await sam.delete(path)).status == 204
    assert writes(desk, words="again").owes_turn
    assert desk.trail(f"buyer:{shop.buyer.buyer_id}") == ["buyer.blocked", "buyer.unblocked"]


async def test_a_guest_of_the_blocked_buyers_order_is_refused_too(desk, shop):
    shop.talk(buyer=False, guest_order="8123", guest_until=desk.now + timedelta(hours=1))
    sam = desk.person(Role.SUPERVISOR)
    await sam.post(f"/buyers/{shop.buyer.buyer_id}/block", {"reason": "Spam."})
    with pytest.raises(BuyerBlocked):
        writes(desk)


async def test_a_message_that_was_taken_before_is_answered_alike(desk, shop):
    shop.talk()
    first = writes(desk)
    sam = desk.person(Role.SUPERVISOR)
    await sam.post(f"/buyers/{shop.buyer.buyer_id}/block", {"reason": "Spam."})
    assert writes(desk).event == first.event

"""Launch control `approve`: what buyers confirmed waits at the desk for a yes."""

from dataclasses import replace

import pytest

from aftersale.domain.conversations import Identity
from aftersale.domain.desk import Role
from aftersale.policy.decision import Ask
from aftersale.policy.problem_knobs import LaunchKnobs, LaunchMode
from aftersale.services.call import Call, OrderHint
from tests.integration.desk.shop import GATED, HELPDESK, Shop
from tests.integration.desk.world import PEOPLE


@pytest.fixture
def shop(desk):
    """A buyer has said yes to a cancellation while the storefront lets people confirm them."""
    policies = desk.services.policies
    launch = LaunchKnobs(actions={Ask.CANCEL: LaunchMode.APPROVE})
    policies[GATED] = replace(policies[GATED], launch=launch)
    made = Shop(desk)
    made.order()
    made.talk()
    uses = desk.services.use_cases.cancel_order
    call = Call("talk", "turn-1", Identity(GATED, made.buyer.buyer_id), desk.now)
    uses.propose(call, OrderHint(number="8123"), reason_text="Too small.")
    uses.confirm(replace(call, turn_id="turn-2"))
    return made


async def waiting(person):
    return (await person.get("/approvals")).body["items"]


async def test_what_waits_shows_what_was_confirmed_and_what_would_happen_now(desk, shop):
    (one,) = await waiting(desk.person())
    assert one["confirmed"] == {
        "ask": "cancel",
        "then": "cancel",
        "items": [["Blue shoes", 1]],
        "amount": {"minor": 1999, "currency": "USD"},
        "reason": "Too small.",
    }
    assert one["now"] == {"deed": "cancel", "why_not": None}
    assert (one["decision"]["reason_code"], one["buyer"]["name"]) == ("status_allows", "Mia")
    assert shop.stored().state.value == "open"
    counts = (await desk.person().get("/inbox", view="queue")).body["counts"]
    assert (counts["approvals"], counts["cases"]) == (1, 1)


async def test_a_yes_carries_it_out_once(desk, shop):
    agent = desk.person(Role.REVIEWER)
    (one,) = await waiting(agent)
    path = f"/approvals/{one['case']['number']}/approve"
    refused = await desk.person().post(path, {})
    assert (refused.status, refused.body["code"]) == (403, "not_allowed")
    assert shop.rows("order_requests") == []
    assert (await agent.post(path, {})).status == 200
    again = await agent.post(path, {})
    assert (again.status, again.body["code"]) == (409, "case_over")
    assert len(shop.rows("order_requests")) == len(shop.rows("outbox", kind="shop.cancel")) == 1
    assert shop.stored().state.value == "cancelling"
    assert await waiting(agent) == []
    number = one["case"]["number"]
    assert "case.carried_out" in desk.trail(f"case:{number}")


async def test_a_no_names_its_reason_and_changes_nothing(desk, shop):
    agent = desk.person(Role.REVIEWER)
    (one,) = await waiting(agent)
    path = f"/approvals/{one['case']['number']}/decline"
    assert (await agent.post(path, {"code": "own_words"})).status == 400
    sent = {"code": "own_words", "reason": "It is packed already."}
    assert (await agent.post(path, sent)).status == 200
    assert shop.stored().state.value == "open"
    assert shop.rows("order_requests") == []
    assert "utter_told_case_declined" in shop.said()


async def test_what_can_no_longer_happen_says_so_and_is_not_approved(desk, shop):
    agent = desk.person(Role.REVIEWER)
    shop.ship()
    (one,) = await waiting(agent)
    assert one["now"]["deed"] is None
    assert "shipped" in one["now"]["why_not"]
    reply = await agent.post(f"/approvals/{one['case']['number']}/approve", {})
    assert (reply.status, reply.body["code"]) == (409, "not_possible")
    assert shop.rows("order_requests") == []


async def test_another_storefronts_approvals_are_not_there(desk, shop):
    (one,) = await waiting(desk.person())
    stranger = desk.person(replace(PEOPLE[Role.ADMIN], user="sid", storefronts=(HELPDESK,)))
    assert await waiting(stranger) == []
    reply = await stranger.post(f"/approvals/{one['case']['number']}/approve", {})
    assert reply.status == 404


async def test_an_ordinary_case_is_no_approval(desk, shop):
    reply = await desk.person().post("/approvals/C-0000-0000/approve", {})
    assert reply.status == 404

"""Guarded actions over HTTP and a real store: what is shown, what a yes does, what is written."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aftersale.domain.conversations import Identity
from aftersale.domain.desk import Role
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.services.call import Call, OrderHint
from tests.integration.desk.shop import CONSENT, GATED, HELPDESK, WHY, Shop
from tests.integration.desk.world import PEOPLE


@pytest.fixture
def shop(desk):
    made = Shop(desk)
    made.order()
    made.talk()
    return made


async def proposed(person, ask, number="8123", storefront=GATED, **more):
    reply = await person.post(f"/orders/{storefront}/{number}/proposals", {"ask": ask, **more})
    assert reply.status == 201, reply.body
    return reply.body


async def confirmed(person, proposal, override=None):
    sent = {"override": {"reason": override}} if override else {"override": None}
    return await person.post(f"/proposals/{proposal['proposal_id']}/confirm", sent)


async def test_a_cancellation_is_shown_confirmed_written_and_told(desk, shop):
    agent = desk.person()
    shown = await proposed(agent, "cancel", reason="They called.", conversation_id="talk")
    assert shown["allowed"]
    assert not shown["needs_override"]
    assert not shown["instead"]
    assert shown["terms"]["money"] == {
        "move": "refund",
        "amount_minor": 1999,
        "currency": "USD",
        "to": "Visa ending 4242",
        "by_hand": False,
    }
    assert shown["decision"]["reason_code"] == "status_allows"
    assert shown["decision"]["policy_version"]
    assert {rule["name"] for rule in shown["decision"]["rules"]} == {"status_allows"}
    reply = await confirmed(agent, shown)
    assert (reply.status, reply.body["result"]["deed"]) == (200, "cancel")
    (request,) = shop.rows("order_requests")
    (effect,) = shop.rows("outbox", kind="shop.cancel")
    key = shown["proposal_id"]
    assert request["idempotency_key"] == effect["idempotency_key"] == key
    (row,) = shop.rows("audit", action="order.acted")
    assert row["actor"] == "agent:ann"
    assert shop.said() == ["utter_cancel_done_refund"]
    desk.services.run_relay()
    desk.services.run_relay()
    (refund,) = shop.rows("refunds")
    assert (refund["amount_minor"], refund["state"]) == (1999, "confirmed")
    assert shop.stored().state.value == "cancelled"


async def test_a_double_click_and_two_tabs_do_it_once(desk, shop):
    agent = desk.person()
    shown = await proposed(agent, "cancel")
    replies = await asyncio.gather(*(confirmed(agent, shown) for _ in range(5)))
    assert {reply.status for reply in replies} == {200}
    assert len({str(reply.body) for reply in replies}) == 1
    assert len(shop.rows("order_requests")) == len(shop.rows("outbox", kind="shop.cancel")) == 1
    assert shop.said() == ["utter_cancel_done_refund"]


async def test_two_agents_at_once_have_one_effect(desk, shop):
    first, second = desk.person(), desk.person(Role.REVIEWER)
    one, other = await proposed(first, "cancel"), await proposed(second, "cancel")
    replies = await asyncio.gather(confirmed(first, one), confirmed(second, other))
    assert sorted(reply.status for reply in replies) == [200, 409]
    lost = next(reply for reply in replies if reply.status == 409)
    assert lost.body["code"] == "terms_changed"
    assert "on its way" in lost.body["detail"]
    assert len(shop.rows("order_requests")) == 1


async def test_an_agent_and_the_buyer_at_once_have_one_effect(desk, shop):
    agent = desk.person()
    shown = await proposed(agent, "cancel")
    uses = desk.services.use_cases
    call = Call("talk", "turn-1", Identity(GATED, shop.buyer.buyer_id), desk.now)
    uses.cancel_order.propose(call, OrderHint(number="8123"))
    with ThreadPoolExecutor(1) as pool:
        yes = pool.submit(uses.cancel_order.confirm, replace(call, turn_id="turn-2"))
        reply = await confirmed(agent, shown)
        told = await asyncio.wrap_future(yes)
    assert len(shop.rows("order_requests")) == len(shop.rows("outbox", kind="shop.cancel")) == 1
    by_buyer = told.response == "utter_cancel_done_refund"
    assert reply.status == (409 if by_buyer else 200)


async def test_a_kill_between_two_confirmations_changes_nothing(desk, shop):
    agent = desk.person()
    shown = await proposed(agent, "cancel")
    first = await confirmed(agent, shown)
    # What a restart finds is what the database holds: nothing about it is in memory.
    again = desk.services.desk_acts.acting.confirm(
        shown["proposal_id"], user=PEOPLE[Role.AGENT], now=desk.now
    )
    assert again.result == first.body["result"]
    assert len(shop.rows("order_requests")) == 1


async def test_terms_that_changed_are_refused_and_nothing_happens(desk, shop):
    agent = desk.person()
    shown = await proposed(agent, "cancel")
    shop.ship()
    before = shop.everything()
    reply = await confirmed(agent, shown)
    assert (reply.status, reply.body["code"]) == (409, "terms_changed")
    assert "have left" in reply.body["detail"]
    assert shop.everything() == before


async def test_an_override_needs_the_role_and_a_reason_and_stands_on_the_order(desk):
    shop = Shop(desk, CONSENT)
    shop.order()
    shop.talk()
    agent, supervisor = desk.person(), desk.person(Role.SUPERVISOR)
    shown = await proposed(agent, "cancel", storefront=CONSENT)
    needs = shown["needs_override"]
    assert (needs["code"], needs["role"]) == ("consent_needed", "supervisor")
    assert (shown["terms"]["deed"], shown["instead"]) == ("request_cancel", True)
    before = shop.everything()
    refused = await confirmed(agent, shown, WHY)
    assert (refused.status, refused.body["code"]) == (403, "not_allowed")
    short = await confirmed(supervisor, shown, "ok")
    assert (short.status, short.body["code"]) == (409, "override_needed")
    assert shop.everything() == before
    assert (await confirmed(supervisor, shown, WHY)).status == 200
    page = (await agent.get(f"/orders/{CONSENT}/8123")).body
    (acted,) = page["acted"]
    assert (acted["by"], acted["override_reason"]) == ("sam", WHY)
    written = [row for row in page["trail"] if row["action"] == "order.overridden"]
    assert written[0]["after"]["override"]["reason"] == WHY
    assert page["order"]["state"] == "cancelling"


async def test_money_for_a_part_goes_back_once_by_a_reviewer(desk):
    shop = Shop(desk, HELPDESK)
    shop.order(lines=2, goods=FulfilmentState.DELIVERED)
    shop.talk()
    reviewer = desk.person(Role.REVIEWER)
    sent = {"storefront": HELPDESK, "lines": ["2"]}
    shown = await proposed(reviewer, "refund", **sent)
    assert shown["needs_override"]["terms"]["money"]["amount_minor"] == 1999
    assert (await confirmed(reviewer, shown, WHY)).status == 200
    again = await proposed(reviewer, "refund", **sent)
    assert again["never"]["code"] == "already_refunded"
    reply = await confirmed(reviewer, again, WHY)
    assert (reply.status, reply.body["code"]) == (409, "not_possible")
    too_much = await proposed(reviewer, "refund", storefront=HELPDESK, amount_minor=2000)
    assert too_much["never"]["code"] == "more_than_left"
    desk.services.run_relay()
    (refund,) = shop.rows("refunds")
    assert (refund["amount_minor"], refund["state"]) == (1999, "confirmed")
    assert shop.said() == ["utter_told_refund_begun", "utter_told_refund_confirmed"]


async def test_lines_are_cancelled_alone(desk):
    shop = Shop(desk)
    shop.order(lines=3)
    shop.talk()
    agent = desk.person()
    shown = await proposed(agent, "cancel", lines=["2"])
    assert shown["terms"]["whole"] is False
    await confirmed(agent, shown)
    desk.services.run_relay()
    desk.services.run_relay()
    order = shop.stored()
    assert [line.cancelled for line in order.lines] == [False, True, False]
    assert order.state.value == "open"
    assert [row["amount_minor"] for row in shop.rows("refunds")] == [1999]
    assert "utter_told_lines_cancelled_refund" in shop.said()


@pytest.mark.parametrize(
    "sent",
    [
        {"ask": "steal"},
        {"ask": "refund", "amount_minor": -1},
        {"ask": "refund", "amount_minor": 1.5},
        {"ask": "refund", "amount_minor": 10, "lines": ["1"]},
        {"ask": "cancel", "lines": "1"},
        {"ask": "cancel", "now": True},
        {"ask": "return", "opened": "no"},
    ],
)
async def test_what_makes_no_sense_is_refused(desk, shop, sent):
    reply = await desk.person().post(f"/orders/{GATED}/8123/proposals", sent)
    assert (reply.status, reply.body["code"]) == (400, "bad_request")


async def test_another_storefronts_order_is_not_there(desk, shop):
    stranger = desk.person(replace(PEOPLE[Role.SUPERVISOR], user="sid", storefronts=(HELPDESK,)))
    assert (await stranger.get(f"/orders/{GATED}/8123")).status == 404
    sent = await stranger.post(f"/orders/{GATED}/8123/proposals", {"ask": "cancel"})
    assert sent.status == 404
    shown = await proposed(desk.person(), "cancel")
    assert (await confirmed(stranger, shown)).status == 404
    assert (await stranger.get("/orders", q="8123")).body["items"] == []


@pytest.mark.parametrize("words", ["8123", "81", "mia", "MIA@buyers.example", "order no. 8123"])
async def test_orders_are_found_without_a_conversation_and_the_search_is_written(
    desk, shop, words
):
    agent = desk.person()
    found = (await agent.get("/orders", q=words)).body["items"]
    assert [row["number"] for row in found] == ["8123"]
    assert len(shop.rows("audit", action="search", actor="agent:ann")) == 1


async def test_nothing_is_found_by_a_sign_of_a_pattern_or_by_one_letter(desk, shop):
    agent = desk.person()
    for words in ("", "m", "%%", "__", "*"):
        assert (await agent.get("/orders", q=words)).body["items"] == []


async def test_reading_an_order_is_written_once_in_a_while(desk, shop):
    agent = desk.person()
    for _ in range(3):
        assert (await agent.get(f"/orders/{GATED}/8123")).status == 200
    subject = f"order:{GATED}/8123"
    assert desk.trail(subject).count("order.read") == 1
    desk.pass_time(minutes=11)
    await agent.get(f"/orders/{GATED}/8123")
    assert desk.trail(subject).count("order.read") == 2

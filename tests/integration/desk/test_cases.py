"""Cases at the desk: who sees them, in which order, who may do what; read from the database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseType, Resolution
from aftersale.domain.desk import Role
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.services.cases import Matter, file_case
from aftersale.services.wiring import Wiring
from tests.integration.desk.shop import GATED, HELPDESK, WHY, Shop
from tests.integration.desk.world import PEOPLE


@pytest.fixture
def shop(desk):
    made = Shop(desk, HELPDESK)
    made.order(lines=2, goods=FulfilmentState.DELIVERED)
    made.talk()
    return made


def wiring_of(desk):
    services = desk.services
    ids = iter(f"case-{n}" for n in range(100))
    return Wiring(services.uow, services.policies, services.voice, lambda: next(ids), "https://x")


def filed(shop, key="one", **more):
    desk = shop.desk
    values = {
        "type": CaseType.RETURN_REQUEST,
        "key": key,
        "storefront": shop.storefront,
        "subject": "return_review",
        "text": "The zip broke.",
        "buyer_id": shop.buyer.buyer_id,
        "order": shop.stored(),
        "conversation_id": "talk",
        "by": f"buyer:{shop.buyer.buyer_id}",
        "line_ids": ("1",),
        "resolution": Resolution.REFUND,
    }
    with desk.services.uow() as uow:
        case = file_case(wiring_of(desk), uow, Matter(**values | more), now=desk.now)
        uow.commit()
    return case.number


async def test_a_case_is_read_with_its_thread_and_the_read_is_written_once(desk, shop):
    number, agent = filed(shop), desk.person()
    for _ in range(2):
        page = (await agent.get(f"/cases/{number}")).body
    assert [(e["role"], e["text"]) for e in page["entries"]] == [("buyer", "The zip broke.")]
    assert page["may"]["why"] == {"code": "role", "text": "Deciding needs the role reviewer."}
    assert desk.trail(f"case:{number}").count("case.read") == 1


async def test_what_is_due_comes_first_and_filters_narrow(desk, shop):
    now = desk.now
    late = filed(shop, "late", first_line_due_by=now - timedelta(hours=1), owner=CaseOwner.LEADER)
    soon = filed(shop, "soon", first_line_due_by=now + timedelta(minutes=5))
    whenever = filed(shop, "whenever", owner=CaseOwner.SELLER)
    agent = desk.person()

    async def listed(**query):
        return [row["number"] for row in (await agent.get("/cases", **query)).body["items"]]

    assert (await listed())[:2] == [late, soon]
    assert await listed(overdue="1") == [late]
    assert await listed(owner="leader") == [late]
    assert await listed(owner="seller,leader") == [late, whenever]
    assert await listed(q=soon.lower()) == [soon]
    assert await listed(state="decided") == []
    assert await listed(storefront=GATED) == []
    refused = await agent.get("/cases", state="anything")
    assert (refused.status, refused.body["code"]) == (400, "bad_request")


async def test_the_first_decision_and_its_review_are_by_two_people(desk, shop):
    number = filed(shop)
    agent, rita = desk.person(), desk.person(Role.REVIEWER)
    other = desk.person(replace(PEOPLE[Role.REVIEWER], user="otto", name="Otto"))
    no = {"verdict": "declined", "code": "not_shown", "text": "No photo shows it."}
    refused = await agent.post(f"/cases/{number}/decide", no)
    assert (refused.status, refused.body["code"]) == (403, "not_allowed")
    assert (await rita.post(f"/cases/{number}/decide", no)).status == 200
    sent = {"text": "They disagree."}
    assert (await agent.post(f"/cases/{number}/escalate", sent)).status == 200
    (row,) = shop.rows("cases", number=number)
    assert (row["decided_by"], row["verdict"]) == ("rita", "declined")
    page = (await rita.get(f"/cases/{number}")).body
    assert page["may"]["why"]["code"] == "not_independent"
    yes = {"verdict": "accepted", "code": "evidence_shows"}
    mine = await rita.post(f"/cases/{number}/decide", yes)
    assert (mine.status, mine.body["code"]) == (403, "review_not_independent")
    assert (await other.get(f"/cases/{number}")).body["may"]["decide"] is True
    assert (await other.post(f"/cases/{number}/decide", yes)).status == 200
    (row,) = shop.rows("cases", number=number)
    assert (row["reviewer"], row["review_verdict"]) == ("otto", "accepted")
    assert len(shop.rows("refunds")) == 1


async def test_whoever_takes_part_in_a_case_does_not_decide_it(desk, shop):
    number = filed(shop)
    desk.add(replace(PEOPLE[Role.REVIEWER], user="may"), email=shop.buyer.email)
    party = desk.person(desk.known["may"])
    page = (await party.get(f"/cases/{number}")).body
    assert (page["may"]["decide"], page["may"]["why"]["code"]) == (False, "party")
    sent = {"verdict": "accepted", "code": "evidence_shows"}
    refused = await party.post(f"/cases/{number}/decide", sent)
    assert (refused.status, refused.body["code"]) == (403, "party_to_case")
    assert shop.rows("refunds") == []


async def test_a_part_is_granted_line_by_line(desk, shop):
    number, rita = filed(shop, line_ids=("1", "2")), desk.person(Role.REVIEWER)
    bare = await rita.post(f"/cases/{number}/decide", {"verdict": "partly", "code": "goodwill"})
    assert bare.body["code"] == "bad_request"
    sent = {"verdict": "partly", "code": "goodwill", "lines": ["2"]}
    assert (await rita.post(f"/cases/{number}/decide", sent)).status == 200
    (refund,) = shop.rows("refunds")
    assert refund["amount_minor"] == 1999
    over = await rita.post(f"/cases/{number}/decide", sent)
    assert (over.status, over.body["code"]) == (409, "case_over")


async def test_acknowledging_asking_noting_and_assigning(desk, shop):
    number, agent = filed(shop), desk.person()
    assert (await agent.post(f"/cases/{number}/assign", {"to": "ann"})).status == 200
    (row,) = shop.rows("cases", number=number)
    assert (row["assignee"], row["ack_at"]) == ("ann", None)  # seeing to it is not yet looking
    mine = (await agent.get("/cases", assignee="me")).body["items"]
    assert [each["number"] for each in mine] == [number]
    assert (await agent.post(f"/cases/{number}/assign", {"to": "nobody"})).status == 404
    assert (await agent.post(f"/cases/{number}/acknowledge")).status == 200
    asked = {"text": "Which size?", "days": 2}
    assert (await agent.post(f"/cases/{number}/request-info", asked)).status == 200
    assert (await agent.post(f"/cases/{number}/note", {"text": "Second time."})).status == 201
    page = (await agent.get(f"/cases/{number}")).body
    assert page["notes"][0]["text"] == "Second time."
    assert (page["case"]["state"], page["case"]["due"]) == ("waiting_for_buyer", "info")
    assert all("Second time." not in str(event["body"]) for event in shop.rows("events"))
    assert "utter_told_case_asked" in shop.said()
    assert {"case.assigned", "case.acknowledged"} <= set(desk.trail(f"case:{number}"))


async def test_another_storefronts_case_is_not_there(desk, shop):
    number = filed(shop)
    stranger = desk.person(replace(PEOPLE[Role.ADMIN], user="sid", storefronts=(GATED,)))
    assert (await stranger.get(f"/cases/{number}")).status == 404
    for act, body in (
        ("acknowledge", {}),
        ("note", {"text": "x"}),
        ("assign", {"to": None}),
        ("request-info", {"text": "x"}),
        ("close", {"text": "x"}),
        ("decide", {"verdict": "declined", "code": "not_shown"}),
    ):
        assert (await stranger.post(f"/cases/{number}/{act}", body)).status == 404
    assert (await stranger.get("/cases")).body == {"items": [], "count": 0, "next": None}


async def test_what_an_agent_filed_is_carried_out_when_a_reviewer_accepts_it(desk):
    shop = Shop(desk, HELPDESK)
    shop.order()
    shop.talk()
    agent, rita = desk.person(), desk.person(Role.REVIEWER)
    path = f"/orders/{HELPDESK}/8123/proposals"
    shown = (await agent.post(path, {"ask": "cancel", "reason": WHY})).body
    assert shown["terms"]["deed"] == "open_case"
    done = (await agent.post(f"/proposals/{shown['proposal_id']}/confirm", {})).body
    number = done["result"]["case_number"]
    page = (await rita.get(f"/cases/{number}")).body
    assert page["entries"][0] | {"at": None} == {
        "at": None,
        "role": "platform",
        "by": "ann",
        "text": WHY,
    }
    assert page["would"] == {"deed": "cancel", "why_not": None}
    sent = {"verdict": "accepted", "code": "rules_cover_it"}
    assert (await rita.post(f"/cases/{number}/decide", sent)).status == 200
    assert shop.stored().state.value == "cancelling"

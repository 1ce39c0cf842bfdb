"""Taking a conversation and handing it on, over HTTP: who came too late learns who has it."""

import asyncio

import pytest

from aftersale.domain.conversations import Owner
from aftersale.domain.desk import DeskUser, Role
from tests.integration.desk.talks import BOB, FAR, HERE, log, talk

MINE = {"owner": Owner.HUMAN, "agent": "ann"}


@pytest.fixture
def ann(desk):
    return desk.person(HERE)


async def act(person, name, version=1, **more):
    return await person.post(f"/conversations/c1/{name}", {"version": version} | more)


def stored(desk):
    with desk.services.uow() as uow:
        return uow.conversations.get("c1"), uow.handoffs.last_of("c1")


async def test_claiming_makes_it_mine(desk, ann):
    talk(desk)
    reply = await act(ann, "claim")
    assert reply.status == 200
    assert reply.body["conversation"]["owner"] == "human"
    assert reply.body["conversation"]["owner_version"] == 2
    assert reply.body["handoff"]["agent"] == {"user": "ann", "name": "Ann Lee"}
    assert (await ann.get("/inbox", view="mine")).body["counts"]["mine"] == 1
    assert "owner.claim" in desk.trail("conversation:c1")


async def test_of_many_who_claim_at_once_one_has_it_and_the_others_learn_who(desk):
    talk(desk)
    people = [desk.person(DeskUser(f"agent-{n}", f"Agent {n}", Role.AGENT)) for n in range(20)]
    replies = await asyncio.gather(*(act(person, "claim") for person in people))
    won = [reply for reply in replies if reply.status == 200]
    lost = [reply for reply in replies if reply.status == 409]
    assert (len(won), len(lost)) == (1, 19)
    winner = won[0].body["handoff"]["agent"]
    for reply in lost:
        assert reply.body["code"] == "ownership_moved"
        assert reply.body["agent"] == winner
        assert (reply.body["owner"], reply.body["owner_version"]) == ("human", 2)
        assert reply.headers["Content-Type"].startswith("application/problem+json")


async def test_taking_over_from_the_bot(desk, ann):
    talk(desk, owner=Owner.BOT)
    assert (await act(ann, "claim")).status == 409
    assert (await act(ann, "take-over")).body["conversation"]["owner"] == "human"
    assert stored(desk)[1].reason.value == "taken_over"


async def test_a_version_that_is_old_moves_nothing(desk, ann):
    talk(desk, **MINE)
    for name in ("transfer", "release", "snooze", "return", "close"):
        more = {"to_user": "ann"} if name == "transfer" else {}
        reply = await act(ann, name, version=7, **more)
        assert (reply.status, reply.body["code"]) == (409, "ownership_moved"), name
    assert stored(desk)[0].owner_version == 1


async def test_handing_on_to_a_colleague_leaves_a_note(desk, ann):
    talk(desk, **MINE)
    bob = desk.person(BOB)
    reply = await act(ann, "transfer", to_user="bob", note="She wants a refund, @bob")
    assert reply.status == 200
    assert stored(desk)[1].agent == "bob"
    assert (await bob.get("/mentions")).body["unseen"] == 1
    assert (await act(ann, "close", version=2)).status == 409  # it is no longer ann's


@pytest.mark.parametrize("to", ["far", "nobody"])
async def test_it_goes_to_nobody_who_does_not_work_for_the_storefront(desk, ann, to):
    talk(desk, **MINE)
    desk.person(FAR)
    reply = await act(ann, "transfer", to_user=to)
    assert (reply.status, reply.body["code"]) == (404, "not_found")
    assert stored(desk)[1].agent == "ann"


async def test_back_into_the_queue_for_a_team(desk, ann):
    talk(desk, **MINE)
    reply = await act(ann, "transfer", to_team="refunds", note="money")
    assert reply.body["conversation"]["owner"] == "queued"
    assert stored(desk)[1].team == "refunds"
    (note,) = (await ann.get("/conversations/c1")).body["notes"]
    assert note["text"] == "money"


async def test_putting_aside_and_back(desk, ann):
    talk(desk, **MINE)
    reply = await act(ann, "snooze", until="2026-11-20T15:00:00Z")
    assert reply.body["handoff"]["snoozed_until"] == "2026-11-20T15:00:00Z"
    version = reply.body["conversation"]["owner_version"]
    reply = await act(ann, "snooze", version=version, until=None)
    assert reply.body["handoff"]["snoozed_until"] is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("snooze", {"until": "2026-11-20T11:00:00Z"}),
        ("snooze", {"until": "2027-11-20T11:00:00Z"}),
        ("snooze", {"until": "soon"}),
        ("transfer", {}),
        ("transfer", {"to_user": "bob", "to_team": "refunds"}),
        ("close", {"note": 7}),
        ("close", {"note": "x" * 2_001}),
        ("claim", {"version": "1"}),
        ("claim", {"version": True}),
        ("claim", {"agent": "bob"}),
    ],
)
async def test_what_is_no_act_is_refused(desk, ann, name, body):
    talk(desk, **MINE)
    reply = await act(ann, name, **body)
    assert (reply.status, reply.body["code"]) == (400, "bad_request")


async def test_giving_back_to_the_bot_keeps_the_note_inside(desk, ann):
    talk(desk, **MINE)
    reply = await act(ann, "return", outcome="solved", note="was angry, is calm now")
    assert reply.body["conversation"]["owner"] == "bot"
    assert stored(desk)[1].ended_as.value == "returned"
    told = str([event.body for event in log(desk)])
    assert "calm now" not in told
    assert "What came of it: what you asked about is settled." in told
    (note,) = (await ann.get("/conversations/c1")).body["notes"]
    assert note["text"] == "was angry, is calm now"


async def test_closing_and_opening_again(desk, ann):
    talk(desk, **MINE)
    reply = await act(ann, "close", disposition="refund")
    assert reply.body["conversation"]["owner"] == "closed"
    assert stored(desk)[1].disposition == "refund"
    assert (await ann.get("/inbox", view="all")).body["items"] == []
    reply = await act(ann, "reopen", version=2)
    assert reply.body["conversation"]["owner"] == "human"

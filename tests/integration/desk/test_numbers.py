"""Numbers over HTTP: for supervisors alone, of real talks, as JSON, as a sheet, and right now."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.conversations import Answered, Conversation, Owner, Turn, TurnState
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.requests import Promise

SHOP, OTHER = "helpdesk", "group-buy"
MINUTE = timedelta(minutes=1)
PATHS = ("/metrics", "/metrics.csv", "/wallboard")


@pytest.fixture
def fill(desk):
    """Write with `fill(work)` what `work(uow, now)` does."""

    def filled(work):
        with desk.services.uow() as uow:
            work(uow, desk.now)
            uow.commit()

    return filled


def talk(uow, name, at, shop=SHOP, **more):
    made = Conversation(name, shop, Owner.BOT, 1, at, "h", at + timedelta(days=1), **more)
    uow.conversations.add(made)
    uow.conversations.add_turn(Turn(name, name, 1, TurnState.WAITING, 0, "m", at))
    uow.conversations.claim_turn(at, lease=30, conversation_id=name)
    back = Answered(at + timedelta(seconds=2), "order_status", 0.9, ("utter_status",))
    uow.conversations.finish_turn(name, 1, answered=back)


def handoff(name, at, **more):
    given = {"state": HandoffState.WAITING, "language": "en", "channel": "chat"}
    return Handoff(
        handoff_id=name, conversation_id=name, storefront=SHOP, reason=HandoffReason.ASKED,
        asked_at=at, **given | more,
    )  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 403), (Role.REVIEWER, 403)])
async def test_whoever_leads_nobody_is_refused(desk, path, role, status):
    assert (await desk.person(role).get(path)).status == status


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_is_refused(desk, path):
    async with desk.client.get(f"/desk/api{path}") as response:
        assert response.status == 401


async def test_on_the_first_day_there_is_nothing_and_nothing_is_made_up(desk):
    sam = desk.person(Role.SUPERVISOR)
    found = (await sam.get("/metrics")).body
    assert {number["value"] for number in found["tiles"].values()} == {0, None}
    assert all(number["of"] == 0 for number in found["tiles"].values())
    assert len(found["series"]) == 7
    assert found["tables"]["intents"] == []
    assert len(found["storefronts"]) == 5


async def test_the_numbers_are_of_real_talks(desk, fill):
    fill(lambda uow, now: talk(uow, "c1", now - 40 * MINUTE))
    fill(lambda uow, now: talk(uow, "c2", now - 40 * MINUTE, OTHER))
    fill(lambda uow, now: talk(uow, "c3", now - 10 * MINUTE))
    sam = desk.person(Role.SUPERVISOR)
    both, one = (await sam.get("/metrics")).body, (await sam.get("/metrics", storefront=SHOP)).body
    assert (both["tiles"]["sessions"]["value"], one["tiles"]["sessions"]["value"]) == (2, 1)
    assert (both["period"]["zone"], one["period"]["zone"]) == ("UTC", "America/New_York")
    assert one["period"]["running"] == 1
    assert one["tiles"]["bot_first_response"] == {"value": 2.0, "unit": "seconds", "of": 1}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"from": "soon"}, 422, "period_invalid"),
        ({"from": "2026-11-20", "to": "2026-11-19"}, 422, "period_invalid"),
        ({"storefront": "nowhere"}, 404, "unknown_storefront"),
    ],
)
@pytest.mark.parametrize("path", ["/metrics", "/metrics.csv"])
async def test_what_cannot_be_counted_is_refused(desk, path, query, status, code):
    answer = await desk.person(Role.SUPERVISOR).get(path, **query)
    assert (answer.status, answer.body["code"]) == (status, code)


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_counts_a_storefront_that_is_not_theirs(desk, path):
    own = DeskUser("sue", "Sue", Role.SUPERVISOR, storefronts=(SHOP,))
    sue = desk.person(own)
    assert (await sue.get(path, storefront=OTHER)).status == 404
    assert (await sue.get(path, storefront=SHOP)).status == 200


async def test_the_sheet_has_every_number_of_every_day(desk, fill):
    fill(lambda uow, now: talk(uow, "c1", now - 40 * MINUTE))
    answer = await desk.person(Role.SUPERVISOR).get("/metrics.csv", to="2026-11-20")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="numbers-2026-11-14-2026-11-20.csv"' in answer.headers["Content-Disposition"]
    text = answer.body.decode()
    assert text.count("\n") == text.count("\r\n")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert all(None not in row and None not in row.values() for row in rows)
    found = {(row["table"], row["day"], row["name"], row["key"]): row for row in rows}
    assert found["total", "", "contained", ""]["value"] == "1.0"
    assert found["day", "2026-11-20", "sessions", ""]["value"] == "1"
    assert found["day", "2026-11-14", "contained", ""]["value"] == ""
    assert found["intents", "", "turns", "order_status"]["value"] == "1"


async def test_the_wallboard_shows_who_waits_who_is_there_and_what_went_wrong(desk, fill):
    def work(uow, now):
        for number in range(6):
            talk(uow, f"c{number}", now - 90 * MINUTE)
        uow.handoffs.add(handoff("c0", now - 9 * MINUTE, claim_by=now - MINUTE))
        uow.handoffs.add(handoff("c1", now - 3 * MINUTE, claim_by=now + MINUTE))
        claimed = {"state": HandoffState.CLAIMED, "claimed_at": now - 5 * MINUTE, "agent": "ann"}
        uow.handoffs.add(handoff("c2", now - 9 * MINUTE, **claimed))
        uow.handoffs.add(handoff("c3", now - 8 * MINUTE, state=HandoffState.MISSED))
        uow.handoffs.add(handoff("c4", now - timedelta(days=2), state=HandoffState.MISSED))
        kept = Promise("p1", "c1", SHOP, None, "case_ack", now - MINUTE, now - 60 * MINUTE)
        uow.ledger.promise(kept)
        uow.ledger.promise(replace(kept, promise_id="p2", due_at=now + MINUTE))
        uow.ledger.promise(replace(kept, promise_id="p3", due_at=now - timedelta(days=1)))

    fill(work)
    ann, sam = desk.person(Role.AGENT), desk.person(Role.SUPERVISOR)
    assert (await ann.post("/me/presence", {"status": "online"})).status == 200
    assert (await sam.post("/me/presence", {"status": "online"})).status == 200
    board = (await sam.get("/wallboard", storefront=SHOP)).body
    assert (board["waiting"], board["late"]) == (2, 1)
    assert board["waiting_since"] == (desk.now - 9 * MINUTE).isoformat()
    assert (board["online"], board["busy"], board["chats"]) == (2, 1, 1)
    assert board["agents"] == [
        {"user": "ann", "name": "Ann Lee", "online": True, "chats": 1},
        {"user": "sam", "name": "Sam Hill", "online": True, "chats": 0},
    ]
    assert board["today"] == {"asked": 4, "missed": 1, "wait": 240.0, "ended": 0, "breached": 1}
    assert (await sam.get("/wallboard", storefront=OTHER)).body["waiting"] == 0
    desk.pass_time(minutes=2)
    board = (await sam.get("/wallboard")).body
    assert [each["online"] for each in board["agents"]] == [False]  # ann has a chat, and is gone


async def test_talks_count_for_the_channel_that_they_are_held_in(desk, fill):
    fill(lambda uow, now: talk(uow, "c1", now - 40 * MINUTE))
    for number in range(2):
        fill(lambda uow, now, n=number: talk(uow, f"w{n}", now - 40 * MINUTE, channel="whatsapp"))
    sam = desk.person(Role.SUPERVISOR)
    rows = (await sam.get("/metrics")).body["tables"]["channels"]
    sessions = {row["channel"]: row["sessions"]["value"] for row in rows}
    assert sessions == {"chat": 1, "whatsapp": 2}
    sheet = (await sam.get("/metrics.csv")).body.decode()
    lines = [row for row in csv.DictReader(io.StringIO(sheet)) if row["table"] == "channel"]
    told = {row["channel"]: row["value"] for row in lines if row["name"] == "sessions"}
    assert told == {"chat": "1", "whatsapp": "2"}


async def test_the_wallboard_says_where_those_who_wait_write(desk, fill):
    def work(uow, now):
        for number, channel in enumerate(("chat", "whatsapp", "whatsapp", "email")):
            talk(uow, f"c{number}", now - 40 * MINUTE, channel=channel)
        mine = {"state": HandoffState.CLAIMED, "claimed_at": now, "agent": "ann"}
        uow.handoffs.add(handoff("c0", now - MINUTE, **mine))
        uow.handoffs.add(handoff("c1", now - MINUTE, channel="whatsapp"))
        uow.handoffs.add(handoff("c2", now - MINUTE, channel="whatsapp", **mine))
        uow.handoffs.add(handoff("c3", now, channel="email", state=HandoffState.MISSED))

    fill(work)
    board = (await desk.person(Role.SUPERVISOR).get("/wallboard")).body
    assert board["channels"] == [
        {"channel": "whatsapp", "waiting": 1, "chats": 1},
        {"channel": "chat", "waiting": 0, "chats": 1},
    ]

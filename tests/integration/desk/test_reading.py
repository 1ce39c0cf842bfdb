"""Lists, one conversation, its log and its context, over HTTP; each read is written down."""

from datetime import timedelta

import pytest

from aftersale.domain.conversations import Author, Closed, EventType, Owner
from aftersale.domain.requests import Promise
from aftersale.policy.decision import Ask
from aftersale.services.deciding import Wish, judge, keep
from tests.integration.desk.talks import (
    BOB,
    BUYER,
    ELSEWHERE,
    FAR,
    HERE,
    buyer,
    log,
    order,
    say,
    talk,
)


async def test_a_line_of_the_queue_says_who_waits_and_why(desk):
    ann, _ = desk.person(HERE), talk(desk, locale="de")
    reply = await ann.get("/inbox", view="queue")
    assert reply.status == 200
    counts = {"queue": 1, "mine": 0, "all": 1, "cases": 0, "overdue": 0, "approvals": 0}
    assert reply.body["counts"] == counts
    (item,) = reply.body["items"]
    assert item["conversation_id"] == "c1"
    assert (item["owner"], item["owner_version"]) == ("queued", 1)
    assert item["handoff"]["reason"] == "asked"
    assert item["last"] == {
        "text": "Where is my parcel?", "author": "buyer", "at": "2026-11-20T12:00:00Z",
    }  # fmt: skip
    assert (item["unread"], item["language"], item["channel"]) == (1, "en", "chat")
    assert (item["buyer"], item["order"]) == ({"name": None, "verified": False}, None)
    assert reply.body["next"] is None


async def test_views_filters_and_search(desk):
    ann = desk.person(HERE)
    buyer(desk)
    talk(desk, "c1")
    talk(desk, "c2", owner=Owner.HUMAN, agent="ann", buyer_id=BUYER.buyer_id)
    talk(desk, "c3", owner=Owner.BOT)
    talk(desk, "c4", storefront=ELSEWHERE)
    say(desk, "c3", "my blue kettle leaks")

    async def found(**query):
        reply = await ann.get("/inbox", **query)
        assert reply.status == 200, reply.body
        return {item["conversation_id"] for item in reply.body["items"]}

    assert await found(view="queue") == {"c1"}
    assert await found(view="mine") == {"c2"}
    assert await found(view="all") == {"c1", "c2", "c3"}
    assert await found(view="all", q="Blue Kettle") == {"c3"}
    assert await found(view="all", q="alex@") == {"c2"}
    assert await found(view="all", reason="anger") == set()
    assert await found(view="all", language="en", channel="chat") == {"c1", "c2", "c3"}
    assert await found(view="all", storefront=ELSEWHERE) == set()
    assert await found(view="cases") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"view": "other"},
        {"reason": "whim"},
        {"cursor": "x"},
        {"cursor": "W10="},
        {"q": "x" * 201},
        {"view": "cases", "cursor": "-1"},
        {"storefront": "x" * 65},
    ],
)
async def test_what_a_list_cannot_be_narrowed_to_is_refused(desk, query):
    reply = await desk.person(HERE).get("/inbox", **query)
    assert (reply.status, reply.body["code"]) == (400, "bad_request")


async def test_pages_of_a_long_list(desk):
    ann = desk.person(HERE)
    for number in range(53):
        talk(desk, f"c{number:02}")
    first = (await ann.get("/inbox", view="queue")).body
    second = (await ann.get("/inbox", view="queue", cursor=first["next"])).body
    ids = [item["conversation_id"] for item in first["items"] + second["items"]]
    assert (len(first["items"]), second["next"]) == (50, None)
    assert ids == [f"c{number:02}" for number in range(53)]


async def test_a_conversation_with_what_stands_beside_it(desk):
    ann = desk.person(HERE)
    buyer(desk)
    until = desk.now + timedelta(hours=1)
    talk(desk, buyer_id=BUYER.buyer_id, verified_by="shop-jwt", verified_until=until)
    await ann.post("/conversations/c1/notes", {"text": "calm buyer"})
    body = (await ann.get("/conversations/c1")).body
    assert body["conversation"]["buyer"] == {"id": "b1", "name": "Alex", "verified": True}
    assert body["conversation"]["owner_version"] == 1
    assert body["handoff"]["state"] == "waiting"
    assert [note["text"] for note in body["notes"]] == ["calm buyer"]
    assert (body["handoffs"], body["waiting"], body["viewers"], body["blocked"]) == (
        [],
        [],
        [],
        None,
    )


async def test_the_log_forwards_and_backwards(desk):
    ann, _ = desk.person(HERE), talk(desk)
    for number in range(2, 8):
        say(desk, "c1", f"word {number}")

    async def seqs(**query):
        reply = await ann.get("/conversations/c1/events", **query)
        return [event["seq"] for event in reply.body["events"]], reply.body["more"]

    assert await seqs() == ([1, 2, 3, 4, 5, 6, 7], False)
    assert await seqs(since=5) == ([6, 7], False)
    assert await seqs(before=5, limit=2) == ([3, 4], True)
    assert await seqs(limit=2) == ([6, 7], True)


async def test_a_deleted_chat_is_gone_here_too(desk):
    talk(desk, closed_at=desk.now, closed_as=Closed.DELETED)
    ann = desk.person(HERE)
    assert (await ann.get("/conversations/c1")).status == 404
    assert (await ann.get("/conversations/c1/events")).status == 404


def routes_of_one(desk):
    for route in desk.client.app.router.routes():
        path = route.resource.canonical
        if path.startswith("/desk/api/conversations/{id}"):
            path = path.replace("{id}", "c1").replace("{message_id}", "x")
            yield route.method, path.removeprefix("/desk/api").replace("{attachment_id}", "x")


BODIES = {
    "transfer": {"version": 1, "to_user": "bob"},
    "release": {"version": 1},
    "messages": {"client_msg_id": "12345678", "text": "hello"},
    "notes": {"text": "hello"},
    "read": {"seq": 1},
    "typing": {},
}


async def test_an_agent_of_another_storefront_finds_nothing_on_any_route(desk):
    far = desk.person(FAR)
    talk(desk)
    walked = 0
    for method, path in routes_of_one(desk):
        if method == "HEAD" or path.endswith("/uploads"):
            continue
        body = BODIES.get(path.rpartition("/")[2], {"version": 1})
        reply = await far.call(method, path, json=body if method == "POST" else None)
        assert (reply.status, reply.body["code"]) == (404, "not_found"), (method, path)
        walked += 1
    assert walked >= 15
    assert (await far.post("/viewing", {"conversation_id": "c1"})).status == 404
    assert (await far.get("/inbox", view="all")).body["items"] == []
    assert (await far.get("/inbox", view="all", q="parcel")).body["items"] == []
    assert (await far.get("/canned", storefront="status-gated")).body["items"] == []
    assert (await far.get("/colleagues", storefront="status-gated")).body["items"] == []
    assert [event.type for event in log(desk)] == [EventType.MESSAGE]


async def test_reads_of_personal_data_are_written_down_once_a_while(desk):
    ann, bob, _ = desk.person(HERE), desk.person(BOB), talk(desk)
    for person in (ann, ann, bob):
        await person.get("/conversations/c1")
        await person.get("/conversations/c1/events")
        await person.get("/conversations/c1/context")
    assert desk.trail("conversation:c1") == ["conversation.read"] * 2
    desk.pass_time(minutes=11)
    await ann.get("/conversations/c1/events")
    assert desk.trail("conversation:c1") == ["conversation.read"] * 3
    await ann.get("/inbox", view="all", q="alex@example.com")
    await ann.get("/inbox", view="all")
    assert desk.trail("inbox:ann:2026-11-20") == ["inbox.read"]
    # The words that were looked for stay out of what can never be deleted.
    with desk.services.uow() as uow:
        rows = uow._connection.exec_driver_sql("SELECT action, subject FROM audit").all()
    searches = [subject for action, subject in rows if action == "search"]
    assert len(searches) == 1
    assert "alex" not in searches[0]


@pytest.fixture
def asked(desk):
    """A verified buyer who asked to cancel an order."""
    buyer(desk)
    bought = order(desk)
    until = desk.now + timedelta(hours=1)
    talk(desk, buyer_id=BUYER.buyer_id, verified_by="shop-jwt", verified_until=until)
    wiring = desk.services.desk.chats.context._wiring
    with desk.services.uow() as uow:
        from aftersale.services.call import Call
        from aftersale.services.conversations import identity_of

        made = judge(
            wiring, uow, bought, Wish(Ask.CANCEL), asking_buyer=BUYER.buyer_id, now=desk.now
        )
        conversation = uow.conversations.get("c1")
        call = Call("c1", "t1", identity_of(conversation, desk.now), desk.now)
        keep(wiring, uow, call, made)
        uow.ledger.promise(
            Promise("p1", "c1", conversation.storefront, bought.number, "refund_asked",
                    desk.now - timedelta(days=1), desk.now - timedelta(days=2))
        )  # fmt: skip
        uow.commit()
    return bought


async def test_the_context_says_who_asks_and_what_was_decided(desk, asked):
    body = (await desk.person(HERE).get("/conversations/c1/context")).body
    identity = body["identity"]
    assert (identity["name"], identity["email"]) == ("Alex", "a•••@example.com")
    assert (identity["verified"], identity["how"]) == (True, "shop-jwt")
    assert identity["verified_until"] == "2026-11-20T13:00:00Z"
    (card,) = body["orders"]
    assert (card["type"], card["number"]) == ("order_card", asked.number)
    assert card["amount"] == "$19.99"
    (made,) = body["decisions"]
    assert (made["ask"], made["outcome"]) == ("cancel", "do_now")
    assert made["rules"][0]["name"] == "status_allows"
    assert made["rules"][0]["facts"]["payment_state"] == "paid"
    assert made["policy_version"]
    assert made["now"] is None
    assert {change["code"] for change in made["changes"]} >= {"shipped"}
    assert all(change["text"] for change in made["changes"])
    (promise,) = body["promises"]
    assert (promise["kind"], promise["overdue"]) == ("refund_asked", True)
    assert body["handoff"]["reason"] == "asked"
    assert desk.trail(f"order:status-gated/{asked.number}")[-1] == "order.read"


async def test_the_context_says_when_the_policy_answers_otherwise_by_now(desk, asked):
    from dataclasses import replace

    from aftersale.domain.fulfilment import FulfilmentState

    shipped = replace(asked.lines[0], fulfilment=FulfilmentState.SHIPPED)
    order(desk, lines=(shipped,), source_version=9)
    (made,) = (await desk.person(HERE).get("/conversations/c1/context")).body["decisions"]
    assert made["outcome"] == "do_now"
    assert made["now"]["reason_code"] == "shipped"


async def test_nothing_confidential_is_in_the_context(desk, asked):
    from aftersale.domain.secure import SecureNote

    with desk.services.uow() as uow:
        uow.secure.add(SecureNote("s1", "status-gated", "c1", desk.now, sealed="SEALED-WORDS"))
        uow.commit()
    ann = desk.person(HERE)
    for path in ("", "/context", "/events"):
        shown = str((await ann.get(f"/conversations/c1{path}")).body)
        assert "SEALED-WORDS" not in shown
        assert "alex@example.com" not in shown


async def test_html_is_text_everywhere(desk):
    ann, evil = desk.person(HERE), '<img src=x onerror="alert(1)">'
    talk(desk)
    say(desk, "c1", evil)
    await ann.post("/conversations/c1/notes", {"text": evil})
    for path in ("/inbox?view=all", "/conversations/c1", "/conversations/c1/events"):
        reply = await ann.get(path)
        assert reply.headers["Content-Type"].startswith("application/json")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert evil in str(reply.body)


@pytest.mark.parametrize(
    ("owner", "author", "text"),
    [(Owner.BOT, "bot", "x" * 160), (Owner.QUEUED, "buyer", "where is it")],
)
async def test_the_last_words_are_of_whoever_spoke_last_or_of_who_waits(desk, owner, author, text):
    ann, _ = desk.person(HERE), talk(desk, owner=owner)
    say(desk, "c1", "where is it")
    say(desk, "c1", "", author=Author.BOT, blocks=[{"type": "text", "fallback": "x" * 500}])
    (item,) = (await ann.get("/inbox", view="all")).body["items"]
    assert (item["last"]["author"], item["last"]["text"]) == (author, text)

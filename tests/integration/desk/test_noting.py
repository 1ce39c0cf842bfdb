"""Internal notes stay internal, whoever is named is told; ready replies; who looks where."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from aftersale.adapters.canned_file import read_canned
from aftersale.domain.conversations import Owner
from aftersale.errors import SettingsInvalid
from aftersale.gateway.app import create_app
from aftersale.gateway.desk import viewing
from aftersale.gateway.desk.viewing import Viewers
from aftersale.services.desk.canned import CannedReplies
from aftersale.services.desk.noting import named_in
from tests.integration.desk.talks import BOB, FAR, HERE, SHOP, talk

SECRET = "internal-words-nobody-else-reads"


@pytest.fixture
async def buyers(desk):
    """The public interface over the same store."""
    client = TestClient(TestServer(create_app(desk.services, desk.settings, with_jobs=False)))
    await client.start_server()
    yield client
    await client.close()


async def test_no_address_of_the_buyers_shows_a_note(desk, buyers):
    opened = await buyers.post("/api/v1/sessions", json={"storefront": SHOP})
    told = await opened.json()
    own, bearer = told["conversation_id"], {"Authorization": f"Bearer {told['token']}"}
    talk_path = f"/api/v1/conversations/{own}"
    await buyers.post(
        f"{talk_path}/messages",
        json={"client_msg_id": "message-1", "text": "hello"},
        headers=bearer,
    )
    ann, bob = desk.person(HERE), desk.person(BOB)
    await ann.post(f"/conversations/{own}/take-over", {"version": 1})
    reply = await ann.post(f"/conversations/{own}/notes", {"text": f"@bob {SECRET}"})
    assert reply.status == 201
    noted = await ann.post(
        f"/conversations/{own}/transfer", {"version": 2, "to_user": "bob", "note": SECRET}
    )
    assert noted.status == 200
    await bob.post(
        f"/conversations/{own}/messages",
        {"client_msg_id": "message-2", "text": "a message that was not sent yet"},
    )
    paths = [
        f"{talk_path}/events", f"{talk_path}/transcript?format=json", f"{talk_path}/transcript",
        "/api/v1/conversations", f"{talk_path}/events?since=0&wait=0", "/api/v1/orders",
    ]  # fmt: skip
    for path in paths:
        response = await buyers.get(path, headers=bearer)
        content = await response.text()
        assert SECRET not in content, path
        assert "not sent yet" not in content, path
    # Nothing of the log holds it, so no stream that will ever be made can.
    with desk.services.uow() as uow:
        assert SECRET not in str(uow.conversations.events(own, since=0))
    assert SECRET in str((await ann.get(f"/conversations/{own}")).body)


async def test_who_is_named_in_a_note_is_told(desk):
    ann, bob, far = desk.person(HERE), desk.person(BOB), desk.person(FAR)
    talk(desk)
    await ann.post("/conversations/c1/notes", {"text": "@Bob, and @far: look. cc x@bob.example"})
    told = (await bob.get("/mentions")).body
    assert told["unseen"] == 1
    (item,) = told["items"]
    assert (item["conversation_id"], item["by"], item["seen"]) == ("c1", "Ann Lee", False)
    assert (await far.get("/mentions")).body == {"items": [], "unseen": 0}
    assert (await bob.post("/mentions/seen", {"note_id": item["note_id"]})).status == 204
    assert (await bob.get("/mentions")).body["unseen"] == 0
    await far.post("/mentions/seen", {"note_id": item["note_id"]})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@bob", ["bob"]),
        ("hi @Bob. and @eva!", ["bob", "eva"]),
        ("@bob @bob", ["bob"]),
        ("mail me@bob", []),
        ("@bobby", []),
        ("@@bob", []),
        ("(@eva)", ["eva"]),
        ("@", []),
    ],
)
def test_names_in_a_note(text, named):
    assert named_in(text, ["bob", "eva"]) == named


async def test_colleagues_are_those_of_the_storefront(desk):
    ann = desk.person(HERE)
    bob, _ = desk.person(BOB), desk.person(FAR)
    await bob.post("/me/presence", {"status": "online"})
    items = (await ann.get("/colleagues", storefront=SHOP)).body["items"]
    assert {each["user"]: each["online"] for each in items} == {"ann": False, "bob": True}
    assert items[1] == {"user": "bob", "name": "Bob Ray", "team": "orders", "online": True}


async def test_ready_replies_come_in_the_storefronts_words(desk):
    items = (await desk.person(HERE).get("/canned", storefront=SHOP)).body["items"]
    assert len(items) >= 12
    hello = next(each for each in items if each["id"] == "hello")
    assert desk.services.policies[SHOP].name in hello["text"]
    assert "{buyer_name}" in hello["text"]
    assert "{agent_name}" in hello["text"]
    assert all("{shop}" not in each["text"] for each in items)


def test_the_file_of_ready_replies_fits_every_storefront(desk):
    policies = desk.services.policies
    replies = CannedReplies(read_canned(desk.settings.canned_file, policies), policies)
    for storefront in policies:
        found = replies.of(storefront)
        assert len(found) >= 12
        assert len({each.id for each in found}) == len(found)
        for each in found:
            assert each.text == each.text.strip()
            assert "!" not in each.title
    assert replies.of("nowhere") == []


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("- {id: a1, title: t, text: 'hi {buyer}'}", "unknown variables: buyer."),
        ("- {id: A, title: t, text: x}", "the id must be"),
        ("- {id: a1, title: t}", "needs id, title and text"),
        ("- {id: a1, title: t, text: x}\n- {id: a1, title: t, text: y}", "is there 2 times"),
        ("- {id: a1, title: t, text: x, storefronts: [moon]}", "unknown storefronts: moon."),
        ("- {id: a1, title: t, text: ''}", "must be texts"),
        ("a: b", "must be a list"),
        ("- [", "cannot be read"),
    ],
)
def test_mistakes_in_ready_replies_stop_the_start(tmp_path, content, mistake):
    path = tmp_path / "canned.yml"
    path.write_text(content)
    with pytest.raises(SettingsInvalid, match=r"canned\.yml") as wrong:
        read_canned(path, ["shop"])
    assert mistake in wrong.value.detail


async def test_who_looks_and_who_writes_is_seen(desk):
    ann, bob = desk.person(HERE), desk.person(BOB)
    talk(desk, owner=Owner.HUMAN, agent="ann")
    assert (await ann.post("/viewing", {"conversation_id": "c1", "typing": True})).body == {
        "viewers": [{"user": "ann", "name": "Ann Lee", "typing": True}]
    }
    await bob.post("/viewing", {"conversation_id": "c1"})
    seen = (await bob.get("/conversations/c1")).body["viewers"]
    assert [(each["user"], each["typing"]) for each in seen] == [("ann", True), ("bob", False)]
    (item,) = (await bob.get("/inbox", view="all")).body["items"]
    assert item["viewers"] == ["Ann Lee"]
    await ann.post("/viewing", {"conversation_id": None})
    assert len((await bob.get("/conversations/c1")).body["viewers"]) == 1


def test_signs_of_looking_last_for_seconds():
    now = [0.0]
    viewers = Viewers(lambda: now[0])
    assert viewers.say("ann", "Ann", "c1", typing=False) == {"c1"}
    assert viewers.say("ann", "Ann", "c1", typing=False) == set()
    assert viewers.say("ann", "Ann", "c1", typing=True) == {"c1"}
    assert viewers.of("c1") == [{"user": "ann", "name": "Ann", "typing": True}]
    assert viewers.say("ann", "Ann", "c2", typing=False) == {"c1", "c2"}
    now[0] = viewing.LASTS
    assert viewers.of("c2") == []
    assert viewers.say("ann", "Ann", None, typing=False) == set()


def test_signs_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(viewing, "MOST", 3)
    viewers = Viewers(lambda: 0.0)
    for number in range(10):
        viewers.say(f"u{number}", "x", "c1", typing=False)
    assert [each["user"] for each in viewers.of("c1")] == ["u7", "u8", "u9"]

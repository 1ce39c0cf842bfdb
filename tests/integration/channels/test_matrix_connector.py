"""The connector against a real Synapse, without the app: what it takes, what it leaves alone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from aftersale.adapters import matrix_pull
from aftersale.adapters.matrix import Matrix, connector_of
from aftersale.adapters.matrix_http import path_of
from aftersale.adapters.matrix_parse import address_of, place_of
from aftersale.domain.channels import Account, Channel, InboundKind, Unusable
from aftersale.services.ports_channels import (
    Gone,
    Out,
    OutFile,
    Parsed,
    Pulled,
    Shut,
    Unreachable,
)
from tests.matrix_server import CLIENT, Person, Synapse

ENCRYPTED = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm"}}
PHOTO = b"\x89PNG not a real one"


@dataclass
class Side:
    """One account of ours, and what it has heard so far."""

    synapse: Synapse
    us: Person
    connector: Matrix
    cursor: str | None = None

    @classmethod
    def of(cls, synapse: Synapse) -> "Side":
        us = synapse.person()
        return cls(synapse, us, connected(synapse, us))

    def pull(self) -> Parsed:
        pulled: Pulled = self.connector.puller.pull(self.cursor, datetime.now(UTC))
        self.cursor = pulled.cursor
        return pulled.parsed

    def hears(self) -> list[Any]:
        """Pull until something came."""
        for _ in range(40):
            if found := self.pull().inbound:
                return list(found)
        raise AssertionError("nothing came")

    def restart(self) -> None:
        self.connector = connected(self.synapse, self.us)


def connected(synapse: Synapse, person: Person, **more: str) -> Matrix:
    config = {"homeserver": synapse.url, "user": person.user_id, "access_token": person.token}
    return connector_of(Account("m", Channel.MATRIX, "status-gated"), config | more)


@dataclass
class Buyer:
    synapse: Synapse
    person: Person
    room: str = ""
    numbers: Any = None

    @classmethod
    def of(cls, synapse: Synapse) -> "Buyer":
        return cls(synapse, synapse.person(), numbers=count())

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.synapse.ask(method, CLIENT + path, body, token=self.person.token)

    def invite(self, us: Person, *, direct: bool = True, state: tuple = ()) -> str:
        wanted = {
            "preset": "trusted_private_chat",
            "is_direct": direct,
            "invite": [us.user_id],
            "initial_state": list(state),
        }
        self.room = self.ask("POST", "/createRoom", wanted)["room_id"]
        return self.room

    def say(self, text: str, **more: Any) -> str:
        return self.send({"msgtype": "m.text", "body": text, **more})

    def send(self, content: dict, kind: str = "m.room.message") -> str:
        path = path_of("rooms", self.room, "send", kind, str(next(self.numbers)))
        return self.ask("PUT", path, content)["event_id"]

    def sees(self) -> list[dict]:
        path = path_of("rooms", self.room, "messages")
        return self.ask("GET", path + "?dir=b&limit=50")["chunk"][::-1]

    def sees_of(self, user: str) -> list[dict]:
        return [
            e["content"] for e in self.sees() if e["sender"] == user and "body" in e["content"]
        ]


@pytest.fixture
def side(synapse, monkeypatch):
    monkeypatch.setattr(matrix_pull, "WAIT", 0.3)
    return Side.of(synapse)


@pytest.fixture
def buyer(synapse):
    return Buyer.of(synapse)


@pytest.fixture
def talking(side, buyer):
    """A buyer who has us in a room of two; nothing was said yet."""
    side.pull()
    buyer.invite(side.us)
    while not side.connector.puller._members:
        side.pull()
    return buyer


def texts(found):
    return [each.text for each in found if each.kind is InboundKind.MESSAGE]


def out(side, buyer, text="hello", token="t1", **more):
    address = address_of(buyer.room, buyer.person.user_id)
    return Out(address, {"text": text}, token, **more)


def test_what_was_written_before_we_came_in_is_heard(side, buyer):
    side.pull()
    buyer.invite(side.us)
    buyer.say("hello?")
    [said] = side.hears()
    assert (said.text, said.is_private) == ("hello?", True)
    assert place_of(said.address) == (buyer.room, buyer.person.user_id)
    assert side.pull().inbound == ()


def test_an_invitation_from_before_the_start_is_taken_up(side, buyer):
    side.pull()
    buyer.invite(side.us)
    buyer.say("anybody?")
    missed = side.connector.puller._http.get("/sync", {"since": side.cursor or ""})
    side.cursor = missed["next_batch"]  # told once, and then the app went away
    side.restart()
    assert texts(side.hears()) == ["anybody?"]


def test_what_an_account_heard_before_its_first_start_is_not_answered(side, talking):
    talking.say("old")
    side.hears()
    side.cursor = None
    side.restart()
    assert side.pull().inbound == ()
    talking.say("new")
    assert texts(side.hears()) == ["new"]


@pytest.mark.parametrize("wanted", [{"direct": False}, {"state": (ENCRYPTED,)}])
def test_other_invitations_are_declined_with_a_reason(side, buyer, wanted):
    side.pull()
    buyer.invite(side.us, **wanted)
    for _ in range(2):
        assert side.pull().inbound == ()
    [ours] = [
        e["content"]
        for e in buyer.sees()
        if e.get("state_key") == side.us.user_id and e["sender"] == side.us.user_id
    ]
    assert (ours["membership"], "one person" in ours["reason"]) == ("leave", True)


def test_a_gap_loses_nothing_and_doubles_nothing(side, talking):
    talking.say("heard already")
    side.hears()
    wanted = [f"message {place}" for place in range(160)]  # more than a look and a page
    for text in wanted:
        talking.say(text)
    side.restart()
    assert texts(side.hears()) == wanted
    assert side.pull().inbound == ()


def test_the_same_look_again_says_the_same(side, talking):
    before = side.cursor
    talking.say("once")
    first = side.hears()
    side.cursor = before
    side.restart()
    assert [each.event_id for each in side.hears()] == [each.event_id for each in first]


def test_a_send_repeated_arrives_once(side, talking):
    refs = {side.connector.send(out(side, talking)) for _ in range(3)}
    assert len(refs) == 1
    assert [each["body"] for each in talking.sees_of(side.us.user_id)] == ["hello"]


def test_files_go_both_ways(side, talking):
    file = OutFile("label.png", "image/png", PHOTO)
    side.connector.send(out(side, talking, "", files=(file,)))
    [content] = talking.sees_of(side.us.user_id)
    assert (content["msgtype"], content["body"]) == ("m.image", "label.png")
    talking.send({**content, "body": "see?", "filename": "p.png"})
    [said] = side.hears()
    assert side.connector.fetch(said.media[0], most=100) == PHOTO
    with pytest.raises(Gone):
        side.connector.fetch(said.media[0], most=5)
    assert said.text == "see?"


def test_nothing_about_a_buyer_goes_to_a_room_with_a_third(side, talking, synapse):
    third = synapse.person()
    talking.ask("POST", path_of("rooms", talking.room, "invite"), {"user_id": third.user_id})
    with pytest.raises(Gone):
        side.connector.send(out(side, talking))
    [told] = side.hears()
    assert (told.is_private, told.address) == (False, talking.room)
    side.connector.send(Out(told.address, {"text": "only in private"}, "t2"))
    talking.say("my order?")
    assert not side.hears()[0].is_private
    assert [c["body"] for c in talking.sees_of(side.us.user_id)] == ["only in private"]


def test_a_third_who_stays_alone_with_us_is_another_chat(side, talking, synapse):
    third = synapse.person()
    talking.ask("POST", path_of("rooms", talking.room, "invite"), {"user_id": third.user_id})
    synapse.ask("POST", CLIENT + path_of("rooms", talking.room, "join"), {}, token=third.token)
    talking.ask("POST", path_of("rooms", talking.room, "leave"), {})
    side.pull()
    other = Buyer(synapse, third, talking.room, count(100))
    other.say("and my order?")
    said = side.hears()[-1]
    assert (said.is_private, place_of(said.address)[1]) == (True, third.user_id)
    with pytest.raises(Gone):
        side.connector.send(out(side, talking))


def test_a_buyer_who_leaves_is_gone_and_so_are_we(side, talking):
    talking.ask("POST", path_of("rooms", talking.room, "leave"), {})
    [left] = side.hears()
    assert left.kind is InboundKind.LEFT
    with pytest.raises(Gone):
        side.connector.send(out(side, talking))
    assert side.pull().inbound == ()
    ours = side.synapse.ask("GET", f"{CLIENT}/joined_rooms", token=side.us.token)
    assert ours["joined_rooms"] == []


def test_a_room_that_becomes_encrypted_is_explained(side, talking):
    talking.ask("PUT", path_of("rooms", talking.room, "state", "m.room.encryption"), {})
    talking.send({"algorithm": "m.megolm", "ciphertext": "x"}, "m.room.encrypted")
    [told] = side.hears()
    assert told.what is Unusable.ENCRYPTED


def test_a_message_taken_back_before_we_looked_was_never_said(side, talking):
    sent = talking.say("oh no")
    talking.ask("PUT", path_of("rooms", talking.room, "redact", sent, "r1"), {})
    talking.say("hello")
    assert texts(side.hears()) == ["hello"]


def test_typing_and_reading_are_shown(side, talking):
    sent = talking.say("hi")
    [said] = side.hears()
    since = talking.ask("GET", "/sync?timeout=0")["next_batch"]
    side.connector.read(said.address, said.event_id)
    side.connector.typing(said.address, said.event_id)
    shown = talking.ask("GET", f"/sync?timeout=0&since={since}")["rooms"]["join"][talking.room]
    signs = {each["type"]: each["content"] for each in shown["ephemeral"]["events"]}
    assert side.us.user_id in signs["m.receipt"][sent]["m.read"]
    assert signs["m.typing"]["user_ids"] == [side.us.user_id]
    since = talking.ask("GET", f"/sync?timeout=0&since={since}")["next_batch"]
    side.connector.send(out(side, talking))
    shown = talking.ask("GET", f"/sync?timeout=0&since={since}")["rooms"]["join"][talking.room]
    [still] = [e for e in shown["ephemeral"]["events"] if e["type"] == "m.typing"]
    assert still["content"]["user_ids"] == []


def test_a_token_that_is_not_good_or_not_ours_stops_the_account(synapse, side, buyer):
    wrong, anothers = (
        Person(side.us.user_id, token, "") for token in ("wrong", buyer.person.token)
    )
    with pytest.raises(Shut):
        connected(synapse, wrong).puller.pull(None, datetime.now(UTC))
    with pytest.raises(Shut):
        connected(synapse, anothers).puller.pull(None, datetime.now(UTC))


def test_a_homeserver_that_is_away_is_asked_again(side, talking, synapse):
    synapse.stop()
    try:
        with pytest.raises(Unreachable):
            side.pull()
        with pytest.raises(Unreachable):
            side.connector.send(out(side, talking))
    finally:
        synapse.start()
    side.connector.send(out(side, talking))
    talking.say("back?")
    assert texts(side.hears()) == ["back?"]

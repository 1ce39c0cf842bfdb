"""What the puller does when a homeserver stumbles; the real one is in tests/integration."""

from datetime import UTC, datetime

import pytest

from aftersale.adapters import matrix_pull
from aftersale.adapters.matrix_pull import INVITE_TRIES, INVITES_AT_ONCE, MatrixPuller
from aftersale.services.ports_channels import Busy, Gone, Shut, Uncertain, Unreachable

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
US, ADA, ROOM = "@help:t", "@ada:t", "!r:t"


def member(who):
    return {"type": "m.room.member", "state_key": who, "content": {"membership": "join"}}


def said(place):
    content = {"msgtype": "m.text", "body": f"line {place}"}
    event = {"type": "m.room.message", "sender": ADA, "event_id": f"$e{place}"}
    return {**event, "content": content, "origin_server_ts": 1}


def invited(*rooms, direct=True):
    content = {"membership": "invite", "is_direct": direct}
    state = {"events": [{"type": "m.room.member", "state_key": US, "content": content}]}
    return {"rooms": {"invite": {room: {"invite_state": state} for room in rooms}}}


class Homeserver:
    """Answers looks with what it was given, one after another, and then with nothing new."""

    def __init__(self, *looks):
        self.looks, self.asked, self.posted = list(looks), [], []
        self.trouble, self.members, self.pages = None, [member(US), member(ADA)], []

    def get(self, path, query=None, *, within=0):
        self.asked.append((path, query))
        if path == "/account/whoami":
            return {"user_id": US}
        if path == "/sync" and "since" not in query:
            return {"next_batch": "s0"}
        if path == "/sync":
            return {"next_batch": "s1", **(self.looks.pop(0) if self.looks else {})}
        if path.endswith("/messages"):
            page = self.pages.pop(0)
            if isinstance(page, Exception):
                raise page
            return page
        return {"chunk": self.members}

    def post(self, path, body):
        self.posted.append(path)
        if self.trouble is not None:
            raise self.trouble
        return {}


def puller(http):
    made = MatrixPuller(http, US, "no, thank you")
    assert made.pull(None, NOW).cursor == "s0"
    return made


def limited(*events):
    timeline = {"events": list(events), "limited": True, "prev_batch": "p0"}
    return {"rooms": {"join": {ROOM: {"timeline": timeline}}}}


def pull(made):
    made.pull("s0", NOW)


@pytest.mark.parametrize("trouble", [Unreachable(), Uncertain("http_504")])
def test_a_server_that_does_not_answer_its_invitation_is_tried_some_times_and_blocks_nobody(
    trouble,
):
    http = Homeserver(invited("!slow:evil"))
    http.trouble = trouble
    made = puller(http)
    for _ in range(INVITE_TRIES + 3):
        pull(made)
    assert len(http.posted) == INVITE_TRIES


def test_many_invitations_are_answered_a_few_at_a_time():
    rooms = [f"!r{place}:t" for place in range(INVITES_AT_ONCE * 2 + 1)]
    http = Homeserver(invited(*rooms))
    made = puller(http)
    for so_far in (INVITES_AT_ONCE, INVITES_AT_ONCE * 2, len(rooms)):
        pull(made)
        assert len(http.posted) == so_far


def test_an_invitation_that_is_over_is_forgotten():
    http = Homeserver(invited(ROOM))
    http.trouble = Gone("M_FORBIDDEN")
    made = puller(http)
    pull(made)
    pull(made)
    assert len(http.posted) == 1


def test_an_invitation_waits_while_the_homeserver_asks_for_patience():
    http = Homeserver(invited(ROOM))
    http.trouble = Busy("M_LIMIT_EXCEEDED", 3.0, whole_account=True)
    made = puller(http)
    with pytest.raises(Busy):
        pull(made)
    http.trouble = None
    pull(made)
    assert http.posted == ["/rooms/%21r%3At/join"] * 2


def test_a_gap_that_cannot_be_filled_now_is_asked_for_again():
    http = Homeserver(limited(said(2)), limited(said(2)))
    http.pages = [Uncertain("http_500"), {"chunk": [said(1)], "end": "p1"}, {"chunk": []}]
    made = puller(http)
    with pytest.raises(Uncertain):
        pull(made)
    assert [x.text for x in made.pull("s0", NOW).parsed.inbound] == ["line 1", "line 2"]


def test_a_gap_in_a_room_that_we_are_not_in_any_more_holds_nobody_up():
    http = Homeserver(limited(said(2)))
    http.pages = [Gone("M_FORBIDDEN")]
    assert [x.text for x in puller(http).pull("s0", NOW).parsed.inbound] == ["line 2"]


def test_a_gap_has_an_end_even_when_the_homeserver_knows_none(monkeypatch, caplog):
    monkeypatch.setattr(matrix_pull, "MOST_MISSED", 3)
    http = Homeserver(limited(said(9)))
    http.pages = [{"chunk": [said(8 - n)], "end": f"p{n + 1}"} for n in range(5)]
    found = puller(http).pull("s0", NOW).parsed.inbound
    assert [x.text for x in found] == ["line 6", "line 7", "line 8", "line 9"]
    assert "more was missed" in caplog.text


def test_who_is_in_a_room_is_asked_once_until_somebody_moves():
    look = {"rooms": {"join": {ROOM: {"timeline": {"events": [said(1)]}}}}}
    moved = {"rooms": {"join": {ROOM: {"timeline": {"events": [member("@bob:t"), said(2)]}}}}}
    http = Homeserver(look, look, moved)
    made, privates = puller(http), []
    for now_there in ([], [], [member("@bob:t")]):
        http.members = http.members + now_there
        privates.append(made.pull("s0", NOW).parsed.inbound[-1].is_private)
    assert privates == [True, True, False]
    assert sum(path.endswith("/members") for path, _ in http.asked) == 2


def test_a_look_without_an_end_is_not_believed():
    http = Homeserver({"next_batch": 7})
    with pytest.raises(Uncertain):
        pull(puller(http))


def test_another_accounts_token_is_not_used():
    http = Homeserver()
    with pytest.raises(Shut):
        MatrixPuller(http, "@other:t", "no").pull(None, NOW)

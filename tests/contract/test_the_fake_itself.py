"""The Chatwoot server for tests keeps to the contract as written down, and its checks bite."""

import json
from datetime import UTC, datetime

import pytest
import urllib3

from tests.contract.chatwoot_schema import DOCUMENT, problems
from tests.contract.chatwoot_server import BOT_TOKEN, KIM, TOKEN, Fault, fake_chatwoot

BASE = "/api/v1/accounts/3"
HTTP = urllib3.PoolManager(retries=False)


@pytest.fixture
def server():
    with fake_chatwoot() as fake:
        fake.state.now = int(datetime(2026, 11, 4, tzinfo=UTC).timestamp())
        yield fake


def call(server, method, path, body=None, token=TOKEN):
    headers = {"api_access_token": token, "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body)
    answer = HTTP.request(method, server.url + BASE + path, body=sent, headers=headers)
    return answer.status, json.loads(answer.data) if answer.data else None


def opened(server, inbox=7, source="s1"):
    contact = {"inbox_id": inbox, "name": "Ann", "identifier": "ann"}
    _, made = call(server, "POST", "/contacts", contact)
    own = made["payload"]["contact"]["id"]
    new = {"source_id": source, "inbox_id": inbox, "contact_id": own, "status": "open"}
    return call(server, "POST", "/conversations", new)[1]


def message(**more):
    return {
        "content": "x",
        "message_type": "incoming",
        "private": False,
        "source_id": "aftersale:1",
    } | more


def test_every_written_part_is_valid_json_schema():
    for part in ("requests", "responses", "callbacks"):
        for name in DOCUMENT[part]:
            assert problems(part, name, {}) is not None


def test_statuses_and_words_are_those_of_the_contract(server):
    talk = opened(server)
    path = f"/conversations/{talk['id']}"
    assert call(server, "GET", path, token="x") == (401, {"error": "Invalid Access Token"})
    status, body = call(server, "GET", "/contacts/search?q=ann", token=BOT_TOKEN)
    assert (status, body["error"]) == (
        401,
        "Access to this endpoint is not authorized for bots",
    )
    assert call(server, "GET", path, token=BOT_TOKEN)[0] == 200
    assert call(server, "GET", "/conversations/999") == (
        404,
        {"error": "Resource could not be found"},
    )
    status, body = call(
        server, "POST", "/contacts", {"inbox_id": 7, "name": "A", "identifier": "ann"}
    )
    assert (status, body["message"]) == (422, "Identifier has already been taken")
    other = server.state.add_contact("Bob", "bob")["id"]
    new = {"source_id": "s1", "inbox_id": 7, "contact_id": other}
    assert call(server, "POST", "/conversations", new) == (
        422,
        {"error": "source_id should be unique"},
    )


def test_only_an_inbox_of_the_kind_api_takes_incoming_messages(server):
    mail = opened(server, inbox=8)
    assert call(server, "POST", f"/conversations/{mail['id']}/messages", message()) == (
        422,
        {"error": "Incoming messages are only allowed in Api inboxes"},
    )


def test_the_id_that_is_shown_is_not_that_of_the_row(server):
    talk = opened(server)
    assert talk["id"] != server.only().row_id
    call(server, "POST", f"/conversations/{talk['id']}/messages", message())
    assert server.only().messages[0].shown()["conversation_id"] == talk["id"]


def test_what_is_posted_comes_back_as_a_callback(server):
    talk = opened(server)
    server.callbacks.clear()
    call(server, "POST", f"/conversations/{talk['id']}/messages", message())
    told = json.loads(server.callbacks[0].body)
    assert (told["event"], told["message_type"]) == ("message_created", "incoming")
    assert told["conversation"]["id"] == talk["id"]


def test_a_buyers_word_opens_what_was_resolved(server):
    talk = opened(server)
    call(server, "POST", f"/conversations/{talk['id']}/toggle_status", {"status": "resolved"})
    call(server, "POST", f"/conversations/{talk['id']}/messages", message())
    assert server.only().status == "open"


@pytest.mark.parametrize("version", ["4.10", "4.11.2", "4.13"])
def test_versions_differ_in_what_they_sign(version):
    with fake_chatwoot(version) as fake:
        assert ("X-Chatwoot-Signature" in fake.signed(b"{}").headers) is (version != "4.10")


def test_a_callback_is_handed_over_once_or_twice_or_turned_round(server):
    opened(server)
    server.callbacks.clear()
    first, second = server.reply("One").id, server.reply("Two", agent=KIM).id
    server.duplicate = server.reverse = True
    ids = server.flush(lambda callback: json.loads(callback.body)["id"])
    assert ids == [second, second, first, first]
    assert server.flush(lambda callback: callback) == []


def post_what_is_not_written_down():
    with fake_chatwoot() as fake:
        path = f"/conversations/{opened(fake)['id']}/messages"
        call(fake, "POST", path, message(echo_id="7"))


def tell_what_is_not_written_down():
    with fake_chatwoot() as fake:
        opened(fake)
        fake.reply("Hello", private=None)


@pytest.mark.parametrize(
    ("breaks", "part"),
    [(post_what_is_not_written_down, "requests"), (tell_what_is_not_written_down, "callbacks")],
)
def test_who_breaks_the_contract_fails_the_test(breaks, part):
    with pytest.raises(AssertionError, match=part):
        breaks()


def test_faults_happen_once_each(server):
    talk = opened(server)
    server.faults.append(Fault("/messages", 429, {"Retry-After": "9"}))
    path = f"{server.url}{BASE}/conversations/{talk['id']}/messages?after=0"
    headers = {"api_access_token": TOKEN}
    first = HTTP.request("GET", path, headers=headers)
    assert (first.status, first.headers["Retry-After"]) == (429, "9")
    assert HTTP.request("GET", path, headers=headers).status == 200

"""The WhatsApp server for tests keeps to the contract as written down, and its checks bite."""

import hashlib
import hmac
import json
import random
from datetime import UTC, datetime

import pytest
import urllib3

from tests.contract.whatsapp_schema import DOCUMENT, problems
from tests.contract.whatsapp_server import SECRET, TEMPLATE, TOKEN, Fault, Told, fake_whatsapp
from tests.contract.whatsapp_state import NUMBER, OTHER_NUMBER

HTTP = urllib3.PoolManager(retries=False)
BASE = "/v26.0"


@pytest.fixture
def server():
    with fake_whatsapp() as fake:
        fake.state.now = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())
        yield fake


def call(server, path, body=None, *, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    sent, method = (None, "GET") if body is None else (json.dumps(body), "POST")
    answer = HTTP.request(method, server.url + BASE + path, body=sent, headers=headers)
    return answer.status, json.loads(answer.data)


def post(server, body, **more):
    return call(server, f"/{NUMBER}/messages", body, **more)


def text(to, **more):
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        "type": "text",
        "text": {"body": "Hello"},
        "biz_opaque_callback_data": "send-1",
    } | more


def code(answer):
    return answer[1]["error"]["code"]


def ann(server, **more):
    person = server.state.add_person("Ann", **more)
    server.says(person, "Hi")
    server.waiting.clear()
    return person


def told(delivery, part):
    entries = json.loads(delivery.body)["entry"]
    return [
        thing
        for entry in entries
        for change in entry["changes"]
        for thing in change["value"].get(part, [])
    ]


def test_every_written_part_is_valid_json_schema():
    for part in ("requests", "responses", "webhooks"):
        for name in DOCUMENT[part]:
            assert problems(part, name, {}) is not None


def test_a_message_is_taken_and_its_way_is_told_with_our_token(server):
    person = ann(server)
    status, body = post(server, text(person.phone))
    assert status == 200
    statuses = [told(each, "statuses")[0] for each in server.deliveries()]
    assert [each["status"] for each in statuses] == ["sent", "delivered"]
    assert {each["id"] for each in statuses} == {body["messages"][0]["id"]}
    assert {each["biz_opaque_callback_data"] for each in statuses} == {"send-1"}


def test_refusals_have_the_codes_of_the_contract(server):
    person = ann(server)
    answer = post(server, text(person.phone), token="x")
    assert (answer[0], code(answer)) == (401, 190)
    assert code(post(server, text("499999999"))) == 131026
    person.has_blocked = True
    assert code(post(server, text(person.phone))) == 131026
    person.has_blocked = False
    server.state.now += 86_400
    assert code(post(server, text(person.phone))) == 131047
    template = {"name": TEMPLATE, "language": {"code": "en"}}
    asked = text(person.phone, type="template", template=template)
    del asked["text"]
    assert post(server, asked)[0] == 200
    template["language"]["code"] = "fr"
    assert code(post(server, asked)) == 132001
    assert code(call(server, f"/{OTHER_NUMBER}/messages", text(person.phone))) == 100


def test_a_closed_window_may_be_told_later(server):
    person = ann(server)
    server.state.now += 86_400
    server.tells_closed_later = True
    assert post(server, text(person.phone))[0] == 200
    (status,) = told(server.deliveries()[0], "statuses")
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131047)


def test_who_shows_no_phone_is_reached_by_another_id(server):
    person = ann(server, shows_phone=False)
    asked = text("x", recipient=person.user_id)
    del asked["to"]
    assert post(server, asked)[0] == 200
    server.says(person, "Thanks")
    (message,) = told(server.deliveries(together=9)[0], "messages")
    assert message["from_user_id"] == person.user_id
    assert "from" not in message


def test_reading_marks_the_earlier_ones_too(server):
    person = server.state.add_person("Ann")
    server.says(person, "One")
    second = server.says(person, "Two")
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
    assert post(server, mark) == (200, {"success": True})
    assert not person.unread
    assert post(server, mark | {"typing_indicator": {"type": "text"}})[0] == 200
    assert server.typing == [second]
    assert code(post(server, mark | {"message_id": "wamid.unknown"})) == 131009


def download(url, token=TOKEN):
    return HTTP.request("GET", url, headers={"Authorization": f"Bearer {token}"}, redirect=False)


def test_a_file_is_fetched_in_two_steps_with_the_key_and_in_time(server):
    media = server.state.add_media(b"photo", "image/jpeg")
    status, shown = call(server, f"/{media.id}")
    assert (status, shown["file_size"]) == (200, 5)
    assert shown["sha256"] == hashlib.sha256(b"photo").hexdigest()
    assert download(shown["url"]).data == b"photo"
    assert download(shown["url"], token="x").status == 401
    server.state.now += 300
    assert download(shown["url"]).status == 404
    server.state.now += 7 * 86_400
    assert code(call(server, f"/{media.id}")) == 100


def test_too_many_errors_over_files_and_nothing_is_given_out(server):
    media = server.state.add_media(b"photo", "image/jpeg")
    assert [code(call(server, "/70999")) for _ in range(20)] == [100] * 20
    assert code(call(server, f"/{media.id}")) == 4


def test_what_a_file_is_said_to_be_may_be_untrue(server):
    lies = {"said_sha256": "0" * 64, "said_type": "image/png", "said_size": 1}
    media = server.state.add_media(b"photo", "image/jpeg", **lies)
    shown = call(server, f"/{media.id}")[1]
    assert (shown["sha256"], shown["mime_type"], shown["file_size"]) == ("0" * 64, "image/png", 1)


def test_webhooks_are_signed_over_the_raw_body(server):
    server.says(server.state.add_person("Ann"), "Hi")
    (one,) = server.deliveries()
    made = hmac.new(SECRET.encode(), one.body, hashlib.sha256).hexdigest()
    assert one.headers["X-Hub-Signature-256"] == f"sha256={made}"


def test_several_things_go_in_one_body_or_apart_doubled_and_in_any_order(server):
    people = [server.state.add_person(name) for name in ("Ann", "Bob")]
    ids = [server.says(person, str(n)) for n in range(5) for person in people]
    server.warns(131031)
    server.waiting[0].number = OTHER_NUMBER
    (one,) = server.deliveries(together=99)
    body = json.loads(one.body)
    assert sorted(each["id"] for each in told(one, "messages")) == sorted(ids)
    assert (len(body["entry"]), len(told(one, "errors"))) == (2, 1)
    more = [server.says(person, str(n)) for n in range(20) for person in people]
    made = server.deliveries(order=random.Random(1), doubled=0.3)
    seen = [told(each, "messages")[0]["id"] for each in made]
    assert set(seen) == set(more)
    assert len(seen) > len(more)
    assert seen != sorted(seen)


def test_a_webhook_is_repeated_until_it_is_taken(server):
    server.says(server.state.add_person("Ann"), "Hi")
    answers = iter([500, 503, 200])
    assert server.deliver(lambda _: next(answers)) == [[500, 503, 200]]
    assert server.deliveries() == []


def test_everything_people_do_is_told_in_the_written_shape(server):
    person = server.state.add_person("Ann")
    first = server.says(person, "Hi")
    server.shows(person, b"photo", caption="Broken")
    server.shows(person, b"pdf", kind="document", mime="application/pdf", filename="a.pdf")
    server.shows(person, b"ogg", kind="audio", mime="audio/ogg; codecs=opus")
    server.sends(person, "location", {"latitude": 1.5, "longitude": 2.5})
    server.sends(person, "contacts", [{"name": {"formatted_name": "Bob"}}])
    server.sends_unsupported(person)
    server.edits(person, first, "Ho")
    server.revokes(person, first)
    server.reacts(person, first)
    server.says(person, "All", group_id="Z3JvdXA")
    server.changes_number(person, "4915100000999", "DE.999")
    server.updates_user_id(person, "DE.1000")
    assert len(told(server.deliveries(together=99)[0], "messages")) == 12


def test_a_message_whose_answer_is_lost_was_taken(server):
    person = ann(server)
    for what in ("lose", "page", "mumble"):
        server.faults.append(Fault(what))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        post(server, text(person.phone))
    assert len(server.state.sent) == 1
    with pytest.raises(json.JSONDecodeError):
        post(server, text(person.phone))
    with pytest.raises(json.JSONDecodeError):
        post(server, text(person.phone))
    server.faults += [Fault("drop"), Fault(130429)]
    with pytest.raises(urllib3.exceptions.ProtocolError):
        post(server, text(person.phone))
    answer = post(server, text(person.phone))
    assert (answer[0], code(answer)) == (429, 130429)
    assert len(server.state.sent) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": {"body": "x" * 4097}},
        {"preview": True},
        {"biz_opaque_callback_data": ""},
        {"recipient": "DE.1"},
        {"type": "interactive"},
        {"recipient_type": "group", "type": "interactive", "interactive": {}},
    ],
)
def test_who_asks_for_what_is_not_written_down_fails_the_test(wrong):
    with pytest.raises(AssertionError, match="requests"), fake_whatsapp() as fake:
        assert code(post(fake, text(ann(fake).phone, **wrong))) == 100


def test_who_tells_what_is_not_written_down_fails_the_test():
    with pytest.raises(AssertionError, match="webhooks"), fake_whatsapp() as fake:
        fake.delivery([Told("messages", {"id": "wamid.1", "type": "text"})])

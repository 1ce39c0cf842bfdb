"""The Telegram server for tests keeps to the contract as written down, and its checks bite."""

import json
import threading
from random import Random

import pytest
import urllib3

from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_html import CannotParse, plain
from tests.contract.telegram_schema import DOCUMENT, PARTS, problems
from tests.contract.telegram_server import SECRET, TOKEN, Fault, fake_telegram, too_many
from tests.contract.telegram_state import LARGEST_FILE, Person

HTTP = urllib3.PoolManager(retries=False, maxsize=4)
ANN = Person(501, "Ann", "Lee")
JPEG = b"\xff\xd8\xff" + b"0" * 200


@pytest.fixture
def server():
    with fake_telegram() as fake:
        yield fake


@pytest.fixture
def ann(server):
    return Buyer(server, ANN)


def call(server, method, token=TOKEN, **asked):
    answer = HTTP.request(
        "POST",
        f"{server.url}/bot{token}/{method}",
        body=json.dumps(asked),
        headers={"Content-Type": "application/json"},
    )
    said = json.loads(answer.data)
    assert (answer.status == 200) is said["ok"]
    return said["result"] if said["ok"] else (said["error_code"], said["description"])


def updates(server, **asked):
    return [each["update_id"] for each in call(server, "getUpdates", **asked)]


def test_every_written_part_is_valid_json_schema():
    for part in PARTS:
        for name in DOCUMENT[part]:
            assert problems(part, name, {}) is not None


@pytest.mark.parametrize(
    ("token", "method", "said"),
    [
        ("1:wrong-token", "getMe", (401, "Unauthorized")),
        ("nonsense", "getMe", (404, "Not Found")),
        (TOKEN, "getSecrets", (404, "Not Found")),
    ],
)
def test_a_wrong_token_or_method_is_nothing(server, token, method, said):
    assert call(server, method, token=token) == said


def test_updates_wait_until_a_higher_offset_confirms_them(server, ann):
    for text in ("One", "Two", "Three"):
        ann.says(text)
    first, second, third = updates(server)
    assert (second, third) == (first + 1, first + 2)
    assert updates(server, limit=2) == [first, second]
    assert updates(server, offset=second) == [second, third]
    assert updates(server) == [second, third]
    assert updates(server, offset=-1) == [third]
    assert updates(server, offset=third + 1) == []


def waiting(server, into):
    """Ask for news in a thread that waits for some."""
    server.is_asked.clear()
    thread = threading.Thread(target=lambda: into.append(call(server, "getUpdates", timeout=30)))
    thread.start()
    assert server.is_asked.wait(10)
    return thread


def test_who_waits_is_answered_as_soon_as_something_comes(server, ann):
    said = []
    waits = waiting(server, said)
    ann.says("Here I am")
    waits.join(10)
    assert len(said[0]) == 1


def test_of_two_who_wait_the_first_is_sent_away(server, ann):
    first, second = [], []
    threads = [waiting(server, first), waiting(server, second)]
    ann.says("Now")
    for thread in threads:
        thread.join(10)
    assert first[0][0] == 409
    assert "make sure that only one bot instance is running" in first[0][1]
    assert len(second[0]) == 1


def test_nobody_is_asked_while_a_webhook_is_set(server, ann):
    assert call(server, "setWebhook", url="http://x.example") == (
        400,
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    )
    assert call(server, "setWebhook", url="https://x.example", secret_token="a b")[0] == 400
    assert call(server, "setWebhook", url="https://x.example", secret_token="s-1") is True
    ann.says("Hello")
    assert call(server, "getUpdates")[0] == 409
    info = call(server, "getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("https://x.example", 1)
    assert call(server, "deleteWebhook") is True
    assert len(updates(server)) == 1


def test_only_the_kinds_that_were_asked_for_are_told(server, ann):
    call(server, "getUpdates", allowed_updates=["callback_query"])
    ann.says("Hello")
    ann.presses("x")
    assert [set(each) - {"update_id"} for each in call(server, "getUpdates")] == [
        {"callback_query"}
    ]


def test_deliveries_are_doubled_turned_round_and_repeated_until_they_are_taken(server, ann):
    for number in range(10):
        ann.says(str(number))
    got = []

    def post(delivery):
        assert delivery.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
        got.append(json.loads(delivery.body)["message"]["text"])
        return 500 if len(got) <= 3 else 200

    server.flush(post, shuffle=Random(4), doubled=0.5)
    assert len(got) > 10
    assert got != sorted(got)
    assert server.state.webhook_info()["last_error_message"].endswith("500")
    server.flush(post)
    assert set(got) == {str(number) for number in range(10)}
    assert server.state.queue == []


def test_a_week_of_silence_makes_the_ids_jump(server, ann):
    ann.says("One")
    (first,) = updates(server)
    server.state.jump(77)
    ann.says("Two")
    assert updates(server) == [77]
    assert updates(server, offset=first + 1) == [77]
    assert updates(server, offset=78) == []


KEYS = {"inline_keyboard": [[{"text": "Go", "callback_data": "x" * 64}]]}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "  "}, "message text is empty"),
        ({"text": "a<b", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<b>a", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x", "chat_id": 9}, "chat not found"),
        ({"text": "x", "reply_parameters": {"message_id": 9}}, "to be replied not found"),
    ],
)
def test_what_is_no_message_is_refused(server, ann, asked, said):
    status, told = call(server, "sendMessage", **{"chat_id": ann.chat.id} | asked)
    assert (status, said in told) == (400, True)


def test_a_button_holds_sixty_four_bytes(server, ann):
    sent = call(server, "sendMessage", chat_id=ann.chat.id, text="Well?", reply_markup=KEYS)
    assert sent["reply_markup"] == KEYS
    long = json.loads(json.dumps(KEYS).replace("x" * 64, "\u00fc" * 33))
    assert call(server, "sendMessage", chat_id=ann.chat.id, text="Well?", reply_markup=long) == (
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    )
    bare = call(
        server, "editMessageReplyMarkup", chat_id=ann.chat.id, message_id=sent["message_id"]
    )
    assert "reply_markup" not in bare


@pytest.mark.parametrize(
    ("html", "text"),
    [("a &lt; b &amp; &quot;c&quot;", 'a < b & "c"'), ("<b>x</b> &euro;", "x &euro;")],
)
def test_html_is_read_as_telegram_reads_it(html, text):
    assert plain(html) == text


@pytest.mark.parametrize("html", ["<", "a <3", "<p>x</p>", "</b>", "<b><i>x</b></i>", "<b>"])
def test_other_html_is_not_taken(html):
    with pytest.raises(CannotParse):
        plain(html)


def test_a_press_is_answered_once(server, ann):
    press = ann.presses("x")
    assert call(server, "answerCallbackQuery", callback_query_id=press) is True
    assert call(server, "answerCallbackQuery", callback_query_id=press)[0] == 400


def test_who_blocked_the_bot_gets_nothing_until_they_come_back(server, ann):
    ann.blocks()
    assert call(server, "sendMessage", chat_id=ann.chat.id, text="x") == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    ann.unblocks()
    assert call(server, "sendMessage", chat_id=ann.chat.id, text="x")["text"] == "x"
    kinds = [each["my_chat_member"]["new_chat_member"]["status"] for each in server.state.queue]
    assert kinds == ["kicked", "member"]


def test_a_group_that_was_upgraded_has_another_address(server):
    group = server.state.add_group(-900, "Friends")
    Buyer(server, ANN, group).upgrades(-1_000_000_000_900)
    answer = HTTP.request(
        "POST", f"{server.url}/bot{TOKEN}/sendMessage", fields={"chat_id": "-900", "text": "x"}
    )
    said = json.loads(answer.data)
    assert said["parameters"] == {"migrate_to_chat_id": -1_000_000_000_900}
    assert call(server, "sendMessage", chat_id=-1_000_000_000_900, text="x")["chat"]["type"] == (
        "supergroup"
    )


def test_a_file_has_a_link_after_get_file_and_while_it_is_there(server, ann):
    own = ann.photo(JPEG)["photo"][-1]["file_id"]
    file = server.state.files[own]
    link = f"{server.url}/file/bot{TOKEN}/{file.path}"
    assert HTTP.request("GET", link).status == 404
    assert call(server, "getFile", file_id=own)["file_path"] == file.path
    assert HTTP.request("GET", link).data == JPEG
    file.is_there = False
    assert HTTP.request("GET", link).status == 404
    assert call(server, "getFile", file_id=own)[0] == 400
    assert call(server, "getFile", file_id="x") == (400, "Bad Request: invalid file_id")


def test_a_file_may_be_too_large_to_be_handed_out(server, ann):
    sent = ann.document(b"%PDF", "a.pdf", "application/pdf", size=LARGEST_FILE + 1)
    own = sent["document"]["file_id"]
    assert call(server, "getFile", file_id=own) == (400, "Bad Request: file is too big")


def test_faults_happen_once_each(server, ann):
    server.faults += [too_many(9), Fault("sendMessage", 502), Fault("sendMessage", acts=True)]
    path = f"{server.url}/bot{TOKEN}/sendMessage"
    form = {"chat_id": str(ann.chat.id), "text": "x"}
    first = json.loads(HTTP.request("POST", path, fields=form).data)
    assert (first["error_code"], first["parameters"]) == (429, {"retry_after": 9})
    assert HTTP.request("POST", path, fields=form).status == 502
    with pytest.raises(urllib3.exceptions.ProtocolError):
        HTTP.request("POST", path, fields=form)
    assert server.said(ann.chat.id) == ["x"]
    assert HTTP.request("POST", path, fields=form).status == 200


def send_what_is_not_written_down():
    with fake_telegram() as fake:
        call(fake, "sendMessage", chat_id=Buyer(fake, ANN).chat.id, text="x", colour="red")


def tell_what_is_not_written_down():
    with fake_telegram() as fake:
        Buyer(fake, ANN).says("x", date="today")


@pytest.mark.parametrize(
    ("breaks", "part"),
    [(send_what_is_not_written_down, "requests"), (tell_what_is_not_written_down, "updates")],
)
def test_who_breaks_the_contract_fails_the_test(breaks, part):
    with pytest.raises(AssertionError, match=part):
        breaks()

"""The Telegram connector at the server for tests: what leaves, what comes, what goes wrong."""

import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftersale.adapters.telegram import KEYS, NEEDED, SECRET, Telegram, connector_of
from aftersale.adapters.telegram_http import TelegramHttp
from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Account, Channel, InboundKind, Media
from aftersale.errors import SettingsInvalid
from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Connector,
    Gone,
    NotSigned,
    Out,
    OutFile,
    Puller,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
)
from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import SECRET as HOOK
from tests.contract.telegram_server import TOKEN, Fault, fake_telegram, too_many
from tests.contract.telegram_state import LARGEST_FILE, Person

NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
ACCOUNT = Account("shop-telegram", Channel.TELEGRAM, "seller-direct")
JPEG = b"\xff\xd8\xff" + b"0" * 200
ABILITIES = CAPABILITIES[Channel.TELEGRAM]


@pytest.fixture
def server():
    with fake_telegram() as fake:
        yield fake


@pytest.fixture
def ann(server):
    return Buyer(server, Person(501, "Ann", "Lee", "de"))


def connector(server, **config) -> Telegram:
    return connector_of(ACCOUNT, {"token": TOKEN, "api": server.url} | config)


@pytest.fixture
def telegram(server):
    return connector(server)


def block(text, *buttons):
    shown = [{"id": own, "title": title} for own, title in buttons]
    return {"type": "text", "fallback": text} | ({"buttons": shown} if shown else {})


def sends(telegram, *blocks, to="501"):
    rendered = telegram.render(list(blocks), ABILITIES)
    return [telegram.send(Out(to, each.body, "token-1")) for each in rendered]


def say(telegram, text="Hello"):
    return sends(telegram, block(text))


@pytest.mark.parametrize(("mode", "waits"), [("polling", 0.0), ("webhook", 2.0)])
def test_only_what_is_delivered_to_us_may_come_out_of_order(mode, waits):
    values = {"token": TOKEN, "mode": mode, "secret": "s" * 40, "api": "http://127.0.0.1:9"}
    account = Account("bot", Channel.TELEGRAM, "helpdesk")
    assert connector_of(account, values).capabilities.settle.total_seconds() == waits


def test_it_is_a_connector_and_asks_for_news_unless_it_is_called(server):
    polling: Connector = connector(server)
    puller: Puller | None = polling.puller
    assert (puller is not None, polling.is_called) == (True, False)
    called = connector(server, mode="webhook", secret=HOOK)
    assert (called.puller, called.is_called) == (None, True)
    assert TOKEN not in repr(called)
    assert HOOK not in repr(called)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"token": "x"}, "token"),
        ({"mode": "both"}, "polling or webhook"),
        ({"mode": "webhook"}, "32 to 256"),
        ({"mode": "webhook", "secret": "short"}, "32 to 256"),
        ({"mode": "webhook", "secret": "ä" * 40}, "32 to 256"),
        ({"api": "http://telegram.example"}, "https://"),
        ({"api": "ftp://127.0.0.1"}, "https://"),
    ],
)
def test_mistakes_of_an_account_are_said_without_its_secrets(config, said):
    with pytest.raises(SettingsInvalid) as told:
        connector_of(ACCOUNT, {"token": TOKEN} | config)
    assert said in str(told.value.detail)
    assert config.get("token", TOKEN) not in str(told.value.detail).split()


def test_its_keys_are_written_down():
    assert KEYS.keys() >= NEEDED | SECRET
    assert all(line.endswith(".") for line in KEYS.values())
    page = Path("docs/channels/telegram.md").read_text(encoding="utf-8")
    assert {key for key in KEYS if f"`{key}`" not in page} == set()


def test_what_is_said_arrives_as_it_was_written(telegram, server, ann):
    text = "Is 3 < 4 & \"5\" > '6'? <b>Yes</b> &amp; no"
    (ref,) = say(telegram, text)
    assert server.said(501) == [text]
    assert ref == f"501:{max(ann.chat.messages)}"
    assert server.called("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (["Cancel it", "Keep it"], [1, 1]),
        (["1", "2", "3", "4", "5"], [5]),
        ([f"Order 100-{n}" for n in range(10)], [1] * 10),
    ],
)
def test_buttons_hold_the_ids_that_the_store_keeps(telegram, server, ann, titles, rows):
    ids = [f"{n:022}" for n in range(len(titles))]
    sends(telegram, block("Well?", *zip(ids, titles, strict=True)))
    keyboard = list(ann.chat.messages.values())[-1]["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in keyboard] == rows
    assert [each["callback_data"] for each in server.buttons(501)] == ids
    assert [each["text"] for each in server.buttons(501)] == titles


def test_more_than_ten_choices_are_numbered(telegram, server, ann):
    choices = [(f"{n:022}", f"Order 100-{n}") for n in range(12)]
    (rendered,) = telegram.render([block("Which one?", *choices)], ABILITIES)
    telegram.send(Out("501", rendered.body, "t"))
    assert server.buttons(501) == []
    assert "12. Order 100-11" in server.said(501)[0]
    assert len(rendered.options) == 12


def test_a_long_message_arrives_in_parts(telegram, server, ann):
    text = " ".join(f"<word-{n}>" for n in range(1500))
    refs = say(telegram, text)
    assert len(refs) == len(server.said(501)) > 1
    assert " ".join(server.said(501)) == text


def test_photos_leave_as_photos_and_other_files_as_files(telegram, server, ann):
    photo = OutFile("broken.jpg", "image/jpeg", JPEG)
    bill = OutFile("bill.pdf", "application/pdf", b"%PDF")
    odd = OutFile("odd.jpg", "image/jpeg", b"no photo at all")
    for file in (photo, bill, odd):
        telegram.send(Out("501", {}, "t", (file,)))
    kinds = [set(each) & {"photo", "document"} for each in ann.chat.messages.values()]
    assert kinds == [{"photo"}, {"document"}, {"document"}]


def test_a_photo_in_the_log_is_a_message_of_its_own(telegram):
    blocks = [block("Look"), {"type": "image", "fallback": "A photo", "attachment_id": "up-1"}]
    words, photo = telegram.render(blocks, ABILITIES)
    assert (words.body["text"], words.attachment_ids) == ("Look", ())
    assert photo.attachment_ids == ("up-1",)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (too_many(7), Busy),
        (Fault("", 401, "Unauthorized"), Shut),
        (Fault("", 404, "Not Found"), Shut),
        (Fault("", 403, "Forbidden: user is deactivated"), Gone),
        (Fault("", 400, "Bad Request: chat not found"), Gone),
        (Fault("", 400, "Bad Request: can't parse entities: <b>secret words"), Refused),
        (Fault("", 413, "Request Entity Too Large"), Refused),
        (Fault("", 502), Uncertain),
        (Fault("", acts=True), Uncertain),
        (Fault("", acts=False), Uncertain),
    ],
)
def test_every_failure_has_its_class(telegram, server, ann, fault, raised):
    server.faults.append(fault)
    with pytest.raises(raised) as lost:
        say(telegram)
    assert type(lost.value) is raised
    assert "secret words" not in lost.value.code
    assert len(server.called("sendMessage")) == 1
    say(telegram, "Again")
    assert server.said(501)[-1] == "Again"


def test_how_long_to_wait_is_obeyed_by_the_whole_account(telegram, server, ann):
    server.faults.append(too_many(7))
    with pytest.raises(Busy) as told:
        say(telegram)
    assert (told.value.seconds, told.value.whole_account) == (7.0, True)


def test_who_blocked_the_bot_is_gone(telegram, ann):
    ann.blocks()
    with pytest.raises(Gone, match="blocked by the user"):
        say(telegram)


def test_what_has_moved_is_followed(telegram, server):
    group = server.state.add_group(-900, "Friends")
    Buyer(server, Person(501, "Ann"), group).upgrades(-1_000_000_000_900)
    (ref,) = sends(telegram, block("In private, please"), to="-900")
    assert server.said(-1_000_000_000_900) == ["In private, please"]
    assert ref.startswith("-1000000000900:")


def test_nobody_at_the_address_is_certainly_no_message():
    nowhere = connector_of(ACCOUNT, {"token": TOKEN, "api": "http://127.0.0.1:9"})
    with pytest.raises(Unreachable):
        say(nowhere)


def test_an_answer_that_comes_too_late_leaves_it_open(server, ann, monkeypatch):
    monkeypatch.setattr("aftersale.adapters.telegram_http.READ", 0.2)
    server.faults.append(Fault("sendMessage", seconds=1.0, acts=True))
    with pytest.raises(Uncertain):
        say(connector(server))
    assert server.said(501) == ["Hello"]


def test_a_press_is_answered_whatever_button_it_was(telegram, server, ann):
    new, old = ann.presses("b-1"), ann.presses("nobody knows this one")
    for inbound in telegram.puller.pull(None, NOW).parsed.inbound:
        telegram.taken(inbound)
        telegram.taken(inbound)  # as after a restart: it was answered already
    assert server.state.presses == {new: True, old: True}


def test_a_file_is_fetched(telegram, server, ann):
    ann.photo(JPEG)
    (inbound,) = telegram.puller.pull(None, NOW).parsed.inbound
    assert telegram.fetch(inbound.media[0], most=1000) == JPEG


def too_large_to_be_handed_out(server, ann):
    ann.document(b"%PDF", "a.pdf", "application/pdf", size=LARGEST_FILE + 1)
    return next(iter(server.state.files)), 10**9


def larger_than_it_says(server, ann):
    own = ann.photo(JPEG * 10)["photo"][-1]["file_id"]
    server.state.files[own].size = 5
    return own, 100


def not_there_any_more(server, ann):
    server.faults.append(Fault("file", 404, "Not Found"))
    return ann.photo(JPEG)["photo"][-1]["file_id"], 1000


def never_there(server, ann):
    return "AgAC-nothing", 1000


@pytest.mark.parametrize(
    "missing", [too_large_to_be_handed_out, larger_than_it_says, not_there_any_more, never_there]
)
def test_a_file_that_cannot_be_had_is_gone(telegram, server, ann, missing):
    own, most = missing(server, ann)
    with pytest.raises(Gone):
        telegram.fetch(Media(own), most=most)


def test_a_file_that_does_not_come_now_is_asked_for_again(telegram, server, ann):
    own = ann.photo(JPEG)["photo"][-1]["file_id"]
    server.state.files[own].is_there = False
    with pytest.raises(Unreachable):
        telegram.fetch(Media(own), most=1000)
    server.state.files[own].is_there = True
    server.faults.append(Fault("file"))
    with pytest.raises(ChannelTrouble):
        telegram.fetch(Media(own), most=1000)
    assert telegram.fetch(Media(own), most=1000) == JPEG


def test_a_file_that_says_it_is_too_large_is_not_even_asked_for(telegram, server):
    with pytest.raises(Gone):
        telegram.fetch(Media("AgAC", size=1001), most=1000)
    assert server.calls == []


def test_typing_is_shown_and_reading_is_not(telegram, server, ann):
    telegram.typing("501", None)
    telegram.read("501", "501:9")
    assert server.signs == [(501, "typing")]
    assert len(server.calls) == 1


def test_what_was_not_confirmed_comes_again(telegram, server, ann):
    ann.says("One")
    first = telegram.puller.pull(None, NOW)
    assert telegram.puller.pull(None, NOW) == first
    ann.says("Two")
    second = telegram.puller.pull(first.cursor, NOW)
    assert [each.text for each in second.parsed.inbound] == ["Two"]
    assert len(server.state.queue) == 1


def test_a_call_without_news_changes_no_cursor(telegram, ann, monkeypatch):
    monkeypatch.setattr("aftersale.adapters.telegram_pull.WAIT", 0)
    assert telegram.puller.pull("77", NOW).cursor == "77"
    assert telegram.puller.pull(None, NOW).cursor is None


def test_ids_that_begin_again_after_a_week_are_heard(telegram, server, ann):
    ann.says("One")
    first = telegram.puller.pull(None, NOW)
    server.state.jump(77)
    ann.says("Two")
    second = telegram.puller.pull(first.cursor, NOW)
    assert [each.text for each in second.parsed.inbound] == ["Two"]
    assert second.cursor == "78"


def test_a_webhook_that_is_set_explains_itself(telegram, server):
    server.state.webhook = {"url": "https://elsewhere.example"}
    with pytest.raises(Shut, match="aftersale channels webhook shop-telegram delete"):
        telegram.puller.pull(None, NOW)


def test_a_second_asker_explains_itself(telegram, server):
    said = "Conflict: terminated by other getUpdates request; make sure that only one bot instance"
    server.faults.append(Fault("getUpdates", 409, said))
    with pytest.raises(Unreachable, match="Somebody else"):
        telegram.puller.pull(None, NOW)


def test_after_stop_nobody_waits(telegram, server, ann):
    telegram.puller.stop()
    assert telegram.puller.pull(None, NOW).cursor is None
    assert server.called("getUpdates")[0]["timeout"] == 0


def test_only_what_the_secret_signs_is_taken(server, ann):
    called = connector(server, mode="webhook", secret=HOOK)
    update = ann.fake.tell("message", ann.says("Hello"))
    delivery = server.delivery(update)
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    called.verify(headers, delivery.body)
    assert called.parse(delivery.body, NOW).inbound[0].kind is InboundKind.MESSAGE
    with pytest.raises(NotSigned):
        called.verify(headers | {"x-telegram-bot-api-secret-token": "x"}, delivery.body)
    with pytest.raises(NotSigned):
        connector(server).verify(headers, delivery.body)


def failures(server):
    """Everything that goes wrong with a call, as calls that raise."""
    closed = TelegramHttp("http://127.0.0.1:9", TOKEN)
    good = TelegramHttp(server.url, TOKEN)
    yield lambda: closed.call("getMe")
    yield lambda: closed.download("photos/file_1", most=9)
    for fault in (Fault("", 500), Fault(""), Fault("", 404, "Not Found")):
        server.faults.append(fault)
        yield lambda: good.call("getMe")
        server.faults.append(fault)
        yield lambda: good.download("photos/file_1", most=9)


def test_the_token_is_in_no_log_and_in_no_error(server, caplog):
    caplog.set_level(logging.DEBUG)
    for fails in failures(server):
        with pytest.raises(ChannelTrouble) as lost:
            fails()
        shown = "".join(traceback.format_exception(lost.value))
        seen, error = [], lost.value
        while error is not None:
            seen.append(repr(error) + str(error.args))
            error = error.__cause__ or error.__context__
        assert TOKEN not in shown + "".join(seen)
    TelegramHttp(server.url, TOKEN).call("getMe")
    assert "POST /bot" in caplog.text
    assert TOKEN not in caplog.text

"""The adapter against a server that follows the published contract."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.adapters import chatwoot_http
from aftersale.domain.conversations import Author
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.ports_desks import (
    CallbackInvalid,
    DeskAgent,
    DeskBusy,
    DeskEventKind,
    DeskFile,
    DeskLine,
    DeskRefs,
    DeskShut,
    DeskStatus,
    LineFile,
    Wanted,
)
from tests.contract.chatwoot_server import BOT_TOKEN, KIM, Fault
from tests.contract.chatwoot_state import MAIL_INBOX, Person
from tests.integration.desks.conftest import NOW, desk_of

WANTED = Wanted("h1", "aftersale:ann", "Ann", {"aftersale_order": "8123"}, "Buyer: hello")


def line(key="h1:5", text="Where is it?", author=Author.BUYER, **more):
    return DeskLine(key, author, "Assistant", text, **more)


def test_a_handoff_becomes_a_conversation_with_what_was_said_as_a_note(server, desk):
    refs = desk.open(WANTED)
    made = server.only()
    assert (refs.ref, refs.source) == (str(made.id), "aftersale:h1")
    assert made.contact["identifier"] == "aftersale:ann"
    assert made.contact["email"] is None
    assert made.attributes["aftersale_order"] == "8123"
    assert server.said() == [("outgoing", True, "Buyer: hello")]
    assert refs.first_message == made.messages[0].id != made.row_id


def test_opening_it_again_finds_it(server, desk):
    assert desk.open(WANTED) == desk.open(WANTED)
    assert len(server.only().messages) == 1
    assert len(server.state.contacts) == 1


@pytest.mark.parametrize("path", ["/contacts", "/conversations", "/messages"])
@pytest.mark.parametrize("fault", ["lose", "drop", 503])
def test_trouble_on_the_way_makes_nothing_twice(server, desk, path, fault):
    server.faults.append(Fault(path, fault, method="POST"))
    with pytest.raises(ProviderUnavailable):
        desk.open(WANTED)
    desk.open(WANTED)
    assert len(server.state.contacts) == len(server.only().messages) == 1


def test_only_the_very_same_name_is_the_buyer(server, desk):
    server.state.add_contact("aftersale:ann", "aftersale:annabel")
    server.state.add_contact("Somebody", None)
    desk.open(WANTED)
    assert server.only().contact["identifier"] == "aftersale:ann"


def test_a_session_key_of_somebody_else_is_gone_around(server, desk):
    server.state.sessions[7, "aftersale:h1"] = 1
    server.state.sessions[7, "aftersale:h1.1"] = 1
    assert desk.open(WANTED).source == "aftersale:h1.2"
    assert desk.open(WANTED).source == "aftersale:h1.2"


def test_the_buyers_words_come_in_and_all_others_are_notes(server, desk):
    ref = desk.open(WANTED).ref
    desk.append(ref, line(), since=0, again=False)
    desk.append(ref, line("h1:6", "One moment.", Author.BOT), since=0, again=False)
    assert server.said()[1:] == [
        ("incoming", False, "Where is it?"),
        ("outgoing", True, "**Assistant:** One moment."),
    ]


def test_a_photo_goes_with_its_words(server, desk):
    ref = desk.open(WANTED).ref
    photo = LineFile("photo.jpg", "image/jpeg", b"jpeg")
    desk.append(ref, line(files=(photo, photo)), since=0, again=False)
    sent = server.only().messages[-1]
    assert [each["file_size"] for each in sent.attachments] == [4, 4]
    assert sent.content == "Where is it?"


@pytest.mark.parametrize("fault", ["lose", "drop"])
def test_a_line_whose_answer_was_lost_is_looked_for_first(server, desk, fault):
    refs = desk.open(WANTED)
    server.faults.append(Fault("/messages", fault, method="POST"))
    with pytest.raises(ProviderUnavailable):
        desk.append(refs.ref, line(), since=refs.first_message, again=False)
    own = desk.append(refs.ref, line(), since=refs.first_message, again=True)
    assert [m.id for m in server.only().messages[1:]] == [own]


def test_everything_we_posted_comes_back_and_is_nobodys_answer(server, desk):
    ref = desk.open(WANTED).ref
    desk.append(ref, line(), since=0, again=False)
    desk.append(ref, line("h1:6", "Aha", Author.BOT), since=0, again=False)
    told = [event for each in flush(server, desk) for event in each.events]
    assert told == []
    assert desk.reconcile(ref, 0, NOW).replies == ()


def flush(server, desk, **more):
    return server.flush(lambda c: desk.on_event(c.body, c.headers, NOW, **more))


@pytest.fixture
def talk(server, desk):
    refs = desk.open(WANTED)
    server.callbacks.clear()
    return refs


def only_event(server, desk):
    ((event,),) = [each.events for each in flush(server, desk)]
    return event


def test_an_agents_answer_is_told_by_a_signed_callback(server, desk, talk):
    server.reply("On its way.", files={"a.jpg": b"123"})
    event = only_event(server, desk)
    assert (event.kind, event.ref, event.text) == (DeskEventKind.REPLY, talk.ref, "On its way.")
    assert event.agent == DeskAgent("11", "Kim")
    assert desk.fetch(event.files[0], most=10) == b"123"


def test_notes_bots_buyers_and_templates_reach_nobody(server, desk, talk):
    server.reply("Only for us", private=True)
    server.reply("I am a bot", agent=Person(5, "Captain", "agent_bot"))
    server.reply("Kim resolved it", type="activity")
    server.reply("Please rate us", type="template")
    server.reply("Me again", type="incoming", agent=Person(50, "Ann", "contact"))
    assert [each.events for each in flush(server, desk)] == [()] * 5
    assert desk.reconcile(talk.ref, 0, NOW).replies == ()


def test_another_inbox_is_none_of_ours(server, desk, talk):
    server.reply("Hello there")
    assert [x.events for x in flush(server, desk_of(server, inbox=MAIL_INBOX))] == [()]


def test_moves_there_are_told(server, desk, talk):
    server.assign(KIM)
    assert only_event(server, desk).agent == DeskAgent("11", "Kim")
    server.set_status("snoozed")
    assert only_event(server, desk).status is DeskStatus.SNOOZED
    server.types()
    assert only_event(server, desk).kind is DeskEventKind.TYPING
    server.types(private=True)
    assert [each.events for each in flush(server, desk)] == [()]


def test_what_an_agent_takes_back_is_told(server, desk, talk):
    sent = server.reply("Oops")
    server.callbacks.clear()
    server.take_back(sent)
    event = only_event(server, desk)
    assert (event.kind, event.message) == (DeskEventKind.REMOVED, sent.id)
    assert desk.reconcile(talk.ref, 0, NOW).replies == (event,)


@pytest.mark.parametrize("skew", [-301, 301, 10**9])
def test_an_old_or_early_callback_is_refused(server, desk, talk, skew):
    server.skew = skew
    server.reply("Hello")
    with pytest.raises(CallbackInvalid) as no:
        flush(server, desk)
    assert not no.value.is_signed


def test_a_callback_of_somebody_else_is_refused(server, desk, talk):
    server.secret = "guessed"
    server.reply("Hello")
    with pytest.raises(CallbackInvalid):
        flush(server, desk)


@pytest.mark.parametrize("version", ["4.10"])
def test_a_server_that_does_not_sign_is_believed_at_a_secret_address_only(server, desk, talk):
    server.reply("Hello")
    (callback,) = server.callbacks
    with pytest.raises(CallbackInvalid):
        desk.on_event(callback.body, callback.headers, NOW)
    (delivery,) = flush(server, desk, vouched=True)
    assert delivery.key.startswith("body:")
    assert delivery.events[0].text == "Hello"


@pytest.mark.parametrize("version", ["4.11.2", "4.13"])
def test_a_repeated_callback_is_known_by_its_name(server, desk, talk):
    server.duplicate = True
    server.reply("Hello")
    first, second = flush(server, desk)
    assert first == second
    assert first.key.startswith("delivery:")


def test_what_callbacks_kept_from_us_is_found_by_looking(server, desk, talk):
    server.lost = lambda _: True
    texts = [f"Line {n}" for n in range(130)]
    sent = [server.reply(text) for text in texts]
    server.assign(KIM)
    server.set_status("pending")
    view = desk.reconcile(talk.ref, talk.first_message, NOW + timedelta(seconds=20))
    assert [event.text for event in view.replies] == texts
    assert (view.newest, view.status) == (sent[-1].id, DeskStatus.PENDING)
    assert view.agent == DeskAgent("11", "Kim")


def test_what_was_said_this_moment_is_looked_at_once_more(server, desk, talk):
    old = server.reply("Old", at=int(NOW.timestamp()) - 60)
    server.reply("Fresh")  # one with a smaller id may still be on its way into their store
    view = desk.reconcile(talk.ref, talk.first_message, NOW)
    assert (len(view.replies), view.newest) == (2, old.id)


def test_attributes_are_put_beside_those_that_are_there(server, desk, talk):
    server.only().attributes["kims_own"] = "yes"
    desk.tell(talk.ref, {"aftersale_card": "token"})
    assert server.only().attributes["kims_own"] == "yes"
    assert server.only().attributes["aftersale_card"] == "token"
    assert server.only().attributes["aftersale_handoff"] == "h1"


def test_typing_is_the_buyers_sign(server, desk, talk):
    desk.typing(talk, on=True)
    desk.typing(talk, on=False)
    assert server.typing == ["on", "off"]
    with pytest.raises(ProviderRefused):
        desk.typing(replace(talk, source="another"), on=True)


def test_it_is_resolved(server, desk, talk):
    desk.close(talk.ref)
    assert server.only().status == "resolved"


def test_who_is_online_is_there_and_who_is_busy_takes_nobody_new(server, desk):
    server.agents += [Person(13, "Sam", status="busy"), Person(14, "Max", status="offline")]
    there = [("11", True), ("12", True), ("13", False)]
    assert [(each.ref, each.is_free) for each in desk.present()] == there


def test_a_bots_token_is_not_enough(server):
    with pytest.raises(DeskShut):
        desk_of(server, token=BOT_TOKEN).open(WANTED)


def test_another_kind_of_inbox_takes_no_buyers_words(server):
    desk = desk_of(server, inbox=MAIL_INBOX)
    ref = desk.open(WANTED).ref
    with pytest.raises(ProviderRefused):
        desk.append(ref, line(), since=0, again=False)


def test_patience_that_is_asked_for_is_given(server, desk):
    server.faults += [Fault("/search", 429, {"Retry-After": "17"}), Fault("/search", 429)]
    for seconds in (17, 30):
        with pytest.raises(DeskBusy) as busy:
            desk.open(WANTED)
        assert busy.value.seconds == seconds


def test_a_slow_server_holds_nobody_up(server, monkeypatch):
    monkeypatch.setattr(chatwoot_http, "READ", 0.2)
    server.faults.append(Fault("/search", "slow", seconds=2.0))
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        desk_of(server).open(WANTED)
    assert time.monotonic() - began < 1.5


def test_a_conversation_that_is_gone_is_a_definite_no(server, desk):
    with pytest.raises(ProviderRefused):
        desk.append("999", line(), since=0, again=False)
    with pytest.raises(ProviderRefused):
        desk.reconcile("999", 0, NOW)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "{url}@evil.example/x",
        "//evil.example/x",
        "http://[::1/x",
        "",
    ],
)
def test_files_are_fetched_from_nowhere_else(server, desk, url):
    with pytest.raises(ProviderRefused):
        desk.fetch(DeskFile(url.format(url=server.url)), most=10)
    assert server.calls == []


def test_a_file_may_lie_where_the_operator_says(server, desk):
    shown = server.state.add_file(server.url, b"123", "a.jpg")
    elsewhere = shown["data_url"].replace("127.0.0.1", "localhost")
    with pytest.raises(ProviderRefused):
        desk.fetch(DeskFile(elsewhere), most=10)
    wider = desk_of(server, file_origins=(server.url.replace("127.0.0.1", "localhost"),))
    assert wider.fetch(DeskFile(elsewhere), most=10) == b"123"


def test_a_file_that_is_larger_than_it_says_is_cut_off(server, desk):
    shown = server.state.add_file(server.url, b"x" * 200_000, "a.jpg")
    with pytest.raises(ProviderRefused):
        desk.fetch(DeskFile(shown["data_url"], size=5), most=1_000)
    with pytest.raises(ProviderRefused):
        desk.fetch(DeskFile(shown["data_url"], size=5_000), most=1_000)
    assert isinstance(desk.open(WANTED), DeskRefs)

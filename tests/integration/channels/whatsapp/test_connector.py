"""The WhatsApp connector against the contract server, without the app: what leaves, what fails."""

from pathlib import Path

import pytest

from aftersale.adapters.whatsapp import KEYS, NEEDED, SECRET
from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, InboundKind, SendState
from aftersale.errors import SettingsInvalid
from aftersale.services.ports_channels import (
    Busy,
    Challenged,
    Gone,
    NotSigned,
    Out,
    OutFile,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
    WindowClosed,
)
from tests.contract.whatsapp_server import TOKEN, VERIFY, Fault
from tests.integration.channels.whatsapp.side import connected, heard

HELLO = {"type": "text", "text": {"body": "Hello"}}


@pytest.fixture
def ann(server, ann):
    """She has written already."""
    server.says(ann, "Hi")
    server.waiting.clear()
    return ann


def out(person, body=HELLO, **more):
    return Out(person.user_id, body, **({"token": "send-1"} | more))


def test_the_keys_are_described():
    assert KEYS.keys() >= NEEDED | SECRET
    assert all(line.endswith(".") for line in KEYS.values())
    page = Path("docs/channels/whatsapp.md").read_text(encoding="utf-8")
    assert {key for key in KEYS if f"`{key}`" not in page} == set()


@pytest.mark.parametrize("key", ["graph_url", "media_origins"])
def test_the_access_token_travels_where_nobody_reads_it_alone(server, key):
    for url in (
        "http://graph.example",
        "ftp://127.0.0.1",
        "nonsense",
        "http://127.0.0.1@x.example",
    ):
        with pytest.raises(SettingsInvalid) as no:
            connected(server, **{key: url})
        assert key in str(no.value)
    assert TOKEN not in str(no.value)


def test_no_secret_is_shown_with_the_connector(ours):
    shown = repr(ours)
    assert [each for each in SECRET if ours.config.get(each, "none") in shown] == []


def test_the_address_is_registered_by_its_word(ours):
    assert isinstance(ours, Challenged)
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "77"}
    assert ours.challenge(query) == "77"
    with pytest.raises(NotSigned):
        ours.challenge(query | {"hub.verify_token": "x"})


def test_a_message_goes_out_and_its_way_comes_back_by_id_and_token(server, ours, ann):
    ref = ours.send(out(ann))
    assert server.said(ann) == ["Hello"]
    told = heard(server, ours).statuses
    assert [each.state for each in told] == [SendState.SENT, SendState.DELIVERED]
    assert {(each.ref, each.token, each.address) for each in told} == {
        (ref, "send-1", ann.user_id)
    }


@pytest.mark.parametrize("shows_phone", [True, False])
def test_a_person_is_answered_where_they_wrote_from(server, ours, shows_phone):
    person = server.state.add_person("Bob", shows_phone=shows_phone)
    server.says(person, "Hi")
    (said,) = heard(server, ours).inbound
    assert ours.send(Out(said.address, HELLO, "t")) == server.last(person).id
    assert ours.send(Out(person.phone, HELLO, "t2")) == server.last(person).id


def test_buttons_come_back_as_what_they_stand_for(server, ours, ann):
    buttons = [{"id": f"b{n}", "title": f"Option {n}"} for n in range(5)]
    block = {"type": "quick_replies", "buttons": buttons, "fallback": ""}
    question = {"type": "text", "fallback": "Which?"}
    for shown in ([question, block | {"buttons": buttons[:2]}], [question, block]):
        (made,) = ours.render(shown, CAPABILITIES[Channel.WHATSAPP])
        ours.send(out(ann, made.body))
        server.waiting.clear()
        server.presses(ann, 2)
        (said,) = heard(server, ours).inbound
        assert (said.kind, said.payload, said.text) == (InboundKind.PRESSED, "b1", "Option 1")


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [("a.jpg", "image/jpeg", "image"), ("a.pdf", "application/pdf", "document")],
)
def test_a_file_is_brought_there_and_shown(server, ours, ann, name, media_type, kind):
    file = OutFile(name, media_type, b"content")
    ours.send(out(ann, {"type": "file"}, files=(file,)))
    shown = server.last(ann).body
    assert shown["type"] == kind
    assert server.state.media[shown[kind]["id"]].content == b"content"
    with pytest.raises(Refused):
        ours.send(out(ann, {"type": "file"}, files=(OutFile("a.exe", "x/y", b""),)))


def test_a_file_that_may_have_been_brought_is_brought_again(server, ours, ann):
    server.faults.append(Fault("lose", "/media"))
    file = OutFile("a.png", "image/png", b"content")
    with pytest.raises(Unreachable):
        ours.send(out(ann, {"type": "file"}, files=(file,)))
    assert ours.send(out(ann, {"type": "file"}, files=(file,)))
    assert len(server.said(ann)) == 1


def test_after_a_day_a_template_alone_is_taken(server, ours, ann):
    server.state.now += 86_400
    with pytest.raises(WindowClosed):
        ours.send(out(ann))
    for locale, language in [("en", "en"), ("de-AT", "de"), ("fr", "en"), ("", "en")]:
        made = ours.template(locale, {})
        assert made.body["template"]["language"]["code"] == language
        assert ours.send(out(ann, made.body))
    assert connected(server, template="").template("en", {}) is None


def test_a_language_with_its_country_is_taken_where_it_is_offered(server):
    brazil = connected(server, template_languages="en_US, pt_BR")
    assert brazil.template("pt-BR", {}).body["template"]["language"]["code"] == "pt_BR"
    assert brazil.template("en", {}).body["template"]["language"]["code"] == "en_US"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (190, Shut),
        (131031, Shut),
        (130429, Busy),
        (131056, Busy),
        (131026, Gone),
        (131009, Refused),
        (132001, Refused),
        (131000, Unreachable),
    ],
)
def test_what_the_interface_refuses_is_said_in_our_words(server, ours, ann, code, kind):
    server.faults.append(Fault(code))
    with pytest.raises(kind) as refused:
        ours.send(out(ann))
    assert refused.value.code == str(code)
    assert server.said(ann) == []


def test_patience_that_is_asked_for_is_had(server, ours, ann):
    server.faults.append(Fault(130429, headers={"Retry-After": "120"}))
    with pytest.raises(Busy) as busy:
        ours.send(out(ann))
    assert (busy.value.seconds, busy.value.whole_account) == (120.0, True)


@pytest.mark.parametrize("what", ["lose", "page", "mumble"])
def test_a_message_that_may_have_arrived_is_uncertain_and_its_token_tells(server, ours, ann, what):
    server.faults.append(Fault(what))
    with pytest.raises(Uncertain):
        ours.send(out(ann))
    assert server.said(ann) == ["Hello"]
    assert {each.token for each in heard(server, ours).statuses} == {"send-1"}


def test_an_answer_that_does_not_come_is_uncertain(server, ours, ann, monkeypatch):
    monkeypatch.setattr(ours.http._http.connection_pool_kw["timeout"], "_read", 0.2)
    server.faults.append(Fault("slow", seconds=1.0))
    with pytest.raises(Uncertain):
        ours.send(out(ann))
    assert server.said(ann) == ["Hello"]


def test_what_never_left_is_tried_again(server, ann):
    with pytest.raises(Unreachable):
        connected(server, graph_url="http://127.0.0.1:9").send(out(ann))
    with pytest.raises(Unreachable):
        connected(server, graph_url="https://nowhere.invalid").send(out(ann))


def test_a_wrong_key_shuts_the_account(server, ann):
    with pytest.raises(Shut):
        connected(server, access_token="x").send(out(ann))


def test_reading_and_typing_are_shown_but_not_to_groups(server, ours, ann):
    message = server.says(ann, "Anybody?")
    ours.read(ann.user_id, message)
    ours.typing(ann.user_id, message)
    ours.typing(ann.user_id, None)
    assert (server.read, server.typing) == ([message, message], [message])
    ours.read("group:Z3Jv", message)
    ours.typing("group:Z3Jv", message)
    assert len(server.read) == 2


def test_a_group_gets_words_in_its_place(server, ours, ann):
    server.says(ann, "All of you", group_id="Z3Jv")
    (said,) = heard(server, ours).inbound
    ours.send(Out(said.address, HELLO, "t"))
    sent = server.state.sent[-1].body
    assert (sent["recipient_type"], sent["to"]) == ("group", "Z3Jv")

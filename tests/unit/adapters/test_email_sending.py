"""Our mails to buyers: in their thread, told apart from a person's, never without end."""

from email import message_from_bytes
from email.policy import default

import pytest

from aftersale.adapters.email_channel import KEYS, NEEDED, SECRET, Post, connector_of
from aftersale.adapters.email_loops import ECHOES, HOUR, Loops
from aftersale.adapters.email_message import SUBJECT, Writer
from aftersale.domain.channels import Account, Channel, Choice
from aftersale.errors import SettingsInvalid
from aftersale.services.ports_channels import Busy, NotSigned, Out, OutFile, Refused
from tests.unit.adapters.emails import AT, BOX, BUYER, MARKS, THREAD, TOKEN, heard, mail, read

ACCOUNT = Account("shop-mail", Channel.EMAIL, "seller-direct")
POST = Post("a secret of tests", lambda _: False, "imap://u:p@127.0.0.1", "smtp://127.0.0.1")
WRITER = Writer(MARKS, "Shop")
WORDS = {"type": "text", "text": "Which one?", "fallback": "Which one?"}
BUTTONS = {
    "type": "quick_replies",
    "buttons": [{"id": "b1", "title": "The blue one"}, {"id": "b2", "title": "The red one"}],
    "fallback": "1. The blue one\n2. The red one",
}


def connector(**config):
    return connector_of(ACCOUNT, {"address": BOX} | config, POST)


def out(**changes):
    given = {"address": THREAD, "body": {"text": "Hello,\n\nit left."}, "token": TOKEN}
    return Out(**given | {"answers": "<first@example.com>", "topic": "My shoes"} | changes)


def parsed(**changes):
    return message_from_bytes(WRITER.written(out(**changes)).as_bytes(), policy=default)


def test_a_turn_is_one_mail_whose_choices_are_numbered_and_explained():
    can = connector().capabilities
    [one] = connector().render([WORDS, BUTTONS], can)
    assert one.body["text"] == (
        "Which one?\n\n1. The blue one\n2. The red one\n\nTo choose, answer with the number alone."
    )
    assert one.options == (Choice("b1", "The blue one"), Choice("b2", "The red one"))
    [own] = connector(choose="Bitte die Zahl.").render([WORDS, BUTTONS], can)
    assert own.body["text"].endswith("\n\nBitte die Zahl.")
    [plain] = connector().render([WORDS], can)
    assert (plain.body["text"], plain.options) == ("Which one?", ())
    assert connector().render([], can) == []


def test_files_of_an_agent_go_with_the_words():
    photo = {"type": "photo", "attachment_id": "a1", "fallback": "Photo"}
    [one] = connector().render([WORDS, photo], connector().capabilities)
    assert one.attachment_ids == ("a1",)
    files = (OutFile("photo.jpg", "image/jpeg", b"\xff\xd8\xff"),)
    [attached] = parsed(files=files).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("photo.jpg", b"\xff\xd8\xff")


def test_a_mail_of_ours_stands_in_the_thread_that_it_answers():
    message = parsed()
    assert message["Subject"] == "Re: My shoes"
    assert message["In-Reply-To"] == message["References"] == "<first@example.com>"
    assert message["Message-ID"] == MARKS.message_id(TOKEN, THREAD)
    assert message["To"] == BUYER
    assert message["From"] == f"Shop <{BOX}>"
    assert message["Reply-To"] == MARKS.reply_to(THREAD)
    assert message.get_body(("plain",)).get_content().splitlines() == ["Hello,", "", "it left."]
    html = message.get_body(("html",)).get_content()
    assert "<p>Hello,</p><p>it left.</p>" in html


def test_the_same_send_is_the_same_mail():
    assert parsed()["Message-ID"] == parsed()["Message-ID"]
    assert parsed(token=TOKEN[::-1])["Message-ID"] != parsed()["Message-ID"]


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ("<a@b>", "<a@b>"),
        ("<a@b>#file", "<a@b>"),
        ("sha256:00", None),
        ("bounce:00", None),
        (None, None),
    ],
)
def test_it_answers_only_what_has_an_id(answers, named):
    assert parsed(answers=answers)["In-Reply-To"] == named


def test_without_a_subject_of_the_buyer_it_has_one_of_its_own():
    assert parsed(topic=" ")["Subject"] == SUBJECT


def test_no_word_of_a_buyer_writes_a_header():
    message = parsed(topic="a\r\nBcc: bob@example.com")
    assert message["Bcc"] is None
    assert message["Subject"] == "Re: a Bcc: bob@example.com"
    with pytest.raises(Refused):
        WRITER.written(out(address="a@b\r\nBcc: bob@example.com#00"))


@pytest.mark.parametrize(("by", "automatic"), [("bot", "auto-replied"), ("agent", None)])
def test_only_what_no_person_wrote_says_that_it_is_automatic(by, automatic):
    [one] = connector().render([WORDS | {"by": by}], connector().capabilities)
    assert parsed(body=one.body)["Auto-Submitted"] == automatic


def test_the_answer_of_a_client_finds_its_thread_and_our_own_mail_is_a_loop():
    ours = parsed()
    answer = mail(Message_ID="<2@b>", In_Reply_To=ours["Message-ID"], Subject="Re: My shoes")
    assert heard(answer).address == THREAD
    ours.replace_header("To", BOX)
    assert read(ours.as_bytes()).parsed.inbound == ()


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_one_address_gets_so_many_automatic_answers_an_hour_and_then_has_to_wait():
    clock = Clock()
    loops = Loops(clock, 3)
    assert [loops.wait(BUYER, f"t{n}") for n in range(3)] == [0.0] * 3
    assert loops.wait(BUYER, "t0") == 0.0  # the same answer, tried again
    clock.now += 600
    assert loops.wait(BUYER, "t3") == HOUR - 600
    assert loops.wait("bob@example.com", "t4") == 0.0
    clock.now += HOUR - 600
    assert loops.wait(BUYER, "t3") == 0.0


def test_words_that_come_again_and_again_are_a_machines():
    clock, words = Clock(), "I am away until Monday and will answer then."
    loops = Loops(clock)
    heard_so = [loops.is_echo(BUYER, words, f"<{n}@b>") for n in range(ECHOES)]
    assert heard_so == [False] * (ECHOES - 1) + [True]
    assert not loops.is_echo("bob@example.com", words, "<0@b>")
    clock.now += HOUR + 1
    assert not loops.is_echo(BUYER, words, "<9@b>")


def test_the_same_mail_fetched_again_is_no_echo_and_short_answers_never_are():
    loops = Loops(Clock())
    words = "I am away until Monday and will answer then."
    assert not any(loops.is_echo(BUYER, words, "<1@b>") for _ in range(9))
    assert not any(loops.is_echo(BUYER, "2", f"<{n}@b>") for n in range(9))


def test_a_loop_that_nothing_gives_away_is_slowed_down():
    slow = connector(answers_per_hour="1")
    slow._loops.wait(BUYER, "earlier")
    with pytest.raises(Busy) as busy:
        slow.send(out(body={"text": "Hello", "by_person": False}))
    assert HOUR - 60 < busy.value.seconds <= HOUR
    assert not busy.value.whole_account


def test_nothing_of_mail_calls_us():
    with pytest.raises(NotSigned):
        connector().verify({}, b"")
    assert connector().template("en", {}) is None
    assert connector().parse(mail(), AT).inbound[0].address == THREAD


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"address": "support"}, "address"),
        ({"address": "Support@x"}, "address"),
        ({"imap_url": "http://secret:secret@x"}, "imap_url"),
        ({"smtp_url": "ftp://secret:secret@x"}, "smtp_url"),
        ({"answers_per_hour": "0"}, "answers_per_hour"),
        ({"answers_per_hour": "many"}, "answers_per_hour"),
        ({"from_name": "Shop\nBcc: x"}, "from_name"),
    ],
)
def test_a_mistake_in_an_account_is_named_and_a_password_is_not(config, named):
    with pytest.raises(SettingsInvalid) as invalid:
        connector(**config)
    assert f"shop-mail: {named} is" in str(invalid.value)
    assert "secret" not in str(invalid.value)


def test_every_mistake_is_told_at_once():
    with pytest.raises(SettingsInvalid) as invalid:
        connector_of(ACCOUNT, {"address": "x"}, Post("s", lambda _: False))
    assert all(key in str(invalid.value) for key in ("address", "imap_url", "smtp_url"))


def test_what_an_account_takes_is_told():
    assert KEYS.keys() >= NEEDED | SECRET
    assert "secret" not in repr(POST)
    assert "p@127" not in repr(POST)

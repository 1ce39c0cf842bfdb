"""What comes in: only a person's reply is a message, only our own token makes a bounce count."""

from email.message import EmailMessage
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftersale.adapters.mail_message import Addresses, written
from aftersale.adapters.mail_reading import read_mail
from aftersale.adapters.mail_text import LONGEST_TEXT
from aftersale.services.ports_mail import MailKind, Outgoing

TOKEN = "0123456789abcdef0123456789abcdef"
REPLY_TO = f"replies+r.{TOKEN}@shop.example"
BOUNCE_TO = f"replies+b.{TOKEN}@shop.example"


def mail(text="It leaves tomorrow.", html=None, **headers):
    message = EmailMessage()
    given = {"From": "birch@example.com", "To": REPLY_TO, "Message-ID": "<a@b.example>"}
    for name, value in (given | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        if value is not None:
            message[name] = value
    message.set_content(html or text, subtype="html" if html else "plain")
    return message.as_bytes()


def report(action, to=BOUNCE_TO):
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nMessage-ID: <r@mx.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        'boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n'
        "--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; birch@example.com\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        "--x--\r\n"
    ).encode()


def test_a_reply_is_found_by_the_address_it_went_to():
    read = read_mail(mail())
    assert (read.kind, read.token, read.text) == (MailKind.REPLY, TOKEN, "It leaves tomorrow.")


def test_a_reply_to_another_address_is_found_by_what_it_answers():
    read = read_mail(mail(To="shop@shop.example", In_Reply_To="<k-1@shop.example>"))
    assert (read.kind, read.token, read.answers) == (MailKind.REPLY, None, ("k-1",))


@pytest.mark.parametrize("to", [REPLY_TO.upper(), f"Shop <{REPLY_TO}>", f"a@b.c, {REPLY_TO}"])
def test_servers_may_write_the_address_as_they_like(to):
    assert read_mail(mail(To=to)).token == TOKEN


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.example>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@mx.example"},
        {"From": "noreply@shop.example"},
    ],
)
def test_what_no_person_wrote_is_no_message(headers):
    assert read_mail(mail(**headers)).kind is MailKind.AUTOMATIC


def test_our_own_letters_never_come_back_as_messages():
    ours = Addresses("shop@shop.example", "replies@shop.example")
    letter = Outgoing("birch@example.com", "s", "Hello", "k", reply_token=TOKEN)
    message = written(letter, ours)
    message.replace_header("To", REPLY_TO)
    assert read_mail(message.as_bytes()).kind is MailKind.AUTOMATIC


@pytest.mark.parametrize(
    ("content", "kind", "token"),
    [
        (report("failed"), MailKind.BOUNCE, TOKEN),
        (report("delayed"), MailKind.AUTOMATIC, TOKEN),
        (report("failed", to=REPLY_TO), MailKind.AUTOMATIC, TOKEN),
        (report("failed", to="replies@shop.example"), MailKind.AUTOMATIC, None),
    ],
)
def test_a_bounce_counts_only_when_it_failed_and_came_to_its_own_address(content, kind, token):
    read = read_mail(content)
    assert (read.kind, read.token) == (kind, token)


@pytest.mark.parametrize(
    "text",
    [
        "Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Shop <a@b.c> wrote:\n> Do you?\n> Bye\n",
        "Yes.\n\nAm 02.11.2026 um 10:00 schrieb Shop <a@b.c>:\n> Do you?\n",
        "Yes.\n\n-- \nBirch & Co\n1 Some Street\n",
        "Yes.\n\n-----Original Message-----\nFrom: Shop\nSent: Monday\nSubject: x\n\nDo you?\n",
    ],
)
def test_only_what_was_written_now_is_kept(text):
    assert read_mail(mail(text)).text == "Yes."


def test_a_mail_of_html_alone_is_read_as_its_reader_sees_it():
    html = (
        "<html><head><style>p{color:red}</style></head><body><p>It <b>leaves</b> tomorrow.</p>"
        "<script>alert(1)</script><blockquote><p>Do you?</p></blockquote></body></html>"
    )
    assert read_mail(mail(html=html)).text == "It leaves tomorrow."


def test_a_long_reply_is_cut_and_an_empty_one_is_no_message():
    assert len(read_mail(mail("word " * 5000)).text) <= LONGEST_TEXT
    assert read_mail(mail("> only a quote\n")).kind is MailKind.UNKNOWN


def test_a_mail_without_a_token_of_ours_and_without_a_thread_is_unknown():
    assert read_mail(mail(To="shop@shop.example")).kind is MailKind.UNKNOWN


def test_the_same_mail_has_the_same_key_and_another_has_another():
    assert read_mail(mail()).message_key == read_mail(mail("Other words")).message_key
    assert read_mail(mail()).message_key != read_mail(mail(Message_ID="<c@b.example>")).message_key
    assert len({read_mail(mail(text, Message_ID=None)).message_key for text in "ab"}) == 2


@given(st.binary(max_size=2000))
@settings(max_examples=200)
def test_no_bytes_at_all_make_reading_fail(content):
    assert read_mail(content).kind in MailKind


@given(st.text(max_size=300), st.text(max_size=60))
@settings(max_examples=100)
def test_no_headers_make_reading_fail(value, boundary):
    head = f"To: {value}\nContent-Type: multipart/report; boundary={boundary}\nFrom: {value}\n\n"
    assert read_mail(head.encode("utf-8", "surrogatepass") + b"--" + boundary.encode()).kind


@pytest.mark.parametrize("token", ["UPPER" * 4, "a" * 60])
def test_a_token_that_servers_would_change_is_a_mistake_of_ours(token):
    with pytest.raises(ValueError, match="reply token"):
        Addresses("a@b.example", "replies@b.example").tagged("r", token)


@pytest.mark.parametrize(
    "content",
    [
        f"To: {'(' * 2000}\n\nYes.",
        "\n".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}" for n in range(2000)),
    ],
)
def test_what_the_parser_cannot_unfold_is_unknown_and_stops_no_other_mail(content):
    assert read_mail(content.encode()).kind is MailKind.UNKNOWN


@pytest.mark.parametrize(
    "hostile",
    [
        {"text": "\n" * 200_000},
        {"text": "On " * 60_000},
        {"text": "> On " * 40_000},
        {"html": "<a " * 60_000},
        {"html": "<!--" * 50_000},
        {"html": "<blockquote>" * 15_000},
        {"head": "Content-Type: text/plain" + "; a=b" * 30_000},
        {"head": "To: " + '"a" ' * 40_000},
        {"head": "To: a@b.example\n" * 15_000},
    ],
)
def test_no_mail_keeps_everybody_else_waiting(hostile):
    head = hostile.pop("head", None)
    content = f"{head}\n\nYes.".encode() if head else mail(**hostile)
    began = process_time()
    read_mail(content)
    assert process_time() - began < 5  # minutes, without the limits


def test_a_long_line_is_read_as_one():
    words = " ".join(f"word{n}" for n in range(300))
    assert read_mail(mail(words + "\n\n> Do you?\n")).text == words


def test_comments_and_entities_of_html_are_not_read_out():
    html = "<!--[if mso]><p>no</p><![endif]--><p>It costs &lt; 5 &amp; leaves.</p>"
    assert read_mail(mail(html=html)).text == "It costs < 5 & leaves."


@pytest.mark.parametrize(
    "text",
    [
        "On Mon, 2 Nov 2026 at 10:00, Shop <a@b.c> wrote:\n> Which one?\n\nThe blue one.\n",
        "> Which one?\nThe blue one.\n",
        "The blue one.\n\nShop skrev den 2.11.2026 10:00:\n> Which one?\n",
        "The blue one.\n________________________\nFrom: Shop\nSent: Monday\n\nWhich one?\n",
        "The blue one.\n\n---------- Forwarded message ---------\n"
        "From: Shop\nDate: Monday\n\nWhich one?\n",
    ],
)
def test_an_answer_is_found_above_and_below_what_it_answers(text):
    assert read_mail(mail(text)).text == "The blue one."


@pytest.mark.parametrize(
    ("charset", "written"),
    [
        ("utf-8", "Größe".encode()),
        ("iso-8859-1", "Größe".encode("latin-1")),
        ("windows-1252", "Größe".encode("cp1252")),
        ("us-ascii", "Größe".encode()),
        ("us-ascii", "Größe".encode("latin-1")),
        ("", "Größe".encode("latin-1")),
        ("x-unknown", "Größe".encode()),
        ("utf-8", "Größe".encode("latin-1")),
        ("punycode", "Größe".encode()),
        ("rot13", "Größe".encode()),
    ],
)
def test_words_are_read_whatever_their_charset_says(charset, written):
    said = f"Content-Type: text/plain; charset={charset}\r\n" if charset else ""
    head = (
        f"From: birch@example.com\r\nTo: {REPLY_TO}\r\n{said}Content-Transfer-Encoding: 8bit\r\n"
    )
    assert read_mail(head.encode() + b"\r\n" + written + b"\r\n").text == "Größe"

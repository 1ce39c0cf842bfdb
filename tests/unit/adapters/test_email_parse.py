"""What a buyer's mail says: words, files, and what is no message at all."""

from email.message import EmailMessage

import pytest

from aftersale.adapters.email_files import LOGO, file_at
from aftersale.adapters.email_parse import LONGEST_TEXT, Verdict
from aftersale.domain.channels import InboundKind, SendState, Unusable
from tests.photos import photo
from tests.unit.adapters.emails import (
    AT,
    BOX,
    BUYER,
    MARKS,
    THREAD,
    TOKEN,
    failed,
    heard,
    mail,
    read,
    written,
)

RETURNED = f"To: {BUYER}\r\nMessage-ID: {MARKS.message_id(TOKEN, THREAD)}\r\n"
BOUNCE = MARKS.bounce_to(TOKEN)
JPEG, PNG, PDF = photo(), photo("PNG"), b"%PDF-1.4 x %%EOF"
KNOWN = {"Message_ID": "<2@example.com>", "In_Reply_To": MARKS.message_id(TOKEN, THREAD)}


def test_who_wrote_what_and_when():
    inbound = heard(mail(Subject="Re: AW: My  shoes", Content_Language="de-DE"))
    assert (inbound.event_id, inbound.sender, inbound.name) == (
        "<first@example.com>",
        BUYER,
        "Ada",
    )
    assert (inbound.kind, inbound.text, inbound.at) == (
        InboundKind.MESSAGE,
        "Where is my order?",
        AT,
    )
    assert (inbound.topic, inbound.language, inbound.is_private) == ("My shoes", "de-DE", True)


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("Where is my order?", "", "Where is my order?"),
        ("Re: Where is it?", "\n-- \nAda", "Where is it?"),
        ("Order SG-12345", "Where is it?", "Order SG-12345\n\nWhere is it?"),
        ("Order 12345", "Where is 12345?", "Where is 12345?"),
        ("Question", "Where is it?", "Where is it?"),
    ],
)
def test_a_first_mail_may_say_it_in_its_subject(subject, text, said):
    assert heard(mail(text, Subject=subject)).text == said


def test_an_answer_never_says_our_own_subject():
    [inbound] = read(mail("> Which?\n", Subject="Re: Order 12345", **KNOWN)).parsed.inbound
    assert (inbound.kind, inbound.what) == (InboundKind.UNSUPPORTED, Unusable.EMPTY)


def test_a_number_above_quotes_and_a_signature_is_the_number():
    text = "2\n\nSent from my iPhone\n\nOn 2 Nov 2026, at 10:00, Shop wrote:\n> 1. Yes\n> 2. No\n"
    assert heard(mail(text, **KNOWN)).text == "2"


def test_words_are_visible_signs_and_no_more_than_any_message_has():
    assert heard(mail("a\u202eb\u00a0c\x07\u200b👩\u200d💻")).text == "ab c👩\u200d💻"
    assert len(heard(mail("word " * 4000)).text) <= LONGEST_TEXT


def test_photos_and_documents_are_known_by_what_they_are():
    files = [
        (JPEG, "image/jpeg", "Größe.jpg", {}),
        (PNG, "application/octet-stream", "IMG", {}),
        (PDF, "application/octet-stream", "bill.pdf", {}),
        (photo("WEBP"), "image/webp", "w.webp", {}),
    ]
    content = mail("See here", files=files)
    inbound = heard(content)
    assert [each.media_type for each in inbound.media] == [
        "image/jpeg",
        "image/png",
        "application/pdf",
        "image/webp",
    ]
    assert inbound.media[0].name == "Größe.jpg"
    assert file_at(content, int(inbound.media[2].media_id)) == PDF
    assert inbound.media[2].size == len(PDF)
    assert file_at(content, 99) is None


def test_a_mail_of_a_photo_alone_is_a_message():
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = BUYER, BOX, "<a@b>"
    message.set_content(JPEG, maintype="image", subtype="jpeg")
    inbound = heard(message.as_bytes())
    assert (inbound.text, len(inbound.media)) == ("", 1)


@pytest.mark.parametrize(
    ("content", "more", "counts"),
    [
        (PNG, {"cid": "<logo@x>", "disposition": "inline"}, False),
        (PNG + b"\0" * LOGO, {"cid": "<photo@x>", "disposition": "inline"}, True),
        (PNG, {"cid": "<logo@x>"}, True),
        (PNG, {"disposition": "inline"}, True),
    ],
)
def test_the_logo_of_a_signature_is_no_photo(content, more, counts):
    assert bool(heard(mail(files=[(content, "image/png", "l.png", more)])).media) is counts


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/ms-tnef", "winmail.dat"),
        ("application/zip", "photos.zip"),
        ("application/ics", "invite.ics"),
        ("image/heic", "IMG_1.HEIC"),
        ("application/msword", "letter.doc"),
    ],
)
def test_a_file_that_nobody_can_use_is_explained_beside_the_words(kind, name):
    files = [(b"PK something", kind, name, {}), (JPEG, "image/jpeg", "a.jpg", {})]
    inbound = heard(mail(files=files))
    assert (inbound.kind, inbound.what) == (InboundKind.UNSUPPORTED, Unusable.FILE)
    assert (inbound.text, len(inbound.media)) == ("Where is my order?", 1)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/pgp-signature", "signature.asc"),
        ("application/pkcs7-signature", "smime.p7s"),
        ("text/x-vcard", "ada.vcf"),
        ("application/octet-stream", "ATT00001.txt"),
    ],
)
def test_what_mail_programs_add_by_themselves_is_not_mentioned(kind, name):
    assert heard(mail(files=[(b"BEGIN something", kind, name, {})])).media == ()


@pytest.mark.parametrize(
    "kind",
    [
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x',
        "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
    ],
)
def test_a_sealed_mail_is_explained(kind):
    content = f"From: {BUYER}\nTo: {BOX}\nMessage-ID: <a@b>\nContent-Type: {kind}\n\nx\n".encode()
    assert heard(content).what is Unusable.ENCRYPTED


@pytest.mark.parametrize("text", ["", "> quoted\n", "-- \nAda\n"])
def test_a_mail_that_says_nothing_is_explained(text):
    assert heard(mail(text, Subject="Re: ")).what is Unusable.EMPTY


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.com"},
        {"From": "no-reply@example.com"},
        {"Subject": "Automatic reply: Re: My shoes"},
        {"Subject": "Out of office: Re: My shoes"},
        {"Subject": "Abwesenheitsnotiz: Re: My shoes"},
        {"Subject": "Réponse automatique : Re: My shoes"},
    ],
)
def test_what_no_person_wrote_is_no_message(headers):
    found = read(mail(**KNOWN | headers))
    assert (found.verdict, found.parsed.inbound) == (Verdict.AUTOMATIC, ())


def test_a_person_may_write_about_an_automatic_answer():
    assert read(mail(Subject="I got an automatic reply")).verdict is Verdict.BUYER
    assert read(mail(Auto_Submitted="no")).verdict is Verdict.BUYER


@pytest.mark.parametrize(
    "headers",
    [
        {"From": BOX},
        {"From": BOX.upper()},
        {"From": MARKS.reply_to(THREAD)},
        {"From": "no-reply@shop.example"},
        {"X_Loop": BOX},
    ],
)
def test_our_own_mail_that_comes_back_is_a_loop(headers):
    assert read(mail(**headers)).verdict is Verdict.LOOP


def test_a_mail_of_ours_that_came_back_has_failed_and_its_thread_is_not_reached():
    found = read(failed(BOUNCE, RETURNED))
    [status] = found.parsed.statuses
    assert (status.state, status.token, status.code) == (SendState.FAILED, TOKEN, "5.1.1")
    [left] = found.parsed.inbound
    assert (left.kind, left.address) == (InboundKind.LEFT, THREAD)


@pytest.mark.parametrize(
    ("changes", "statuses", "lefts"),
    [
        ({"action": "delayed"}, 0, 0),
        ({"action": "delivered"}, 0, 0),
        ({"to": BOX}, 0, 0),
        ({"to": BOUNCE.replace("+x.0", "+x.1")}, 0, 0),
        ({"status": "5.2.2"}, 1, 0),  # a full mailbox is emptied some day
        ({"status": "5.7.1"}, 1, 0),
        ({"returned": "Subject: nothing of ours\r\n"}, 1, 0),
        ({"returned": RETURNED.replace(BUYER, "bob@example.com")}, 1, 0),
        ({"returned": RETURNED.replace(TOKEN, TOKEN[::-1])}, 1, 0),
    ],
)
def test_a_bounce_counts_with_its_own_mark_alone(changes, statuses, lefts):
    given = {"to": BOUNCE, "returned": RETURNED, "action": "failed", "status": "5.1.1"} | changes
    parsed = read(failed(given.pop("to"), given.pop("returned"), **given)).parsed
    assert (len(parsed.statuses), len(parsed.inbound)) == (statuses, lefts)


@pytest.mark.parametrize(
    "status", ["4111 1111 1111 1111", "5.1.1 my password is hunter2", "9" * 999]
)
def test_a_report_is_kept_with_no_words_of_whoever_wrote_it(status):
    found = read(failed(BOUNCE, RETURNED, status=status)).parsed
    assert [(each.state, each.code) for each in found.statuses] == [(SendState.FAILED, None)]
    assert found.inbound == ()


def test_a_bounce_that_a_buyer_hands_on_says_whose_mail_came_back():
    came_back = failed(BUYER, "Subject: Hello\r\n").replace(b"822; ada@", b"822; birch@")
    content = (
        f"From: {BUYER}\r\nTo: {BOX}\r\nMessage-ID: <a@b>\r\nSubject: Fwd: Undelivered\r\n"
        'Content-Type: multipart/mixed; boundary="y"\r\n\r\n--y\r\n'
        "Content-Type: text/plain\r\n\r\nWhat now?\r\n--y\r\n"
        "Content-Type: message/rfc822\r\n\r\n"
    ).encode()
    inbound = heard(content + came_back + b"\r\n--y--\r\n")
    assert inbound.text == (
        "What now?\n\nMy mail to birch@example.com came back: 550 no such mailbox"
    )


@pytest.mark.parametrize("sender", ["", "nobody", "Ada <>", "a b@c", "@"])
def test_who_cannot_be_answered_is_left_to_a_person(sender):
    assert read(mail(From=sender)).verdict is Verdict.BROKEN


def test_a_mail_without_an_id_is_known_by_its_content():
    first, same = heard(mail(Message_ID=None)), heard(mail(Message_ID=None))
    other = heard(mail("Something else", Message_ID=None))
    assert first.event_id == same.event_id != other.event_id


def test_words_that_stand_in_the_html_alone_are_found():
    message = written("  \n")
    message.add_alternative("<p>Where is it?</p>", subtype="html")
    assert heard(message.as_bytes()).text == "Where is it?"


def test_a_long_mail_keeps_its_words():
    words = "\n".join(f"Line {n} of many." for n in range(400))
    assert len(words) > 6000
    assert heard(mail(words)).text == words


def test_a_mail_of_html_alone_is_read_as_its_reader_sees_it():
    html = '<p>Where is <b>my</b>&nbsp;order?</p><blockquote type="cite">Hello</blockquote>'
    assert heard(mail(html=html)).text == "Where is my order?"

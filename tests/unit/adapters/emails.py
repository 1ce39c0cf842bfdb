"""Mails of buyers, as tests need them."""

from datetime import UTC, datetime
from email.message import EmailMessage

from aftersale.adapters.email_marks import Marks
from aftersale.adapters.email_parse import Reader

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOX = "support@shop.example"
BUYER = "ada@example.com"
TOKEN = "0123456789abcdef0123456789abcdef"
MARKS = Marks("shop-mail", BOX, "a secret of tests")
READER = Reader(MARKS, ours=frozenset({"no-reply@shop.example"}))
THREAD = MARKS.begun(BUYER, "<first@example.com>")


def written(text="Where is my order?", *, html=None, files=(), **headers):
    """Return a mail; headers with _ for -, None leaves one out."""
    message = EmailMessage()
    given = {"From": f"Ada <{BUYER}>", "To": BOX, "Message-ID": "<first@example.com>"}
    given |= {"Subject": "A question"} | {k.replace("_", "-"): v for k, v in headers.items()}
    message.set_content(html or text, subtype="html" if html else "plain")
    for name, value in given.items():
        if value is not None:
            message[name] = value
    for content, kind, name, more in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name, **more)
    return message


def mail(*args, **kwargs):
    """The same as bytes."""
    return written(*args, **kwargs).as_bytes()


def failed(to, returned, *, action="failed", status="5.1.1"):
    """Return what a mail server says of a mail of ours."""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nMessage-ID: <r@mx.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        'boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n'
        "--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {BUYER}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such mailbox\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--x--\r\n"
    ).encode()


def read(content):
    """Return what our reader makes of it."""
    return READER.read(content, AT)


def heard(content):
    """Return the one message that came in."""
    [inbound] = read(content).parsed.inbound
    return inbound

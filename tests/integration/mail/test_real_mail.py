"""Mail that really leaves and really comes in: Postfix, Dovecot, and our two adapters."""

import smtplib
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import pytest
from imapclient import IMAPClient

from aftersale.adapters.mail_imap import ImapMailbox, ImapServer
from aftersale.adapters.mail_message import Addresses
from aftersale.adapters.mail_reading import read_mail
from aftersale.adapters.mail_smtp import Server, SmtpMail
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.ports_mail import MailKind, Outgoing
from tests.mail_servers import DOMAIN, mail_servers
from tests.servers import free_port

TOKEN = "0123456789abcdef0123456789abcdef"
OURS = Addresses(f"shop@{DOMAIN}", f"replies@{DOMAIN}")
PATIENCE = 10.0


@pytest.fixture(scope="module")
def servers():
    with mail_servers() as running:
        yield running


@pytest.fixture
def mail(servers):
    return SmtpMail(Server.of(servers.smtp_url), OURS)


def box(servers, user):
    return ImapMailbox(ImapServer.of(servers.imap_url(user)))


def arrived(mailbox):
    """Postfix says yes before it delivers, so the mailbox is asked until something is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := mailbox.fetch():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing arrived")


def letter(to, **more):
    return Outgoing(
        to=to,
        subject="About Größe 42",
        text="Hello,\n\nplease see http://shop.example/s/abc.\n\nBye",
        message_id=f"k-{to.partition('@')[0]}",
        reply_token=TOKEN,
        **more,
    )


def test_a_letter_arrives_as_text_and_html_and_its_reply_comes_back(servers, mail):
    mail.send(letter(f"seller@{DOMAIN}", thread="k-first"))
    (received,) = arrived(box(servers, "seller"))
    message = message_from_bytes(received.content, policy=default)
    assert message["Message-ID"] == f"<k-seller@{DOMAIN}>"
    assert message["In-Reply-To"] == f"<k-first@{DOMAIN}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] is None
    assert message["Subject"] == "About Größe 42"
    assert "please see http://shop.example/s/abc." in message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert '<a href="http://shop.example/s/abc">' in html

    answer = EmailMessage()
    answer["From"], answer["To"] = f"seller@{DOMAIN}", parseaddr(message["Reply-To"])[1]
    answer["Subject"], answer["In-Reply-To"] = "Re: About", message["Message-ID"]
    answer["Message-ID"] = "<own@seller.example>"
    answer.set_content(
        "We send it tomorrow.\n\nOn Mon, 2 Nov 2026, the shop wrote:\n> Hello,\n> please see\n"
    )
    send_as_seller(servers, answer)
    replies = box(servers, "replies")
    (reply,) = arrived(replies)
    read = read_mail(reply.content)
    assert (read.kind, read.token) == (MailKind.REPLY, TOKEN)
    assert read.answers == ("k-seller",)
    assert read.text == "We send it tomorrow."
    replies.done([reply.handle])
    assert replies.fetch() == []


def test_what_is_set_aside_is_flagged_for_a_person_and_not_fetched_again(servers, mail):
    mail.send(letter(f"seller@{DOMAIN}"))
    mailbox = box(servers, "seller")
    handles = [each.handle for each in arrived(mailbox)]
    mailbox.aside(handles)
    assert mailbox.fetch() == []
    with IMAPClient("127.0.0.1", port=servers.imap_port, ssl=False) as person:
        person.login("seller", "secret")
        person.select_folder("INBOX", readonly=True)
        flagged = person.search(["FLAGGED", "SEEN"])
    assert {str(uid) for uid in flagged} >= set(handles)


def test_a_mailbox_that_is_not_there_comes_back_as_a_bounce_with_its_token(servers, mail):
    mail.send(letter(f"gone@{DOMAIN}"))
    replies = box(servers, "replies")
    (bounce,) = arrived(replies)
    read = read_mail(bounce.content)
    assert (read.kind, read.token) == (MailKind.BOUNCE, TOKEN)
    replies.done([bounce.handle])


def test_a_refused_address_is_refused_for_good(mail):
    with pytest.raises(ProviderRefused):
        mail.send(letter("nobody@elsewhere.example"))


def test_servers_that_are_not_there_are_tried_again_later():
    port = free_port()
    with pytest.raises(ProviderUnavailable):
        SmtpMail(Server.of(f"smtp://127.0.0.1:{port}"), OURS).send(letter(f"x@{DOMAIN}"))
    with pytest.raises(ProviderUnavailable):
        ImapMailbox(ImapServer.of(f"imap://u:p@127.0.0.1:{port}/INBOX")).fetch()


def test_wrong_credentials_lose_no_mail(servers):
    wrong = servers.imap_url("replies").replace("secret", "wrong")
    with pytest.raises(ProviderUnavailable):
        ImapMailbox(ImapServer.of(wrong)).fetch()


def send_as_seller(servers, message):
    with smtplib.SMTP("127.0.0.1", servers.smtp_port) as client:
        client.send_message(message)

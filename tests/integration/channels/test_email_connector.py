"""The e-mail connector on a real Postfix and Dovecot, and on a server with bad days."""

import smtplib
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from imapclient import FLAGGED, SEEN, IMAPClient

from aftersale.adapters.email_channel import Post, connector_of
from aftersale.adapters.mail_imap import ImapMailbox, ImapServer
from aftersale.adapters.mail_message import Addresses
from aftersale.adapters.mail_smtp import Server, SmtpMail
from aftersale.domain.channels import Account, Channel, InboundKind, SendState
from aftersale.services.ports_channels import (
    Gone,
    Out,
    OutFile,
    Parsed,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
)
from aftersale.services.ports_mail import Outgoing
from tests.mail_servers import DOMAIN, mail_servers
from tests.photos import photo
from tests.servers import free_port

BOX, BUYER = f"shop@{DOMAIN}", f"ada@{DOMAIN}"
TOKEN = "0123456789abcdef0123456789abcdef"
PATIENCE = 10.0


@pytest.fixture(scope="module")
def servers():
    with mail_servers() as running:
        yield running


@pytest.fixture
def now():
    return datetime.now(UTC) + timedelta(seconds=1)


@pytest.fixture
def box(servers, now):
    """The mailbox of the shop, with nothing new in it."""
    ours = Side(servers, now)
    ours.cursor = ours.email.puller.pull(None, now).cursor
    return ours


class Side:
    """The shop's side, and a buyer who reads mail with a program of their own."""

    def __init__(self, servers, now):
        self.servers, self.now, self.cursor = servers, now, None
        self.letters = set()
        self.email = self.connect()

    def connect(self, name="shop-mail", address=BOX):
        post = Post(
            "a secret of tests",
            lambda keys: bool(self.letters & set(keys)),
            self.servers.imap_url("shop"),
            self.servers.smtp_url,
            every=0.05,
        )
        return connector_of(
            Account(name, Channel.EMAIL, "seller-direct"), {"address": address}, post
        )

    def pull(self, *, keep=True, email=None):
        """Look until something is there; with `keep` false it is lost before it is stored."""
        cursor, end = self.cursor, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            pulled = (email or self.email).puller.pull(cursor, self.now)
            if pulled.parsed.inbound or pulled.parsed.statuses or pulled.parsed.ignored:
                break
            cursor = pulled.cursor
        else:
            raise AssertionError("nothing came")
        self.cursor = pulled.cursor if keep else self.cursor
        return pulled.parsed

    def write(self, text="Where is my order?", *, to=BOX, sender=BUYER, files=(), **headers):
        message = EmailMessage()
        message.set_content(text)
        given = {"From": f"Ada <{sender}>", "To": to, "Subject": "My shoes"}
        given |= {"Message-ID": f"<{time.monotonic_ns()}@buyer.example>"}
        for name, value in (given | headers).items():
            message[name.replace("_", "-")] = value
        for content in files:
            message.add_attachment(content, maintype="image", subtype="jpeg", filename="a.jpg")
        with smtplib.SMTP("127.0.0.1", self.servers.smtp_port) as client:
            client.send_message(message, from_addr=f"ada@{DOMAIN}")
        return message["Message-ID"]

    def letters_of(self, user="ada"):
        """Return what lies unread in a mailbox, as soon as something does."""
        mailbox = ImapMailbox(ImapServer.of(self.servers.imap_url(user)))
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := mailbox.fetch():
                mailbox.done([each.handle for each in found])
                return [message_from_bytes(each.content, policy=default) for each in found]
            time.sleep(0.05)
        raise AssertionError("nothing arrived")

    def flags(self):
        with IMAPClient("127.0.0.1", port=self.servers.imap_port, ssl=False) as person:
            person.login("shop", "secret")
            person.select_folder("INBOX", readonly=True)
            uids = person.search(["ALL"])
            return person.get_flags(uids)[max(uids)]


def answer(inbound, text="It left today.", **more):
    token = more.pop("token", TOKEN)
    given = {"answers": inbound.event_id, "topic": inbound.topic} | more
    return Out(inbound.address, {"text": text}, token, **given)


def test_a_buyer_and_the_shop_talk_in_one_thread(box):
    first = box.write()
    [asked] = box.pull().inbound
    assert (asked.sender, asked.text, asked.topic) == (BUYER, "Where is my order?", "My shoes")
    assert asked.at <= box.now
    sent = box.email.send(answer(asked, files=(OutFile("p.jpg", "image/jpeg", photo()),)))

    [told] = box.letters_of()
    assert (told["Message-ID"], told["In-Reply-To"]) == (sent, first)
    assert (told["Subject"], told["Auto-Submitted"]) == ("Re: My shoes", "auto-replied")
    assert "It left today." in told.get_body(("plain",)).get_content()
    assert [each.get_content_type() for each in told.iter_attachments()] == ["image/jpeg"]

    box.write("2\n\nOn Monday, Shop wrote:\n> 1. a\n> 2. b\n", In_Reply_To=sent)
    [again] = box.pull().inbound
    assert (again.address, again.text, again.about) == (asked.address, "2", TOKEN)


def test_a_client_that_drops_references_comes_back_by_the_address_alone(box):
    box.write()
    [asked] = box.pull().inbound
    box.email.send(answer(asked))
    [told] = box.letters_of()
    box.write("And now?", to=told["Reply-To"])
    assert [each.address for each in box.pull().inbound] == [asked.address]


def test_whoever_was_forwarded_the_mail_begins_anew(box):
    box.write()
    [asked] = box.pull().inbound
    sent = box.email.send(answer(asked))
    [told] = box.letters_of()
    box.write("Me, too", sender=f"buyer@{DOMAIN}", to=told["Reply-To"], In_Reply_To=sent)
    [other] = box.pull().inbound
    assert other.address.startswith(f"buyer@{DOMAIN}#")
    assert other.address.partition("#")[2] != asked.address.partition("#")[2]


def test_a_photo_is_fetched_from_the_mailbox_and_gone_when_its_mail_is(box):
    picture = photo()
    box.write("See", files=[picture])
    [shown] = box.pull().inbound
    [media] = shown.media
    assert box.email.fetch(media, most=10_000_000) == picture
    with pytest.raises(Refused):
        box.email.fetch(media, most=10)
    with IMAPClient("127.0.0.1", port=box.servers.imap_port, ssl=False) as person:
        person.login("shop", "secret")
        person.select_folder("INBOX")
        person.delete_messages([int(media.media_id.split(".")[1])])
        person.expunge()
    with pytest.raises(Gone):
        box.email.fetch(media, most=10_000_000)


def test_what_was_not_kept_is_fetched_again_and_marked_only_when_it_was(box):
    box.write("Once, please")
    [lost] = box.pull(keep=False).inbound
    assert SEEN not in box.flags()
    assert box.pull(keep=False).inbound == (lost,)
    assert SEEN not in box.flags()
    box.email = box.connect()  # a new process
    [found] = box.pull().inbound
    assert found == lost
    assert SEEN not in box.flags()
    box.write("Another one")
    [other] = box.pull().inbound
    assert other.text == "Another one"


def test_people_see_in_the_mailbox_what_is_done(box):
    box.write()
    box.pull()
    box.email.puller.pull(box.cursor, box.now)
    assert SEEN in box.flags()
    assert FLAGGED not in box.flags()
    box.write(sender="")
    parsed = box.pull()
    assert parsed.ignored == 1
    box.email.puller.pull(box.cursor, box.now)
    assert {SEEN, FLAGGED} <= set(box.flags())


def test_a_reader_beside_us_does_not_disturb(box):
    box.write()
    mailbox = ImapMailbox(ImapServer.of(box.servers.imap_url("shop")))
    box.letters_of("shop")
    assert mailbox.fetch() == []
    assert len(box.pull().inbound) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Subject": "Automatic reply: My shoes"},
        {"X_Loop": BOX},
        {"sender": BOX},
    ],
)
def test_what_no_buyer_wrote_is_passed_over(box, headers):
    box.write(**headers)
    assert box.pull() == Parsed(ignored=1)


def test_a_machine_that_says_the_same_again_and_again_is_not_answered(box):
    words = "I am away until Monday and will answer then."
    for heard in (1, 1, 0, 0):
        box.write(words)
        assert len(box.pull().inbound) == heard


def test_a_mail_that_comes_back_has_failed_and_its_buyer_is_not_reached(box):
    box.write(sender=f"gone@{DOMAIN}")
    [asked] = box.pull().inbound
    box.email.send(answer(asked))
    parsed = box.pull()
    [status] = parsed.statuses
    assert (status.state, status.token, status.code) == (SendState.FAILED, TOKEN, "5.1.1")
    [left] = parsed.inbound
    assert (left.kind, left.address) == (InboundKind.LEFT, asked.address)


def test_letters_to_sellers_and_their_answers_stay_what_they_are(box):
    box.letters = {"k-letter"}
    letters = SmtpMail(Server.of(box.servers.smtp_url), Addresses(f"no-reply@{DOMAIN}", BOX))
    letters.send(Outgoing(f"gone@{DOMAIN}", "s", "Hello", "k-letter", reply_token=TOKEN))
    box.write("We send it.", to=f"shop+r.{TOKEN}@{DOMAIN}")
    box.write("We send it.", In_Reply_To=f"<k-letter@{DOMAIN}>")
    passed_over = 0
    while passed_over < 3:
        parsed = box.pull()
        assert not parsed.inbound
        passed_over += parsed.ignored
    box.write("A buyer again", In_Reply_To=f"<k-other@{DOMAIN}>")
    assert [each.text for each in box.pull().inbound] == ["A buyer again"]


def test_two_shops_in_one_mailbox_hear_each_their_own(box):
    shoes, toys = f"shop+shoes@{DOMAIN}", f"shop+toys@{DOMAIN}"
    both = [box.connect("shoes-mail", shoes), box.connect("toys-mail", toys)]
    cursors = [each.puller.pull(None, box.now).cursor for each in both]
    box.write("Shoes?", to=shoes)
    box.write("Toys?", to=toys)
    heard = []
    for email, cursor in zip(both, cursors, strict=True):
        said, at = [], cursor
        while len(said) < 1:
            pulled = email.puller.pull(at, box.now)
            said, at = [*said, *pulled.parsed.inbound], pulled.cursor
        heard.append(said)
    assert [[each.text for each in said] for said in heard] == [["Shoes?"], ["Toys?"]]
    sent = both[0].send(answer(heard[0][0]))
    [told] = box.letters_of()
    assert told["Reply-To"].startswith("shop+shoes+c.")
    assert sent == told["Message-ID"]


def test_an_account_answers_nothing_that_lay_there_before_it_began(box):
    box.write("Long ago")
    box.pull()
    box.email.puller.pull(box.cursor, box.now)  # marked as seen
    anew = box.connect()
    assert anew.puller.pull(None, box.now).parsed.inbound == ()
    at = anew.puller.pull("1:0", box.now)  # of a mailbox that was rebuilt since
    assert at.parsed.inbound == ()
    box.write("New")
    box.cursor = at.cursor
    assert [each.text for each in box.pull(email=anew).inbound] == ["New"]


def test_without_a_way_in_or_with_a_wrong_password_nothing_is_lost(servers, now):
    side = Side(servers, now)
    nowhere = Post("s", lambda _: False, f"imap://u:p@127.0.0.1:{free_port()}", "smtp://127.0.0.1")
    wrong = Post(
        "s", lambda _: False, servers.imap_url("shop").replace("secret", "wrong"), "smtp://x"
    )
    account = side.email.account
    with pytest.raises(Unreachable):
        connector_of(account, {"address": BOX}, nowhere).puller.pull("1:1", now)
    with pytest.raises(Shut):
        connector_of(account, {"address": BOX}, wrong).puller.pull("1:1", now)


class Moody:
    """A server that takes no mail: it says what it was told to, at that step."""

    def __init__(self, step, said):
        self.step, self.said = step, said

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.said if self.step == "MAIL" else "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.said if self.step == "RCPT" else "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.said == "lost":
            server.transport.abort()
        return self.said if self.step == "DATA" else "250 OK"


@pytest.mark.parametrize(
    ("step", "said", "trouble", "code"),
    [
        ("MAIL", "451 4.3.0 later", Unreachable, "4.3.0"),
        ("MAIL", "530 5.7.0 sign in", Shut, "5.7.0"),
        ("MAIL", "550 5.7.1 not you", Refused, "5.7.1"),
        ("RCPT", "450 4.2.0 greylisted", Unreachable, "4.2.0"),
        ("RCPT", "550 5.1.1 nobody", Gone, "5.1.1"),
        ("RCPT", "550 nobody", Gone, "550"),
        ("RCPT", "550 5.7.1 blocked", Refused, "5.7.1"),
        ("RCPT", "552 5.2.2 full", Refused, "5.2.2"),
        ("DATA", "452 4.3.1 full", Unreachable, "4.3.1"),
        ("DATA", "554 5.6.0 no", Refused, "5.6.0"),
        ("DATA", "lost", Uncertain, "connection_lost"),
    ],
)
def test_what_a_server_says_decides_what_follows(step, said, trouble, code):
    port = free_port()
    controller = Controller(Moody(step, said), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        post = Post("s", lambda _: False, "imap://u:p@127.0.0.1", f"smtp://127.0.0.1:{port}")
        email = connector_of(Account("m", Channel.EMAIL, "x"), {"address": BOX}, post)
        with pytest.raises(trouble) as raised:
            email.send(Out(email._writer.marks.begun(BUYER, "<a@b>"), {"text": "x"}, TOKEN))
        assert raised.value.code == code
    finally:
        controller.stop()


def test_a_server_that_is_not_there_certainly_took_nothing():
    post = Post("s", lambda _: False, "imap://u:p@x", f"smtp://127.0.0.1:{free_port()}")
    email = connector_of(Account("m", Channel.EMAIL, "x"), {"address": BOX}, post)
    with pytest.raises(Unreachable):
        email.send(Out(f"{BUYER}#0011223344556677", {"text": "x"}, TOKEN))


def test_a_stop_lets_a_look_come_back_at_once(servers, now):
    post = Post("s", lambda _: False, servers.imap_url("buyer"), servers.smtp_url, every=600.0)
    email = connector_of(Account("m", Channel.EMAIL, "x"), {"address": BOX}, post)
    email.puller.stop()
    assert email.puller.pull(None, now).parsed.inbound == ()

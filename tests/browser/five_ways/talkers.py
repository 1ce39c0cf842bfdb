"""A buyer on each channel: what they do there, and what reaches them."""

import email
import imaplib
import json
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any, Protocol
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.browser.test_photos import hand
from tests.browser.visitor import Visitor
from tests.contract.telegram_buyers import Buyer as TelegramBuyer
from tests.contract.telegram_server import FakeTelegram
from tests.contract.whatsapp_server import Delivery, FakeWhatsApp
from tests.contract.whatsapp_state import Person as WhatsAppPerson
from tests.mail_servers import MailServers
from tests.matrix_server import Person as MatrixPerson
from tests.matrix_server import Synapse

WITHIN = 30.0  # seconds for something to come
SUPPORT = "shop@test.local"
BUYER = "buyer@test.local"


def until(found: Callable[[], Any], what: str) -> Any:
    """Return what is found, once there is something."""
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        if seen := found():
            return seen
        time.sleep(0.1)
    raise AssertionError(f"it did not come: {what}")


class Talker(Protocol):
    """One buyer on one channel."""

    channel: str
    address: str  # of the chat, as our store names it

    def says(self, text: str) -> None:
        """Write."""
        ...

    def shows(self, content: bytes, text: str) -> None:
        """Send a photo with words below it."""
        ...

    def chooses(self, title: str) -> None:
        """Take a choice of the last message, in the way of the channel."""
        ...

    def heard(self) -> str:
        """Return everything that reached them."""
        ...


@dataclass
class OnThePage:
    """In the widget, in a browser."""

    visitor: Visitor
    channel: str = "chat"
    address: str = ""

    def says(self, text: str) -> None:
        self.visitor.write(text)

    def shows(self, content: bytes, text: str) -> None:
        hand(self.visitor, "paste", (content, "lid.jpg", "image/jpeg"))
        self.visitor.chat.locator(".tray").get_by_role("button", name="Remove").wait_for()
        self.visitor.write(text)

    def chooses(self, title: str) -> None:
        self.visitor.log.get_by_role("button", name=title, disabled=False).last.click()

    def heard(self) -> str:
        return "\n".join(row["text"] for row in self.visitor.shown if row["author"] != "buyer")


@dataclass
class OnWhatsApp:
    """On the contract server; its webhooks are handed over batched, doubled and turned round."""

    fake: FakeWhatsApp
    person: WhatsAppPerson
    webhook: str
    channel: str = "whatsapp"

    @property
    def address(self) -> str:
        return self.person.phone

    def says(self, text: str) -> None:
        self.fake.state.now = int(time.time())
        self.fake.says(self.person, text)
        self._deliver()

    def shows(self, content: bytes, text: str) -> None:
        self.fake.shows(self.person, content, caption=text)
        self._deliver()

    def chooses(self, title: str) -> None:
        sent = self.fake.last(self.person)
        titles = [choice["title"] for choice in sent.choices()]
        (place,) = [at for at, each in enumerate(titles, 1) if each.startswith(title)]
        self.fake.presses(self.person, place)
        self._deliver()

    def heard(self) -> str:
        self._deliver()  # statuses
        return "\n".join(self.fake.said(self.person))

    def _deliver(self) -> None:
        self.fake.state.now = int(time.time())
        self.fake.deliver(self._post)

    def _post(self, told: Delivery) -> int:
        request = Request(self.webhook, told.body, told.headers)
        with urlopen(request) as answer:
            return int(answer.status)


@dataclass
class OnTelegram:
    """On the contract server, which the app asks for news."""

    fake: FakeTelegram
    buyer: TelegramBuyer
    channel: str = "telegram"

    @property
    def address(self) -> str:
        return str(self.buyer.chat.id)

    def says(self, text: str) -> None:
        self.buyer.says(text)

    def shows(self, content: bytes, text: str) -> None:
        self.buyer.photo(content, text)

    def chooses(self, title: str) -> None:
        self.buyer.presses_title(title)

    def heard(self) -> str:
        return "\n".join(self.fake.said(self.buyer.chat.id))


@dataclass
class OnMatrix:
    """On a real Synapse."""

    server: Synapse
    person: MatrixPerson
    address: str  # the room
    channel: str = "matrix"

    def says(self, text: str) -> None:
        self._send({"msgtype": "m.text", "body": text})

    def shows(self, content: bytes, text: str) -> None:
        request = Request(
            f"{self.server.url}/_matrix/media/v3/upload",
            content,
            {"Authorization": f"Bearer {self.person.token}", "Content-Type": "image/jpeg"},
        )
        with urlopen(request) as answer:
            uri = json.load(answer)["content_uri"]
        info = {"mimetype": "image/jpeg", "size": len(content)}
        self._send(
            {"msgtype": "m.image", "body": text, "filename": "lid.jpg", "url": uri, "info": info}
        )

    def chooses(self, title: str) -> None:
        self.says(number_of(title, self.heard()))

    def heard(self) -> str:
        path = f"/_matrix/client/v3/rooms/{quote(self.address)}/messages?dir=b&limit=100"
        chunk = self.server.ask("GET", path, token=self.person.token)["chunk"]
        return "\n".join(
            event["content"].get("body", "")
            for event in reversed(chunk)
            if event["type"] == "m.room.message" and event["sender"] != self.person.user_id
        )

    def _send(self, content: dict[str, Any]) -> None:
        path = f"/_matrix/client/v3/rooms/{quote(self.address)}/send/m.room.message"
        transaction = f"t{time.monotonic_ns()}"
        self.server.ask("PUT", f"{path}/{transaction}", content, token=self.person.token)


@dataclass
class ByMail:
    """By e-mail through a real Postfix, read from a real Dovecot."""

    servers: MailServers
    channel: str = "email"
    address: str = ""
    sent: int = 0
    read: list[EmailMessage] = field(default_factory=list)

    def says(self, text: str) -> None:
        self._send(self._mail(text))

    def shows(self, content: bytes, text: str) -> None:
        mail = self._mail(text)
        mail.add_attachment(content, maintype="image", subtype="jpeg", filename="lid.jpg")
        self._send(mail)

    def chooses(self, title: str) -> None:
        self.says(number_of(title, self._words(self.read[-1])))

    def heard(self) -> str:
        with imaplib.IMAP4("127.0.0.1", self.servers.imap_port) as box:
            box.login("buyer", "secret")
            box.select("INBOX", readonly=True)
            _, (found,) = box.search(None, "ALL")
            raw = [box.fetch(number.decode(), "(RFC822)")[1][0] for number in found.split()]
        self.read = [email.message_from_bytes(each[1], policy=default) for each in raw]  # type: ignore[index,misc,arg-type]
        return "\n".join(self._words(mail) for mail in self.read)

    @staticmethod
    def _words(mail: EmailMessage) -> str:
        body = mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def _mail(self, text: str) -> EmailMessage:
        self.sent += 1
        self.heard()
        mail = EmailMessage()
        mail["From"], mail["To"] = BUYER, SUPPORT
        mail["Message-ID"] = f"<own-{self.sent}-{time.monotonic_ns()}@buyer.example>"
        mail["Subject"] = "My order" if not self.read else f"Re: {self.read[-1]['Subject']}"
        quoted = ""
        if self.read:
            last = self.read[-1]
            mail["In-Reply-To"] = last["Message-ID"]
            mail["References"] = f"{last.get('References', '')} {last['Message-ID']}".strip()
            mail.replace_header("To", last.get("Reply-To", last["From"]))
            lines = "\n".join(f"> {line}" for line in self._words(last).splitlines())
            quoted = f"\n\nOn Sunday, Helpdesk wrote:\n{lines}\n"
        mail.set_content(text + quoted)
        return mail

    def _send(self, mail: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.servers.smtp_port) as server:
            server.send_message(mail, BUYER)


def number_of(title: str, words: str) -> str:
    """Return the number that stands before a title the last time it was offered."""
    lines = [line.partition(". ") for line in words.splitlines()]
    return [number for number, dot, rest in lines if dot and rest.startswith(title)][-1]

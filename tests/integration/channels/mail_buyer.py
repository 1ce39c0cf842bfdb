"""A buyer with a mailbox of their own on a real server, and a program to read and write mail."""

import asyncio
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from imapclient import IMAPClient

from tests.mail_servers import DOMAIN, MailServers

PATIENCE = 30.0  # seconds


@dataclass
class MailBuyer:
    """What they wrote and what came for them. Nothing here blocks the app."""

    servers: MailServers
    user: str
    shop: str
    got: list[EmailMessage] = field(default_factory=list)
    _number: int = 0
    _seen: int = 0

    @property
    def address(self) -> str:
        return f"{self.user}@{DOMAIN}"

    async def write(self, text: str, *, photo: bytes | None = None, **headers: str | None) -> str:
        """Write to the shop; return the mail's id."""
        self._number += 1
        own = f"<{self.user}.{time.monotonic_ns()}@{DOMAIN}>"
        given = {"From": f"Ada <{self.address}>", "To": self.shop, "Subject": "My shoes"}
        message = EmailMessage()
        message.set_content(text)
        for name, value in (given | {"Message_ID": own} | headers).items():
            if value is not None:
                message[name.replace("_", "-")] = value
        if photo is not None:
            message.add_attachment(photo, maintype="image", subtype="jpeg", filename="a.jpg")
        await asyncio.to_thread(self._send, message)
        return own

    async def answer(self, text: str, to: EmailMessage, **headers: str | None) -> str:
        """Answer a mail as programs do: below the own words stands what is answered."""
        quoted = "".join(f"> {line}\n" for line in words(to).splitlines())
        references = f"{to['References'] or ''} {to['Message-ID']}".strip()
        known = {"To": str(to["Reply-To"]), "Subject": str(to["Subject"])}
        known |= {"In_Reply_To": str(to["Message-ID"]), "References": references}
        said = f"{text}\n\nOn Monday, 2 Nov 2026, at 10:00, Shop wrote:\n\n{quoted}"
        return await self.write(said, **(known | headers))

    async def until(self, count: int) -> EmailMessage:
        """Wait until so many mails came; return the newest."""
        await until(lambda: self.look() >= count)
        assert len(self.got) == count, [words(each) for each in self.got]
        return self.got[-1]

    def look(self) -> int:
        """Take in what is new; return how many mails came until now."""
        with IMAPClient("127.0.0.1", port=self.servers.imap_port, ssl=False) as client:
            client.login(self.user, "secret")
            client.select_folder("INBOX", readonly=True)
            uids = [uid for uid in client.search(["ALL"]) if uid > self._seen]
            fetched: dict[int, Any] = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
        for uid in sorted(fetched):
            self.got.append(message_from_bytes(fetched[uid][b"BODY[]"], policy=default))
            self._seen = uid
        return len(self.got)

    def forget(self) -> None:
        """Begin with what comes from now on."""
        self.look()
        self.got.clear()

    def _send(self, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.servers.smtp_port) as client:
            client.send_message(message, from_addr=self.address)


async def until(holds: Callable[[], Any]) -> None:
    """Wait for something that should happen."""
    end = time.monotonic() + PATIENCE
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


def words(message: EmailMessage) -> str:
    """Return what a mail says in plain text."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").strip()

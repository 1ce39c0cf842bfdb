"""Mail over SMTP, with aiosmtplib. The relay's thread has no event loop of its own."""

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import aiosmtplib

from aftersale.adapters.mail_message import Addresses, written
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.ports_mail import Outgoing

TIMEOUT = 20.0  # seconds for a whole conversation with the server
PORTS = {"smtp": 25, "smtps": 465, "submission": 587}


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to hand mail over; `smtps` begins with TLS, `submission` demands STARTTLS."""

    host: str
    port: int
    scheme: str
    user: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read `smtps://user:password@host:465`.

        Raises:
            ValueError: it is no such address.
        """
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("is not smtp://, smtps:// or submission://HOST")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme, user, password)


class SmtpMail:
    """The `Mail` port over one SMTP server.

    SMTP has no idempotency key: if the process dies after the server took the message and before
    that is written down, the same message, with the same Message-ID, is sent once more.
    """

    def __init__(self, server: Server, addresses: Addresses) -> None:
        self._server, self._addresses = server, addresses

    def send(self, letter: Outgoing) -> None:
        """Hand the message over.

        Raises:
            ProviderRefused: the server will never take this message (5xx).
            ProviderUnavailable: the server cannot be reached, or asks to try again (4xx).
        """
        message = written(letter, self._addresses)
        try:
            asyncio.run(
                aiosmtplib.send(
                    message,
                    sender=self._addresses.envelope_sender(letter),
                    recipients=[letter.to],
                    hostname=self._server.host,
                    port=self._server.port,
                    username=self._server.user,
                    password=self._server.password,
                    use_tls=self._server.scheme == "smtps",
                    start_tls=True if self._server.scheme == "submission" else None,
                    timeout=TIMEOUT,
                )
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _verdict(max(one.code for one in error.recipients)) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _verdict(error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ProviderUnavailable("The mail server cannot be reached.") from error


def _verdict(code: int) -> ProviderRefused | ProviderUnavailable:
    if 500 <= code < 600 and code not in OURS:
        return ProviderRefused(f"The mail server refused the message ({code}).")
    return ProviderUnavailable(f"The mail server does not take the message now ({code}).")


# Wrong credentials or no right to send here: ours to mend, so the letter waits.
OURS = frozenset({530, 534, 535, 538})

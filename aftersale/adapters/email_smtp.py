"""Hands mails to buyers over to an SMTP server, and says in our words what came of it."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import aiosmtplib

from aftersale.adapters.mail_smtp import OURS, TIMEOUT, Server
from aftersale.services.ports_channels import Gone, Refused, Shut, Uncertain, Unreachable

_ENHANCED = re.compile(r"\s*(\d\.\d{1,3}\.\d{1,3})")
_NOBODY = re.compile(r"5\.1\.[0-36]|5\.2\.1")  # RFC 3463: there is no such mailbox
_NO_MAILBOX = frozenset({550, 551, 553})


def handed_over(server: Server, message: EmailMessage, *, sender: str, to: str) -> None:
    """Send one message.

    Raises:
        Unreachable: it certainly was not taken, and may be later (4xx, no connection).
        Uncertain: the connection was lost on the way.
        Gone, Refused, Shut: as the server says (5xx).
    """
    with _told():
        asyncio.run(
            aiosmtplib.send(
                message,
                sender=sender,
                recipients=[to],
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.scheme == "smtps",
                start_tls=True if server.scheme == "submission" else None,
                timeout=TIMEOUT,
            )
        )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _of_recipient(error.recipients[0]) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _of_answer(error) from error
    except aiosmtplib.SMTPConnectError as error:
        raise Unreachable("connect") from error
    except aiosmtplib.SMTPNotSupported as error:
        raise Refused("not_supported") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Uncertain("connection_lost") from error


def _of_recipient(error: aiosmtplib.SMTPRecipientRefused) -> Exception:
    """Return what it means that the server does not take mail for this address."""
    code = _code(error)
    is_nobody = _NOBODY.fullmatch(code) if "." in code else error.code in _NO_MAILBOX
    return Gone(code) if is_nobody else _of_answer(error)


def _of_answer(error: aiosmtplib.SMTPResponseException) -> Exception:
    code = _code(error)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) or error.code in OURS:
        return Shut(code)
    return Refused(code) if 500 <= error.code < 600 else Unreachable(code)


def _code(error: aiosmtplib.SMTPResponseException) -> str:
    """Return the server's code, the finer one where it tells it."""
    finer = _ENHANCED.match(error.message)
    return finer[1] if finer else str(error.code)

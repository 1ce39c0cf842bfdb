"""The mailbox of replies and bounces over IMAP, with IMAPClient."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from imapclient import FLAGGED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from aftersale.errors import ProviderUnavailable
from aftersale.services.ports_mail import Received

TIMEOUT = 20.0  # seconds for one answer of the server
LARGEST = 10 * 2**20  # bytes of one message; what is larger is not fetched
PORTS = {"imap": 143, "imaps": 993}


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where the mailbox lies."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> "ImapServer":
        """Read `imaps://user:password@host/FOLDER`.

        Raises:
            ValueError: it is no such address.
        """
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not (parts.hostname and parts.username and parts.password):
            raise ValueError("is not imap(s)://USER:PASSWORD@HOST/FOLDER")
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            secure=parts.scheme == "imaps",
            user=unquote(parts.username),
            password=unquote(parts.password),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )


class ImapMailbox:
    """The `Mailbox` port: what is not marked as seen is new."""

    def __init__(self, server: ImapServer) -> None:
        self._server = server

    def fetch(self, *, limit: int = 20) -> Sequence[Received]:
        """Return unseen messages, oldest first, without marking them.

        Raises:
            ProviderUnavailable: the server cannot be reached.
        """
        with self._opened(readonly=True) as client:
            wanted = client.search(["UNSEEN", "SMALLER", LARGEST])[:limit]
            answers = client.fetch(wanted, ["BODY.PEEK[]"]) if wanted else {}
            return [Received(str(uid), answers[uid][b"BODY[]"]) for uid in sorted(answers)]

    def done(self, handles: Sequence[str]) -> None:
        """Mark messages as seen.

        Raises:
            ProviderUnavailable: the server cannot be reached.
        """
        self._mark(handles, SEEN)

    def aside(self, handles: Sequence[str]) -> None:
        """Mark messages as seen and with a flag, for a person; unseen, they are fetched again.

        Raises:
            ProviderUnavailable: the server cannot be reached.
        """
        self._mark(handles, SEEN, FLAGGED)

    def _mark(self, handles: Sequence[str], *flags: bytes) -> None:
        if handles:
            with self._opened(readonly=False) as client:
                client.add_flags([int(handle) for handle in handles], flags)

    @contextmanager
    def _opened(self, *, readonly: bool) -> Iterator[IMAPClient]:
        server = self._server
        try:
            with IMAPClient(
                server.host, port=server.port, ssl=server.secure, timeout=TIMEOUT
            ) as client:
                client.login(server.user, server.password)
                client.select_folder(server.folder, readonly=readonly)
                yield client
        except (IMAPClientError, OSError) as error:
            raise ProviderUnavailable("The mailbox cannot be reached.") from error

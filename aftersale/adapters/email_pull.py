"""Looks into a mailbox for the mail of one account, by the numbers that IMAP gives messages.

Flags are for people: what a look brought is marked as seen only at the next look, when it is kept.
Others who read the same mailbox, for sellers' answers, do not disturb this and are not disturbed.
"""

import logging
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from imapclient import FLAGGED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from aftersale.adapters.email_files import file_at
from aftersale.adapters.email_loops import Loops
from aftersale.adapters.email_parse import Mail, Reader, Verdict
from aftersale.adapters.mail_imap import TIMEOUT, ImapServer
from aftersale.domain.channels import Inbound, Media
from aftersale.services.ports_channels import (
    Gone,
    Parsed,
    Pulled,
    Refused,
    Shut,
    Status,
    Unreachable,
)

AT_ONCE = 20  # messages of one look
LARGEST = 26 * 2**20  # bytes; of a larger mail only the beginning is read
BEGINNING = 200_000
FIRST_LOOK = timedelta(days=2)  # nobody wants an answer to what lies there for years

logger = logging.getLogger(__name__)


class IsLetter(Protocol):
    """Whether one of these message ids, without domain, is a letter of ours to a seller."""

    def __call__(self, keys: Collection[str]) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next look begins: the mailbox's own mark, and the last number that was seen."""

    validity: int
    last: int

    @classmethod
    def of(cls, cursor: str | None) -> "Place | None":
        """Read a cursor; None: there is none yet."""
        validity, _, last = (cursor or "").partition(":")
        known = validity.isdecimal() and last.isdecimal()
        return cls(int(validity), int(last)) if known else None

    def __str__(self) -> str:
        """Return it as a cursor."""
        return f"{self.validity}:{self.last}"


@dataclass(slots=True)
class _Look:
    """What one look brought."""

    inbound: list[Inbound] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    ignored: int = 0
    seen: list[int] = field(default_factory=list)
    aside: list[int] = field(default_factory=list)


class MailPuller:
    """The `Puller` of one account; one thread looks at a time."""

    def __init__(
        self,
        server: ImapServer,
        reader: Reader,
        loops: Loops,
        *,
        is_letter: IsLetter,
        every: float,
    ) -> None:
        self._server, self._reader, self._loops = server, reader, loops
        self._is_letter, self._every = is_letter, every
        self._stopped = threading.Event()
        self._marks: tuple[str, _Look] | None = None

    def pull(self, cursor: str | None, now: datetime) -> Pulled:
        """Return what came since the cursor; waits a while where nothing did.

        Raises:
            Unreachable, Shut: there is no way into the mailbox.
        """
        look = _Look()
        with opened(self._server, readonly=False) as (client, newest):
            self._mark(client, cursor)
            known = Place.of(cursor)
            is_same = known is not None and known.validity == newest.validity
            uids = _after(client, known)[:AT_ONCE] if known and is_same else _lately(client, now)
            begin = known.last if known and is_same else newest.last
            for uid in uids:
                self._take(client, uid, newest.validity, look=look, now=now)
        after = str(Place(newest.validity, max([begin, *uids])))
        self._marks = (after, look)
        if not uids:
            self._stopped.wait(self._every)
        return Pulled(Parsed(tuple(look.inbound), tuple(look.statuses), look.ignored), after)

    def stop(self) -> None:
        """Let a look that waits come back at once."""
        self._stopped.set()

    def _mark(self, client: IMAPClient, cursor: str | None) -> None:
        """Show people what is done: what led to this cursor is kept."""
        if self._marks and self._marks[0] == cursor:
            look = self._marks[1]
            if look.seen:
                client.add_flags(look.seen, [SEEN])
            if look.aside:
                client.add_flags(look.aside, [SEEN, FLAGGED])
        self._marks = None

    def _take(
        self, client: IMAPClient, uid: int, validity: int, *, look: _Look, now: datetime
    ) -> None:
        fetched = _fetched(client, uid)
        if fetched is None:
            return  # somebody removed it meanwhile
        content, at, is_whole = fetched
        mail = self._reader.read(content, min(at, now), is_whole=is_whole)
        if mail.verdict is Verdict.BUYER:
            mail = self._judged(mail)
        logger.info("mail came in", extra={"action": f"email:{mail.verdict.value}"})
        if mail.verdict is Verdict.ELSEWHERE:
            look.ignored += 1
            return
        (look.aside if mail.verdict is Verdict.BROKEN else look.seen).append(uid)
        look.inbound += [_placed(each, f"{validity}.{uid}") for each in mail.parsed.inbound]
        look.statuses += mail.parsed.statuses
        look.ignored += not (mail.parsed.inbound or mail.parsed.statuses)

    def _judged(self, mail: Mail) -> Mail:
        """Return the mail, or what it is where its own words do not tell."""
        first = mail.parsed.inbound[0]
        keys = [each.strip("<>").partition("@")[0] for each in mail.answers]
        if not mail.in_thread and keys and self._is_letter(keys):
            return Mail(Verdict.ELSEWHERE)
        if self._loops.is_echo(first.sender, mail.words, first.event_id):
            return Mail(Verdict.LOOP)
        return mail

    def fetch(self, media: Media, *, most: int) -> bytes:
        """Return a file of a mail that lies in the mailbox.

        Raises:
            Gone: it is not there any more.
            Refused: it is larger than is taken.
            Unreachable, Shut: there is no way into the mailbox.
        """
        validity, uid, part = (int(each) for each in media.media_id.split("."))
        with opened(self._server, readonly=True) as (client, newest):
            fetched = _fetched(client, uid) if validity == newest.validity else None
        content = file_at(fetched[0], part) if fetched else None
        if content is None:
            raise Gone("mail_removed")
        if len(content) > most:
            raise Refused("file_too_large")
        return content


@contextmanager
def opened(server: ImapServer, *, readonly: bool) -> Iterator[tuple[IMAPClient, Place]]:
    """Open a mailbox; yields the place after its newest message, too.

    Raises:
        Unreachable: the server cannot be reached, or fails.
        Shut: it does not accept the password.
    """
    try:
        with IMAPClient(
            server.host, port=server.port, ssl=server.secure, timeout=TIMEOUT
        ) as client:
            client.normalise_times = False  # with their zones
            client.login(server.user, server.password)
            selected = client.select_folder(server.folder, readonly=readonly)
            yield client, Place(int(selected[b"UIDVALIDITY"]), int(selected[b"UIDNEXT"]) - 1)
    except LoginError as error:
        raise Shut("imap_login") from error
    except (IMAPClientError, OSError) as error:
        raise Unreachable("imap") from error


def _lately(client: IMAPClient, now: datetime) -> Sequence[int]:
    """Return what lies there unread when an account looks for the first time."""
    return sorted(client.search(["UNSEEN", "SINCE", (now - FIRST_LOOK).date()]))


def _after(client: IMAPClient, place: Place) -> Sequence[int]:
    # A range with a star always names the newest message, too.
    found = client.search(["UID", f"{place.last + 1}:*"])
    return sorted(uid for uid in found if uid > place.last)


def _fetched(client: IMAPClient, uid: int) -> tuple[bytes, datetime, bool] | None:
    """Return a message without marking it, when it came, and whether it is whole."""
    about = client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
    if about is None:
        return None
    is_whole = about[b"RFC822.SIZE"] <= LARGEST
    wanted = "BODY.PEEK[]" if is_whole else f"BODY.PEEK[]<0.{BEGINNING}>"
    said = client.fetch([uid], [wanted]).get(uid, {})
    content = next((value for key, value in said.items() if key.startswith(b"BODY[")), None)
    if content is None:
        return None
    came = about[b"INTERNALDATE"]
    return content, came if came.tzinfo else came.replace(tzinfo=UTC), is_whole


def _placed(inbound: Inbound, where: str) -> Inbound:
    media = (replace(each, media_id=f"{where}.{each.media_id}") for each in inbound.media)
    return replace(inbound, media=tuple(media))

"""What was kept long enough: rows that are over, uploads nobody used, files nobody names."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from aftersale.domain.cases import Attachment
from aftersale.services.ports_files import FileStore
from aftersale.services.ports_passing import Passing
from aftersale.services.wiring import Wiring

KEPT = timedelta(days=30)  # what is over, in `Passing`
UNUSED = timedelta(hours=24)  # an upload that no message and no case names
ORPHANED = timedelta(hours=1)  # a file without a row; younger ones may still get theirs
EVERY = timedelta(hours=1)  # none of it is urgent, and the folder may be large
_PART = 200  # of one transaction, so that buyers never wait for it

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removed:
    """What one run removed, or with a dry run would remove."""

    records: int = 0
    uploads: int = 0
    files: int = 0


class SweepPassing:
    """Removes what is of no use any more, at most once an hour."""

    def __init__(self, wiring: Wiring, files: FileStore | None) -> None:
        self._wiring, self._files = wiring, files
        self._last: datetime | None = None

    def run(self, now: datetime, *, dry_run: bool) -> Removed:
        """Remove (or, with `dry_run`, count) what is over."""
        if not dry_run:
            if self._last is not None and self._last <= now < self._last + EVERY:
                return Removed()
            self._last = now
        records = sum(self._forget(what, now - KEPT, dry_run) for what in Passing)
        if self._files is None:
            return Removed(records)
        uploads = self._uploads(self._files, now - UNUSED, dry_run)
        return Removed(records, uploads, self._orphans(self._files, now - ORPHANED, dry_run))

    def _forget(self, what: Passing, before: datetime, dry_run: bool) -> int:
        done = 0
        while True:
            with self._wiring.uow() as uow:
                # Nothing is committed by a dry run, so it counts everything at once.
                limit = 1_000_000 if dry_run else _PART
                part = uow.passing.forget(what, over_before=before, limit=limit)
                if not dry_run:
                    uow.commit()
            done += part
            if dry_run or part < _PART:
                return done

    def _uploads(self, files: FileStore, before: datetime, dry_run: bool) -> int:
        done = 0
        while True:
            with self._wiring.uow() as uow:
                unused = uow.passing.unused_files(before, limit=_PART)
            if dry_run:
                return len(unused)
            dropped = sum(self._drop(files, each, before) for each in unused)
            done += dropped
            if len(unused) < _PART or not dropped:
                return done

    def _drop(self, files: FileStore, attachment: Attachment, before: datetime) -> bool:
        """Delete the row, then the file: one that is left behind is found as an orphan."""
        with self._wiring.uow() as uow:
            # Held, so that no message takes it up in the same moment.
            uow.conversations.locked(attachment.conversation_id)
            if not uow.passing.drop_file(attachment.attachment_id, sent_before=before):
                return False
            uow.commit()
        _remove(files, attachment.stored_as)
        return True

    def _orphans(self, files: FileStore, before: datetime, dry_run: bool) -> int:
        names, done = iter(files.names(written_before=before)), 0
        while part := list(islice(names, _PART)):
            orphans = self._unnamed(part)
            done += sum(dry_run or _remove(files, orphan) for orphan in orphans)
        return done

    def _unnamed(self, names: Sequence[str]) -> list[str]:
        """Return the files that no row names; none when the store names no file at all.

        A store that knows no file may be the wrong one, and files are not to be had again.
        """
        with self._wiring.uow() as uow:
            if not uow.passing.names_files():
                return []
            named = uow.passing.named_files(names)
        return [name for name in names if name not in named]


def _remove(files: FileStore, name: str) -> bool:
    """Remove the file; one that stays is tried again by a later run and stops no other."""
    try:
        files.remove(name)
    except OSError:
        logger.exception("a file that nobody needs could not be removed")
        return False
    return True

"""Confidential words in the database, in a table of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from aftersale.domain.secure import SecureNote
from aftersale.store.rows import thing, values
from aftersale.store.tables import SecureNoteRow


class SqlSecureNotes:
    """The `SecureNotes` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, note: SecureNote) -> None:
        """Write a note that nothing came for yet."""
        self._connection.execute(insert(SecureNoteRow).values(**values(note)))

    def get(self, note_id: str) -> SecureNote | None:
        """Return the note of that id."""
        row = self._connection.execute(
            select(SecureNoteRow).where(SecureNoteRow.note_id == note_id)
        ).one_or_none()
        return None if row is None else thing(SecureNote, row)

    def save(self, note: SecureNote) -> None:
        """Write a changed note."""
        self._connection.execute(
            update(SecureNoteRow)
            .where(SecureNoteRow.note_id == note.note_id)
            .values(**values(note))
        )

    def of_case(self, case_number: str) -> Sequence[SecureNote]:
        """Return what came for a case, oldest first."""
        rows = self._connection.execute(
            select(SecureNoteRow)
            .where(SecureNoteRow.case_number == case_number)
            .order_by(SecureNoteRow.received_at, SecureNoteRow.note_id)
        )
        return [thing(SecureNote, row) for row in rows]

    def forget(self, received_before: datetime) -> int:
        """Take out the words of notes that came before then; return how many there were."""
        done = self._connection.execute(
            update(SecureNoteRow)
            .where(SecureNoteRow.received_at < received_before, SecureNoteRow.sealed.is_not(None))
            .values(sealed=None)
        )
        return done.rowcount

"""Cases and their threads in the database."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from aftersale.domain.cases import OPEN_CASES, Attachment, Case, CaseEntry, move_case
from aftersale.domain.desk_talk import FROM_AGENT
from aftersale.domain.requests import AuditEntry
from aftersale.errors import NotFound, RequestOpen
from aftersale.store.insert_once import insert_once
from aftersale.store.ledger import write_audit
from aftersale.store.rows import thing, values
from aftersale.store.tables import AttachmentRow, CaseEntryRow, CaseRow

# Crockford's alphabet: no I, L, O or U, so a number read over the telephone stays itself.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_case_number() -> str:
    """Return a number like C-7K3M-92QD: random, so it tells nobody how many cases there are."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"C-{letters[:4]}-{letters[4:]}"


class SqlCases:
    """The `Cases` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self) -> str:
        """Return a case number that is not taken."""
        while self.get(number := make_case_number()) is not None:
            pass
        return number

    def add(self, case: Case, first: CaseEntry, *, audit: AuditEntry) -> None:
        """Write a case with the first message of its thread.

        Raises:
            RequestOpen: a case with the same idempotency key is there; `by_key` finds it.
        """
        if not insert_once(self._connection, CaseRow, values(case)):
            raise RequestOpen("A case about this is open already.")
        self.add_entry(first)
        write_audit(self._connection, [audit])

    def get(self, number: str) -> Case | None:
        """Return the case of that number."""
        row = self._connection.execute(
            select(CaseRow).where(CaseRow.number == number)
        ).one_or_none()
        return None if row is None else thing(Case, row)

    def by_key(self, idempotency_key: str) -> Case | None:
        """Return the case that was opened with this key."""
        row = self._connection.execute(
            select(CaseRow).where(CaseRow.idempotency_key == idempotency_key)
        ).one_or_none()
        return None if row is None else thing(Case, row)

    def open_about(self, storefront: str, order_number: str, subject: str) -> Case | None:
        """Return the case about this matter of the order that nobody has decided yet."""
        row = self._connection.execute(
            select(CaseRow)
            .where(
                CaseRow.storefront == storefront,
                CaseRow.order_number == order_number,
                CaseRow.subject == subject,
                CaseRow.state.in_(OPEN_CASES),
            )
            .limit(1)
        ).one_or_none()
        return None if row is None else thing(Case, row)

    def save(self, case: Case, *, audit: AuditEntry) -> None:
        """Write a changed case when its state may move so.

        Raises:
            IllegalMove: the stored case cannot become this, or was decided meanwhile.
            NotFound: there is no such case.
        """
        stored = self._connection.execute(
            select(CaseRow).where(CaseRow.number == case.number).with_for_update()
        ).one_or_none()
        if stored is None:
            raise NotFound("There is no such case.")
        move_case(thing(Case, stored), case)
        self._connection.execute(
            update(CaseRow).where(CaseRow.number == case.number).values(**values(case))
        )
        write_audit(self._connection, [audit])

    def entries(self, number: str) -> Sequence[CaseEntry]:
        """Return the thread of a case, oldest first."""
        rows = self._connection.execute(
            select(CaseEntryRow)
            .where(CaseEntryRow.case_number == number)
            .order_by(CaseEntryRow.entry_id)
        )
        return [thing(CaseEntry, row) for row in rows]

    def add_entry(self, entry: CaseEntry) -> bool:
        """Add a message to the thread of a case; False when one of the same key is there."""
        if entry.entry_key is None:
            self._connection.execute(insert(CaseEntryRow).values(**values(entry)))
            return True
        return insert_once(self._connection, CaseEntryRow, values(entry), key=("entry_key",))

    def of_buyer(self, storefront: str, buyer_id: str, *, limit: int = 20) -> Sequence[Case]:
        """Return the buyer's cases, newest first."""
        rows = self._connection.execute(
            select(CaseRow)
            .where(CaseRow.storefront == storefront, CaseRow.buyer_id == buyer_id)
            .order_by(CaseRow.created_at.desc(), CaseRow.number)
            .limit(limit)
        )
        return [thing(Case, row) for row in rows]

    def of_conversation(self, conversation_id: str) -> Sequence[Case]:
        """Return the cases that were opened in the conversation, newest first."""
        rows = self._connection.execute(
            select(CaseRow)
            .where(CaseRow.conversation_id == conversation_id)
            .order_by(CaseRow.created_at.desc(), CaseRow.number)
        )
        return [thing(Case, row) for row in rows]

    def overdue(
        self, now: datetime, *, after: Case | None = None, limit: int = 100
    ) -> Sequence[Case]:
        """Return open cases one of whose times has come, oldest first."""
        unacknowledged = and_(CaseRow.ack_at.is_(None), CaseRow.ack_due_by <= now)
        stuck = and_(CaseRow.stepped_in_at.is_(None), CaseRow.first_line_due_by <= now)
        query = (
            select(CaseRow)
            .where(CaseRow.state.in_(OPEN_CASES))
            .where(or_(unacknowledged, stuck, CaseRow.info_due_by <= now))
        )
        if after is not None:
            later = CaseRow.created_at > after.created_at
            same = and_(CaseRow.created_at == after.created_at, CaseRow.number > after.number)
            query = query.where(or_(later, same))
        rows = self._connection.execute(
            query.order_by(CaseRow.created_at, CaseRow.number).limit(limit)
        )
        return [thing(Case, row) for row in rows]

    def list(self, *, storefront: str | None = None, limit: int = 100) -> Sequence[Case]:
        """Return cases, newest first."""
        query = select(CaseRow).order_by(CaseRow.created_at.desc(), CaseRow.number)
        if storefront is not None:
            query = query.where(CaseRow.storefront == storefront)
        return [thing(Case, row) for row in self._connection.execute(query.limit(limit))]


class SqlAttachments:
    """The `Attachments` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, attachment: Attachment) -> None:
        """Write a checked attachment."""
        self._connection.execute(insert(AttachmentRow).values(**values(attachment)))

    def get(self, attachment_id: str) -> Attachment | None:
        """Return the attachment of that id."""
        row = self._connection.execute(
            select(AttachmentRow).where(AttachmentRow.attachment_id == attachment_id)
        ).one_or_none()
        return None if row is None else thing(Attachment, row)

    def loose(self, conversation_id: str) -> Sequence[Attachment]:
        """Return what was sent in the conversation and belongs to no case yet, oldest first."""
        loose = AttachmentRow.case_number.is_(None), AttachmentRow.purpose != FROM_AGENT
        return self._where(AttachmentRow.conversation_id == conversation_id, *loose)

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """Return everything that was sent in the conversation, oldest first."""
        return self._where(AttachmentRow.conversation_id == conversation_id)

    def of_case(self, case_number: str) -> Sequence[Attachment]:
        """Return the attachments of a case, oldest first."""
        return self._where(AttachmentRow.case_number == case_number)

    def bind(self, attachment_ids: Sequence[str], case_number: str) -> None:
        """Give loose attachments to a case; one that has a case stays where it is."""
        self._connection.execute(
            update(AttachmentRow)
            .where(AttachmentRow.attachment_id.in_(attachment_ids))
            .where(AttachmentRow.case_number.is_(None))
            .values(case_number=case_number)
        )

    def _where(self, *wanted: ColumnElement[bool]) -> Sequence[Attachment]:
        rows = self._connection.execute(
            select(AttachmentRow)
            .where(*wanted)
            .order_by(AttachmentRow.created_at, AttachmentRow.attachment_id)
        )
        return [thing(Attachment, row) for row in rows]

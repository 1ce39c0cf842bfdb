"""Cases and their threads in the database."""

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from aftersale.domain.cases import CASE_MOVES, OPEN_CASES, Case, CaseEntry
from aftersale.domain.moves import move
from aftersale.domain.requests import AuditEntry
from aftersale.errors import NotFound, RequestOpen
from aftersale.store.insert_once import insert_once
from aftersale.store.ledger import write_audit
from aftersale.store.rows import thing, values
from aftersale.store.tables import CaseEntryRow, CaseRow

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
            IllegalMove: the stored case cannot become this.
            NotFound: there is no such case.
        """
        stored = self._connection.execute(
            select(CaseRow.state).where(CaseRow.number == case.number).with_for_update()
        ).scalar_one_or_none()
        if stored is None:
            raise NotFound("There is no such case.")
        move(CASE_MOVES, f"case {case.number}", stored, case.state)
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

    def add_entry(self, entry: CaseEntry) -> None:
        """Add a message to the thread of a case."""
        self._connection.execute(insert(CaseEntryRow).values(**values(entry)))

    def list(self, *, storefront: str | None = None, limit: int = 100) -> Sequence[Case]:
        """Return cases, newest first."""
        query = select(CaseRow).order_by(CaseRow.created_at.desc(), CaseRow.number)
        if storefront is not None:
            query = query.where(CaseRow.storefront == storefront)
        return [thing(Case, row) for row in self._connection.execute(query.limit(limit))]

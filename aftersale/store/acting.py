"""Proposals of agents, blocked buyers and what only the desk looks up, in the database."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from aftersale.domain.acting import Block, CaseFilter, CaseNote, Proposal, ProposalState
from aftersale.domain.cases import OPEN_CASES, Case
from aftersale.domain.order_numbers import number_keys
from aftersale.domain.orders import Order
from aftersale.services.ports import StoredDecision
from aftersale.store.column_types import UtcDateTime
from aftersale.store.orders import with_parts
from aftersale.store.rows import thing, values
from aftersale.store.tables import (
    AuditRow,
    BlockRow,
    BuyerRow,
    CaseNoteRow,
    CaseRow,
    DecisionRow,
    OrderRow,
    ProposalRow,
)

_NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime())


class SqlProposals:
    """The `Proposals` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proposal: Proposal) -> None:
        """Write a new proposal."""
        self._connection.execute(insert(ProposalRow).values(**values(proposal)))

    def get(self, proposal_id: str) -> Proposal | None:
        """Return the proposal of that id."""
        row = self._connection.execute(
            select(ProposalRow).where(ProposalRow.proposal_id == proposal_id)
        ).one_or_none()
        return None if row is None else thing(Proposal, row)

    def finish(self, proposal: Proposal) -> bool:
        """Write a done proposal; False when it was done already."""
        done = self._connection.execute(
            update(ProposalRow)
            .where(
                ProposalRow.proposal_id == proposal.proposal_id,
                ProposalRow.state == ProposalState.OPEN,
            )
            .values(**values(proposal))
        )
        return done.rowcount == 1

    def of_order(self, storefront: str, number: str) -> Sequence[Proposal]:
        """Return the proposals of an order that were carried out, newest first."""
        rows = self._connection.execute(
            select(ProposalRow)
            .where(
                ProposalRow.storefront == storefront,
                ProposalRow.order_number == number,
                ProposalRow.state == ProposalState.DONE,
            )
            .order_by(ProposalRow.done_at.desc())
        )
        return [thing(Proposal, row) for row in rows]


class SqlBlocks:
    """The `Blocks` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, block: Block) -> None:
        """Write the block in place of an earlier one."""
        self.lift(block.buyer_id)
        self._connection.execute(insert(BlockRow).values(**values(block)))

    def of(self, buyer_id: str, now: datetime) -> Block | None:
        """Return the block that holds now."""
        row = self._connection.execute(
            select(BlockRow).where(
                BlockRow.buyer_id == buyer_id,
                or_(BlockRow.until.is_(None), BlockRow.until > now),
            )
        ).one_or_none()
        return None if row is None else thing(Block, row)

    def lift(self, buyer_id: str) -> bool:
        """Remove the block; False when there is none."""
        done = self._connection.execute(delete(BlockRow).where(BlockRow.buyer_id == buyer_id))
        return done.rowcount == 1


class SqlLookups:
    """The `Lookups` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def orders(
        self, words: str, *, storefronts: Sequence[str], limit: int = 20
    ) -> Sequence[Order]:
        """Return orders by number, or by name or e-mail address of their buyer, newest first."""
        query = (
            select(OrderRow)
            .join(BuyerRow, BuyerRow.buyer_id == OrderRow.buyer_id)
            .where(or_(*_of_words(words)), _at(OrderRow.storefront, storefronts))
            .order_by(OrderRow.placed_at.desc(), OrderRow.number)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        found = {
            (order.storefront, order.number): order
            for place in dict.fromkeys(row.storefront for row in rows)
            for order in with_parts(
                self._connection, place, [row for row in rows if row.storefront == place]
            )
        }
        return [found[row.storefront, row.number] for row in rows]

    def cases(self, wanted: CaseFilter, *, limit: int = 50, offset: int = 0) -> Sequence[Case]:
        """Return cases: what is due first, first; then what nobody waits for, newest first."""
        is_over = CaseRow.state.not_in(OPEN_CASES)
        query = (
            select(CaseRow)
            .where(_fits(wanted))
            .order_by(is_over, _due(), CaseRow.created_at.desc(), CaseRow.number)
            .limit(limit)
            .offset(offset)
        )
        return [thing(Case, row) for row in self._connection.execute(query)]

    def count(self, wanted: CaseFilter) -> int:
        """Return how many cases fit."""
        return self._connection.execute(
            select(func.count()).select_from(CaseRow).where(_fits(wanted))
        ).scalar_one()

    def cases_of(self, storefront: str, number: str) -> Sequence[Case]:
        """Return the cases about an order, newest first."""
        rows = self._connection.execute(
            select(CaseRow)
            .where(CaseRow.storefront == storefront, CaseRow.order_number == number)
            .order_by(CaseRow.created_at.desc(), CaseRow.number)
        )
        return [thing(Case, row) for row in rows]

    def decisions_of(
        self, storefront: str, number: str, *, limit: int = 20
    ) -> Sequence[StoredDecision]:
        """Return what was decided about an order, newest first."""
        rows = self._connection.execute(
            select(DecisionRow)
            .where(DecisionRow.storefront == storefront, DecisionRow.order_number == number)
            .order_by(DecisionRow.at.desc(), DecisionRow.decision_id)
            .limit(limit)
        )
        return [thing(StoredDecision, row) for row in rows]

    def add_note(self, note: CaseNote) -> None:
        """Write a note about a case."""
        self._connection.execute(insert(CaseNoteRow).values(**values(note)))

    def notes(self, case_number: str) -> Sequence[CaseNote]:
        """Return what colleagues noted about a case, oldest first."""
        rows = self._connection.execute(
            select(CaseNoteRow)
            .where(CaseNoteRow.case_number == case_number)
            .order_by(CaseNoteRow.at, CaseNoteRow.note_id)
        )
        return [thing(CaseNote, row) for row in rows]

    def was_written(self, actor: str, action: str, subject: str, since: datetime) -> bool:
        """Tell whether the audit holds such a row from after then."""
        written = exists().where(
            AuditRow.subject == subject,
            AuditRow.actor == actor,
            AuditRow.action == action,
            AuditRow.at > since,
        )
        return bool(self._connection.execute(select(written)).scalar_one())


def _at(column: InstrumentedAttribute[str], storefronts: Sequence[str]) -> ColumnElement[bool]:
    return column.in_(storefronts) if storefronts else true()


def _of_words(words: str) -> list[ColumnElement[bool]]:
    """Return what typed words may mean: a number, or somebody's name or address."""
    said = words.strip().lower()
    numbers = [OrderRow.number_key.startswith(key, autoescape=True) for key in number_keys(words)]
    return [
        *numbers,
        func.lower(BuyerRow.email).startswith(said, autoescape=True),
        func.lower(BuyerRow.first_name).startswith(said, autoescape=True),
    ]


def _fits(wanted: CaseFilter) -> ColumnElement[bool]:
    lists = (
        (CaseRow.storefront, wanted.storefronts),
        (CaseRow.state, wanted.states),
        (CaseRow.owner, wanted.owners),
        (CaseRow.type, wanted.types),
    )
    fits: list[ColumnElement[bool]] = [column.in_(said) for column, said in lists if said]
    if wanted.assignee is not None:
        fits.append(CaseRow.assignee == wanted.assignee)
    if wanted.overdue_at is not None:
        fits += [CaseRow.state.in_(OPEN_CASES), _due() <= wanted.overdue_at]
    if said := wanted.words.strip().lower():
        about = (CaseRow.number, CaseRow.order_number, CaseRow.subject, CaseRow.description)
        fits.append(or_(*(func.lower(each).contains(said, autoescape=True) for each in about)))
    return and_(true(), *fits)


def _due() -> ColumnElement[datetime]:
    """Return the first time that somebody has to keep; far off when there is none."""
    acknowledge = case((CaseRow.ack_at.is_(None), CaseRow.ack_due_by))
    first_line = case((CaseRow.stepped_in_at.is_(None), CaseRow.first_line_due_by))
    due: ColumnElement[datetime] = _NEVER
    for each in (acknowledge, first_line, CaseRow.info_due_by):
        due = case((func.coalesce(each, _NEVER) < due, each), else_=due)
    return due

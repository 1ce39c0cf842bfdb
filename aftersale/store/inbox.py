"""What the desk reads in lists, in few queries: pages of the inbox, open cases, counts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Result,
    Row,
    SQLColumnExpression,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from aftersale.domain.cases import OPEN_CASES, Case, CaseType
from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.handoffs import Handoff, HandoffState
from aftersale.services.ports_inbox import (
    CaseLine,
    Counts,
    Filters,
    InboxRow,
    Place,
    Scope,
    View,
)
from aftersale.store.inbox_details import InboxDetails
from aftersale.store.inbox_search import conversations_with
from aftersale.store.rows import thing
from aftersale.store.tables import BuyerRow, CaseRow, ConversationRow, HandoffRow

_HANDOFF = [column.label(f"h_{column.key}") for column in HandoffRow.__table__.columns]
_OPEN_HANDOFF = and_(
    HandoffRow.conversation_id == ConversationRow.conversation_id,
    # Written out, so that the partial index of open handoffs fits.
    HandoffRow.state.in_((literal_column("'waiting'"), literal_column("'claimed'"))),
)
# Written out, so that the partial index of open conversations fits.
_OPEN = and_(
    ConversationRow.closed_at.is_(None), ConversationRow.owner != literal_column("'closed'")
)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # past every time that anything is due
Rows: TypeAlias = Any  # a Select of many columns has no shorter type
_COUNTED: ColumnElement[int] = literal_column("1")
_IS_APPROVAL = CaseRow.type == CaseType.LAUNCH_APPROVAL


class SqlInbox(InboxDetails):
    """The `Inbox` port; what a page needs beside its rows is in the class it extends."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection

    def page(
        self,
        scope: Scope,
        view: View,
        filters: Filters,
        now: datetime,
        *,
        after: Place | None = None,
        limit: int = 50,
    ) -> Sequence[InboxRow]:
        """Return a page with the newest message, what is unread and what is promised."""
        at = HandoffRow.asked_at if view is View.QUEUE else ConversationRow.active_at
        query = _listed(scope, filters, now, at=at).where(*_seen_in(view, scope, filters))
        falling = view is not View.QUEUE
        if after is not None:
            query = query.where(_past(after, at, now, falling=falling))
        ended = (
            (at.desc(), ConversationRow.conversation_id.desc())
            if falling
            else (
                at,
                ConversationRow.conversation_id,
            )
        )
        rows = self._connection.execute(query.order_by(_snoozed(now), *ended).limit(limit)).all()
        return self._filled([_line(row) for row in rows], scope.user)

    def cases(
        self, scope: Scope, filters: Filters, *, offset: int = 0, limit: int = 50
    ) -> Sequence[CaseLine]:
        """Return open cases, the one due first first."""
        due = _due_at()
        wanted = [CaseRow.state.in_(OPEN_CASES), *_here(CaseRow.storefront, scope)]
        if filters.storefront:
            wanted.append(CaseRow.storefront == filters.storefront)
        if filters.words:
            number = filters.words.strip().upper()
            wanted.append(or_(CaseRow.number == number, CaseRow.order_number == number))
        rows: Result[Any] = self._connection.execute(
            select(CaseRow, due.label("due_at"), BuyerRow.first_name)
            .outerjoin(BuyerRow, BuyerRow.buyer_id == CaseRow.buyer_id)
            .where(*wanted)
            .order_by(due, CaseRow.created_at, CaseRow.number)
            .offset(offset)
            .limit(limit)
        )
        return [
            CaseLine(
                thing(Case, row), None if row.due_at == _NEVER else row.due_at, row.first_name
            )
            for row in rows
        ]

    def counts(self, scope: Scope, now: datetime) -> Counts:
        """Return how much is in each list."""
        talks = self._connection.execute(_count_talks(scope, now)).one()
        about = self._connection.execute(
            select(func.count(_COUNTED), _sum(_due_at() <= now), _sum(_IS_APPROVAL)).where(
                CaseRow.state.in_(OPEN_CASES), *_here(CaseRow.storefront, scope)
            )
        ).one()
        return Counts(*(int(number or 0) for number in (*talks, *about)))


def _listed(
    scope: Scope, filters: Filters, now: datetime, *, at: SQLColumnExpression[datetime | None]
) -> Rows:
    wanted = [*_here(ConversationRow.storefront, scope), ConversationRow.last_seq > 0]
    if filters.storefront:
        wanted.append(ConversationRow.storefront == filters.storefront)
    if filters.reason:
        wanted.append(HandoffRow.reason == filters.reason)
    if filters.language:
        language = func.coalesce(HandoffRow.language, ConversationRow.locale)
        wanted.append(
            or_(language == filters.language, language.startswith(f"{filters.language}-"))
        )
    if filters.channel:
        wanted.append(ConversationRow.channel == filters.channel)
    if filters.words:
        here = [filters.storefront] if filters.storefront else list(scope.storefronts)
        found = conversations_with(filters.words, here, now)
        wanted.append(ConversationRow.conversation_id.in_(found))
    shown: tuple[Any, ...] = (
        BuyerRow.first_name.label("buyer_name"),
        _snoozed(now).label("snoozed"),
        at.label("at"),
    )
    return (
        select(ConversationRow, *shown, *_HANDOFF)
        .select_from(ConversationRow)
        .outerjoin(HandoffRow, _OPEN_HANDOFF)
        .outerjoin(BuyerRow, BuyerRow.buyer_id == ConversationRow.buyer_id)
        .where(*wanted)
    )


def _seen_in(view: View, scope: Scope, filters: Filters) -> list[ColumnElement[bool]]:
    match view:
        case View.QUEUE:
            return [_OPEN, ConversationRow.owner == Owner.QUEUED, _is(HandoffState.WAITING)]
        case View.MINE:
            return [_OPEN, _is(HandoffState.CLAIMED), HandoffRow.agent == scope.user]
        case View.ALL:  # whoever searches may look for what is over
            return [true() if filters.words else _OPEN]


def _is(state: HandoffState) -> ColumnElement[bool]:
    return HandoffRow.state == state


def _snoozed(now: datetime) -> ColumnElement[int]:
    return case((HandoffRow.snoozed_until > now, 1), else_=0)


def _past(
    after: Place, at: SQLColumnExpression[datetime | None], now: datetime, *, falling: bool
) -> ColumnElement[bool]:
    """Return what comes after a place in the order of the page."""
    snoozed, own = _snoozed(now), ConversationRow.conversation_id
    same = snoozed == int(after.snoozed)
    if falling:
        further = or_(at < after.at, and_(at == after.at, own < after.conversation_id))
    else:
        further = or_(at > after.at, and_(at == after.at, own > after.conversation_id))
    later = false() if after.snoozed else snoozed == literal(1)
    return or_(later, and_(same, further))


def _line(row: Row[Any]) -> InboxRow:
    conversation = thing(Conversation, row)
    return InboxRow(
        conversation=conversation,
        handoff=_handoff(row),
        buyer_name=row.buyer_name,
        place=Place(bool(row.snoozed), row.at, conversation.conversation_id),
    )


def _handoff(row: Row[Any]) -> Handoff | None:
    columns = row._mapping
    if columns["h_handoff_id"] is None:
        return None
    return Handoff(**{name: columns[f"h_{name}"] for name in Handoff.__dataclass_fields__})


def _count_talks(scope: Scope, now: datetime) -> Rows:
    queued = and_(ConversationRow.owner == Owner.QUEUED, _snoozed(now) == 0)
    mine = and_(_is(HandoffState.CLAIMED), HandoffRow.agent == scope.user)
    return (
        select(_sum(queued), _sum(mine), func.count(_COUNTED))
        .select_from(ConversationRow)
        .outerjoin(HandoffRow, _OPEN_HANDOFF)
        .where(_OPEN, ConversationRow.last_seq > 0, *_here(ConversationRow.storefront, scope))
    )


def _sum(fits: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((fits, 1), else_=0))


def _due_at() -> ColumnElement[datetime]:
    """Return the next time that somebody must keep; `_NEVER` when there is none."""
    acknowledge = case((CaseRow.ack_at.is_(None), CaseRow.ack_due_by))
    step_in = case((CaseRow.stepped_in_at.is_(None), CaseRow.first_line_due_by))
    never = literal(_NEVER, CaseRow.created_at.type)
    first: ColumnElement[datetime] = func.coalesce(acknowledge, never)
    for other in (step_in, CaseRow.info_due_by):
        then = func.coalesce(other, never)
        first = case((first <= then, first), else_=then)
    return first


def _here(column: SQLColumnExpression[str], scope: Scope) -> list[ColumnElement[bool]]:
    return [column.in_(scope.storefronts)] if scope.storefronts else []

"""The facts of the desk's numbers in the database, read in one snapshot that blocks nobody."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import NullType

from aftersale.domain.conversations import Author, EventType, TurnState
from aftersale.domain.guests import guest_id
from aftersale.domain.handoffs import Handoff, HandoffState
from aftersale.domain.measures import Line
from aftersale.domain.requests import CommandState
from aftersale.services.ports_measures import (
    Asked,
    Decided,
    Due,
    Measures,
    OpenMeasures,
    Reached,
    Span,
    Talk,
)
from aftersale.store.database import READS
from aftersale.store.feedback import SqlAgents
from aftersale.store.rows import thing
from aftersale.store.tables import (
    ArticleSearchRow,
    CommandRow,
    ConversationRow,
    DecisionRow,
    EventRow,
    PromiseRow,
    RatingRow,
    TurnRow,
)
from aftersale.store.tables_desk import DeskUserRow
from aftersale.store.tables_handoffs import HandoffRow

_OPEN = (HandoffState.WAITING, HandoffState.CLAIMED)


def make_open_measures(engine: Engine) -> OpenMeasures:
    """Return what opens the reads."""

    @contextmanager
    def open_measures() -> Iterator[Measures]:
        with engine.connect().execution_options(**READS[engine.dialect.name]) as connection:
            yield SqlMeasures(connection)

    return open_measures


class SqlMeasures:
    """The `Measures` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def talks(self, span: Span) -> Mapping[str, Talk]:
        """Return the conversations in which something has happened since the span began."""
        rows = self._connection.execute(
            select(
                ConversationRow.conversation_id,
                ConversationRow.storefront,
                ConversationRow.channel,
                ConversationRow.buyer_id,
                ConversationRow.guest_order,
            ).where(
                ConversationRow.active_at >= span.begins,
                ConversationRow.storefront.in_(span.storefronts),
            )
        )
        return {
            name: Talk(shop, _buyer(name, shop, *who), channel)
            for name, shop, channel, *who in rows
        }

    def lines(self, span: Span) -> Sequence[Line]:
        """Return what buyers and agents wrote then, by conversation and in its order."""
        lines = self._turns(span)
        said = [Line._make(row) for row in self._connection.execute(_with_people(span))]
        talked = {line.conversation_id for line in said}
        known = {line[:2] for line in lines if line.conversation_id in talked}
        lines += [line for line in said if line[:2] not in known]
        lines.sort()  # no two have the same conversation and seq
        return lines

    def _turns(self, span: Span) -> list[Line]:
        # A month has a hundred thousand: a column type that runs for each value would cost half
        # of the time, so times come as the driver gives them.
        rows = self._connection.execute(_turns(span))
        read = datetime.fromisoformat if self._connection.dialect.name == "sqlite" else _as_it_is
        return [
            Line(name, seq, read(at), False, intent, sure, said, back and read(back), failed)
            for name, seq, at, intent, sure, said, back, failed in rows
        ]

    def handoffs(self, span: Span) -> Sequence[Handoff]:
        """Return handoffs asked for before the span ended that were open in it."""
        rows = self._connection.execute(
            select(HandoffRow)
            .where(HandoffRow.storefront.in_(span.storefronts), *_touching(span))
            .order_by(HandoffRow.asked_at, HandoffRow.handoff_id)
        )
        return [thing(Handoff, row) for row in rows]

    def reached(self, span: Span) -> Sequence[Reached]:
        """Return commands that were carried out, and articles that helped."""
        done = select(CommandRow.conversation_id, CommandRow.done_at, CommandRow.kind).where(
            CommandRow.state == CommandState.DONE,
            *_within(CommandRow.done_at, span),
            CommandRow.storefront.in_(span.storefronts),
        )
        helped = select(
            ArticleSearchRow.conversation_id, ArticleSearchRow.answered_at, literal(None)
        ).where(
            ArticleSearchRow.helpful.is_(True),
            ArticleSearchRow.storefront.in_(span.storefronts),
            *_within(ArticleSearchRow.at, span),
        )
        commands = [Reached._make(row) for row in self._connection.execute(done)]
        return commands + [Reached._make(row) for row in self._connection.execute(helped)]

    def ratings(self, span: Span) -> Sequence[Asked]:
        """Return the wishes for a rating of that time."""
        rows = self._connection.execute(
            select(
                RatingRow.storefront, RatingRow.asked_at, RatingRow.subject_kind, RatingRow.stars
            ).where(RatingRow.storefront.in_(span.storefronts), *_within(RatingRow.asked_at, span))
        )
        return [Asked._make(row) for row in rows]

    def promises(self, span: Span) -> Sequence[Due]:
        """Return the promises that were due then."""
        rows = self._connection.execute(
            select(PromiseRow.storefront, PromiseRow.due_at, PromiseRow.code, PromiseRow.kept_at)
            .where(PromiseRow.storefront.in_(span.storefronts), *_within(PromiseRow.due_at, span))
            .order_by(PromiseRow.due_at)
        )
        return [Due._make(row) for row in rows]

    def decisions(self, span: Span) -> Sequence[Decided]:
        """Return how often each answer of the policy was given, the most frequent first."""
        kind = (DecisionRow.storefront, DecisionRow.outcome, DecisionRow.reason_code)
        times = func.count()
        rows = self._connection.execute(
            select(*kind, times)
            .where(DecisionRow.storefront.in_(span.storefronts), *_within(DecisionRow.at, span))
            .group_by(*kind)
            .order_by(times.desc(), *kind)
        )
        return [Decided._make(row) for row in rows]

    def present(self, storefronts: Sequence[str], now: datetime) -> Collection[str]:
        """Return who is there for one of the storefronts."""
        agents = SqlAgents(self._connection)
        return {each.agent for shop in storefronts for each in agents.present(shop, now)}

    def names(self) -> Mapping[str, str]:
        """Return what people at the desk are called."""
        rows = self._connection.execute(select(DeskUserRow.user, DeskUserRow.name))
        return {row.user: row.name for row in rows}


def _buyer(name: str, storefront: str, buyer_id: str | None, order: str | None) -> str:
    return buyer_id or (guest_id(storefront, order) if order else name)


def _within(moment: InstrumentedAttribute[Any], span: Span) -> tuple[Any, Any]:
    return moment >= span.begins, moment < span.ends


def _touching(span: Span) -> tuple[Any, Any]:
    still = or_(HandoffRow.state.in_(_OPEN), HandoffRow.ended_at >= span.begins)
    return HandoffRow.asked_at < span.ends, or_(HandoffRow.asked_at >= span.begins, still)


def _as_it_is(moment: Any) -> datetime:
    found: datetime = moment
    return found.astimezone(UTC)


def _turns(span: Span) -> Any:
    return select(
        TurnRow.conversation_id,
        TurnRow.seq,
        type_coerce(TurnRow.created_at, NullType),
        TurnRow.intent,
        TurnRow.confidence,
        TurnRow.said,
        type_coerce(TurnRow.answered_at, NullType),
        TurnRow.state == TurnState.FAILED,
    ).where(*_within(TurnRow.created_at, span))


def _with_people(span: Span) -> Any:
    # Only where a person is wanted or there does a message owe the bot no turn.
    talked = select(HandoffRow.conversation_id).where(*_touching(span))
    nothing = literal(None)
    return select(
        EventRow.conversation_id,
        EventRow.seq,
        EventRow.at,
        EventRow.author == Author.AGENT,
        *(nothing,) * 4,
        false(),
    ).where(
        EventRow.conversation_id.in_(talked),
        EventRow.type == EventType.MESSAGE,
        EventRow.author.in_((Author.BUYER, Author.AGENT)),
        *_within(EventRow.at, span),
    )

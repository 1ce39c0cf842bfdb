"""Tables of help articles, the questions put to them, ratings, and who is there to talk."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Float, Index
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.articles import RatingSubject
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base


class ArticleRow(Base):
    """An article as one storefront shows it; `aftersale kb load` writes them from `kb/`."""

    __tablename__ = "articles"

    storefront: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    topic: Mapped[str]
    category: Mapped[str]
    answer: Mapped[str]
    steps: Mapped[tuple[str, ...]]
    more: Mapped[str]
    asks: Mapped[tuple[str, ...]]
    keywords: Mapped[tuple[str, ...]]
    offers: Mapped[tuple[str, ...]]
    updated: Mapped[date]
    content_hash: Mapped[str]


class ArticleSearchRow(Base):
    """A question put to the articles; the words are masked like the conversation's."""

    __tablename__ = "article_searches"
    __table_args__ = (Index(None, "storefront", "at"),)

    search_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    storefront: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(index=True)
    turn_id: Mapped[str] = mapped_column(unique=True)
    question: Mapped[str]
    intent: Mapped[str]
    article_id: Mapped[str | None]
    score: Mapped[float] = mapped_column(Float)
    shown: Mapped[tuple[str, ...]]
    helpful: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    comment: Mapped[str | None]


class RatingRow(Base):
    """A rating asked for, or given unasked; one per subject."""

    __tablename__ = "ratings"
    __table_args__ = (
        Index("uq_ratings_subject_kind_subject", "subject_kind", "subject", unique=True),
        Index(None, "storefront", "asked_at"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    )

    rating_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    subject_kind: Mapped[RatingSubject] = mapped_column(text_enum(RatingSubject, "subject_kind"))
    subject: Mapped[str]
    conversation_id: Mapped[str]
    asked_at: Mapped[datetime]
    intent: Mapped[str | None]
    article_id: Mapped[str | None]
    decision_id: Mapped[str | None]
    stars: Mapped[int | None]
    comment: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    skipped_at: Mapped[datetime | None]


class PresenceRow(Base):
    """An agent who said to be there until a time; one row for each storefront, or `*` for all."""

    __tablename__ = "agent_presence"
    __table_args__ = (Index(None, "until"),)

    agent: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]

"""Help articles, what was asked of them, ratings, who is there to talk, and broken promises."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import JsonTuple, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("steps", JsonTuple(), nullable=False),
        sa.Column("more", sa.String(), nullable=False),
        sa.Column("asks", JsonTuple(), nullable=False),
        sa.Column("keywords", JsonTuple(), nullable=False),
        sa.Column("offers", JsonTuple(), nullable=False),
        sa.Column("updated", sa.Date(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("storefront", "article_id", name=op.f("pk_articles")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # PostgreSQL needs no such table: it searches the few articles of a storefront directly.
        op.execute(
            "CREATE VIRTUAL TABLE articles_fts USING fts5("
            "storefront UNINDEXED, article_id UNINDEXED, title, asks, body, "
            "tokenize = 'porter unicode61')"
        )


def _searches() -> None:
    op.create_table(
        "article_searches",
        sa.Column("search_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("shown", JsonTuple(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("search_id", name=op.f("pk_article_searches")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_article_searches_turn_id")),
    )
    op.create_index(
        op.f("ix_article_searches_conversation_id"), "article_searches", ["conversation_id"]
    )
    op.create_index(
        op.f("ix_article_searches_storefront_at"), "article_searches", ["storefront", "at"]
    )


def _ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("rating_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("intent", sa.String(), nullable=True),
        sa.Column("article_id", sa.String(), nullable=True),
        sa.Column("decision_id", sa.String(), nullable=True),
        sa.Column("stars", sa.BigInteger(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("skipped_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_ratings_stars")),
        sa.CheckConstraint(
            "subject_kind IN ('bot', 'agent', 'case')", name=op.f("ck_ratings_subject_kind")
        ),
        sa.PrimaryKeyConstraint("rating_id", name=op.f("pk_ratings")),
    )
    op.create_index(
        op.f("uq_ratings_subject_kind_subject"),
        "ratings",
        ["subject_kind", "subject"],
        unique=True,
    )
    op.create_index(op.f("ix_ratings_storefront_asked_at"), "ratings", ["storefront", "asked_at"])


def upgrade() -> None:
    _articles()
    _searches()
    _ratings()
    op.create_table(
        "agent_presence",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agent_presence")),
    )
    op.add_column("promises", sa.Column("breached_at", UtcDateTime(), nullable=True))

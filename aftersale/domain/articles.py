"""Help articles, what was asked of them, ratings, and who is there to talk."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

# What an article may be about; those in COVERED every storefront has (R3.19, R3.20, R3.21).
_COVERED = (
    "product orders payments returns account_access payment_issues common_errors exchanges "
    "cancellations tracking cooling_off privacy"
)
COVERED = frozenset(_COVERED.split())
TOPICS = COVERED | {"refunds", "contact", "tickets", "hours", "group_buying"}
TROUBLE = frozenset(("account_access", "payment_issues", "common_errors"))  # "did that solve it?"


class RatingSubject(StrEnum):
    """Whose work is rated; the three are never mixed (R3.29)."""

    BOT = "bot"
    AGENT = "agent"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Article:
    """One help article as one storefront shows it; its text is final, nothing is filled in."""

    storefront: str
    article_id: str
    title: str
    topic: str
    category: str  # a path, outermost first
    answer: str  # the short answer
    steps: tuple[str, ...]
    more: str  # what else there is to know; "" when that is all
    asks: tuple[str, ...]  # how buyers ask for it
    keywords: tuple[str, ...]
    offers: tuple[str, ...]  # intents that do in chat what the article describes
    updated: date
    content_hash: str

    @property
    def text(self) -> str:
        """Everything it says below its title."""
        return "\n".join((self.answer, *self.steps, self.more)).strip()


@dataclass(frozen=True, slots=True)
class ArticleSearch:
    """One question put to the articles, and what became of the answer."""

    search_id: str
    at: datetime
    storefront: str
    conversation_id: str
    turn_id: str
    question: str  # masked, as the log of the conversation
    intent: str
    article_id: str | None  # None: nothing fitted
    score: float
    shown: tuple[str, ...] = ()  # what this question was answered with before
    helpful: bool | None = None
    answered_at: datetime | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """One wish for a rating and its answer. There is one per subject, asked or given unasked."""

    rating_id: str
    storefront: str
    subject_kind: RatingSubject
    subject: str  # a conversation for bot and agent, a case number for case
    conversation_id: str
    asked_at: datetime
    intent: str | None = None
    article_id: str | None = None
    decision_id: str | None = None
    stars: int | None = None
    comment: str | None = None
    answered_at: datetime | None = None
    skipped_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether neither stars nor a skip came yet."""
        return self.stars is None and self.skipped_at is None


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent who is there for live chat until a time; no storefront means all of them."""

    agent: str
    storefront: str | None
    since: datetime
    until: datetime

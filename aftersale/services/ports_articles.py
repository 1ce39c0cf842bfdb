"""What services need from outside for help articles, ratings, and who is there to talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aftersale.domain.articles import Article, ArticleSearch, Presence, Rating, RatingSubject


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that fits a question; `score` is comparable within one answer only."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class AskedArticle:
    """How often an article answered, and how often that helped or did not."""

    storefront: str
    article_id: str
    shown: int
    helped: int
    missed: int


class Articles(Protocol):
    """The articles of every storefront, and what was asked of them."""

    def search(self, storefront: str, text: str, limit: int) -> Sequence[Hit]:
        """Return what fits by its words, best first; the words may be any text."""
        ...

    def get(self, storefront: str, article_id: str) -> Article | None: ...
    def all(self, storefront: str | None = None) -> Sequence[Article]: ...
    def replace_all(self, articles: Sequence[Article]) -> int:
        """Make these the articles; return how many were added, changed or taken out."""
        ...

    def log(self, search: ArticleSearch) -> None:
        """Write a question down; a second time for the same turn changes the first."""
        ...

    def last_search(self, conversation_id: str) -> ArticleSearch | None: ...
    def save_search(self, search: ArticleSearch) -> None: ...
    def searches(self, *, since: datetime, limit: int = 1000) -> Sequence[ArticleSearch]:
        """Return questions, newest first."""
        ...


class Feedback(Protocol):
    """Ratings."""

    def ask(self, rating: Rating) -> bool:
        """Write down that it was asked; False when its subject has a rating already."""
        ...

    def of(self, kind: RatingSubject, subject: str) -> Rating | None: ...
    def open_in(self, conversation_id: str) -> Rating | None:
        """Return the newest rating of the conversation that waits for an answer."""
        ...

    def last_in(self, conversation_id: str) -> Rating | None: ...
    def save(self, rating: Rating) -> None: ...
    def last_decision(self, conversation_id: str) -> str | None:
        """Return the id of the newest decision made in the conversation."""
        ...

    def unrated_cases(self, since: datetime, *, limit: int = 100) -> Sequence[str]:
        """Return numbers of cases settled since then with a conversation, asked of nobody yet."""
        ...

    def all(self, *, since: datetime, limit: int = 10_000) -> Sequence[Rating]: ...


class Agents(Protocol):
    """Who is there to talk."""

    def arrive(self, *presences: Presence) -> None:
        """Write down where an agent is there, a line for each storefront or one for all.

        It replaces what was said before; who was there already stays there since then.
        """
        ...

    def leave(self, agent: str, at: datetime) -> bool: ...
    def seen(self, agent: str, at: datetime) -> None:
        """Note that the agent's desk was heard of, also while they are away."""
        ...

    def last_seen(self, agent: str, now: datetime) -> datetime | None:
        """Return when their desk was heard of last: now, while they are there."""
        ...

    def present(self, storefront: str, now: datetime) -> Sequence[Presence]: ...


class Meaning(Protocol):
    """How close texts are in meaning, from -1 to 1."""

    def closest(self, text: str, options: Sequence[Sequence[str]]) -> Sequence[float]:
        """Return for each option how close its closest phrase comes to the text."""
        ...

"""Help articles in the database, found by their words: FTS5 on SQLite, tsvector on PostgreSQL."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, text, update

from aftersale.domain.articles import Article, ArticleSearch
from aftersale.services.ports_articles import Hit
from aftersale.store.rows import thing, values
from aftersale.store.tables_articles import ArticleRow, ArticleSearchRow
from aftersale.store.tables_conversations import TurnRow

# Words that stand in any question: they say nothing about what is asked.
_EVERYWHERE = (
    "a about am an and any are as at be been but by can could did do does doing don for from get "
    "had has have help how i if in into is isn it its just like ll m me my need no not of on or "
    "our out please re s should so some t tell than that the their them then there they this to "
    "up us use ve want was we were what when where which who why will with would you your "
    "article articles explain guide site step steps website work works"
)
EVERYWHERE = frozenset(_EVERYWHERE.split())
LONGEST = 24  # words of a question that are looked for
_SQLITE = text(
    "SELECT article_id, -bm25(articles_fts, 0, 0, 4.0, 3.0, 1.0) AS score FROM articles_fts "
    "WHERE articles_fts MATCH :query AND storefront = :storefront "
    "ORDER BY score DESC, article_id LIMIT :limit"
)
# A storefront has some fifty articles: reading them beats keeping an index of them.
_POSTGRES = text(
    "SELECT article_id, ts_rank(words, query) AS score FROM ("
    "SELECT article_id, setweight(to_tsvector('english', title), 'A')"
    " || setweight(to_tsvector('english', asks::text || ' ' || keywords::text), 'B')"
    " || setweight(to_tsvector('english', answer || ' ' || steps::text || ' ' || more), 'D')"
    " AS words, to_tsquery('english', :query) AS query"
    " FROM articles WHERE storefront = :storefront) AS weighed "
    "WHERE words @@ query ORDER BY score DESC, article_id LIMIT :limit"
)


def words_of(question: str) -> list[str]:
    """Return the words of a question that are worth looking for, each once."""
    found = re.findall(r"[^\W_]+", question.lower())
    return list(dict.fromkeys(word for word in found if word not in EVERYWHERE))[:LONGEST]


class SqlArticles:
    """The `Articles` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_sqlite = connection.dialect.name == "sqlite"

    def search(self, storefront: str, text: str, limit: int) -> Sequence[Hit]:
        """Return what holds the words of the question, best first."""
        words = words_of(text)
        if not words:
            return []
        statement = _SQLITE if self._on_sqlite else _POSTGRES
        query = (
            " OR ".join(f'"{word}"' for word in words) if self._on_sqlite else " | ".join(words)
        )
        rows = self._connection.execute(
            statement, {"query": query, "storefront": storefront, "limit": limit}
        ).all()
        known = {article.article_id: article for article in self.all(storefront)}
        return [Hit(known[name], float(score)) for name, score in rows]

    def get(self, storefront: str, article_id: str) -> Article | None:
        """Return the article as that storefront shows it."""
        row = self._connection.execute(
            select(ArticleRow).where(
                ArticleRow.storefront == storefront, ArticleRow.article_id == article_id
            )
        ).one_or_none()
        return None if row is None else thing(Article, row)

    def all(self, storefront: str | None = None) -> Sequence[Article]:
        """Return the articles of one storefront, or of all."""
        query = select(ArticleRow).order_by(ArticleRow.storefront, ArticleRow.article_id)
        if storefront is not None:
            query = query.where(ArticleRow.storefront == storefront)
        return [thing(Article, row) for row in self._connection.execute(query)]

    def replace_all(self, articles: Sequence[Article]) -> int:
        """Make these the articles; what has not changed is left alone."""
        if not self._on_sqlite:  # two processes that start at once take turns
            self._connection.execute(text("LOCK TABLE articles IN SHARE ROW EXCLUSIVE MODE"))
        stored = {_key(article): article.content_hash for article in self.all()}
        wanted = {_key(article): article for article in articles}
        gone = [key for key in stored if key not in wanted]
        new = [a for key, a in wanted.items() if stored.get(key) != a.content_hash]
        for key in [*gone, *(_key(article) for article in new)]:
            self._remove(*key)
        for article in new:
            self._insert(article)
        return len(gone) + len(new)

    def _remove(self, storefront: str, article_id: str) -> None:
        self._connection.execute(
            delete(ArticleRow).where(
                ArticleRow.storefront == storefront, ArticleRow.article_id == article_id
            )
        )
        if self._on_sqlite:
            self._connection.execute(
                text("DELETE FROM articles_fts WHERE storefront = :s AND article_id = :a"),
                {"s": storefront, "a": article_id},
            )

    def _insert(self, article: Article) -> None:
        self._connection.execute(insert(ArticleRow).values(**values(article)))
        if self._on_sqlite:
            found_by = {
                "s": article.storefront,
                "a": article.article_id,
                "title": article.title,
                "asks": "\n".join((*article.asks, *article.keywords)),
                "body": article.text,
            }
            self._connection.execute(
                text("INSERT INTO articles_fts VALUES (:s, :a, :title, :asks, :body)"), found_by
            )

    def log(self, search: ArticleSearch) -> None:
        """Write a question down; a turn that is repeated changes what it wrote."""
        self._connection.execute(
            delete(ArticleSearchRow).where(ArticleSearchRow.turn_id == search.turn_id)
        )
        self._connection.execute(insert(ArticleSearchRow).values(**values(search)))

    def last_search(self, conversation_id: str) -> ArticleSearch | None:
        """Return the newest question of a conversation; of one moment, that of the later turn."""
        row = self._connection.execute(
            select(ArticleSearchRow)
            .outerjoin(TurnRow, TurnRow.turn_id == ArticleSearchRow.turn_id)
            .where(ArticleSearchRow.conversation_id == conversation_id)
            .order_by(ArticleSearchRow.at.desc(), TurnRow.seq.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else thing(ArticleSearch, row)

    def save_search(self, search: ArticleSearch) -> None:
        """Write what became of a question."""
        self._connection.execute(
            update(ArticleSearchRow)
            .where(ArticleSearchRow.search_id == search.search_id)
            .values(**values(search))
        )

    def searches(self, *, since: datetime, limit: int = 1000) -> Sequence[ArticleSearch]:
        """Return the questions since then, newest first."""
        rows = self._connection.execute(
            select(ArticleSearchRow)
            .where(ArticleSearchRow.at >= since)
            .order_by(ArticleSearchRow.at.desc())
            .limit(limit)
        )
        return [thing(ArticleSearch, row) for row in rows]


def _key(article: Article) -> tuple[str, str]:
    return article.storefront, article.article_id

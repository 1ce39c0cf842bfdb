"""What operators read about articles and ratings: counted by what it is about, never mixed."""

from datetime import UTC, datetime

import pytest

from aftersale.cli.feedback import grouped
from aftersale.cli.kb import _unanswered, _unhelpful
from aftersale.domain.articles import ArticleSearch, Rating, RatingSubject

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BOT, CASE = RatingSubject.BOT, RatingSubject.CASE


def search(name, question, article, **changes):
    return ArticleSearch(
        name, NOW, "helpdesk", "c1", name, question, "how_to", article, 0.5, **changes
    )


def test_questions_without_an_article_are_counted_most_frequent_first():
    asked = [search("1", "drones", None), search("2", "gift wrap", None)]
    asked += [search("3", "gift wrap", None), search("4", "tracking", "tracking")]
    rows = _unanswered(asked)
    assert [(row["question"], row["times"]) for row in rows] == [("gift wrap", 2), ("drones", 1)]


def test_articles_that_did_not_help_are_told_with_what_was_said_about_them():
    asked = [search("1", "a", "tracking", helpful=False, comment="too long")]
    asked += [search("2", "b", "tracking", helpful=True), search("3", "c", "returns")]
    (row,) = _unhelpful(asked)
    counted = (row["article"], row["shown"], row["helped"], row["missed"], row["comments"])
    assert counted == ("tracking", 2, 1, 1, ["too long"])


def rating(name, kind, **changes):
    return Rating(name, "helpdesk", kind, name, "c1", NOW, **changes)


@pytest.mark.parametrize(
    ("by", "about"), [("intent", "how_to"), ("article", "tracking"), ("decision", "d1")]
)
def test_ratings_are_grouped_by_what_they_are_about_and_by_whom(by, about):
    told = {"intent": "how_to", "article_id": "tracking", "decision_id": "d1"}
    given = [rating("1", BOT, stars=5, comment="good", **told), rating("2", BOT, stars=2, **told)]
    given += [rating("3", CASE, skipped_at=NOW, **told), rating("4", BOT)]
    rows = {(row["subject"], row["about"]): row for row in grouped(given, by)}
    assert rows["bot", about]["average"] == 3.5
    assert rows["bot", about]["comments"] == ["good"]
    assert (rows["case", about]["rated"], rows["case", about]["skipped"]) == (0, 1)
    assert rows["bot", "none"]["asked"] == 1

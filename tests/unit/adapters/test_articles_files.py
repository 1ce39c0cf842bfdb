"""Articles are read per storefront, with its own words, and every mistake is told at once."""

from datetime import date
from pathlib import Path

import pytest

from aftersale.adapters.articles_files import load_articles, stale
from aftersale.adapters.policies import load_policies
from aftersale.adapters.word_vectors import WordVectors
from aftersale.domain.articles import COVERED
from aftersale.errors import ArticlesInvalid

ROOT = Path(__file__).parents[3]
POLICIES = load_policies(ROOT / "storefronts")
GOOD = """---
title: Paying at {name}
topic: payments
category: PAYMENTS
updated: 2026-11-01
asks: [how do i pay, ways to pay]
---
You pay on the payment page of {name}.

1. Open it: {my_orders_url}
2. Reset: {reset_url}
3. Pay.

More words.
"""


@pytest.fixture(scope="module")
def articles():
    return load_articles(ROOT / "kb", POLICIES)


def test_every_storefront_has_every_topic_that_must_be_covered(articles):
    for storefront in POLICIES:
        assert {one.topic for one in articles if one.storefront == storefront} >= COVERED


def test_no_text_is_left_unfilled_and_no_foreign_rule_is_told(articles):
    for one in articles:
        assert "{" not in one.text + one.title
        others = {policy.name for key, policy in POLICIES.items() if key != one.storefront}
        assert not [name for name in others if name in one.text], one.article_id


def test_the_words_of_an_article_never_promise_what_policies_do_not(articles):
    for one in articles:
        for word in ("guarantee", "will be reimbursed", "is approved", "24/7"):
            assert word not in one.text.lower(), one.article_id


def test_steps_and_words_of_the_house(tmp_path):
    (tmp_path / "paying.md").write_text(GOOD, "utf-8")
    with pytest.raises(ArticlesInvalid) as gaps:
        load_articles(tmp_path, POLICIES)
    assert all("has no article about" in problem for problem in gaps.value.problems)


@pytest.mark.parametrize(
    ("find", "replace", "told"),
    [
        ("topic: payments", "topic: cooking", "topic: cooking is not known"),
        ("updated: 2026-11-01", "updated: soon", "updated"),
        ("asks: [how do i pay, ways to pay]", "asks: [how]", "asks: names at least two"),
        ("{name}.", "{nobody}.", "text: nobody is not known"),
        ("category: PAYMENTS", "colour: red", "colour"),
        ("---\ntitle", "title", "begins with front matter"),
        ("topic: payments", "topic: payments\nstorefronts: [moon]", "storefronts: moon"),
    ],
)
def test_a_mistake_is_told_by_file_and_field(find, replace, told, tmp_path):
    (tmp_path / "paying.md").write_text(GOOD.replace(find, replace, 1), "utf-8")
    with pytest.raises(ArticlesInvalid) as wrong:
        load_articles(tmp_path, POLICIES)
    assert any("paying.md" in each and told in each for each in wrong.value.problems)


def test_an_article_grows_stale(articles):
    newest = max(one.updated for one in articles)
    assert stale(articles, newest, 180) == []
    assert len(stale(articles, date(newest.year + 1, newest.month, newest.day), 180)) == len(
        articles
    )


def test_texts_of_like_meaning_are_close():
    meaning = WordVectors(ROOT / "bot/nlu/vectors")
    scores = meaning.closest("my card was refused", [["the payment was declined"], ["parcel"], []])
    assert scores[0] > 0.5 > scores[1]
    assert scores[2] == 0
    assert max(meaning.closest("\u00fc\u00fc \u4e2d", [["card"]])) < 1

"""Do buyers find what they ask for? 120 questions, half of them written after all was settled."""

from pathlib import Path

import pytest

from aftersale.adapters.articles_files import load_articles
from aftersale.adapters.policies import load_policies
from aftersale.adapters.word_vectors import WordVectors
from aftersale.services.articles import DEPTH, closeness, fused
from aftersale.store.database import make_engine
from aftersale.store.migrate import upgrade
from aftersale.store.unit_of_work import make_uow_factory

ROOT = Path(__file__).parents[2]
POLICIES = load_policies(ROOT / "storefronts")
LINES = Path(__file__).with_name("questions.tsv").read_text(encoding="utf-8").splitlines()
QUESTIONS = [line.split("\t") for line in LINES if line and not line.startswith("#")]
UNSEEN = QUESTIONS[60:]


@pytest.fixture(scope="module")
def uow_factory(tmp_path_factory):
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('kb') / 'kb.db'}")
    upgrade(engine)
    factory = make_uow_factory(engine)
    with factory() as uow:
        uow.articles.replace_all(load_articles(ROOT / "kb", POLICIES))
        uow.commit()
    yield factory
    engine.dispose()


def ranked(uow, meaning, storefront, question):
    articles = uow.articles.all(storefront)
    by_word = [hit.article.article_id for hit in uow.articles.search(storefront, question, DEPTH)]
    if meaning is None:
        return by_word
    close = closeness(meaning, question, articles)
    ranks = fused(by_word, sorted(close, key=lambda name: -close[name])[:DEPTH])
    return sorted(ranks, key=lambda name: -ranks[name])


def hits(factory, meaning, questions):
    """Return the shares of questions whose article is the first, or among the first three."""
    with factory() as uow:
        found = [(article, ranked(uow, meaning, shop, q)) for shop, q, article in questions]
    first = sum(article in names[:1] for article, names in found) / len(found)
    third = sum(article in names[:3] for article, names in found) / len(found)
    print(f"hit@1 {first:.3f}, hit@3 {third:.3f} of {len(found)}")
    return first, third


def test_the_questions_name_articles_that_exist():
    known = {(one.storefront, one.article_id) for one in load_articles(ROOT / "kb", POLICIES)}
    assert len(QUESTIONS) == 120
    assert {(shop, article) for shop, _, article in QUESTIONS} <= known
    assert len({(shop, question) for shop, question, _ in QUESTIONS}) == 120


def test_words_and_meaning_together_find_most(uow_factory):
    meaning = WordVectors(ROOT / "bot/nlu/vectors")
    first, third = hits(uow_factory, meaning, QUESTIONS)
    assert first >= 0.82
    assert third >= 0.94
    alone, alone_third = hits(uow_factory, None, QUESTIONS)
    assert first > alone
    assert third > alone_third


def test_questions_that_nothing_was_tuned_for_are_found_too(uow_factory):
    first, third = hits(uow_factory, WordVectors(ROOT / "bot/nlu/vectors"), UNSEEN)
    assert first >= 0.75
    assert third >= 0.90

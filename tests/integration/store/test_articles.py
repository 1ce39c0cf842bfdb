"""Articles are found by their words on both databases; ratings and presences are kept once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aftersale.domain.articles import Article, ArticleSearch, Presence, Rating, RatingSubject
from aftersale.domain.cases import CaseState
from tests.integration.store.things import (
    NOW,
    SECOND,
    a_case,
    a_conversation,
    a_promise,
    an_audit,
    an_entry,
    fill,
)


def an_article(article_id="tracking", storefront="helpdesk", **changes):
    given = {
        "title": "Tracking a parcel",
        "topic": "tracking",
        "category": "ORDERS / Delivery",
        "answer": "The order shows the carrier and its number.",
        "steps": ("Open the order.", "Choose Track."),
        "more": "",
        "asks": ("where do i see the tracking number",),
        "keywords": ("carrier", "parcel"),
        "offers": ("track_order",),
        "updated": date(2026, 11, 1),
        "content_hash": "1",
    }
    return Article(storefront, article_id, **given | changes)


SIZE = an_article(
    "size",
    title="Choosing a size",
    answer="The description lists every size.",
    steps=(),
    asks=("which size fits",),
    keywords=("colour",),
    offers=(),
)


@pytest.fixture
def articles(uow_factory):
    with uow_factory() as uow:
        uow.articles.replace_all([an_article(), SIZE, an_article(storefront="group-buy")])
        uow.commit()
    return uow_factory


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("tracking number", ["tracking"]),
        ("what sizes are described?", ["size"]),
        ("colours", ["size"]),
        ("how do i", []),
        ("", []),
        ("zebra", []),
        ("\"; drop table articles; -- ' & | ! ( * size", ["size"]),
        ("size:* AND NOT tracking -parcel", ["size", "tracking"]),
    ],
)
def test_an_article_is_found_by_its_words_in_its_storefront_only(articles, asked, found):
    with articles() as uow:
        hits = uow.articles.search("helpdesk", asked, 5)
    assert sorted(hit.article.article_id for hit in hits) == found
    assert {hit.article.storefront for hit in hits} <= {"helpdesk"}


def test_the_title_counts_more_than_the_text(articles):
    with articles() as uow:
        other = an_article("other", title="Something else", answer="See tracking.", asks=())
        uow.articles.replace_all([an_article(), other])
        hits = uow.articles.search("helpdesk", "tracking", 5)
    assert [hit.article.article_id for hit in hits] == ["tracking", "other"]


def test_loading_again_changes_only_what_differs(articles):
    with articles() as uow:
        same = [an_article(), SIZE, an_article(storefront="group-buy")]
        assert uow.articles.replace_all(same) == 0
        changed = replace(SIZE, title="Weight", asks=("how heavy",), content_hash="2")
        assert uow.articles.replace_all([an_article(), changed]) == 2
        assert uow.articles.get("helpdesk", "size") == changed
        assert uow.articles.search("helpdesk", "heavy weight", 5)
        assert uow.articles.search("group-buy", "tracking", 5) == []
        assert len(uow.articles.all()) == 2


def a_search(search_id="s1", **changes):
    given = {"turn_id": search_id, "question": "where", "intent": "how_to", "score": 0.5}
    return ArticleSearch(
        search_id, NOW, "helpdesk", "c1", **given | {"article_id": "tracking"} | changes
    )


def test_a_question_is_written_down_once_a_turn_and_can_be_answered(uow_factory):
    with uow_factory() as uow:
        uow.articles.log(a_search("s1", turn_id="t1"))
        uow.articles.log(a_search("s2", turn_id="t1", shown=("size",)))
        last = uow.articles.last_search("c1")
        assert (last.search_id, last.shown) == ("s2", ("size",))
        told = replace(last, helpful=False, answered_at=NOW, comment="too short")
        uow.articles.save_search(told)
        assert uow.articles.searches(since=NOW) == [told]
        assert uow.articles.searches(since=NOW + SECOND) == []
        assert uow.articles.last_search("c2") is None


def a_rating(rating_id="r1", **changes):
    given = {"subject_kind": RatingSubject.CASE, "subject": "C-1", "conversation_id": "c1"}
    return Rating(rating_id, "helpdesk", asked_at=NOW, **given | changes)


def test_a_subject_is_asked_about_once(uow_factory):
    with uow_factory() as uow:
        assert uow.feedback.ask(a_rating())
        assert not uow.feedback.ask(a_rating("r2"))
        assert uow.feedback.ask(a_rating("r3", subject_kind=RatingSubject.BOT))
        assert uow.feedback.of(RatingSubject.CASE, "C-1") == a_rating()
        rated = replace(a_rating(), stars=5, comment="thanks", answered_at=NOW)
        uow.feedback.save(rated)
        assert uow.feedback.open_in("c1").rating_id == "r3"
        assert {one.rating_id for one in uow.feedback.all(since=NOW)} == {"r1", "r3"}


def test_a_settled_case_of_a_conversation_is_unrated_until_it_was_asked(uow_factory):
    fill(uow_factory, conversations=[a_conversation()])
    with uow_factory() as uow:
        case = a_case(conversation_id="c1")
        uow.cases.add(case, an_entry(), audit=an_audit())
        assert uow.feedback.unrated_cases(NOW) == []
        uow.cases.save(replace(case, state=CaseState.DECIDED, decided_at=NOW), audit=an_audit())
        assert uow.feedback.unrated_cases(NOW) == [case.number]
        assert uow.feedback.unrated_cases(NOW + SECOND) == []
        uow.feedback.ask(a_rating(subject=case.number))
        assert uow.feedback.unrated_cases(NOW) == []


def test_who_is_there_and_who_waits(uow_factory):
    hour = timedelta(hours=1)
    with uow_factory() as uow:
        uow.agents.arrive(Presence("ann", "helpdesk", NOW, NOW + hour))
        uow.agents.arrive(Presence("ben", None, NOW, NOW + hour))
        assert [p.agent for p in uow.agents.present("helpdesk", NOW)] == ["ann", "ben"]
        assert [p.agent for p in uow.agents.present("group-buy", NOW)] == ["ben"]
        assert uow.agents.present("helpdesk", NOW + hour) == []
        assert uow.agents.leave("ben", NOW)
        assert not uow.agents.leave("ben", NOW)
        assert uow.agents.last_seen("ann", NOW) == NOW  # there now
        assert uow.agents.last_seen("ben", NOW + SECOND) == NOW  # since they left
        for at in (NOW + SECOND, NOW + 2 * SECOND):
            uow.agents.seen("ben", at)
            assert uow.agents.last_seen("ben", NOW + hour) == at
        assert uow.agents.last_seen("nobody", NOW) is None


def test_what_was_promised_is_found_and_told_overdue_once(uow_factory):
    fill(uow_factory, conversations=[a_conversation()])
    with uow_factory() as uow:
        uow.ledger.promise(a_promise("p1"))
        shop = a_promise().storefront
        made = uow.ledger.made_to(shop, conversation_id="c1", buyer_id=None)
        assert [p.promise_id for p in made] == ["p1"]
        assert uow.ledger.made_to(shop, conversation_id="c9", buyer_id=None) == []
        assert uow.ledger.overdue(NOW) == []
        assert [p.promise_id for p in uow.ledger.overdue(NOW + SECOND)] == ["p1"]
        assert [p.promise_id for p in uow.ledger.overdue(NOW + SECOND, untold=True)] == ["p1"]
        assert uow.ledger.breach("p1", at=NOW)
        assert not uow.ledger.breach("p1", at=NOW)
        assert uow.ledger.overdue(NOW + SECOND, untold=True) == []

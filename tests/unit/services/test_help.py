"""Articles, ratings, hours and promises as services: what is said, and what is written down."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from aftersale.domain.articles import Article, Presence, RatingSubject
from aftersale.domain.conversations import Conversation, Identity, Owner
from aftersale.domain.requests import Promise
from aftersale.policy.answers import ANSWERS
from aftersale.services.acknowledge import SHOP_ANSWERS
from aftersale.services.articles import HelpArticles
from aftersale.services.call import Call, OrderHint
from aftersale.services.feedback import Feedback, Given, Matter
from aftersale.services.hours import LiveHelp
from aftersale.services.promises import Promises, promise_block
from aftersale.services.reminders import REMIND_CANCEL
from aftersale.services.responses.promised import PROMISED
from aftersale.services.wiring import Wiring
from tests.unit.fakes import FakeStore
from tests.unit.fakes_outside import FakeVoice, counting_ids
from tests.unit.services.world import NOW, POLICIES

HELP = "helpdesk"


def article(name, title, answer, **changes):
    given = {"topic": "orders", "category": "HELP", "steps": (), "more": "", "keywords": ()}
    given |= {"asks": (title.lower(),), "offers": (), "updated": date(2026, 11, 1)}
    return Article(HELP, name, title, answer=answer, content_hash="1", **given | changes)


ARTICLES = [
    article("tracking", "Tracking a parcel", "See the order.", offers=("track_order",)),
    article("parcels", "A parcel that is late", "Wait."),
    article("declined", "Declined cards", "Check the card.", topic="payment_issues"),
    article("law", "Withdrawal", "No rule.", topic="cooling_off"),
]


class Close:
    """Stands for meaning: near when the phrase shares a word with the question."""

    def closest(self, text, options):
        words = set(text.lower().split())
        near = [max((bool(words & set(p.lower().split())) for p in o), default=0) for o in options]
        return [0.9 if one else 0.1 for one in near]


@pytest.fixture
def place():
    store = FakeStore()
    wiring = Wiring(
        uow=store,
        policies=POLICIES,
        voice=FakeVoice(),
        new_id=counting_ids(),
        base_url="https://help.example",
        meaning=Close(),
    )
    talk = Conversation("c1", HELP, Owner.BOT, 1, NOW, "h", NOW, buyer_id="b1")
    with store() as uow:
        uow.conversations.add(talk)
        uow.articles.replace_all(ARTICLES)
        uow.commit()
    return SimpleNamespace(wiring=wiring, store=store, talk=talk)


def call(turn="t1", now=NOW, storefront=HELP, buyer="b1"):
    return Call("c1", turn, Identity(storefront, buyer), now)


def test_the_best_article_is_shown_with_its_link_and_written_down(place):
    reply = HelpArticles(place.wiring).answer(call(), "tracking parcel", intent="how_to")
    (block,) = reply.variables["blocks"]
    assert reply.response == "utter_article"
    assert block["url"] == "https://help.example/help/helpdesk/tracking"
    intents = [choice["intent"] for choice in reply.variables["choices"]]
    assert intents == ["solved_it", "not_helpful", "give_feedback", "track_order"]
    (search,) = place.store.tables.searches.values()
    assert (search.article_id, search.question, search.score) == (
        "tracking",
        "tracking parcel",
        0.9,
    )


def test_without_a_fitting_article_the_question_is_kept_for_the_report(place):
    assert HelpArticles(place.wiring).answer(call(), "zebra stripes", intent="how_to") is None
    (search,) = place.store.tables.searches.values()
    assert search.article_id is None


@pytest.mark.parametrize(
    ("intent", "expected"), [("payment_problem", "declined"), ("cooling_off", "law")]
)
def test_an_intent_with_a_topic_is_answered_from_that_topic_only(intent, expected, place):
    reply = HelpArticles(place.wiring).answer(call(), "tracking parcel", intent=intent)
    assert reply.variables["blocks"][0]["article_id"] == expected


def test_words_alone_find_articles_where_no_vectors_are(place):
    wiring = replace(place.wiring, meaning=None)
    assert HelpArticles(wiring).answer(call(), "withdrawal", intent="how_to")
    assert HelpArticles(wiring).answer(call(), "zebra", intent="how_to") is None


def test_an_article_interrupts_a_misunderstanding_only_when_it_is_clearly_meant(place):
    helping = HelpArticles(place.wiring)
    assert helping.sure(call(), "tracking").response == "utter_article"
    assert helping.sure(call(), "zebra") is None
    assert helping.sure(call(), None) is None


def test_no_leads_to_the_next_article_then_to_nobody(place):
    helping = HelpArticles(place.wiring)
    helping.answer(call(), "tracking parcel", intent="how_to")
    again = helping.not_helpful(call("t2"))
    assert again.response == "utter_article_next"
    assert again.variables["blocks"][0]["article_id"] == "parcels"
    assert helping.not_helpful(call("t3")) is None
    first, second = place.store.tables.searches.values()
    assert (first.helpful, second.helpful) == (False, False)
    assert second.shown == ("tracking",)


def test_no_after_a_long_time_is_about_nothing(place):
    helping = HelpArticles(place.wiring)
    assert helping.not_helpful(call()) is None
    helping.answer(call(), "tracking parcel", intent="how_to")
    assert helping.not_helpful(call("t2", NOW + timedelta(hours=1))) is None


def test_a_rating_is_asked_for_once_and_tells_what_it_is_about(place):
    feedback = Feedback(place.wiring)
    HelpArticles(place.wiring).answer(call(), "tracking parcel", intent="how_to")
    asked = feedback.solved(call("t2"), Matter("how_to"))
    assert asked.slots == {"requested_slot": "feedback_stars"}
    assert feedback.take_stars(call("t3"), "4", Matter()).response == "utter_ask_comment"
    assert feedback.comment(call("t4"), "good", {}, Matter()).response == "utter_feedback_thanks"
    assert feedback.solved(call("t5"), Matter()).response == "utter_solved"
    (rating,) = place.store.tables.ratings.values()
    assert (rating.stars, rating.comment, rating.article_id) == (4, "good", "tracking")
    assert rating.subject_kind is RatingSubject.BOT
    assert [e.body for e in place.store.tables.events] == [{"subject": "bot", "stars": 4}]


def test_a_comment_on_an_article_stays_with_the_article(place):
    feedback = Feedback(place.wiring)
    HelpArticles(place.wiring).answer(call(), "tracking parcel", intent="how_to")
    asked = feedback.begin(call("t2"), None, Matter(on_article=True))
    assert asked.slots["feedback_draft"] == {"on": "article"}
    feedback.comment(call("t3"), "more pictures", {"on": "article"}, Matter())
    (search,) = place.store.tables.searches.values()
    assert search.comment == "more pictures"
    assert not place.store.tables.ratings


def test_a_skip_is_kept_and_stars_of_a_client_replace_it(place):
    feedback = Feedback(place.wiring)
    feedback.begin(call(), None, Matter("order_status"))
    feedback.skip(call("t2"))
    (rating,) = place.store.tables.ratings.values()
    assert (rating.skipped_at, rating.intent) == (NOW, "order_status")
    rated = feedback.take(place.talk, Given(3, "late", RatingSubject.BOT), now=NOW)
    assert (rated.stars, rated.comment, rated.skipped_at) == (3, "late", None)
    assert len(place.store.tables.ratings) == 1


@pytest.mark.parametrize("here", [True, False])
def test_the_queue_is_told_only_when_somebody_is_there(here, place):
    if here:
        with place.store() as uow:
            uow.agents.arrive(Presence("ann", None, NOW, NOW + timedelta(hours=8)))
            uow.commit()
    now = NOW + timedelta(hours=3)  # 10:00 in New York
    told = LiveHelp(place.wiring).person(call(now=now), OrderHint(), text="a person please")
    assert told.response == ("utter_person_queue" if here else "utter_person_case_ack")
    assert told.variables.get("place") == (1 if here else None)


def test_closed_hours_name_the_next_opening(place):
    told = LiveHelp(place.wiring).person(call(), OrderHint(), text="a person please")
    assert told.response == "utter_person_closed_ack"
    assert told.variables["opens_at"] == {"$time": "2026-11-04T09:00:00-05:00"}


@pytest.mark.parametrize(
    ("storefront", "expected"),
    [
        ("helpdesk", "utter_hours_closed"),
        ("supplier-consent", "utter_hours_supplier"),
        ("status-gated", "utter_hours_unstated"),
    ],
)
def test_hours_are_told_as_the_storefront_states_them(storefront, expected, place):
    told = LiveHelp(place.wiring).hours(call(storefront=storefront))
    assert told.response == expected


def promised(code="reviewed", **changes):
    given = {"conversation_id": "c1", "storefront": HELP, "order_number": "HD/1", "due_at": None}
    return Promise(f"p-{code}", code=code, made_at=NOW, **given | changes)


def test_promises_are_told_to_their_buyer_with_how_they_stand(place):
    with place.store() as uow:
        uow.ledger.promise(promised())
        uow.ledger.promise(promised("case_acknowledged", due_at=NOW - timedelta(hours=1)))
        uow.ledger.promise(promised("shop_answers", due_at=NOW + timedelta(hours=1)))
        uow.ledger.promise(promised("remind_cancel", due_at=NOW, kept_at=NOW))
        uow.commit()
    told = Promises(place.wiring).tell(call(), OrderHint())
    (block,) = told.variables["blocks"]
    states = {row["response"]: row["state"].removeprefix("promise_is_") for row in block["rows"]}
    assert states == {
        "promise_reviewed": "undated",
        "promise_case_acknowledged": "overdue",
        "promise_shop_answers": "open",
        "promise_remind_cancel": "kept",
    }
    unverified = Promises(place.wiring).tell(call(buyer=None), OrderHint())
    assert unverified.response == "utter_promises_none"


def test_every_promise_of_the_policy_and_the_sweeper_has_words():
    made = {answer.promise for answer in ANSWERS.values() if answer.promise}
    assert made | {SHOP_ANSWERS, REMIND_CANCEL, "case_acknowledged"} <= set(PROMISED)


def test_a_promise_without_words_of_its_own_is_still_told():
    (row,) = promise_block([promised("something_new")], NOW)["rows"]
    assert row["response"] == "promise_other"


def test_the_policies_say_with_whom_live_chat_is():
    parties = {key: policy.live.party for key, policy in POLICIES.items()}
    assert {key for key, party in parties.items() if party} == {"helpdesk", "supplier-consent"}

"""Answers from the help articles: found by words and meaning, shown with source and date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from aftersale.domain.articles import TROUBLE, Article, ArticleSearch
from aftersale.services.call import Call
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_articles import Meaning
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

DEPTH = 20  # places of each ranking that count
SMOOTH = 10  # how little the first place is worth more than the next
FITS = 0.40  # closeness from which an article that holds a word of the question answers it
FITS_ALONE = 0.85  # and one that holds none
SURE = 0.85  # closeness from which it answers a message that nobody understood
RECENT = timedelta(minutes=30)  # "that didn't help" means an article this old at most
ARTICLES_A_QUESTION = 2  # then a person is offered

# Intents that are answered from articles of one topic; others are looked for everywhere.
TOPIC_OF: Mapping[str, str] = {
    "cooling_off": "cooling_off",
    "how_to_cancel": "cancellations",
    "payment_problem": "payment_issues",
    "sign_in_help": "account_access",
    "privacy": "privacy",
}
FAQ = "help articles"  # what is looked for when nothing was typed


@dataclass(frozen=True, slots=True)
class Found:
    """An article with its place in the joined ranking and its closeness in meaning."""

    article: Article
    rank: float
    closeness: float
    by_word: bool

    @property
    def fits(self) -> bool:
        """Whether it answers the question at all."""
        return self.closeness >= (FITS if self.by_word else FITS_ALONE)


class HelpArticles:
    """Answers, and what becomes of an answer."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def answer(self, call: Call, text: str | None, *, intent: str) -> Reply | None:
        """`utter_article` (block `article`); None when no article fits, which is written down."""
        question = text or FAQ
        with self._wiring.uow() as uow:
            require_open(uow, call)
            found = self._for_intent(uow, call, question, intent)
            reply = self._answered(uow, _search(self._wiring, call, question, intent), found)
            uow.commit()
        return reply

    def page(self, storefront: str, article_id: str) -> Article | None:
        """Return one article, for whoever follows the link of an answer."""
        with self._wiring.uow() as uow:
            return uow.articles.get(storefront, article_id)

    def sure(self, call: Call, text: str | None) -> Reply | None:
        """`utter_article` for a message that nobody understood, when one is clearly meant."""
        if not text:
            return None
        with self._wiring.uow() as uow:
            require_open(uow, call)
            best = next(iter(self._ranked(uow, call, text)), None)
            if best is None or not best.by_word or best.closeness < SURE:
                return None
            search = _search(self._wiring, call, text, "nlu_fallback")
            reply = self._answered(uow, search, [best])
            uow.commit()
        return reply

    def not_helpful(self, call: Call) -> Reply | None:
        """`utter_article_next`; None when a person is the next step, or nothing was answered."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            last = recent_search(uow, call)
            if last is None:
                return None
            uow.articles.save_search(replace(last, helpful=False, answered_at=call.now))
            reply = self._next(uow, call, last)
            uow.commit()
        return reply

    def _next(self, uow: UnitOfWork, call: Call, last: ArticleSearch) -> Reply | None:
        """Answer the same question with what fits next, unless enough was shown."""
        shown = (*last.shown, *((last.article_id,) if last.article_id else ()))
        if len(shown) >= ARTICLES_A_QUESTION or not shown:
            return None
        ranked = self._ranked(uow, call, last.question)
        fitting = [one for one in ranked if one.fits and one.article.article_id not in shown]
        if not fitting:
            return None
        search = replace(_search(self._wiring, call, last.question, last.intent), shown=shown)
        return self._answered(uow, search, fitting, response="utter_article_next")

    def _for_intent(
        self, uow: UnitOfWork, call: Call, question: str, intent: str
    ) -> Sequence[Found]:
        """Return what may answer; an intent with a topic is answered from that topic, surely."""
        ranked = self._ranked(uow, call, question)
        topic = TOPIC_OF.get(intent)
        if topic is None:
            return [one for one in ranked if one.fits]
        return [one for one in ranked if one.article.topic == topic]

    def _ranked(self, uow: UnitOfWork, call: Call, question: str) -> Sequence[Found]:
        """Return every article, best first: places by words and by meaning count alike."""
        storefront = call.identity.storefront
        articles = uow.articles.all(storefront)
        by_word = [
            hit.article.article_id for hit in uow.articles.search(storefront, question, DEPTH)
        ]
        meaning = self._wiring.meaning
        if meaning is None:
            close = {one.article_id: float(one.article_id in by_word) for one in articles}
            ranks = fused(by_word)
        else:
            close = closeness(meaning, question, articles)
            ranks = fused(by_word, sorted(close, key=lambda name: -close[name])[:DEPTH])
        found = [
            Found(
                one, ranks.get(one.article_id, 0), close[one.article_id], one.article_id in by_word
            )
            for one in articles
        ]
        return sorted(found, key=lambda one: -one.rank)

    def _answered(
        self,
        uow: UnitOfWork,
        search: ArticleSearch,
        found: Sequence[Found],
        *,
        response: str = "utter_article",
    ) -> Reply | None:
        """Write the question down with its answer, and show that."""
        best = next(iter(found), None)
        if best is None:
            uow.articles.log(search)
            return None
        article = best.article
        uow.articles.log(
            replace(search, article_id=article.article_id, score=round(best.closeness, 4))
        )
        return Reply(response, self._shown(article))

    def _shown(self, article: Article) -> dict[str, Any]:
        """Return the variables of an answer: the article, and what can be done about it here."""
        solved = "solved" if article.topic in TROUBLE else "useful"
        own = [choice(intent) for intent in article.offers]
        return {
            "title": article.title,
            "blocks": [article_block(self._wiring.base_url, article, question=solved)],
            "choices": [choice("solved_it"), choice("not_helpful"), choice("give_feedback"), *own],
        }


def fused(*rankings: Sequence[str]) -> dict[str, float]:
    """Join rankings: each place gives its share, so that what both name comes first."""
    ranks: dict[str, float] = {}
    for ranking in rankings:
        for place, name in enumerate(ranking):
            ranks[name] = ranks.get(name, 0) + 1 / (SMOOTH + place)
    return ranks


def closeness(meaning: Meaning, question: str, articles: Sequence[Article]) -> dict[str, float]:
    """Return how close each article's title or one of its questions comes to this question."""
    scores = meaning.closest(question, [(one.title, *one.asks) for one in articles])
    return {one.article_id: score for one, score in zip(articles, scores, strict=True)}


def article_block(base_url: str, article: Article, *, question: str) -> dict[str, Any]:
    """Return the block `article`: the answer, its link, its source and its date (R3.3, R3.22)."""
    return {
        "type": "article",
        "article_id": article.article_id,
        "title": article.title,
        "category": article.category,
        "answer": article.answer,
        "steps": list(article.steps),
        "more": article.more,
        "url": f"{base_url}/help/{article.storefront}/{article.article_id}",
        "updated": {"$date": article.updated.isoformat()},
        "question": question,
    }


def _search(wiring: Wiring, call: Call, question: str, intent: str) -> ArticleSearch:
    return ArticleSearch(
        search_id=wiring.new_id(),
        at=call.now,
        storefront=call.identity.storefront,
        conversation_id=call.conversation_id,
        turn_id=call.turn_id,
        question=question,
        intent=intent,
        article_id=None,
        score=0.0,
    )


def recent_search(uow: UnitOfWork, call: Call) -> ArticleSearch | None:
    """Return the question answered last, while a yes or no may still be about it."""
    last = uow.articles.last_search(call.conversation_id)
    return last if last and last.at + RECENT >= call.now else None

"""Ratings: asked once a subject, in one short question that may be skipped (R3.29, R3.30)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.articles import ArticleSearch, Rating, RatingSubject
from aftersale.domain.conversations import Author, Conversation, EventType
from aftersale.errors import NotFound
from aftersale.services.articles import recent_search
from aftersale.services.call import Call
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

ASKS_STARS = {"requested_slot": "feedback_stars"}
ASKS_COMMENT = {"requested_slot": "feedback_comment"}
ON_ARTICLE = {"feedback_draft": {"on": "article"}}
ASKED_WITHIN = timedelta(days=1)  # then a number means something else
STARS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rating is about: `topic` is the intent that the conversation was about last."""

    topic: str | None = None
    on_article: bool = False  # a help article was shown just now


@dataclass(frozen=True, slots=True)
class Given:
    """A rating that came by itself. A comment is masked by whoever took it."""

    stars: int
    comment: str | None
    subject: RatingSubject


class Feedback:
    """Asks for ratings and comments, and takes them."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def solved(self, call: Call, matter: Matter) -> Reply:
        """`utter_solved_rate` (asks for stars) once a conversation, afterwards `utter_solved`."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            search = _helped(uow, call)
            asked = uow.feedback.ask(self._about_bot(uow, call, matter.topic, search))
            uow.commit()
        if not asked:
            return Reply("utter_solved", {})
        return Reply("utter_solved_rate", stars_or_skip(), dict(ASKS_STARS))

    def begin(self, call: Call, stars: str | None, matter: Matter) -> Reply:
        """Take stars that were given, else ask for them; after an article ask for a comment."""
        if stars in STARS:
            return self.take_stars(call, stars, matter)
        if matter.on_article:
            return Reply("utter_article_comment", _skip(), {**ASKS_COMMENT, **ON_ARTICLE})
        with self._wiring.uow() as uow:
            require_open(uow, call)
            self._open(uow, call, matter)
            uow.commit()
        return Reply("utter_ask_stars", stars_or_skip(), dict(ASKS_STARS))

    def take_stars(self, call: Call, stars: str, matter: Matter) -> Reply:
        """Write the stars down and ask for a comment."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            rating = self._open(uow, call, matter)
            rated = replace(rating, stars=int(stars), skipped_at=None, answered_at=call.now)
            rate(uow, rated, now=call.now)
            uow.commit()
        return Reply("utter_ask_comment", _skip(), dict(ASKS_COMMENT))

    def take(self, conversation: Conversation, given: Given, *, now: datetime) -> Rating:
        """Write down what a client sent. The case rated is the one that was asked about last.

        Raises:
            NotFound: no case or agent of this conversation can be rated.
        """
        with self._wiring.uow() as uow:
            rating = self._of_client(uow, conversation, given.subject, now)
            rated = replace(
                rating,
                stars=given.stars,
                comment=given.comment or rating.comment,
                skipped_at=None,
                answered_at=now,
            )
            rate(uow, rated, now=now)
            uow.commit()
        return rated

    def _of_client(
        self, uow: UnitOfWork, talk: Conversation, kind: RatingSubject, now: datetime
    ) -> Rating:
        if kind is RatingSubject.CASE:
            asked = uow.feedback.last_in(talk.conversation_id)
            if asked is None or asked.subject_kind is not kind:
                raise NotFound("Nothing of that kind can be rated here.")
            return asked
        about_agent = kind is RatingSubject.AGENT
        subject = _helped_by(uow, talk) if about_agent else talk.conversation_id
        mine = Rating(
            rating_id=self._wiring.new_id(),
            storefront=talk.storefront,
            subject_kind=kind,
            subject=subject,
            conversation_id=talk.conversation_id,
            asked_at=now,
            decision_id=uow.feedback.last_decision(talk.conversation_id),
        )
        uow.feedback.ask(mine)
        return uow.feedback.of(kind, subject) or mine

    def bare(self, call: Call, text: str) -> Reply | None:
        """Take a bare number as the stars that were asked for unasked; None when none were."""
        stars = next((sign for sign in text if sign in STARS), None)
        with self._wiring.uow() as uow:
            require_open(uow, call)
            asked = uow.feedback.open_in(call.conversation_id)
            if asked is None or stars is None or asked.asked_at + ASKED_WITHIN < call.now:
                return None
            rate(uow, replace(asked, stars=int(stars), answered_at=call.now), now=call.now)
            uow.commit()
        return Reply("utter_feedback_thanks", {})

    def skip(self, call: Call) -> Reply:
        """Write down that the buyer would rather not; nobody asks again."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            rating = uow.feedback.open_in(call.conversation_id)
            if rating is not None:
                uow.feedback.save(replace(rating, skipped_at=call.now))
            uow.commit()
        return Reply("utter_feedback_skipped", {})

    def comment(self, call: Call, text: str, draft: dict[str, Any], matter: Matter) -> Reply:
        """Write the comment down, with the article or with the rating it belongs to."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            if draft.get("on") == "article":
                _comment_article(uow, call, text)
            else:
                rating = uow.feedback.last_in(call.conversation_id)
                rating = rating or self._open(uow, call, matter)
                uow.feedback.save(replace(rating, comment=text, answered_at=call.now))
            uow.commit()
        return Reply("utter_feedback_thanks", {})

    def _open(self, uow: UnitOfWork, call: Call, matter: Matter) -> Rating:
        """Return what is being rated: what was asked for, else this conversation with the bot."""
        if asked := uow.feedback.open_in(call.conversation_id):
            return asked
        mine = self._about_bot(uow, call, matter.topic, None)
        uow.feedback.ask(mine)
        return uow.feedback.of(RatingSubject.BOT, call.conversation_id) or mine

    def _about_bot(
        self, uow: UnitOfWork, call: Call, topic: str | None, search: ArticleSearch | None
    ) -> Rating:
        return Rating(
            rating_id=self._wiring.new_id(),
            storefront=call.identity.storefront,
            subject_kind=RatingSubject.BOT,
            subject=call.conversation_id,
            conversation_id=call.conversation_id,
            asked_at=call.now,
            intent=search.intent if search else topic,
            article_id=search.article_id if search else None,
            decision_id=uow.feedback.last_decision(call.conversation_id),
        )


def star_choices() -> list[dict[str, Any]]:
    """Return a button for each number of stars."""
    return [
        {"intent": "give_feedback", "entities": {"rating": n}, "title_vars": {"stars": n}}
        for n in STARS
    ]


def stars_or_skip() -> dict[str, Any]:
    """Return the variables of a question for stars."""
    return {"choices": [*star_choices(), choice("skip")]}


def rate(uow: UnitOfWork, rating: Rating, *, now: datetime) -> None:
    """Write a rating down and append it to the log of its conversation."""
    uow.feedback.save(rating)
    uow.conversations.append(
        rating.conversation_id,
        type=EventType.CSAT,
        author=Author.BUYER,
        at=now,
        body={"subject": rating.subject_kind.value, "stars": rating.stars},
    )


def _helped_by(uow: UnitOfWork, talk: Conversation) -> str:
    """Return the handoff in which a person was there last: each is rated by itself."""
    for handoff in reversed(uow.handoffs.all_of(talk.conversation_id)):
        if handoff.claimed_at is not None:
            return handoff.handoff_id
    raise NotFound("Nobody was here who could be rated.")


def _helped(uow: UnitOfWork, call: Call) -> ArticleSearch | None:
    """Write down that the article shown last helped, if one was shown."""
    last = recent_search(uow, call)
    if last is None or last.article_id is None:
        return None
    uow.articles.save_search(replace(last, helpful=True, answered_at=call.now))
    return last


def _comment_article(uow: UnitOfWork, call: Call, text: str) -> None:
    last = recent_search(uow, call)
    if last is not None:
        uow.articles.save_search(replace(last, comment=text, answered_at=call.now))


def _skip() -> dict[str, Any]:
    return {"choices": [choice("skip")]}

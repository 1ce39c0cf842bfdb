"""Asks once for a rating of a settled case, in the conversation it was opened in (R3.29)."""

from datetime import datetime

from aftersale.domain.articles import Rating, RatingSubject
from aftersale.domain.conversations import Author
from aftersale.services.conversations import say
from aftersale.services.feedback import star_choices
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


def ask_for_rating(wiring: Wiring, uow: UnitOfWork, number: str, *, now: datetime) -> bool:
    """Ask, inside the caller's transaction; False when it was asked or nobody can be asked."""
    case = uow.cases.get(number)
    talk = uow.conversations.get(case.conversation_id) if case and case.conversation_id else None
    if case is None or talk is None:
        return False
    rating = Rating(
        rating_id=wiring.new_id(),
        storefront=case.storefront,
        subject_kind=RatingSubject.CASE,
        subject=case.number,
        conversation_id=talk.conversation_id,
        asked_at=now,
        intent=case.issue.value if case.issue else case.type.value,
        decision_id=uow.feedback.last_decision(talk.conversation_id),
    )
    if not uow.feedback.ask(rating) or talk.is_over:
        return False
    variables = {"case_number": case.number, "choices": star_choices()}
    say(
        uow,
        wiring.voice,
        talk,
        response="utter_told_rate_case",
        variables=variables,
        author=Author.SYSTEM,
        now=now,
    )
    return True

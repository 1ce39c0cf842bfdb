"""A rating that a client sends by itself, beside the ones given in words."""

from aiohttp import web

from aftersale.domain.articles import RatingSubject
from aftersale.gateway.bodies import fields
from aftersale.gateway.keys import LIMITERS, SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.sessions import entered
from aftersale.gateway.text import clean
from aftersale.services.feedback import Given

COMMENT_LIMIT = 2_000


async def rate(request: web.Request) -> web.Response:
    """Take stars and maybe a comment; a second rating of the same subject replaces the first."""
    conversation = await entered(request)
    if not request.app[LIMITERS].conversation.take(conversation.conversation_id):
        raise Refusal("too_many_requests", "Too many messages; please slow down.")
    given = _given(await fields(request, {"stars", "comment", "subject"}))
    services = request.app[SERVICES]
    rating = await services.in_thread(
        lambda: services.use_cases.feedback.take(conversation, given, now=services.clock())
    )
    return reply({"stars": rating.stars, "subject": rating.subject_kind.value})


def _given(body: dict[str, object]) -> Given:
    stars, comment, subject = body.get("stars"), body.get("comment"), body.get("subject", "bot")
    if type(stars) is not int or not 1 <= stars <= 5:
        raise Refusal("bad_request", "stars is a whole number from 1 to 5.")
    if subject not in [kind.value for kind in RatingSubject]:
        raise Refusal("bad_request", "subject is bot, agent or case.")
    if comment is not None and (not isinstance(comment, str) or len(comment) > COMMENT_LIMIT):
        raise Refusal("bad_request", f"comment is text of at most {COMMENT_LIMIT} characters.")
    return Given(stars, clean(comment) if comment else None, RatingSubject(subject))

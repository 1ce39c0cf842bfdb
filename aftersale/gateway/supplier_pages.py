"""The page behind a supplier's one-time link. A GET changes nothing: scanners follow links."""

from html import escape

from aiohttp import web

from aftersale.domain.requests import LinkPurpose
from aftersale.errors import LinkGone
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.pages import page, paragraph, token_of
from aftersale.gateway.replies import Refusal
from aftersale.services.consent import AnswerResult, SupplierPage

QUESTIONS = {
    LinkPurpose.ANSWER_CANCELLATION: ("Do you agree to cancel?", "Agree to cancel", "Decline"),
    LinkPurpose.ANSWER_HOLD: ("Can you hold the parcel?", "Hold the parcel", "Decline"),
}
CONSEQUENCES = {
    LinkPurpose.ANSWER_CANCELLATION: "If you agree, please do not ship: the order is cancelled "
    "automatically. If you decline, it ships as planned.",
    LinkPurpose.ANSWER_HOLD: "If you hold it, please do not ship until the buyer has decided. "
    "If you decline, it ships as planned.",
}
RESULTS = {
    AnswerResult.AGREED: "Thank you. Your agreement is recorded and the buyer is told.",
    AnswerResult.DECLINED: "Thank you. Your answer is recorded and the buyer is told.",
    AnswerResult.TOO_LATE: "Thank you. The order had shipped already, so nothing was changed; "
    "our team looks at it.",
}
GONE = "This link has been used, has expired, or the order has moved on. Nothing was changed."


async def show(request: web.Request) -> web.Response:
    """Show what is asked, with two buttons."""
    services, token = request.app[SERVICES], token_of(request)
    try:
        asked = await services.in_thread(
            lambda: services.supplier_answer.view(token, now=services.clock())
        )
    except LinkGone:
        return page("Link no longer valid", paragraph(GONE), status=410)
    return page(QUESTIONS[asked.purpose][0], _question(asked))


async def take(request: web.Request) -> web.Response:
    """Take the answer that a button sent."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type", "Use the buttons of the page.")
    answer = (await request.post()).get("answer")
    if answer not in {"agree", "decline"}:
        raise Refusal("bad_request", "Use the buttons of the page.")
    services, token = request.app[SERVICES], token_of(request)
    try:
        result = await services.in_thread(
            lambda: services.supplier_answer.answer(
                token, agree=answer == "agree", now=services.clock()
            )
        )
    except LinkGone:
        return page("Link no longer valid", paragraph(GONE), status=410)
    return page("Thank you", paragraph(RESULTS[result]))


def _question(page: SupplierPage) -> str:
    _, agree, decline = QUESTIONS[page.purpose]
    items = "".join(f"<li>{escape(item)}</li>" for item in page.items)
    return (
        f"<p>{escape(page.first_name)} bought from you on {escape(page.storefront_name)} "
        f"(reference {escape(page.reference)}):</p><ul>{items}</ul>"
        f"{paragraph(page.issue)}{paragraph(CONSEQUENCES[page.purpose])}"
        '<form method="post">'
        f'<button name="answer" value="agree">{agree}</button>'
        f'<button name="answer" value="decline">{decline}</button></form>'
        f"<p>The link works once, until {page.expires_at:%d %B %Y %H:%M %Z}.</p>"
    )

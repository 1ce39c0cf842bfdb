"""Effects that write to a seller: a request for consent, a hold, a plain letter."""

from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.requests import LinkPurpose, OrderRequest, RequestKind
from aftersale.services.deed import Deed, done_reply, request_of
from aftersale.services.letters import issue_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, time
from aftersale.services.seller_post import Asked, Errand, send
from aftersale.services.wiring import Wiring

# Long enough for a weekend; only where a storefront asks for consent but names no time.
_ANSWER_WITHIN = timedelta(days=7)


def request_cancel(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Ask the supplier to agree; nothing is cancelled yet (R1.2)."""
    due = _answer_due(deed)
    request = request_of(wiring, deed, RequestKind.CANCELLATION, actor="seller", due_by=due)
    uow.requests.add(request)
    _ask_seller(wiring, uow, deed, request)
    reply = done_reply(deed, deed.judgement.order, "utter_request_sent")
    return replace(reply, variables=reply.variables | {"due": time(due)})


def ask_hold(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Ask the supplier not to ship yet (R1.9)."""
    due = _answer_due(deed)
    request = request_of(wiring, deed, RequestKind.HOLD, actor="seller", due_by=due)
    uow.requests.add(request)
    _ask_seller(wiring, uow, deed, request)
    reply = done_reply(deed, deed.judgement.order, "utter_hold_sent")
    earliest = time(deed.judgement.decision.earliest)
    return replace(reply, variables=reply.variables | {"earliest": earliest})


_LETTERS = {
    RequestKind.CANCELLATION: (LinkPurpose.ANSWER_CANCELLATION, "mail_consent_request"),
    RequestKind.HOLD: (LinkPurpose.ANSWER_HOLD, "mail_hold_request"),
}


def _ask_seller(wiring: Wiring, uow: UnitOfWork, deed: Deed, request: OrderRequest) -> None:
    """Post the letter with its one-time link; the letter waits as long as it can be undone."""
    purpose, template = _LETTERS[request.kind]
    due = request.due_by or deed.call.now + _ANSWER_WITHIN
    errand = replace(
        _errand(deed, template, request.reason or ""),
        number=False,  # suppliers see item, issue and first name only
        asked=Asked(purpose, request.request_id, due),
    )
    send(wiring, uow, errand, now=deed.call.now, not_before=deed.undo_until)


def contact_seller(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Send the prepared letter at once; nothing is said to be cancelled."""
    order = deed.judgement.order
    issue = issue_of(wiring, deed.judgement.wish, deed.command.kind, order.storefront)
    errand = _errand(deed, "mail_contact_seller", issue)
    send(wiring, uow, errand, now=deed.call.now, not_before=deed.call.now)
    return done_reply(deed, order, "utter_contact_sent", undo=False)


def _errand(deed: Deed, template: str, text: str) -> Errand:
    return Errand(
        key=deed.key,
        seller=deed.seller,
        template=template,
        text=text,
        conversation_id=deed.call.conversation_id,
        buyer_id=deed.judgement.order.buyer_id,
        order=deed.judgement.order,
    )


def _answer_due(deed: Deed) -> datetime:
    within = deed.judgement.policy.consent_within
    return deed.call.now + (within.span if within else _ANSWER_WITHIN)

"""Effects that write to a seller: a request for consent, a hold, a plain letter."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.requests import LinkPurpose, OneTimeLink, OrderRequest, RequestKind
from aftersale.services.deed import Deed, done_reply, request_of
from aftersale.services.letters import Letter, issue_of, post
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, time
from aftersale.services.seller_links import hash_token
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
    token = secrets.token_urlsafe(32)
    due = request.due_by or deed.call.now + _ANSWER_WITHIN
    uow.requests.add_link(
        OneTimeLink(
            token_hash=hash_token(token),
            purpose=purpose,
            subject_id=request.request_id,
            created_at=deed.call.now,
            expires_at=due,
        )
    )
    letter = Letter(
        template=template,
        key=deed.key,
        seller=deed.seller,
        order=deed.judgement.order,
        issue=request.reason or "",
        conversation_id=deed.call.conversation_id,
        show_number=False,  # suppliers see item, issue and first name only
        link=f"{wiring.base_url}/s/{token}",
        due=due,
    )
    post(wiring, uow, letter, now=deed.call.now, not_before=deed.undo_until)
    _log_contact(uow, deed)


def contact_seller(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Send the prepared letter at once; nothing is said to be cancelled."""
    order = deed.judgement.order
    letter = Letter(
        template="mail_contact_seller",
        key=deed.key,
        seller=deed.seller,
        order=order,
        issue=issue_of(wiring, deed.judgement.wish, deed.command.kind, order.storefront),
        conversation_id=deed.call.conversation_id,
        show_number=True,  # the seller of the order, written to in the buyer's name
    )
    post(wiring, uow, letter, now=deed.call.now, not_before=deed.call.now)
    _log_contact(uow, deed)
    return done_reply(deed, order, "utter_contact_sent", undo=False)


def _answer_due(deed: Deed) -> datetime:
    within = deed.judgement.policy.consent_within
    return deed.call.now + (within.span if within else _ANSWER_WITHIN)


def _log_contact(uow: UnitOfWork, deed: Deed) -> None:
    uow.parties.log_contact(
        seller_id=deed.seller.seller_id,
        storefront=deed.command.storefront,
        order_number=deed.command.order_number,
        at=deed.call.now,
        channel="mail",
        outcome="queued",
        conversation_id=deed.call.conversation_id,
    )

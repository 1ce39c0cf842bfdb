"""Brings a letter to a seller: written down, with a link for the answer, logged as an attempt."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.orders import Order
from aftersale.domain.parties import Seller
from aftersale.domain.requests import LinkPurpose, OneTimeLink
from aftersale.domain.sellers import Direction, Product, SellerMessage
from aftersale.services.case_life.first_line import photos_for
from aftersale.services.letters import Addressee, Letter, post
from aftersale.services.ports import UnitOfWork
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring

_ANSWERS_FOR = timedelta(days=14)  # how long the link of a plain letter works


@dataclass(frozen=True, slots=True)
class Asked:
    """What a letter asks the seller to decide, where it asks for more than an answer."""

    purpose: LinkPurpose
    subject_id: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be brought to a seller, and for whom.

    `number` tells whether they may see the order number. `asked` None: they may answer in words,
    which then belong to the case, if there is one.
    """

    key: str
    seller: Seller
    template: str
    text: str
    conversation_id: str | None
    buyer_id: str | None = None
    order: Order | None = None
    product: Product | None = None
    case_number: str | None = None
    number: bool = True
    asked: Asked | None = None
    by_us: bool = False  # the platform itself writes, because mail of the buyer came back


def send(
    wiring: Wiring, uow: UnitOfWork, errand: Errand, *, now: datetime, not_before: datetime
) -> SellerMessage:
    """Write the letter down, log the attempt and put it into the outbox."""
    token, reply_token = secrets.token_urlsafe(32), secrets.token_hex(16)
    message = _message(uow, errand, hash_token(reply_token), now)
    asked = errand.asked or _in_words(errand, message, now)
    page = "a" if errand.asked is None else "s"
    uow.seller_mail.add(message)
    uow.requests.add_link(
        OneTimeLink(hash_token(token), asked.purpose, asked.subject_id, now, asked.due)
    )
    letter = Letter(
        template=errand.template,
        key=errand.key,
        to=Addressee.of(errand.seller),
        order=errand.order,
        issue=errand.text,
        conversation_id=errand.conversation_id,
        show_number=errand.number,
        link=f"{wiring.base_url}/{page}/{token}",
        due=asked.due,
        product=errand.product,
        reply_token=reply_token,
        photos=len(photos_for(uow, message)),
        thread=None if message.thread_id == message.message_id else message.thread_id,
    )
    post(wiring, uow, letter, now=now, not_before=not_before)
    _log(uow, message)
    return message


def _message(uow: UnitOfWork, errand: Errand, reply_hash: str, now: datetime) -> SellerMessage:
    number = errand.order.number if errand.order else None
    before = uow.seller_mail.about_order(errand.seller.seller_id, number) if number else ()
    return SellerMessage(
        message_id=errand.key,
        thread_id=before[0].thread_id if before else errand.key,
        storefront=errand.seller.storefront,
        seller_id=errand.seller.seller_id,
        direction=Direction.TO_SELLER,
        text=errand.text,
        at=now,
        channel="chat",
        conversation_id=errand.conversation_id,
        buyer_id=errand.buyer_id,
        order_number=number,
        sku=errand.product.sku if errand.product else None,
        case_number=errand.case_number,
        reply_hash=reply_hash,
    )


def _in_words(errand: Errand, message: SellerMessage, now: datetime) -> Asked:
    purpose = LinkPurpose.ANSWER_OUTREACH if errand.by_us else LinkPurpose.ANSWER_LETTER
    return Asked(purpose, message.message_id, now + _ANSWERS_FOR)


def _log(uow: UnitOfWork, message: SellerMessage) -> None:
    uow.parties.log_contact(
        seller_id=message.seller_id,
        storefront=message.storefront,
        order_number=message.order_number,
        at=message.at,
        channel="mail",
        outcome="queued",
        conversation_id=message.conversation_id,
        message_id=message.message_id,
    )

"""What sellers answer, by the page of a letter's link or by mail: a message, never consent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from aftersale.domain.cases import Attachment, Case
from aftersale.domain.conversations import Author
from aftersale.domain.orders import Order
from aftersale.domain.requests import LinkPurpose, OneTimeLink
from aftersale.domain.sellers import Direction, SellerEvent, SellerEventKind, SellerMessage
from aftersale.errors import LinkGone, NotFound
from aftersale.services.case_life.first_line import (
    case_behind,
    is_outreach,
    photos_for,
    put_into_case,
)
from aftersale.services.case_life.settling import ask_if_settled
from aftersale.services.conversations import say
from aftersale.services.incoming import Screen
from aftersale.services.letters import first_name_of, items_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.seller_links import hash_token
from aftersale.services.telling import tell
from aftersale.services.wiring import Wiring

LONGEST = 4000  # characters of one answer
_PURPOSES = frozenset({LinkPurpose.ANSWER_LETTER, LinkPurpose.ANSWER_OUTREACH})
_GONE = "This link does not work any more. Please contact the marketplace if that surprises you."
_USED = "This link was already used. Please answer the mail itself to write more."


class AnswerTaken(StrEnum):
    """What came of an answer given on the page."""

    TOLD = "told"  # the buyer has it
    KEPT = "kept"  # it is written down; their conversation is over or not theirs any more


@dataclass(frozen=True, slots=True)
class LetterPage:
    """All a seller sees: what it is about, what was written and shown, the buyer's first name."""

    storefront_name: str
    items: tuple[str, ...]
    text: str
    first_name: str | None
    expires_at: datetime
    reference: str
    photos: tuple[Attachment, ...] = ()  # of the letter's own case


@dataclass(frozen=True, slots=True)
class Sent:
    """Words of a seller, and how they came. With a key the same words come once."""

    text: str
    channel: str  # mail, page, person
    at: datetime
    key: str | None = None

    @property
    def message_id(self) -> str | None:
        """The id under which the answer is written down, where its own key makes it."""
        return f"{self.channel}:{self.key}" if self.key else None


class SellerAnswers:
    """Shows the letter behind a link and brings answers to the buyer's conversation."""

    def __init__(self, wiring: Wiring, screen: Screen) -> None:
        self._wiring, self._screen = wiring, screen

    def view(self, token: str, *, now: datetime) -> LetterPage:
        """Return the page; changes nothing, as mail scanners follow links.

        Raises:
            LinkGone: the link is unknown, used or expired.
        """
        with self._wiring.uow() as uow:
            link, letter = _behind(uow, token, now)
            if link.used_at is not None:
                raise LinkGone(_USED)
            order = _order_of(uow, letter)
            return LetterPage(
                storefront_name=self._wiring.policy(letter.storefront).name,
                items=tuple(_items(uow, letter, order)),
                text=letter.text,
                first_name=first_name_of(uow, order) if order else None,
                expires_at=link.expires_at,
                reference=letter.message_id[:8],
                photos=tuple(photos_for(uow, letter)),
            )

    def answer(self, token: str, text: str, *, now: datetime) -> AnswerTaken:
        """Take the one answer of the page; the same words again change nothing.

        Raises:
            LinkGone: unknown or expired, or another answer was given before, which stands.
        """
        with self._wiring.uow() as uow:
            link, letter = _behind(uow, token, now)
            screened = self._screened(uow, letter, text)
            if link.used_at is not None:
                return _repeated(uow, letter, screened)
            if not uow.requests.use_link(link.token_hash, at=now, answer="answered"):
                raise LinkGone(_USED)
            sent = Sent(screened, "page", now)
            taken = self._take(uow, letter, sent)
            uow.commit()
        return taken

    def by_mail(self, token: str, text: str, now: datetime, *, key: str | None = None) -> bool:
        """Take an answer that came to the address of a letter; False: there is no such letter.

        `key` is the mail's own: the same mail once more is no second answer.
        """
        with self._wiring.uow() as uow:
            letter = uow.seller_mail.by_reply(hash_token(token))
            return self._mailed(uow, letter, Sent(text, "mail", now, key))

    def by_thread(
        self, message_key: str, text: str, now: datetime, *, key: str | None = None
    ) -> bool:
        """Take an answer to the mail of that id; see `by_mail`."""
        with self._wiring.uow() as uow:
            return self._mailed(
                uow, uow.seller_mail.get(message_key), Sent(text, "mail", now, key)
            )

    def by_person(self, case_number: str, text: str, *, user: str, now: datetime) -> AnswerTaken:
        """Take what a person of the platform learnt from the seller of an outreach case (R0.21).

        Raises:
            NotFound: no seller was written to because of that case.
        """
        with self._wiring.uow() as uow:
            letter = uow.seller_mail.of_case(case_number)
            if letter is None:
                raise NotFound("No seller was written to because of a case of that number.")
            sent = Sent(self._screened(uow, letter, text), "person", now)
            taken = self._take(uow, letter, sent, by=f"agent:{user}")
            uow.commit()
        return taken

    def _mailed(self, uow: UnitOfWork, letter: SellerMessage | None, sent: Sent) -> bool:
        if letter is None or letter.direction is not Direction.TO_SELLER or not sent.text.strip():
            return False
        if sent.message_id and uow.seller_mail.get(sent.message_id):
            return True  # it was taken, and the mailbox was not told in time
        self._take(uow, letter, replace(sent, text=self._screened(uow, letter, sent.text)))
        uow.commit()
        return True

    def _screened(self, uow: UnitOfWork, letter: SellerMessage, text: str) -> str:
        """Mask what must not be kept: a seller's text is no safer than a buyer's."""
        order = _order_of(uow, letter)
        screened = self._screen(
            text.strip()[:LONGEST], known_numbers=lambda: _numbers(order), said=()
        )
        return screened.text

    def _take(
        self, uow: UnitOfWork, letter: SellerMessage, sent: Sent, *, by: str | None = None
    ) -> AnswerTaken:
        case = case_behind(uow, letter)
        answer = _answer(self._wiring, letter, case, sent)
        uow.seller_mail.add(answer)
        uow.seller_mail.outcome(letter.message_id, "answered")
        uow.seller_mail.count(_counted(letter, sent.at))
        author = by or f"seller:{letter.seller_id}"
        if case:
            put_into_case(uow, case, answer, by=author)
        told = _tell_answer(self._wiring, uow, answer, outreach=is_outreach(case))
        if case:
            ask_if_settled(self._wiring, uow, case.number, by=author, now=sent.at)
        return AnswerTaken.TOLD if told else AnswerTaken.KEPT


def _tell_answer(
    wiring: Wiring, uow: UnitOfWork, answer: SellerMessage, *, outreach: bool
) -> bool:
    """Show the buyer what the seller wrote, in the conversation that it answers."""
    seller = uow.parties.seller(answer.seller_id)
    order = _order_of(uow, answer)
    name = seller.nickname if seller else wiring.policy(answer.storefront).party
    ways: list[dict[str, Any]] = []
    if order:
        ways = [choice("contact_seller", order_number=order.number)]
    variables: dict[str, Any] = {"seller": name, "words": answer.text, "choices": ways}
    variables |= {"case_number": answer.case_number}
    response = "utter_told_outreach_answer" if outreach else "utter_told_seller_answer"
    if order:
        where = answer.conversation_id
        return tell(
            wiring,
            uow,
            order,
            response,
            conversation_id=where,
            now=answer.at,
            more=variables,
            author=Author.SELLER,
        )
    return _tell_visitor(wiring, uow, answer, response=response, variables=variables)


def _tell_visitor(
    wiring: Wiring,
    uow: UnitOfWork,
    answer: SellerMessage,
    *,
    response: str,
    variables: dict[str, Any],
) -> bool:
    """Tell a visitor who asked before buying, where they asked and nowhere else."""
    conversation = uow.conversations.get(answer.conversation_id or "")
    if conversation is None or answer.buyer_id not in {None, conversation.buyer_id}:
        return False
    known = {"number": None, **variables}
    say(
        uow,
        wiring.voice,
        conversation,
        response=response,
        variables=known,
        author=Author.SELLER,
        now=answer.at,
    )
    return True


def _behind(uow: UnitOfWork, token: str, now: datetime) -> tuple[OneTimeLink, SellerMessage]:
    link = uow.requests.link(hash_token(token))
    if link is None or link.purpose not in _PURPOSES or link.expires_at <= now:
        raise LinkGone(_GONE)
    letter = uow.seller_mail.get(link.subject_id)
    if letter is None:
        raise LinkGone(_GONE)
    return link, letter


def _repeated(uow: UnitOfWork, letter: SellerMessage, text: str) -> AnswerTaken:
    """Answer a page that is sent twice; another answer does not replace the first."""
    answers = _answers(uow.seller_mail.thread(letter.thread_id))
    if not any(each.channel == "page" and each.text == text for each in answers):
        raise LinkGone(_USED)
    return AnswerTaken.TOLD


def _answers(thread: Sequence[SellerMessage]) -> list[SellerMessage]:
    return [each for each in thread if each.direction is Direction.FROM_SELLER]


def _answer(wiring: Wiring, letter: SellerMessage, case: Case | None, sent: Sent) -> SellerMessage:
    return SellerMessage(
        message_id=sent.message_id or wiring.new_id(),
        thread_id=letter.thread_id,
        storefront=letter.storefront,
        seller_id=letter.seller_id,
        direction=Direction.FROM_SELLER,
        text=sent.text,
        at=sent.at,
        channel=sent.channel,
        conversation_id=letter.conversation_id,
        buyer_id=letter.buyer_id,
        order_number=letter.order_number,
        sku=letter.sku,
        case_number=case.number if case else None,
    )


def _counted(letter: SellerMessage, now: datetime) -> SellerEvent:
    """Return what counts: the first answer to a letter, and how long it took."""
    return SellerEvent(
        seller_id=letter.seller_id,
        storefront=letter.storefront,
        kind=SellerEventKind.ANSWER,
        at=now,
        event_key=f"answer:{letter.message_id}",
        order_number=letter.order_number,
        seconds=int((now - letter.at).total_seconds()),
    )


def _order_of(uow: UnitOfWork, message: SellerMessage) -> Order | None:
    number = message.order_number
    return uow.orders.find(message.storefront, number) if number else None


def _items(uow: UnitOfWork, letter: SellerMessage, order: Order | None) -> list[str]:
    if order:
        return items_of(order)
    product = uow.products.by_sku(letter.storefront, letter.sku) if letter.sku else None
    return [product.name] if product else []


def _numbers(order: Order | None) -> Collection[str]:
    """Return what may look like a card and is none."""
    if order is None:
        return ()
    tracked = {each.tracking_number for each in order.shipments if each.tracking_number}
    return {order.number} | tracked

"""Our own letters that came back: the address is known not to work; the platform takes over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case, CaseEntry, Role
from aftersale.domain.conversations import Author
from aftersale.domain.sellers import Direction, SellerEvent, SellerEventKind, SellerMessage
from aftersale.services.acknowledge import letter_lost
from aftersale.services.case_life.first_line import is_outreach
from aftersale.services.conversations import say
from aftersale.services.outreach import CameBack, report
from aftersale.services.ports import UnitOfWork
from aftersale.services.seller_counts import flag_bounce
from aftersale.services.seller_links import hash_token
from aftersale.services.telling import tell
from aftersale.services.wiring import Wiring


class Bounces:
    """Takes the news that a letter came back; only the token of that very letter proves it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def bounced(self, token: str, now: datetime) -> bool:
        """Note it once, open the case and tell the buyer; False: there is no such letter."""
        with self._wiring.uow() as uow:
            letter = uow.seller_mail.by_reply(hash_token(token))
            if letter is None or letter.direction is not Direction.TO_SELLER:
                return False
            self.came_back(uow, letter, now=now)
            uow.commit()
        return True

    def came_back(self, uow: UnitOfWork, letter: SellerMessage, *, now: datetime) -> None:
        """Do the same inside the caller's transaction; a second time changes nothing."""
        if not uow.seller_mail.count(_counted(letter, now)):
            return
        uow.seller_mail.outcome(letter.message_id, "bounced")
        uow.seller_mail.mark_bounced(letter.seller_id, now)
        flag_bounce(uow, letter.seller_id, letter.storefront, now=now)
        self._take_over(uow, letter, now)

    def _take_over(self, uow: UnitOfWork, letter: SellerMessage, now: datetime) -> None:
        seller = uow.parties.seller(letter.seller_id)
        if seller is None:
            return
        about = uow.cases.get(letter.case_number) if letter.case_number else None
        if about and is_outreach(about):  # the platform's own: a person goes on with that case
            self._note(uow, letter, about, "note_outreach_bounced", now=now)
            return
        number = letter.order_number
        order = uow.orders.find(letter.storefront, number) if number else None
        back = CameBack(
            key=f"bounce:{letter.thread_id}",
            seller=seller,
            by="system:mail",
            by_us=True,
            text=letter.text,
            buyer_id=letter.buyer_id,
            order=order,
            conversation_id=letter.conversation_id,
        )
        case = report(self._wiring, uow, back, now=now)
        if about:
            self._note(uow, letter, about, "note_letter_bounced", reach=case.number, now=now)
        known = {"seller": seller.nickname, "case_number": case.number}
        if order:
            where = letter.conversation_id
            response = "utter_told_letter_bounced"
            tell(self._wiring, uow, order, response, conversation_id=where, now=now, more=known)
        else:
            self._tell_visitor(uow, letter, known, now)

    def _note(
        self,
        uow: UnitOfWork,
        letter: SellerMessage,
        case: Case,
        response: str,
        *,
        reach: str | None = None,
        now: datetime,
    ) -> None:
        text = self._wiring.voice.plain(
            response,
            {"case_number": reach},
            storefront=letter.storefront,
            locale="en",
            timezone="UTC",
        )
        key = f"bounced:{letter.message_id}"
        uow.cases.add_entry(CaseEntry(case.number, now, "system:mail", text, Role.BOT, key))

    def _tell_visitor(
        self, uow: UnitOfWork, letter: SellerMessage, known: dict[str, str], now: datetime
    ) -> None:
        conversation = uow.conversations.get(letter.conversation_id or "")
        if conversation is None or letter.buyer_id not in {None, conversation.buyer_id}:
            return
        say(
            uow,
            self._wiring.voice,
            conversation,
            response="utter_told_letter_bounced",
            variables={"number": None, "choices": [], **known},
            author=Author.SYSTEM,
            now=now,
        )


def letter_refused(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, error: str, now: datetime
) -> None:
    """A mail server said for good that the address does not work: that is a bounce at once."""
    letter = uow.seller_mail.get(payload["message_id"])
    if letter is None:
        letter_lost(wiring, uow, payload, error=error, now=now)
    else:
        Bounces(wiring).came_back(uow, letter, now=now)


def letter_left(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Note that the attempt to reach the seller has left."""
    uow.seller_mail.outcome(payload["message_id"], "sent")


def _counted(letter: SellerMessage, now: datetime) -> SellerEvent:
    return SellerEvent(
        seller_id=letter.seller_id,
        storefront=letter.storefront,
        kind=SellerEventKind.BOUNCE,
        at=now,
        event_key=f"bounce:{letter.message_id}",
        order_number=letter.order_number,
    )

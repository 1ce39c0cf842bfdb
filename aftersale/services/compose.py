"""Writing to a seller in chat: whom, what, the whole letter as it leaves, and a yes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.letter_offers import IDLE, Drafted, LetterOffer, declined, too_many
from aftersale.services.letter_target import Pointed, Target, target_again, target_of
from aftersale.services.letters import items_of
from aftersale.services.offers import supersede
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, date
from aftersale.services.wiring import Wiring

ASKS, DRAFT = "requested_slot", "letter_draft"
WHOM, TEXT, CONFIRMED = "letter_order", "letter_text", "letter_confirmed"
SHORTEST, LONGEST = 3, 2000  # characters of a letter
LONGEST_NO = 15  # a longer no, yes or thanks may be what the letter says
# "Tell the seller that ..." says the letter itself; "write to the seller" does not.
_DICTATED = re.compile(
    r"(?is)\b(?:tell|ask|inform|remind|message|write(?:\s+to)?|let)\s+"
    r"(?:(?:the|my|this|that)\s+(?:seller|supplier|vendor|shop|maker)|them|him|her|it)\b"
    r"(?:\s+know)?\s*(?:[:,]\s*|\bthat\s+|\bto\s+say\s+(?:that\s+)?"
    r"|(?=(?:if|whether|when|why|how|what|where|to)\b))(?P<words>.{8,})$"
)


@dataclass(frozen=True, slots=True)
class LetterSaid:
    """A message to the form; `asked` is the question that it answers."""

    intent: str
    text: str | None
    hint: OrderHint
    seller: str | None = None
    asked: str | None = None
    doubts: bool = False


class ComposeLetter:
    """Each step takes the draft so far and returns what is asked or said next."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._offer = LetterOffer(wiring)
        self._confirm = Confirm(wiring)

    def step(self, call: Call, said: LetterSaid, draft: Mapping[str, Any]) -> Reply:
        """`utter_letter_*`; with `requested_slot` among its slots while something is asked."""
        if said.asked == CONFIRMED and said.intent == "affirm":
            answer = self._confirm.ask_again if said.doubts else self._confirm.confirm
            return _waits(answer(call), draft)
        with self._wiring.uow() as uow:
            reply = self._step(uow, call, said, draft)
            uow.commit()
        return reply

    def _step(
        self, uow: UnitOfWork, call: Call, said: LetterSaid, draft: Mapping[str, Any]
    ) -> Reply:
        if _says_no(said):
            return declined(uow, call)
        target = self._target(uow, call, said, draft)
        if isinstance(target, Reply):
            return _asks(target, WHOM, {"text": _letter(said, draft)})
        if refused := too_many(uow, call, target):
            return refused
        text = _letter(said, draft)
        known = _drafted(target, text)
        if text is None:
            supersede(uow, call)
            return _asks(_what(uow, target), TEXT, known, missed=said.asked == TEXT)
        return _asks(self._offer.show(uow, call, Drafted(target, text)), CONFIRMED, known)

    def _target(
        self, uow: UnitOfWork, call: Call, said: LetterSaid, draft: Mapping[str, Any]
    ) -> Target | Reply:
        if draft.get("seller") and said.asked in {TEXT, CONFIRMED, None}:
            return target_again(
                self._wiring,
                uow,
                call,
                seller_id=str(draft["seller"]),
                number=draft.get("order"),
                sku=draft.get("sku"),
            )
        whom = said.asked == WHOM
        pointed = Pointed(said.hint, said.text, said.seller, answers=whom)
        return target_of(self._wiring, uow, call, pointed)


def _says_no(said: LetterSaid) -> bool:
    """Whether it is a no: to the letter shown, or a short one where a text was asked for."""
    short = said.asked == TEXT and len(said.text or "") <= LONGEST_NO
    return said.intent == "deny" and (said.asked == CONFIRMED or short)


def _letter(said: LetterSaid, draft: Mapping[str, Any]) -> str | None:
    """Return the text of the letter: just written, dictated with the wish, or known before."""
    if said.asked == CONFIRMED and said.intent == "contact_seller":
        return dictated(said.text or "") or draft.get("text")  # "write to them, then"
    if said.asked in {TEXT, CONFIRMED}:
        written = (said.text or "").strip()
        says = len(written) >= SHORTEST and not (
            said.intent in IDLE and len(written) <= LONGEST_NO
        )
        return written[:LONGEST] if says else draft.get("text")
    if said.intent == "pre_sale_question" and said.text:
        return draft.get("text") or said.text[:LONGEST]  # the question itself
    return draft.get("text") or dictated(said.text or "")


def dictated(text: str) -> str | None:
    """Return the words that a wish already says are to be written, if it does."""
    found = _DICTATED.search(text.strip())
    return found["words"].strip() if found else None


def _drafted(target: Target, text: str | None) -> dict[str, Any]:
    return {
        "seller": target.seller.seller_id,
        "order": target.order.number if target.order else None,
        "sku": target.product.sku if target.product else None,
        "text": text,
    }


def _what(uow: UnitOfWork, target: Target) -> Reply:
    """Ask for the text."""
    order, product = target.order, target.product
    response = "utter_letter_text" if order else "utter_letter_text_before"
    at = uow.parties.last_contact(target.seller.seller_id, order.number) if order else None
    variables = {
        "seller": target.seller.nickname,
        "written": date(at),
        "number": order.number if order else None,
        "items": items_of(order) if order else [product.name] if product else None,
    }
    known = {"last_order": order.number} if order else {}
    return Reply(response, variables, known, done=False)


def _asks(reply: Reply, slot: str, draft: Mapping[str, Any], *, missed: bool = False) -> Reply:
    """Return the reply as a question of the form; one that is done ends the form."""
    if reply.done:
        return reply
    more: dict[str, Any] = {ASKS: slot, DRAFT: dict(draft)}
    return replace(reply, slots=reply.slots | more | ({"missed": True} if missed else {}))


def _waits(reply: Reply, draft: Mapping[str, Any]) -> Reply:
    return _asks(reply, CONFIRMED, draft)

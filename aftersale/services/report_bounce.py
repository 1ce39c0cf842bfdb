"""A buyer whose mail to a seller came back reports it (R0.20): which seller, when, what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aftersale.domain.orders import Order
from aftersale.domain.parties import Seller
from aftersale.policy.problem_knobs import DisputeException
from aftersale.services.bounce_offers import BounceOffer, Reported, declined
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.find_order import FoundKind, find, which
from aftersale.services.launched import closed
from aftersale.services.letter_offers import IDLE
from aftersale.services.offers import supersede
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

ASKS, DRAFT = "requested_slot", "bounce_draft"
WHOM, WHEN, EVIDENCE = "bounce_order", "bounce_when", "bounce_text"
WISH, CONFIRMED = "bounce_wish", "bounce_confirmed"
_KEPT = 4000  # characters of what came back
_NOT_THERE = frozenset({"skip", "cannot_provide", "deny"})
_PASTED = re.compile(
    r"(?i)mailer-daemon|undeliver|delivery status|returned to sender|\b55\d\b|user unknown"
)
_PASTED_LENGTH = 80
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}\w")


@dataclass(frozen=True, slots=True)
class BounceSaid:
    """A message to the form; `asked` is the question that it answers."""

    intent: str
    text: str | None
    hint: OrderHint
    seller: str | None = None
    asked: str | None = None
    doubts: bool = False


class ReportBounce:
    """Each step takes the draft so far and returns what is asked or said next."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._offer = BounceOffer(wiring)
        self._confirm = Confirm(wiring)

    def step(self, call: Call, said: BounceSaid, draft: Mapping[str, Any]) -> Reply:
        """`utter_bounce_*`; with `requested_slot` among its slots while something is asked."""
        if said.asked == CONFIRMED and said.intent == "affirm":
            answer = self._confirm.ask_again if said.doubts else self._confirm.confirm
            return _asks(answer(call), CONFIRMED, draft)
        with self._wiring.uow() as uow:
            reply = self._step(uow, call, said, draft)
            uow.commit()
        return reply

    def _step(
        self, uow: UnitOfWork, call: Call, said: BounceSaid, draft: Mapping[str, Any]
    ) -> Reply:
        if said.asked == CONFIRMED and said.intent == "deny":
            return declined(uow, call)
        if nothing := closed(self._wiring, call):
            return nothing
        if not self._offered(call):
            ways = [choice("contact_seller"), choice("open_case")]
            return Reply("utter_bounce_unstated", {"choices": ways})
        whom = self._whom(uow, call, said, draft)
        if isinstance(whom, Reply):
            return _asks(whom, WHOM, _heard(said, draft))
        seller, order = whom
        told = _heard(said, draft) | {
            "seller": seller.seller_id,
            "order": order.number if order else None,
        }
        missing = next((slot for slot in (WHEN, EVIDENCE, WISH) if slot not in told), None)
        if missing:
            supersede(uow, call)
            return _asks(_question(missing, seller, order), missing, told, said.asked)
        reported = Reported(seller, order, told[WHEN], told[EVIDENCE], told[WISH])
        return _asks(self._offer.show(uow, call, reported), CONFIRMED, told, said.asked)

    def _offered(self, call: Call) -> bool:
        policy = self._wiring.policy(call.identity.storefront)
        return DisputeException.BOUNCED_EMAIL_OUTREACH in policy.dispute.exceptions

    def _whom(
        self, uow: UnitOfWork, call: Call, said: BounceSaid, draft: Mapping[str, Any]
    ) -> tuple[Seller, Order | None] | Reply:
        """Return the seller and perhaps the order, or the question which."""
        if call.identity.buyer_id and (seller := _known(uow, call, said, draft)):
            number = draft.get("order")
            return seller, _own(uow, call, number) if number else None
        hint = said.hint
        if draft.get("order") and said.asked != WHOM:
            hint = OrderHint(number=str(draft["order"]))
        elif number := _addressed(uow, call, said):
            hint = OrderHint(number=number)
        found = find(uow, call, hint)
        if found.kind is not FoundKind.ONE or found.order is None:
            return which(self._wiring, call, found)
        seller_id = found.order.seller_id
        theirs = uow.parties.seller(seller_id) if seller_id else None
        if theirs is None:
            return Reply("utter_bounce_unstated", {"choices": [choice("open_case")]})
        return theirs, found.order


def _known(
    uow: UnitOfWork, call: Call, said: BounceSaid, draft: Mapping[str, Any]
) -> Seller | None:
    """Return the seller of the draft, or the one whose nickname is told."""
    if draft.get("seller"):
        return uow.parties.seller(str(draft["seller"]))
    if said.hint.number or said.hint.pick:
        return None
    name = said.seller or (said.text if said.asked in {WHOM, None} else None)
    named = uow.seller_mail.sellers_called(call.identity.storefront, name) if name else ()
    return named[0] if len(named) == 1 else None


def _addressed(uow: UnitOfWork, call: Call, said: BounceSaid) -> str | None:
    """Return the buyer's own order whose seller's address stands in what came back."""
    buyer = call.identity.buyer_id
    addresses = set(_ADDRESS.findall((said.text or "")[:_KEPT].lower()))
    if buyer is None or not addresses or said.hint.number or said.hint.pick:
        return None
    orders = uow.orders.of_buyer(call.identity.storefront, buyer)
    sellers = {each.seller_id for each in orders if each.seller_id}
    known = [found for each in sellers if (found := uow.parties.seller(each))]
    named = {each.seller_id for each in known if (each.email or "").lower() in addresses}
    numbers = [each.number for each in orders if each.seller_id in named]
    return numbers[0] if len(numbers) == 1 else None


def _own(uow: UnitOfWork, call: Call, number: str) -> Order | None:
    buyer = call.identity.buyer_id
    return uow.orders.find_own(call.identity.storefront, number, buyer) if buyer else None


def _heard(said: BounceSaid, draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return the draft with what this message answers."""
    told, text = dict(draft), (said.text or "").strip()[:_KEPT]
    if said.asked == WHEN and EVIDENCE not in told and _PASTED.search(text):
        told[EVIDENCE] = text  # what came back, pasted one question early
    elif said.asked in {WHEN, WISH} and text and not (said.asked == WISH and said.intent in IDLE):
        told[said.asked] = text
    if said.asked == EVIDENCE:
        told[EVIDENCE] = None if said.intent in _NOT_THERE else text or None
    if not draft and len(text) > _PASTED_LENGTH and _PASTED.search(text):
        told[EVIDENCE] = text
    return told


def _question(slot: str, seller: Seller, order: Order | None) -> Reply:
    number = order.number if order else None
    known = {"seller": seller.nickname, "number": number}
    names = {WHEN: "utter_bounce_when", EVIDENCE: "utter_bounce_text", WISH: "utter_bounce_wish"}
    skip = {"choices": [choice("cannot_provide")]} if slot == EVIDENCE else {}
    remembered = {"last_order": number} if number else {}
    return Reply(names[slot], known | skip, remembered, done=False)


def _asks(reply: Reply, slot: str, draft: Mapping[str, Any], answered: str | None = None) -> Reply:
    """Return the reply as a question of the form; one that is done ends the form.

    What was `answered` and is asked again was no answer.
    """
    if reply.done:
        return reply
    missed = {"missed": True} if slot == answered and slot in {WISH, CONFIRMED} else {}
    return replace(reply, slots=reply.slots | {ASKS: slot, DRAFT: dict(draft)} | missed)

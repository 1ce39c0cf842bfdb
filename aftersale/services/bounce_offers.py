"""A bounce report that waits for its yes (R0.20): shown, then filed with a case number (R0.21)."""

from dataclasses import dataclass, replace
from typing import Any

from aftersale.domain.orders import Order
from aftersale.domain.parties import Seller
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from aftersale.services.call import COMMAND, Call
from aftersale.services.offers import AGAIN, supersede
from aftersale.services.outreach import CameBack, report
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import fingerprint
from aftersale.services.wiring import OFFER_LASTS, Wiring


@dataclass(frozen=True, slots=True)
class Reported:
    """What the buyer told: whose mail, when, what came back, and what they wanted."""

    seller: Seller
    order: Order | None
    happened: str
    evidence: str | None
    wish: str


class BounceOffer:
    """The offer of `CommandKind.REPORT_BOUNCE` (see `own_offers`)."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def show(
        self, uow: UnitOfWork, call: Call, told: Reported, *, why: str | None = None
    ) -> Reply:
        """Show the report as it would be filed, and keep it until the yes."""
        supersede(uow, call)
        command = self._pending(call, told)
        uow.commands.add(command)
        variables: dict[str, Any] = {
            "seller": told.seller.nickname,
            "number": told.order.number if told.order else None,
            "happened": told.happened,
            "evidence": told.evidence,
            "wish": told.wish,
            "choices": [choice("affirm", **{COMMAND: command.command_id}), choice("deny")],
            "blocks": [{"type": "notice", "response": AGAIN[why]}] if why else [],
            "offer": CommandKind.REPORT_BOUNCE.value,
        }
        return Reply("utter_bounce_confirm", variables, done=False)

    def again(self, uow: UnitOfWork, call: Call, command: PendingCommand, *, why: str) -> Reply:
        """Show the same report once more."""
        told = self._told(uow, call, command)
        if told is None:
            supersede(uow, call)
            return Reply("utter_nothing_to_confirm", {"choices": [choice("mail_bounced")]})
        return self.show(uow, call, told, why=why)

    def holds(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
        """Whether it still is this buyer who reports it."""
        return self._told(uow, call, command) is not None

    def do(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        """File it; the number is told now, the seller's answer comes later in the same thread."""
        told, buyer = self._told(uow, call, command), call.identity.buyer_id
        if told is None or buyer is None:
            return Reply("utter_nothing_to_confirm", {"choices": [choice("mail_bounced")]})
        back = CameBack(
            key=command.command_id,
            seller=told.seller,
            by=f"buyer:{buyer}",
            by_us=not told.seller.reachable,
            text=told.wish,
            buyer_id=told.order.buyer_id if told.order else buyer,
            order=told.order,
            conversation_id=call.conversation_id,
            happened=told.happened,
            evidence=told.evidence,
        )
        case = report(self._wiring, uow, back, now=call.now)
        known = {"case_number": case.number, "seller": told.seller.nickname}
        return Reply("utter_bounce_reported", known)

    def came_to(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply | None:  # noqa: ARG002
        """Say the number of the case once more."""
        number = (command.result or {}).get("variables", {}).get("case_number")
        return Reply("utter_already_case", {"case_number": number}) if number else None

    def _told(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reported | None:
        buyer, terms = call.identity.buyer_id, command.terms
        seller = uow.parties.seller(terms["seller"])
        number = command.order_number
        if buyer is None or seller is None:
            return None
        order = uow.orders.find_own(command.storefront, number, buyer) if number else None
        if number and order is None:
            return None
        return Reported(seller, order, terms["happened"], terms["evidence"], terms["wish"])

    def _pending(self, call: Call, told: Reported) -> PendingCommand:
        number = told.order.number if told.order else None
        terms = {
            "seller": told.seller.seller_id,
            "happened": told.happened,
            "evidence": told.evidence,
            "wish": told.wish,
        }
        return PendingCommand(
            command_id=self._wiring.new_id(),
            conversation_id=call.conversation_id,
            kind=CommandKind.REPORT_BOUNCE,
            state=CommandState.OPEN,
            storefront=call.identity.storefront,
            order_number=number,
            decision_id=None,
            order_version=told.order.version if told.order else None,
            terms_hash=fingerprint({**terms, "order": number}),
            terms=terms,
            created_at=call.now,
            expires_at=call.now + OFFER_LASTS,
        )


def declined(uow: UnitOfWork, call: Call) -> Reply:
    """Leave it unreported."""
    command = uow.commands.open_for(call.conversation_id)
    if command is not None:
        uow.commands.move(replace(command, state=CommandState.DECLINED))
    return Reply("utter_declined", {"number": None})

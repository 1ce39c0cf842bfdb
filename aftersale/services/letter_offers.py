"""A letter that waits for its yes: shown word for word, then sent, once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from aftersale.services.call import COMMAND, Call
from aftersale.services.letter_target import Target, target_again
from aftersale.services.letters import first_name_of, items_of
from aftersale.services.offers import AGAIN, supersede
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.seller_post import Errand, send
from aftersale.services.terms import fingerprint
from aftersale.services.wiring import OFFER_LASTS, Wiring

IDLE = frozenset({"affirm", "thank", "greet"})  # alone, none of these is something to write
_HOUR = timedelta(hours=1)
_STRANGERS_LETTERS = 3  # an hour in one conversation without sign-in
_SELLERS_LETTERS = 20  # an hour to one seller from visitors without sign-in


@dataclass(frozen=True, slots=True)
class Drafted:
    """A letter as the buyer wrote it."""

    target: Target
    text: str


class LetterOffer:
    """The offer of `CommandKind.SEND_LETTER` (see `own_offers`)."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def show(
        self, uow: UnitOfWork, call: Call, drafted: Drafted, *, why: str | None = None
    ) -> Reply:
        """Show exactly what would be sent, and keep it until the yes."""
        supersede(uow, call)
        command = self._pending(call, drafted)
        uow.commands.add(command)
        order, product = drafted.target.order, drafted.target.product
        response = "utter_letter_confirm" if order else "utter_letter_confirm_before"
        yes = choice("affirm", **{COMMAND: command.command_id})
        variables: dict[str, Any] = {
            "seller": drafted.target.seller.nickname,
            "number": order.number if order else None,
            "items": items_of(order) if order else [product.name] if product else None,
            "first_name": first_name_of(uow, order) if order else None,
            "words": drafted.text,
            "choices": [yes, choice("deny")],
            "blocks": [{"type": "notice", "response": AGAIN[why]}] if why else [],
            "offer": CommandKind.SEND_LETTER.value,
        }
        known = {"last_order": order.number} if order else {}
        return Reply(response, variables, known, done=False)

    def again(self, uow: UnitOfWork, call: Call, command: PendingCommand, *, why: str) -> Reply:
        """Show the same letter once more, or why it cannot be sent any more."""
        target = self._target(uow, call, command)
        if isinstance(target, Reply):
            supersede(uow, call)
            return target
        return self.show(uow, call, Drafted(target, command.terms["text"]), why=why)

    def holds(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
        """Whether the seller can still be written to about it."""
        target = self._target(uow, call, command)
        return isinstance(target, Target) and target.seller.seller_id == command.terms["seller"]

    def do(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        """Send it."""
        target = self._target(uow, call, command)
        if isinstance(target, Reply):
            return target
        if refused := too_many(uow, call, target):
            return refused
        order = target.order
        errand = Errand(
            key=command.command_id,
            seller=target.seller,
            template="mail_letter" if order else "mail_letter_before",
            text=command.terms["text"],
            conversation_id=call.conversation_id,
            buyer_id=order.buyer_id if order else call.identity.buyer_id,
            order=order,
            product=target.product,
        )
        send(self._wiring, uow, errand, now=call.now, not_before=call.now)
        number = order.number if order else None
        return Reply(_told("sent", number), self._known(target, number))

    def came_to(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply | None:
        """Say that it is on its way already."""
        target = self._target(uow, call, command)
        if isinstance(target, Reply):
            return None
        return Reply(_told("already", command.order_number), self._known(target, None))

    def _known(self, target: Target, number: str | None) -> dict[str, Any]:
        return {"seller": target.seller.nickname, "number": number, "choices": []}

    def _target(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Target | Reply:
        return target_again(
            self._wiring,
            uow,
            call,
            seller_id=command.terms["seller"],
            number=command.order_number,
            sku=command.terms["sku"],
        )

    def _pending(self, call: Call, drafted: Drafted) -> PendingCommand:
        target = drafted.target
        number = target.order.number if target.order else None
        sku = target.product.sku if target.product else None
        terms = {"seller": target.seller.seller_id, "sku": sku, "text": drafted.text}
        return PendingCommand(
            command_id=self._wiring.new_id(),
            conversation_id=call.conversation_id,
            kind=CommandKind.SEND_LETTER,
            state=CommandState.OPEN,
            storefront=call.identity.storefront,
            order_number=number,
            decision_id=None,
            order_version=target.order.version if target.order else None,
            terms_hash=fingerprint({**terms, "order": number}),
            terms=terms,
            created_at=call.now,
            expires_at=call.now + OFFER_LASTS,
        )


def too_many(uow: UnitOfWork, call: Call, target: Target) -> Reply | None:
    """Refuse a visitor without sign-in who writes too much, or to somebody who got enough."""
    if call.identity.buyer_id is not None:
        return None
    since = call.now - _HOUR
    sent = uow.seller_mail.sent_since(call.conversation_id, since)
    got = uow.seller_mail.strangers_since(target.seller.seller_id, since)
    if sent < _STRANGERS_LETTERS and got < _SELLERS_LETTERS:
        return None
    return Reply("utter_letter_too_many", {"seller": target.seller.nickname})


def _told(what: str, number: str | None) -> str:
    return f"utter_letter_{what}" if number else f"utter_letter_{what}_before"


def declined(uow: UnitOfWork, call: Call) -> Reply:
    """Leave the letter unsent."""
    command = uow.commands.open_for(call.conversation_id)
    if command is not None:
        uow.commands.move(replace(command, state=CommandState.DECLINED))
    return Reply("utter_letter_not_sent")

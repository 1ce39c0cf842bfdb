"""The one yes: reload, decide again, and do once what was shown, or show what it has become."""

from dataclasses import replace
from functools import partial
from typing import Any

from aftersale.domain.conversations import Owner
from aftersale.domain.orders import OrderState
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from aftersale.errors import StaleOrder
from aftersale.services.call import Call, OrderHint
from aftersale.services.channels.unread import is_unread
from aftersale.services.contested import contested
from aftersale.services.deciding import Judgement, judge
from aftersale.services.deed import Deed
from aftersale.services.effects import carry_out
from aftersale.services.launched import closed
from aftersale.services.matching import canonical
from aftersale.services.offers import show, supersede, wish_of
from aftersale.services.open_turn import require_open
from aftersale.services.own_offers import OWN_OFFERS, OwnOffer
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import (
    cancel_choices,
    cancel_response,
    cancel_variables,
    fingerprint,
    terms_of,
)
from aftersale.services.wiring import OFFER_LASTS, Wiring


class Confirm:
    """Takes the yes to whatever was shown last, whichever use case showed it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def confirm(self, call: Call) -> Reply:
        """Carry out the open command once; `CancelOrder.confirm` lists the replies."""
        return contested(lambda: self._once(call))

    def ask_again(self, call: Call) -> Reply:
        """Take no half yes: show once more what waits for a clear one."""
        with self._wiring.uow() as uow:
            command = uow.commands.open_for(call.conversation_id)
            if command is None:
                return _nothing()
            reply = self._again(uow, call, command, why="unsure")
            uow.commit()
        return reply

    def if_offered(self, call: Call, kind: CommandKind, hint: OrderHint) -> Reply | None:
        """Take a wish for `kind` as the yes when exactly that is being offered; else None."""
        with self._wiring.uow() as uow:
            command = uow.commands.open_for(call.conversation_id)
            if command is None or command.kind is not kind or command.expires_at <= call.now:
                return None
            if not _means(hint, command) or is_unread(uow, call, command):
                return None
        return self.confirm(replace(call, pressed=command.command_id))

    def _once(self, call: Call) -> Reply:
        with self._wiring.uow() as uow:
            reply = self._answer(uow, call)
            uow.commit()
        return reply

    def _answer(self, uow: UnitOfWork, call: Call) -> Reply:
        require_open(uow, call)
        told = uow.commands.done_in_turn(call.turn_id)
        if told and told.result and told.conversation_id == call.conversation_id:
            return _stored(told.result)  # this very turn is being repeated
        conversation = uow.conversations.get(call.conversation_id)
        if conversation is None or conversation.owner is not Owner.BOT:
            return Reply("utter_owner_moved")
        if nothing := closed(self._wiring, call):
            supersede(uow, call)
            return nothing
        pressed = _pressed(uow, call)
        command = uow.commands.open_for(call.conversation_id)
        if command is None or (pressed and pressed.state is CommandState.DONE):
            return self._nothing_open(uow, call, pressed)
        if not _answers(call, pressed, command):
            return self._again(uow, call, pressed or command, why="expired")
        if call.pressed is None and is_unread(uow, call, command):
            return self._again(uow, call, command, why="unsure")
        if too_weak := self._too_weak(call, command):
            return too_weak
        own = self._own(command)
        take = self._to_order if own is None else partial(self._to_own, own)
        return take(uow, call, command)

    def _too_weak(self, call: Call, command: PendingCommand) -> Reply | None:
        """Return what is said where the chat is connected too weakly for a yes; it stays open."""
        policy = self._wiring.policy(call.identity.storefront)
        if command.kind is CommandKind.LINK_CHAT or policy.linked.may_act(call.identity.linked):
            return None
        return Reply("utter_cancel_link_too_weak", {"choices": []})

    def _to_order(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        judgement = self._reload(uow, call, command)
        if judgement is None:
            return _nothing()
        if fingerprint(terms_of(judgement)) != command.terms_hash:
            return show(self._wiring, uow, call, judgement, again="changed")
        if command.expires_at <= call.now:
            return show(self._wiring, uow, call, judgement, again="expired")
        return self._do(uow, Deed(call, command, judgement))

    def _own(self, command: PendingCommand) -> OwnOffer | None:
        made = OWN_OFFERS.get(command.kind)
        return made(self._wiring) if made else None

    def _to_own(
        self, own: OwnOffer, uow: UnitOfWork, call: Call, command: PendingCommand
    ) -> Reply:
        if not own.holds(uow, call, command):
            return own.again(uow, call, command, why="changed")
        if command.expires_at <= call.now:
            return own.again(uow, call, command, why="expired")
        return self._done(uow, call, command, own.do(uow, call, command))

    def _do(self, uow: UnitOfWork, deed: Deed) -> Reply:
        reply = carry_out(self._wiring, uow, deed)
        return self._done(uow, deed.call, deed.command, reply)

    def _done(self, uow: UnitOfWork, call: Call, command: PendingCommand, reply: Reply) -> Reply:
        # Held from here on: a person who takes the conversation comes before this, or after it.
        held = uow.conversations.locked(call.conversation_id)
        if held is None or held.owner is not Owner.BOT:
            raise StaleOrder("A person has taken the conversation.")
        done = replace(
            command,
            state=CommandState.DONE,
            done_at=call.now,
            result=result_of(reply, call.turn_id),
        )
        if not uow.commands.move(done):
            # Another yes was faster. Leaving by an error rolls this one's effects back.
            raise StaleOrder("This was answered a moment ago.")
        return reply

    def _reload(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Judgement | None:
        """Decide again on the order as it is now; None when it is not this buyer's."""
        buyer = call.identity.buyer_id
        if buyer is None or command.order_number is None:
            return None
        order = uow.orders.find_own(command.storefront, command.order_number, buyer)
        if order is None:
            return None
        wish = wish_of(command)
        return judge(
            self._wiring,
            uow,
            order,
            wish,
            asking_buyer=buyer,
            now=call.now,
            linked=call.identity.linked,
        )

    def _again(self, uow: UnitOfWork, call: Call, asked: PendingCommand, *, why: str) -> Reply:
        """Do nothing and show how what was asked stands now, as after an older Yes button."""
        if own := self._own(asked):
            return own.again(uow, call, asked, why=why)
        judgement = self._reload(uow, call, asked)
        if judgement is None:
            return _nothing()
        return show(self._wiring, uow, call, judgement, again=why)

    def _nothing_open(self, uow: UnitOfWork, call: Call, pressed: PendingCommand | None) -> Reply:
        """Answer a yes that meets nothing open: say truthfully what it or the last came to."""
        is_done = pressed is not None and pressed.state is CommandState.DONE
        last = pressed if is_done else uow.commands.last_for(call.conversation_id)
        if last is None or last.state is not CommandState.DONE or last.done_at is None:
            return _nothing()
        if last.done_at + OFFER_LASTS <= call.now:
            return _nothing()
        if last.kind is CommandKind.OPEN_CASE and last.result:
            number = last.result["variables"]["case_number"]
            return Reply("utter_already_case", {"case_number": number})
        if own := self._own(last):
            return own.came_to(uow, call, last) or _nothing()
        judgement = self._reload(uow, call, last)
        if judgement is None:
            return _nothing()
        return _already(last, judgement)


def _pressed(uow: UnitOfWork, call: Call) -> PendingCommand | None:
    """Return the command whose Yes button was pressed, if it was one of this conversation."""
    command = uow.commands.get(call.pressed) if call.pressed else None
    return command if command and command.conversation_id == call.conversation_id else None


def _answers(call: Call, pressed: PendingCommand | None, command: PendingCommand) -> bool:
    """Tell whether the yes is to this command: typed, or the button of this very question.

    A question that was asked again in the same terms is the same question.
    """
    if call.pressed is None:
        return True
    return pressed is not None and pressed.terms_hash == command.terms_hash


def _means(hint: OrderHint, command: PendingCommand) -> bool:
    """Tell whether the hint is about the offered order; saying nothing about it means it."""
    if hint.pick or hint.words:
        return False
    number = hint.number or hint.current
    return number is None or canonical(number) == canonical(command.order_number or "")


def _already(last: PendingCommand, judgement: Judgement) -> Reply:
    order = judgement.order
    if last.kind in {CommandKind.CONTACT_SELLER, CommandKind.ASK_HOLD}:
        seller = judgement.seller.nickname if judgement.seller else judgement.policy.party
        return Reply("utter_already_sent", {"number": order.number, "seller": seller})
    if last.kind is CommandKind.CANCEL and order.state is OrderState.OPEN:
        return _nothing()  # the shop refused meanwhile, and the buyer was told
    if judgement.offer is not None:
        return _nothing()  # the request came to an end; a new one needs a new question
    variables = cancel_variables(judgement) | {"choices": cancel_choices(judgement), "blocks": []}
    return Reply(cancel_response(judgement), variables)


def _nothing() -> Reply:
    choices = [choice("cancel_order"), choice("order_status")]
    return Reply("utter_nothing_to_confirm", {"choices": choices})


def result_of(reply: Reply, turn_id: str) -> dict[str, Any]:
    """Return what is kept, so that an answer lost on its way can be told later."""
    return {
        "response": reply.response,
        "variables": reply.variables,
        "slots": reply.slots,
        "turn_id": turn_id,
    }


def _stored(result: dict[str, Any]) -> Reply:
    return Reply(result["response"], result["variables"], result["slots"])

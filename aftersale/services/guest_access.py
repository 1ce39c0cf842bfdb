"""Guests: an order's number and a code from its own address open that one order for an hour.

As with passwords the conversation never looks the order up: words and work are the same whether or
not there is one, and until the right code came nothing of it is read.
"""

import hmac
import re
import secrets
from dataclasses import replace
from datetime import timedelta

from aftersale.domain.accounts import GuestCode
from aftersale.domain.guests import is_guest
from aftersale.domain.order_numbers import number_key
from aftersale.domain.orders import Order
from aftersale.domain.requests import AuditEntry, OutboxKind, OutboxRow
from aftersale.services.asking_limits import WITHIN, Limits, asked_from
from aftersale.services.call import Call
from aftersale.services.guest_codes import code_hash, typed_code
from aftersale.services.identifiers import hashed
from aftersale.services.matching import canonical
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, time
from aftersale.services.wiring import Wiring

LIMITS = Limits(about=3, conversation=3, address=60)
TRIES = 5
CODE_LASTS = timedelta(minutes=10)
OPENS_FOR = timedelta(hours=1)
NUMBER, CODE = "guest_order", "guest_code"  # the slots of the form
_LONGEST = 40  # signs of a number
_IN_TEXT = re.compile(r"[A-Za-z]{0,4}\d{0,4}[-/]?\d[\d\s/-]{2,}\d")
_WAYS = [choice("guest_order"), choice("reset_password"), choice("sign_in_help")]


class GuestAccess:
    """What the assistant does for somebody who ordered without an account."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def start(self, call: Call, *, number: str | None = None) -> Reply:
        """Ask for the number, or send the code at once when the message named it.

        Replies `utter_guest_ask_number`, what `send` replies, or `utter_guest_signed_in` to a
        buyer who needs none of it.
        """
        if call.identity.buyer_id is not None and not is_guest(call.identity.buyer_id):
            return Reply("utter_guest_signed_in", {"choices": [choice("list_orders")]})
        return self.send(call, number) if number else self._ask_number()

    def send(self, call: Call, number: str | None) -> Reply:
        """Have a code sent to the address of that order, if there is one.

        Replies `utter_guest_code_sent`, `utter_guest_wait` after too many, or asks for the number
        again.
        """
        found = max(_IN_TEXT.findall(number or ""), key=len, default=number)
        wanted = canonical(found or "")
        if not 0 < len(wanted) <= _LONGEST or not any(sign.isdigit() for sign in wanted):
            return self._ask_number(missed=True)
        with self._wiring.uow() as uow:
            require_open(uow, call)
            if not self._note(uow, call, wanted):
                return Reply("utter_guest_wait", {"choices": [choice("talk_to_human")]})
            uow.commit()
        return _ask_code("utter_guest_code_sent", number=wanted)

    def _note(self, uow: UnitOfWork, call: Call, number: str) -> bool:
        """Write the wish down; False when it was asked too often."""
        storefront = call.identity.storefront
        asked = asked_from(uow, call, hashed(f"{storefront}\n{number_key(number)}"))
        if not LIMITS.allow(uow.accounts.codes_since(asked, call.now - WITHIN)):
            return False
        code_id, expires_at = self._wiring.new_id(), call.now + CODE_LASTS
        uow.accounts.add_code(
            GuestCode(
                code_id=code_id,
                asked=asked,
                order_number=number,
                code_hash=code_hash(code_id, secrets.token_hex(16)),
                asked_at=call.now,
                expires_at=expires_at,
            )
        )
        uow.outbox.add(
            OutboxRow(
                outbox_id=self._wiring.new_id(),
                kind=OutboxKind.GUEST_CODE,
                idempotency_key=f"code:{code_id}",
                payload={
                    "code_id": code_id,
                    "storefront": storefront,
                    "number": number,
                    "expires_at": expires_at.isoformat(),
                },
                not_before=call.now,
                created_at=call.now,
            )
        )
        return True

    def take(self, call: Call, asked: str | None, number: str, *, text: str) -> Reply:
        """Take what was asked for: the code, else the number."""
        return self.open(call, text) if asked == CODE else self.send(call, number)

    def again(self, call: Call, asked: str | None) -> Reply:
        """Ask the same once more, after something else was answered."""
        return _ask_code("utter_guest_ask_code") if asked == CODE else self.start(call)

    def code_alone(self, call: Call, text: str) -> Reply:
        """Take a code when one was sent in this conversation, as `open` does.

        Otherwise `utter_guest_no_code`.
        """
        with self._wiring.uow() as uow:
            known = uow.accounts.open_code(call.conversation_id)
        if known is not None and typed_code(text) is not None:
            reply = self.open(call, text)
            order = {name: reply.slots[name] for name in ("last_order",) if name in reply.slots}
            return replace(reply, slots=order, done=True)  # no form waits for an answer here
        return Reply("utter_guest_no_code", {"choices": _WAYS})

    def address_alone(self, _call: Call) -> Reply:
        """Say what an address or a member id could be for: `utter_email_not_needed`."""
        return Reply("utter_email_not_needed", {"choices": _WAYS})

    def open(self, call: Call, text: str) -> Reply:
        """Take the code that was typed.

        Replies `utter_guest_verified` (slot `last_order`), `utter_guest_code_wrong` with the tries
        that are left, `utter_guest_code_over`, or asks again when the text holds no code.
        """
        code = typed_code(text)
        if code is None:
            return _ask_code("utter_guest_ask_code", missed=True)
        with self._wiring.uow() as uow:
            require_open(uow, call)
            reply = self._try(uow, call, code)
            uow.commit()
        return reply

    def _try(self, uow: UnitOfWork, call: Call, code: str) -> Reply:
        known = uow.accounts.open_code(call.conversation_id)
        if known is None or known.expires_at <= call.now:
            return _over()
        tried = uow.accounts.count_try(known.code_id, at_most=TRIES)
        if tried is None:
            return _over()
        order = self._opened_by(uow, call, known, code)
        if order is not None:
            return self._verified(uow, call, known, order)
        left = TRIES - tried
        return _ask_code("utter_guest_code_wrong", left=left) if left else _over()

    def _opened_by(self, uow: UnitOfWork, call: Call, known: GuestCode, code: str) -> Order | None:
        if not hmac.compare_digest(code_hash(known.code_id, code), known.code_hash):
            return None
        if not uow.accounts.use_code(known.code_id, at=call.now):
            return None
        return uow.orders.find(known.asked.storefront, known.order_number)

    def _verified(self, uow: UnitOfWork, call: Call, known: GuestCode, order: Order) -> Reply:
        until = call.now + OPENS_FOR
        conversation = uow.conversations.locked(call.conversation_id)
        if conversation is None:
            return _over()
        uow.conversations.save(replace(conversation, guest_order=order.number, guest_until=until))
        uow.ledger.audit(
            AuditEntry(
                at=call.now,
                actor="guest",
                action="order.opened_to_guest",
                subject=f"order:{order.storefront}/{order.number}",
                after={"until": until.isoformat(), "code": known.code_id},
                conversation_id=call.conversation_id,
            )
        )
        wishes = ("order_status", "cancel_order", "contact_seller")
        buttons = [choice(wish, order_number=order.number) for wish in wishes]
        variables = {"number": order.number, "until": time(until), "choices": buttons}
        return Reply("utter_guest_verified", variables, {"last_order": order.number})

    def _ask_number(self, *, missed: bool = False) -> Reply:
        again = {"missed": True} if missed else {}
        slots = {"requested_slot": NUMBER, **again}
        return Reply("utter_guest_ask_number", {"choices": []}, slots, done=False)


def _ask_code(
    response: str, *, missed: bool = False, left: int | None = None, number: str | None = None
) -> Reply:
    slots = {"requested_slot": CODE} | ({"missed": True} if missed else {})
    another = [choice("guest_order", order_number=number)] if number else []
    return Reply(response, {"tries_left": left, "choices": another}, slots, done=False)


def _over() -> Reply:
    return Reply(
        "utter_guest_code_over", {"choices": [choice("guest_order"), choice("talk_to_human")]}
    )

"""What a buyer was promised, in plain words, and whether it was kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aftersale.domain.requests import Promise
from aftersale.services.call import Call, OrderHint
from aftersale.services.reply import Reply, choice, date, time
from aftersale.services.responses.promised import PROMISED
from aftersale.services.wiring import Wiring

SHOWN = 8  # the newest ones


class Promises:
    """Answers "what did you promise me?" from the ledger."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def tell(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_promises` with a row for each, or `utter_promises_none`.

        A number in the message narrows it to that order. Nobody who is not verified hears of
        orders, not even in the conversation where it was promised.
        """
        identity = call.identity
        with self._wiring.uow() as uow:
            made = uow.ledger.made_to(
                identity.storefront,
                conversation_id=call.conversation_id,
                buyer_id=identity.buyer_id,
            )
        told = [p for p in made if identity.buyer_id or p.order_number is None]
        about = [p for p in told if p.order_number == hint.number] if hint.number else []
        chosen = about or told
        if not chosen:
            return Reply("utter_promises_none", {"choices": [choice("case_status")]})
        return Reply(
            "utter_promises", {"blocks": [promise_block(chosen, call.now)], "choices": []}
        )


def promise_block(promises: Sequence[Promise], now: datetime) -> dict[str, Any]:
    """Return the block `promises`: what is still open first, then the newest."""
    ordered = sorted(promises, key=lambda p: (p.kept_at is not None, -p.made_at.timestamp()))
    return {"type": "promises", "rows": [_row(promise, now) for promise in ordered[:SHOWN]]}


def _row(promise: Promise, now: datetime) -> dict[str, Any]:
    code = promise.code if promise.code in PROMISED else "other"
    variables = {
        "number": promise.order_number,
        "due": time(promise.due_at),
        "made": date(promise.made_at),
        "kept": date(promise.kept_at),
    }
    return {
        "response": f"promise_{code}",
        "state": f"promise_is_{state_of(promise, now)}",
        "variables": {name: value for name, value in variables.items() if value is not None},
    }


def state_of(promise: Promise, now: datetime) -> str:
    """Return kept, overdue, open (a time was named) or undated."""
    if promise.kept_at is not None:
        return "kept"
    if promise.due_at is None:
        return "undated"
    return "overdue" if promise.due_at < now else "open"

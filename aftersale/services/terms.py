"""The terms a buyer is shown: what they are bound by, their fingerprint, and their variables."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from aftersale.domain.money import Money
from aftersale.domain.orders import Order
from aftersale.domain.parties import RestockingFee, Seller
from aftersale.domain.requests import CommandKind
from aftersale.policy.codes import response_of
from aftersale.policy.decision import Alternative, Ask, MoneyMove, Outcome
from aftersale.policy.knobs import Policy
from aftersale.services.call import COMMAND
from aftersale.services.deciding import FILED_ASKS, Judgement, Wish
from aftersale.services.reply import choice, date, money, say, time

_HOUR = timedelta(hours=1)
_NO_LINKS = {"shipping_policy_url": None, "returns_policy_url": None}


def open_lines(order: Order) -> tuple[str, ...]:
    """Return the ids of the lines that are not cancelled yet."""
    return tuple(line.line_id for line in order.lines if not line.cancelled)


def amount_of(order: Order, line_ids: tuple[str, ...]) -> Money:
    """Return what the lines are worth: the order's own total when they are all of it.

    Where less was paid than the goods cost, each line has its share of what was taken off.
    """
    if set(line_ids) == {line.line_id for line in order.lines}:
        return order.total
    meant = [line for line in order.lines if line.line_id in line_ids]
    worth = sum(line.price.minor * line.quantity for line in meant)
    others = [line for line in order.lines if line not in meant and not line.cancelled]
    cost = worth + sum(line.price.minor * line.quantity for line in others)
    if order.total.minor < cost:
        worth = (2 * worth * order.total.minor + cost) // (2 * cost)
    return Money(worth, order.currency)


def terms_of(judgement: Judgement) -> dict[str, Any]:
    """Return everything a yes binds; two equal results mean that nothing has moved."""
    order, decision = judgement.order, judgement.decision
    lines = wished_lines(judgement)
    amount = amount_of(order, lines)
    fee = judgement.seller.restocking_fee if judgement.seller else None
    within = judgement.policy.consent_within
    waits = decision.earliest if decision.outcome is Outcome.WAIT_UNTIL else None
    return {
        "offer": judgement.offer.value if judgement.offer else None,
        "ask": decision.ask.value,
        "outcome": decision.outcome.value,
        "reason_code": decision.reason_code,
        "order_number": order.number,
        "lines": list(lines),
        "items": [[x.name, x.quantity] for x in order.lines if x.line_id in lines],
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "money": decision.money.value,
        "destination": order.payment.display,
        "party": order.seller_id,
        "fee": _fee_terms(fee),
        "consent_seconds": None if within is None else within.span.total_seconds(),
        "possible_from": None if waits is None else waits.isoformat(),
        "written": written_before(judgement),  # a second letter is another question
        **({"then": judgement.then.value} if judgement.then else {}),
        **_wished(judgement.wish),
    }


def wished_lines(judgement: Judgement) -> tuple[str, ...]:
    """Return the ids of the lines that the wish is about."""
    return judgement.wish.line_ids or open_lines(judgement.order)


def _wished(wish: Wish) -> dict[str, Any]:
    """Return what a request that is filed says; a cancellation binds nothing of it."""
    if wish.ask not in FILED_ASKS:
        return {}
    return {
        "issue": wish.issue,
        "resolution": wish.resolution,
        "description": wish.reason_text,
        "opened": wish.opened,
        "defective": wish.defective,
        "as_listed": wish.as_listed,
        "evidence": wish.evidence,
        "case": wish.case_number,
    }


def written_before(judgement: Judgement) -> str | None:
    """Return when the letter that is offered was sent before, if it was."""
    at = judgement.written_at if judgement.offer is CommandKind.CONTACT_SELLER else None
    return None if at is None else at.isoformat()


def fingerprint(terms: dict[str, Any]) -> str:
    """Return the hash that is stored with a pending command."""
    text = json.dumps(terms, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _fee_terms(fee: RestockingFee | None) -> dict[str, Any] | None:
    if fee is None:
        return None
    return {
        "percent": None if fee.percent is None else str(fee.percent),
        "flat_minor": None if fee.flat is None else fee.flat.minor,
    }


def order_variables(
    order: Order, seller: Seller | None, policy: Policy, line_ids: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return what every reply about one order may name; of some lines when they are given."""
    lines = line_ids or open_lines(order) or tuple(line.line_id for line in order.lines)
    return {
        "number": order.number,
        "items": [line.name for line in order.lines if line.line_id in lines],
        "amount": money(amount_of(order, lines)),
        "party": policy.party,
        "seller": seller.nickname if seller else policy.party,
        "state_label": policy.label(order),
        "tab": policy.tab(order),
        "my_orders_url": policy.my_orders_url,
    }


def fee_variables(seller: Seller | None) -> dict[str, Any]:
    """Return the restocking fee and the seller's policy links, as far as they are known."""
    fee = seller.restocking_fee if seller else None
    percent = fee.percent if fee else None
    return {
        "fee_percent": None if percent is None else plain_number(percent),
        "fee_flat": money(fee.flat) if fee and fee.flat else None,
        "shipping_policy_url": seller.shipping_policy_url if seller else None,
        "returns_policy_url": seller.returns_policy_url if seller else None,
    }


def plain_number(value: Decimal) -> str:
    """Return a decimal without an exponent or idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cancel_variables(judgement: Judgement) -> dict[str, Any]:
    """Return the variables of every `utter_cancel_*` and `utter_deadline_*`."""
    order, policy, decision = judgement.order, judgement.policy, judgement.decision
    within = policy.consent_within
    return {
        **order_variables(order, judgement.seller, policy, judgement.wish.line_ids),
        **fee_variables(judgement.seller),
        **({} if policy.cancel.policy_links else _NO_LINKS),
        "payment": order.payment.display,
        "leader": order.leader_name,
        "earliest": time(decision.earliest),
        "latest": time(decision.latest),
        "written": date(judgement.written_at),
        "undo_seconds": policy.undo_window,
        "consent_hours": None if within is None else int(within.span / _HOUR),
        "sign_in_url": policy.sign_in_url,
        "offer": judgement.offer.value if judgement.offer else None,
        **(filed_variables(judgement) if decision.ask in FILED_ASKS else {}),
    }


def filed_variables(judgement: Judgement) -> dict[str, Any]:
    """Return what a request that is filed says, for whoever words it."""
    wish, facts = judgement.wish, judgement.facts
    return {
        "issue": say(f"issue_{wish.issue}") if wish.issue else None,
        "resolution": say(f"resolution_{wish.resolution}") if wish.resolution else None,
        "description": wish.reason_text,
        "expected": date(facts.estimated_delivery_at) if facts else None,
        "received": date(facts.received_at) if facts else None,
    }


_INTENTS = {
    Alternative.CONTACT_SELLER: ("contact_seller",),
    Alternative.ASK_HOLD: ("ask_hold",),
    Alternative.REMIND: ("remind_me",),
    Alternative.OPEN_CASE: ("open_case",),
    Alternative.TRACK: ("track_order",),
    Alternative.RETURN_ON_RECEIPT: ("return_item",),
    Alternative.REORDER: ("reorder",),
    Alternative.FAULT_PATH: ("damaged_item", "wrong_item"),
    Alternative.CANCEL: ("cancel_order",),
    Alternative.NOT_RECEIVED: ("not_received",),
    Alternative.REIMBURSE: ("ask_reimbursement",),
    Alternative.REPORT_BOUNCE: ("mail_bounced",),
    Alternative.INTERVENE: ("ask_intervention",),
    Alternative.ESCALATE: ("escalate_case",),
    Alternative.REFUND_STATUS: ("refund_status",),
}


def alternatives(judgement: Judgement) -> list[dict[str, Any]]:
    """Return a button for everything else that is possible, each bound to the order."""
    return [
        choice(intent, order_number=judgement.order.number)
        for alternative in judgement.decision.alternatives
        for intent in _INTENTS[alternative]
    ]


def cancel_choices(judgement: Judgement, command_id: str = "") -> list[dict[str, Any]]:
    """Return Yes and No when that command waits for them, else what is possible instead."""
    number = judgement.order.number
    gated = judgement.decision.ask is Ask.CANCEL
    if gated and judgement.decision.outcome is Outcome.WAIT_UNTIL:
        hold = [choice("ask_hold", order_number=number)] if judgement.offer else []
        return [*hold, choice("remind_me", order_number=number)]
    if judgement.offer:
        # Bound to the command: the Yes of an older question must not answer a newer one.
        return [choice("affirm", order_number=number, **{COMMAND: command_id}), choice("deny")]
    return alternatives(judgement)


_MONEY_THE_CODE_MEANS = {
    "status_allows": MoneyMove.REFUND,
    "unpaid_allowed": MoneyMove.NONE,
    "hold_release": MoneyMove.RELEASE,
}


def cancel_response(judgement: Judgement) -> str:
    """Return the response of a decision: its reason code and, where facts differ, a variant."""
    code = judgement.decision.reason_code
    if written_before(judgement):
        return "utter_cancel_seller_written"
    unreachable = judgement.offer is CommandKind.OPEN_CASE and not judgement.can_write
    if judgement.decision.outcome is Outcome.CONTACT_ONLY and unreachable:
        code = "contact_no_seller"
    return f"{response_of(judgement.decision.ask, code)}{_variant(judgement, code)}"


def _variant(judgement: Judgement, code: str) -> str:
    meant = _MONEY_THE_CODE_MEANS.get(code)
    if meant and judgement.decision.money is not meant:
        return f"_{judgement.decision.money.value}"
    if code in {"seller_decides_shipped", "seller_decides_delivered"}:
        may_apply = judgement.policy.cancel.restocking_fee
        return _fee_variant(judgement.seller) if may_apply else "_no_fee"
    if code == "card_gate":
        return "" if judgement.offer else "_no_hold"
    if code in {"shipped", "delivered"}:
        return "" if judgement.offer else "_no_seller"
    if code == "not_stated":
        return "_contact" if judgement.offer is CommandKind.CONTACT_SELLER else ""
    return ""


def _fee_variant(seller: Seller | None) -> str:
    fee = seller.restocking_fee if seller else None
    if fee is None or (fee.percent is None and fee.flat is None):
        return ""
    return "_fee_percent" if fee.percent is not None else "_fee_flat"

"""Orders, cases and what was done about them, as the desk's pages read them."""

from typing import Any

from aftersale.domain.acting import Block, CaseNote, Proposal
from aftersale.domain.cases import Case
from aftersale.domain.fulfilment import Shipment
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderLine
from aftersale.domain.parties import Buyer, Seller
from aftersale.domain.requests import AuditEntry, OrderRequest, Refund
from aftersale.gateway.desk.times import moment
from aftersale.policy.knobs import Policy
from aftersale.services.desk.cases import due_of
from aftersale.services.order_card import masked_address
from aftersale.services.ports import StoredDecision


def money(amount: Money) -> dict[str, Any]:
    """Return an amount in minor units."""
    return {"minor": amount.minor, "currency": amount.currency}


def order_line(order: Order, buyer: Buyer | None, policy: Policy) -> dict[str, Any]:
    """Return an order as a row of a list."""
    return {
        "storefront": order.storefront,
        "number": order.number,
        "state": order.state.value,
        "state_label": policy.label(order),
        "placed_at": moment(order.placed_at),
        "amount": money(order.total),
        "items": [line.name for line in order.lines],
        "buyer": person(buyer),
    }


def person(buyer: Buyer | None) -> dict[str, Any] | None:
    """Return who a buyer is."""
    if buyer is None:
        return None
    return {"buyer_id": buyer.buyer_id, "name": buyer.first_name, "email": buyer.email}


def order_json(order: Order, policy: Policy) -> dict[str, Any]:
    """Return an order whole, its address masked."""
    paid = order.payment
    return {
        "storefront": order.storefront,
        "storefront_name": policy.name,
        "number": order.number,
        "state": order.state.value,
        "state_label": policy.label(order),
        "kind": order.kind.value,
        "placed_at": moment(order.placed_at),
        "amount": money(order.total),
        "payment": {
            "method": paid.method.value,
            "state": paid.state.value,
            "display": paid.display,
            "paid_at": moment(paid.paid_at),
            "auth_expires_at": moment(paid.auth_expires_at),
        },
        "lines": [line_json(line) for line in order.lines],
        "shipments": [shipment_json(each) for each in order.shipments],
        "estimated_delivery_at": moment(order.estimated_delivery_at),
        "campaign_ends_at": moment(order.campaign_ends_at),
        "leader": order.leader_name,
        "address": masked_address(order.address),
        "url": order.order_url,
    }


def line_json(line: OrderLine) -> dict[str, Any]:
    """Return a line of an order."""
    return {
        "line_id": line.line_id,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "price": money(line.price),
        "options": line.options,
        "fulfilment": line.fulfilment.value,
        "return_class": line.return_class.value,
        "cancelled": line.cancelled,
    }


def shipment_json(shipment: Shipment) -> dict[str, Any]:
    """Return a parcel."""
    return {
        "state": shipment.state.value,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "shipped_at": moment(shipment.shipped_at),
        "delivered_at": moment(shipment.delivered_at),
    }


def seller_json(seller: Seller | None) -> dict[str, Any] | None:
    """Return who sells it."""
    if seller is None:
        return None
    return {"name": seller.nickname, "email": seller.email, "reachable": seller.reachable}


def request_json(request: OrderRequest) -> dict[str, Any]:
    """Return a cancellation or hold request."""
    return {
        "kind": request.kind.value,
        "state": request.state.value,
        "actor": request.actor,
        "line_ids": list(request.line_ids),
        "created_at": moment(request.created_at),
        "due_by": moment(request.due_by),
        "case_number": request.case_number,
    }


def refund_json(refund: Refund) -> dict[str, Any]:
    """Return a refund or release."""
    return {
        "kind": refund.kind.value,
        "state": refund.state.value,
        "amount": money(refund.amount),
        "to": refund.destination,
        "created_at": moment(refund.created_at),
        "confirmed_at": moment(refund.confirmed_at),
    }


def decided_json(stored: StoredDecision) -> dict[str, Any]:
    """Return a past decision about an order."""
    return {
        "decision_id": stored.decision_id,
        "at": moment(stored.at),
        "ask": stored.request.get("ask"),
        "outcome": stored.outcome,
        "reason_code": stored.reason_code,
        "policy_version": stored.policy_version,
    }


def acted_json(proposal: Proposal) -> dict[str, Any]:
    """Return what somebody here did to an order."""
    result = proposal.result or {}
    return {
        "at": moment(proposal.done_at),
        "by": proposal.done_by,
        "asked": proposal.ask.value,
        "did": result.get("deed"),
        "override_reason": proposal.override_reason,
        "case_number": result.get("case_number"),
    }


def audit_json(entry: AuditEntry) -> dict[str, Any]:
    """Return a row of the audit."""
    return {
        "at": moment(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "before": entry.before,
        "after": entry.after,
    }


def case_line(case: Case) -> dict[str, Any]:
    """Return a case as a row of a list, with the clock that runs."""
    due = due_of(case)
    verdict = case.review_verdict or case.verdict
    return {
        "number": case.number,
        "storefront": case.storefront,
        "type": case.type.value,
        "state": case.state.value,
        "owner": case.owner.value,
        "subject": case.subject,
        "order_number": case.order_number,
        "issue": case.issue.value if case.issue else None,
        "assignee": case.assignee,
        "created_at": moment(case.created_at),
        "due_at": moment(due[0]) if due else None,
        "due": due[1] if due else None,
        "verdict": verdict.value if verdict else None,
    }


def note_json(note: CaseNote) -> dict[str, Any]:
    """Return a word among colleagues."""
    return {"at": moment(note.at), "by": note.by, "text": note.text}


def block_json(block: Block | None) -> dict[str, Any] | None:
    """Return why and until when messages of a buyer are not taken."""
    if block is None:
        return None
    return {
        "reason": block.reason,
        "by": block.by,
        "at": moment(block.at),
        "until": moment(block.until),
    }

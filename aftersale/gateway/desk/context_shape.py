"""A conversation's context, as the desk's pages get it. Pure."""

from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case
from aftersale.domain.requests import Promise
from aftersale.gateway.desk.chat_shapes import Json, handoff_json, instant_or_none, last_words
from aftersale.gateway.sessions import instant
from aftersale.policy.codes import REASON_CODES
from aftersale.policy.decision import Decision
from aftersale.policy.what_if import Change
from aftersale.services.conversations import identity_of
from aftersale.services.desk.context import Context, Explained
from aftersale.services.engine import EngineState
from aftersale.services.ports_inbox import OtherTalk

_HIDDEN = "•••"
# Slots that only the dialogue needs, and those that hold what opens something.
_SILENT = frozenset(
    {"requested_slot", "session_started_metadata", "guest_code", "reset_account"}
    | {"link_address", "link_code"}
)


def context_json(context: Context, memory: EngineState | None, now: datetime) -> Json:
    """Return everything around a conversation; `memory` is what the engine remembers of it."""
    memory = memory or EngineState()
    return {
        "identity": _identity(context, now),
        "orders": list(context.cards),
        "decisions": [decision_json(each) for each in context.decisions],
        "understanding": [
            {
                "seq": each.seq,
                "text": each.text,
                "intent": each.intent,
                "confidence": each.confidence,
            }
            for each in context.understood
        ],
        "slots": {name: value for name, value in memory.slots.items() if _is_shown(name, value)},
        "form": memory.form,
        "promises": [_promise(each, now) for each in context.promises],
        "cases": [_case(each) for each in context.cases],
        "handoff": handoff_json(context.handoff, {}) if context.handoff else None,
        "others": [_other(each) for each in context.others],
    }


def decision_json(explained: Explained) -> Json:
    """Return a past decision with its rules and facts, and what would change the answer now."""
    stored, made = explained.stored, explained.stored.decision
    return {
        "decision_id": stored.decision_id,
        "order_number": stored.order_number,
        "at": instant(stored.at),
        "ask": made.get("ask"),
        "outcome": stored.outcome,
        "reason_code": stored.reason_code,
        "text": REASON_CODES.get(stored.reason_code, stored.reason_code),
        "rules": [
            {
                "name": verdict["rule"],
                "verdict": verdict["outcome"],
                "code": verdict["code"],
                "requirements": list(verdict.get("requirements") or ()),
                "facts": verdict.get("facts") or {},
            }
            for verdict in made.get("verdicts") or ()
        ],
        "facts": made.get("facts") or {},
        "policy_version": stored.policy_version,
        "now": _now(stored.outcome, stored.reason_code, explained.now),
        "changes": [_change(each) for each in explained.changes],
    }


def _now(outcome: str, code: str, decision: Decision | None) -> Json | None:
    """Return what the policy says now, when that is another answer than it was."""
    if decision is None or (decision.outcome.value, decision.reason_code) == (outcome, code):
        return None
    return {
        "outcome": decision.outcome.value,
        "reason_code": decision.reason_code,
        "text": REASON_CODES.get(decision.reason_code, decision.reason_code),
        "policy_version": decision.policy_version,
    }


def _change(change: Change) -> Json:
    return {
        "code": change.code,
        "text": change.text,
        "at": instant_or_none(change.at),
        "outcome": change.decision.outcome.value,
        "reason_code": change.decision.reason_code,
    }


def _identity(context: Context, now: datetime) -> Json:
    conversation, buyer = context.conversation, context.buyer
    reader = identity_of(conversation, now).buyer_id
    by_code = conversation.guest_order is not None and conversation.buyer_id is None
    return {
        "buyer_id": conversation.buyer_id,
        "name": buyer.first_name if buyer else None,
        "email": masked_email(buyer.email) if buyer and buyer.email else None,
        "verified": reader is not None,
        "how": "order-code" if by_code else conversation.verified_by,
        "level": conversation.linked.value if conversation.linked else None,
        "verified_until": instant_or_none(
            conversation.guest_until if by_code else conversation.verified_until
        ),
        "guest_order": conversation.guest_order,
        "locale": conversation.locale,
        "timezone": conversation.timezone,
    }


def masked_email(address: str) -> str:
    """Return an address so that whoever knows it recognises it.

    Example:
        >>> masked_email("alex@example.com")
        'a•••@example.com'
    """
    name, _, domain = address.partition("@")
    return f"{name[:1]}{_HIDDEN}@{domain}"


def _other(other: OtherTalk) -> Json:
    return {
        "conversation_id": other.conversation.conversation_id,
        "channel": other.conversation.channel,
        "owner": other.conversation.owner.value,
        "at": instant(other.at),
        "last": last_words(other.last),
    }


def _promise(promise: Promise, now: datetime) -> Json:
    return {
        "kind": promise.code,
        "order_number": promise.order_number,
        "made_at": instant(promise.made_at),
        "due_at": instant_or_none(promise.due_at),
        "overdue": promise.due_at is not None and promise.due_at <= now,
    }


def _case(case: Case) -> Json:
    return {
        "number": case.number,
        "kind": case.type.value,
        "state": case.state.value,
        "owner": case.owner.value,
        "order_number": case.order_number,
        "subject": case.subject,
        "created_at": instant(case.created_at),
        "verdict": case.verdict.value if case.verdict else None,
    }


def _is_shown(name: str, value: Any) -> bool:
    return value is not None and name not in _SILENT

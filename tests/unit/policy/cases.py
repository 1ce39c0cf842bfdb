"""What policy tests share: the five policies as shipped, and facts told in few words."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from aftersale.adapters.policies import facts_from_json, load_policies
from aftersale.domain.orders import ReasonClass
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask, Decision
from aftersale.policy.examples import EXAMPLE_NOW as NOW
from aftersale.policy.facts import Facts, Request
from aftersale.policy.knobs import Policy

STOREFRONTS = Path(__file__).resolve().parents[3] / "storefronts"
KEYS = ("seller-direct", "supplier-consent", "status-gated", "helpdesk", "group-buy")
UNPAID = {"payment_state": "awaiting", "paid_at": None}
JOINED = {"payment_state": "authorised", "paid_at": None, "order_kind": "unlimited_group"}
SHIPPED = {"lines": ["shipped"], "shipped_at": "-1d"}
DELIVERED = {"lines": ["delivered"], "shipped_at": "-3d", "delivered_at": "-1d"}


@cache
def policies() -> dict[str, Policy]:
    return load_policies(STOREFRONTS)


def policy(key: str, **knobs) -> Policy:
    """The shipped policy; `cancel__cutoff=...` changes the knob cancel.cutoff."""
    changed = policies()[key]
    for path, value in knobs.items():
        group, _, name = path.rpartition("__")
        if group:
            changed = replace(
                changed, **{group: replace(getattr(changed, group), **{name: value})}
            )
        else:
            changed = replace(changed, **{name: value})
    return changed


def facts(key: str, *, now: datetime = NOW, **given) -> Facts:
    return facts_from_json(given, storefront=key, now=now)


def ask(
    rules: Policy,
    *,
    wish: Ask = Ask.CANCEL,
    reason: ReasonClass = ReasonClass.UNKNOWN,
    only: tuple[str, ...] = (),
    now: datetime = NOW,
    **given,
) -> Decision:
    """Decide about an example order that differs from the usual one in `given`."""
    known = facts(rules.storefront, now=NOW, **given)
    return decide(rules, known, Request(wish, reason, only), now)


def cancel(key: str, **given) -> Decision:
    return ask(policies()[key], **given)

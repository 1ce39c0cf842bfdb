"""Orders at the desk: search, one whole, and what an agent proposes and confirms for it."""

from typing import Any

from aiohttp import web

from aftersale.domain.acting import AgentAsk, Proposal
from aftersale.domain.orders import ReasonClass
from aftersale.gateway.bodies import text
from aftersale.gateway.desk import acting_shapes as shapes
from aftersale.gateway.desk.bodies import fields, texts
from aftersale.gateway.desk.entry import API, signed_in
from aftersale.gateway.desk.times import moment
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.policy.codes import REASON_CODES
from aftersale.services.desk.acting import Shown
from aftersale.services.desk.asked import Asked
from aftersale.services.desk.limits_of_acting import NEVER
from aftersale.services.desk.orders import OrderFile

ASKED = (
    "ask",
    "lines",
    "amount_minor",
    "reason",
    "reason_class",
    "opened",
    "defective",
    "as_listed",
    "conversation_id",
)
LONGEST_REASON = 2_000  # signs
_LARGEST = 10**12


def routes() -> list[web.RouteDef]:
    """Return what this module answers."""
    order = f"{API}/orders/{{storefront}}/{{number}}"
    return [
        web.get(f"{API}/orders", search, name="desk_orders"),
        web.get(order, show, name="desk_order"),
        web.post(f"{order}/proposals", propose, name="desk_propose"),
        web.post(f"{API}/proposals/{{id}}/confirm", confirm, name="desk_confirm"),
    ]


async def search(request: web.Request) -> web.Response:
    """Find orders by number, or by name or e-mail address of their buyer."""
    user, services = signed_in(request), request.app[SERVICES]
    words, place = request.query.get("q", "")[:120], request.query.get("storefront") or None
    found = await services.in_thread(
        lambda: services.desk_acts.orders.search(
            words, user=user, now=services.clock(), storefront=place
        )
    )
    items = [
        shapes.order_line(order, buyer, services.policies[order.storefront])
        for order, buyer in found
        if order.storefront in services.policies
    ]
    return reply({"items": items})


async def show(request: web.Request) -> web.Response:
    """Show one order with everything that hangs on it."""
    user, services = signed_in(request), request.app[SERVICES]
    file = await services.in_thread(
        lambda: services.desk_acts.orders.file(_named(request), user=user, now=services.clock())
    )
    return reply(_file_json(file, request))


async def propose(request: web.Request) -> web.Response:
    """Say exactly what would happen, by the rules and against them; nothing does."""
    user, services = signed_in(request), request.app[SERVICES]
    given = await fields(request, ASKED)
    asked = _asked(given)
    where = text(given, "conversation_id", limit=64, required=False)
    shown = await services.in_thread(
        lambda: services.desk_acts.acting.propose(
            _named(request), asked, user=user, now=services.clock(), conversation_id=where
        )
    )
    return reply(proposal_json(shown), status=201)


async def confirm(request: web.Request) -> web.Response:
    """Do what was proposed, once; a second confirmation answers what the first came to."""
    user, services = signed_in(request), request.app[SERVICES]
    reason = _override(await fields(request, ("override",)))
    proposal = request.match_info["id"]
    done = await services.in_thread(
        lambda: services.desk_acts.acting.confirm(
            proposal, user=user, now=services.clock(), override=reason
        )
    )
    return reply(_done_json(done))


def _named(request: web.Request) -> tuple[str, str]:
    return request.match_info["storefront"], request.match_info["number"]


def _asked(given: dict[str, Any]) -> Asked:
    """Read what is wanted for an order.

    Raises:
        Refusal: bad_request.
    """
    try:
        ask = AgentAsk(given.get("ask") or "")
        reason_class = ReasonClass(given.get("reason_class") or ReasonClass.UNKNOWN)
    except ValueError as exc:
        known = ", ".join(each.value for each in AgentAsk)
        raise Refusal("bad_request", f"ask must be one of: {known}.") from exc
    amount = given.get("amount_minor")
    if amount is not None and (type(amount) is not int or not 0 < amount < _LARGEST):
        raise Refusal("bad_request", "amount_minor must be a positive whole number.")
    lines = texts(given, "lines")
    if amount is not None and (lines or ask is not AgentAsk.REFUND):
        raise Refusal("bad_request", "An amount is for a refund alone, without lines.")
    said = {name: given.get(name) for name in ("opened", "defective", "as_listed")}
    if any(value is not None and not isinstance(value, bool) for value in said.values()):
        raise Refusal("bad_request", "opened, defective and as_listed are true, false or null.")
    reason = text(given, "reason", limit=LONGEST_REASON, required=False)
    return Asked(ask, tuple(dict.fromkeys(lines)), amount, reason, reason_class, **said)


def _override(given: dict[str, Any]) -> str | None:
    override = given.get("override")
    if override is None:
        return None
    if not isinstance(override, dict) or override.keys() != {"reason"}:
        raise Refusal("bad_request", 'override must be null or {"reason": "…"}.')
    return text(override, "reason", limit=LONGEST_REASON) or ""


def proposal_json(shown: Shown) -> dict[str, Any]:
    """Return a proposal: what a yes does, what setting the rule aside would do, and why not."""
    weighed = shown.weighed
    rule, code = weighed.override, weighed.never or weighed.barred
    needs = None
    if rule is not None:
        needs = {
            "rule": rule.rule,
            "code": rule.code,
            "reason": REASON_CODES[rule.code],
            "role": rule.role.value,
            "terms": weighed.by_override,
        }
    return {
        "proposal_id": shown.proposal.proposal_id,
        "ask": shown.proposal.ask.value,
        "terms": weighed.by_rules,
        "allowed": weighed.by_rules is not None,
        "instead": _is_instead(shown),
        "needs_override": needs,
        "never": {"code": code, "text": NEVER[code]} if code else None,
        "decision": shown.decision,
        "expires_at": moment(shown.proposal.expires_at),
    }


_THE_WISH = {
    AgentAsk.CANCEL: "cancel",
    AgentAsk.RELEASE: "cancel",
    AgentAsk.REFUND: "refund",
    AgentAsk.HOLD: "ask_hold",
    AgentAsk.RETURN: "request_return",
    AgentAsk.REPLACEMENT: "request_return",
    AgentAsk.REIMBURSE: "ask_reimbursement",
    AgentAsk.CONTACT_SELLER: "contact_seller",
}


def _is_instead(shown: Shown) -> bool:
    """Whether what the rules let happen is something else than what was wanted."""
    step = shown.weighed.by_rules
    return step is not None and step["deed"] != _THE_WISH[shown.proposal.ask]


def _done_json(done: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": done.proposal_id,
        "done_by": done.done_by,
        "done_at": moment(done.done_at),
        "override_reason": done.override_reason,
        "result": done.result,
    }


def _file_json(file: OrderFile, request: web.Request) -> dict[str, Any]:
    policy = request.app[SERVICES].policies[file.order.storefront]
    return {
        "order": shapes.order_json(file.order, policy),
        "buyer": shapes.person(file.buyer),
        "seller": shapes.seller_json(file.seller),
        "requests": [shapes.request_json(each) for each in file.requests],
        "refunds": [shapes.refund_json(each) for each in file.refunds],
        "cases": [shapes.case_line(each) for each in file.cases],
        "decisions": [shapes.decided_json(each) for each in file.decisions],
        "acted": [shapes.acted_json(each) for each in file.acted],
        "trail": [shapes.audit_json(each) for each in file.trail],
        "blocked": shapes.block_json(file.block),
        "conversation_id": file.conversation_id,
    }

"""Actions that wait for a yes: listed with what the buyer confirmed, approved or declined."""

from typing import Any

from aiohttp import web

from aftersale.domain.cases import VERDICT_CODES, CaseVerdict
from aftersale.gateway.bodies import text
from aftersale.gateway.desk import acting_shapes as shapes
from aftersale.gateway.desk.bodies import fields
from aftersale.gateway.desk.entry import API, signed_in
from aftersale.gateway.desk.times import moment
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.services.desk.approvals import Waiting

LONGEST = 4_000  # signs of a reason


def routes() -> list[web.RouteDef]:
    """Return what this module answers."""
    one = f"{API}/approvals/{{number}}"
    return [
        web.get(f"{API}/approvals", waiting, name="desk_approvals"),
        web.post(f"{one}/approve", approve, name="desk_approve"),
        web.post(f"{one}/decline", decline, name="desk_decline"),
    ]


async def waiting(request: web.Request) -> web.Response:
    """List what waits."""
    user, services = signed_in(request), request.app[SERVICES]
    found = await services.in_thread(
        lambda: services.desk_acts.approvals.waiting(user=user, now=services.clock())
    )
    return reply({"items": [_waiting_json(each) for each in found]})


async def approve(request: web.Request) -> web.Response:
    """Carry out what the buyer confirmed."""
    return await _answered(request, CaseVerdict.ACCEPTED, "rules_cover_it")


async def decline(request: web.Request) -> web.Response:
    """Do nothing of it, and tell the buyer why."""
    return await _answered(request, CaseVerdict.DECLINED, None)


async def _answered(request: web.Request, verdict: CaseVerdict, usual: str | None) -> web.Response:
    given = await fields(request, ("reason", "code"))
    user, services = signed_in(request), request.app[SERVICES]
    number, code = request.match_info["number"], given.get("code") or usual
    reason = (text(given, "reason", limit=LONGEST, required=False) or "").strip() or None
    if code not in VERDICT_CODES:
        raise Refusal("bad_request", f"code must be one of: {', '.join(VERDICT_CODES)}.")
    if reason is None and (code == "own_words" or verdict is CaseVerdict.DECLINED):
        raise Refusal("bad_request", "Say the reason; the buyer reads it.")
    case = await services.in_thread(
        lambda: services.desk_acts.approvals.answer(
            number, verdict, str(code), user=user, now=services.clock(), text=reason
        )
    )
    return reply({"case": shapes.case_line(case)})


def _waiting_json(waits: Waiting) -> dict[str, Any]:
    shown = waits.confirmed.terms["shown"] if waits.confirmed else None
    wish = waits.confirmed.terms["wish"] if waits.confirmed else None
    return {
        "case": shapes.case_line(waits.case),
        "buyer": shapes.person(waits.buyer),
        "confirmed_at": moment(waits.confirmed.created_at) if waits.confirmed else None,
        "confirmed": shown
        and {
            "ask": shown["ask"],
            "then": shown.get("then"),
            "items": shown["items"],
            "amount": {"minor": shown["amount_minor"], "currency": shown["currency"]},
            "reason": (wish or {}).get("reason_text"),
        },
        "now": {
            "deed": waits.now.kind.value if waits.now.kind else None,
            "why_not": waits.now.why_not,
        },
        "decision": waits.decision,
    }

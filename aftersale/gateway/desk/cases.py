"""Cases at the desk: lists with clocks, one of them whole, and all that is done to one."""

from datetime import timedelta
from typing import Any

from aiohttp import web

from aftersale.domain.acting import CaseFilter
from aftersale.domain.cases import (
    VERDICT_CODES,
    Case,
    CaseEntry,
    CaseOwner,
    CaseState,
    CaseVerdict,
)
from aftersale.domain.desk import DeskUser, Role
from aftersale.gateway.bodies import required_text, text
from aftersale.gateway.desk import acting_shapes as shapes
from aftersale.gateway.desk.bodies import fields, texts
from aftersale.gateway.desk.entry import API, signed_in
from aftersale.gateway.desk.times import moment
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.services.desk.cases import Bar, CaseView, Decided

LONGEST = 4_000  # signs of a text
PAGE = 50
_DAYS = 30  # the longest time a buyer can be given


def routes() -> list[web.RouteDef]:
    """Return what this module answers."""
    case = f"{API}/cases/{{number}}"
    return [
        web.get(f"{API}/cases", list_cases, name="desk_cases"),
        web.get(case, show, name="desk_case"),
        web.post(f"{case}/acknowledge", acknowledge, name="desk_case_acknowledge"),
        web.post(f"{case}/request-info", request_info, name="desk_case_request_info"),
        web.post(f"{case}/decide", decide, name="desk_case_decide"),
        web.post(f"{case}/escalate", escalate, name="desk_case_escalate"),
        web.post(f"{case}/close", close, name="desk_case_close"),
        web.post(f"{case}/note", note, name="desk_case_note"),
        web.post(f"{case}/assign", assign, name="desk_case_assign"),
    ]


async def list_cases(request: web.Request) -> web.Response:
    """List cases, what is due first, first."""
    user, services = signed_in(request), request.app[SERVICES]
    wanted, offset = _wanted(request, user), _offset(request)
    found, count = await services.in_thread(
        lambda: services.desk_acts.cases.list(
            wanted, user=user, now=services.clock(), limit=PAGE, offset=offset
        )
    )
    more = offset + PAGE if offset + PAGE < count else None
    return reply({"items": [shapes.case_line(x) for x in found], "count": count, "next": more})


def _wanted(request: web.Request, user: DeskUser) -> CaseFilter:
    query, now = request.query, request.app[SERVICES].clock()
    mine = query.get("assignee") == "me"
    return CaseFilter(
        storefronts=tuple(query.getall("storefront", [])[:20]),
        states=_known(CaseState, request, "state"),
        owners=_known(CaseOwner, request, "owner"),
        assignee=user.user if mine else None,
        overdue_at=now if query.get("overdue") in {"1", "true"} else None,
        words=query.get("q", "")[:120],
    )


def _known(
    kind: type[CaseState] | type[CaseOwner], request: web.Request, name: str
) -> frozenset[str]:
    """Return the values that a filter names, a comma between them."""
    said = {each for each in request.query.get(name, "").split(",") if each}
    if not said <= {each.value for each in kind}:
        raise Refusal("bad_request", f"{name} must be of: {', '.join(kind)}.")
    return frozenset(said)


def _offset(request: web.Request) -> int:
    said = request.query.get("from", "0")
    if not said.isascii() or not said.isdigit() or len(said) > 6:
        raise Refusal("bad_request", "from must be a whole number.")
    return int(said)


async def show(request: web.Request) -> web.Response:
    """Show one case with its thread, its files, and what the reader may do about it."""
    user, services = signed_in(request), request.app[SERVICES]
    number = request.match_info["number"]
    view = await services.in_thread(
        lambda: services.desk_acts.cases.view(number, user=user, now=services.clock())
    )
    return reply(_view_json(view, user))


async def acknowledge(request: web.Request) -> web.Response:
    """Say that a person has seen it; the buyer is told."""
    await fields(request, ())
    user, services = signed_in(request), request.app[SERVICES]
    number = request.match_info["number"]
    case = await services.in_thread(
        lambda: services.desk_acts.cases.acknowledge(number, user=user, now=services.clock())
    )
    return _done(case)


async def request_info(request: web.Request) -> web.Response:
    """Ask the buyer for more."""
    given = await fields(request, ("text", "days"))
    user, services = signed_in(request), request.app[SERVICES]
    number, words, within = request.match_info["number"], _words(given), _within(given)
    case = await services.in_thread(
        lambda: services.desk_acts.cases.request_info(
            number, words, user=user, now=services.clock(), within=within
        )
    )
    return _done(case)


def _within(given: dict[str, Any]) -> timedelta:
    days = given.get("days", 3)
    if type(days) is not int or not 1 <= days <= _DAYS:
        raise Refusal("bad_request", f"days must be a whole number from 1 to {_DAYS}.")
    return timedelta(days=days)


async def decide(request: web.Request) -> web.Response:
    """Decide it, or review the decision of a colleague."""
    given = await fields(request, ("verdict", "code", "text", "lines"))
    user, services = signed_in(request), request.app[SERVICES]
    number, decided = request.match_info["number"], decided_of(given)
    case = await services.in_thread(
        lambda: services.desk_acts.cases.decide(number, decided, user=user, now=services.clock())
    )
    return _done(case)


def decided_of(given: dict[str, Any]) -> Decided:
    """Read a decision.

    Raises:
        Refusal: bad_request.
    """
    verdict, code = given.get("verdict"), given.get("code")
    if verdict not in set(CaseVerdict) or code not in VERDICT_CODES:
        raise Refusal(
            "bad_request",
            f"verdict is one of {', '.join(CaseVerdict)}; code of {', '.join(VERDICT_CODES)}.",
        )
    said = text(given, "text", limit=LONGEST, required=False)
    if code == "own_words" and not (said or "").strip():
        raise Refusal("bad_request", "Own words need a text: it is the reason.")
    lines = texts(given, "lines")
    if verdict == CaseVerdict.PARTLY and not lines:
        raise Refusal("bad_request", "A part names its lines.")
    return Decided(CaseVerdict(verdict), str(code), said or None, lines)


async def escalate(request: web.Request) -> web.Response:
    """Ask for the independent review in the buyer's stead."""
    words = _words(await fields(request, ("text",)))
    user, services = signed_in(request), request.app[SERVICES]
    number = request.match_info["number"]
    case = await services.in_thread(
        lambda: services.desk_acts.cases.escalate(number, words, user=user, now=services.clock())
    )
    return _done(case)


async def close(request: web.Request) -> web.Response:
    """End it for good; the buyer reads why."""
    words = _words(await fields(request, ("text",)))
    user, services = signed_in(request), request.app[SERVICES]
    number = request.match_info["number"]
    case = await services.in_thread(
        lambda: services.desk_acts.cases.close(number, words, user=user, now=services.clock())
    )
    return _done(case)


async def note(request: web.Request) -> web.Response:
    """Leave a word among colleagues."""
    words = _words(await fields(request, ("text",)))
    user, services = signed_in(request), request.app[SERVICES]
    number = request.match_info["number"]
    written = await services.in_thread(
        lambda: services.desk_acts.cases.note(number, words, user=user, now=services.clock())
    )
    return reply({"note": shapes.note_json(written)}, status=201)


async def assign(request: web.Request) -> web.Response:
    """Say whose it is to see to; null: nobody's."""
    to = text(await fields(request, ("to",)), "to", limit=64, required=False) or None
    user, services = signed_in(request), request.app[SERVICES]
    number = request.match_info["number"]
    case = await services.in_thread(
        lambda: services.desk_acts.cases.assign(number, to, user=user, now=services.clock())
    )
    return _done(case)


def _words(given: dict[str, Any]) -> str:
    words = required_text(given, "text", limit=LONGEST).strip()
    if not words:
        raise Refusal("bad_request", "text must say something.")
    return words


def _done(case: Case) -> web.Response:
    return reply({"case": shapes.case_line(case)})


_WHY = {
    Bar.OVER: "It is decided or closed.",
    Bar.ROLE: "Deciding needs the role reviewer.",
    Bar.PARTY: "You take part in this case, so a colleague decides it.",
    Bar.NOT_INDEPENDENT: "You decided it before; the review is by somebody else.",
}


def _view_json(view: CaseView, user: DeskUser) -> dict[str, Any]:
    case, bar = view.case, view.bar
    is_open, reviews = bar is not Bar.OVER, user.role.includes(Role.REVIEWER)
    return {
        "case": _case_json(case),
        "buyer": shapes.person(view.buyer),
        "lines": [shapes.line_json(line) for line in view.order.lines] if view.order else [],
        "entries": [_entry_json(each) for each in view.entries],
        "attachments": [
            {
                "attachment_id": each.attachment_id,
                "conversation_id": each.conversation_id,
                "media_type": each.media_type,
                "size": each.size,
                "at": moment(each.created_at),
            }
            for each in view.attachments
        ],
        "notes": [shapes.note_json(each) for each in view.notes],
        "would": {
            "deed": view.would.kind.value if view.would.kind else None,
            "why_not": view.would.why_not,
        },
        "may": {
            "decide": bar is None,
            "why": {"code": bar.value, "text": _WHY[bar]} if bar else None,
            "acknowledge": is_open and case.ack_at is None,
            "request_info": is_open,
            "escalate": case.state is CaseState.DECIDED and case.review_verdict is None,
            "close": reviews and case.state is not CaseState.CLOSED and bar is not Bar.PARTY,
        },
    }


def _case_json(case: Case) -> dict[str, Any]:
    return shapes.case_line(case) | {
        "conversation_id": case.conversation_id,
        "line_ids": list(case.line_ids),
        "item": case.item,
        "description": case.description,
        "resolution": case.resolution.value if case.resolution else None,
        "evidence": case.evidence.value,
        "ack_due_by": moment(case.ack_due_by),
        "ack_at": moment(case.ack_at),
        "first_line_due_by": moment(case.first_line_due_by),
        "info_asked": case.info_asked,
        "info_due_by": moment(case.info_due_by),
        "first_verdict": case.verdict.value if case.verdict else None,
        "verdict_code": case.verdict_code,
        "decided_by": case.decided_by,
        "decided_at": moment(case.decided_at),
        "escalated_at": moment(case.escalated_at),
        "escalation_reason": case.escalation_reason,
        "review_verdict": case.review_verdict.value if case.review_verdict else None,
        "reviewer": case.reviewer,
        "reviewed_at": moment(case.reviewed_at),
        "stepped_in_at": moment(case.stepped_in_at),
        "closed_at": moment(case.closed_at),
    }


def _entry_json(entry: CaseEntry) -> dict[str, Any]:
    kind, _, name = entry.author.partition(":")
    return {
        "at": moment(entry.at),
        "role": entry.role.value,
        "by": name if kind == "agent" else None,
        "text": entry.text,
    }

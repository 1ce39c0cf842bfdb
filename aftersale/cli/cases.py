"""`aftersale cases`: what waits for somebody, and what people who work here do with it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from aftersale.bootstrap import bootstrap
from aftersale.cli.opened import settings
from aftersale.cli.options import STOREFRONTS
from aftersale.domain.cases import VERDICT_CODES, Case, CaseEntry, CaseVerdict
from aftersale.gateway.services import Services
from aftersale.services.case_life.asking import ANSWER_WITHIN
from aftersale.services.case_life.desk import CaseFile

AS_USER = click.option("--as", "user", required=True, help="Who you are; it is written down.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_BADGES = {"platform": "team", "bot": "assistant"}


class Span(click.ParamType[timedelta]):
    """A time such as 3d, 48h or 90m."""

    name = "SPAN"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read the text; anything else is wrong usage."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([1-9]\d{0,3})([mhd])", value)
        if found is None:
            self.fail("is not a time like 3d, 48h or 90m", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.group()
def cases() -> None:
    """List cases, read one, and acknowledge, ask, decide, escalate or close it."""


@cases.command("list", epilog="Example: aftersale cases list --storefront helpdesk --overdue")
@click.option("--storefront", type=STOREFRONTS, help="Only of this storefront.")
@click.option("--overdue", is_flag=True, help="Only those one of whose times has come.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_cases(*, storefront: str | None, overdue: bool, as_json: bool) -> None:
    """List cases, newest first; what is overdue oldest first."""
    with _desk() as (services, now):
        desk = services.case_desk
        found = (
            desk.overdue(now, storefront=storefront)
            if overdue
            else desk.list(storefront=storefront)
        )
    if not found:
        click.echo("No cases.", err=True)
    for case in found:
        click.echo(_json(asdict(case)) if as_json else _line(case))


@cases.command(epilog="Example: aftersale cases show C-7K3M-92QD --as ada --json")
@click.argument("number")
@click.option("--as", "user", envvar="USER", default="somebody", help="Who reads it.")
@AS_JSON
def show(*, number: str, user: str, as_json: bool) -> None:
    """Show one case with its thread and its files; that you read it is written down."""
    with _desk() as (services, now):
        found = services.case_desk.read(number, user=user, now=now)
    if as_json:
        click.echo(_json(_plain_file(found)))
        return
    for line in _shown(found):
        click.echo(line)


@cases.command(epilog="Example: aftersale cases acknowledge C-7K3M-92QD --as ada")
@click.argument("number")
@AS_USER
@AS_JSON
def acknowledge(*, number: str, user: str, as_json: bool) -> None:
    """Say that a person has seen the case; the buyer is told."""
    with _desk() as (services, now):
        case = services.case_desk.asking.acknowledge(number, user=user, now=now)
    _told(case, as_json=as_json)


@cases.command(
    "request-info",
    epilog='Example: aftersale cases request-info C-7K3M-92QD --as ada --text "Which size?"',
)
@click.argument("number")
@AS_USER
@click.option("--text", required=True, help="What you want to know; the buyer reads it.")
@click.option("--within", type=Span(), default=ANSWER_WITHIN, help="How long they have; 3d.")
@AS_JSON
def request_info(*, number: str, user: str, text: str, within: timedelta, as_json: bool) -> None:
    """Ask the buyer for more; their answer lands in the thread of the case."""
    with _desk() as (services, now):
        case = services.case_desk.asking.ask(number, text, user=user, now=now, within=within)
    _told(case, as_json=as_json)


@cases.command(
    epilog="Example: aftersale cases decide C-7K3M-92QD --as ada --verdict accepted "
    "--code evidence_shows"
)
@click.argument("number")
@AS_USER
@click.option("--verdict", type=click.Choice([each.value for each in CaseVerdict]), required=True)
@click.option("--code", type=click.Choice(VERDICT_CODES), required=True, help="The reason.")
@click.option("--text", help="What you add in your own words; the buyer reads it.")
@click.option("--line", "lines", multiple=True, help="A line to refund, when accepted in part.")
@AS_JSON
def decide(
    *,
    number: str,
    user: str,
    verdict: str,
    code: str,
    text: str | None,
    lines: tuple[str, ...],
    as_json: bool,
) -> None:
    """Decide a case, or review the decision of a colleague when the case was escalated."""
    if code == "own_words" and not text:
        raise click.UsageError("--code own_words needs --text: it is the reason.")
    with _desk() as (services, now):
        case = services.case_desk.deciding.decide(
            number, CaseVerdict(verdict), code, user=user, now=now, text=text, lines=lines
        )
    _told(case, as_json=as_json)


@cases.command(epilog='Example: aftersale cases close C-0000-0002 --as ada --text "Settled."')
@click.argument("number")
@AS_USER
@click.option("--text", required=True, help="Why; the buyer reads it.")
@AS_JSON
def close(*, number: str, user: str, text: str, as_json: bool) -> None:
    """Close a case for good; what is decided may stay decided instead."""
    with _desk() as (services, now):
        case = services.case_desk.asking.close(number, text, user=user, now=now)
    _told(case, as_json=as_json)


@cases.command(
    epilog='Example: aftersale cases escalate C-7K3M-92QD --as ada --text "They wrote by post."'
)
@click.argument("number")
@AS_USER
@click.option("--text", required=True, help="Why the buyer disagrees.")
@AS_JSON
def escalate(*, number: str, user: str, text: str, as_json: bool) -> None:
    """Ask for the independent review in the buyer's stead."""
    with _desk() as (services, now):
        case = services.case_desk.escalating.by_person(number, text, user=user, now=now)
    _told(case, as_json=as_json)


@contextmanager
def _desk() -> Iterator[tuple[Services, datetime]]:
    """Give the services of this installation; what is to leave is delivered by the app."""
    services = bootstrap(settings())
    try:
        yield services, services.clock()
    finally:
        services.close()


def _told(case: Case, *, as_json: bool) -> None:
    click.echo(_json(asdict(case)) if as_json else _line(case))


def _line(case: Case) -> str:
    due = f" until {case.ack_due_by:%Y-%m-%d %H:%M %Z}" if _waits(case) else ""
    about = f" order {case.order_number}" if case.order_number else ""
    return (
        f"{case.number}  {case.storefront}  {case.type}  {case.state}  "
        f"{case.owner} acts{due}{about}  {case.subject}"
    )


def _waits(case: Case) -> bool:
    return case.ack_due_by is not None and case.ack_at is None


def _shown(found: CaseFile) -> Iterator[str]:
    yield _line(found.case)
    for entry in found.entries:
        yield f"{entry.at:%Y-%m-%d %H:%M %Z}  {_who(entry)}: {entry.text or '(no words)'}"
    for one in found.attachments:
        kind = f"{one.media_type}, {one.size // 1024 + 1} KiB"
        yield f"{one.created_at:%Y-%m-%d %H:%M %Z}  file {one.attachment_id}: {kind}"


def _who(entry: CaseEntry) -> str:
    """Return the badge of an entry, with the name of whoever works here."""
    kind, _, name = entry.author.partition(":")
    badge = _BADGES.get(entry.role.value, entry.role.value)
    if kind in {"buyer", "seller", "leader"}:
        return kind
    return f"{badge} {name}" if name else badge


def _plain_file(found: CaseFile) -> dict[str, Any]:
    return asdict(found.case) | {
        "entries": [asdict(entry) for entry in found.entries],
        "attachments": [asdict(one) for one in found.attachments],
    }


def _json(value: Any) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

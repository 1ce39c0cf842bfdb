"""`aftersale sellers`: how sellers do, whom a person has to reach, and what they said."""

import json
from dataclasses import asdict
from typing import Any

import click

from aftersale.bootstrap import bootstrap
from aftersale.cli.opened import present, settings, store
from aftersale.cli.options import STOREFRONTS
from aftersale.domain.cases import OPEN_CASES, Case, CaseState, CaseType
from aftersale.domain.sellers import SellerMetrics
from aftersale.services.ports import UnitOfWork
from aftersale.services.seller_answers import AnswerTaken

_TOLD = {
    AnswerTaken.TOLD: "The buyer has the answer, and it is in the case.",
    AnswerTaken.KEPT: "The answer is in the case; the buyer's conversation is over.",
}
_HOUR, _DAY = 3600, 86400
_TO_REACH = OPEN_CASES - {CaseState.WAITING_FOR_BUYER}  # else the seller has answered


@click.group()
def sellers() -> None:
    """How sellers do, whom a person has to reach, and what they said."""


@sellers.command(epilog="Example: aftersale sellers metrics --storefront seller-direct")
@click.option("--storefront", type=STOREFRONTS, help="Only of this storefront.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def metrics(*, storefront: str | None, as_json: bool) -> None:
    """List stock-outs, bounces, refusals and answer times; flagged sellers come first.

    Buyers are told nothing of this.
    """
    with store(settings())() as uow:
        found = uow.seller_mail.metrics(storefront=storefront)
    if not as_json:
        click.echo("seller  stock-outs  bounces  refusals  silences  answers  median  flags")
    for each in found:
        click.echo(json.dumps(asdict(each)) if as_json else _line(each))


@sellers.command(epilog="Example: aftersale sellers outreach")
@click.option("--storefront", type=STOREFRONTS, help="Only of this storefront.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def outreach(*, storefront: str | None, as_json: bool) -> None:
    """List sellers whom buyers could not reach, and how a person may: phone, page, address."""
    with store(settings())() as uow:
        open_cases = [
            case
            for case in uow.cases.list(storefront=storefront, limit=1000)
            if case.type is CaseType.SELLER_UNREACHABLE and case.state in _TO_REACH
        ]
        tasks = [_task(uow, case) for case in open_cases]
    if not as_json:
        click.echo(f"{len(tasks)} to reach")
    for task in tasks:
        click.echo(json.dumps(task) if as_json else _words(task))


@sellers.command(
    epilog='Example: aftersale sellers answer C-7K3M-92QD --as kim --text "It ships on Monday."'
)
@click.argument("case")
@click.option("--as", "user", required=True, help="Who asked the seller.")
@click.option("--text", required=True, help="What the seller said; the buyer reads it.")
def answer(case: str, *, user: str, text: str) -> None:
    """Bring what a seller said to the buyer of CASE, into their conversation and the case."""
    given = settings()
    services = bootstrap(given)
    try:
        taken = services.seller_answers.by_person(case, text, user=user, now=present(given))
    finally:
        services.close()
    click.echo(_TOLD[taken])


def _task(uow: UnitOfWork, case: Case) -> dict[str, Any]:
    letter = uow.seller_mail.of_case(case.number)
    seller = uow.parties.seller(letter.seller_id) if letter else None
    return {
        "case": case.number,
        "storefront": case.storefront,
        "order": case.order_number,
        "seller": seller.nickname if seller else None,
        "phone": seller.phone if seller else None,
        "page": seller.contact_url if seller else None,
        "email": seller.email if seller and seller.reachable else None,
        "wanted": letter.text if letter else None,
    }


def _words(task: dict[str, Any]) -> str:
    ways = ", ".join(str(task[way]) for way in ("phone", "page", "email") if task[way])
    return f"{task['case']}  {task['seller']}  {ways or 'no way is known'}  {task['wanted']}"


def _line(each: SellerMetrics) -> str:
    counts = (each.stockouts, each.bounces, each.refusals, each.silences, each.answers)
    flags = ", ".join(each.flags) or "-"
    shown = "  ".join(str(count) for count in counts)
    return f"{each.nickname} ({each.storefront})  {shown}  {_span(each.answer_seconds)}  {flags}"


def _span(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    if seconds < _DAY:
        return f"{seconds / _HOUR:.1f} h"
    return f"{seconds / _DAY:.1f} d"

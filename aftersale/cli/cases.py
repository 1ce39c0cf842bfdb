"""`aftersale cases`: what waits for somebody."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from aftersale.cli.opened import settings, store
from aftersale.cli.options import STOREFRONTS
from aftersale.domain.cases import Case
from aftersale.errors import NotFound


@click.group()
def cases() -> None:
    """List and show cases that wait for somebody."""


@cases.command("list", epilog="Example: aftersale cases list --storefront helpdesk")
@click.option("--storefront", type=STOREFRONTS, help="Only of this storefront.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_cases(*, storefront: str | None, as_json: bool) -> None:
    """List cases, newest first."""
    with store(settings())() as uow:
        found = uow.cases.list(storefront=storefront)
    if not found:
        click.echo("No cases.", err=True)
    for case in found:
        click.echo(_json(asdict(case)) if as_json else _line(case))


@cases.command(epilog="Example: aftersale cases show C-7K3M-92QD --json")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(*, number: str, as_json: bool) -> None:
    """Show one case with its thread."""
    with store(settings())() as uow:
        case = uow.cases.get(number)
        entries = uow.cases.entries(number)
    if case is None:
        raise NotFound("There is no case of that number; `aftersale cases list` shows them.")
    if as_json:
        click.echo(_json(asdict(case) | {"entries": [asdict(entry) for entry in entries]}))
        return
    click.echo(_line(case))
    for entry in entries:
        who = entry.author.partition(":")[0]
        click.echo(f"{entry.at:%Y-%m-%d %H:%M %Z}  {who}: {entry.text or '(no words)'}")


def _line(case: Case) -> str:
    due = f" until {case.ack_due_by:%Y-%m-%d %H:%M %Z}" if case.ack_due_by else ""
    about = f" order {case.order_number}" if case.order_number else ""
    return (
        f"{case.number}  {case.storefront}  {case.type}  {case.state}  "
        f"{case.owner} acts{due}{about}  {case.subject}"
    )


def _json(value: Any) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

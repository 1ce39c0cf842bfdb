"""`aftersale promises`: what was promised and is overdue."""

import json

import click

from aftersale.cli.opened import present, settings, store
from aftersale.domain.requests import Promise


@click.group(epilog="Example: aftersale promises list --overdue")
def promises() -> None:
    """List what was promised and is overdue."""


@promises.command("list", epilog="Example: aftersale promises list --overdue")
@click.option("--overdue", is_flag=True, required=True, help="Those whose time has passed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_promises(*, overdue: bool, as_json: bool) -> None:  # noqa: ARG001 -- it names the list
    """List promises that were not kept in time, the longest overdue first."""
    given = settings()
    with store(given)() as uow:
        found = uow.ledger.overdue(present(given), limit=1000)
    if not found:
        click.echo("Nothing is overdue.", err=as_json)
    for promise in found:
        click.echo(json.dumps(_fields(promise)) if as_json else _line(promise))


def _fields(promise: Promise) -> dict[str, str | None]:
    return {
        "promise": promise.promise_id,
        "code": promise.code,
        "storefront": promise.storefront,
        "order": promise.order_number,
        "conversation": promise.conversation_id,
        "due": promise.due_at.isoformat() if promise.due_at else None,
    }


def _line(promise: Promise) -> str:
    about = f" order {promise.order_number}" if promise.order_number else ""
    due = f"{promise.due_at:%Y-%m-%d %H:%M %Z}" if promise.due_at else "no date"
    return f"{due}  {promise.storefront}  {promise.code}{about}"

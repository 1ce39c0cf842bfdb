"""`aftersale outbox`: what leaves, and what was given up on its way."""

import json
from typing import Any

import click

from aftersale.cli.opened import present, settings, store
from aftersale.domain.requests import OutboxRow, OutboxState
from aftersale.services.dead_letters import DeadLetters

AS_USER = click.option("--as", "user", required=True, help="Who you are; it is written down.")
STATES = click.Choice([state.value for state in OutboxState])
# Words and keys of other people: whoever needs them looks into the case.
PRIVATE = frozenset({"text", "html", "link", "token", "reply_token", "subject"})


@click.group()
def outbox() -> None:
    """Look at outside effects; send given up ones again, or let them go."""


@outbox.command("list", epilog="Example: aftersale outbox list --state dead")
@click.option("--state", type=STATES, help="Only in this state.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_rows(*, state: str | None, limit: int, as_json: bool) -> None:
    """List effects, newest first."""
    wanted = OutboxState(state) if state else None
    found = DeadLetters(store(settings())).list(wanted, limit=limit)
    if not found:
        click.echo("Nothing.", err=True)
    for row in found:
        click.echo(json.dumps(_plain(row)) if as_json else _line(row))


@outbox.command(epilog="Example: aftersale outbox show ob-demo-dead")
@click.argument("outbox_id")
def show(*, outbox_id: str) -> None:
    """Show one effect as JSON, without what it says and without its links."""
    row = DeadLetters(store(settings())).get(outbox_id)
    click.echo(json.dumps(_plain(row), indent=2))


@outbox.command(epilog="Example: aftersale outbox requeue ob-demo-dead --as maria")
@click.argument("outbox_id")
@AS_USER
def requeue(*, outbox_id: str, user: str) -> None:
    """Try a given up effect again; with the same key, so that nothing happens twice."""
    given = settings()
    DeadLetters(store(given)).requeue(outbox_id, user=user, now=present(given))
    click.echo("It is tried again.")


@outbox.command(epilog="Example: aftersale outbox discard ob-demo-dead-2 --as maria")
@click.argument("outbox_id")
@AS_USER
def discard(*, outbox_id: str, user: str) -> None:
    """Let a given up effect go for good; its case stays open."""
    given = settings()
    DeadLetters(store(given)).discard(outbox_id, user=user, now=present(given))
    click.echo("It is not tried again.")


def _line(row: OutboxRow) -> str:
    about = " ".join(str(row.payload.get(name) or "") for name in ("storefront", "number"))
    tries = f"{row.attempts} {'try' if row.attempts == 1 else 'tries'}"
    why = f"  {row.last_error}" if row.last_error else ""
    return (
        f"{row.outbox_id}  {row.kind}  {row.state}  {tries}  "
        f"{row.not_before:%Y-%m-%d %H:%M %Z}  {about.strip()}{why}"
    )


def _plain(row: OutboxRow) -> dict[str, Any]:
    return {
        "outbox_id": row.outbox_id,
        "kind": row.kind.value,
        "state": row.state.value,
        "idempotency_key": row.idempotency_key,
        "attempts": row.attempts,
        "not_before": row.not_before.isoformat(),
        "last_error": row.last_error,
        "payload": {name: value for name, value in row.payload.items() if name not in PRIVATE},
    }

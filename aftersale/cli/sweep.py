"""`aftersale sweep`: run once what is due."""

import json
from dataclasses import asdict
from datetime import datetime

import click

from aftersale.bootstrap import bootstrap
from aftersale.cli.opened import settings
from aftersale.cli.options import Instant
from aftersale.jobs.sweep import Swept


@click.command(epilog="Example: aftersale sweep --dry-run")
@click.option("--now", type=Instant(), help="Another instant; in production only counts.")
@click.option("--dry-run", is_flag=True, help="Count what is due and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def sweep(*, now: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Cancel what cancels itself, expire what nobody answered, remind, and deliver the outbox.

    `aftersale serve` does this by itself; a second run changes nothing.
    """
    given = settings()
    # A time that is not the real one must never change a real order.
    dry_run = dry_run or (now is not None and given.mode == "production")
    services = bootstrap(given)
    try:
        swept = services.sweep.run(now or services.clock(), dry_run=dry_run)
        if not dry_run:
            while services.run_relay():
                pass
    finally:
        services.close()
    click.echo(json.dumps(asdict(swept)) if as_json else _line(swept, dry_run=dry_run))


def _line(swept: Swept, *, dry_run: bool) -> str:
    counts = ", ".join(f"{name.replace('_', ' ')}: {n}" for name, n in asdict(swept).items())
    return f"{'Due' if dry_run else 'Done'}: {counts}"

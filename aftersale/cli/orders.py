"""`aftersale orders`: import orders and look at one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from aftersale.adapters.policies import load_policies
from aftersale.adapters.voice_values import Reader
from aftersale.cli.opened import present, settings, store
from aftersale.cli.options import STOREFRONTS
from aftersale.domain.orders import Order
from aftersale.errors import ImportInvalid, NotFound
from aftersale.services.ports import UnitOfWork
from aftersale.store.database import json_text, make_engine
from aftersale.store.orders_import import ImportReport, import_file
from aftersale.store.orders_import import Progress as Advance

STAGES = {"check": "Checking", "write": "Writing"}


@click.group(epilog="Example: aftersale orders import orders.jsonl --dry-run")
def orders() -> None:
    """Import orders and look at one."""


@orders.command("import", epilog="Example: aftersale orders import orders.jsonl --dry-run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
def import_orders(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Import orders from FILE, one JSON object a line (docs/order-import.schema.json).

    All or nothing: a wrong line is named with its field, and nothing is imported. An order that is
    there changes only when its source_version is higher.
    """
    given = settings()
    engine = make_engine(given.database_url)
    try:
        with _bars(file) as advance:
            report = import_file(
                engine,
                file,
                now=present(given),
                storefronts=_storefronts(),
                dry_run=dry_run,
                progress=advance,
            )
    except ImportInvalid as wrong:
        if as_json:
            click.echo(json.dumps({"error": wrong.code, "problems": wrong.problems}))
        raise
    finally:
        engine.dispose()
    click.echo(json.dumps(asdict(report)) if as_json else _told(report))


def _storefronts() -> list[str]:
    return list(load_policies(settings().storefronts_dir))


def _told(report: ImportReport) -> str:
    start = "Dry run, nothing written: " if report.dry_run else ""
    counts = f"{report.inserted} inserted, {report.updated} updated, {report.unchanged} unchanged"
    return f"{start}{counts}."


@contextmanager
def _bars(file: Path) -> Iterator[Advance]:
    bar = Progress(
        TextColumn("{task.description:9}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    size = file.stat().st_size
    with bar:
        tasks = {stage: bar.add_task(name, total=size) for stage, name in STAGES.items()}
        yield lambda stage, done: bar.advance(tasks[stage], done)


@orders.command(epilog="Example: aftersale orders show SD-100234 --json")
@click.argument("number")
@click.option("--storefront", type=STOREFRONTS, help="Needed when several storefronts have it.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def show(number: str, *, storefront: str | None, as_json: bool) -> None:
    """Show the stored order NUMBER, with its requests, refunds and trail."""
    with store(settings())() as uow:
        order = _only(uow, number, [storefront] if storefront else _storefronts())
        told = _everything(uow, order)
    click.echo(json_text(told) if as_json else _short(order))


def _only(uow: UnitOfWork, number: str, storefronts: list[str]) -> Order:
    found = [order for key in storefronts if (order := uow.orders.find(key, number))]
    if not found:
        raise NotFound("No stored order has this number.")
    if len(found) > 1:
        where = ", ".join(order.storefront for order in found)
        raise NotFound(f"Several storefronts have this number: {where}. Add --storefront.")
    return found[0]


def _everything(uow: UnitOfWork, order: Order) -> dict[str, object]:
    at = (order.storefront, order.number)
    subject = f"order:{order.storefront}/{order.number}"
    return asdict(order) | {
        "requests": [asdict(request) for request in uow.requests.for_order(*at)],
        "refunds": [asdict(refund) for refund in uow.requests.refunds(*at)],
        "trail": [asdict(entry) for entry in uow.ledger.trail(subject)],
    }


def _short(order: Order) -> str:
    amount = Reader.of("en", "UTC").text({"$money": asdict(order.total)})
    lines = [
        f"  {line.quantity} x {line.name}: fulfilment {line.fulfilment}" for line in order.lines
    ]
    state = f"order {order.state}, payment {order.payment.state}"
    return "\n".join([f"{order.number} ({order.storefront}): {state}, {amount}", *lines])

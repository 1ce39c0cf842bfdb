"""`aftersale secure`: what buyers sent through one-time links, apart from the chat."""

import click

from aftersale.adapters.seal import FernetSeal
from aftersale.cli.opened import present, settings, store
from aftersale.services.secure_link import SecureReading


@click.group()
def secure() -> None:
    """Read confidential words that belong to a case."""


@secure.command(epilog="Example: aftersale secure show C-7K3M-92QD --as maria")
@click.argument("number")
@click.option("--as", "user", required=True, help="Who reads it; the audit names them.")
def show(*, number: str, user: str) -> None:
    """Show what came for a case; that somebody looked is written down."""
    given = settings()
    reading = SecureReading(store(given), seal=FernetSeal(given.seal_secret))
    found = reading.read(number, user=user, now=present(given))
    if not found:
        click.echo("Nothing confidential is kept for this case.", err=True)
    for note, words in found:
        click.echo(f"{note.received_at:%Y-%m-%d %H:%M %Z}  {words}")

"""`aftersale mail fetch`: look into the mailbox of replies and bounces once."""

import click

from aftersale.bootstrap import bootstrap
from aftersale.cli.opened import settings


@click.group()
def mail() -> None:
    """Look into the mailbox of replies and bounces."""


@mail.command(epilog="Example: aftersale mail fetch")
def fetch() -> None:
    """Take in what lies in the mailbox; `aftersale serve` does it on a timer."""
    services = bootstrap(settings())
    try:
        taken = 0
        while found := services.run_inbox():
            taken += found
    finally:
        services.close()
    click.echo(f"Taken in: {taken}")

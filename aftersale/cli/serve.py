"""`aftersale serve`: the app, as production runs it."""

import errno

import click

from aftersale.cli.opened import settings
from aftersale.demo.keys import has_demo_key
from aftersale.errors import SettingsInvalid
from aftersale.gateway.serve import serve as run
from aftersale.settings import Settings


@click.command(epilog="Example: aftersale serve")
def serve() -> None:
    """Run the app until SIGTERM or Ctrl-C. The engine is a process of its own.

    Settings come from the environment; docs/operations.md lists them.
    """
    given = settings()
    refuse_demo_key(given)
    try:
        run(given)
    except OSError as taken:
        if taken.errno != errno.EADDRINUSE:
            raise
        taken_port = f"Port {given.port}, {given.desk_port} or {given.actions_port} is taken"
        remedy = "set AFTERSALE_PORT, AFTERSALE_DESK_PORT or AFTERSALE_ACTIONS_PORT to a free one."
        raise SettingsInvalid([f"{taken_port}: {remedy}"]) from taken


def refuse_demo_key(given: Settings) -> None:
    """Stop a production start that would accept identities anybody can sign.

    Raises:
        SettingsInvalid: the key file holds a demo key.
    """
    if given.mode == "production" and has_demo_key(given.identity_keys):
        problem = f"{given.identity_keys} holds a demo key, with which anybody can be any buyer"
        raise SettingsInvalid([f"{problem}: name another file in AFTERSALE_IDENTITY_KEYS."])

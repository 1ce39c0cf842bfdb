"""`aftersale demo`: engine, app and demo data in one command."""

import signal
import time
from contextlib import ExitStack
from types import FrameType

import click

from aftersale.demo.prepare import guide, prepare, train
from aftersale.demo.processes import DidNotStart, is_free
from aftersale.demo.session import demo_settings
from aftersale.demo.stack import Plan, app, engine
from aftersale.settings import Settings

LOOK_EVERY = 0.5


@click.command(epilog="Example: aftersale demo --open")
@click.option("--open", "always_open", is_flag=True, help="Live help at any hour of the day.")
def demo(*, always_open: bool) -> None:
    """Prepare what is missing, start engine and app, and serve until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, _interrupt)
    wanted = demo_settings()
    require_free(wanted)
    try:
        _serve(_plan(wanted, always_open=always_open))
    except KeyboardInterrupt:
        click.echo("\nStopped.")


def _plan(wanted: Settings, *, always_open: bool) -> Plan:
    more = {"AFTERSALE_ALWAYS_OPEN": "yes"} if always_open else {}
    return Plan(
        wanted.data_dir, mode="demo", port=wanted.port, desk_port=wanted.desk_port, more=more
    )


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def require_free(wanted: Settings) -> None:
    """Make sure that the ports can be had, before anything takes time.

    Raises:
        DidNotStart: somebody listens there.
    """
    for name, host, port in (
        ("AFTERSALE_PORT", wanted.host, wanted.port),
        ("AFTERSALE_DESK_PORT", wanted.desk_host, wanted.desk_port),
    ):
        if not is_free(host, port):
            raise DidNotStart(f"Port {port} is taken. Choose another: {name}={port + 1} make demo")


def _serve(plan: Plan) -> None:
    train()
    settings = plan.settings()
    prepare(settings, say=click.echo)
    with ExitStack() as parts:
        click.echo("Starting the engine …")
        processes = {"engine": parts.enter_context(engine(settings))}
        click.echo("Starting the app …")
        processes["app"] = parts.enter_context(app(plan))
        click.echo(guide(settings))
        while True:
            time.sleep(LOOK_EVERY)
            for name, process in processes.items():
                if process.poll() is not None:
                    logs = settings.data_dir / "logs"
                    raise DidNotStart(f"The {name} ended by itself; {logs}/{name}.log says why.")

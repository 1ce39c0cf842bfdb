"""The command line. A command's module is imported only when it runs, so that `--help` is quick.

Exit 0: done. Exit 1: refused, with one line on stderr that ends in the code. Exit 2: wrong usage.
"""

from importlib import import_module
from typing import Any

import click

from aftersale.domain.errors import AftersaleError

# name: (module, what `aftersale --help` says)
COMMANDS = {
    "agents": ("aftersale.cli.agents", "Say who is there for live chat."),
    "cases": ("aftersale.cli.cases", "List and show cases that wait for somebody."),
    "channels": ("aftersale.cli.channels", "Look after accounts on messengers."),
    "chat": ("aftersale.cli.chat", "Talk to the assistant in the terminal."),
    "db": ("aftersale.cli.db", "Create and upgrade the database."),
    "demo": ("aftersale.cli.demo", "Engine, app and demo data in one command."),
    "desk": ("aftersale.cli.desk", "Say who may sign in at the desk."),
    "mail": ("aftersale.cli.mail", "Take in replies and bounces once."),
    "feedback": ("aftersale.cli.feedback", "What buyers say about the help they got."),
    "kb": ("aftersale.cli.kb", "Load, check and review the help articles."),
    "orders": ("aftersale.cli.orders", "Import orders and look at one."),
    "outbox": ("aftersale.cli.outbox", "Outside effects, and what was given up."),
    "policy": ("aftersale.cli.policy", "Check policies and explain a decision."),
    "products": ("aftersale.cli.products", "Import products and look one up."),
    "secure": ("aftersale.cli.secure", "Read what came through one-time links."),
    "promises": ("aftersale.cli.promises", "List what was promised and is overdue."),
    "sellers": ("aftersale.cli.sellers", "How sellers do, and whom a person has to reach."),
    "serve": ("aftersale.cli.serve", "Run the app (production entry)."),
    "sweep": ("aftersale.cli.sweep", "Run once what is due."),
    "token": ("aftersale.cli.token", "Sign an identity for tests and the demo shop."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module; it holds a command of the same name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is one line and exit status 1."""
        try:
            return super().invoke(ctx)
        except AftersaleError as refused:
            click.echo(f"aftersale: {refused.detail} [{refused.code}]", err=True)
            ctx.exit(1)


@click.command(cls=LazyGroup, epilog="Example: aftersale demo")
@click.version_option(package_name="aftersale")
def main() -> None:
    """Order-support assistant for marketplaces."""

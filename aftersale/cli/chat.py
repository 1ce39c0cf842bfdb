"""`aftersale chat`: the assistant in the terminal, over the public HTTP interface."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import click

from aftersale.cli.options import STOREFRONTS
from aftersale.demo.dialogue import Dialogue, drawn, said, speaker
from aftersale.demo.session import open_dialogue

QUIT = frozenset({"/quit", "/exit"})


@click.command(
    epilog="Example: aftersale chat --storefront status-gated --buyer buyer1@example.com"
)
@click.option("--storefront", type=STOREFRONTS, required=True, help="Whose rules hold.")
@click.option("--buyer", help="E-mail of a demo buyer; without it nobody is signed in.")
@click.option("--script", type=click.File("r"), help="Read the buyer's lines from a file.")
@click.option("--now", metavar="ISO", help="Talk at this instant, in a world of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as one line of JSON.")
def chat(
    *, storefront: str, buyer: str | None, script: Any, now: str | None, as_json: bool
) -> None:
    """Talk to the assistant. A number presses the button with that number; /quit ends.

    A running demo is used where one answers; otherwise engine and app are started for this talk.
    """
    with ExitStack() as stack:
        dialogue = stack.enter_context(open_dialogue(storefront, buyer, now=now))
        for line in _typed(script):
            if script and not as_json:
                click.echo(f"Buyer: {_shown(dialogue, line)}")
            _print(dialogue.answer(line), as_json=as_json)


def _typed(script: Any) -> Iterator[str]:
    """Yield the buyer's lines: of the file, or as they are typed."""
    if script:
        yield from (line.strip() for line in script if line.strip() and line[0] != "#")
        return
    while True:
        try:
            line = click.prompt("You", prompt_suffix=": ", default="", show_default=False)
        except click.Abort:
            return
        if line.strip() in QUIT:
            return
        if line.strip():
            yield line


def _shown(dialogue: Dialogue, line: str) -> str:
    choice = dialogue.pressed(line)
    return f"[{choice.title}]" if choice else line


def _print(events: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo("\n".join(json.dumps(event, ensure_ascii=False) for event in events))
        return
    for event in said(events):
        first, *rest = drawn(event) or [""]
        click.echo("\n".join([f"{speaker(event)}: {first}", *rest]))
    click.echo()

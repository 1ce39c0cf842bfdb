"""People who work here, at the command line: what `aftersale cases ...` does in this world."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from aftersale.cli import main
from tests.conversation.buyer import Buyer, Heard
from tests.conversation.world import World

Row = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def cases(world: World, *words: str) -> Ran:
    """Run `aftersale cases` with these words; where the app is broken on purpose, broken alike."""
    source = _broken_source()
    if not source:
        result = CliRunner(env=world.plan.environ()).invoke(main, ["cases", *words])
        return Ran(result.exit_code, result.stdout, result.stderr)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.requirements.mutant", *source, "cases", *words],
        env=world.plan.environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def _broken_source() -> list[str]:
    """Return what `tests.requirements.mutant` is started with, when a mutation is tried."""
    stack = os.environ.get("PROOF_STACK")
    return json.loads(Path(stack).read_text(encoding="utf-8")).get("source", []) if stack else []


def act(world: World, user: str, command: str, number: str, *words: str) -> Row:
    """Do something to a case that must not be refused; return the case."""
    ran = cases(world, command, number, "--as", user, "--json", *words)
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def case_of(world: World, buyer: Buyer) -> Row:
    """Return the one case of the buyer's conversation."""
    (row,) = world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )
    return row


def case_row(world: World, number: str) -> Row:
    """Return a case as it is stored."""
    (row,) = world.sql("SELECT * FROM cases WHERE number = :n", n=number)
    return row


def thread(world: World, number: str) -> list[Row]:
    """Return the thread of a case, oldest first."""
    return list(
        world.sql("SELECT * FROM case_entries WHERE case_number = :n ORDER BY entry_id", n=number)
    )


def audited(world: World, number: str) -> list[tuple[str, str]]:
    """Return what was done to a case and by whom, oldest first."""
    rows = world.sql(
        "SELECT action, actor FROM audit WHERE subject = :s ORDER BY audit_id", s=f"case:{number}"
    )
    return [(row["action"], row["actor"]) for row in rows]


def hears(buyer: Buyer, response: str) -> Heard:
    """Wait until the buyer was told this without asking; return what it was."""
    return buyer.waits_for(lambda heard: response in heard.responses)

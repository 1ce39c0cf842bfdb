"""`aftersale policy`: check the policy files, explain a decision, compare two versions."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from aftersale.adapters.policies import (
    PolicyFile,
    facts_from_json,
    failed_examples,
    load_versions,
    read_file,
    read_files,
)
from aftersale.adapters.policy_docs import knobs, rendered
from aftersale.adapters.policy_shape import ShapeInvalid
from aftersale.cli.opened import present, settings
from aftersale.cli.stored_order import stored_facts
from aftersale.domain.cases import IssueType
from aftersale.domain.orders import ReasonClass
from aftersale.errors import PolicyInvalid
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask
from aftersale.policy.examples import EXAMPLE_NOW, Example
from aftersale.policy.explain import explanation, next_change
from aftersale.policy.facts import Facts, Request
from aftersale.policy.knobs import Policy
from aftersale.policy.versions import policy_at
from aftersale.setting_values import of_project

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_folder = click.option(
    "--folder",
    type=_FOLDER,
    default=lambda: of_project("storefronts"),
    envvar="AFTERSALE_STOREFRONTS_DIR",
    show_default="storefronts",
    help="Policy files.",
)


@click.group(epilog="Example: aftersale policy check")
def policy() -> None:
    """Check policies and explain a decision."""


@policy.command(epilog="Example: aftersale policy check")
@_folder
def check(folder: Path) -> None:
    """Read every policy file and run the examples it carries."""
    files = read_files(folder)
    failed = [line for file in files for line in failed_examples(file)]
    if failed:
        raise PolicyInvalid(failed)
    for file in files:
        click.echo(f"{file.path.name}: version {file.policy.version}, {_count(file)}")


@policy.command(epilog="Example: aftersale policy explain --order SC-20261101-01 --ask cancel")
@click.option("--order", "number", help="Number of a stored order.")
@click.option("--storefront", help="Needed with --facts, or when two storefronts have the number.")
@click.option("--facts", "facts_file", type=_FILE, help="A JSON file with facts, as in examples.")
@click.option("--ask", type=click.Choice([a.value for a in Ask]), default="cancel")
@click.option("--reason", type=click.Choice([r.value for r in ReasonClass]), default="unknown")
@click.option("--issue", type=click.Choice([i.value for i in IssueType]), help="With a problem.")
@click.option("--now", help="ISO time to decide at; now when left out.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_folder
def explain(
    *,
    number: str | None,
    storefront: str | None,
    facts_file: Path | None,
    ask: str,
    reason: str,
    issue: str | None,
    now: str | None,
    as_json: bool,
    folder: Path,
) -> None:
    """Show a decision: the rules that spoke, the facts used, and when it changes by itself."""
    moment = _moment(now, of_store=number is not None)
    versions = load_versions(folder)
    facts = _facts(
        number=number,
        storefront=storefront,
        file=facts_file,
        now=moment,
        known=sorted(versions),
    )
    chosen = policy_at(versions[facts.storefront], now=moment, placed_at=facts.placed_at)
    about = IssueType(issue) if issue else None
    request = Request(ask=Ask(ask), reason_class=ReasonClass(reason), issue=about)
    if as_json:
        click.echo(json.dumps(_as_json(chosen, facts, request, moment), indent=2, default=str))
    else:
        click.echo("\n".join(explanation(chosen, facts, request, moment)))


@policy.command(epilog="Example: aftersale policy diff old/helpdesk.yml storefronts/helpdesk.yml")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option("--replay", type=_FILE, help="A file of facts, one JSON object a line, to try too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def diff(*, old: Path, new: Path, replay: Path | None, as_json: bool) -> None:
    """Show the knobs that differ and the decisions that would change."""
    before, after = read_file(old), read_file(new)
    changed = list(_changed_knobs(before.policy, after.policy))
    named = {example.name: example for example in (*before.examples, *after.examples)}
    cases = [*named.values(), *_replayed(replay, after.policy.storefront)]
    moved = list(_moved(before.policy, after.policy, cases))
    if as_json:
        click.echo(json.dumps({"knobs": changed, "decisions": moved, "tried": len(cases)}))
        return
    for row in changed:
        click.echo(f"{row['knob']}: {row['old']} -> {row['new']}")
    for row in moved:
        click.echo(f"{row['name']}: {row['old']} -> {row['new']}")
    click.echo(f"{len(moved)} of {len(cases)} decisions would change")


@policy.command(epilog="Example: aftersale policy render")
@click.option("--output", type=click.Path(path_type=Path), default="docs/policies.md")
@_folder
def render(output: Path, folder: Path) -> None:
    """Write docs/policies.md from the policy files."""
    output.write_text(rendered(read_files(folder)), "utf-8")
    click.echo(f"Wrote {output}")


def _count(file: PolicyFile) -> str:
    return f"{len(file.examples)} examples hold"


def _moment(text: str | None, *, of_store: bool) -> datetime:
    if text is None:
        return present(settings()) if of_store else datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.BadParameter(
            "is an ISO time, as in 2026-11-10T12:00:00Z", param_hint="--now"
        ) from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _facts(
    *,
    number: str | None,
    storefront: str | None,
    file: Path | None,
    now: datetime,
    known: list[str],
) -> Facts:
    if (number is None) == (file is None):
        raise click.UsageError("Give either --order NUMBER or --facts FILE.")
    if storefront is not None and storefront not in known:
        raise click.BadParameter(f"known: {', '.join(known)}", param_hint="--storefront")
    if number is not None:
        return stored_facts(number, [storefront] if storefront else known)
    if storefront is None or file is None:
        raise click.UsageError("--facts needs --storefront.")
    return _read_facts(file.read_text("utf-8"), storefront, now)


def _read_facts(text: str, storefront: str, now: datetime) -> Facts:
    try:
        data = json.loads(text)
    except ValueError as wrong:
        raise click.UsageError("The facts are not JSON.") from wrong
    if not isinstance(data, dict):
        raise click.UsageError("The facts are a JSON object, as in the examples.")
    try:
        return facts_from_json(data, storefront=storefront, now=now)
    except ShapeInvalid as wrong:
        raise PolicyInvalid([f"facts.{at}: {what}" for at, what in wrong.mistakes]) from wrong


def _as_json(policy: Policy, facts: Facts, request: Request, now: datetime) -> dict[str, Any]:
    change = next_change(policy, facts, request, now)
    later = (
        {"at": change[0], "outcome": change[1].outcome, "code": change[1].reason_code}
        if change
        else None
    )
    return {"decision": asdict(decide(policy, facts, request, now)), "changes": later}


def _changed_knobs(old: Policy, new: Policy) -> Iterator[dict[str, str]]:
    before, after = dict(knobs(old)), dict(knobs(new))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield {"knob": path, "old": before.get(path, "-"), "new": after.get(path, "-")}


def _moved(old: Policy, new: Policy, cases: list[Example]) -> Iterator[dict[str, str]]:
    for case in cases:
        was, will = (
            decide(policy, case.facts, case.request, EXAMPLE_NOW) for policy in (old, new)
        )
        if (was.outcome, was.reason_code) != (will.outcome, will.reason_code):
            before = f"{was.outcome} ({was.reason_code})"
            yield {
                "name": case.name,
                "old": before,
                "new": f"{will.outcome} ({will.reason_code})",
            }


def _replayed(file: Path | None, storefront: str) -> Iterator[Example]:
    lines = file.read_text("utf-8").splitlines() if file else []
    for number, line in enumerate(lines, start=1):
        facts = _read_facts(line, storefront, EXAMPLE_NOW)
        yield Example(f"line {number}", facts, Request(Ask.CANCEL), {})

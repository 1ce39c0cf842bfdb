"""`make requirements`: print every id with the test and the caught mutation that prove it.

An id counts as proven when its tests pass on the product as it is and one fails when the app
is broken as mutations.yml says. One engine serves all runs; each mutation starts its own app.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.requirements.mutations import Mutation, StaleMutation, apply, load

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = {"R0": 23, "R1": 16, "R2": 16, "R3": 30, "R4": 19}
IDS = [f"{section}.{n}" for section, count in SECTIONS.items() for n in range(1, count + 1)]
TESTS_FAILED = 1  # pytest's exit status; anything above means that it could not run


@dataclass
class Collector:
    """A pytest plugin that notes which tests carry which ids."""

    tests: dict[str, list[str]] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("req"):
                for requirement in mark.args:
                    self.tests.setdefault(requirement, []).append(item.nodeid)


def collect() -> dict[str, list[str]]:
    """Return the tests by requirement id."""
    collector = Collector()
    quiet = ["--collect-only", "-q", "-q", "--no-header", "-p", "no:cacheprovider"]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        saved, sys.stdout = sys.stdout, nowhere
        try:
            pytest.main([*quiet, str(ROOT / "tests")], plugins=[collector])
        finally:
            sys.stdout = saved
    return collector.tests


def run_tests(tests: list[str], stack: Path, report: Path, *extra: str) -> int:
    """Run the tests against the stack described by the file; return pytest's exit status."""
    pytest_quietly = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
    ]
    ran = subprocess.run(
        [*pytest_quietly, f"--junitxml={report}", *extra, *dict.fromkeys(tests)],
        cwd=ROOT,
        env=os.environ | {"PROOF_STACK": str(stack)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode > TESTS_FAILED:
        print(ran.stdout[-3000:], ran.stderr[-2000:], file=sys.stderr)
    return ran.returncode


def passing(tests: dict[str, list[str]], stack: Path, folder: Path) -> set[str]:
    """Run everything unbroken; return the ids all of whose tests pass."""
    report = folder / "report.xml"
    run_tests([test for group in tests.values() for test in group], stack, report)
    bad = _with(report, "failure", "error", "skipped")
    return {name for name, group in tests.items() if not bad.intersection(group)}


def _with(report: Path, *results: str) -> set[str]:
    """Return the tests of a report that ended in one of the results."""
    return {
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        for case in ElementTree.parse(report).iter("testcase")
        if any(child.tag in results for child in case)
    }


def catches(mutation: Mutation, tests: list[str], stack: Path) -> str:
    """Break the app and run the tests: 'caught', or what went wrong."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as name:
        folder = Path(name)
        try:
            settings = apply(mutation, folder)
        except (StaleMutation, FileNotFoundError, KeyError) as stale:
            return f"mutation is stale: {stale}"
        broken = json.loads(stack.read_text(encoding="utf-8")) | {"settings": settings}
        if mutation.kind == "source":
            broken["source"] = [json.dumps(mutation.data), str(folder / "mutated.py")]
        path, report = folder / "stack.json", folder / "report.xml"
        path.write_text(json.dumps(broken), encoding="utf-8")
        status = run_tests(tests, path, report, "-x")
        if status == 0:
            return "survived"
        # A test that failed, not an app that could not start: that would catch anything.
        caught = status == TESTS_FAILED and _with(report, "failure")
        return "caught" if caught else "the broken app could not be tested"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.requirements.run", description=__doc__)
    parser.add_argument("--random", type=int, metavar="N", help="only N ids, drawn by the seed")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", metavar="ID", nargs="*", help="only these ids")
    return parser.parse_args()


def _chosen(options: argparse.Namespace, provable: list[str]) -> list[str]:
    if options.only:
        return [requirement for requirement in provable if requirement in options.only]
    if options.random is None:
        return provable
    print(f"seed: {options.seed}", flush=True)
    drawn = random.Random(options.seed).sample(provable, min(options.random, len(provable)))
    return sorted(drawn, key=IDS.index)


def prove(chosen: list[str], tests: dict[str, list[str]], mutations: dict[str, Mutation]) -> int:
    """Print a line for every chosen id; return how many are proven."""
    from tests.conversation.stack import shared_engine

    proven = 0
    with tempfile.TemporaryDirectory(prefix="proof-") as name, shared_engine(Path(name)) as stack:
        good = passing({r: tests[r] for r in chosen}, stack, Path(name))
        for requirement in chosen:
            result = "its test fails"
            if requirement in good:
                result = catches(mutations[requirement], tests[requirement], stack)
            proven += result == "caught"
            word = "proven    " if result == "caught" else "NOT proven"
            first = re.sub(r"\[.*", "", tests[requirement][0])
            print(f"{requirement:6} {word} {first}", flush=True)
            print(f"       {result}: {mutations[requirement]}", flush=True)
    return proven


def main() -> None:
    """Prove what can be proven; exit 1 when a chosen id is not."""
    options = _arguments()
    tests, mutations = collect(), load()
    provable = [r for r in IDS if tests.get(r) and r in mutations]
    chosen = _chosen(options, provable)
    proven = prove(chosen, tests, mutations) if chosen else 0
    if options.random is None and not options.only:
        for requirement in IDS:
            if requirement not in provable:
                lack = "no mutation" if tests.get(requirement) else "no test"
                print(f"{requirement:6} NOT proven ({lack})")
    print(f"proven: {proven} / {len(IDS) if options.random is None else len(chosen)}")
    sys.exit(proven < len(chosen))


if __name__ == "__main__":
    main()

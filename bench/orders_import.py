"""Imports many orders with the command that a shop would use, and prints how long it took."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from aftersale.store.demo_data import make_demo

PER_BUYER = 4


def write_orders(path: Path, count: int) -> None:
    """Write the demo orders again and again, under new numbers, a few for each buyer."""
    with path.open("w", encoding="utf-8") as file:
        for n, entry in zip(range(count), cycle(make_demo(datetime.now(UTC))), strict=False):
            file.write(json.dumps(_another(entry, n)) + "\n")


def _another(entry: dict[str, Any], n: int) -> dict[str, Any]:
    order = deepcopy(entry)
    order["number"] = f"BE{n:06d}"
    who = n // PER_BUYER
    order["buyer"] = {
        "subject": f"bench-{who}",
        "email": f"bench{who}@example.com",
        "first_name": "Ann",
        "timezone": "Europe/Berlin",
        "locale": "en-GB",
    }
    return order


def run(environ: dict[str, str], *command: str) -> float:
    """Run one command of the app; return its seconds by the clock."""
    started = time.monotonic()
    argv = [sys.executable, "-m", "aftersale", *command]
    subprocess.run(argv, env=environ, check=True)
    return time.monotonic() - started


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    count = parser.parse_args(arguments).orders
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "orders.jsonl"
        write_orders(file, count)
        environ = {**os.environ, "AFTERSALE_MODE": "test", "AFTERSALE_DATA_DIR": folder}
        run(environ, "db", "upgrade")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = run(environ, "orders", "import", str(file))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = file.stat().st_size / 2**20
    load = os.getloadavg()[0]
    print(
        f"{count} orders ({size:.0f} MiB) in {seconds:.1f} s by the clock, {cpu:.1f} s of "
        f"processor time, {after.ru_maxrss / 1024:.0f} MiB at most; load {load:.1f}"
    )


if __name__ == "__main__":
    main()

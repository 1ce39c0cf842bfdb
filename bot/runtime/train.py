"""Train the model unless nothing that shapes it has changed: `python -m bot.runtime.train`."""

from __future__ import annotations

import argparse
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.runtime.fingerprints import beside, stored_fingerprint, training_fingerprint

NAME = "aftersale"
STEP = re.compile(r"Starting to train component '(\w+)'")
SILENCE = 4.0  # longest time without a line, in seconds
END_OF_OUTPUT = 30  # lines shown when the training fails


def say(line: str) -> None:
    """Tell the person who waits."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def train(root: Path, out: Path) -> int:
    """Run Rasa's own training in a process of its own; return its exit status."""
    command = [sys.executable, "-m", "rasa", "train", "--config", "config.yml", "--data", "data"]
    command += ["--domain", "domain" if (root / "domain").is_dir() else "domain.yml"]
    command += ["--out", str(out), "--fixed-model-name", NAME, "--skip-validation"]
    # Validation is `rasa data validate`, a check of its own: it takes as long as training.
    environ = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")])),
    }
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=root,
        env=environ,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        output = follow(process.stdout or ())
    if process.returncode:
        say("\n".join(output[-END_OF_OUTPUT:]))
    return process.returncode


def follow(lines: Iterable[str]) -> list[str]:
    """Say which step runs, and that time passes; return everything that was printed.

    Rasa's frozen libraries print pages of deprecations: they are kept for a failure.
    """
    arrived: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_pass_on, args=(lines, arrived), daemon=True).start()
    began = time.monotonic()
    output: list[str] = []
    while True:
        try:
            line = arrived.get(timeout=SILENCE)
        except queue.Empty:
            say(f"  {time.monotonic() - began:3.0f} s …")
            continue
        if line is None:
            return output
        output.append(line.rstrip())
        step = STEP.search(line)
        if step:
            say(f"  {time.monotonic() - began:3.0f} s  {step[1]}")


def _pass_on(lines: Iterable[str], arrived: queue.SimpleQueue[str | None]) -> None:
    for line in lines:
        arrived.put(line)
    arrived.put(None)


def main(argv: Sequence[str] | None = None) -> int:
    """Train when needed; 0 when a model is there at the end."""
    parser = argparse.ArgumentParser(prog="python -m bot.runtime.train", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="folder with config.yml")
    parser.add_argument("--out", type=Path, default=Path("models"), help="folder for the model")
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    given = parser.parse_args(argv)
    out = given.out.resolve()
    model = out / f"{NAME}.tar.gz"
    wanted = training_fingerprint(given.root)
    if not given.force and stored_fingerprint(model) == wanted:
        say(f"The model is up to date ({wanted[:12]}).")
        return 0
    say(f"Training the model ({wanted[:12]}); this takes a minute or two.")
    began = time.monotonic()
    beside(model).unlink(missing_ok=True)
    status = train(given.root, out)
    if status == 0:
        beside(model).write_text(wanted + "\n", encoding="utf-8")
        say(f"Trained in {time.monotonic() - began:.0f} s: {model.name}")
    return status


if __name__ == "__main__":
    sys.exit(main())

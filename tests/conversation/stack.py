"""Starts what conversation tests talk to: one engine for all, one app per world.

A world is described by a JSON file, so that `make requirements` can start apps that are broken on
purpose beside the same engine.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aftersale.demo.prepare import prepare, train
from aftersale.demo.stack import Plan, app, engine

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday


@contextmanager
def shared_engine(folder: Path) -> Iterator[Path]:
    """Run the engine and prepare a data folder to copy; yield the file that describes both."""
    clock = folder / "engine-clock"
    clock.write_text(START.isoformat(), encoding="utf-8")
    plan = Plan(folder / "template", more={"AFTERSALE_CLOCK": str(clock)})
    train()
    settings = plan.settings()
    prepare(settings)
    described = {
        "template": str(plan.data_dir),
        "engine_port": plan.engine_port,
        "actions_port": plan.actions_port,
        "secrets": {
            "AFTERSALE_ENGINE_SECRET": settings.engine_secret,
            "AFTERSALE_ACTIONS_SECRET": settings.actions_secret,
        },
    }
    path = folder / "stack.json"
    path.write_text(json.dumps(described), encoding="utf-8")
    with engine(settings):
        yield path


@contextmanager
def running_app(described: dict[str, Any], folder: Path) -> Iterator[tuple[Plan, Path]]:
    """Run an app on a copy of the prepared data; yield its plan and its clock file."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = folder / "clock"
    clock.write_text(START.isoformat(), encoding="utf-8")
    data_dir = folder / "data"
    shutil.copytree(described["template"], data_dir, ignore=shutil.ignore_patterns("logs"))
    plan = Plan(
        data_dir,
        engine_port=described["engine_port"],
        actions_port=described["actions_port"],
        more={
            "AFTERSALE_CLOCK": str(clock),
            "AFTERSALE_RATE_ADDRESS": "off",
            "AFTERSALE_SWEEP_EVERY": "86400",  # tests sweep when they mean to
            "AFTERSALE_HANDOFFS_EVERY": "86400",
            **described["secrets"],
            **described.get("settings", {}),
        },
    )
    with app(plan, _command(described)):
        yield plan, clock


def _command(described: dict[str, Any]) -> tuple[str, ...]:
    if "source" in described:
        return ("-m", "tests.requirements.mutant", *described["source"], "serve")
    return ("-m", "aftersale", "serve")


@contextmanager
def world(described: str | None, folder: Path) -> Iterator[tuple[Plan, Path]]:
    """Run the app of a described stack, or of a stack of its own."""
    with ExitStack() as parts:
        path = Path(described) if described else parts.enter_context(shared_engine(folder))
        stack = json.loads(path.read_text(encoding="utf-8"))
        yield parts.enter_context(running_app(stack, folder / "world"))

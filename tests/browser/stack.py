"""The running demo that browsers visit: real engine, real app, and an app that can be killed."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aftersale.demo.prepare import prepare
from aftersale.demo.processes import Process, child, wait_ready
from aftersale.demo.stack import APP_STARTS_WITHIN, Plan
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.stack import shared_engine
from tests.conversation.world import World


@dataclass
class App:
    """The app as a process that tests stop, start and kill. It keeps its port."""

    plan: Plan
    _process: Process | None = None
    _parts: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Start it and wait until it is ready."""
        log = self.plan.data_dir / "logs" / "app.log"
        command = [sys.executable, "-m", "aftersale", "serve"]
        self._process = self._parts.enter_context(child(command, env=self.plan.environ(), log=log))
        wait_ready(
            f"{self.plan.address}/readyz",
            name="app",
            process=self._process,
            log=log,
            within=APP_STARTS_WITHIN,
        )

    def kill(self) -> None:
        """End it as a power cut does: nothing is finished, nobody is told."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.close()

    def close(self) -> None:
        """Stop it."""
        self._parts.close()
        self._process = None


@dataclass
class Shops(World):
    """The world of browsers: it goes by the machine's clock, as browsers do."""

    app: App | None = None

    @property
    def now(self) -> datetime:
        """The time it is."""
        return datetime.now(UTC)

    @property
    def address(self) -> str:
        """The public address."""
        return self.plan.address

    def events(self, email: str) -> list[dict[str, Any]]:
        """Read what was said in the last conversation of the buyer from the database."""
        return list(self.sql(_EVENTS, email=email))


_EVENTS = """
SELECT e.seq, e.type, e.author, e.body, e.conversation_id FROM events e WHERE e.conversation_id = (
  SELECT c.conversation_id FROM conversations c JOIN buyers b ON b.buyer_id = c.buyer_id
  WHERE b.email = :email ORDER BY c.created_at DESC LIMIT 1
) ORDER BY e.seq
"""


@contextmanager
def shops(folder: Path, described: str | None = None) -> Iterator[Shops]:
    """Run the app with demo data beside an engine, of its own or described; yield its world."""
    with ExitStack() as parts:
        path = Path(described) if described else parts.enter_context(shared_engine(folder))
        plan = _plan(folder, json.loads(path.read_text(encoding="utf-8")))
        settings = plan.settings()
        prepare(settings)
        database = make_engine(settings.database_url)
        parts.callback(database.dispose)
        app = App(plan)
        parts.callback(app.close)
        app.start()
        unused = folder / "no-clock"
        world = Shops(plan, settings, unused, database, make_uow_factory(database), app=app)
        parts.callback(world.close)
        yield world


def _plan(folder: Path, described: dict[str, Any]) -> Plan:
    more = {"AFTERSALE_RATE_ADDRESS": "off", "AFTERSALE_SWEEP_EVERY": "3600"}
    return Plan(
        folder / "shops",
        mode="demo",
        engine_port=described["engine_port"],
        actions_port=described["actions_port"],
        more=more | described["secrets"],
    )

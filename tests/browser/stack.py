"""The running demo that browsers visit: real engine, real app, and an app that can be killed."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from aftersale.demo.prepare import prepare
from aftersale.demo.processes import answers
from aftersale.demo.stack import APP_STARTS_WITHIN, Plan
from aftersale.store.database import make_engine
from aftersale.store.tables_conversations import TurnRow
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.stack import shared_engine
from tests.conversation.world import World

FOREIGN = "http://localhost:9"  # a shop of another origin; nobody listens there


@dataclass
class App:
    """The app as a process that tests start and kill; see forked.py. It keeps its port."""

    plan: Plan
    _keeper: "subprocess.Popen[str] | None" = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self._tell("start")
        end = time.monotonic() + APP_STARTS_WITHIN
        while not answers(f"{self.plan.address}/readyz"):
            assert time.monotonic() < end, self._log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._tell("kill")

    def close(self) -> None:
        """End it with what keeps it."""
        if self._keeper:
            self._keeper.kill()
            self._keeper.communicate()

    def _tell(self, line: str) -> None:
        self._keeper = self._keeper or self._begin()
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        self._keeper.stdin.write(f"{line}\n")
        self._keeper.stdin.flush()
        assert self._keeper.stdout.readline() == "done\n", self._log.read_text()

    def _begin(self) -> "subprocess.Popen[str]":
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("w") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.browser.forked"],
                env=self.plan.environ(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    @property
    def _log(self) -> Path:
        return self.plan.data_dir / "logs" / "app.log"


@dataclass
class Shops(World):
    """The world of browsers: it goes by the machine's clock, as browsers do."""

    app: App | None = None

    @property
    def now(self) -> datetime:
        """The time it is."""
        return datetime.now(UTC)

    def power_cut(self) -> None:
        """Kill the app; what its turns held is free at once, as it is after a while."""
        self.running_app.kill()
        self.free_turns()

    def free_turns(self) -> None:
        """End the leases of all turns, as time does."""
        long_ago = datetime(2000, 1, 1, tzinfo=UTC)
        held = update(TurnRow).where(TurnRow.lease_until.is_not(None))
        with self.engine.begin() as connection:
            connection.execute(held.values(lease_until=long_ago))

    @property
    def running_app(self) -> App:
        """The app of this world."""
        assert self.app is not None
        return self.app

    @property
    def address(self) -> str:
        """The public address."""
        return self.plan.address

    def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """Read what was said in a conversation from the database."""
        found = self.sql(
            "SELECT seq, author, body FROM events WHERE conversation_id = :c AND type = 'message' "
            "ORDER BY seq",
            c=conversation_id,
        )
        return [{**row, **json.loads(row["body"])} for row in found]


@contextmanager
def shops(
    folder: Path, described: str | None = None, more: Mapping[str, str] | None = None
) -> Iterator[Shops]:
    """Run the app with demo data beside an engine, of its own or described; yield its world.

    `more` are settings over the usual ones.
    """
    with ExitStack() as parts:
        path = Path(described) if described else parts.enter_context(shared_engine(folder))
        plan = _plan(folder, json.loads(path.read_text(encoding="utf-8")), more or {})
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


def _plan(folder: Path, described: dict[str, Any], more: Mapping[str, str]) -> Plan:
    usual = {
        "AFTERSALE_ALWAYS_OPEN": "yes",  # tests run on any day, at any hour
        "AFTERSALE_RATE_ADDRESS": "off",
        "AFTERSALE_SWEEP_EVERY": "3600",
        "AFTERSALE_SHOP_ORIGINS": FOREIGN,
    }
    return Plan(
        folder / "shops",
        mode="demo",
        engine_port=described["engine_port"],
        actions_port=described["actions_port"],
        more=usual | described["secrets"] | dict(more),
    )

"""Where engine and app of one machine run, and how each is started."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aftersale.demo.processes import DidNotStart, Process, answers, child, free_port, wait_ready
from aftersale.settings import Settings

ENGINE_PYTHON = Path(".venv-rasa/bin/python")
MODEL = Path("models/aftersale.tar.gz")
ENGINE_STARTS_WITHIN = 90.0
APP_STARTS_WITHIN = 30.0


@dataclass(frozen=True)
class Plan:
    """Ports, folder and settings of one stack."""

    data_dir: Path
    mode: str = "test"
    port: int = field(default_factory=free_port)
    desk_port: int = field(default_factory=free_port)
    engine_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    more: Mapping[str, str] = field(default_factory=dict)  # further AFTERSALE_* settings

    @property
    def address(self) -> str:
        """The public address."""
        return f"http://127.0.0.1:{self.port}"

    def environ(self) -> dict[str, str]:
        """Return the environment of the app."""
        return {
            **os.environ,
            "AFTERSALE_MODE": self.mode,
            "AFTERSALE_PORT": str(self.port),
            "AFTERSALE_DESK_PORT": str(self.desk_port),
            "AFTERSALE_DATA_DIR": str(self.data_dir),
            "AFTERSALE_ENGINE_URL": f"http://127.0.0.1:{self.engine_port}",
            "AFTERSALE_ACTIONS_PORT": str(self.actions_port),
            **self.more,
        }

    def settings(self) -> Settings:
        """Return the settings that the app will run with."""
        return Settings.from_env(self.environ())


@contextlib.contextmanager
def engine(settings: Settings) -> Iterator[Process]:
    """Run the engine that the settings describe; yield it once it is ready."""
    if not ENGINE_PYTHON.exists():
        raise DidNotStart("The engine environment .venv-rasa is missing: run `make setup`.")
    log = settings.data_dir / "logs" / "engine.log"
    port = settings.engine_url.rpartition(":")[2]
    actions = f"http://127.0.0.1:{settings.actions_port}/actions"
    argv = [str(ENGINE_PYTHON), "-m", "bot.runtime", "--port", port, "--actions-url", actions]
    with child([*argv, "--model", str(MODEL)], env=engine_environ(settings), log=log) as process:
        wait_ready(
            f"{settings.engine_url}/webhooks/aftersale/health",
            name="engine",
            process=process,
            log=log,
            within=ENGINE_STARTS_WITHIN,
            headers={"X-Engine-Secret": settings.engine_secret},
        )
        yield process


def engine_environ(settings: Settings) -> dict[str, str]:
    """Return the engine's environment: its secrets, its own database, nothing of the app's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERSALE_")}
    return {
        **kept,
        "AFTERSALE_ENGINE_SECRET": settings.engine_secret,
        "AFTERSALE_ACTIONS_SECRET": settings.actions_secret,
        "AFTERSALE_ENGINE_DB": settings.engine_db
        or str(settings.data_dir.resolve() / "engine.db"),
        "RASA_TELEMETRY_ENABLED": "false",
    }


@contextlib.contextmanager
def app(plan: Plan, command: Sequence[str] = ("-m", "aftersale", "serve")) -> Iterator[Process]:
    """Run the app as a process of its own; yield it once it is ready."""
    log = plan.data_dir / "logs" / "app.log"
    with child([sys.executable, *command], env=plan.environ(), log=log) as process:
        wait_ready(
            f"{plan.address}/readyz",
            name="app",
            process=process,
            log=log,
            within=APP_STARTS_WITHIN,
        )
        yield process


def is_running(address: str) -> bool:
    """Say whether a ready app answers at the address."""
    return answers(f"{address}/readyz")

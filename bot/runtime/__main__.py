"""Start the engine: `python -m bot.runtime --port P --actions-url URL --model FILE`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

USAGE_ERROR = 2


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.runtime", description=__doc__)
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--actions-url", default="http://127.0.0.1:5055/actions")
    parser.add_argument("--model", type=Path, default=Path("models/aftersale.tar.gz"))
    return parser.parse_args(argv)


def complaints(given: argparse.Namespace, environ: Mapping[str, str]) -> list[str]:
    """Everything that keeps the engine from starting."""
    found = []
    for name in ("AFTERSALE_ENGINE_SECRET", "AFTERSALE_ACTIONS_SECRET"):
        if len(environ.get(name, "")) < 16:
            found.append(f"{name} must have at least 16 characters.")
    if not given.model.is_file():
        found.append(f"There is no model at {given.model}: run `make train`.")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Check the settings, then serve until a signal."""
    given = arguments(argv)
    problems = complaints(given, os.environ)
    if problems:
        sys.stderr.write("\n".join(problems) + "\n")
        return USAGE_ERROR
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    if os.environ.get("AFTERSALE_ENGINE_FULL") != "1":
        from bot.runtime.light import hide_tensorflow

        hide_tensorflow()
    # Imported late: the stand-in has to be there before anything of Rasa.
    from bot.runtime.server import EngineSettings, serve

    serve(
        EngineSettings(
            port=given.port,
            model=given.model,
            database=os.environ.get("AFTERSALE_ENGINE_DB") or "var/engine.db",
            secret=os.environ["AFTERSALE_ENGINE_SECRET"],
            actions_url=given.actions_url,
            actions_secret=os.environ["AFTERSALE_ACTIONS_SECRET"],
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Structured logs: one JSON object a line. Never the text of a message, never personal data."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

# What code may attach with `extra=`; anything else is left out, lest a person is logged.
FIELDS = frozenset(
    {
        "conversation_id", "turn_id", "route", "status", "ms", "action", "code", "storefront",
        "outbox_id", "kind", "count", "case_number", "account", "thread_id", "send_id",
    }
)  # fmt: skip


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = _trace(record)
        return json.dumps(line, ensure_ascii=True, default=str)


def _trace(record: logging.LogRecord) -> list[str]:
    """Return where it happened, without the exception's text, which may quote a buyer."""
    kind, _, trace = record.exc_info or (None, None, None)
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return [kind.__name__ if kind else "", *places]


def configure(level: str) -> None:
    """Send all logs to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("aiohttp.access", "alembic", "rasa_sdk.executor"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

"""How long the desk's lists take: 5,000 open conversations beside 15,000 closed ones.

.venv/bin/python bench/inbox.py                     # SQLite, in a folder of its own
.venv/bin/python bench/inbox.py postgresql://…      # an empty database that may be filled
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Engine, insert

from aftersale.services.ports_inbox import Filters, Scope, View
from aftersale.store.database import make_engine
from aftersale.store.migrate import upgrade
from aftersale.store.tables import Base, BuyerRow, ConversationRow, EventRow, HandoffRow
from aftersale.store.unit_of_work import make_uow_factory

OPEN, CLOSED, BUYERS, MESSAGES, ROUNDS = 5_000, 15_000, 3_000, 20, 15
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHOP = "supplier-consent"
OWNERS = ("queued", "human", "bot", "bot", "bot")
Rows = Iterator[dict[str, Any]]


def buyers() -> Rows:
    """Yield buyers with names and addresses of their own."""
    for n in range(BUYERS):
        yield {
            "buyer_id": f"b{n}",
            "storefront": SHOP,
            "subject": f"s{n}",
            "email": f"buyer{n}@example.com",
            "first_name": f"Name{n}",
            "timezone": "UTC",
            "locale": "en",
        }


def conversations() -> Rows:
    """Yield the open ones first: a fifth waits, a fifth talks with an agent."""
    for n in range(OPEN + CLOSED):
        is_open = n < OPEN
        yield {
            "conversation_id": f"c{n}",
            "storefront": SHOP,
            "owner": OWNERS[n % 5] if is_open else "bot",
            "owner_version": 1,
            "created_at": NOW,
            "token_hash": "0" * 64,
            "token_expires_at": NOW,
            "buyer_id": f"b{n % BUYERS}",
            "timezone": "UTC",
            "locale": "en",
            "engine_epoch": 0,
            "last_seq": MESSAGES,
            "active_at": NOW - timedelta(seconds=n),
            "closed_at": None if is_open else NOW,
            "closed_as": None if is_open else "ended",
        }


def events() -> Rows:
    """Yield what was said, by turns."""
    answer = {"blocks": [{"type": "text", "text": "x" * 200}]}
    for n in range(OPEN + CLOSED):
        for seq in range(1, MESSAGES + 1):
            said = {"text": f"hello, my parcel number {n} is late, {seq}"}
            yield {
                "conversation_id": f"c{n}",
                "seq": seq,
                "type": "message",
                "author": "buyer" if seq % 2 else "bot",
                "at": NOW,
                "body": said if seq % 2 else answer,
            }


def handoffs() -> Rows:
    """Yield one for each that waits or talks."""
    for n in range(OPEN):
        if OWNERS[n % 5] == "bot":
            continue
        waits = OWNERS[n % 5] == "queued"
        yield {
            "handoff_id": f"h{n}",
            "conversation_id": f"c{n}",
            "storefront": SHOP,
            "reason": "asked",
            "state": "waiting" if waits else "claimed",
            "asked_at": NOW - timedelta(seconds=n),
            "language": "en",
            "channel": "chat",
            "words": "",
            "agent": None if waits else f"a{n % 50}",
            "transfers": 0,
        }


def fill(engine: Engine) -> None:
    """Write everything."""
    with engine.begin() as connection:
        made: list[tuple[type[Base], Rows]] = [
            (BuyerRow, buyers()),
            (ConversationRow, conversations()),
            (EventRow, events()),
            (HandoffRow, handoffs()),
        ]
        for table, rows in made:
            while page := [row for _, row in zip(range(20_000), rows, strict=False)]:
                connection.execute(insert(table), page)
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def measure(name: str, work: Callable[[], object]) -> None:
    """Print the middle of some rounds: on the clock, and of this process's processor time."""
    work()
    took, used = [], []
    for _ in range(ROUNDS):
        began, busy = time.perf_counter(), time.process_time()
        work()
        took.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - busy) * 1000)
    print(f"{name:28} {median(took):6.1f} ms, processor {median(used):6.1f} ms")


def main() -> None:
    """Fill a database and measure every list."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/inbox.db")
        upgrade(engine)
        fill(engine)
        uow_factory, scope = make_uow_factory(engine), Scope("a1", (SHOP,))

        def page(view: View, words: str = "") -> None:
            with uow_factory() as uow:
                uow.inbox.page(scope, view, Filters(words=words), NOW)
                uow.inbox.counts(scope, NOW)

        for view in View:
            measure(f"{view.value} with counts", lambda view=view: page(view))  # type: ignore[misc]
        for words in ("parcel number 77", "Name77", "buyer77@example.com", "SC-20261101-01"):
            measure(f"search: {words}", lambda words=words: page(View.ALL, words))  # type: ignore[misc]
        engine.dispose()


if __name__ == "__main__":
    main()

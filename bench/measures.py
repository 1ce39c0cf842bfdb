"""How long the supervisor's numbers take: a month with 100,000 turns in a made-up database.

Example: python bench/measures.py --turns 100000. The database is SQLite in a temporary folder,
or the one of --url, which must be empty and migrated.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from aftersale.adapters.goals_file import read_meanings
from aftersale.adapters.policies import load_policies
from aftersale.adapters.voice_wording import Wording
from aftersale.domain.desk import DeskUser, Role
from aftersale.services.measures.supervising import Supervising, Wanted
from aftersale.store.database import make_engine
from aftersale.store.measures import make_open_measures
from aftersale.store.migrate import upgrade
from aftersale.store.tables import (
    Base,
    ConversationRow,
    DecisionRow,
    EventRow,
    PromiseRow,
    RatingRow,
    TurnRow,
)
from aftersale.store.tables_handoffs import HandoffRow

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 30
LEAD = DeskUser("lead", "Lead", Role.SUPERVISOR)
INTENTS = ("order_status", "cancel_order", "track_order", "refund_status", "nlu_fallback", "thank")
ANSWERS = ("utter_status", "utter_cancel_status_allows", "utter_fallback_suggest", "utter_thank")


def conversations(turns: int, shops: list[str], rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield conversations with their turns: four on the average, in one or two sessions."""
    made = 0
    while made < turns:
        length = min(rng.randint(1, 7), turns - made)
        made += length
        began = NOW - timedelta(seconds=rng.randrange(DAYS * 86_400))
        gaps = (rng.choice((20, 45, 90, 300, 4000)) for _ in range(length))
        times = [began]
        times += (times[-1] + timedelta(seconds=gap) for gap in gaps)
        yield {"id": f"c{made}", "shop": rng.choice(shops), "times": times[:length], "n": made}


def conversation(talk: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return the row of one."""
    began = talk["times"][0]
    return {
        "conversation_id": talk["id"],
        "storefront": talk["shop"],
        "owner": "bot",
        "owner_version": 1,
        "created_at": began,
        "token_hash": "",
        "token_expires_at": began,
        "timezone": "UTC",
        "locale": "en",
        "engine_epoch": 0,
        "guest_order": f"G{rng.randrange(20_000)}",
        "active_at": talk["times"][-1],
        "last_seq": 5 * len(talk["times"]),
    }


def turns_of(talk: dict[str, Any], rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the turns of one."""
    for number, at in enumerate(talk["times"]):
        yield {
            "turn_id": f"{talk['id']}-{number}",
            "conversation_id": talk["id"],
            "seq": 5 * number + 1,
            "state": "done" if rng.random() > 0.01 else "failed",
            "fence": 1,
            "client_msg_id": str(number),
            "created_at": at,
            "input": {"text": "Where is my order 1001? I have waited for a week."},
            "intent": rng.choice(INTENTS),
            "confidence": rng.random(),
            "said": rng.choice(ANSWERS),
            "answered_at": at + timedelta(milliseconds=rng.randrange(50, 900)),
        }


def events_of(talk: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the log of one: each turn is read, typed at, answered and done."""
    kinds = (("message", "buyer"), ("read", "bot"), ("typing", "bot"), ("message", "bot"))
    for number, at in enumerate(talk["times"]):
        for offset, (kind, author) in enumerate((*kinds, ("turn_done", "system"))):
            yield {
                "conversation_id": talk["id"],
                "seq": 5 * number + offset + 1,
                "type": kind,
                "author": author,
                "at": at,
                "body": {"text": "words of a usual length, a line or two of them" * 3},
            }


def handoff_of(talk: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return a handoff in the middle of one."""
    asked = talk["times"][-1] + timedelta(seconds=5)
    return {
        "handoff_id": talk["id"],
        "conversation_id": talk["id"],
        "storefront": talk["shop"],
        "reason": rng.choice(("asked", "stuck", "policy", "anger")),
        "state": "ended",
        "asked_at": asked,
        "claimed_at": asked + timedelta(seconds=rng.randrange(5, 300)),
        "first_answer_at": asked + timedelta(seconds=rng.randrange(300, 400)),
        "ended_at": asked + timedelta(seconds=rng.randrange(500, 2000)),
        "language": "en",
        "channel": "chat",
        "words": "a person please",
        "transfers": 0,
    }


def decision_of(talk: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return a decision as large as a usual one."""
    outcome = rng.choice(("do_now", "refuse", "review", "send_request"))
    return {
        "decision_id": talk["id"],
        "at": talk["times"][0],
        "storefront": talk["shop"],
        "outcome": outcome,
        "reason_code": f"{outcome}_reason",
        "policy_version": "1",
        "request": {"facts": "x" * 2000},
        "decision": {"rules": "x" * 2000},
    }


def rating_of(talk: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return a rating, given or not."""
    return {
        "rating_id": talk["id"],
        "storefront": talk["shop"],
        "subject_kind": "bot",
        "subject": talk["id"],
        "conversation_id": talk["id"],
        "asked_at": talk["times"][-1],
        "stars": rng.choice((None, None, 1, 3, 4, 5)),
    }


def promise_of(talk: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return a promise, kept or not."""
    due = talk["times"][-1] + timedelta(days=1)
    return {
        "promise_id": talk["id"],
        "conversation_id": talk["id"],
        "storefront": talk["shop"],
        "code": "case_ack",
        "due_at": due,
        "made_at": talk["times"][-1],
        "kept_at": rng.choice((None, due - timedelta(hours=1), due + timedelta(hours=1))),
    }


def fill(engine: Engine, turns: int, shops: list[str], rng: random.Random) -> None:
    """Write the month."""
    talks = list(conversations(turns, shops, rng))
    with engine.begin() as connection:

        def write(table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
            connection.execute(insert(table), list(rows))

        write(ConversationRow, (conversation(talk, rng) for talk in talks))
        turn_rows = [row for talk in talks for row in turns_of(talk, rng)]
        write(TurnRow, iter(sorted(turn_rows, key=lambda row: row["created_at"])))
        write(EventRow, (row for talk in talks for row in events_of(talk)))
        write(HandoffRow, (handoff_of(talk, rng) for talk in talks[::20]))
        write(DecisionRow, (decision_of(talk, rng) for talk in talks))
        write(RatingRow, (rating_of(talk, rng) for talk in talks[::3]))
        write(PromiseRow, (promise_of(talk, rng) for talk in talks[::10]))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock and of processor time."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def main() -> None:
    """Make the month and ask for its numbers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=100_000)
    options.add_argument("--url", help="an empty, migrated database; default: SQLite")
    given = options.parse_args()
    policies = load_policies(ROOT / "storefronts")
    meanings = read_meanings(ROOT / "desk/goals.yml", Wording.read(ROOT / "domain.yml"))
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(given.url or f"sqlite:///{folder}/month.db")
        upgrade(engine)
        fill(engine, given.turns, sorted(policies), random.Random(7))
        desk = Supervising(make_open_measures(engine), policies, meanings)
        for days in (1, 7, DAYS):
            first = (NOW - timedelta(days=days - 1)).date().isoformat()
            wanted = Wanted(first, NOW.date().isoformat())
            clock, cpu = min(timed(partial(desk.report, LEAD, wanted, NOW)) for _ in range(3))
            print(f"{days:3d} days: {clock:.2f} s, {cpu:.2f} s of processor time")
        engine.dispose()


if __name__ == "__main__":
    main()

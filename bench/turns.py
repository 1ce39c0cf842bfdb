"""Plays the recorded cancellations through the public HTTP interface and measures the turns.

Buyers talk at once, each awaiting the answer before the next line, as people do; each has orders
of their own, which really are cancelled. Every turn must be answered with what the same line was
answered when its script was played alone; one other answer and the bench fails. Start, import and
a first playing of every script are not measured. Everything, this program too, runs on this
machine over loopback.
"""

import argparse
import os
import queue
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
from crowd import PLAIN, Part, make_crowd

from aftersale.demo.client import BuyerClient, NoAnswer, Refused
from aftersale.demo.dialogue import Dialogue, said
from aftersale.demo.prepare import prepare, train
from aftersale.demo.processes import Process
from aftersale.demo.session import identity_of
from aftersale.demo.stack import Plan, app, engine
from aftersale.domain.storefronts import Storefront
from aftersale.settings import Settings

# For the long conversation: a cancellation that stops before the yes can be played for ever.
AROUND = (
    "cancel my last order",
    "no",
    "where is my order",
    "i want to cancel my order",
    "never mind",
)
CROWDS = (1, 8, 32)
LONG = 200
MOST_TALKS = 15  # that can begin in a second: bounds the orders that are prepared
NO_ANSWERS = ("utter_trouble", "utter_fallback", "utter_missed")

Answers = tuple[str, ...]
Known = dict[tuple[str, int], Answers]


@dataclass
class Measured:
    """What one crowd met: seconds of every turn, those that took an action, wrong answers."""

    crowd: int
    seconds: list[float] = field(default_factory=list)
    actions: int = 0
    wrong: list[str] = field(default_factory=list)
    took: float = 0.0
    load: dict[str, float] = field(default_factory=dict)  # processor milliseconds a turn

    def line(self) -> str:
        """Return one line of the report."""
        ordered = sorted(self.seconds)
        p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.50, 0.95))
        used = ", ".join(f"{name} {spent:.0f}" for name, spent in self.load.items())
        return (
            f"{self.crowd:3} buyers: {self.actions / self.took:6.1f} action turns/s of "
            f"{len(ordered) / self.took:.1f}   p50 {p50 * 1000:5.0f} ms   p95 {p95 * 1000:5.0f} ms"
            f"   ({len(ordered)} turns, {len(self.wrong)} wrong; ms of processor a turn: {used})"
        )


@dataclass(frozen=True)
class Stage:
    """Where the crowd plays: the stack, the parts that are left, what is answered to each line."""

    settings: Settings
    parts: "queue.SimpleQueue[Part]" = field(default_factory=queue.SimpleQueue)
    known: Known = field(default_factory=dict)


@contextmanager
def stack() -> Iterator[tuple[Settings, dict[str, Process]]]:
    """Run engine and app in a folder of their own; yield the settings and the processes."""
    with ExitStack() as parts:
        folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        off = {"AFTERSALE_RATE_CONVERSATION": "off", "AFTERSALE_RATE_ADDRESS": "off"}
        plan = Plan(Path(folder), more=off)
        train()
        settings = plan.settings()
        prepare(settings)
        processes = {"engine": parts.enter_context(engine(settings))}
        processes["app"] = parts.enter_context(app(plan))
        yield settings, processes


def opened(settings: Settings, storefront: str, identity: str | None) -> Dialogue:
    """Return a new conversation."""
    client = BuyerClient(settings.base_url)
    client.open(storefront, identity)
    return Dialogue(client)


def answer(dialogue: Dialogue, line: str) -> tuple[float, Answers]:
    """Return the seconds from sending the line to its answer, and the responses said."""
    start = time.perf_counter()
    events = dialogue.answer(line)
    took = time.perf_counter() - start
    return took, tuple(str(event.get("response")) for event in said(events))


def play(stage: Stage, part: Part, measured: Measured, until: float) -> None:
    """Play one script up to its end or the end of the time."""
    dialogue = opened(stage.settings, part.storefront, part.identity)
    for place, line in enumerate(part.lines):
        if time.monotonic() >= until:
            break
        took, heard = answer(dialogue, line)
        measured.seconds.append(took)
        measured.actions += line not in PLAIN
        if heard != stage.known.setdefault((part.storefront, place), heard):
            measured.wrong.append(f"{part.storefront}, {line!r}: {', '.join(heard) or 'nothing'}")
    dialogue.client.close()


def talk(stage: Stage, measured: Measured, until: float) -> None:
    """Play one script after the other until the time is over."""
    while time.monotonic() < until:
        try:
            play(stage, stage.parts.get_nowait(), measured, until)
        except queue.Empty:
            measured.wrong.append("the prepared orders did not last: raise MOST_TALKS")
            return
        except (NoAnswer, Refused) as failed:
            measured.wrong.append(f"{failed.code}: {failed}")


def measure(stage: Stage, crowd: int, lasting: float) -> Measured:
    """Let a crowd talk at once for so many seconds."""
    one_each = [Measured(crowd) for _ in range(crowd)]
    start = time.monotonic()
    buyers = [
        threading.Thread(target=talk, args=(stage, one, start + lasting)) for one in one_each
    ]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    return Measured(
        crowd,
        [took for one in one_each for took in one.seconds],
        sum(one.actions for one in one_each),
        [wrong for one in one_each for wrong in one.wrong],
        time.monotonic() - start,
    )


def rehearse(stage: Stage, parts: Sequence[Part]) -> None:
    """Play each script once, alone, to know what every line is answered with."""
    for part in parts:
        play(stage, part, Measured(1), time.monotonic() + 60)
    for (storefront, place), heard in stage.known.items():
        if not heard or any(name.startswith(NO_ANSWERS) for name in heard):
            sys.exit(f"Line {place + 1} of the script of {storefront} was not answered: {heard}")


def spent(processes: dict[str, psutil.Process]) -> dict[str, float]:
    """Return the processor milliseconds of each process so far."""
    times = {name: process.cpu_times() for name, process in processes.items()}
    return {name: (used.user + used.system) * 1000 for name, used in times.items()}


def long_conversation(settings: Settings) -> tuple[float, float]:
    """Return the seconds of an exchange around the 5th and around the 200th of one talk."""
    shop = Storefront.STATUS_GATED
    identity = identity_of(settings, shop, "buyer1@example.com")
    dialogue = opened(settings, shop.value, identity)
    size = len(AROUND)  # the same lines in both windows
    seconds = [answer(dialogue, AROUND[n % size])[0] for n in range(LONG + 2)]
    return statistics.median(seconds[3 : 3 + size]), statistics.median(seconds[-size:])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="for each crowd")
    options = parser.parse_args(arguments)
    with stack() as (settings, processes):
        results = crowds(settings, processes, options.seconds)
        sizes = {n: psutil.Process(p.pid).memory_info().rss / 2**20 for n, p in processes.items()}
        print("memory: ", "   ".join(f"{name} {size:.0f} MiB" for name, size in sizes.items()))
        early, late = long_conversation(settings)
        print(
            f"exchange 5: {early * 1000:.0f} ms   exchange {LONG}: {late * 1000:.0f} ms   "
            f"ratio: {late / early:.1f}"
        )
    wrong = [one for result in results for one in result.wrong]
    if wrong:
        sys.exit("Wrong answers:\n" + "\n".join(wrong[:10]))


def crowds(settings: Settings, processes: dict[str, Process], lasting: float) -> list[Measured]:
    """Measure crowd after crowd and print a line for each."""
    stage = staged(settings, int(lasting * len(CROWDS) * MOST_TALKS / len(Storefront)) + 1)
    watched = {name: psutil.Process(child.pid) for name, child in processes.items()}
    watched["bench"] = psutil.Process()
    results = []
    for crowd in CROWDS:
        before = spent(watched)
        result = measure(stage, crowd, lasting)
        after = spent(watched)
        result.load = {n: (after[n] - before[n]) / len(result.seconds) for n in watched}
        print(f"{result.line()}   load {os.getloadavg()[0]:.1f}", flush=True)
        results.append(result)
    return results


def staged(settings: Settings, copies: int) -> Stage:
    """Import the orders of the crowd, rehearse, and return the stage."""
    every = make_crowd(settings.database_url, settings.identity_keys, copies, datetime.now(UTC))
    stage = Stage(settings)
    rehearse(stage, every[: len(Storefront)])
    for part in every[len(Storefront) :]:
        stage.parts.put(part)
    return stage


if __name__ == "__main__":
    main()

"""Plays cancellation conversations through the public HTTP interface and measures the turns.

Buyers talk at once, each awaiting the answer before the next line, as people do. Everything runs
on this machine over loopback; the number of turns and the time are bounded.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from aftersale.demo.client import BuyerClient
from aftersale.demo.dialogue import Dialogue
from aftersale.demo.prepare import prepare, train
from aftersale.demo.processes import Process
from aftersale.demo.session import identity_of
from aftersale.demo.stack import Plan, app, engine
from aftersale.domain.storefronts import Storefront
from aftersale.settings import Settings

STOREFRONT = Storefront.STATUS_GATED
BUYER = "buyer1@example.com"
# A cancellation that stops before the yes, so that it can be played any number of times.
CONVERSATION = (
    "cancel my last order",
    "no",
    "where is my order",
    "i want to cancel my order",
    "never mind",
)
CROWDS = (1, 8, 32)
LONG = 200


@dataclass
class Measured:
    """Seconds of every turn of one crowd."""

    crowd: int
    seconds: list[float] = field(default_factory=list)
    took: float = 0.0

    def line(self) -> str:
        """Return one line of the report."""
        ordered = sorted(self.seconds)
        p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.50, 0.95))
        rate = len(ordered) / self.took
        return (
            f"{self.crowd:3} buyers: {rate:6.1f} turns/s   p50 {p50 * 1000:5.0f} ms   "
            f"p95 {p95 * 1000:5.0f} ms   ({len(ordered)} turns)"
        )


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


def opened(settings: Settings) -> Dialogue:
    """Return a new conversation of the demo buyer."""
    client = BuyerClient(settings.base_url)
    client.open(STOREFRONT.value, identity_of(settings, STOREFRONT, BUYER))
    return Dialogue(client)


def timed(dialogue: Dialogue, line: str) -> float:
    """Return the seconds from sending the line to its answer."""
    start = time.perf_counter()
    dialogue.answer(line)
    return time.perf_counter() - start


def talk(settings: Settings, until: float, seconds: list[float]) -> None:
    """Play conversations until the time is over."""
    while time.monotonic() < until:
        dialogue = opened(settings)
        for line in CONVERSATION:
            seconds.append(timed(dialogue, line))
        dialogue.client.close()


def measure(settings: Settings, crowd: int, lasting: float) -> Measured:
    """Let a crowd talk at once for so many seconds."""
    measured = Measured(crowd)
    start = time.monotonic()
    work = (settings, start + lasting, measured.seconds)
    buyers = [threading.Thread(target=talk, args=work) for _ in range(crowd)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    measured.took = time.monotonic() - start
    return measured


def long_conversation(settings: Settings) -> tuple[float, float]:
    """Return the seconds of an exchange around the 5th and around the 200th of one talk."""
    dialogue = opened(settings)
    seconds = [timed(dialogue, CONVERSATION[n % len(CONVERSATION)]) for n in range(LONG + 2)]
    size = len(CONVERSATION)  # the same lines in both windows
    return statistics.median(seconds[3 : 3 + size]), statistics.median(seconds[-size:])


def memory(processes: dict[str, Process]) -> str:
    """Return the resident memory of each process."""
    sizes = {
        name: psutil.Process(child.pid).memory_info().rss for name, child in processes.items()
    }
    return "   ".join(f"{name} {size / 2**20:.0f} MiB" for name, size in sizes.items())


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="for each crowd")
    options = parser.parse_args(arguments)
    with stack() as (settings, processes):
        measure(settings, 1, 1.0)  # warm
        for crowd in CROWDS:
            print(measure(settings, crowd, options.seconds).line(), flush=True)
        print("memory: ", memory(processes), flush=True)
        early, late = long_conversation(settings)
        print(
            f"exchange 5: {early * 1000:.0f} ms   exchange {LONG}: {late * 1000:.0f} ms   "
            f"ratio: {late / early:.1f}"
        )


if __name__ == "__main__":
    main()

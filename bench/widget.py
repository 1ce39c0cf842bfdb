"""Measure the chat in a real browser: the first picture of the panel, and a long history.

`.venv/bin/python bench/widget.py` starts engine, app and Chromium by itself; on loopback.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROUNDS = 15
LONG_ROUNDS = 5
MESSAGES = 500
SETTLES = 300  # milliseconds: nobody clicks before the page stands
# Up to the first task after the frame in which the panel is drawn.
CLICK = """() => new Promise(done => {
  const root = document.querySelector('aftersale-chat').shadowRoot;
  const panel = root.querySelector('#panel');
  const began = performance.now();
  const over = () => setTimeout(() => done(performance.now() - began));
  const look = () => requestAnimationFrame(panel.hidden || !panel.firstChild ? look : over);
  root.querySelector('#launcher').click();
  look();
})"""
# Tasks of 50 ms and more, and the time between frames, from now on.
WATCH = """() => {
  window.__tasks = [];
  window.__frames = [];
  new PerformanceObserver(list => window.__tasks.push(...list.getEntries().map(e => e.duration)))
    .observe({type: 'longtask'});
  let last = performance.now();
  const frame = at => {
    window.__frames.push(at - last);
    last = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
WHEEL = -900  # pixels; a fast hand
AT_THE_TOP = """() => {
  const root = document.querySelector('aftersale-chat').shadowRoot;
  return root.querySelector('.earlier').hidden && root.querySelector('.log').scrollTop === 0;
}"""


def first_paint(page: Page) -> float:
    page.locator("#launcher").wait_for()
    page.wait_for_timeout(SETTLES)
    taken: float = page.evaluate(CLICK)
    return taken


def told(name: str, taken: list[float]) -> str:
    middle, worst = statistics.median(taken), max(taken)
    return f"{name:26}median {middle:4.0f} ms, slowest {worst:4.0f} ms of {len(taken)}"


def fill(world: Any, conversation_id: str) -> None:
    """Write a long talk of both sides, with a card in every tenth answer."""
    from aftersale.domain.conversations import Author, EventType

    card = {
        "type": "order_card", "number": "HD/700001", "state_label": "Delivered",
        "fallback": "Order HD/700001", "amount": "19.99 USD", "labels": {"amount": "Total"},
        "lines": [{"name": "Blue canvas shoes", "quantity": 2, "price": "19.99 USD"}],
        "events": [{"at": "20 November", "text": "Parcel handed over"}] * 4,
    }  # fmt: skip
    with world.uow() as uow:
        for at in range(MESSAGES):
            words = f"Answer {at}: **{at}** of the lines\n\n- one thing\n- and another of them"
            text = {"type": "text", "text": words, "fallback": words}
            blocks = [text, card] if at % 20 == 1 else [text]
            mine = at % 2 == 0
            uow.conversations.append(
                conversation_id,
                type=EventType.MESSAGE,
                author=Author.BUYER if mine else Author.BOT,
                at=world.now,
                body={"text": f"question {at}"} if mine else {"blocks": blocks},
            )
        uow.commit()


def history(visitor: Any) -> dict[str, list[float]]:
    """Open a long talk and scroll to its beginning; return what the browser measured."""
    page = visitor.page
    page.reload()
    page.locator("#launcher").wait_for()
    page.evaluate(WATCH)
    opened = page.evaluate(CLICK)
    visitor.log.get_by_text(f"Answer {MESSAGES - 1}:").wait_for()
    opening = page.evaluate("window.__tasks.splice(0)")
    page.evaluate("window.__frames.splice(0)")
    visitor.log.hover()
    busy, worked = busy_clock(page), []
    while not page.evaluate(AT_THE_TOP):
        before = busy()
        page.mouse.wheel(0, WHEEL)
        page.wait_for_timeout(30)
        worked.append((busy() - before) * 1000)
    scrolling, frames = page.evaluate("[window.__tasks, window.__frames]")
    measured = {"opened": [opened], "opening": opening, "scrolling": scrolling}
    return measured | {"frames": frames, "worked": worked}


def busy_clock(page: Page) -> Callable[[], float]:
    """Return what tells the page's processor time in seconds; others' work is not in it."""
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable", {"timeDomain": "threadTicks"})

    def now() -> float:
        told = line.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in told if each["name"] == "TaskDuration"))

    return now


def long_talk(browser: Any, world: Any) -> list[str]:
    """Measure a talk of 500 messages several times."""
    from tests.browser.conftest import new_context
    from tests.browser.visitor import Visitor

    context = new_context(browser, {})
    visitor = Visitor(context.new_page(), world)
    visitor.go("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    fill(world, visitor.conversation_id)
    rounds = [history(visitor) for _ in range(LONG_ROUNDS)]
    context.close()
    frames = sorted(frame for each in rounds for frame in each["frames"])
    p99 = frames[int(len(frames) * 0.99)]
    lines = [told(f"{MESSAGES} messages, opened", [each["opened"][0] for each in rounds])]
    for name in ("opening", "scrolling"):
        tasks = [task for each in rounds for task in each[name]]
        longest = f", longest {max(tasks):.0f} ms" if tasks else ""
        lines.append(f"{name} them: {len(tasks)} tasks of 50 ms and more{longest}")
    worked = max(step for each in rounds for step in each["worked"])
    lines.append(f"busiest turn of the wheel: {worked:.0f} ms of processor time, all its frames")
    lines.append(f"frames while scrolling: p99 {p99:.0f} ms, worst {frames[-1]:.0f} ms")
    return lines


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from tests.browser.conftest import ARGS, CHROMIUM, new_context
    from tests.browser.stack import shops

    cold, cached = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        with shops(Path(folder), os.environ.get("PROOF_STACK")) as world:
            for _ in range(ROUNDS):
                context = new_context(browser, {})
                page = context.new_page()
                page.goto(f"{world.address}/shop/status-gated")
                cold.append(first_paint(page))
                page.reload()
                cached.append(first_paint(page))
                context.close()
            lines = long_talk(browser, world)
        browser.close()
    print(told("nothing in the cache", cold))
    print(told("panel in the cache", cached))
    print("\n".join(lines))


if __name__ == "__main__":
    main()

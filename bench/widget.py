"""Measure the chat in a real browser: the first picture of the panel, and a long history.

`.venv/bin/python bench/widget.py` starts engine, app and Chromium by itself; on loopback.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

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
TRACED = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]
LONG = 50.0  # milliseconds of one task: from here on a hand notices
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


def tasks(traced: bytes) -> list[float]:
    """Return the milliseconds of processor time of each task of the page; others' work is none."""
    events = json.loads(traced)["traceEvents"]
    named = {
        (each["pid"], each["tid"]): each["args"].get("name")
        for each in events
        if each["name"] == "thread_name"
    }
    return [
        each.get("tdur", 0) / 1000
        for each in events
        if each["name"].endswith("RunTask")
        and named.get((each["pid"], each["tid"])) == "CrRendererMain"
    ]


def history(browser: Browser, visitor: Any) -> tuple[float, list[float], list[float]]:
    """Open a long talk and scroll to its beginning; return the opening's time, and all tasks."""
    page = visitor.page
    page.reload()
    page.locator("#launcher").wait_for()
    browser.start_tracing(page=page, categories=TRACED)
    opened: float = page.evaluate(CLICK)
    visitor.log.get_by_text(f"Answer {MESSAGES - 1}:").wait_for()
    opening = tasks(browser.stop_tracing())
    visitor.log.hover()
    browser.start_tracing(page=page, categories=TRACED)
    while not page.evaluate(AT_THE_TOP):
        page.mouse.wheel(0, WHEEL)
        page.wait_for_timeout(30)
    return opened, opening, tasks(browser.stop_tracing())


def long_talk(browser: Browser, world: Any) -> list[str]:
    """Measure a talk of 500 messages several times."""
    from tests.browser.conftest import new_context
    from tests.browser.visitor import Visitor

    context = new_context(browser, {})
    visitor = Visitor(context.new_page(), world)
    visitor.go("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    fill(world, visitor.conversation_id)
    rounds = [history(browser, visitor) for _ in range(LONG_ROUNDS)]
    context.close()
    lines = [told(f"{MESSAGES} messages, opened", [opened for opened, *_ in rounds])]
    for at, name in ((1, "opening them"), (2, "scrolling them")):
        taken = [task for each in rounds for task in each[at]]
        long = sum(task >= LONG for task in taken)
        lines.append(
            f"{name}: longest task {max(taken):.0f} ms of processor time, "
            f"{long} of {len(taken)} took {LONG:.0f} ms or more"
        )
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

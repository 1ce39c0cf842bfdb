"""Measure the chat in a real browser: from the click to the first picture of the open panel.

`.venv/bin/python bench/widget.py` starts engine, app and Chromium by itself; on loopback.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROUNDS = 15
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


def first_paint(page: Page) -> float:
    page.locator("#launcher").wait_for()
    page.wait_for_timeout(SETTLES)
    taken: float = page.evaluate(CLICK)
    return taken


def told(name: str, taken: list[float]) -> str:
    middle, worst = statistics.median(taken), max(taken)
    return f"{name:22}median {middle:4.0f} ms, slowest {worst:4.0f} ms of {len(taken)}"


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
        browser.close()
    print(told("nothing in the cache", cold))
    print(told("panel in the cache", cached))


if __name__ == "__main__":
    main()

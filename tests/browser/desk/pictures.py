"""Writes pictures of the desk's states to docs/screenshots/, light and dark: to look at.

`python -m tests.browser.screenshots` writes them with those of the chat.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.conftest import new_context
from tests.browser.desk.agent import Agent
from tests.browser.desk.states import Sit, states
from tests.browser.stack import Shops

SIZE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 780}
COLOURS = 128
# One picture of each that tells something of its own; axe looks at all.
SHOWN = frozenset(
    {"sign-in", "queue", "waiting", "palette", "keys", "claimed", "details", "canned", "leaving"}
    | {"noted", "transfer", "settings", "cases", "case", "orders", "order", "proposal"}
    | {"decide", "approvals", "supervisor", "whatsapp-closed", "failed", "mail"}
)
ON_A_PHONE = frozenset({"queue", "leaving"})


def write_pictures(browser: Browser, world: Shops, folder: Path) -> None:
    """Write all pictures of the desk."""
    with _agents(browser, world) as sit:
        for state, agent in states(sit, world, viewport=SIZE):
            if state in SHOWN:
                for scheme in ("light", "dark"):
                    _picture(agent, folder / f"desk-{state}-{scheme}.png", scheme)
            if state in ON_A_PHONE:
                agent.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
                _picture(agent, folder / f"desk-{state}-phone.png", "light")
                agent.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
            agent.page.emulate_media(color_scheme="light")


@contextmanager
def _agents(browser: Browser, world: Shops) -> Iterator[Sit]:
    contexts = []

    def down(
        user: str, path: str = "/inbox/queue", *, signed_in: bool = True, **options: Any
    ) -> Agent:
        context = new_context(browser, options)
        contexts.append(context)
        agent = Agent(context.new_page(), world, user)
        if signed_in:
            agent.enter()
        agent.go(path)
        return agent

    yield down
    for context in contexts:
        context.close()


def _picture(agent: Agent, path: Path, scheme: str) -> None:
    agent.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    agent.page.evaluate("document.fonts.ready.then(() => 0)")
    shot = agent.page.screenshot(animations="disabled", caret="hide", scale="css")
    Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS).save(path, optimize=True)

"""Writes a picture of every state of the chat and the desk to docs/screenshots/: to look at.

`python -m tests.browser.screenshots`
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser import axe
from tests.browser.conftest import ARGS, CHROMIUM, new_context
from tests.browser.desk.pictures import write_pictures
from tests.browser.stack import Shops, shops
from tests.browser.states import Open, states
from tests.browser.visitor import Visitor

FOLDER = Path("docs/screenshots")
# Each language shows the states in one look; the others are the business of axe.
LOOKS = {
    "en": axe.Look("light", "ltr", "desktop"),
    "de": axe.Look("dark", "ltr", "desktop"),
    "ar": axe.Look("light", "rtl", "mobile"),
}
AROUND = 12  # pixels of the page around the panel
COLOURS = 96  # enough for flat surfaces and a quarter of the size


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        world = parts.enter_context(shops(folder, os.environ.get("PROOF_STACK")))
        playwright = parts.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for locale, look in LOOKS.items():
            visit = parts.enter_context(visits(browser, world))
            for state, visitor in states(visit, world, locale, **as_options(look)):
                picture(visitor, FOLDER / f"{state}-{locale}.png")
        write_pictures(browser, world, FOLDER)
        browser.close()


def as_options(look: axe.Look) -> dict[str, Any]:
    """Return what a browser is told to show pages in that look."""
    width, height = axe.SIZES[look.device]
    return {"viewport": {"width": width, "height": height}, "color_scheme": look.scheme}


@contextmanager
def visits(browser: Browser, world: Shops) -> Iterator[Open]:
    """Yield a function that opens a page for a new visitor."""
    contexts = []

    def go(path: str, **options: Any) -> Visitor:
        context = new_context(browser, options)
        contexts.append(context)
        visitor = Visitor(context.new_page(), world)
        visitor.go(path)
        return visitor

    yield go
    for context in contexts:
        context.close()


def picture(visitor: Visitor, path: Path) -> None:
    """Save what is seen: the panel, or the page while the chat is closed."""
    visitor.page.evaluate("document.fonts.ready.then(() => 0)")
    shot = visitor.page.screenshot(
        animations="disabled", caret="hide", scale="css", clip=_clip(visitor)
    )
    few = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS)
    few.save(path, optimize=True)


def _clip(visitor: Visitor) -> Any:
    panel = visitor.chat.locator("#panel")
    size = visitor.page.viewport_size
    if not panel.is_visible() or size is None:
        return None
    box = panel.bounding_box()
    assert box is not None
    left, top = max(0, box["x"] - AROUND), max(0, box["y"] - AROUND)
    return {
        "x": left,
        "y": top,
        "width": min(box["width"] + 2 * AROUND, size["width"] - left),
        "height": min(box["height"] + 2 * AROUND, size["height"] - top),
    }


if __name__ == "__main__":
    main()

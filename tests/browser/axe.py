"""axe-core in the page, in every combination of how people see it."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path("widget/node_modules/axe-core/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {
  runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
})"""


@dataclass(frozen=True)
class Look:
    """One way of seeing a page."""

    scheme: str
    direction: str
    device: str

    def __str__(self) -> str:
        return f"{self.scheme}-{self.direction}-{self.device}"


ALL = tuple(
    Look(*each)
    for each in product(("light", "dark"), ("ltr", "rtl"), ("desktop", "mobile", "forced"))
)
# Every two of the three appear together.
PAIRWISE = (
    Look("light", "ltr", "desktop"),
    Look("dark", "rtl", "desktop"),
    Look("light", "rtl", "mobile"),
    Look("dark", "ltr", "mobile"),
    Look("light", "ltr", "forced"),
    Look("dark", "rtl", "forced"),
)
SIZES = {"desktop": (1280, 800), "mobile": (320, 640), "forced": (1280, 800)}


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it is now, shadow roots included."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate(RUN, TAGS)
    return [
        f"{found['id']}: {node['target'][-1]} {' '.join(node['failureSummary'].split())}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def put_on(page: Page, look: Look) -> None:
    """Show the page in that look."""
    width, height = SIZES[look.device]
    page.set_viewport_size({"width": width, "height": height})
    forced = "active" if look.device == "forced" else "none"
    page.emulate_media(color_scheme=look.scheme, forced_colors=forced)  # type: ignore[arg-type]
    page.evaluate("way => { document.documentElement.dir = way }", look.direction)


def took_effect(page: Page, look: Look) -> None:
    """Fail when the emulation did nothing: it would pass everything."""
    assert page.evaluate("m => matchMedia(m).matches", f"(prefers-color-scheme: {look.scheme})")
    forced = page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert forced == (look.device == "forced")
    assert page.evaluate("getComputedStyle(document.body).direction") == look.direction
    assert page.evaluate("innerWidth") == SIZES[look.device][0]

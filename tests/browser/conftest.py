"""One browser, one engine and one app; a fresh visitor for each test, watched for violations."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.stack import Shops, shops
from tests.browser.visitor import WATCH, Visitor

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    """The demo shops with their assistant."""
    with shops(tmp_path_factory.mktemp("shops"), os.environ.get("PROOF_STACK")) as world:
        yield world


@pytest.fixture
def world(running: Shops) -> Iterator[Shops]:
    """The demo shops; see stack.py."""
    yield running
    running.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Where it is missing the tests fail: nothing is left out quietly."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.fail(f"There is no Chromium at {CHROMIUM}; .ci/install-servers installs it.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, world: Shops) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a page: `visit("/shop/status-gated")`.

    At the end no page may have met a violation of its policy, nor an error it did not expect.
    """
    opened: list[Visitor] = []

    def go(path: str, *, beside: Visitor | None = None, **options: Any) -> Visitor:
        context = beside.page.context if beside else new_context(browser, options)
        page: Page = context.new_page()
        visitor = Visitor(page, world)
        opened.append(visitor)
        visitor.go(path)
        return visitor

    yield go
    for visitor in opened:
        visitor.is_clean()
    for context in {visitor.page.context for visitor in opened}:
        context.close()


def new_context(browser: Browser, options: dict[str, Any]) -> Any:
    """Return a context that nobody used, watched from its first page on."""
    plain = {"locale": "en-US", "timezone_id": "UTC", "reduced_motion": "reduce"}
    context = browser.new_context(**{**plain, **options})
    context.set_default_timeout(15_000)
    context.add_init_script(WATCH)
    return context


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parents[2]

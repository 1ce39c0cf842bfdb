"""A fresh agent for each test, at the desk of the running demo."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import new_context
from tests.browser.desk.agent import Agent
from tests.browser.stack import Shops


@pytest.fixture
def sit(browser: Browser, world: Shops) -> Iterator[Callable[..., Agent]]:
    """Return a function that opens the desk: `sit("ann", "/inbox/mine")`.

    At the end no page may have met a violation of its policy, nor an error it did not expect.
    """
    opened: list[Agent] = []

    def down(
        user: str = "ann", path: str = "/inbox/queue", *, signed_in: bool = True, **options: Any
    ) -> Agent:
        context = new_context(browser, options)
        agent = Agent(context.new_page(), world, user)
        opened.append(agent)
        if signed_in:
            agent.enter()
        agent.go(path)
        return agent

    yield down
    for agent in opened:
        agent.is_clean()
    for agent in opened:
        agent.page.unroute_all(behavior="ignoreErrors")  # what is asked just now
        agent.page.context.close()

"""Every state of the desk that agents come across, in the order in which one visit meets them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from aftersale.domain.handoffs import HandoffReason
from tests.browser.desk.agent import Agent
from tests.browser.desk.scene import Waiting, waiting
from tests.browser.desk.states_acting import acting, filed
from tests.browser.desk.states_messengers import messengers
from tests.browser.stack import Shops

Sit = Callable[..., Agent]
Step = Callable[[Agent], None]


def states(sit: Sit, world: Shops, **options: Any) -> Iterator[tuple[str, Agent]]:
    """Lead an agent through the states; yield each by name while the agent is in it."""
    guest = sit("sam", signed_in=False, **options)
    expect(guest.page.get_by_role("heading", name="Sign in")).to_be_visible()
    yield "sign-in", guest
    guest.page.get_by_role("button", name="Sign in").click()
    yield "sign-in-wrong", guest
    scene = _scene(world)
    agent = sit("sam", **options)
    order = world.stored("helpdesk", scene.order_number)
    rest = acting(order, filed(world, order, scene.buyer))
    for name, step in {**_chat(scene), **_screens(), **rest, **messengers(world)}.items():
        step(agent)
        yield name, agent


def _scene(world: Shops) -> Waiting:
    waiting(world, name="Priya", reason=HandoffReason.STUCK, ago=timedelta(minutes=4))
    waiting(
        world,
        name="Jonas",
        storefront="status-gated",
        reason=HandoffReason.POLICY,
        ago=timedelta(minutes=1),
        said=("cancel my order",),
    )
    return waiting(
        world,
        name="Alex",
        reason=HandoffReason.ANGER,
        ago=timedelta(minutes=14),
        said=("where is my order", "cancel my order", "yes", "this is outrageous"),
    )


def _chat(scene: Waiting) -> dict[str, Step]:
    return {
        "queue": lambda agent: expect(agent.item(scene.id)).to_be_visible(),
        "filters": _filter,
        "waiting": lambda agent: _open(agent, scene),
        "palette": lambda agent: agent.page.keyboard.press("Control+k"),
        "keys": _keys,
        "claimed": _claim,
        "details": _details,
        "canned": _canned,
        "leaving": _leaving,
        "note": _note,
        "noted": _noted,
        "menu": _menu,
        "transfer": lambda agent: _dialog(agent, "t"),
        "snooze": lambda agent: _dialog(agent, "s"),
        "return": lambda agent: _dialog(agent, "b"),
        "close": lambda agent: _dialog(agent, "e"),
        "closed": _close,
    }


def _screens() -> dict[str, Step]:
    """What has an address of its own."""
    paths = {
        "mine": "/inbox/mine",
        "all": "/inbox/all",
        "mentions": "/mentions",
        "supervisor": "/numbers",
        "settings": "/settings",
        "nowhere": "/nowhere",
    }
    return {name: _go(path) for name, path in paths.items()}


def _go(path: str) -> Step:
    def step(agent: Agent) -> None:
        agent.go(path)
        expect(agent.main.locator("h1").first).to_be_attached()
        expect(agent.page.locator(".skeleton")).to_have_count(0)

    return step


def _filter(agent: Agent) -> None:
    agent.page.get_by_role("button", name="Filters").click()


def _open(agent: Agent, scene: Waiting) -> None:
    agent.open(scene.id)
    expect(agent.page.locator(".context .section").first).to_be_attached()


def _keys(agent: Agent) -> None:
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("?")
    expect(agent.dialog).to_be_visible()


def _claim(agent: Agent) -> None:
    agent.page.keyboard.press("Escape")
    agent.claim()


def _details(agent: Agent) -> None:
    agent.page.locator(".context").evaluate("panel => panel.scrollTo(0, panel.scrollHeight)")


def _canned(agent: Agent) -> None:
    agent.box.focus()
    agent.box.press("/")
    expect(agent.page.locator(".suggestions li").first).to_be_visible()


def _leaving(agent: Agent) -> None:
    agent.page.keyboard.press("Escape")
    agent.box.fill("")
    agent.write("Hello Alex, I have read what happened and look at your order now.")


def _note(agent: Agent) -> None:
    agent.box.press("Escape")
    agent.page.keyboard.press("n")
    agent.page.keyboard.type("Second time this week, @r")
    expect(agent.page.locator(".suggestions li").first).to_be_visible()


def _noted(agent: Agent) -> None:
    agent.page.keyboard.press("Enter")
    agent.page.keyboard.press("Enter")
    expect(agent.log.locator(".note")).to_be_visible()


def _menu(agent: Agent) -> None:
    agent.box.press("Escape")
    agent.page.locator("[data-act=more]").click()
    expect(agent.page.get_by_role("menu")).to_be_visible()


def _dialog(agent: Agent, key: str) -> None:
    agent.page.keyboard.press("Escape")
    expect(agent.dialog).to_have_count(0)
    expect(agent.page.get_by_role("menu")).to_have_count(0)
    agent.log.focus()
    agent.page.keyboard.press(key)
    expect(agent.dialog).to_be_visible()


def _close(agent: Agent) -> None:
    agent.dialog.get_by_role("button", name="Close chat").click()
    expect(agent.page.locator(".talk-head .state")).to_have_text("Closed")

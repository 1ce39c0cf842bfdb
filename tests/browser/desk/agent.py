"""Somebody at the desk: signs in, takes chats, writes, and is watched for violations."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from aftersale.bootstrap_desk import desk_users_of
from aftersale.demo.desk_people import demo_passwords
from aftersale.domain.desk import DeskSession
from aftersale.gateway.desk.entry import COOKIE
from aftersale.services.desk.sign_in import session_hash
from tests.browser.stack import Shops

WITHIN = 20_000
# What a browser says of a refusal that a test wants, or of the first look who is signed in.
EXPECTED = re.compile(r"/desk/api/me(\s|$)|status of 4(01|09|22|29)")
# Every line that is read out, once each: a live region shows only what is left of them.
LISTEN = """() => {
  window.__said = [];
  for (const id of ['announcer', 'alerts'])
    new MutationObserver(changes => {
      for (const change of changes)
        for (const line of change.addedNodes) window.__said.push(line.textContent);
    }).observe(document.getElementById(id), {childList: true});
}"""


@dataclass
class Agent:
    """One tab of the desk."""

    page: Page
    world: Shops
    user: str
    trouble: bool = False
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.text} {message.location.get('url', '')}".strip())

    @property
    def address(self) -> str:
        """Where the desk answers."""
        return f"http://127.0.0.1:{self.world.plan.desk_port}/desk"

    def go(self, path: str = "/inbox/queue") -> None:
        """Load a screen."""
        self.page.goto(self.address + path)

    def enter(self) -> None:
        """Be signed in without the form: its codes work once in half a minute."""
        give_session(self.page.context, self.address, self.world, self.user)

    @property
    def credentials(self) -> tuple[str, str]:
        """The password, and a code that works now."""
        people = desk_users_of(self.world.settings, self.world.uow)
        code = people.code(self.user, now=self.world.now, demo_only=True)
        return demo_passwords(self.world.settings)[self.user], code

    def listen(self) -> None:
        """Keep every line that is read out from now on."""
        self.page.evaluate(LISTEN)

    @property
    def said(self) -> list[str]:
        """What was read out since `listen`."""
        lines: list[str] = self.page.evaluate("window.__said")
        return lines

    @property
    def main(self) -> Locator:
        """The screen."""
        return self.page.locator("main")

    @property
    def items(self) -> Locator:
        """The rows of the list of chats."""
        return self.page.locator("a.item")

    def item(self, conversation_id: str) -> Locator:
        """The row of one chat."""
        return self.page.locator(f'a.item[data-id="{conversation_id}"]')

    @property
    def log(self) -> Locator:
        """What was said in the open chat."""
        return self.page.get_by_role("log")

    @property
    def box(self) -> Locator:
        """Where the agent writes."""
        return self.page.locator("textarea.box")

    @property
    def dialog(self) -> Locator:
        """What is asked over the page."""
        return self.page.locator("dialog[open]")

    def act(self, name: str) -> Locator:
        """A button beside the name of the buyer."""
        return self.page.locator(".talk-head").get_by_role("button", name=name, exact=True)

    def open(self, conversation_id: str, view: str = "queue") -> None:
        """Open a chat by its address."""
        self.go(f"/inbox/{view}/{conversation_id}")
        expect(self.page.locator(".talk-head h1")).to_be_visible(timeout=WITHIN)

    def claim(self) -> None:
        """Take the open chat."""
        take = self.page.locator(".talk-head [data-act=claim], .talk-head [data-act=take_over]")
        with self.page.expect_response(re.compile("/(claim|take-over)$")):
            take.click()
        expect(self.act("Close chat")).to_be_visible(timeout=WITHIN)
        expect(self.box).to_be_focused()

    def write(self, text: str) -> None:
        """Write to the buyer; it leaves after a moment."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.log.get_by_text(text).first).to_be_visible(timeout=WITHIN)

    @property
    def violations(self) -> list[str]:
        """What the page's policy had to stop; the events are queued tasks."""
        self.page.wait_for_timeout(50)
        found: list[str] = self.page.evaluate("window.__violations")
        return found

    def is_clean(self) -> None:
        """Fail when the page met a violation or told an error."""
        assert not self.violations, "\n".join(self.violations)
        errors = [each for each in self.errors if not EXPECTED.search(each)]
        assert self.trouble or not errors, "\n".join(errors)


def give_session(context: BrowserContext, address: str, world: Shops, user: str) -> None:
    """Put a session of the user into the browser."""
    token, now = secrets.token_urlsafe(32), world.now
    session = DeskSession(session_hash(token), user, now, now, now + timedelta(hours=8))
    with world.uow() as uow:
        uow.desk.open_session(session)
        uow.commit()
    context.add_cookies([{"name": COOKIE, "value": token, "url": address, "httpOnly": True}])

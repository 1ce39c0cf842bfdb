"""Somebody with a browser: opens the chat, writes, presses, and is watched for violations."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.stack import Shops

WATCH = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', event => window.__violations.push(
  `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
# Every line that is read out, once each: a live region shows only what is left of them.
LISTEN = """() => {
  if (window.__said) return;
  window.__said = [];
  const root = document.querySelector('aftersale-chat').shadowRoot;
  new MutationObserver(changes => {
    for (const change of changes)
      for (const line of change.addedNodes) window.__said.push(line.textContent);
  }).observe(root.querySelector('#announcer'), {childList: true});
}"""
ROWS = """log => [...log.querySelectorAll('li.msg')].map(row => ({
  author: row.dataset.author, seq: Number(row.dataset.seq || 0), state: row.dataset.state || '',
  client: row.dataset.client || '', text: row.querySelector('.body').innerText.trim(),
}))"""
KEPT = """() => Object.entries(localStorage).map(([, value]) => {
  try { return JSON.parse(value).id } catch { return '' }
}).find(id => id)"""
REPLY_WITHIN = 20_000
NETWORK = re.compile(r"ERR_|WebSocket|Failed to load resource")


@dataclass
class Visitor:
    """One tab. `trouble` allows what the console tells while the network or the app is gone."""

    page: Page
    world: Shops
    trouble: bool = False
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.text} {message.location.get('url', '')}".strip())

    def go(self, path: str) -> None:
        """Load a page of the app."""
        self.page.goto(self.world.address + path)

    @property
    def chat(self) -> Locator:
        """The element on the page."""
        return self.page.locator("aftersale-chat")

    @property
    def launcher(self) -> Locator:
        """The button that opens and closes the chat."""
        return self.chat.locator("#launcher")

    @property
    def panel(self) -> Locator:
        """The open chat."""
        return self.page.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.page.get_by_role("log")

    @property
    def box(self) -> Locator:
        """Where the buyer writes."""
        return self.chat.locator("textarea").first

    @property
    def rows(self) -> Locator:
        """The messages."""
        return self.chat.locator("li.msg")

    def open(self) -> None:
        """Open the chat with the mouse."""
        self.launcher.click()
        expect(self.box).to_be_focused()
        self.listen()

    def listen(self) -> None:
        """Keep every line that is read out from now on."""
        self.page.evaluate(LISTEN)

    @property
    def said(self) -> list[str]:
        """What was read out since `listen`."""
        lines: list[str] = self.page.evaluate("window.__said")
        return lines

    def say(self, text: str) -> None:
        """Write something, send it and wait for the answer."""
        before = self.own.count()
        self.box.fill(text)
        self.box.press("Enter")
        self.answered(before + 1)

    def write(self, text: str) -> None:
        """Write something and send it, whoever is there to hear it."""
        self.box.fill(text)
        self.box.press("Enter")

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press an answer that is offered and wait for what comes of it."""
        before = self.own.count()
        self.log.get_by_role("button", name=name, disabled=False).last.click()
        self.answered(before + 1)

    def answered(self, count: int) -> None:
        """Wait until that many of the buyer's own messages are answered."""
        expect(self.own).to_have_count(count, timeout=REPLY_WITHIN)
        theirs = re.compile("^(?!buyer$)")
        expect(self.rows.last).to_have_attribute("data-author", theirs, timeout=REPLY_WITHIN)

    @property
    def conversation_id(self) -> str:
        """The conversation that this browser keeps."""
        kept: str = self.page.evaluate(KEPT)
        return kept

    @property
    def own(self) -> Locator:
        """The buyer's messages that the server has."""
        return self.chat.locator("li.msg[data-author=buyer][data-seq]")

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The messages as they stand on the screen."""
        rows: list[dict[str, Any]] = self.log.evaluate(ROWS)
        return rows

    @property
    def last(self) -> str:
        """Everything said since the buyer's last word."""
        rows = self.shown
        own = [at for at, row in enumerate(rows) if row["author"] == "buyer"]
        return "\n".join(row["text"] for row in rows[(own[-1] + 1 if own else 0) :])

    @property
    def violations(self) -> list[str]:
        """What the page's policy had to stop; the events are queued tasks."""
        self.page.wait_for_timeout(50)
        found: list[str] = self.page.evaluate("window.__violations")
        return found

    def is_clean(self) -> None:
        """Fail when the page met a violation or told an error."""
        assert not self.violations, "\n".join(self.violations)
        errors = [e for e in self.errors if not (self.trouble and NETWORK.search(e))]
        assert not errors, "\n".join(errors)

"""What docs/widget.md tells people to put on a page works, on a page of another origin too."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.stack import FOREIGN

TEXT = Path("docs/widget.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.S | re.M)


@pytest.fixture
def shop(visit, world):
    """Return a function that opens a shop's page with a documented snippet in it."""

    def go(snippet, style=""):
        visitor = visit("/livez")
        policy = blocks("text")[0].strip().replace("\n", "; ").replace("{server}", world.address)
        policy = policy.replace("{socket}", world.address.replace("http", "ws"))
        body = snippet.replace("{server}", world.address)
        html = f"<!doctype html><html lang=en><title>Shop</title><body><h1>Shop</h1>{body}"
        headers = {"Content-Security-Policy": f"default-src 'none'; {policy}"}
        visitor.page.route(
            f"{FOREIGN}/**",
            lambda route: route.fulfill(body=html, content_type="text/html", headers=headers),
        )
        # Chromium asks before a page that came over no network may call this machine.
        visitor.page.context.grant_permissions(["local-network-access"], origin=FOREIGN)
        visitor.page.goto(f"{FOREIGN}/orders")
        return visitor

    return go


@pytest.mark.parametrize("snippet", blocks("html"))
def test_a_documented_tag_brings_the_chat_under_the_documented_policy(shop, snippet):
    visitor = shop(snippet)
    expect(visitor.chat).to_have_count(1)
    visitor.open()
    visitor.say("hello")
    assert "assistant" in visitor.last
    expect(visitor.chat.locator("#panel")).to_have_attribute("data-state", "online")


def test_the_documented_script_runs(shop):
    visitor = shop(blocks("html")[0])
    script, identify = blocks("js")
    visitor.page.evaluate(f"() => {{ {script} window.stop = stop }}")
    expect(visitor.panel).to_be_visible()
    start = visitor.page.get_by_role("button", name="Where is order 812345678901?")
    expect(start).to_be_visible()
    visitor.page.evaluate("window.stop()")
    assert "identify" in identify


@pytest.mark.parametrize(
    "call",
    sorted(
        set(re.findall(r"^\| `(.*?)` ", TEXT.partition("| call |")[2].partition("\n\n")[0], re.M))
    ),
)
def test_every_documented_call_exists(visit, call):
    visitor = visit("/shop/helpdesk")
    expect(visitor.launcher).to_be_visible()
    name = call.partition("(")[0]
    assert visitor.page.evaluate("name => typeof Aftersale[name]", name) == "function"


def test_the_documented_events_reach_the_page(visit):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ['message', 'unread', 'opened', 'closed'])
            document.addEventListener(`aftersale:${name}`, e => heard.push([name, e.detail]));
        }"""
    )
    visitor.open()
    visitor.say("hello")
    visitor.page.keyboard.press("Escape")
    heard = visitor.page.evaluate("window.heard")
    names = [name for name, _ in heard]
    assert names.index("opened") < names.index("message") < names.index("closed")
    (told,) = [detail for name, detail in heard if name == "message"]
    assert told["author"] == "bot"

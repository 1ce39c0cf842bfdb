"""The card in a real browser, inside the page of a desk: for that desk alone, by our key alone."""

import asyncio
import json
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from playwright.sync_api import expect

from aftersale.bootstrap_chatwoot import outside_desk
from aftersale.gateway.app import create_app
from tests.integration.conftest import empty_database  # noqa: F401
from tests.integration.desks.conftest import (  # noqa: F401
    desk,
    knobs,
    policies,
    server,
    version,
    voice,
    world,
)
from tests.integration.desks.test_card import talk  # noqa: F401
from tests.integration.gateway.conftest import _services

# What Chatwoot's page does: it frames the app and answers its question.
DASHBOARD = """<!doctype html><title>Desk</title><iframe width="400" height="600"></iframe><script>
const context = %(context)s;
const frame = document.querySelector("iframe");
addEventListener("message", (event) => {
  if (event.data !== "chatwoot-dashboard-app:fetch-info") return;
  frame.contentWindow.postMessage(JSON.stringify({event: "appContext", data: context}), "*");
});
frame.src = %(app)s;
</script>"""


@contextmanager
def serving(app):
    """Run an app on a port of its own, in a thread."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def start():
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    url = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield url
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def app(talk, policies):  # noqa: F811
    made, now, _ = _services(talk.settings, policies, "http://127.0.0.1:1")
    now[0] = talk.now
    wiring = replace(talk.wiring, uow=made.uow)
    outside = outside_desk(talk.outside.desk, talk.settings, wiring, made.uploads)
    services = replace(made, outside=outside)
    with serving(create_app(services, talk.settings, with_jobs=False)) as url:
        yield url
    services.close()


@pytest.fixture
def show(browser, app, talk):  # noqa: F811
    """Return a function that opens a desk's page with that context; gives page and violations."""
    context = browser.new_context()

    def go(shown, *, at=None):
        page, seen = context.new_page(), []
        page.on("console", lambda message: seen.append(message.text))
        talk.server.dashboard = DASHBOARD % {
            "context": json.dumps(shown),
            "app": json.dumps(f"{app}/desks/chatwoot/app"),
        }
        page.goto(f"{at or talk.server.url}/dashboard")
        return page, seen

    yield go
    context.close()


def conversation(talk, **more):  # noqa: F811
    own = talk.server.only()
    return {"conversation": {"id": own.id, "custom_attributes": own.attributes} | more}


def card(page):
    return page.frame_locator("iframe").locator("main")


def test_the_card_is_shown_in_the_desks_page(show, talk):  # noqa: F811
    page, seen = show(conversation(talk))
    expect(card(page)).to_contain_text("Order HD/55821")
    expect(card(page)).to_contain_text("The storefront states no rule for this.")
    page.frame_locator("iframe").locator("summary").click()
    expect(card(page)).to_contain_text("storefront_states_a_rule")
    assert [text for text in seen if "Content Security Policy" in text] == []


def test_a_context_without_our_key_shows_nothing(show, talk):  # noqa: F811
    page, _ = show(conversation(talk, custom_attributes={}))
    expect(card(page)).to_have_text("This conversation did not come from Aftersale.")
    forged = {"aftersale_card": talk.server.only().attributes["aftersale_card"][:-4] + "0000"}
    page, _ = show(conversation(talk, custom_attributes=forged))
    expect(card(page)).to_contain_text("This card is over.")
    page, _ = show(conversation(talk, id=999))
    expect(card(page)).to_contain_text("This card is over.")


def test_no_other_page_may_show_it(show, talk):  # noqa: F811
    page, seen = show(conversation(talk), at=talk.server.url.replace("127.0.0.1", "localhost"))
    page.wait_for_timeout(500)
    assert not page.frames[1].url.startswith("http")
    assert any("frame-ancestors" in text for text in seen)

"""A talk in the terminal: finds or starts a stack, signs the buyer in, opens a conversation."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from aftersale.demo.client import BuyerClient
from aftersale.demo.dialogue import Dialogue
from aftersale.demo.keys import sign_for
from aftersale.demo.prepare import buyer_by_email, prepare, train
from aftersale.demo.stack import Plan, app, engine, is_running
from aftersale.settings import Settings, now_of


@contextlib.contextmanager
def open_dialogue(
    storefront: str, email: str | None, *, now: str | None = None
) -> Iterator[Dialogue]:
    """Open a conversation, in the running demo or in a stack started for it."""
    with world(now) as settings, connect(settings, storefront, email) as dialogue:
        yield dialogue


@contextlib.contextmanager
def connect(settings: Settings, storefront: str, email: str | None) -> Iterator[Dialogue]:
    """Open a conversation of that buyer (None: nobody signed in) with a running app."""
    client = BuyerClient(settings.base_url)
    client.open(storefront, identity_of(settings, storefront, email))
    try:
        yield Dialogue(client)
    finally:
        client.close()


def identity_of(settings: Settings, storefront: str, email: str | None) -> str | None:
    """Return an identity signed by the demo shop; None for nobody.

    Raises:
        NotFound: the storefront has no such buyer.
    """
    if email is None:
        return None
    buyer = buyer_by_email(settings, storefront, email)
    return sign_for(settings.identity_keys, buyer, now_of(settings))


@contextlib.contextmanager
def world(now: str | None) -> Iterator[Settings]:
    """Yield the settings of a stack that answers: the running demo, or one of our own."""
    running = demo_settings()
    if now is None and is_running(running.base_url):
        yield running
        return
    with contextlib.ExitStack() as stack:
        if now is None:
            plan = Plan(running.data_dir, mode="demo")
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="aftersale-"))
            plan = Plan(Path(folder), mode="test", more={"AFTERSALE_CLOCK": now})
        train()
        settings = plan.settings()
        prepare(settings)
        stack.enter_context(engine(settings))
        stack.enter_context(app(plan))
        yield settings


def demo_settings() -> Settings:
    """Return the settings that `aftersale demo` runs with here."""
    return Settings.from_env({"AFTERSALE_MODE": "demo", **os.environ})

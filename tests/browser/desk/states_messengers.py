"""Messengers at the desk: a window that is closed, messages that did not arrive, a mail."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from aftersale.domain.channels import Channel
from tests.browser.desk.agent import Agent
from tests.browser.desk.messenger_scene import Messenger, by, in_messenger
from tests.browser.stack import Shops

Step = Callable[[Agent], None]
NOW, MINUTE, HOUR = timedelta(0), timedelta(minutes=1), timedelta(hours=1)


def messengers(world: Shops) -> dict[str, Step]:
    """Return what leads to each state."""
    closed = _closed(world)
    return {
        "whatsapp-closed": lambda agent: _claimed(agent, closed, ".reach.closed"),
        "failed": lambda agent: _claimed(agent, _failed(world), ".delivery.failed"),
        "mail": lambda agent: _claimed(agent, _mail(world, closed), ".others"),
        "unreachable": lambda agent: _claimed(
            agent, in_messenger(world, Channel.TELEGRAM, gone=True, name="Timo"), ".reach.lost"
        ),
    }


def _claimed(agent: Agent, scene: Messenger, shown: str) -> None:
    agent.open(scene.id)
    agent.claim()
    expect(agent.page.locator(shown).first).to_be_visible()


def _closed(world: Shops) -> Messenger:
    said = (
        by("buyer", "The zip of my jacket broke on the first day. What now?"),
        by("bot", "I am sorry to hear that. Could you send a photo of it?", "read"),
        by("buyer", "I will, tonight."),
        by("agent", "Hello Noor, did you find the time for the photo?", "held", ago=3 * MINUTE),
    )
    return in_messenger(world, Channel.WHATSAPP, said, heard_ago=30 * HOUR, asked=True)


def _failed(world: Shops) -> Messenger:
    said = (
        by("buyer", "Is my parcel on its way?"),
        by("bot", "It left our warehouse this morning.", "read"),
        by("buyer", "And the second one?"),
        by("bot", "The second one follows tomorrow.", "delivered"),
        by("agent", "Both have left now. Here are the numbers to follow them.", "unknown"),
        by("agent", "The second one is 00340434161094042557.", "failed"),
    )
    return in_messenger(world, Channel.WHATSAPP, said, heard_ago=2 * HOUR, name="Kofi")


def _mail(world: Shops, earlier: Messenger) -> Messenger:
    said = (
        by("buyer", "Hello, I sent you the photo of the zip two days ago. Did you get it?"),
        by("bot", "Thank you, it is here. A person looks at it today.", "sent"),
        by("buyer", "Good, I would rather have the money back than another jacket."),
    )
    topic = "Re: The zip of my jacket"
    return in_messenger(world, Channel.EMAIL, said, topic=topic, known=earlier.buyer)

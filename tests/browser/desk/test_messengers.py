"""Messengers at the desk: where a buyer writes, what arrived, and what cannot be sent."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from aftersale.domain.channels import Channel
from tests.browser.desk.messenger_scene import by, in_messenger

HOUR = timedelta(hours=1)
# What is heard and read, by what a messenger told; with the sign of its own shape.
TOLD = {
    "pending": ("On its way", "clock"),
    "held": ("Held until the buyer writes", "hold"),
    "sent": ("Sent", "check"),
    "delivered": ("Delivered", "checks"),
    "read": ("Read", "eye"),
    "failed": ("Not delivered: WhatsApp did not take it", "alert"),
    "unknown": ("It may have arrived; WhatsApp did not say", "help"),
    "withdrawn": ("Not sent: this chat on WhatsApp is no longer this buyer's", "ban"),
}


def opened(sit, scene, *, claim=True, before=None):
    agent = sit("ann")
    if before:
        before(agent.page)
    agent.open(scene.id)
    if claim:
        agent.claim()
    return agent


@pytest.mark.parametrize(
    ("channel", "name", "sign"),
    [
        (Channel.WHATSAPP, "WhatsApp", "phone"),
        (Channel.TELEGRAM, "Telegram", "plane"),
        (Channel.EMAIL, "E-mail", "mail"),
        (Channel.MATRIX, "Matrix", "brackets"),
    ],
)
def test_a_chat_says_where_its_buyer_writes(sit, world, channel, name, sign):
    scene = in_messenger(world, channel, topic="Broken kettle")
    agent = opened(sit, scene, claim=False)
    row = agent.item(scene.id)
    expect(row.locator(".badge", has_text=name)).to_be_visible()
    expect(row.locator(f"[data-icon={sign}]")).to_have_count(1)
    head = agent.page.locator(".talk-head")
    expect(head).to_contain_text(name)
    expect(head).to_contain_text("Subject: Broken kettle")
    expect(head.locator(f"[data-icon={sign}]")).to_have_count(1)
    agent.page.get_by_role("button", name="Filters").click()
    agent.page.get_by_label("Channel").select_option(label=name)
    expect(agent.item(scene.id)).to_be_visible()


def test_every_message_says_how_far_it_got_by_its_shape_and_in_words(sit, world):
    said = [by("bot", f"Message {state}", state) for state in TOLD]
    agent = opened(sit, in_messenger(world, said=said), claim=False)
    for state, (words, sign) in TOLD.items():
        row = agent.log.locator(".said", has_text=f"Message {state}")
        mark = row.locator(f".delivery.{state}")
        expect(mark).to_have_text(words)
        expect(mark.locator(f"[data-icon={sign}]")).to_have_count(1)
    # What needs a look is to be seen even where messages follow each other closely.
    for state in ("held", "failed", "unknown", "withdrawn"):
        expect(agent.log.locator(f".delivery.{state} span")).to_be_visible()


def test_a_message_that_fails_while_somebody_looks_is_said_aloud(sit, world):
    scene = in_messenger(world, said=(*HELLO_AND_ANSWER,))
    agent = opened(sit, scene, claim=False)
    expect(agent.log.locator(".delivery.sent").first).to_be_attached()
    agent.listen()
    scene.change(2, "failed")
    sit("sam").open(scene.id)  # a colleague looks, which is news: the page looks again
    expect(agent.log.locator(".delivery.failed")).to_be_visible(timeout=15_000)
    assert agent.said == ["Not delivered: WhatsApp did not take it"]


HELLO_AND_ANSWER = (by("buyer", "Where is it?"), by("agent", "I am looking.", "sent"))


def test_an_open_window_is_not_worth_a_word_until_it_is_soon_over(sit, world):
    agent = opened(sit, in_messenger(world, heard_ago=1 * HOUR))
    expect(agent.page.locator(".reach")).to_be_empty()
    agent = opened(sit, in_messenger(world, heard_ago=23.5 * HOUR))
    line = agent.page.locator(".reach.soon")
    expect(line).to_contain_text("WhatsApp takes answers until ")
    expect(line).to_contain_text("in 29 min")


def test_outside_of_the_window_the_agent_knows_that_it_is_held(sit, world):
    agent = opened(sit, in_messenger(world, heard_ago=30 * HOUR), before=thread_has(asks=True))
    line = agent.page.locator(".reach.closed")
    for text in ("closed for answers since ", "is held", "a short note that asks them to write"):
        expect(line).to_contain_text(text)
    expect(agent.box).to_be_editable()
    agent.page.get_by_role("radio", name="Note").check(force=True)
    expect(agent.page.locator(".reach")).to_be_empty()


def test_who_cannot_be_reached_there_is_written_to_by_mail(sit, world):
    agent = opened(sit, in_messenger(world, Channel.TELEGRAM, gone=True))
    line = agent.page.locator(".reach.lost")
    expect(line).to_contain_text("Nothing reaches this buyer on Telegram any more.")
    expect(line).to_contain_text("What you write goes to n•••@example.com by mail.")


def test_what_the_buyer_said_elsewhere_is_one_step_away(sit, world):
    first = in_messenger(world, Channel.TELEGRAM, (by("buyer", "The kettle leaks"),), name="Ida")
    second = in_messenger(world, Channel.EMAIL, known=first.buyer)
    agent = opened(sit, second, claim=False)
    others = agent.page.get_by_role("region", name="Details").locator(".others")
    expect(others).to_contain_text("The kettle leaks")
    others.get_by_role("link", name="Telegram").click()
    expect(agent.log).to_contain_text("The kettle leaks")


def thread_has(*, takes=None, **more):
    """Let the messenger of the open chat be another one."""

    def change(page):
        def answer(route):
            response = route.fetch()
            told = response.json()
            told["thread"] |= more
            told["thread"]["takes"] |= takes or {}
            route.fulfill(response=response, body=json.dumps(told))

        page.route(re.compile(r"/desk/api/conversations/[0-9a-f]{32}$"), answer)

    return change


def test_without_a_note_that_asks_the_agent_knows_that_nobody_does(sit, world):
    agent = opened(sit, in_messenger(world, heard_ago=30 * HOUR))
    expect(agent.page.locator(".reach.closed")).to_contain_text("They are not asked to")


def test_who_was_asked_to_write_is_known_since_when(sit, world):
    said = (by("buyer", "Hello?"), by("agent", "Here I am.", "held"))
    agent = opened(sit, in_messenger(world, said=said, heard_ago=30 * HOUR, asked=True))
    expect(agent.page.locator(".reach.closed")).to_contain_text("They were asked to write at ")


def test_what_is_too_long_for_the_messenger_is_refused_in_words(sit, world):
    agent = opened(sit, in_messenger(world), before=thread_has(takes={"text": 10}))
    agent.box.fill("Hello there!")
    problem = agent.page.get_by_role("alert").filter(has_text="WhatsApp")
    expect(problem).to_have_text("WhatsApp takes 10 characters at most: 2 too many.")
    agent.box.press("Enter")
    expect(agent.box).to_have_value("Hello there!")
    agent.box.fill("Hello")
    expect(problem).to_have_count(0)
    agent.box.press("Enter")
    expect(agent.log.get_by_text("Hello", exact=True)).to_be_visible()


def test_a_file_that_the_messenger_would_not_take_is_refused_in_words(sit, world):
    agent = opened(sit, in_messenger(world), before=thread_has(takes={"file_bytes": 10}))
    with agent.page.expect_file_chooser() as chooser:
        agent.page.get_by_role("button", name="Attach files").click()
    paper = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 something"}
    chooser.value.set_files(paper)
    expect(agent.page.locator(".tray")).to_contain_text("a.pdf is too large: WhatsApp takes")
    expect(agent.page.locator(".tray .paper")).to_have_count(0)


def test_where_files_are_not_taken_there_is_nothing_to_attach_them_with(sit, world):
    agent = opened(sit, in_messenger(world), before=thread_has(takes={"files": False}))
    expect(agent.page.get_by_role("button", name="Attach files")).to_have_count(0)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("a")
    expect(agent.page.locator(".tray li")).to_have_count(0)

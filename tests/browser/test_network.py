"""Whatever happens to the app or the network: nothing is lost, doubled or reordered."""

import json
import re

import pytest
from playwright.sync_api import expect

KILLS = 20
# When the app dies: before a message is sent, while it is, before the answer or after it.
MOMENTS = ("before", "sending", "answering", "after")
ALONE = 8  # times the chat finds back by itself; then the browser says that the network is there
DONE = "SELECT body FROM events WHERE conversation_id = :c AND type = 'turn_done' ORDER BY seq"
QUESTIONS = ("what are your opening hours", "hello", "what can you do")


@pytest.fixture
def buyer(visit):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    visitor.trouble = True
    return visitor


def test_killed_twenty_times_nothing_is_lost_doubled_or_reordered(buyer, world):
    sent = ["hello"]
    for at in range(KILLS):
        sent.append(f"{QUESTIONS[at % len(QUESTIONS)]} ({at})")
        die_around(buyer, world, sent, MOMENTS[at % len(MOMENTS)])
        if at >= ALONE:
            buyer.page.evaluate("window.dispatchEvent(new Event('online'))")
        buyer.answered(len(sent))
    is_whole(buyer, world, sent)
    buyer.page.reload()
    buyer.open()
    expect(buyer.own).to_have_count(len(sent))
    is_whole(buyer, world, sent)
    assert len(buyer.said) == 0


def die_around(buyer, world, sent, moment):
    """Send the last text while the app dies at that moment and comes back."""
    if moment == "before":
        world.power_cut()
    buyer.write(sent[-1])
    if moment == "answering":
        expect(buyer.own).to_have_count(len(sent))
    elif moment == "after":
        buyer.answered(len(sent))
    if moment != "before":
        world.power_cut()
    world.running_app.start()


def is_whole(buyer, world, sent):
    """The screen, the database and what was sent agree, each once and in order."""
    shown = buyer.shown
    assert [row["text"] for row in shown if row["author"] == "buyer"] == sent
    assert [row["seq"] for row in shown] == sorted({row["seq"] for row in shown})
    stored = world.messages(buyer.conversation_id)
    assert [row["text"] for row in stored if row["author"] == "buyer"] == sent
    assert [row["seq"] for row in stored] == [row["seq"] for row in shown]
    done = world.sql(DONE, c=buyer.conversation_id)
    answered = [json.loads(row["body"])["client_msg_id"] for row in done]
    assert answered == [row["client_msg_id"] for row in stored if row["author"] == "buyer"]


def test_an_answer_that_takes_long_is_told_in_words(buyer, world):
    typing = buyer.chat.locator("#typing")
    for at in range(10):
        buyer.write(f"what are your opening hours ({at})")
        expect(typing).to_contain_text("is typing")
        world.running_app.kill()
        world.running_app.start()
        if world.sql("SELECT 1 FROM turns WHERE state = 'running'"):
            break
        buyer.answered(at + 2)
    expect(typing).to_contain_text("This takes longer than usual.", timeout=15_000)
    expect(typing.locator("p")).to_be_visible()
    world.free_turns()
    buyer.answered(at + 2)
    expect(typing).to_be_empty()


def test_in_airplane_mode_it_is_kept_and_goes_out_exactly_once(buyer, world):
    context = buyer.page.context
    context.set_offline(True)
    for text in ("first", "second"):
        buyer.write(text)
    expect(buyer.chat.locator("li.msg[data-state=pending]")).to_have_count(2)
    expect(buyer.chat.locator("#connection")).to_contain_text("offline")
    context.set_offline(False)
    buyer.answered(3)
    expect(buyer.chat.locator("#connection")).to_be_empty()
    assert own(buyer) == ["hello", "first", "second"]
    stored = world.messages(buyer.conversation_id)
    assert [row["text"] for row in stored if row["author"] == "buyer"] == own(buyer)


def test_what_was_not_sent_outlives_the_page(buyer, world):
    world.power_cut()
    buyer.write("are you there?")
    expect(buyer.chat.locator("li.msg[data-state=pending]")).to_have_count(1)
    draft = "half a sent"
    buyer.box.fill(draft)
    buyer.page.goto("about:blank")
    world.running_app.start()
    buyer.go("/shop/helpdesk?buyer=guest")
    buyer.open()
    buyer.answered(2)
    assert own(buyer) == ["hello", "are you there?"]
    expect(buyer.box).to_have_value(draft)


def test_where_sockets_are_refused_the_long_poll_does_the_same(visit, world):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.trouble = True
    visitor.page.route("**/ticket", lambda route: route.abort())
    visitor.open()
    visitor.say("hello")
    visitor.say("what are your opening hours")
    assert own(visitor) == ["hello", "what are your opening hours"]


def test_a_message_that_is_refused_says_so_and_can_be_sent_again(buyer):
    pattern = re.compile(r".*/messages$")
    buyer.page.route(pattern, refuse)
    buyer.page.route_web_socket(re.compile(".*/ws.*"), lambda socket: socket.close(code=4429))
    buyer.page.reload()
    buyer.open()
    expect(buyer.own).to_have_count(1)
    buyer.write("try this")
    failed = buyer.chat.locator("li.msg[data-state=failed]")
    expect(failed).to_contain_text("Not sent. No.")
    buyer.page.unroute(pattern)
    failed.get_by_role("button", name="Try again").click()
    buyer.answered(2)
    assert own(buyer) == ["hello", "try this"]


def refuse(route):
    problem = {"code": "message_empty", "title": "No", "status": 422, "detail": "No."}
    route.fulfill(status=422, json=problem, headers={"Content-Type": "application/problem+json"})


def own(buyer):
    return [row["text"] for row in buyer.shown if row["author"] == "buyer"]

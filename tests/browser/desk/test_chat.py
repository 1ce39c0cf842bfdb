"""One chat at the desk: who has it, what is said both ways, what only colleagues read."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.desk.scene import waiting
from tests.photos import photo


@pytest.fixture
def queued(world):
    return waiting(world)


@pytest.fixture
def talking(sit, queued):
    """An agent who has claimed the chat."""
    agent = sit("ann")
    agent.open(queued.id)
    agent.claim()
    return agent


def test_a_waiting_chat_says_why_how_long_and_what_is_at_stake(sit, world):
    queued = waiting(world, name="Dee", ago=timedelta(minutes=25))
    row = sit("ann").item(queued.id)
    for text in ("Dee", "Asked for a person", "helpdesk", "25 min"):
        expect(row).to_contain_text(text)
    expect(row.locator(".clock")).to_have_class(
        re.compile("bad")
    )  # most of the time to claim it is over


def test_of_two_who_claim_one_has_it_and_the_other_is_told_who(sit, queued):
    first, second = sit("ann"), sit("sam")
    for agent in (first, second):
        agent.open(queued.id)
    # Both have drawn the button; the second one presses on what is no longer so.
    second.page.context.set_offline(True)
    first.claim()
    second.page.context.set_offline(False)
    second.trouble = True
    second.page.keyboard.press("c")
    expect(second.page.locator(".talk-head .state")).to_have_text("With Ann Lee")
    expect(second.page.get_by_text("Ann Lee has this chat.")).to_be_visible()


def test_a_message_can_be_taken_back_for_five_seconds(talking, queued, world):
    before = len(world.messages(queued.id))
    talking.write("This is wrong")
    talking.log.get_by_role("button", name="Undo").click()
    expect(talking.box).to_have_value("This is wrong")
    expect(talking.log.get_by_text("This is wrong")).to_have_count(0)
    talking.page.wait_for_timeout(6_000)
    assert len(world.messages(queued.id)) == before


def test_what_the_buyer_writes_comes_by_itself_and_is_read_out(talking, queued):
    talking.listen()
    queued.says("are you there?")
    expect(talking.log.get_by_text("are you there?")).to_be_visible(timeout=15_000)
    assert "Alex: are you there?" in talking.said


def test_notes_stay_among_colleagues_and_name_them(talking, queued, sit, world):
    before = len(world.messages(queued.id))
    talking.page.keyboard.press("Escape")
    expect(talking.page.locator("#transcript")).to_be_focused()
    talking.page.keyboard.press("n")
    expect(talking.page.get_by_role("radio", name="Note")).to_be_checked()
    expect(talking.box).to_be_focused()
    talking.page.keyboard.type("Please have a look @sa")
    talking.page.get_by_role("option", name="Sam Hill").click()
    talking.page.keyboard.press("Enter")
    expect(talking.log.locator(".note")).to_contain_text("@sam")
    assert len(world.messages(queued.id)) == before
    sam = sit("sam", "/mentions")
    expect(sam.page.get_by_text("Please have a look @sam")).to_be_visible()
    sam.page.get_by_role("link", name="Open chat").first.click()
    expect(sam.log.locator(".note")).to_contain_text("Please have a look")


def test_canned_replies_are_filled_in(talking, queued):
    talking.box.press("/")
    expect(talking.page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    talking.page.keyboard.press("Enter")
    expect(talking.box).not_to_have_value(re.compile(r"^/|\{"))


def test_photos_go_out_with_the_words(talking, queued, world):
    with talking.page.expect_file_chooser() as chooser:
        talking.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(talking.page.locator(".tray img")).to_be_visible()
    expect(talking.page.locator(".tray progress")).to_have_count(0)
    talking.write("Like this one?")
    expect(talking.log.locator(".said[data-author=agent] .photo img")).to_be_visible(
        timeout=15_000
    )


def test_a_colleague_who_looks_is_seen(talking, queued, sit):
    sam = sit("sam")
    sam.open(queued.id)
    expect(talking.page.locator(".viewers")).to_contain_text("Sam Hill", timeout=15_000)


def test_the_details_say_why_by_which_rule_and_what_was_understood(sit, world):
    queued = waiting(world, name="Eve", said=("cancel my order",))
    agent = sit("ann")
    agent.open(queued.id)
    details = agent.page.get_by_role("region", name="Details")
    for text in (
        "Can a person look at this, please?",
        queued.order_number,
        "What the bot understood",
    ):
        expect(details).to_contain_text(text)
    expect(details.locator(".decision, .understood").first).to_be_visible()


def test_without_the_stream_the_desk_looks_by_itself(sit, queued):
    agent = sit("ann", path="/settings")
    agent.trouble = True
    agent.page.route("**/desk/api/live", lambda route: route.abort())
    agent.open(queued.id)
    expect(agent.page.get_by_text("The live connection is gone.")).to_be_visible()
    queued.says("hello again")
    expect(agent.log.get_by_text("hello again")).to_be_visible(timeout=15_000)


def test_nobody_is_asked_for_permissions_before_they_want_it(sit):
    agent = sit("ann", path="/inbox/queue")
    asked = "() => Notification.permission"
    expect(agent.page.get_by_role("heading", name="Queue")).to_be_visible()
    assert agent.page.evaluate(asked) in {"default", "denied"}
    agent.go("/settings")
    box = agent.page.get_by_label("Show desktop notifications")
    expect(box).not_to_be_checked()


WRITTEN_DOWN = """
window.__notes = [];
window.Notification = class {
  static permission = 'default';
  static async requestPermission() {
    window.__asked = true;
    return (Notification.permission = 'granted');
  }
  constructor(title, options) { window.__notes.push(`${title}: ${options.body}`); }
  close() {}
};
document.hasFocus = () => false;
"""


def test_news_are_shown_elsewhere_once_it_was_chosen_and_without_what_was_said(sit, world):
    agent = sit("ann", "/settings")
    agent.page.add_init_script(WRITTEN_DOWN)
    agent.go("/settings")
    assert agent.page.evaluate("window.__asked") is None
    agent.page.get_by_label("Show desktop notifications").check()
    assert agent.page.evaluate("window.__asked") is True
    expect(agent.page.get_by_role("link", name="All chats")).to_be_visible()
    agent.page.wait_for_timeout(2_500)  # the desk has looked at who waits
    waiting(world, name="Finn")
    agent.page.wait_for_function("() => window.__notes.length > 0")
    assert agent.page.evaluate("window.__notes") == ["Finn waits for a person: Asked for a person"]

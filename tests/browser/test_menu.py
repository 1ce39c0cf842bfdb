"""What a buyer can do with the talk as a whole: keep it, end it, delete it, find others."""

import json
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import expect


@pytest.fixture
def buyer(visit):
    visitor = visit("/shop/helpdesk?buyer=guest")
    visitor.open()
    visitor.say("hello")
    return visitor


def choose(buyer, name):
    buyer.chat.get_by_role("button", name="Menu").click()
    buyer.chat.locator("#menu").get_by_role("button", name=name).click()


@pytest.mark.parametrize("name", ["Save as text", "Save as data (JSON)"])
def test_the_talk_is_saved_as_a_file(buyer, name):
    with buyer.page.expect_download() as download:
        choose(buyer, name)
    saved = Path(download.value.path()).read_text("utf-8")
    assert "hello" in saved
    if "JSON" in name:
        assert json.loads(saved)


def test_the_talk_comes_by_mail(visit, world):
    record = world.buyer("helpdesk")
    world.order(record)
    buyer = visit(f"/shop/helpdesk?buyer={record.email}")
    buyer.open()
    buyer.say("what are your opening hours")
    choose(buyer, "Send me this chat by mail")
    expect(buyer.chat.get_by_text("The chat is on its way to your mail address.")).to_be_visible()
    letter = posted(world, record.email, "Your chat with")
    said = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "You: what are your opening hours" in said
    answer = " ".join(buyer.shown[-1]["text"].split())
    assert answer[:40] in said


def posted(world, to, subject):
    """Wait for a letter in the demo's mail folder."""
    folder = world.settings.data_dir / "mail"
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for path in folder.glob("*.eml"):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            if letter["To"] == to and subject in letter["Subject"]:
                return letter
        time.sleep(0.1)
    raise AssertionError(f"no letter {subject!r} to {to}")


def test_ending_begins_a_new_topic_after_a_rating(buyer, world):
    first = buyer.conversation_id
    choose(buyer, "End chat and start a new topic")
    sheet = buyer.chat.get_by_role("alertdialog")
    sheet.get_by_role("button", name="End chat").click()
    sheet.locator(".star").nth(4).click()
    sheet.get_by_role("button", name="Send rating").click()
    expect(buyer.rows).to_have_count(0)
    buyer.say("what are your opening hours")
    assert buyer.conversation_id != first
    ended = world.sql("SELECT closed_as FROM conversations WHERE conversation_id = :c", c=first)
    assert [row["closed_as"] for row in ended] == ["ended"]
    rated = "SELECT body FROM events WHERE conversation_id = :c AND type = 'csat'"
    assert [json.loads(row["body"])["stars"] for row in world.sql(rated, c=first)] == [5]


def test_deleting_takes_the_words_away_and_says_what_stays(buyer, world):
    conversation = buyer.conversation_id
    choose(buyer, "Delete my chat")
    sheet = buyer.chat.get_by_role("alertdialog")
    expect(sheet).to_contain_text("deleted for good")
    sheet.get_by_role("button", name="Delete").click()
    expect(sheet).to_contain_text("Your chat is deleted.")
    sheet.get_by_role("button", name="Start a new topic").click()
    expect(buyer.rows).to_have_count(0)
    assert "hello" not in [row.get("text") for row in world.messages(conversation)]
    assert "hello" not in buyer.page.evaluate("JSON.stringify({...localStorage})")


def test_a_changed_mind_deletes_nothing(buyer):
    choose(buyer, "Delete my chat")
    buyer.page.keyboard.press("Escape")
    expect(buyer.own).to_have_count(1)
    assert buyer.box.is_enabled()


def test_the_language_changes_at_once_and_the_words_stay(buyer):
    buyer.chat.get_by_role("button", name="Menu").click()
    buyer.chat.locator("#menu select").first.select_option("ar")
    expect(buyer.chat.locator("#panel")).to_have_attribute("dir", "rtl")
    expect(buyer.own).to_have_count(1)
    buyer.say("thanks")
    expect(buyer.own).to_have_count(2)

"""Recorded talks: how a script is read, and what is written in one way in every run."""

from pathlib import Path

import pytest

from aftersale.demo import outside
from aftersale.demo.client import NoAnswer
from aftersale.demo.outside import Mailbox, letter_text
from aftersale.demo.transcripts import SCRIPTS, Script, plain
from aftersale.domain.storefronts import Storefront

ROOT = Path(__file__).resolve().parents[2]
LETTER = b"To: mill@example.com\nSubject: Please answer\n\nHello Mill,\n\nagree?\n"


def test_a_script_holds_lines_and_directions_but_no_comments(tmp_path: Path):
    path = tmp_path / "group-buy.txt"
    path.write_text(
        "# storefront: group-buy\n# buyer: a@example.com\n# why\n\ncancel it\n[1]\n#! later 61\n",
        "utf-8",
    )
    lines = ("cancel it", "[1]", "#! later 61")
    assert Script.read(path) == Script(Storefront("group-buy"), "a@example.com", lines)


def test_every_storefront_has_a_script_and_a_recorded_talk():
    scripts = {path.stem: Script.read(path) for path in (ROOT / SCRIPTS).glob("*.txt")}
    assert {script.storefront for script in scripts.values()} == set(Storefront)
    assert {path.stem for path in (ROOT / "docs/transcripts").glob("*.md")} == set(scripts)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("case C-ZEMC-5BJM, then C-0J4K-92QD", "case C-0000-0001, then C-0000-0002"),
        ("Reference: 685e4b88", "Reference: 00000001"),
        ("http://127.0.0.1:81/s/abc-DEF_9", "https://assistant.example/s/…"),
        ("SC-20261101-02 for $69.00", "SC-20261101-02 for $69.00"),
    ],
)
def test_what_is_random_is_written_in_one_way(said, written):
    assert plain(said, "http://127.0.0.1:81") == written


def test_a_mailbox_shows_each_letter_once(tmp_path: Path, monkeypatch):
    (tmp_path / "old.eml").write_bytes(LETTER)
    mailbox = Mailbox(tmp_path)
    (tmp_path / "new.eml").write_bytes(LETTER)
    (letter,) = mailbox.next_letters()
    assert letter_text(letter)[:2] == ["To: mill@example.com", "Subject: Please answer"]
    monkeypatch.setattr(outside, "PATIENCE", 0)
    monkeypatch.setattr(outside, "LOOK_EVERY", 0)
    with pytest.raises(NoAnswer):
        mailbox.next_letters()


def test_a_page_is_shown_as_its_words_and_buttons(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("<h1>Agree?</h1><ul><li>A &amp; B</li></ul><button name=x>Yes</button>")
    assert outside.page_text(page.as_uri()) == ["Agree?", "- A & B", "[Yes]"]

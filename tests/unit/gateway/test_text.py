import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.errors import MessageEmpty, MessageRefused, MessageTooLarge
from aftersale.gateway.text import LIMIT, clean, for_engine

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hello  ", "hello"),
        ("two\r\nlines\rhere", "two\nlines\nhere"),
        ("tab\there", "tab here"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("abc\u202edef\u2066\u2069", "abcdef"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "\u00e9"),
        ("lone \ud83d half", "lone  half"),
        ("two \U0001f468\u200d\U0001f469", "two \U0001f468\u200d\U0001f469"),
        ("heart \u2764\ufe0f", "heart \u2764\ufe0f"),
        ("\uffff\ufdd0x", "x"),
    ],
)  # fmt: skip
def test_what_is_kept_of_a_text(typed, kept):
    assert clean(typed) == kept


@pytest.mark.parametrize("typed", ["", " \n ", "\u200b", "\ud800", "\u200d\ufe0f", "\u2800"])
def test_nothing_to_read_is_refused(typed):
    with pytest.raises(MessageEmpty):
        clean(typed)


def test_the_limit_counts_what_is_kept():
    assert len(clean("x" * LIMIT + "\x00" * 50)) == LIMIT
    with pytest.raises(MessageTooLarge):
        clean("x" * (LIMIT + 1))


@given(ANY_TEXT)
def test_what_is_kept_can_be_stored_and_is_stable(typed):
    try:
        kept = clean(typed)
    except MessageRefused:
        return
    kept.encode("utf-8")
    assert unicodedata.is_normalized("NFC", kept)
    assert "\x00" not in kept
    assert clean(kept) == kept


@given(ANY_TEXT)
def test_the_engine_never_sees_a_command(typed):
    given_to_it = for_engine(typed).strip()
    assert given_to_it
    assert not given_to_it.startswith("/")


@pytest.mark.parametrize("typed", ["/", "///", " / / ", "\u3000/"])
def test_slashes_alone_become_a_question(typed):
    assert for_engine(typed) == "?"


def test_a_slash_inside_stays():
    assert for_engine("order HD/55821") == "order HD/55821"

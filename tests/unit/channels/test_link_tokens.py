import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.link_tokens import link_token_in, new_token, words_with

TOKEN = "link-" + "aB3_-" * 8 + "xyz"


def test_a_token_fits_a_start_link_and_never_comes_twice():
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", token) for token in tokens)


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"  {TOKEN}\n",
        f"/start {TOKEN}",
        f"Connect my account: {TOKEN}",
        f"connect my account {TOKEN}.",
        f"“Connect my account: {TOKEN}",
    ],
)
def test_our_words_with_a_token_start(text):
    assert link_token_in(text) == TOKEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "connect my account",
        f"is this from you? {TOKEN}",
        f"{TOKEN} what is this",
        f"{TOKEN} {TOKEN}",
        f"{TOKEN}x",
        TOKEN[:-1],
        TOKEN.replace("link-", ""),
        f"https://shop.example/{TOKEN}",
    ],
)
def test_anything_else_is_a_message_like_any_other(text):
    assert link_token_in(text) is None


@given(st.text())
def test_what_is_typed_never_breaks_it(text):
    assert link_token_in(text) is None or link_token_in(text) in text


def test_every_new_token_is_found_in_our_words():
    for _ in range(200):
        token = new_token()
        assert link_token_in(words_with(token)) == token
        assert link_token_in(token) == token

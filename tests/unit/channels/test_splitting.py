import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.services.channels.splitting import length, shortened, split

CLUSTERS = [
    "\U0001f44d\U0001f3fd",  # a hand and its colour
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",  # a family
    "\U0001f1e9\U0001f1ea",  # a flag
    "e\u0301",
    "2\ufe0f\u20e3",
    "\U0001d538",  # two units
    "\u1112\u1161\u11ab",  # one syllable of three
]


def test_a_short_text_stays_whole():
    assert split("  One two.\n", 20) == ["One two."]


def test_an_empty_text_is_no_part():
    assert split(" \n ", 20) == []


def test_a_paragraph_is_kept_together():
    assert split("First one here.\n\nSecond one", 20) == ["First one here.", "Second one"]


def test_a_paragraph_that_begins_at_once_does_not_leave_a_crumb():
    assert split("Hi.\n\n" + "word " * 10, 30)[0] == "Hi.\n\nword word word word word"


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=9), max_size=60), st.integers(10, 50))
def test_no_word_is_cut_that_fits(words, most):
    assert " ".join(split(" ".join(words), most)).split() == words


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_what_looks_like_one_sign_is_not_cut(cluster):
    parts = split(cluster * 40, 20)
    assert "".join(parts) == cluster * 40
    assert all(part == cluster * (len(part) // len(cluster)) for part in parts)
    assert all(length(part) <= 20 for part in parts)


@given(st.text(), st.integers(2, 40))
def test_nothing_is_lost_and_every_part_fits(text, most):
    parts = split(text, most)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < length(part) <= most for part in parts)


@given(st.text(), st.integers(2, 40))
def test_a_shortened_title_fits_and_is_its_beginning(title, most):
    said = " ".join(title.split())
    cut = shortened(title, most)
    if cut is None:
        assert length(said) > most
        return
    assert length(cut) <= most
    assert cut == said or said.startswith(cut[:-1])


@pytest.mark.parametrize(
    ("title", "most", "cut"),
    [
        ("Yes", 3, "Yes"),
        ("Yes, please do", 12, "Yes, please…"),
        ("Yes, please do", 11, "Yes…"),
        ("Unmistakably", 8, None),
    ],
)
def test_a_title_is_cut_after_a_word(title, most, cut):
    assert shortened(title, most) == cut

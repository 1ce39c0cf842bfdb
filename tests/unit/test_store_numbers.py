import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.order_numbers import number_key, number_keys
from aftersale.store.cases import ALPHABET, make_case_number


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("SD-100234", "SD100234"),
        ("hd/55821", "HD55821"),
        ("8123 4567 8901", "812345678901"),
        ("order number 8123 4567 8901", "812345678901"),
        ("ORDER: GB77-3391", "GB773391"),
        ("Nr. SD-100234", "SD100234"),
        ("#SD-100234", "SD100234"),
        ("order #SD-100234", "SD100234"),
    ],
)
def test_the_usual_ways_to_write_a_number_are_among_its_keys(typed, key):
    assert key in number_keys(typed)


def test_a_number_that_begins_like_a_word_is_not_cut():
    assert number_keys("ORDER-100234")[0] == "ORDER100234"
    assert number_keys("NO100234") == ("NO100234",)


@given(st.text())
def test_keys_hold_letters_and_digits_only(text):
    assert re.fullmatch("[A-Z0-9]*", number_key(text))
    assert "" not in number_keys(text)


@given(st.text(alphabet="ABC019 -/#", max_size=20))
def test_separators_and_case_make_no_difference(text):
    assert number_key(text) == number_key(text.lower().replace("-", " ").replace("/", ""))


def test_case_numbers_are_easy_to_read_out_and_tell_nothing():
    numbers = {make_case_number() for _ in range(200)}
    assert len(numbers) == 200
    letters = f"[{ALPHABET}]"
    assert all(re.fullmatch(f"C-{letters}{{4}}-{letters}{{4}}", number) for number in numbers)
    assert not set("ILOU") & set(ALPHABET)

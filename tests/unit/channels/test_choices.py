import pytest

from aftersale.domain.articles import RatingSubject
from aftersale.domain.channels import Choice
from aftersale.services.channels.choices import chosen, rated, star_choices

OFFERED = (Choice("a", "Yes, cancel it"), Choice("b", "No"), Choice("c", "Talk to a person"))


@pytest.mark.parametrize("said", ["2", " 2 ", "2.", "2)", "#2", "(2)", "2️⃣", "no", "NO ", "٢"])
def test_a_number_or_a_title_is_an_answer(said):
    assert chosen(OFFERED, said) == OFFERED[1]


@pytest.mark.parametrize(
    "said", ["", "0", "4", "-1", "2 please", "not", "22", "1,2", "²", "9999", "SC-2"]
)
def test_anything_else_is_words(said):
    assert chosen(OFFERED, said) is None


def test_nothing_is_chosen_where_nothing_is_offered():
    assert chosen((), "1") is None


def test_a_title_that_is_a_number_means_itself():
    quantities = (Choice("two", "2"), Choice("one", "1"))
    assert chosen(quantities, "1") == quantities[1]


def test_stars_say_themselves_what_they_mean():
    stars = star_choices(RatingSubject.AGENT)
    assert [rated(each.button_id) for each in stars] == [
        (RatingSubject.AGENT, number) for number in range(1, 6)
    ]
    assert chosen(stars, "4") == stars[3]


@pytest.mark.parametrize(
    "button", ["", "rate:", "rate:agent:0", "rate:agent:6", "rate:shop:3", "rate:agent:٣", "x"]
)
def test_an_ordinary_button_rates_nothing(button):
    assert rated(button) is None

"""A colour that nobody could read is refused when it is configured, with what would do."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.policy.contrast import INK, TEXT, WHITE, contrast, text_on
from aftersale.policy.limits import Limit
from aftersale.policy.widget_knobs import WidgetKnobs, widget_mistakes

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the known neighbours of 4.5
        ("#767676", "#ffffff", 4.54),
        ("#949494", "#ffffff", 3.03),
    ],
)
def test_contrast_is_counted_as_wcag_does(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways_and_within_bounds(one, other):
    assert contrast(one, other) == contrast(other, one)
    assert 1.0 <= contrast(one, other) <= 21.0


@given(COLOURS)
def test_text_that_is_chosen_can_be_read_on_every_colour(colour):
    chosen = contrast(text_on(colour), colour)
    assert chosen == max(contrast(WHITE, colour), contrast(INK, colour))
    assert chosen >= TEXT


@given(COLOURS)
def test_a_colour_is_taken_only_when_all_of_it_can_be_seen(colour):
    knobs = WidgetKnobs(colour=colour)
    assert (list(widget_mistakes(knobs)) == []) is (contrast(colour, WHITE) >= 3)


@pytest.mark.parametrize(
    ("knobs", "path", "told"),
    [
        ({"colour": "green"}, "widget.colour", "is written as"),
        ({"colour": "#fff"}, "widget.colour", "is written as"),
        ({"colour_text": "red"}, "widget.colour_text", "is written as"),
        ({"colour": "#ffcc00"}, "widget.colour", "1.51 to a white page, controls need 3.0"),
        (
            {"colour": "#767676", "colour_text": "#dddddd"},
            "widget.colour_text",
            "text needs 4.5: leave it out, and #000000 is taken",
        ),
        ({"languages": ()}, "widget.languages", "at least one"),
        ({"languages": ("English",)}, "widget.languages", "as in en"),
        ({"idle_after": Limit(timedelta(0))}, "widget.idle_after", "longer than nothing"),
    ],
)
def test_every_mistake_is_named_with_what_would_do(knobs, path, told):
    found = dict(widget_mistakes(WidgetKnobs(**knobs)))
    assert told in found[path]


def test_the_usual_look_is_right():
    assert list(widget_mistakes(WidgetKnobs())) == []
    assert WidgetKnobs().text == WHITE

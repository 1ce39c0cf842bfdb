"""The terminal's side of a conversation: what is drawn, and what a typed number means."""

import pytest

from aftersale.demo.client import BuyerClient
from aftersale.demo.dialogue import Choice, Dialogue, box, choices_of, drawn, said

TEXT = {"type": "text", "text": "Shall I?", "fallback": "Shall I?"}
YES_NO = {
    "type": "quick_replies",
    "buttons": [{"id": "b1", "title": "Yes"}, {"id": "b2", "title": "No"}],
    "fallback": "1. Yes\n2. No",
}
CARD = {"type": "order_card", "fallback": "Order: SD-1\nState: Open"}
PICKER = {
    "type": "order_picker",
    "orders": [{"number": "SD-1", "button": {"id": "b3", "title": "SD-1, shoes"}}],
    "fallback": "1. SD-1, shoes",
}


def message(*blocks, author="bot"):
    return {"seq": 1, "type": "message", "author": author, "blocks": list(blocks)}


def test_buttons_are_drawn_as_numbers_after_the_text():
    assert drawn(message(TEXT, YES_NO)) == ["Shall I?", "[1] Yes  [2] No"]


def test_a_card_is_drawn_in_a_box():
    assert drawn(message(TEXT, CARD))[1:] == box(["Order: SD-1", "State: Open"])


def test_a_box_is_never_wider_than_a_terminal_and_loses_nothing():
    link = "https://shop.example/" + "x" * 100
    lines = ["Items: " + "a long name " * 10, f"Track it: {link}", ""]
    drawn_box = box(lines)
    assert max(map(len, drawn_box)) <= 80
    assert len(set(map(len, drawn_box))) == 1
    inside = "".join(line[2:-2] for line in drawn_box[1:-1]).replace(" ", "")
    assert inside == "".join(lines).replace(" ", "")


def test_the_orders_of_a_picker_are_buttons_and_named_once():
    assert drawn(message(TEXT, PICKER)) == ["Shall I?", "[1] SD-1, shoes"]
    assert choices_of(message(PICKER)) == [Choice("b3", "SD-1, shoes")]


def test_many_buttons_stand_one_under_the_other():
    long = {**YES_NO, "buttons": [{"id": str(n), "title": "A long title " * 3} for n in range(3)]}
    assert len(drawn(message(long))) == 3


def test_what_the_buyer_wrote_is_not_said_to_them():
    assert said([message(TEXT, author="buyer"), {"type": "turn_done", "author": "bot"}]) == []


@pytest.mark.parametrize(
    ("typed", "pressed"),
    [
        ("1", "Yes"),
        ("[2]", "No"),
        (" 2 ", "No"),
        ("3", None),
        ("0", None),
        ("yes", None),
        ("8123 4567 8901", None),
    ],
)
def test_a_number_presses_the_button_that_was_shown_with_it(typed, pressed):
    dialogue = Dialogue(BuyerClient("http://127.0.0.1:1"), choices_of(message(YES_NO)))
    choice = dialogue.pressed(typed)
    assert (choice.title if choice else None) == pressed


def test_newer_buttons_replace_older_ones_and_a_plain_answer_keeps_them():
    dialogue = Dialogue(BuyerClient("http://127.0.0.1:1"))
    dialogue.noted([message(YES_NO)])
    dialogue.noted([message(TEXT)])
    assert [choice.title for choice in dialogue.choices] == ["Yes", "No"]
    dialogue.noted([message(PICKER)])
    assert [choice.title for choice in dialogue.choices] == ["SD-1, shoes"]

"""Which order and which of its lines a problem is about."""

from datetime import timedelta

import pytest

from aftersale.domain.cases import Resolution
from aftersale.services.call import OrderHint
from tests.unit.services.problem_talk import DELIVERED, STORY, Talk, arrived, through, two_lines
from tests.unit.services.world import S0, S1, S2, S3, S4

LINES = {
    "a row": ({"line": "2"}, ("2",)),
    "the button for all": ({"line": "all"}, ("1", "2")),
    "its name": ({"text": "the lamp"}, ("2",)),
    "its place": ({"text": "the second one"}, ("2",)),
    "its number": ({"text": "1"}, ("1",)),
    "both": ({"text": "both of them"}, ("1", "2")),
    "everything": ({"text": "all of it"}, ("1", "2")),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_are_picked_by_row_name_or_place(name):
    said, expected = LINES[name]
    talk = Talk(S3, **arrived())
    two_lines(talk)
    asked = talk.say("damaged_item")
    assert asked.variables["blocks"][-1]["type"] == "line_picker"
    talk.say("inform_order", said.get("text"), line=said.get("line"))
    assert tuple(talk.draft["lines"]) == expected


def test_goods_that_the_opening_names_are_not_asked_for():
    talk = Talk(S3, **arrived())
    two_lines(talk)
    talk.say("damaged_item", "the lamp arrived smashed")
    assert talk.draft["lines"] == ["2"]
    assert talk.asked == "problem_text"


def test_a_wish_that_comes_early_is_kept_and_no_useless_answer():
    talk = Talk(S3, **arrived())
    two_lines(talk)
    talk.say("damaged_item")
    again = talk.say("request_refund", "i want my money back")
    assert talk.asked == "problem_lines"
    assert "missed" not in again.slots
    through(talk, ("inform_order", "the lamp"), ("x", STORY))
    assert talk.say("skip").variables["resolution"] == {"$say": "resolution_refund"}


def test_a_line_that_is_not_there_is_asked_for_again():
    talk = Talk(S3, **arrived())
    two_lines(talk)
    talk.say("damaged_item")
    assert talk.say("inform_order", "the piano").slots["missed"]
    assert talk.asked == "problem_lines"


def test_a_ticket_may_do_without_an_order():
    talk = Talk(S3, **arrived())
    talk.world.put(talk.world.order("HD/55822", goods=DELIVERED, age=timedelta(days=6)))
    asked = talk.say("wrong_item")
    assert asked.response == "utter_problem_order_optional"
    assert talk.say("skip", "i don't have one").response == "utter_problem_ask_item"
    talk.say("inform_order", "a kettle, KT-9")
    talk.say("x", "I ordered a black kettle and got a red one.")
    talk.say("skip")
    shown = talk.say("inform_resolution", resolution="none")
    assert shown.response == "utter_problem_summary_agent"
    told = talk.yes()
    [case] = talk.cases
    assert told.variables["case_number"] == case.number
    assert (case.order_number, case.item) == (None, "a kettle, KT-9")
    assert case.resolution is Resolution.NONE
    assert case.ack_due_by == talk.world.now + timedelta(hours=48)


@pytest.mark.parametrize("storefront", [S0, S1, S2, S4])
def test_elsewhere_the_order_is_needed(storefront):
    talk = Talk(storefront, **arrived())
    talk.world.put(talk.world.order("Z-55822", goods=DELIVERED, age=timedelta(days=6)))
    talk.say("wrong_item")
    assert talk.asked == "problem_order"
    talk.say("skip", "i don't have one")
    assert talk.asked == "problem_order"
    assert talk.say("deny", "no").response == "utter_declined"


def test_a_number_of_somebody_else_is_a_number_nobody_has():
    talk = Talk(S4, **arrived())
    talk.world.put(talk.world.order("GB77-9", buyer="bob", goods=DELIVERED))
    told = [
        talk.say("wrong_item", hint=OrderHint(number=number)) for number in ("GB77-9", "GB88-8")
    ]
    assert told[0].response == told[1].response == "utter_cancel_not_found"
    assert told[0].variables == told[1].variables
    assert talk.asked == "problem_order"


def test_nobody_verified_is_asked_to_sign_in():
    talk = Talk(S0, **arrived())
    told = talk.say("wrong_item", buyer=None)
    assert told.response == "utter_cancel_not_verified"
    assert talk.asked is None

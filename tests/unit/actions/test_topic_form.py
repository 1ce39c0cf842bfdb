"""The action of a topic's form: what it takes for an answer, what it forgets, how it ends."""

import pytest

from actions import problems
from actions.forms import FORM_OVER, FORMS
from aftersale.services.reply import Reply

FORM = "problem_form"
ASKED = Reply(
    "utter_problem_ask_text",
    {"blocks": []},
    {"requested_slot": "problem_text", "problem_draft": {"issue": "damaged"}, "last_order": "A-1"},
    done=False,
)
NOTHING = dict.fromkeys(FORM_OVER)


def step(use_cases):
    """The message and the draft that the use case was called with."""
    name, (said, draft), _ = use_cases.calls[-1]
    assert name == "problems.step"
    return said, draft


def test_first_message_starts_with_an_empty_draft_and_forgets_the_other_form(use_cases, run):
    use_cases.reply = ASKED
    known = NOTHING | {"order_ref": "A-1", "requested_slot": "cancel_confirmed"}
    known["problem_draft"] = {"issue": "missing"}
    _, slots, _ = run(problems.AskProblem, "damaged_item", slots=known, form=FORM)
    said, draft = step(use_cases)
    assert (said.starts, said.asked, draft) == (True, None, {})
    assert slots["order_ref"] is None
    assert slots["requested_slot"] == "problem_text"
    assert slots["problem_draft"] == {"issue": "damaged"}


def test_what_the_form_took_is_the_answer_and_is_cleared(use_cases, run):
    use_cases.reply = ASKED
    known = NOTHING | {"requested_slot": "problem_lines", "problem_lines": "the lamp"}
    known["problem_draft"] = {"issue": "damaged"}
    _, slots, _ = run(problems.AskProblem, "inform_order", slots=known, form=FORM, text="the lamp")
    said, draft = step(use_cases)
    assert (said.asked, said.text, draft) == ("problem_lines", "the lamp", {"issue": "damaged"})
    assert slots["problem_lines"] is None


def test_what_was_answered_in_between_is_no_answer(use_cases, run):
    use_cases.reply = ASKED
    known = NOTHING | {"requested_slot": "problem_text", "problem_draft": {"issue": "damaged"}}
    run(problems.AskProblem, "opening_hours", slots=known, form=FORM, text="when are you open")
    said, _ = step(use_cases)
    assert (said.starts, said.asked) == (False, None)


@pytest.mark.parametrize(("misses", "offered"), [(0, False), (1, False), (2, True)])
def test_third_useless_answer_offers_a_person_and_ends_the_form(misses, offered, use_cases, run):
    use_cases.reply = Reply(ASKED.response, {}, ASKED.slots | {"missed": True}, done=False)
    known = NOTHING | {"requested_slot": "problem_lines", "problem_lines": "x", "misses": misses}
    said, slots, events = run(
        problems.AskProblem, "nlu_fallback", slots=known, form=FORM, text="x"
    )
    ended = {"event": "active_loop", "timestamp": None, "name": None} in events
    assert ended is offered
    assert "missed" not in slots
    if offered:
        assert [name for name, _ in said] == ["utter_offer_person_instead"]
        assert slots["case_offered"] is True
    else:
        assert [name for name, _ in said] == ["utter_missed_once", ASKED.response]
        assert slots["misses"] == misses + 1


def test_reply_without_a_question_ends_the_form_and_forgets_it(use_cases, run):
    use_cases.reply = Reply("utter_problem_not_due", {}, {"last_order": "A-1"})
    known = NOTHING | {"requested_slot": "problem_order", "problem_order": "A-1"}
    known["problem_draft"] = {"issue": "damaged"}
    _, slots, _ = run(problems.AskProblem, "inform_order", slots=known, form=FORM, text="A-1")
    assert slots["requested_slot"] is None
    assert slots["problem_draft"] is None
    assert slots["last_order"] == "A-1"


ANSWERS = {
    ("affirm", "yes"): "cancel_order.confirm",
    ("affirm", "yes, maybe"): "cancel_order.ask_again",
    ("deny", "no"): "cancel_order.decline",
    ("deny", "ok wait"): "cancel_order.ask_again",
    ("nlu_fallback", "hm"): "problems.step",
}


@pytest.mark.parametrize(("intent", "text"), ANSWERS)
def test_summary_is_answered_by_a_clear_yes_or_no(intent, text, use_cases, run):
    known = NOTHING | {"requested_slot": "problem_confirmed", "problem_confirmed": text}
    run(problems.AskProblem, intent, slots=known, form=FORM, text=text)
    assert [name for name, *_ in use_cases.calls] == [ANSWERS[intent, text]]


def test_yes_to_what_has_changed_waits_for_another(use_cases, run):
    use_cases.reply = Reply("utter_problem_summary_seller", {}, {}, done=False)
    draft = {"issue": "damaged"}
    known = NOTHING | {"requested_slot": "problem_confirmed", "problem_confirmed": "yes"}
    _, slots, _ = run(
        problems.AskProblem,
        "affirm",
        slots=known | {"problem_draft": draft},
        form=FORM,
        text="yes",
    )
    assert slots["requested_slot"] == "problem_confirmed"
    assert slots.get("problem_draft", draft) == draft


@pytest.mark.parametrize("form", FORMS)
def test_every_slot_of_a_form_is_cleared_when_any_form_ends(form):
    assert set(FORMS[form]) <= set(FORM_OVER)

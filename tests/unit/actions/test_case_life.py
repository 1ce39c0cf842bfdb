"""The actions about cases: which use case is called, with what of the message."""

import pytest

from actions.awaited import ANSWER_LIKE
from actions.case_life import (
    AskCase,
    AskIntervention,
    CaseStatus,
    ResponseTime,
    spoken,
)
from actions.heard import Heard
from actions.repair import NotUnderstood
from aftersale.services.reply import Reply
from tests.unit.actions.conftest import tracker

NUMBER = [("case_number", "C-7K3M-92QD")]
ASKED = Reply("utter_ask_case_text", {"case_number": "C-7K3M-92QD"}, done=False)


@pytest.mark.parametrize(
    ("action", "intent", "called"),
    [
        (CaseStatus, "case_status", ("show_case.status", ("C-7K3M-92QD",))),
        (ResponseTime, "response_time", ("waiting_time.tell", ())),
    ],
)
def test_each_question_is_one_use_case(run, use_cases, action, intent, called):
    run(action, intent, entities=NUMBER, text="news?")
    assert use_cases.calls[0][:2] == called


def test_asking_for_help_ends_what_was_going_on(run, use_cases):
    said = {"text": "step in", "form": "problem_form"}
    _, _, events = run(AskIntervention, "ask_intervention", **said)
    assert use_cases.calls[0][0] == "ask_intervention.propose"
    assert {"event": "active_loop", "timestamp": None, "name": None} in events


def test_the_wish_alone_is_asked_for_the_words(run, use_cases):
    use_cases.reply = ASKED
    _, known, _ = run(AskCase, "add_to_case", entities=NUMBER, text="add to my ticket")
    assert use_cases.calls == [("add_to_case.begin", ("C-7K3M-92QD",), {})]
    assert known["requested_slot"] == "case_words"
    assert known["case_draft"] == {"wish": "add_to_case", "case": "C-7K3M-92QD"}


def test_the_words_go_to_the_case_that_was_asked_about(run, use_cases):
    draft = {"wish": "add_to_case", "case": "C-7K3M-92QD"}
    known = {"requested_slot": "case_words", "case_words": "Size 42", "case_draft": draft}
    run(AskCase, "nlu_fallback", text="Size 42", form="case_form", slots=known)
    assert use_cases.calls == [("add_to_case.add", ("C-7K3M-92QD", "Size 42"), {})]


def test_a_reason_given_at_once_is_not_asked_for(run, use_cases):
    said = "i disagree because the photo shows it was broken"
    run(AskCase, "escalate_case", text=said)
    assert use_cases.calls == [("escalate_case.propose", (None, said), {})]


def test_the_reason_is_asked_for_once_whatever_is_said(run, use_cases):
    draft = {"wish": "escalate_case", "case": "C-7K3M-92QD"}
    known = {"requested_slot": "case_words", "case_words": "/skip", "case_draft": draft}
    run(AskCase, "skip", text="/skip", form="case_form", slots=known)
    assert use_cases.calls == [("escalate_case.propose", ("C-7K3M-92QD", ""), {})]


@pytest.mark.parametrize("draft", [None, "text", {"wish": 3, "case": ["x"]}])
def test_a_draft_that_cannot_be_is_read_as_none(run, use_cases, draft):
    known = {"requested_slot": "case_words", "case_words": "Size", "case_draft": draft}
    run(AskCase, "nlu_fallback", text="Size", form="case_form", slots=known)
    assert use_cases.calls == [("add_to_case.add", (None, "Size"), {})]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("add to my ticket", False),
        ("i want to appeal", False),
        ("i disagree with the decision", False),
        ("here is the info you asked for: KX 99120", True),
        ("i disagree because it was broken when it came", True),
        ("here is what you asked for the serial number is 99120", True),
    ],
)
def test_words_beside_the_wish_are_heard(text, says):
    heard = Heard.from_tracker(tracker("add_to_case", text=text))
    assert (spoken(heard) == text) is says


@pytest.mark.parametrize("intent", sorted(ANSWER_LIKE))
def test_what_may_answer_our_question_does(run, use_cases, intent):
    use_cases.awaited = "C-7K3M-92QD"
    run(NotUnderstood, intent, text="Size 42")
    assert use_cases.calls == [("add_to_case.add", ("C-7K3M-92QD", "Size 42"), {})]


def test_a_yes_to_whether_it_is_settled_settles_it(run, use_cases):
    use_cases.awaited, use_cases.settled = "C-7K3M-92QD", Reply("utter_case_settled", {})
    said, _, _ = run(NotUnderstood, "affirm", text="yes")
    assert [name for name, _ in said] == ["utter_case_settled"]
    assert use_cases.calls == []


def test_a_no_to_whether_it_is_settled_is_put_into_the_case(run, use_cases):
    use_cases.awaited, use_cases.settled = "C-7K3M-92QD", Reply("utter_case_settled", {})
    run(NotUnderstood, "deny", text="no, still open")
    assert use_cases.calls == [("add_to_case.add", ("C-7K3M-92QD", "no, still open"), {})]


def test_a_wish_is_no_answer(run, use_cases):
    use_cases.awaited = "C-7K3M-92QD"
    run(CaseStatus, "case_status", text="news?")
    assert use_cases.calls[0][0] == "show_case.status"

"""Articles and ratings in the dialogue: what a yes, a no or a number is about."""

import pytest

from actions import articles, cancelling, feedback
from aftersale.services.reply import Reply

SHOWN = [{"event": "bot", "data": {"custom": {"response": "utter_article", "variables": {}}}}]


def test_a_yes_to_an_article_goes_on_as_a_rating(use_cases, run):
    said, _, events = run(cancelling.Confirm, "affirm", text="yes", events=SHOWN)
    assert said == []
    assert use_cases.calls == []
    assert events[-1] == {"event": "followup", "timestamp": None, "name": "feedback_form"}


def test_a_no_to_an_article_is_about_the_article(use_cases, run):
    run(cancelling.Decline, "deny", text="no", events=SHOWN)
    assert use_cases.calls == [("articles.not_helpful", (), {})]


def test_the_rating_begins_with_what_solved_it(use_cases, run):
    use_cases.reply = Reply("utter_solved_rate", {}, {"requested_slot": "feedback_stars"})
    _, slots, _ = run(feedback.AskFeedback, "solved_it", form="feedback_form", text="it works")
    assert use_cases.calls[0][0] == "feedback.solved"
    assert slots["requested_slot"] == "feedback_stars"


def test_what_solved_a_case_that_is_asked_about_is_no_rating(use_cases, run):
    use_cases.settled = Reply("utter_case_settled", {})
    said, slots, _ = run(feedback.AskFeedback, "solved_it", form="feedback_form", text="it works")
    assert [name for name, _ in said] == ["utter_case_settled"]
    assert use_cases.calls == []
    assert slots["requested_slot"] is None


@pytest.mark.parametrize(
    ("text", "stars"), [("4", "4"), ("5 stars", "5"), ("four", "4"), ("3/5", "3"), ("2.", "2")]
)
def test_stars_are_read_as_people_type_them(text, stars, use_cases, run):
    slots = {"requested_slot": "feedback_stars", "feedback_stars": text}
    run(feedback.AskFeedback, "inform_order", form="feedback_form", text=text, slots=slots)
    assert use_cases.calls[0][:2] == ("feedback.take_stars", (stars, feedback.Matter()))


@pytest.mark.parametrize("text", ["it was fine", "12", "4.5 maybe", "100234"])
def test_what_is_no_number_of_stars_is_a_comment(text, use_cases, run):
    slots = {"requested_slot": "feedback_stars", "feedback_stars": text}
    run(feedback.AskFeedback, "inform_order", form="feedback_form", text=text, slots=slots)
    assert use_cases.calls[0][0] == "feedback.comment"


@pytest.mark.parametrize("intent", ["skip", "deny"])
def test_a_rating_may_be_skipped(intent, use_cases, run):
    slots = {"requested_slot": "feedback_stars", "feedback_stars": "no"}
    run(feedback.AskFeedback, intent, form="feedback_form", text="no", slots=slots)
    assert use_cases.calls[0][0] == "feedback.skip"


def test_another_topic_ends_the_rating_without_a_word(use_cases, run):
    slots = {"requested_slot": "feedback_stars"}
    said, _, events = run(
        feedback.AskFeedback, "how_to", form="feedback_form", text="how", slots=slots
    )
    assert said == []
    assert use_cases.calls == []
    assert {"event": "active_loop", "timestamp": None, "name": None} in events


def test_the_topic_of_a_rating_is_what_was_asked_before(use_cases, run):
    def user(intent):
        return {"event": "user", "parse_data": {"intent": {"name": intent}}}

    before = [user("track_order"), user("thank"), user("give_feedback")]
    run(feedback.AskFeedback, "give_feedback", form="feedback_form", text="rate", events=before)
    assert use_cases.calls[0][1] == (None, feedback.Matter(topic="track_order"))


def test_cancelling_is_told_in_a_sentence_unless_a_guide_is_wanted(use_cases, run):
    said, _, _ = run(articles.HowToCancel, "how_to_cancel", text="how do i cancel")
    assert said[0][0] == "utter_how_to_cancel"
    assert use_cases.calls == []
    run(articles.HowToCancel, "how_to_cancel", text="a step by step guide please")
    assert use_cases.calls[0][0] == "articles.answer"


def test_a_button_for_signing_in_gives_the_way_itself(use_cases, run):
    said, _, _ = run(articles.Article, "sign_in_help", text="/sign_in_help")
    assert said[0][0] == "utter_sign_in_help"
    run(articles.Article, "sign_in_help", text="my account is locked")
    assert use_cases.calls[0][0] == "articles.answer"

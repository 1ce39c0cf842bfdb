"""A problem with an order: what is asked, what is shown, what a yes files and sends."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseType, Evidence, IssueType, Resolution
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.services.problem_draft import Draft
from tests.unit.services.problem_talk import STORY, Talk, arrived, late, overdue, through
from tests.unit.services.world import S0, S1, S2, S3, S4


@pytest.mark.parametrize("storefront", [S0, S1, S2])
def test_what_arrived_wrong_is_sent_to_the_seller_as_a_whole(storefront):
    talk = Talk(storefront, **arrived())
    assert talk.say("damaged_item").response == "utter_problem_ask_text"
    assert talk.say("damaged_item", STORY).response == "utter_problem_ask_resolution"
    shown = talk.say("inform_resolution", resolution="replacement")
    assert shown.response == "utter_problem_summary_seller"
    assert shown.variables["description"] == STORY
    assert shown.variables["goods"] == ["Blue shoes"]
    assert not talk.cases
    assert not talk.mails

    told = talk.yes()
    [case] = talk.cases
    assert told.response == "utter_problem_filed_seller"
    assert told.variables["case_number"] == case.number
    assert (case.type, case.owner) == (CaseType.PROBLEM, CaseOwner.SELLER)
    assert (case.issue, case.line_ids) == (IssueType.DAMAGED, ("1",))
    assert (case.description, case.resolution) == (STORY, Resolution.REPLACEMENT)
    [mail] = talk.mails
    assert STORY in mail.payload["text"]
    assert len(talk.world.store.tables.contacts) == 1


def test_a_second_yes_files_nothing_twice():
    talk = Talk(S0, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY), ("skip", None))
    first = talk.yes()
    again = talk.yes()
    assert again.response == "utter_already_case"
    assert again.variables["case_number"] == first.variables["case_number"]
    assert len(talk.cases) == len(talk.mails) == 1


def test_the_same_matter_told_again_leads_to_its_case():
    talk = Talk(S0, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY), ("skip", None))
    talk.yes()
    talk.asked = None
    told = talk.say("damaged_item")
    assert told.response == "utter_problem_already"
    assert told.variables["case_number"] == talk.cases[0].number


@pytest.mark.parametrize("storefront", [S0, S1, S2, S3, S4])
def test_before_its_date_nothing_is_late(storefront):
    talk = Talk(storefront, **late())
    told = talk.say("not_received")
    assert told.response == "utter_problem_not_due"
    assert told.done
    assert talk.asked is None
    assert told.variables["blocks"][0]["type"] == "order_card"
    assert told.variables["expected"]
    assert not talk.cases


def test_a_group_leader_looks_first_at_a_delay_and_the_platform_at_a_loss():
    delayed = overdue(S4, timedelta(days=1))
    delayed.world.change(leader_name="Mei")
    through(delayed, ("not_received", None), ("x", "It should have been here yesterday."))
    through(delayed, ("skip", None))
    assert delayed.reply.response == "utter_problem_summary_leader"
    assert delayed.reply.variables["leader"] == "Mei"
    delayed.yes()
    [case] = delayed.cases
    assert case.owner is CaseOwner.LEADER
    assert case.first_line_due_by == delayed.world.now + timedelta(hours=72)

    lost = overdue(S4, timedelta(days=4))
    through(lost, ("not_received", None), ("x", "It should have been here days ago."))
    assert lost.say("skip").response == "utter_problem_summary_platform"


@pytest.mark.parametrize(("intent", "issue"), [("pickup_issue", "pickup")])
def test_a_pickup_goes_to_the_leader_without_asking_for_a_wish(intent, issue):
    talk = Talk(S4, goods=FulfilmentState.PICKUP_ARRANGED)
    talk.world.change(leader_name="Mei")
    talk.say(intent)
    shown = talk.say("x", "Nobody was at the pickup point at six.")
    assert shown.response == "utter_problem_summary_leader"
    talk.yes()
    assert talk.cases[0].issue.value == issue


def test_payment_proof_is_a_case_of_its_own_with_what_was_sent():
    talk = Talk(S4)
    talk.world.change(leader_name="Mei")
    talk.say("payment_proof")
    asked = talk.say("x", "I paid by transfer on Monday morning.")
    assert asked.response == "utter_problem_ask_photos_payment_proof"
    talk.photo()
    assert talk.say("inform_evidence").response == "utter_problem_summary_leader"
    talk.yes()
    [case] = talk.cases
    assert (case.type, case.evidence) == (CaseType.PAYMENT_PROOF, Evidence.GIVEN)
    assert talk.world.store.tables.attachments["p1"].case_number == case.number


def test_instructions_come_first_where_the_storefront_says_so():
    talk = Talk(S4, **arrived())
    talk.world.change(instructions="Keep the lid closed for a day.")
    shown = talk.say("damaged_item")
    assert shown.variables["blocks"][0]["variables"]["instructions"].startswith("Keep the lid")
    assert "blocks" not in talk.say("x", STORY).variables or not talk.reply.variables["blocks"]


@pytest.mark.parametrize(
    ("said", "evidence"),
    [("cannot_provide", Evidence.CANNOT), ("skip", Evidence.SKIPPED), ("deny", Evidence.SKIPPED)],
)
def test_no_photo_is_a_way_out_and_written_down(said, evidence):
    talk = Talk(S3, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY))
    assert talk.reply.response == "utter_problem_ask_photos_damaged"
    talk.say(said)
    through(talk, ("skip", None))
    talk.yes()
    assert talk.cases[0].evidence is evidence


def test_words_instead_of_a_photo_are_added_and_the_photo_may_still_come():
    talk = Talk(S3, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY), ("x", "The box was wet as well."))
    assert talk.reply.response == "utter_problem_ask_photos_noted"
    assert "missed" not in talk.reply.slots
    through(talk, ("cannot_provide", None), ("skip", None))
    talk.yes()
    assert talk.cases[0].evidence is Evidence.CANNOT
    entry = talk.world.store.tables.entries[0]
    assert STORY in entry.text
    assert "The box was wet as well." in entry.text


def test_photos_that_are_there_are_not_asked_for():
    talk = Talk(S3, **arrived())
    talk.photo()
    talk.photo("p2")
    talk.say("damaged_item")
    assert talk.say("x", STORY).response == "utter_problem_ask_resolution"
    assert talk.say("skip").variables["photos"] == 2


@pytest.mark.parametrize("there", [True, False])
def test_a_photo_in_between_is_kept_and_the_question_asked_again(there):
    talk = Talk(S3, **arrived())
    talk.say("damaged_item")
    if there:
        talk.photo()
    again = talk.say("inform_evidence", None if there else "can i send pictures")
    assert talk.asked == "problem_text"
    assert "missed" not in again.slots
    kept = "notice_photo_kept" if there else "notice_photo_how"
    assert [each["response"] for each in again.variables["blocks"]] == [kept]


def test_an_answer_that_is_none_is_asked_again():
    talk = Talk(S3, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY))
    again = talk.say("nlu_fallback", "purple")
    assert again.slots["missed"]
    assert again.response == "utter_problem_ask_photos_damaged"


def test_a_short_description_is_asked_for_once_more_and_then_taken():
    talk = Talk(S0, **arrived())
    talk.say("damaged_item")
    assert talk.say("x", "broken").response == "utter_problem_ask_text_more"
    assert talk.say("x", "yes").response == "utter_problem_ask_resolution"
    assert talk.draft["text"] == "broken yes"


@pytest.mark.parametrize(
    ("intent", "text"), [("request_refund", "i want my money back for it"), ("thank", "thanks")]
)
def test_a_wish_or_thanks_alone_is_no_description(intent, text):
    talk = Talk(S0, **arrived())
    talk.say("damaged_item")
    assert talk.say(intent, text).response == "utter_problem_ask_text_more"
    talk.say("x", STORY)
    assert talk.draft["text"] == STORY


def test_a_long_opening_needs_no_second_telling():
    talk = Talk(S0, **arrived())
    talk.say("damaged_item", "my blue shoes came today and the left one has a big hole")
    assert talk.asked == "problem_resolution"


def test_a_very_long_description_is_kept_cut():
    talk = Talk(S0, **arrived())
    talk.say("damaged_item")
    talk.say("x", "very " * 700 + "broken")
    assert len(talk.draft["text"]) == 2000


def test_the_tip_about_complete_information_comes_once():
    talk = Talk(S3, **arrived())
    first = talk.say("damaged_item")
    assert [each["response"] for each in first.variables["blocks"]] == ["notice_complete"]
    assert not talk.say("x", STORY).variables["blocks"]


def test_goods_marked_as_delivered_that_never_came_are_a_discrepancy():
    talk = Talk(S3, **arrived())
    through(talk, ("not_received", None), ("x", "It says delivered but nothing came."))
    through(talk, ("skip", None), ("skip", None))
    talk.yes()
    assert talk.cases[0].issue is IssueType.DELIVERY


def test_the_seller_is_tried_first_then_waited_for_then_it_may_be_reimbursed():
    talk = overdue(S0)
    through(talk, ("not_received", None), ("x", "Nothing has come so far."), ("skip", None))
    assert talk.reply.response == "utter_problem_summary_seller"
    assert talk.reply.variables["first"] == {"$say": "problem_seller_comes_first"}
    talk.yes()

    talk.asked = None
    told = talk.say("not_received")
    assert told.response == "utter_reimburse_wait_seller"
    assert told.variables["written"]
    assert told.done

    talk.world.later(hours=48)
    talk.asked = None
    told = talk.say("not_received")
    assert told.response == "utter_reimburse_may"
    assert talk.asked == "problem_confirmed"
    talk.yes()
    assert [case.type for case in talk.cases] == [CaseType.PROBLEM, CaseType.REIMBURSEMENT]


def test_a_seller_who_cannot_be_reached_is_no_dead_end():
    talk = overdue(S0)
    tables = talk.world.store.tables
    tables.sellers["sel"] = replace(tables.sellers["sel"], email_bounced_at=talk.world.now)
    told = talk.say("not_received")
    offered = {each["intent"] for each in told.variables["choices"]}
    assert {"mail_bounced", "ask_reimbursement"} <= offered or told.response.startswith(
        "utter_reimburse"
    )


def test_what_changed_before_the_yes_is_shown_again():
    talk = Talk(S3, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY), ("skip", None), ("skip", None))
    talk.world.change(seller_id=None)
    again = talk.yes()
    assert again.response == "utter_problem_summary_agent"
    assert again.variables["shown_again"] == "changed"
    assert not talk.cases


def test_the_wish_can_be_changed_at_the_summary():
    talk = Talk(S0, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY))
    talk.say("inform_resolution", resolution="refund")
    shown = talk.say("inform_resolution", resolution="repair")
    assert shown.variables["resolution"] == {"$say": "resolution_repair"}
    assert "missed" not in shown.slots
    assert talk.say("nlu_fallback", "hm").slots["missed"]


@pytest.mark.parametrize(
    "slot", [{}, {"issue": 3}, {"issue": "damaged", "lines": "1", "text": [1], "order": {}}]
)
def test_a_draft_of_another_shape_does_no_harm(slot):
    draft = Draft.of(slot)
    assert draft is None or (draft.lines, draft.text, draft.order) == ((), None, None)


def test_a_draft_survives_the_slot():
    talk = Talk(S3, **arrived())
    through(talk, ("damaged_item", None), ("x", STORY))
    stored = json.loads(json.dumps(talk.draft))
    assert Draft.of(stored).as_slot() == talk.draft

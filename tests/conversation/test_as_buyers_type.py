"""What real buyers type between two questions: half a wish, thanks, somebody else's number."""

import pytest

from tests.conversation.desk import act, case_of
from tests.conversation.goods import delivered
from tests.conversation.records import about, is_untouched
from tests.conversation.test_guests import code_in_mail

UNPAID = {"method": "bank_transfer", "state": "awaiting"}


@pytest.mark.parametrize("said", ["ok cancel it then", "yes cancel it", "sure, cancell the order"])
def test_a_yes_that_speaks_of_cancelling_files_no_report(said, world):
    buyer = world.buyer("group-buy")
    order = world.order(buyer, payment=UNPAID)
    buyer.say("i already paid but it says unpaid")
    buyer.say("i transferred the whole sum yesterday evening")
    shown = buyer.send_photo()
    assert shown.responses == ["utter_problem_summary_leader"]
    heard = buyer.say(said)
    assert not about(world, "cases", order), heard.text
    assert is_untouched(world, order)


def test_a_question_at_the_summary_does_not_change_what_is_reported(world):
    buyer = world.buyer("group-buy")
    world.order(buyer, payment=UNPAID)
    buyer.say("i already paid but it says unpaid")
    buyer.say("i transferred the whole sum yesterday evening")
    buyer.send_photo()
    assert "the pickup" not in buyer.say("can i pick it up somewhere?").text


@pytest.mark.parametrize("said", ["it belongs to my wife", "yes", "who won the football match"])
def test_after_a_number_that_is_not_theirs_no_other_order_is_proposed(said, world):
    buyer, other = world.buyer("status-gated"), world.buyer("status-gated", name="Bob")
    own, theirs = world.order(buyer), world.order(other)
    assert buyer.say(f"cancel {theirs.number}").responses == ["utter_cancel_not_found"]
    heard = buyer.say(said)
    assert "shall I cancel it" not in heard.text.lower()
    assert "Shall I cancel it?" not in heard.text
    buyer.say("yes")
    assert is_untouched(world, own)
    assert is_untouched(world, theirs)


def test_a_wrong_code_is_not_taken_for_the_order_to_cancel(world):
    guest = world.buyer("status-gated", signed_in=False)
    order = world.order(guest)
    guest.say("i ordered as a guest")
    guest.say(order.number)
    guest.say("000000")
    guest.say(code_in_mail(world, guest))
    assert f"Order {order.number}" in guest.say("cancel it").text
    guest.say("yes")
    assert world.stored("status-gated", order.number).state.value == "cancelling"


@pytest.mark.parametrize("said", ["yes", "thanks", "ok"])
def test_a_yes_or_thanks_alone_is_no_letter(said, world):
    buyer = world.buyer("seller-direct")
    world.order(buyer)
    buyer.say("write to the seller")
    assert buyer.say(said).responses[-1] == "utter_letter_text"
    assert '"please use a gift box"' in buyer.say("please use a gift box").text


def test_what_came_back_may_be_pasted_one_question_early(world):
    buyer = world.buyer("seller-direct")
    world.order(buyer)
    buyer.say("my email to the seller bounced")
    assert buyer.say("550 user unknown").responses == ["utter_bounce_when"]
    assert buyer.say("yesterday").responses == ["utter_bounce_wish"]
    assert buyer.say("yes").responses == ["utter_missed_once", "utter_bounce_wish"]
    shown = buyer.say("whether it ships this week").text
    assert "When: yesterday" in shown
    assert "What came back: 550 user unknown" in shown


def test_a_yes_to_how_cancelling_works_begins_it(world):
    buyer = world.buyer("supplier-consent")
    order = world.order(buyer)
    buyer.say("how does cancelling work")
    assert buyer.say("yes please").responses == ["utter_cancel_consent_needed"]
    assert is_untouched(world, order)


def test_a_yes_to_a_review_asks_why_and_then_for_a_yes(world):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    number = case_of(world, buyer)["number"]
    act(world, "mia", "acknowledge", number)
    act(world, "mia", "decide", number, "--verdict", "declined", "--code", "not_shown")
    assert buyer.say(f"status of case {number}").responses[-1] == "utter_case_status_declined"
    assert buyer.say("yes").responses == ["utter_ask_escalation_reason"]
    shown = buyer.say("because nobody has looked at the photo")
    assert shown.responses == ["utter_escalate_possible"]
    assert number in shown.text


def test_a_second_question_before_buying_is_the_letter(world):
    owner = world.buyer("seller-direct")
    world.order(owner)
    visitor = world.buyer("seller-direct", signed_in=False)
    visitor.say("i have a question before i buy")
    assert visitor.say("do they ship to france").responses == ["utter_letter_whom"]
    assert '"do they ship to france"' in visitor.say("Birch & Co").text


@pytest.mark.parametrize("storefront", ["status-gated", "group-buy", "helpdesk"])
def test_where_nobody_can_be_asked_before_buying_nothing_is_passed_on(storefront, world):
    heard = world.buyer(storefront).say("do you ship to norway")
    assert "pass it on" not in heard.text
    assert list(heard.buttons) == ["Open a case"]


def test_another_photo_and_the_wait_lead_to_the_case_that_is_open(world):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer, **delivered(world.now))
    buyer.say("the shoes arrived broken")
    buyer.say("the left heel came off when i opened the box")
    buyer.send_photo()
    buyer.say("a replacement please")
    buyer.say("yes")
    (case,) = about(world, "cases", order)
    heard = buyer.send_photo(text="the box too")
    assert heard.responses == ["utter_photo_about"]
    assert "Add to my case" in heard.buttons
    buyer.press("Add to my case")
    buyer.say("the box was wet as well, here it is")
    (case,) = about(world, "cases", order)
    stored = world.sql("SELECT * FROM attachments WHERE case_number = :c", c=case["number"])
    assert len(stored) == 2
    assert "News of my case" in buyer.say("when will it arrive").buttons

"""To a person and back with the real engine: nothing runs, asks or answers twice."""

from datetime import UTC, datetime

import pytest

from tests.conversation.agents import Agent
from tests.conversation.buyer import Heard
from tests.conversation.records import is_untouched, left

LIVE = "helpdesk"
SATURDAY = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
QUEUE, BACK = "utter_person_queue", "Back to the assistant"


@pytest.fixture
def mira(world):
    agent = Agent(world)
    agent.arrive(hours=8)
    yield agent
    agent.go()


@pytest.fixture
def buyer(world):
    return world.buyer(LIVE)


def owner(world, buyer):
    (row,) = world.sql(
        "SELECT owner FROM conversations WHERE conversation_id = :c",
        c=buyer.client.conversation_id,
    )
    return row["owner"]


def case_of(world, buyer):
    (row,) = world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )
    assert row["ack_due_by"]
    return row["number"]


def news(buyer):
    """What came by itself since, without waiting long."""
    return Heard(buyer.client.events(wait=0.3))


def test_ask_claim_talk_give_back_and_the_bot_goes_on_where_it_knows(world, mira, buyer):
    order = world.order(buyer)
    shown = buyer.say(f"where is {order.number}")
    assert order.number in shown.text
    told = buyer.say("i want to talk to a person")
    assert told.responses == [QUEUE]
    handoff = mira.handoff(buyer)
    assert (handoff.reason, handoff.order_number) == ("asked", order.number)
    assert handoff.order_value_minor == 4200

    mira.desk.claim(mira.act(buyer))
    buyer.client.send("is anybody there")
    buyer.client.send(f"please cancel {order.number}")  # to Mira; the bot is not asked
    mira.says(buyer, "Hello, this is Mira.")
    mira.says(buyer, "I looked at it.")
    heard = buyer.waits_for(lambda h: "I looked at it." in h.text)
    assert not heard.responses
    mira.desk.give_back(mira.act(buyer), outcome="It leaves on Monday.")
    heard = buyer.waits_for(lambda h: h.responses)
    assert heard.responses == ["utter_person_returned_outcome"]
    assert "It leaves on Monday." in heard.text

    answered = buyer.say("where is it")  # "it": the order from before is remembered
    assert order.number in answered.text
    assert QUEUE not in answered.responses
    assert len(answered.messages) == 1
    assert is_untouched(world, order)
    assert mira.handoff(buyer).engine_told_at


def test_a_yes_after_a_person_cancels_nothing_and_the_question_is_not_repeated(world, mira):
    buyer = world.buyer("status-gated")
    order = world.order(buyer)
    assert "Shall I cancel it?" in buyer.say(f"cancel {order.number}").text
    mira.desk.take_over(mira.act(buyer))
    buyer.client.send("yes")  # said to Mira
    mira.says(buyer, "Better keep it, it has left the shelf.")
    mira.desk.give_back(mira.act(buyer))
    buyer.waits_for(lambda h: "utter_person_returned" in h.responses)
    again = buyer.say("yes")
    assert "Shall I cancel it?" not in again.text
    assert "is being cancelled" not in again.text
    assert is_untouched(world, order)
    assert "You're welcome" in buyer.say("thanks").text or buyer.heard.responses == ["utter_thank"]
    assert "Shall I cancel it?" in buyer.say(f"cancel {order.number}").text
    assert "is being cancelled" in buyer.say("yes").text
    assert left(world, order) == ["shop.cancel"]


def test_a_yes_that_cancelled_runs_once_though_a_person_took_over_and_gave_back(world, mira):
    buyer = world.buyer("status-gated")
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    assert "is being cancelled" in buyer.say("yes").text
    mira.desk.take_over(mira.act(buyer))
    mira.desk.give_back(mira.act(buyer))
    for words in ("ok thank you", "yes", "where is my order"):
        buyer.say(words)
    assert left(world, order) == ["shop.cancel"]


def test_a_buyer_leaves_the_queue_by_its_button_and_the_bot_answers_again(world, mira, buyer):
    buyer.say("can i speak to a human")
    buyer.client.send(payload=buyer.heard.buttons[BACK])
    heard = buyer.waits_for(lambda h: "utter_person_left" in h.responses)
    assert owner(world, buyer) == "bot"
    assert heard.responses == ["utter_person_left"]
    assert buyer.say("what are your opening hours").responses == ["utter_hours_open"]
    # pressed once more, later, it is a hello
    assert buyer.say("hello").responses == ["utter_greet"]


@pytest.mark.parametrize("why", ["night", "empty desk"])
def test_where_nobody_is_there_a_numbered_case_is_told(why, world, buyer):
    if why == "night":
        world.at(SATURDAY)
        buyer = world.buyer(LIVE)
    told = buyer.say("i want to talk to a person")
    assert case_of(world, buyer) in told.text
    assert owner(world, buyer) == "bot"
    assert buyer.say("thanks").responses == ["utter_thank"]


def test_nobody_claims_in_time_then_a_case_then_the_bot(world, mira, buyer):
    buyer.say("i want to talk to a person")
    world.later(minutes=4)
    mira.arrive(hours=1)
    world.sweep()
    heard = buyer.waits_for(lambda h: "utter_person_missed_ack" in h.responses)
    assert case_of(world, buyer) in heard.text
    assert owner(world, buyer) == "offline"
    assert buyer.say("hello").responses == ["utter_greet"]


def test_a_closed_laptop_is_told_and_then_a_case(world, mira, buyer):
    buyer.say("i want to talk to a person")
    mira.desk.claim(mira.act(buyer))
    mira.go()
    world.later(minutes=2)
    world.sweep()
    heard = buyer.waits_for(lambda h: "utter_person_gone" in h.responses)
    assert "place in the queue is 1" in heard.text
    world.later(minutes=4)
    world.sweep()
    heard = buyer.waits_for(lambda h: "utter_person_missed_ack" in h.responses)
    assert case_of(world, buyer) in heard.text


def test_what_was_missed_is_offered_when_somebody_comes_and_a_press_gets_them(world, buyer):
    buyer.say("i want to talk to a person")
    mira = Agent(world)
    world.later(minutes=1)
    mira.arrive(hours=2)
    world.sweep()
    heard = buyer.waits_for(lambda h: "utter_person_there" in h.responses)
    assert list(heard.buttons) == ["Yes, talk to a person", "No, thanks"]
    assert buyer.press("Yes, talk").responses == [QUEUE]
    mira.go()


def test_after_the_third_miss_somebody_who_is_there_is_offered_and_a_yes_gets_them(
    world, mira, buyer
):
    for words in ("qwx zzt", "zzt qwx blorf"):
        heard = buyer.say(words)
    assert heard.responses == ["utter_fallback_explain_live"]
    assert buyer.say("yes").responses == [QUEUE]
    assert mira.handoff(buyer).reason == "stuck"


def test_anger_is_offered_somebody_who_is_there(world, mira, buyer):
    heard = buyer.say("this is ridiculous, worst service ever")
    assert heard.responses == ["utter_offer_person_live"]
    assert buyer.press("Yes, talk").responses == [QUEUE]
    assert mira.handoff(buyer).reason == "anger"


def test_what_the_rules_leave_to_a_person_offers_one_who_is_there(world, mira, buyer):
    order = world.order(buyer)
    shown = buyer.say(f"cancel {order.number}")
    assert "Talk to a person" in shown.buttons
    told = buyer.press("Talk to a person")
    assert QUEUE in told.responses
    handoff = mira.handoff(buyer)
    assert (handoff.reason, handoff.order_number) == ("policy", order.number)
    assert handoff.case_number == case_of(world, buyer)
    assert world.stored(LIVE, order.number).state.value == "open"


def test_with_nobody_there_the_rules_offer_no_talk(world, buyer):
    order = world.order(buyer)
    assert "Talk to a person" not in buyer.say(f"cancel {order.number}").buttons


def test_who_talks_in_the_terminal_waits_for_no_bot_while_a_person_is_waited_for(mira, buyer):
    assert buyer.say("i want to talk to a person").responses == [QUEUE]
    buyer.client.turn("are you there")
    assert buyer.client.owner == "queued"
    assert (
        "utter_person_left"
        in Heard(buyer.client.turn(payload=buyer.heard.buttons[BACK])).responses
    )
    assert buyer.client.owner == "bot"
    assert buyer.say("hello").messages

"""Repair: what happens when a talk leaves the straight way."""

import pytest

from tests.conversation.records import about, codes, is_untouched, left
from tests.conversation.world import line, shipped

GIBBERISH = ("hgfdsa poiuz", "qwoei asdlk")


@pytest.fixture
def buyer(world):
    return world.buyer("status-gated")


@pytest.fixture
def order(world, buyer):
    return world.order(buyer)


@pytest.fixture
def hat(world, buyer):
    lines = [line(sku="HAT-GREEN", name="Green woollen hat")]
    return world.order(buyer, lines=lines, placed_at="2026-11-19T15:00:00+00:00")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("where is it now?", "is Awaiting Shipping"),
        ("when will it arrive", "There is no delivery date for it yet"),
        ("are you a bot?", "I'm an automated assistant"),
        ("how do i reset my password", "Forgot password"),
        ("who reads this chat? is it private?", "confidential"),
        ("what is the weather", "that's not something I can help with"),
    ],
)
def test_a_question_is_answered_and_the_form_asks_again(question, answer, world, buyer, order):
    buyer.say(f"cancel {order.number}")
    heard = buyer.say(question)
    assert answer in heard.text
    assert heard.responses[-1] == "utter_ask_again_cancel"
    assert f"Back to order {order.number}: shall I cancel it?" in heard.text
    assert heard.text.count("?") == 1
    assert is_untouched(world, order)
    assert "is being cancelled" in buyer.say("yes").text


ASKED_AGAIN = {
    "status-gated": (lambda w: shipped(w.now), "shall I write to Birch & Co about it?"),
    "helpdesk": (lambda w: {}, "shall I open a case, so that a person looks at it?"),
    "supplier-consent": (lambda w: {}, "shall I send Birch & Co your request to cancel it?"),
    "seller-direct": (lambda w: {}, "shall I write to Birch & Co about it?"),
}


@pytest.mark.parametrize("storefront", ASKED_AGAIN)
def test_asked_again_it_says_what_a_yes_would_do(storefront, world):
    buyer = world.buyer(storefront)
    state, question = ASKED_AGAIN[storefront]
    order = world.order(buyer, **state(world))
    buyer.say(f"cancel {order.number}")
    assert f"Back to order {order.number}: {question}" in buyer.say("are you human?").text


def test_no_the_other_order_asks_which_and_leaves_the_first_alone(world, buyer, order, hat):
    buyer.say(f"cancel {order.number}")
    assert "Which order is it?" in buyer.say("no, the other order").text
    shown = buyer.press(hat.number)
    assert f"Order {hat.number} (Green woollen hat)" in shown.text
    assert "is being cancelled" in buyer.say("yes").text
    assert world.stored("status-gated", hat.number).state == "cancelling"
    assert is_untouched(world, order)


def test_the_other_order_may_be_named_at_once(world, buyer, order, hat):
    buyer.say(f"cancel {order.number}")
    assert f"Order {hat.number} (Green woollen hat)" in buyer.say("no i mean the green hat").text
    assert all(is_untouched(world, each) for each in (order, hat))


STOPS = ["never mind", "forget it", "nevermind, leave it"]


@pytest.mark.parametrize("stop", STOPS)
def test_never_mind_ends_the_question_which_order(stop, world, buyer, order, hat):
    buyer.say("cancel my order")
    assert "nothing was changed" in buyer.say(stop).text
    assert "nothing waiting" in buyer.say("yes").text
    assert all(is_untouched(world, each) for each in (order, hat))


@pytest.mark.parametrize("stop", STOPS)
def test_never_mind_ends_the_question_yes_or_no(stop, world, buyer, order):
    buyer.say(f"cancel {order.number}")
    assert "nothing was changed" in buyer.say(stop).text
    assert "nothing waiting" in buyer.say("yes").text
    assert is_untouched(world, order)


def test_never_mind_ends_it_after_an_interruption_and_after_a_miss(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    buyer.say("are you a bot")
    buyer.say(GIBBERISH[0])
    assert "nothing was changed" in buyer.say("never mind").text
    assert is_untouched(world, order)


def test_never_mind_declines_the_offer_of_a_case(world, buyer, order):
    buyer.say("my parcel arrived damaged")
    assert "nothing was changed" in buyer.say("never mind").text
    assert "nothing waiting" in buyer.say("yes").text
    assert is_untouched(world, order)


def test_never_mind_with_nothing_going_on_is_kindly_taken(buyer):
    assert "nothing was changed" in buyer.say("never mind").text


def cases_of(world, buyer):
    return world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )


def test_two_useless_answers_are_explained_and_a_person_is_a_numbered_case(world, buyer):
    first = buyer.say(GIBBERISH[0])
    assert "Shall I open a case?" not in first.text
    second = buyer.say(GIBBERISH[1])
    assert 'I understand short requests such as "cancel order"' in second.text
    assert "A person can read this instead. Shall I open a case?" in second.text
    assert not cases_of(world, buyer)

    told = buyer.say("yes")
    (case,) = cases_of(world, buyer)
    assert case["number"] in told.text
    assert "connect" not in told.text.lower()
    entries = world.sql("SELECT text FROM case_entries WHERE case_number = :n", n=case["number"])
    assert entries[0]["text"] == GIBBERISH[1]


def test_useless_answers_to_yes_or_no_are_explained_and_end_in_the_offer(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    for words in (GIBBERISH[0], GIBBERISH[1]):
        heard = buyer.say(words)
        assert "shall I cancel it?" in heard.text
    assert "Nothing happens until you answer with a clear yes or no" in heard.text
    offered = buyer.say(GIBBERISH[0])
    assert "Nothing was changed." in offered.text
    assert "A person can look at it. Shall I open a case?" in offered.text
    assert "connect" not in offered.text.lower()
    told = buyer.press("Yes, open a case")
    (case,) = cases_of(world, buyer)
    assert case["number"] in told.text
    assert left(world, order) == []
    assert world.stored("status-gated", order.number).state == "open"


def test_useless_answers_to_which_order_say_where_the_number_is(buyer, order, hat):
    buyer.say("cancel my order")
    buyer.say(GIBBERISH[0])
    explained = buyer.say(GIBBERISH[1])
    assert "You find the number in the confirmation mail" in explained.text
    assert "Which order is it?" in explained.text


@pytest.mark.parametrize("wish", ["i want to talk to a human", "get me a real person now"])
def test_who_wants_a_person_gets_a_number_and_no_false_promise(wish, world, buyer):
    told = buyer.say(wish).text
    (case,) = cases_of(world, buyer)
    assert case["number"] in told
    assert case["type"] == "person_wanted"
    assert "Nobody can join this chat right now" in told
    assert "connect" not in told.lower()


UNCLEAR = (
    "it does not do the thing",
    "the thing with my card and the parcel and the fee",
    "so the parcel and then what with the rest",
)


def test_suggestions_are_readable_and_can_be_pressed(world):
    for words in UNCLEAR:  # which of them the model is unsure about is the model's own
        buyer = world.buyer("status-gated")
        heard = buyer.say(words)
        if "utter_fallback_suggest" in heard.responses:
            break
    assert "Did you mean one of these?" in heard.text
    assert len(heard.buttons) >= 2
    for title in heard.buttons:
        assert title[0].isupper()
        assert "_" not in title
        assert "/" not in title
    assert "Talk to a person" in heard.buttons
    assert buyer.press(next(iter(heard.buttons))).text


def test_hello_says_at_once_that_nobody_is_behind_it(buyer):
    told = buyer.say("hello")
    assert "automated assistant" in told.text.splitlines()[0]
    assert "before" in told.text
    assert buyer.say("thanks!").responses == ["utter_thank"]
    assert buyer.say("bye").responses == ["utter_goodbye"]


@pytest.mark.parametrize("asked", ["are you a bot?", "am i talking to a real person"])
def test_it_never_passes_for_a_person(asked, buyer):
    assert "I'm an automated assistant, not a person" in buyer.say(asked).text


def test_saying_cancel_again_is_no_yes(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    heard = buyer.say("cancel it")
    assert "only go on after a clear yes" in heard.text
    assert is_untouched(world, order)


def test_a_no_leaves_everything_and_the_yes_afterwards_too(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    assert f"Order {order.number} stays as it is" in buyer.say("no").text
    assert "nothing waiting" in buyer.say("yes").text
    assert is_untouched(world, order)
    assert codes(world, order) == ["status_allows"]
    assert not about(world, "cases", order)

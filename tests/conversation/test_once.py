"""A yes does exactly what was shown, once, and it can be taken back until it has left."""

import threading
from datetime import timedelta

import pytest

from tests.conversation.buyer import Heard
from tests.conversation.records import about, audited, codes, is_untouched, left, outbox
from tests.conversation.world import card, order_entry, shipped

STOREFRONT = "status-gated"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


@pytest.fixture
def order(world, buyer):
    return world.order(buyer)


def state(world, order):
    return world.stored(order.storefront, order.number).state


def heard_until(buyer, done):
    """Everything up to the end of so many turns."""
    seen = []
    for _ in range(60):
        seen += buyer.client.events(wait=0.5)
        if [event["type"] for event in seen].count("turn_done") == done:
            return Heard(seen)
    raise AssertionError(f"not answered: {Heard(seen).text}")


def shop_says(world, buyer, order, version, **changes):
    """Import a newer word of the shop about an order."""
    known = {"number": order.number, "placed_at": order.placed_at.isoformat()}
    entry = order_entry(buyer, world.now) | known | {"source_version": version} | changes
    world.tell_shop(entry)


def test_the_same_yes_from_two_tabs_has_one_effect(world, buyer, order):
    tabs = [buyer, world.again(buyer)]
    for tab in tabs:
        assert "Shall I cancel it?" in tab.say(f"cancel {order.number}").text
    for tab in tabs:
        tab.client.send("yes")
    answers = [heard_until(tab, done=1) for tab in tabs]
    assert sum("utter_cancel_done_refund" in heard.responses for heard in answers) == 1
    (other,) = (h for h in answers if "utter_cancel_done_refund" not in h.responses)
    assert "under way" in other.text
    assert left(world, order) == ["shop.cancel"]
    assert len(about(world, "order_requests", order)) == 1


def test_a_button_pressed_twice_has_one_effect(world, buyer, order):
    shown = buyer.say(f"cancel {order.number}")
    yes = shown.buttons["Yes, cancel it"]
    first = Heard(buyer.client.turn(payload=yes))
    again = Heard(buyer.client.turn(payload=yes))
    assert "is being cancelled" in first.text
    assert "utter_cancel_done_refund" not in again.responses
    assert left(world, order) == ["shop.cancel"]


def test_the_same_message_sent_twice_is_one_turn(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    path = f"/api/v1/conversations/{buyer.client.conversation_id}/messages"
    body = {"client_msg_id": "the-same-yes", "text": "yes"}
    answers = [buyer.client.call("POST", path, body) for _ in range(2)]
    assert answers[0] == answers[1]
    assert "is being cancelled" in heard_until(buyer, done=1).text
    turns = world.sql(
        "SELECT * FROM turns WHERE conversation_id = :c", c=buyer.client.conversation_id
    )
    assert len(turns) == 2
    assert left(world, order) == ["shop.cancel"]


def test_a_yes_after_the_order_shipped_does_nothing_and_shows_what_holds_now(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    shop_says(world, buyer, order, 2, **shipped(world.now))
    again = buyer.say("yes")
    assert "changed since I last asked, so nothing was done" in again.text
    assert "Awaiting Delivery" in again.text
    assert codes(world, order) == ["status_allows", "shipped"]
    assert state(world, order) == "open"
    assert left(world, order) == []


def test_a_yes_after_the_amount_moved_shows_the_new_amount_and_does_nothing(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    shop_says(world, buyer, order, 2, total={"minor": 3900, "currency": "USD"})
    again = buyer.say("yes")
    assert "nothing was done" in again.text
    assert "$39.00 would go back" in again.text
    assert left(world, order) == []
    assert "$39.00 goes back" in buyer.say("yes").text  # to what is shown now
    assert left(world, order) == ["shop.cancel"]


def test_a_yes_long_after_the_question_is_asked_once_more(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    world.later(hours=2)
    again = buyer.say("yes")
    assert "too old to act on, so nothing was done" in again.text
    assert is_untouched(world, order)


def test_the_yes_of_an_older_question_never_answers_a_newer_one(world, buyer, order):
    other = world.order(buyer)
    old = buyer.say(f"cancel {order.number}").buttons["Yes, cancel it"]
    buyer.say(f"cancel {other.number}")
    buyer.client.turn(payload=old)
    assert is_untouched(world, other)


HALF = ["hm ok maybe", "ok wait", "yes no", "yes?", "please confirm first"]


@pytest.mark.parametrize("half", HALF)
def test_half_a_yes_does_nothing_and_the_same_is_shown_once_more(half, world, buyer, order):
    buyer.say(f"cancel {order.number}")
    again = buyer.say(half)
    assert is_untouched(world, order)
    assert "Shall I cancel it?" in again.text
    assert "clear yes" in again.text
    assert "is being cancelled" in buyer.say("yes").text


def test_undo_within_the_window_and_nothing_ever_leaves(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    assert "undo this for 60 seconds" in buyer.say("yes").text
    world.later(seconds=59)
    undone = buyer.press("Undo")
    assert f"Undone. Order {order.number}" in undone.text
    assert state(world, order) == "open"
    world.later(seconds=60)
    world.sweep()
    assert [row["state"] for row in outbox(world, order)] == ["withdrawn"]
    assert not about(world, "refunds", order)
    assert [row["state"] for row in about(world, "order_requests", order)] == ["withdrawn"]
    assert "already undone" in buyer.say("undo").text
    assert "Shall I cancel it?" in buyer.say(f"cancel {order.number}").text


def test_undo_after_it_has_left_is_too_late_and_says_so(world, buyer, order):
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.later(seconds=60)
    world.sweep()
    buyer.waits_for(lambda heard: heard.messages)
    late = buyer.say("undo that please")
    assert "too late to undo" in late.text
    assert state(world, order) == "cancelled"
    assert "order.undone" not in audited(world, order)


def test_undo_of_nothing_is_harmless(world, buyer, order):
    assert "nothing to undo" in buyer.say("undo").text
    assert is_untouched(world, order)


def test_two_messages_within_a_second_are_both_answered_in_order(world, buyer, order):
    sent = [buyer.client.send(text) for text in (f"cancel {order.number}", "thanks")]
    heard = heard_until(buyer, done=2)
    done = [event["client_msg_id"] for event in heard.events if event["type"] == "turn_done"]
    assert done == sent
    assert heard.responses == [
        "utter_cancel_status_allows",
        "utter_thank",
        "utter_ask_again_cancel",
    ]
    assert [event["seq"] for event in heard.events] == sorted(e["seq"] for e in heard.events)
    assert is_untouched(world, order)


def test_five_messages_at_once_are_five_turns_in_order(world, buyer, order):
    texts = ["hello", f"cancel {order.number}", "yes", "thanks", "bye"]
    sent = [buyer.client.send(text) for text in texts]
    heard = heard_until(buyer, done=5)
    done = [event["client_msg_id"] for event in heard.events if event["type"] == "turn_done"]
    assert done == sent
    assert heard.responses == [
        "utter_greet",
        "utter_cancel_status_allows",
        "utter_cancel_done_refund",
        "utter_thank",
        "utter_goodbye",
    ]


def test_an_older_word_of_the_shop_changes_nothing(world, buyer, order):
    shop_says(world, buyer, order, 3, **shipped(world.now))
    shop_says(world, buyer, order, 2)
    assert "Awaiting Delivery" in buyer.say(f"where is {order.number}").text


@pytest.mark.parametrize("sent", [False, True])
def test_a_late_word_of_the_shop_never_resurrects_an_order(sent, world, buyer, order):
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    if sent:
        world.later(seconds=61)
        world.sweep()
    before = state(world, order)
    assert before == ("cancelled" if sent else "cancelling")
    shop_says(world, buyer, order, 2, state="open")
    assert state(world, order) == before
    shop_says(world, buyer, order, 3, state="open", **shipped(world.now))
    assert state(world, order) == before
    world.later(seconds=61)
    world.sweep()
    assert state(world, order) == "cancelled"
    assert left(world, order).count("shop.cancel") == 1


def test_many_yeses_at_once_cancel_once_and_refund_once(world, buyer):
    order = world.order(buyer, payment=card(world.now - timedelta(hours=3)))
    tabs = [buyer, *(world.again(buyer) for _ in range(4))]
    for tab in tabs:
        tab.say(f"cancel {order.number}")
    threads = [threading.Thread(target=tab.say, args=("yes",)) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [tab for tab in tabs if "utter_cancel_done_refund" in tab.heard.responses]
    assert len(done) == 1
    world.later(seconds=61)
    world.sweep()
    world.sweep()
    assert sorted(left(world, order)) == ["payment.refund", "shop.cancel"]
    assert len(about(world, "refunds", order)) == 1

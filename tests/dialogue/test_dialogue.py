"""Which actions a conversation leads to, turn by turn."""

import pytest

ASK = "action_ask_cancel_form_cancel_confirmed"
WHICH = "action_ask_cancel_form_order_ref"
NEXT = "action_ask_problem_form_problem_next"
RETURN = "action_ask_return_form_return_next"
LETTER = "action_ask_letter_form_letter_next"
BOUNCE = "action_ask_bounce_form_bounce_next"

# Each turn: what is said, then the calls to the app it must cause.
CONVERSATIONS = {
    "cancel with a number, yes": [
        ("cancel_order order_number=A1", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "cancel with a number, no": [
        ("cancel_order order_number=A1", [ASK]),
        ("deny", ["action_decline"]),
        ("cancel_order", [WHICH]),
    ],
    "cancel without a number, then the number": [
        ("cancel_order", [WHICH]),
        ("inform_order order_number=A1", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "my last order": [("cancel_order order_pick=last", [ASK]), ("affirm", ["action_confirm"])],
    "product words": [("cancel_order product=shoes", [ASK]), ("affirm", ["action_confirm"])],
    "picked with words when asked": [
        ("cancel_order", [WHICH]),
        ("inform_order product=shoes", [ASK]),
    ],
    "never mind when asked which": [
        ("cancel_order", [WHICH]),
        ("never_mind", ["action_never_mind"]),
        ("inform_order order_number=A1", ["action_show_order"]),
    ],
    "never mind when asked yes or no": [
        ("cancel_order order_number=A1", [ASK]),
        ("never_mind", ["action_never_mind"]),
        ("affirm", ["action_confirm"]),  # outside the form: the app says nothing is open
    ],
    "no when asked which": [("cancel_order", [WHICH]), ("deny", ["action_decline"])],
    "the other order, named": [
        ("cancel_order order_number=A1", [ASK]),
        ("other_order order_number=B2", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "the other order, not named": [
        ("cancel_order order_number=A1", [ASK]),
        ("other_order", [ASK]),
        ("inform_order order_number=B2", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "another number in the form": [
        ("cancel_order order_number=A1", [ASK]),
        ("inform_order order_number=B2", [ASK]),
    ],
    "nothing to say yes to ends the form": [
        ("cancel_order order_number=X1", [ASK]),
        ("inform_order order_number=A1", ["action_show_order"]),
    ],
    "nothing to say yes to after being asked which": [
        ("cancel_order", [WHICH]),
        ("inform_order order_number=X1", [ASK]),
        ("thank", []),
        ("affirm", ["action_confirm"]),
    ],
    "an unknown order is asked for again": [
        ("cancel_order order_number=unknown", [ASK]),
        ("inform_order order_number=A1", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "a question in the form is answered and the form asks again": [
        ("cancel_order order_number=A1", [ASK]),
        ("delivery_date", ["action_delivery", ASK]),
        ("privacy", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "a question about another order does not change the order of the form": [
        ("cancel_order order_number=A1", [ASK]),
        ("order_status order_number=B2", ["action_show_order", ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "a question when asked which": [
        ("cancel_order", [WHICH]),
        ("list_orders", ["action_list_orders", WHICH]),
        ("inform_order order_number=A1", [ASK]),
    ],
    "cancel, said again, is no yes": [
        ("cancel_order order_number=A1", [ASK]),
        ("cancel_order", ["action_said_again", ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "cancel, said again to which order": [
        ("cancel_order", [WHICH]),
        ("cancel_order", ["action_said_again", WHICH]),
        ("inform_order order_number=A1", [ASK]),
    ],
    "a row of the picker": [
        ("cancel_order", [WHICH]),
        ("inform_order order_pick=2", [ASK]),
    ],
    "what a yes would mean": [
        ("cancel_order order_number=A1", [ASK]),
        ("repeat", ["action_repeat", ASK]),
        ("why_not_cancel", ["action_cancel_deadline", ASK]),
        ("refund_status", ["action_refund_status", ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "a reason in the form": [
        ("cancel_order order_number=A1", [ASK]),
        ("inform_reason reason_class=fault", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "undo after the yes": [
        ("cancel_order order_number=A1", [ASK]),
        ("affirm", ["action_confirm"]),
        ("undo_cancel", ["action_undo"]),
    ],
    "undo in the form ends it": [
        ("cancel_order order_number=A1", [ASK]),
        ("undo_cancel", ["action_undo"]),
        ("order_status", ["action_show_order"]),
    ],
    "a hold in the form": [
        ("cancel_order order_number=A1", [ASK]),
        ("ask_hold", ["action_ask_hold"]),
        ("affirm", ["action_confirm"]),
    ],
    "a reminder in the form": [
        ("cancel_order order_number=A1", [ASK]),
        ("remind_me", ["action_remind"]),
    ],
    "writing to the seller, then yes": [
        ("contact_seller order_number=A1", [LETTER]),
        ("inform_reason", [LETTER]),
        ("affirm", [LETTER]),
        ("affirm", ["action_confirm"]),
    ],
    "writing to the seller in the form, then yes": [
        ("cancel_order order_number=A1", [ASK]),
        ("contact_seller", [LETTER]),
        ("cancel_order", [LETTER]),  # a letter may say that
        ("affirm", [LETTER]),
        ("affirm", ["action_confirm"]),
    ],
    "mail that came back": [
        ("mail_bounced", [BOUNCE]),
        ("inform_order", [BOUNCE]),
        ("affirm", [BOUNCE]),
        ("seller_unreachable", ["action_seller_unreachable"]),
    ],
    "never mind ends a letter": [
        ("contact_seller", [LETTER]),
        ("never_mind", ["action_never_mind"]),
        ("affirm", ["action_confirm"]),
    ],
    "one useless answer in the form": [
        ("cancel_order order_number=A1", [ASK]),
        ("nlu_fallback", ["action_not_understood", ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "a yes to which order": [
        ("cancel_order", [WHICH]),
        ("affirm", ["action_not_understood", WHICH]),
        ("inform_order order_number=A1", [ASK]),
    ],
    "an order that is not named when asked which": [
        ("cancel_order", [WHICH]),
        ("inform_order", ["action_not_understood", WHICH]),
        ("inform_order order_number=A1", [ASK]),
    ],
    "useless answers outside": [
        ("nlu_fallback", ["action_not_understood"]),
        ("out_of_scope", ["action_not_understood"]),
        ("cancel_order order_number=A1", [ASK]),
    ],
    "anger, then yes to a person": [
        ("complain", ["action_offer_person"]),
        ("affirm", ["action_open_case"]),
        ("affirm", ["action_confirm"]),
    ],
    "anger in the form ends it": [
        ("cancel_order order_number=A1", [ASK]),
        ("complain", ["action_offer_person"]),
        ("affirm", ["action_open_case"]),
    ],
    "no to a person": [("complain", ["action_offer_person"]), ("deny", ["action_never_mind"])],
    "an offer of a case is off the table after something else": [
        ("change_address", ["action_offer_case"]),
        ("ask_hold", ["action_ask_hold"]),
        ("affirm", ["action_confirm"]),
    ],
    "cancelling after an offer of a case": [
        ("change_address", ["action_offer_case"]),
        ("cancel_order order_number=A1", [ASK]),
        ("affirm", ["action_confirm"]),
    ],
    "a person in the form ends it": [
        ("cancel_order order_number=A1", [ASK]),
        ("talk_to_human", ["action_person_case"]),
        ("order_status", ["action_show_order"]),
    ],
    "goodbye in the form ends it": [
        ("cancel_order order_number=A1", [ASK]),
        ("goodbye", ["action_goodbye"]),
        ("inform_order order_number=A1", ["action_show_order"]),
    ],
    "a bare number": [("inform_order order_number=A1", ["action_show_order"])],
    "yes, no and never mind with nothing open": [
        ("affirm", ["action_confirm"]),
        ("deny", ["action_decline"]),
        ("never_mind", ["action_never_mind"]),
    ],
    "a problem, step by step": [
        ("damaged_item", [NEXT]),
        ("inform_order product=shoes", [NEXT]),
        ("damaged_item", [NEXT]),
        ("affirm", [NEXT]),
        ("affirm", ["action_confirm"]),
    ],
    "another wish ends a problem, but its description may name one": [
        ("wrong_item", [NEXT]),
        ("nlu_fallback", [NEXT]),
        ("contact_seller", [NEXT]),
        ("contact_seller", [LETTER]),
        ("never_mind", ["action_never_mind"]),
        ("inform_order order_number=A1", ["action_show_order"]),
    ],
    "a question in between is answered and the problem asked on": [
        ("defective_item", [NEXT]),
        ("delivery_date", ["action_delivery", NEXT]),
        ("bot_challenge", [NEXT]),
        ("inform_order product=shoes", [NEXT]),
        ("list_orders", ["action_list_orders", NEXT]),
        ("missing_item", [NEXT]),
        ("deny", [NEXT]),
    ],
    "never mind in a problem": [
        ("not_received", [NEXT]),
        ("never_mind", ["action_never_mind"]),
        ("affirm", ["action_confirm"]),
    ],
    "goodbye in a problem": [
        ("not_received", [NEXT]),
        ("goodbye", ["action_goodbye"]),
        ("inform_order order_number=A1", ["action_show_order"]),
    ],
    "a person in a problem": [
        ("not_received", [NEXT]),
        ("talk_to_human", ["action_person_case"]),
        ("inform_order order_number=A1", ["action_show_order"]),
    ],
    "a return from its reason to its yes": [
        ("return_item", [RETURN]),
        ("nlu_fallback", [RETURN]),
        ("refund_destination", ["action_refund_destination", RETURN]),
        ("affirm", [RETURN]),
        ("affirm", ["action_confirm"]),
    ],
    "never mind in a return": [
        ("exchange_item", [RETURN]),
        ("never_mind", ["action_never_mind"]),
        ("request_refund", [RETURN]),
        ("talk_to_human", ["action_person_case"]),
        ("inform_order order_number=A1", ["action_show_order"]),
    ],
    "from a problem to a return and to cancelling": [
        ("not_received", [NEXT]),
        ("cancel_order order_number=A1", [ASK]),
        ("return_item", [RETURN]),
        ("cancel_order order_number=A1", [ASK]),
        ("deny", ["action_decline"]),
    ],
    "from cancelling to a problem and back": [
        ("cancel_order order_number=A1", [ASK]),
        ("not_received", [NEXT]),
        ("inform_order product=shoes", [NEXT]),
        ("cancel_order order_number=B2", [ASK]),
        ("affirm", ["action_confirm"]),
        ("affirm", ["action_confirm"]),
    ],
    "from which order to a problem": [
        ("cancel_order", [WHICH]),
        ("damaged_item", [NEXT]),
        ("nlu_fallback", [NEXT]),
    ],
    "twice in a row": [
        ("cancel_order order_number=A1", [ASK]),
        ("affirm", ["action_confirm"]),
        ("cancel_order order_number=B2", [ASK]),
        ("affirm", ["action_confirm"]),
        ("cancel_order order_number=C3", [ASK]),
        ("deny", ["action_decline"]),
        ("thank", []),
        ("goodbye", ["action_goodbye"]),
    ],
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversation_causes_exactly_these_calls(conversation, name):
    for said, expected in CONVERSATIONS[name]:
        actions, calls, _ = conversation.say(said)
        assert calls == expected, (said, actions)
        assert "action_default_fallback" not in actions


def test_three_useless_answers_end_the_form_with_the_offer_of_a_person(conversation):
    conversation.say("cancel_order order_number=A1")
    conversation.say("nlu_fallback")
    _, _, tracker = conversation.say("nlu_fallback")
    assert tracker.active_loop_name is None
    assert conversation.say("affirm")[1] == ["action_open_case"]


def test_order_of_the_form_stays_after_a_question_about_another(conversation):
    conversation.say("cancel_order order_number=A1")
    _, _, tracker = conversation.say("order_status order_number=B2")
    assert tracker.get_slot("order_ref") == "A1"


def test_problem_forgets_what_cancelling_asked(conversation):
    conversation.say("cancel_order order_number=A1")
    _, _, tracker = conversation.say("not_received")
    assert tracker.active_loop_name == "problem_form"
    assert tracker.get_slot("order_ref") is None
    _, _, tracker = conversation.say("cancel_order order_number=A1")
    assert tracker.active_loop_name == "cancel_form"
    assert tracker.get_slot("problem_draft") is None


SMALL_TALK = {
    "greet": "utter_greet",
    "thank": "utter_thank",
    "bot_challenge": "utter_bot_challenge",
    "what_can_you_do": "utter_what_can_you_do",
}


@pytest.mark.parametrize("intent", SMALL_TALK)
def test_small_talk_needs_no_call_and_the_form_asks_again(conversation, intent):
    assert conversation.say(intent)[0] == [SMALL_TALK[intent]]
    conversation.say("cancel_order order_number=A1")
    assert conversation.say(intent)[1] == [ASK]


def test_every_intent_is_answered_from_scratch(agent):
    from tests.dialogue.conftest import Conversation

    for intent in agent.domain.intents:
        if intent in {"back", "restart", "session_start"}:
            continue
        actions, _, _ = Conversation(agent).say(intent)
        assert actions, intent
        assert "action_default_fallback" not in actions, intent


@pytest.mark.parametrize(
    "start",
    [
        "cancel_order order_number=A1",
        "damaged_item",
        "reset_password",
        "guest_order",
        "cannot_order",
    ],
)
def test_every_intent_is_answered_inside_a_form(agent, start):
    from tests.dialogue.conftest import Conversation

    for intent in agent.domain.intents:
        if intent in {"back", "restart", "session_start"}:
            continue
        conversation = Conversation(agent)
        conversation.say(start)
        actions, _, _ = conversation.say(intent)
        assert actions, intent
        assert "action_default_fallback" not in actions, intent

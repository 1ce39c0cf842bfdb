"""Each action calls one use case with what the buyer said, says its reply, and no more."""

import inspect
import pkgutil
from dataclasses import replace
from importlib import import_module

import pytest
import yaml

import actions
from actions import cancelling, cases, orders, repair, sellers
from aftersale.domain.conversations import Identity
from aftersale.services.call import OrderHint
from aftersale.services.reply import Reply
from tests.unit.actions.conftest import CALL

ACTIONS = [
    each
    for module in (
        import_module(f"actions.{m.name}") for m in pkgutil.iter_modules(actions.__path__)
    )
    for each in vars(module).values()
    if inspect.isclass(each)
    and hasattr(each, "action_name")
    and each.__module__ == module.__name__
]
PLAIN = {
    orders.ShowOrder: "show_order.status",
    orders.OrderDetails: "show_order.details",
    orders.Delivery: "show_order.delivery",
    orders.RefundStatus: "show_order.refund",
    orders.Authorisation: "show_order.authorisation",
    orders.UnpaidOrder: "show_order.unpaid",
    sellers.SellerUnreachable: "seller_trouble.unreachable",
    sellers.OutOfStock: "seller_trouble.out_of_stock",
    sellers.AskHold: "ask_hold.propose",
    sellers.Remind: "reminders.remind",
    sellers.SellerPolicy: "show_order.seller_policy",
    sellers.RestockingFee: "show_order.restocking_fee",
    cancelling.Undo: "cancel_order.undo",
    cancelling.CancelDeadline: "cancel_order.deadline",
}


def test_every_action_is_declared_in_the_domain_and_the_other_way_round():
    with open("domain.yml", encoding="utf-8") as domain:
        declared = set(yaml.safe_load(domain)["actions"])
    assert {each.action_name for each in ACTIONS} == declared


@pytest.mark.parametrize("action", ACTIONS)
def test_action_is_made_without_arguments_and_is_short(action):
    assert action().name() == action.action_name
    bodies = [m for m in vars(action).values() if inspect.isfunction(m)]
    assert all(len(inspect.getsource(body).splitlines()) <= 20 for body in bodies)


@pytest.mark.parametrize("action", PLAIN)
def test_action_calls_its_use_case_with_the_order_of_the_message(action, use_cases, run):
    said, _, _ = run(action, "order_status", entities=[("order_number", "B-2")])
    assert use_cases.calls == [(PLAIN[action], (OrderHint(number="B-2"),), {})]
    assert said[0][0] == "utter_x"
    assert said[0][1]["number"] == "A-1"


@pytest.mark.parametrize("action", PLAIN)
def test_action_falls_back_on_the_order_talked_about(action, use_cases, run):
    run(action, "order_status", slots={"last_order": "A-1"})
    assert use_cases.calls[0][1] == (OrderHint(current="A-1"),)


def test_pick_and_words_reach_the_use_case(use_cases, run):
    run(orders.ShowOrder, "order_status", entities=[("order_pick", "last"), ("product", "shoes")])
    assert use_cases.calls[0][1] == (OrderHint(pick="last", words="shoes"),)


@pytest.mark.parametrize("value", [{"$ne": None}, ["A-1"], 7, True, "", "  ", None])
def test_value_of_another_type_counts_as_absent(value, use_cases, run):
    named = [(name, value) for name in ("order_number", "order_pick", "product", "sku")]
    run(orders.ShowOrder, "order_status", entities=named, slots={"last_order": value})
    assert use_cases.calls[0][1] == (OrderHint(),)


@pytest.mark.parametrize("slot", ["order_ref", "reason_class", "reason_text", "shown", "misses"])
@pytest.mark.parametrize("value", [{"$ne": None}, ["x"], True])
def test_slot_of_another_type_does_no_harm(slot, value, use_cases, run):
    run(cancelling.AskFormSlot, "cancel_order", slots={slot: value})
    _, (hint,), options = use_cases.calls[0]
    assert hint == OrderHint()
    assert options == {"reason_class": None, "reason_text": None}


def test_list_of_orders_needs_no_order(use_cases, run):
    run(orders.ListOrders, "list_orders")
    assert use_cases.calls == [("show_order.list", (), {})]


PROPOSAL = Reply(
    "utter_cancel_status_allows",
    {"number": "A-1", "seller": "Birch", "offer": "cancel", "choices": ["affirm"]},
    {"order_ref": "A-1", "last_order": "A-1"},
    done=False,
)


def test_proposal_waits_for_a_yes(use_cases, run):
    use_cases.reply = PROPOSAL
    entities = [("order_number", "A-1"), ("reason_class", "fault")]
    known = {"order_ref": "A-1", "reason_class": "fault"}
    said, slots, _ = run(cancelling.AskFormSlot, "cancel_order", entities=entities, slots=known)
    assert said[0][0] == "utter_cancel_status_allows"
    assert slots["requested_slot"] == "cancel_confirmed"
    assert slots["last_order"] == "A-1"
    assert use_cases.calls[0][2]["reason_class"] == "fault"


def test_question_which_order_waits_for_an_order(use_cases, run):
    use_cases.reply = Reply("utter_which_order", {}, {"order_ref": None}, done=False)
    _, slots, _ = run(cancelling.AskOrderRef, "cancel_order")
    assert slots["requested_slot"] == "order_ref"


def test_statement_ends_the_form(use_cases, run):
    use_cases.reply = Reply("utter_cancel_cancelling", {}, {"order_ref": "A-1"}, done=True)
    _, slots, _ = run(cancelling.AskFormSlot, "cancel_order", slots={"order_ref": "A-1"})
    assert slots["requested_slot"] is None
    assert slots["order_ref"] is None


def test_number_that_is_not_found_is_asked_for_again(use_cases, run):
    use_cases.reply = Reply("utter_cancel_not_found", {}, {"order_ref": None}, done=True)
    _, slots, _ = run(cancelling.AskFormSlot, "cancel_order", slots={"order_ref": "Z-9"})
    assert slots["requested_slot"] == "order_ref"


def shown_once(run, use_cases):
    use_cases.reply = PROPOSAL
    return run(cancelling.AskFormSlot, "cancel_order", slots={"order_ref": "A-1"})[1]["shown"]


def test_proposal_just_shown_is_asked_again_in_short_and_says_what_a_yes_does(use_cases, run):
    known = {"order_ref": "A-1", "shown": shown_once(run, use_cases)}
    said, _, _ = run(cancelling.AskFormSlot, "privacy", slots=known, form="cancel_form")
    assert said[0][0] == "utter_ask_again_cancel"
    assert said[0][1]["choices"] == ["affirm"]
    assert said[0][1]["seller"] == "Birch"


def test_proposal_that_changed_meanwhile_is_shown_in_full(use_cases, run):
    known = {"order_ref": "A-1", "shown": shown_once(run, use_cases)}
    use_cases.reply = Reply("utter_cancel_shipped", {"number": "A-1"}, PROPOSAL.slots, done=False)
    said, _, _ = run(cancelling.AskFormSlot, "privacy", slots=known, form="cancel_form")
    assert said[0][0] == "utter_cancel_shipped"


def test_order_of_the_form_is_not_changed_by_a_question_about_another(use_cases, run):
    use_cases.reply = PROPOSAL
    known = {"order_ref": "A-1", "last_order": "B-2"}
    entities = [("order_number", "B-2")]
    run(cancelling.AskFormSlot, "order_status", entities=entities, slots=known, form="cancel_form")
    assert use_cases.calls[0][1] == (OrderHint(number="A-1", current="B-2"),)


def test_other_order_forgets_the_one_talked_about(use_cases, run):
    known = {"order_ref": "other", "last_order": "A-1"}
    run(cancelling.AskFormSlot, "other_order", slots=known, form="cancel_form")
    assert use_cases.calls[0][1] == (OrderHint(),)


def test_yes_confirms_and_clears_the_form(use_cases, run):
    known = {"order_ref": "A-1", "last_order": "A-1", "cancel_confirmed": True}
    _, slots, _ = run(cancelling.Confirm, "affirm", slots=known)
    assert use_cases.calls == [("cancel_order.confirm", (), {})]
    assert slots["order_ref"] is None
    assert slots["cancel_confirmed"] is None


def test_yes_that_names_another_order_is_a_new_proposal(use_cases, run):
    entities = [("order_number", "B-2")]
    run(cancelling.Confirm, "affirm", entities=entities, slots={"last_order": "A-1"})
    hint = OrderHint(number="B-2", current="A-1")
    assert use_cases.calls == [("cancel_order.propose", (hint,), {})]


@pytest.mark.parametrize("intent", ["cancel_order", "inform_order", "privacy"])
def test_nothing_but_a_yes_confirms(intent, use_cases, run):
    run(cancelling.Confirm, intent, slots={"cancel_confirmed": True})
    assert [name for name, *_ in use_cases.calls] == ["cancel_order.propose"]


@pytest.mark.parametrize("action", [cancelling.Decline, cancelling.NeverMind])
def test_no_declines(action, use_cases, run):
    run(action, "deny")
    assert use_cases.calls == [("cancel_order.decline", (), {})]


OFFER = "utter_offer_person"
OFFERS = [
    "utter_fallback_explain",
    "utter_offer_person_instead",
    "utter_offer_case_change_address",
]


def just_said(response):
    return [{"event": "bot", "data": {"custom": {"response": response, "variables": {}}}}]


@pytest.mark.parametrize("action", [cases.OpenCase, cases.PersonCase])
def test_case_is_opened_with_the_buyers_own_words(action, use_cases, run):
    offered = {"case_text": "it is broken", "case_offered": True}
    _, slots, _ = run(action, "affirm", text="yes", slots=offered, events=just_said(OFFER))
    assert use_cases.calls[0][2]["text"] == "it is broken"
    assert use_cases.calls[0][2].get("reason", "asked") == "asked"
    assert slots["case_offered"] is None


def test_pressed_button_is_no_text_of_the_buyer(use_cases, run):
    run(cases.OpenCase, "open_case", text="/open_case")
    assert use_cases.calls[0][2]["text"] is None


@pytest.mark.parametrize("action", [cases.OfferPerson, cases.OfferCase])
def test_offer_of_a_case_closes_what_waited_for_a_yes(action, use_cases, run):
    said, slots, _ = run(action, "change_address", text="it is broken")
    assert [name for name, *_ in use_cases.calls] == ["cancel_order.decline"]
    assert slots["case_offered"] is True
    assert slots["case_text"] == "it is broken"
    assert said[0][0] in {"utter_offer_person", "utter_offer_case_change_address"}


def test_first_miss_suggests_the_likeliest_wishes_and_a_person(run):
    ranking = ("nlu_fallback", "affirm", "track_order", "refund_status", "privacy", "reorder")
    said, slots, _ = run(repair.NotUnderstood, "nlu_fallback", ranking=ranking)
    assert said[0][0] == "utter_fallback_suggest"
    choices = ["track_order", "refund_status", "privacy", "talk_to_human"]
    assert said[0][1]["choices"] == choices
    assert slots == {"misses": 1}


def test_first_miss_without_ideas_asks_for_other_words(run):
    assert run(repair.NotUnderstood, "nlu_fallback")[0][0][0] == "utter_fallback_rephrase"


def test_second_miss_explains_and_offers_a_person(run):
    said, slots, _ = run(repair.NotUnderstood, "out_of_scope", slots={"misses": 1.0})
    assert said[0][0] == "utter_fallback_explain"
    assert slots["case_offered"] is True


@pytest.mark.parametrize(
    ("before", "requested", "expected"),
    [
        (None, "order_ref", "utter_missed_once"),
        (1, "order_ref", "utter_missed_twice_order"),
        (1, "cancel_confirmed", "utter_missed_twice_yes"),
        (2, "order_ref", "utter_offer_person_instead"),
    ],
)
def test_miss_in_the_form_explains_then_offers_a_person(before, requested, expected, run):
    slots = {"misses": before, "requested_slot": requested}
    said, _, events = run(repair.NotUnderstood, "nlu_fallback", slots=slots, form="cancel_form")
    assert said[0][0] == expected
    ended = {"event": "active_loop", "timestamp": None, "name": None} in events
    assert ended is (before == 2)


DOUBTFUL = [
    "hm ok maybe", "ok wait", "yes no", "yes?", "ok ?", "please confirm first",
    "yes, if it is free", "yes but not now", "i guess", "sure, later",
    'slot{"cancel_confirmed": true}',
]  # fmt: skip
CLEAR = [
    "yes", "Yes please!", "yep do it", "sure why not", "ok cancel it",
    "yes i don't need it any more", "no problem, go ahead", "yes yes YES", "ok", "of course", None,
]  # fmt: skip


@pytest.mark.parametrize("text", DOUBTFUL)
def test_half_a_yes_does_nothing_and_is_asked_once_more(text, use_cases, run):
    run(cancelling.Confirm, "affirm", text=text)
    assert [name for name, *_ in use_cases.calls] == ["cancel_order.ask_again"]


@pytest.mark.parametrize("text", CLEAR)
def test_a_clear_yes_is_carried_out(text, use_cases, run):
    run(cancelling.Confirm, "affirm", text=text)
    assert [name for name, *_ in use_cases.calls] == ["cancel_order.confirm"]


@pytest.mark.parametrize("form", [None, "cancel_form"])
def test_what_is_no_business_of_a_shop_is_said_to_be_so_and_counts_as_a_miss(form, run):
    said, slots, _ = run(repair.NotUnderstood, "out_of_scope", form=form)
    assert said[0][0] == "utter_out_of_scope"
    assert ("choices" in said[0][1]) is (form is not None)  # the form's question has its own
    assert slots == {"misses": 1}


def test_misses_are_forgotten_once_something_was_understood(run):
    assert run(orders.ShowOrder, "order_status", slots={"misses": 1})[1]["misses"] is None


def test_asking_again_after_a_miss_does_not_forget_it(use_cases, run):
    use_cases.reply = PROPOSAL
    known = {"order_ref": "A-1", "misses": 1}
    slots = run(cancelling.AskFormSlot, "nlu_fallback", slots=known, form="cancel_form")[1]
    assert "misses" not in slots


def test_last_response_is_repeated_with_its_variables(run):
    custom = {"response": "utter_status", "variables": {"number": "A-1"}}
    events = [{"event": "bot", "data": {"custom": custom}}, {"event": "user"}]
    said, _, _ = run(repair.Repeat, "repeat", events=events)
    assert said[0][0] == "utter_status"
    assert said[0][1]["number"] == "A-1"


@pytest.mark.parametrize("variables", [{"number": "A-1"}, {"blocks": [{"type": "order_picker"}]}])
def test_nothing_about_orders_is_repeated_to_a_buyer_who_is_no_longer_verified(
    use_cases, run, variables
):
    custom = {"response": "utter_status", "variables": variables}
    unverified = replace(CALL, identity=Identity("status-gated", None))
    use_cases.reply = Reply("utter_cancel_not_verified")
    said, _, _ = run(
        repair.Repeat,
        "repeat",
        events=[{"event": "bot", "data": {"custom": custom}}],
        call=unverified,
    )
    assert [name for name, _ in said] == ["utter_cancel_not_verified"]


def test_an_old_yes_about_an_order_opens_no_case(use_cases, run):
    run(cases.OpenCase, "affirm", slots={"case_offered": True}, call=replace(CALL, pressed="c-1"))
    assert [name for name, _, _ in use_cases.calls] == ["cancel_order.confirm"]


@pytest.mark.parametrize("pressed", [None, ""])
def test_the_yes_to_an_offered_case_opens_it(use_cases, run, pressed):
    call = replace(CALL, pressed=pressed)
    offered = {"slots": {"case_offered": True}, "events": just_said(OFFER)}
    run(cases.OpenCase, "affirm", call=call, **offered)
    assert [name for name, _, _ in use_cases.calls] == ["open_case.open"]


@pytest.mark.parametrize("said", ["utter_thank", "utter_how_to_cancel"])
def test_an_offered_case_lapses_when_something_else_was_said(use_cases, run, said):
    run(cases.OpenCase, "affirm", slots={"case_offered": True}, events=just_said(said))
    assert [name for name, _, _ in use_cases.calls] == ["cancel_order.confirm"]


@pytest.mark.parametrize("name", OFFERS)
def test_every_offer_of_a_case_is_known_as_one(name):
    assert name.startswith(cases.CASE_OFFERS)


def test_nothing_to_repeat_is_said(run):
    assert run(repair.Repeat, "repeat")[0][0][0] == "utter_repeat_nothing"


def test_slots_that_stay_what_they_are_are_not_set_again(use_cases, run):
    use_cases.reply = Reply("utter_x", {}, {"last_order": "A-1"})
    assert run(orders.ShowOrder, "order_status", slots={"last_order": "A-1"})[2] == []

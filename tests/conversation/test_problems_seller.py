"""S0 to S2: what did not arrive or arrived wrong is the seller's first, with the whole of it."""

from datetime import timedelta

import pytest

from tests.conversation.goods import delivered, on_its_way
from tests.conversation.letters import letters
from tests.conversation.records import about, codes, is_untouched, left
from tests.conversation.world import seller

S0, S1, S2 = "seller-direct", "supplier-consent", "status-gated"
STORY = "There are brown sandals in the box instead of my blue shoes."


def days(count):
    return timedelta(days=count)


def attempts(world, order):
    return world.sql("SELECT * FROM seller_contacts WHERE order_number = :n", n=order.number)


def reported_missing(world, buyer, maker, expected):
    """An order whose date is long past, and the letter about it that a yes has sent."""
    order = world.order(buyer, seller=maker, **on_its_way(world.now - days(9), expected))
    buyer.say(f"order {order.number} never arrived")
    buyer.say("It was due last week and the tracking has not moved since.")
    buyer.press("A refund")
    buyer.press("Yes, send it")
    return order


@pytest.mark.req("R0.12")
def test_before_its_date_there_is_the_date_and_the_tracking(world):
    buyer = world.buyer(S0)
    expected = world.now + days(2)
    order = world.order(buyer, **on_its_way(world.now - days(3), expected))
    told = buyer.say(f"my order {order.number} has not arrived")
    assert "not late yet" in told.text
    assert "expected by November 22, 2026" in told.text
    assert "Tracking number: DP55100300" in told.text
    assert codes(world, order) == ["problem_not_due"]
    assert is_untouched(world, order)

    world.at(expected + days(1))
    shown = world.again(buyer).say(f"my order {order.number} has not arrived")
    assert "not late" not in shown.text
    assert "What happened?" in shown.text


@pytest.mark.req("R0.13")
@pytest.mark.parametrize(
    ("said", "issue"),
    [
        ("it arrived damaged", "damaged"),
        ("the shoes are defective", "defective"),
        ("there is an item missing from my order", "missing"),
    ],
)
def test_who_has_to_act_is_said_and_written_down(world, said, issue):
    buyer, maker = world.buyer(S0), seller()
    order = world.order(buyer, seller=maker, **delivered(world.now - days(1)))
    buyer.say(said)
    buyer.say("I noticed it right after I had opened the parcel.")
    shown = buyer.press("No preference")
    assert f"It is {maker['nickname']}'s to put this right" in shown.text
    told = buyer.press("Yes, send it")
    (case,) = about(world, "cases", order)
    assert (case["type"], case["issue"], case["owner"]) == ("problem", issue, "seller")
    assert case["number"] in told.text
    assert left(world, order) == ["mail"]


@pytest.mark.req("R0.14")
def test_a_reimbursement_is_a_may_and_a_person_decides(world):
    buyer, maker = world.buyer(S0), seller()
    order = reported_missing(world, buyer, maker, world.now - days(4))
    world.later(hours=49)
    buyer = world.again(buyer)
    shown = buyer.say(f"order {order.number} still has not arrived")
    assert "You may be eligible for a reimbursement" in shown.text
    assert "can't promise" in shown.text
    assert codes(world, order)[-1] == "reimburse_may"

    told = buyer.say("yes")
    (case,) = [c for c in about(world, "cases", order) if c["type"] == "reimbursement"]
    assert (case["owner"], case["state"]) == ("platform", "open")
    assert case["number"] in told.text
    assert "will be reimbursed" not in world.log(buyer).text
    assert not about(world, "refunds", order)


@pytest.mark.req("R0.15")
def test_every_attempt_to_reach_the_seller_comes_first_and_is_counted(world):
    buyer, maker = world.buyer(S0), seller()
    expected = world.now - days(4)
    order = world.order(buyer, seller=maker, **on_its_way(world.now - days(9), expected))
    buyer.say(f"order {order.number} never arrived")
    buyer.say("It was due last week and the tracking has not moved since.")
    shown = buyer.press("A refund")
    assert "Please let me send this to them first" in shown.text
    assert "reimburse" not in shown.text
    assert not attempts(world, order)
    buyer.press("Yes, send it")
    assert len(attempts(world, order)) == 1

    told = buyer.say(f"order {order.number} still has not arrived")
    assert f"I see you wrote to {maker['nickname']}" in told.text
    assert "on November 20, 2026" in told.text
    assert codes(world, order)[-1] == "reimburse_wait_seller"
    assert [case["type"] for case in about(world, "cases", order)] == ["problem"]


@pytest.mark.req("R0.16")
def test_a_wrong_item_goes_to_the_seller_with_an_evidence_checklist(world):
    buyer, maker = world.buyer(S0), seller()
    order = world.order(buyer, seller=maker, **delivered(world.now - days(1)))
    buyer.say(f"i got the wrong item in order {order.number}")
    kit = buyer.say(STORY)
    for piece in ("the item as it came", "its label", "address label of the parcel"):
        assert piece in kit.text
    asked = buyer.send_photo()
    assert "What would you like best?" in asked.text
    shown = buyer.press("A replacement")
    for fact in (maker["nickname"], order.number, STORY, "a replacement", "Photos: 1"):
        assert fact in shown.text
    assert not left(world, order)

    buyer.say("yes please")
    (case,) = about(world, "cases", order)
    assert (case["issue"], case["owner"]) == ("wrong_item", "seller")
    assert (case["resolution"], case["evidence"]) == ("replacement", "given")
    (photo,) = world.sql("SELECT * FROM attachments WHERE case_number = :c", c=case["number"])
    assert photo["conversation_id"] == buyer.client.conversation_id
    world.sweep()
    (letter,) = letters(world, maker["email"])
    for fact in (order.number, STORY, "a replacement", "Ada"):
        assert fact in letter.text
    assert buyer.email not in letter.text


@pytest.mark.parametrize("storefront", [S1, S2])
def test_what_the_shop_does_not_state_is_said_to_be_unstated(world, storefront):
    buyer, maker = world.buyer(storefront), seller()
    order = world.order(buyer, seller=maker, **delivered(world.now - days(1)))
    buyer.say("i received the wrong item")
    buyer.say(STORY)
    shown = buyer.press("A refund")
    assert f"{maker['nickname']} looks at this first" in shown.text
    assert "does not state" in shown.text
    buyer.press("Yes, send it")
    (case,) = about(world, "cases", order)
    assert (case["owner"], case["issue"]) == ("seller", "wrong_item")


def test_a_seller_who_cannot_be_reached_is_no_dead_end(world):
    buyer = world.buyer(S0)
    nobody = seller(email_valid=False)
    order = world.order(buyer, seller=nobody, **delivered(world.now - days(1)))
    told = buyer.say(f"order {order.number} arrived damaged")
    assert "That shouldn't happen" in told.text
    assert told.buttons
    assert not left(world, order)


def test_the_same_problem_told_again_leads_to_its_case(world):
    buyer = world.buyer(S0)
    order = world.order(buyer, **delivered(world.now - days(1)))
    buyer.say(f"order {order.number} arrived damaged")
    buyer.say("The heel of the left shoe came off at once.")
    buyer.press("A refund")
    buyer.press("Yes, send it")
    (case,) = about(world, "cases", order)
    told = buyer.say(f"order {order.number} arrived damaged")
    assert case["number"] in told.text
    assert len(about(world, "cases", order)) == 1


def test_a_problem_can_be_left_at_any_question_and_nothing_is_sent(world):
    buyer = world.buyer(S0)
    order = world.order(buyer, **delivered(world.now - days(1)))
    for answers in ([], ["The heel of the left shoe came off."], ["The heel came off.", "refund"]):
        buyer.say(f"order {order.number} arrived damaged")
        for answer in answers:
            buyer.say(answer)
        assert "nothing was changed" in buyer.say("never mind").text.lower()
    assert is_untouched(world, order)


def test_another_wish_in_between_takes_over_and_comes_back_clean(world):
    buyer = world.buyer(S0)
    order = world.order(buyer, **delivered(world.now - days(1)))
    buyer.say(f"order {order.number} arrived damaged")
    buyer.say("The heel of the left shoe came off.")
    shown = buyer.say("actually cancel my order please")
    assert "decides about a return" in shown.text
    again = buyer.say(f"order {order.number} arrived damaged")
    assert "What happened?" in again.text
    assert is_untouched(world, order)


def test_nonsense_is_asked_again_explained_and_then_offered_a_person(world):
    buyer = world.buyer(S0)
    order = world.order(buyer, **delivered(world.now - days(1)))
    buyer.say(f"order {order.number} arrived damaged")
    buyer.say("The heel of the left shoe came off.")
    assert "didn't quite get that" in buyer.say("purple").text
    assert "What would you like best?" in buyer.say("qwertz").text
    offered = buyer.say("blub")
    assert "A person can look at it" in offered.text
    assert "case" in buyer.say("yes").text
    assert [case["type"] for case in about(world, "cases", order)] == ["ticket"]

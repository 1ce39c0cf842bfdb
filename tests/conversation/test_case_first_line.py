"""Who looks first and who may step in: the leader, then perhaps the platform, or never it."""

import re
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.conversation.desk import act, audited, case_of, case_row, cases, hears, thread
from tests.conversation.goods import on_its_way
from tests.conversation.letters import letters
from tests.conversation.records import about, is_untouched
from tests.conversation.stack import START
from tests.conversation.world import card, seller, shipped

DAY = timedelta(days=1)
STORY = "It was due yesterday and nothing has come so far."
STEPS_IN = re.compile(r"\b(?:interven|step(?:s|ping)? in)", re.I)


@pytest.fixture
def buyer(world):
    return world.buyer("group-buy")


@pytest.fixture
def leader():
    return seller(nickname="Mei Chen")


@pytest.fixture
def late(world, buyer, leader):
    """An order whose parcel is a little late: the leader looks first (R4.18)."""
    goods = on_its_way(world.now - 9 * DAY, world.now - DAY)
    order = world.order(buyer, **goods, seller=leader, leader_name="Mei Chen")
    buyer.say(f"my order {order.number} is late")
    shown = buyer.say(STORY)
    if "What would you like best?" in shown.text:
        buyer.press("No preference")
    buyer.press("Yes, pass it on")
    return order


def refund_request(world, buyer):
    """Ask for the refund of a paid order, which a person reviews."""
    order = world.order(buyer, payment=card(world.now - DAY))
    buyer.say(f"cancel {order.number}")
    return order, buyer.say("yes")


@pytest.mark.req("R4.16")
def test_requests_are_reviewed_on_business_days_and_no_date_is_promised(world, buyer):
    order = world.order(buyer, payment=card(world.now - DAY))
    shown = buyer.say(f"cancel {order.number}")
    assert "reviewed on business days" in shown.text
    told = buyer.say("yes").text
    (case,) = about(world, "cases", order)
    assert case["number"] in told
    assert not re.search(r"November|2026", told)
    assert case["ack_due_by"] is None
    promises = about(world, "promises", order)
    assert not [promise for promise in promises if promise["due_at"]]
    how_long = buyer.say("how long does a review take").text
    assert "reviewed on business days" in how_long
    assert "can't promise a date" in how_long
    assert not re.search(r"\d", how_long.splitlines()[0])


@pytest.mark.req("R4.17")
def test_more_can_be_asked_for_with_a_deadline_and_nothing_ends_in_silence(world, buyer):
    _, _ = refund_request(world, buyer)
    number = case_of(world, buyer)["number"]
    asked = "Which of the jars had no lid?"
    act(world, "mia", "request-info", number, "--text", asked, "--within", "3d")
    told = hears(buyer, "utter_told_case_asked").text
    assert asked in told
    assert "by November 23, 2026, 3:00 PM UTC" in told
    assert case_row(world, number)["state"] == "waiting_for_buyer"
    assert asked in buyer.say("what is happening with my case").text

    for _ in range(2):
        world.sweep(START + 3 * DAY)
    again = world.log(buyer)
    assert again.responses.count("utter_told_case_asked_again") == 1
    assert "by November 25, 2026, 3:00 PM UTC" in again.text
    assert [action for action, _ in audited(world, number)].count("case.buyer_reminded") == 1

    later = world.again(buyer)  # the first visit is over by now
    assert asked in later.say("here is the info you asked for").text
    done = later.say("The two big ones, the small one was fine.")
    assert f"your answer is in case {number}" in done.text
    entry = thread(world, number)[-1]
    assert (entry["role"], entry["text"]) == ("buyer", "The two big ones, the small one was fine.")
    row = case_row(world, number)
    assert (row["state"], row["info_due_by"]) == ("acknowledged", None)


def test_without_an_answer_the_case_goes_on_and_nothing_is_decided(world, buyer):
    refund_request(world, buyer)
    number = case_of(world, buyer)["number"]
    act(world, "mia", "request-info", number, "--text", "Which jars?")
    world.sweep(START + 3 * DAY)
    for _ in range(2):
        world.sweep(START + 5 * DAY)
    told = world.log(buyer)
    assert told.responses.count("utter_told_case_goes_on") == 1
    assert "Nothing was decided because of that" in told.text
    row = case_row(world, number)
    assert (row["state"], row["verdict"]) == ("acknowledged", None)


@pytest.mark.req("R4.19")
def test_the_platform_may_step_in_once_a_case_was_long_unresolved(world, buyer, late):
    (case,) = about(world, "cases", late)
    number, opened = case["number"], world.now
    assert (case["owner"], case["first_line_due_by"] is not None) == ("leader", True)
    early = buyer.say("can you step in and force them to refund me").text
    assert "may step in from November 27, 2026, 3:00 PM UTC" in early
    assert case_row(world, number)["owner"] == "leader"

    world.sweep(opened + 3 * DAY)
    assert "Mei Chen has not settled" in world.log(buyer).text
    world.sweep(opened + 7 * DAY - timedelta(seconds=1))
    assert "utter_told_case_may_step_in" not in world.log(buyer).responses
    for _ in range(2):
        world.sweep(opened + 7 * DAY)
    assert world.log(buyer).responses.count("utter_told_case_may_step_in") == 1
    assert "may step in now, if you like" in world.log(buyer).text

    later = world.again(buyer)  # the first visit is over by now
    shown = later.say("can you step in and force them to refund me")
    assert "may step in" in shown.text
    assert case_row(world, number)["stepped_in_at"] is None  # nothing before the yes
    done = later.say("yes")
    assert "may step in. I can't promise how it ends" in done.text
    row = case_row(world, number)
    assert (row["owner"], row["stepped_in_at"] is not None) == ("platform", True)
    assert "case.stepped_in" in [action for action, _ in audited(world, number)]


def test_the_leader_answers_on_a_page_and_the_answer_stands_in_the_case(
    world, buyer, late, leader
):
    world.sweep()  # lets the letter leave
    (letter,) = letters(world, leader["email"])
    link = re.findall(r"http\S+/l/\S+", letter.text)[0]
    assert late.number not in letter.text
    with urlopen(link) as page:
        assert b"Ada asks for your help" in page.read()
    number = case_of(world, buyer)["number"]
    assert len(thread(world, number)) == 1  # looking changed nothing
    body = urlencode({"answer": "The parcel is at the depot, it comes on Monday."}).encode()
    with urlopen(Request(link, body)) as page:
        assert b"Thank you" in page.read()
    told = hears(buyer, "utter_told_case_first_line_answer").text
    assert "Mei Chen has answered" in told
    assert "it comes on Monday" in told
    entry = thread(world, number)[-1]
    assert (entry["role"], entry["author"]) == ("leader", "leader:Mei Chen")
    with pytest.raises(HTTPError) as gone:
        urlopen(Request(link, urlencode({"answer": "No, Tuesday."}).encode()))
    assert gone.value.code == 410
    gone.value.close()


def test_a_leader_cannot_decide_the_case_of_their_own_group(world, buyer, late):
    number = case_of(world, buyer)["number"]
    words = ("--verdict", "declined", "--code", "not_shown")
    refused = cases(world, "decide", number, "--as", "mei chen", *words)
    assert refused.code == 1
    assert "[party_to_case]" in refused.err
    assert case_row(world, number)["verdict"] is None


def test_an_accepted_wish_for_money_back_cancels_and_tells_no_more_than_that(world, buyer):
    order, _ = refund_request(world, buyer)
    number = case_of(world, buyer)["number"]
    act(world, "mia", "decide", number, "--verdict", "accepted", "--code", "rules_cover_it")
    told = hears(buyer, "utter_told_case_accepted").text
    assert "is being cancelled. $42.00 goes back to Visa ending 4242 once the shop" in told
    assert "disagree" not in told  # this storefront has no review
    assert not about(world, "refunds", order)  # the shop has not confirmed it
    world.later(seconds=61)
    buyer.waits_for(lambda heard: "utter_told_refund_confirmed" in heard.responses)
    (refund,) = about(world, "refunds", order)
    assert (refund["amount_minor"], refund["kind"]) == (4200, "refund")
    again = cases(
        world, "decide", number, "--as", "noa", "--verdict", "accepted", "--code", "goodwill"
    )
    assert "[case_over]" in again.err
    assert len(about(world, "refunds", order)) == 1


@pytest.mark.req("R0.17")
@pytest.mark.parametrize(
    "said", ["open a dispute against the seller", "make the seller refund me", "please step in"]
)
def test_the_platform_never_takes_part_where_it_stays_out(world, said):
    buyer = world.buyer("seller-direct")
    order = world.order(buyer, **shipped(world.now - DAY), seller=seller(nickname="Larch"))
    buyer.say(f"status of {order.number}")
    told = buyer.say(said)
    assert "between you and Larch" in told.text
    assert not STEPS_IN.search(told.text)
    assert not [title for title in told.buttons if STEPS_IN.search(title)]
    assert "Write to the seller" in told.buttons  # the next useful step
    assert is_untouched(world, order)


def test_what_never_came_leads_to_the_one_exception_in_its_own_words(world):
    buyer = world.buyer("seller-direct")
    goods = on_its_way(world.now - 9 * DAY, world.now - 3 * DAY)
    order = world.order(buyer, **goods, seller=seller(nickname="Larch"))
    buyer.say(f"status of {order.number}")
    told = buyer.say("open a dispute")
    assert "Is there a reimbursement" in told.buttons
    assert not STEPS_IN.search(told.text)
    tried_first = buyer.press("Is there a reimbursement")
    assert "send this to Larch first" in tried_first.text


@pytest.mark.parametrize("storefront", ["supplier-consent", "status-gated"])
def test_a_storefront_without_a_rule_says_so(world, storefront):
    buyer = world.buyer(storefront)
    order = world.order(buyer)
    buyer.say(f"status of {order.number}")
    told = buyer.say("can you step in and force the seller").text
    assert "no stated rule" in told
    assert is_untouched(world, order)

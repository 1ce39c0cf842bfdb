"""S3: the life of a ticket, from its acknowledgement to the independent review."""

import json
from datetime import datetime, timedelta

import pytest

from tests.conversation.desk import act, audited, case_of, case_row, cases, hears, thread
from tests.photos import photo

STOREFRONT = "helpdesk"
REASON = "It broke on the very first day, as the photo shows."


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


@pytest.fixture
def ticket(world, buyer):
    """The number of a ticket about an order that a person shall cancel."""
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    return case_of(world, buyer)["number"]


def moment(text):
    return datetime.fromisoformat(text)


def decide(world, number, user="mia", verdict="declined", code="not_shown", *more):
    return act(world, user, "decide", number, "--verdict", verdict, "--code", code, *more)


def disagree(buyer):
    """Disagree with the only decision there is, with a reason, and say yes."""
    buyer.say("i want to appeal")
    shown = buyer.say(REASON)
    assert "different person" in shown.text
    return buyer.say("yes")


@pytest.mark.req("R3.5")
def test_a_ticket_is_acknowledged_in_time_or_nobody_can_overlook_it(world, buyer, ticket):
    shown = buyer.say("any news on my ticket")
    assert shown.responses == ["utter_case_status_open"]
    due = world.now + timedelta(hours=48)
    assert "It will be acknowledged by November 22, 2026, 3:00 PM UTC" in shown.text
    assert "how long the rest takes depends on the matter" in shown.text
    (promise,) = world.sql(
        "SELECT * FROM promises WHERE conversation_id = :c AND code = 'case_acknowledged'",
        c=buyer.client.conversation_id,
    )
    assert moment(promise["due_at"]).replace(tzinfo=due.tzinfo) == due
    assert promise["kept_at"] is None

    world.sweep(due - timedelta(seconds=1))
    assert ticket not in cases(world, "list", "--overdue").out
    for _ in range(2):
        world.sweep(due)
    assert ticket in cases(world, "list", "--overdue").out
    assert [action for action, _ in audited(world, ticket)].count("case.ack_overdue") == 1
    told = world.log(buyer).text
    assert "should have been acknowledged by November 22, 2026, 3:00 PM UTC, and was not" in told

    act(world, "mia", "acknowledge", ticket)
    assert "A person has seen your case" in world.log(buyer).text
    assert ticket not in cases(world, "list", "--overdue").out
    (kept,) = world.sql(
        "SELECT kept_at FROM promises WHERE promise_id = :p", p=promise["promise_id"]
    )
    assert kept["kept_at"] is not None
    later = world.again(buyer)  # the first visit is over by now
    assert "has been acknowledged" in later.say("what about my ticket").text


@pytest.mark.req("R3.7")
def test_known_delays_are_said_honestly(world):
    here = world.buyer(STOREFRONT)
    told = here.say("how long does an answer take").text
    assert "acknowledged 24 to 48 hours after" in told
    assert "complex cases take longer" in told
    assert "until January 6, 2027 everything may take longer than usual" in told
    assert "Australia" not in told
    far = world.buyer(STOREFRONT, timezone="Australia/Sydney")
    assert "For buyers in Australia" in far.say("how long does an answer take").text


@pytest.mark.req("R3.23")
def test_a_buyer_who_disagrees_can_ask_for_a_review(world, buyer, ticket):
    decide(world, ticket)
    told = hears(buyer, "utter_told_case_declined")
    assert "What is wrong could not be seen" in told.text
    assert f"ask me for a review of case {ticket} by a different person" in told.text

    asked = buyer.press("Have it looked at again")
    assert asked.responses == ["utter_ask_escalation_reason"]
    shown = buyer.say(REASON)
    assert shown.responses == ["utter_escalate_possible"]
    assert case_row(world, ticket)["state"] == "decided"  # nothing before the yes
    done = buyer.say("yes please")
    assert f"I've asked for an independent review of case {ticket}" in done.text
    row = case_row(world, ticket)
    assert (row["state"], row["escalation_reason"]) == ("escalated", REASON)
    assert thread(world, ticket)[-1]["text"] == REASON


@pytest.mark.req("R3.24")
def test_the_review_is_by_a_different_person(world, buyer, ticket):
    decide(world, ticket, "mia")
    done = disagree(buyer)
    assert "a different person looks at it, not the one who decided" in done.text
    for user in ("mia", "MIA "):
        words = ("--as", user, "--verdict", "accepted", "--code", "goodwill")
        refused = cases(world, "decide", ticket, *words)
        assert (refused.code, refused.out) == (1, "")
        assert "[review_not_independent]" in refused.err
    assert case_row(world, ticket)["state"] == "escalated"
    decide(world, ticket, "noa", "accepted", "goodwill")
    row = case_row(world, ticket)
    assert (row["decided_by"], row["reviewer"]) == ("mia", "noa")
    assert (row["verdict"], row["review_verdict"]) == ("declined", "accepted")


@pytest.mark.req("R3.25")
def test_the_outcome_of_the_review_comes_to_the_same_case(world, buyer, ticket):
    decide(world, ticket)
    disagree(buyer)
    assert "under independent review" in buyer.say("any news on my case").text
    decide(world, ticket, "noa", "accepted", "evidence_shows", "--text", "You were right.")
    told = hears(buyer, "utter_told_case_reviewed_accepted").text
    assert ticket in told
    assert "You were right." in told
    (row,) = world.sql(
        "SELECT number, conversation_id FROM cases WHERE conversation_id = :c",
        c=buyer.client.conversation_id,
    )
    assert row["number"] == ticket  # no second case
    assert [e["role"] for e in thread(world, ticket)][-3:] == ["platform", "buyer", "reviewer"]
    assert "was reviewed by a different person" in buyer.say(f"status of {ticket}").text
    # Once is all: there is no review of a review.
    assert "already reviews, or has reviewed" in buyer.say(f"i want to appeal {ticket}").text


@pytest.mark.req("R3.26")
def test_what_stands_in_a_case_is_confidential(world, buyer, ticket):
    page = "https://helpdesk.example/privacy"
    assert f"confidential: {page}" in world.log(buyer).text  # said when it was opened
    told = buyer.say("who reads this").text
    assert "confidential" in told
    assert page in told

    other = world.buyer(STOREFRONT, name="Bob")
    nobodys = other.say("status of case C-0000-0000").text
    assert other.say(f"status of case {ticket}").text == nobodys
    assert other.say(f"add to my case {ticket}: the buyer agrees").text == nobodys
    assert other.say(f"i disagree with the decision on {ticket}").text == nobodys
    stranger = world.buyer(STOREFRONT, signed_in=False)
    assert stranger.say(f"status of case {ticket}").text == nobodys
    assert len(thread(world, ticket)) == 1

    assert cases(world, "show", ticket, "--as", "mia").code == 0
    assert audited(world, ticket)[-1] == ("case.read", "agent:mia")


def test_a_case_opened_by_nobody_known_stays_where_it_was_opened(world):
    stranger = world.buyer(STOREFRONT, signed_in=False)
    stranger.say("open a ticket please")
    number = case_of(world, stranger)["number"]
    assert number in stranger.say("what is happening with my ticket").text
    other = world.buyer(STOREFRONT, signed_in=False)
    assert number not in other.say(f"status of case {number}").text


def test_of_several_cases_one_is_picked(world, buyer):
    for _ in range(2):
        order = world.order(buyer)
        buyer.say(f"cancel {order.number}")
        buyer.say("yes")
    shown = buyer.say("what is happening with my ticket")
    assert shown.responses == ["utter_which_case"]
    numbers = [
        row["number"]
        for row in world.sql(
            "SELECT number FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
        )
    ]
    assert sorted(title[:11] for title in shown.buttons) == sorted(numbers)
    assert f"Case {numbers[0]} is open" in buyer.press(numbers[0]).text


def test_the_answer_to_a_question_lands_in_the_case_without_more_ado(world, buyer, ticket):
    asked = "Which serial number stands on the back?"
    act(world, "mia", "request-info", ticket, "--text", asked, "--within", "2d")
    assert asked in hears(buyer, "utter_told_case_asked").text
    said = buyer.say("kx 99120 b is what stands there")
    assert said.responses == ["utter_case_added_answer"]
    entry = thread(world, ticket)[-1]
    assert (entry["role"], entry["text"]) == ("buyer", "kx 99120 b is what stands there")
    # Only the next message is the answer: this one is a wish.
    assert "utter_case_added_answer" not in buyer.say("where is my parcel").responses


def test_a_wish_right_after_the_question_is_no_answer(world, buyer, ticket):
    act(world, "mia", "request-info", ticket, "--text", "Which size?")
    hears(buyer, "utter_told_case_asked")
    buyer.say("show my orders")
    assert case_row(world, ticket)["state"] == "waiting_for_buyer"


def test_a_photo_sent_as_the_answer_belongs_to_the_case(world, buyer, ticket):
    act(world, "mia", "request-info", ticket, "--text", "Can you send a photo?")
    hears(buyer, "utter_told_case_asked")
    buyer.press("Answer")
    told = buyer.send_photo(photo(), text="here is the photo")
    assert told.responses == ["utter_case_added_answer"]
    rows = world.sql("SELECT * FROM attachments WHERE case_number = :n", n=ticket)
    assert len(rows) == 1
    assert rows[0]["attachment_id"] in cases(world, "show", ticket).out


@pytest.mark.parametrize("command", ["acknowledge", "request-info", "decide", "escalate"])
def test_a_number_that_nobody_has_is_refused(world, command):
    more = {
        "request-info": ["--text", "?"],
        "escalate": ["--text", "?"],
        "decide": ["--verdict", "accepted", "--code", "goodwill"],
    }
    ran = cases(world, command, "C-0000-0000", "--as", "mia", *more.get(command, []))
    assert ran.code == 1
    assert "[not_found]" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["decide", "C-1", "--verdict", "accepted", "--code", "goodwill"],  # by whom?
        ["decide", "C-1", "--as", "mia", "--verdict", "maybe", "--code", "goodwill"],
        ["decide", "C-1", "--as", "mia", "--verdict", "accepted", "--code", "because"],
        ["decide", "C-1", "--as", "mia", "--verdict", "accepted", "--code", "own_words"],
        ["request-info", "C-1", "--as", "mia", "--text", "?", "--within", "soon"],
        ["request-info", "C-1", "--as", "mia"],
    ],
)
def test_wrong_usage_exits_with_two(world, words):
    assert cases(world, *words).code == 2


def test_a_case_is_listed_and_shown_for_programs_too(world, ticket):
    (row,) = [
        json.loads(line)
        for line in cases(world, "list", "--storefront", STOREFRONT, "--json").out.splitlines()
        if json.loads(line)["number"] == ticket
    ]
    assert row["state"] == "open"
    shown = json.loads(cases(world, "show", ticket, "--json").out)
    assert shown["entries"][0]["role"] == "buyer"
    assert shown["attachments"] == []

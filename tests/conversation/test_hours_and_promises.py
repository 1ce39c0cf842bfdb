"""When people are there, the queue, ratings, and what was promised."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from aftersale.domain.articles import Presence
from aftersale.domain.cases import CaseState, CaseVerdict
from aftersale.domain.requests import AuditEntry
from tests.conversation.records import about, promised
from tests.conversation.stack import START

SATURDAY = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
THANKSGIVING = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


def cases_of(world, buyer):
    return world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )


def handoffs_of(world, buyer):
    return world.sql(
        "SELECT * FROM handoffs WHERE conversation_id = :c", c=buyer.client.conversation_id
    )


def owner(world, buyer):
    (row,) = world.sql(
        "SELECT owner FROM conversations WHERE conversation_id = :c",
        c=buyer.client.conversation_id,
    )
    return row["owner"]


def ratings(world, buyer):
    return world.sql(
        "SELECT * FROM ratings WHERE conversation_id = :c ORDER BY asked_at",
        c=buyer.client.conversation_id,
    )


def metric(world, name):
    with urlopen(f"{world.plan.address}/metrics") as page:
        lines = page.read().decode().splitlines()
    values = [float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)]
    return sum(values)


@pytest.fixture
def ann(world):
    """An agent who is there for the rest of the day."""
    with world.uow() as uow:
        uow.agents.arrive(Presence("ann", "helpdesk", world.now, world.now + timedelta(hours=5)))
        uow.commit()
    yield
    with world.uow() as uow:
        uow.agents.leave("ann", START - timedelta(hours=1))
        uow.commit()


@pytest.mark.req("R3.2")
def test_live_chat_tells_until_when_it_is_open_and_when_it_opens(world, ann):
    buyer = world.buyer("helpdesk", timezone="Europe/Berlin")
    told = buyer.say("is live chat open now")
    assert "open until November 21, 2026, 12:00 AM" in told.text  # 18:00 in New York
    assert "somebody is there" in told.text
    world.at(SATURDAY)
    buyer = world.buyer("helpdesk", timezone="Europe/Berlin")
    told = buyer.say("is live chat open now").text
    assert "closed now" in told
    assert "opens November 23, 2026, 3:00 PM" in told  # Monday, 9:00 in New York
    world.at(THANKSGIVING)
    buyer = world.buyer("helpdesk", timezone="Europe/Berlin")
    assert "opens November 27, 2026" in buyer.say("are you open today").text
    assert not cases_of(world, buyer)


def test_open_hours_without_anybody_there_are_told_honestly(world):
    told = world.buyer("helpdesk").say("is live chat open now").text
    assert "nobody can join at this moment" in told
    assert "case" in told


@pytest.mark.parametrize("storefront", ["seller-direct", "status-gated", "group-buy"])
def test_where_no_hours_are_published_none_are_named(storefront, world):
    told = world.buyer(storefront).say("what are your opening hours").text
    assert "publishes no hours" in told
    assert "9:00" not in told


@pytest.mark.req("R3.6")
def test_who_wants_a_person_gets_a_place_in_the_queue_or_a_numbered_case(world, ann):
    places = []
    for _ in range(2):
        buyer = world.buyer("helpdesk")
        told = buyer.say("i want to talk to a person")
        assert told.responses == ["utter_person_queue"]
        (waits,) = handoffs_of(world, buyer)
        assert (waits["state"], waits["reason"]) == ("waiting", "asked")
        assert owner(world, buyer) == "queued"
        world.later(seconds=5)
        places.append(int(told.text.partition("place in the queue is ")[2].partition(".")[0]))
    assert places[1] == places[0] + 1
    world.at(SATURDAY)
    late = world.buyer("helpdesk")
    told = late.say("i want to talk to a person").text
    assert "Live chat is closed now" in told
    assert "It opens again November 23, 2026, 2:00 PM UTC" in told
    assert cases_of(world, late)[0]["type"] == "person_wanted"
    assert handoffs_of(world, late)[0]["state"] == "missed"
    assert owner(world, late) == "bot"


def test_nobody_there_in_open_hours_means_a_numbered_case(world):
    buyer = world.buyer("helpdesk")
    told = buyer.say("i want to talk to a person").text
    assert "Nobody can join this chat right now" in told
    assert cases_of(world, buyer)[0]["number"] in told
    assert handoffs_of(world, buyer)[0]["state"] == "missed"


@pytest.mark.req("R3.4")
def test_an_article_answers_at_once_and_its_time_is_measured(world):
    name = 'aftersale_answer_seconds_count{kind="article"}'
    before = metric(world, name)
    buyer = world.buyer("helpdesk")
    told = buyer.say("how does tracking work")
    assert told.responses == ["utter_article"]  # one turn, one call of the engine, no person
    assert metric(world, name) == before + 1
    turns = world.sql(
        "SELECT state, fence FROM turns WHERE conversation_id = :c",
        c=buyer.client.conversation_id,
    )
    assert [(row["state"], row["fence"]) for row in turns] == [("done", 1)]
    assert not cases_of(world, buyer)
    slow = metric(world, 'aftersale_answer_seconds_sum{kind="article"}')
    assert slow / metric(world, name) < 5


@pytest.mark.req("R3.29")
def test_one_short_rating_is_asked_for_once_and_may_be_skipped(world):
    buyer = world.buyer("helpdesk")
    buyer.say("how does tracking work")
    told = buyer.press("Yes")
    assert "1 to 5 stars" in told.text
    assert list(told.buttons) == ["1", "2", "3", "4", "5", "Skip"]
    buyer.press("Skip")
    (row,) = ratings(world, buyer)
    assert (row["subject_kind"], row["stars"]) == ("bot", None)
    assert row["skipped_at"]
    buyer.say("how do returns work here")
    assert buyer.press("Yes").responses == ["utter_solved"]  # never asked again
    assert len(ratings(world, buyer)) == 1


def decide(world, number):
    with world.uow() as uow:
        case = uow.cases.get(number)
        changed = {"state": CaseState.DECIDED, "verdict": CaseVerdict.ACCEPTED}
        decided = {"decided_by": "agent:ann", "decided_at": world.now}
        audit = AuditEntry(world.now, "agent:ann", "case.decided", f"case:{number}")
        uow.cases.save(replace(case, **changed, **decided), audit=audit)
        uow.commit()


@pytest.mark.req("R3.29")
def test_a_settled_case_is_rated_apart_from_the_bot(world):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    (case,) = about(world, "cases", order)
    decide(world, case["number"])
    world.sweep()
    heard = buyer.waits_for(lambda h: "utter_told_rate_case" in h.responses)
    assert case["number"] in heard.text
    world.sweep()
    buyer.press("4")
    buyer.say("quick and friendly")
    (row,) = ratings(world, buyer)
    kept = (row["subject_kind"], row["subject"], row["stars"], row["comment"])
    assert kept == ("case", case["number"], 4, "quick and friendly")


@pytest.mark.req("R3.30")
def test_a_rating_is_linked_to_conversation_intent_article_and_decision(world):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("no")
    buyer.say("how does tracking work")
    buyer.say("yes that helped")
    assert "few words" in buyer.say("5").text
    assert "Thank you" in buyer.say("clear steps").text
    (row,) = ratings(world, buyer)
    assert (row["stars"], row["comment"], row["intent"]) == (5, "clear steps", "how_to")
    assert row["article_id"] == "tracking-a-parcel"
    decisions = about(world, "decisions", order)
    assert row["decision_id"] in {one["decision_id"] for one in decisions}
    logged = world.sql(
        "SELECT body FROM events WHERE conversation_id = :c AND type = 'csat'",
        c=buyer.client.conversation_id,
    )
    assert [json.loads(one["body"]) for one in logged] == [{"subject": "bot", "stars": 5}]


def test_another_topic_ends_the_question_for_a_rating_without_a_word(world):
    buyer = world.buyer("helpdesk")
    buyer.say("how does tracking work")
    buyer.press("Yes")
    told = buyer.say("how do returns work here")
    assert told.responses == ["utter_article"]
    assert ratings(world, buyer)[0]["stars"] is None


def test_stars_may_be_given_unasked_and_by_the_api(world):
    buyer = world.buyer("helpdesk")
    assert "few words" in buyer.say("4 out of 5 stars").text
    buyer.press("Skip")
    (row,) = ratings(world, buyer)
    assert (row["stars"], row["comment"]) == (4, None)
    sent = rate(world, buyer, {"stars": 2, "comment": "too slow"})
    assert sent == {"stars": 2, "subject": "bot"}
    (row,) = ratings(world, buyer)
    assert (row["stars"], row["comment"]) == (2, "too slow")


@pytest.mark.parametrize("body", [{"stars": 0}, {"stars": "5"}, {"stars": 5, "subject": "me"}, {}])
def test_a_rating_of_another_shape_is_refused(body, world):
    buyer = world.buyer("helpdesk")
    with pytest.raises(HTTPError) as refused:
        rate(world, buyer, body)
    assert refused.value.code == 400
    refused.value.close()
    assert ratings(world, buyer) == []


def rate(world, buyer, body):
    address = f"{world.plan.address}/api/v1/conversations/{buyer.client.conversation_id}/rating"
    headers = {
        "Authorization": f"Bearer {buyer.client.token}",
        "Content-Type": "application/json",
    }
    with urlopen(Request(address, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


def test_what_was_promised_is_told_with_its_date_and_how_it_stands(world):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    assert promised(world, order) == ["case_acknowledged"]
    told = buyer.say("what did you promise me").text
    assert f"Order {order.number}: your case is acknowledged by November 22, 2026" in told
    assert "still open" in told
    world.later(hours=72)
    stranger = world.buyer("helpdesk")
    assert "no promise" in stranger.say("what did you promise me").text
    back = world.again(buyer)
    assert "overdue" in back.say("what did you promise me").text


def test_an_overdue_promise_is_told_to_operators_once(world):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.sweep(world.now + timedelta(hours=72))
    (row,) = about(world, "promises", order)
    assert row["breached_at"]
    world.sweep(world.now + timedelta(hours=1))
    assert about(world, "promises", order) == [row]


def test_a_bare_number_answers_the_question_about_a_settled_case(world):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    (case,) = about(world, "cases", order)
    decide(world, case["number"])
    world.sweep()
    buyer.waits_for(lambda h: "utter_told_rate_case" in h.responses)
    buyer.say("5")
    (row,) = ratings(world, buyer)
    assert (row["subject_kind"], row["stars"]) == ("case", 5)

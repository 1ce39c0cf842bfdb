"""The facts of the numbers, on both databases, and that reading them blocks nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.articles import ArticleSearch, Rating, RatingSubject
from aftersale.domain.conversations import Answered, Author, EventType
from aftersale.domain.handoffs import HandoffState
from aftersale.domain.measures import Line
from aftersale.domain.requests import CommandKind, CommandState, Promise
from aftersale.services.ports_measures import Asked, Decided, Due, Reached, Span, Talk
from aftersale.store.measures import make_open_measures
from aftersale.store.tables import DecisionRow
from tests.integration.store.test_handoffs import a_handoff
from tests.integration.store.things import (
    BUYER,
    NOW,
    SHOP,
    a_command,
    a_conversation,
    a_turn,
    fill,
)

HOUR = timedelta(hours=1)
SPAN = Span(NOW, NOW + HOUR, (SHOP,))
IN, BEFORE, AFTER = NOW, NOW - timedelta(microseconds=1), NOW + HOUR


@pytest.fixture
def opened(engine):
    return make_open_measures(engine)


@pytest.fixture(autouse=True)
def talks(uow_factory):
    theirs = a_conversation("c1", buyer_id=BUYER.buyer_id, created_at=NOW)
    guest = a_conversation("c2", guest_order="G1", created_at=NOW)
    unknown = a_conversation("c3", created_at=NOW)
    old = a_conversation("c4", created_at=BEFORE)
    other = a_conversation("c5", storefront="helpdesk", created_at=NOW)
    fill(uow_factory, conversations=[theirs, guest, unknown, old, other])


@pytest.fixture
def write(uow_factory):
    def written(work):
        with uow_factory() as uow:
            work(uow)
            uow.commit()

    return written


def read(opened, what, span=SPAN):
    with opened() as store:
        return getattr(store, what)(span)


def test_everything_of_one_buyer_has_the_same_name(opened):
    assert read(opened, "talks") == {
        "c1": Talk(SHOP, BUYER.buyer_id),
        "c2": Talk(SHOP, f"guest:{SHOP}/G1"),
        "c3": Talk(SHOP, "c3"),
    }


def answered_turn(uow, name, at, **more):
    uow.conversations.add_turn(a_turn(name, "c1", created_at=at, **more))
    uow.conversations.claim_turn(at, lease=30, conversation_id="c1")
    back = Answered(at + HOUR, "order_status", 0.5, ("utter_status", "utter_thank"))
    uow.conversations.finish_turn(name, 1, answered=back)


def test_turns_of_the_time_come_in_their_order(opened, write):
    def work(uow):
        answered_turn(uow, "t0", BEFORE, seq=1)
        answered_turn(uow, "t1", IN, seq=2)
        uow.conversations.add_turn(a_turn("t2", "c1", seq=3, created_at=AFTER))

    write(work)
    said = "utter_status utter_thank"
    assert read(opened, "lines") == [
        Line("c1", 2, IN, False, "order_status", 0.5, said, IN + HOUR, False)
    ]


def test_a_turn_that_failed_says_so(opened, write):
    def work(uow):
        uow.conversations.add_turn(a_turn("t1", "c1", seq=1, created_at=IN))
        uow.conversations.claim_turn(IN, lease=30)
        uow.conversations.finish_turn("t1", 1, failed=True)

    write(work)
    assert [line.failed for line in read(opened, "lines")] == [True]


def test_with_a_person_the_messages_count_that_owe_no_turn(opened, write):
    def say(uow, name, author, at, type=EventType.MESSAGE):
        uow.conversations.append(name, type=type, author=author, at=at, body={})

    def work(uow):
        say(uow, "c1", Author.BUYER, IN)
        uow.conversations.add_turn(a_turn("t1", "c1", seq=1, created_at=IN))
        for author in (Author.BOT, Author.AGENT, Author.BUYER, Author.SELLER):
            say(uow, "c1", author, IN)
        say(uow, "c1", Author.AGENT, IN, EventType.TYPING)
        say(uow, "c1", Author.AGENT, AFTER)
        say(uow, "c3", Author.BUYER, IN)  # no person was ever wanted there
        uow.handoffs.add(a_handoff(asked_at=IN))

    write(work)
    found = read(opened, "lines")
    assert [(line.seq, line.is_agent) for line in found] == [(1, False), (3, True), (4, False)]


@pytest.mark.parametrize(
    ("more", "there"),
    [
        ({"asked_at": IN}, True),
        ({"asked_at": AFTER}, False),
        ({"asked_at": BEFORE}, True),  # still waits
        ({"asked_at": BEFORE, "state": HandoffState.MISSED}, False),
        ({"asked_at": BEFORE, "state": HandoffState.ENDED, "ended_at": BEFORE}, False),
        ({"asked_at": BEFORE, "state": HandoffState.ENDED, "ended_at": IN}, True),
        ({"asked_at": IN, "storefront": "helpdesk"}, False),
    ],
)
def test_handoffs_that_were_open_in_the_time(opened, write, more, there):
    write(lambda uow: uow.handoffs.add(a_handoff(**more)))
    assert bool(read(opened, "handoffs")) is there


def test_what_was_carried_out_and_what_helped(opened, write):
    def work(uow):
        for name, state, at in (
            ("k1", CommandState.DONE, IN),
            ("k2", CommandState.UNDONE, IN),
            ("k3", CommandState.DONE, AFTER),
        ):
            command = a_command(name, conversation_id="c1", kind=CommandKind.CANCEL)
            uow.commands.add(command)
            done = replace(command, state=CommandState.DONE, done_at=at, result={})
            assert uow.commands.move(done)
            if state is CommandState.UNDONE:
                assert uow.commands.move(replace(done, state=state))
        for name, helpful in (("s1", True), ("s2", False), ("s3", None)):
            searched = ArticleSearch(
                name, IN, SHOP, "c2", name, "words", "how_to", "article", 1.0,
                helpful=helpful, answered_at=IN,
            )  # fmt: skip
            uow.articles.log(searched)

    write(work)
    found = read(opened, "reached")
    assert found == [Reached("c1", IN, CommandKind.CANCEL), Reached("c2", IN)]


def test_ratings_promises_and_decisions_of_the_time(opened, write, engine):
    def work(uow):
        for name, at in (("r1", IN), ("r2", BEFORE)):
            uow.feedback.ask(Rating(name, SHOP, RatingSubject.BOT, name, "c1", at, stars=4))
        for name, due in (("p1", IN), ("p2", AFTER), ("p3", None)):
            uow.ledger.promise(Promise(name, "c1", SHOP, None, "case_ack", due, BEFORE))

    write(work)
    with engine.begin() as connection:
        for number, at in enumerate((IN, IN, BEFORE)):
            row = {
                "decision_id": str(number), "at": at, "storefront": SHOP, "outcome": "refuse",
                "reason_code": "shipped", "policy_version": "1", "request": {}, "decision": {},
            }  # fmt: skip
            connection.execute(DecisionRow.__table__.insert().values(**row))
    assert read(opened, "ratings") == [Asked(SHOP, IN, RatingSubject.BOT, 4)]
    assert read(opened, "promises") == [Due(SHOP, IN, "case_ack", None)]
    assert read(opened, "decisions") == [Decided(SHOP, "refuse", "shipped", 2)]


def test_reading_neither_waits_for_a_writer_nor_holds_one_up(opened, uow_factory):
    with uow_factory() as uow:
        uow.handoffs.add(a_handoff(asked_at=IN))
        with opened() as store:
            assert store.handoffs(SPAN) == []  # not committed yet
            uow.commit()
            assert store.handoffs(SPAN) == []  # and the moment stays the same
    assert len(read(opened, "handoffs")) == 1

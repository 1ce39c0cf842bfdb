"""The desk's lists on both databases: who sees what, in which order, found by which words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from aftersale.domain.cases import CaseState
from aftersale.domain.conversations import Author, Closed, EventType, Owner
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.services.ports_inbox import Filters, Scope, View
from tests.integration.store.things import (
    BUYER,
    NOW,
    SHOP,
    a_case,
    a_conversation,
    a_promise,
    an_audit,
    an_entry,
    an_order,
    fill,
)

MINUTE = timedelta(minutes=1)
ANN = Scope("ann", ())
HERE, ELSEWHERE = Scope("ann", (SHOP,)), Scope("ann", ("group-buy",))
ALL = Filters()


def a_handoff(conversation_id, **more):
    values = {
        "handoff_id": f"h-{conversation_id}",
        "conversation_id": conversation_id,
        "storefront": SHOP,
        "reason": HandoffReason.ASKED,
        "state": HandoffState.WAITING,
        "asked_at": NOW,
        "language": "en",
        "channel": "chat",
    }
    return Handoff(**values | more)


def say(uow, conversation_id, words, *, author=Author.BUYER, at=NOW):
    return uow.conversations.append(
        conversation_id, type=EventType.MESSAGE, author=author, at=at, body={"text": words}
    ).seq


@pytest.fixture(autouse=True)
def filled(uow_factory):
    """c1 waits, c2 waits longer, c3 talks with ann, c4 is the bot's, c5 is over, c6 elsewhere."""
    owners = {"c1": Owner.QUEUED, "c2": Owner.QUEUED, "c3": Owner.HUMAN, "c4": Owner.BOT}
    own = [a_conversation(name, owner=owner) for name, owner in owners.items()]
    over = a_conversation("c5", closed_at=NOW, closed_as=Closed.ENDED)
    far = a_conversation("c6", storefront="group-buy", owner=Owner.QUEUED)
    own[2] = replace(own[2], buyer_id=BUYER.buyer_id)
    fill(uow_factory, conversations=[*own, over, far])
    with uow_factory() as uow:
        for minute, name in enumerate(("c1", "c2", "c3", "c4", "c5", "c6")):
            say(uow, name, f"words of {name}", at=NOW + minute * MINUTE)
        uow.handoffs.add(a_handoff("c1"))
        uow.handoffs.add(a_handoff("c2", asked_at=NOW - MINUTE, reason=HandoffReason.ANGER))
        claimed = {"state": HandoffState.CLAIMED, "agent": "ann", "language": "de"}
        uow.handoffs.add(a_handoff("c3", order_number="SC-20261101-01", **claimed))
        uow.handoffs.add(a_handoff("c6", storefront="group-buy"))
        uow.commit()


def ids(uow, view, filters=ALL, scope=HERE, **more):
    rows = uow.inbox.page(scope, view, filters, NOW, **more)
    return [row.conversation.conversation_id for row in rows]


def test_each_list_holds_its_own_in_its_order(uow_factory):
    with uow_factory() as uow:
        assert ids(uow, View.QUEUE) == ["c2", "c1"]
        assert ids(uow, View.MINE) == ["c3"]
        assert ids(uow, View.MINE, scope=Scope("bob", ())) == []
        assert ids(uow, View.ALL) == ["c4", "c3", "c2", "c1"]
        assert ids(uow, View.ALL, scope=ANN) == ["c6", "c4", "c3", "c2", "c1"]
        assert ids(uow, View.ALL, scope=ELSEWHERE) == ["c6"]
        assert ids(uow, View.QUEUE, scope=ELSEWHERE) == ["c6"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(reason=HandoffReason.ANGER), ["c2"]),
        (Filters(language="de"), ["c3"]),
        (Filters(language="en"), ["c4", "c2", "c1"]),
        (Filters(channel="mail"), []),
        (Filters(storefront=SHOP), ["c4", "c3", "c2", "c1"]),
        (Filters(storefront="group-buy"), []),
    ],
)
def test_lists_are_narrowed(uow_factory, filters, found):
    with uow_factory() as uow:
        assert ids(uow, View.ALL, filters) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("words of c4", ["c4"]),
        ("WORDS", ["c5", "c4", "c3", "c2", "c1"]),
        ("of", []),
        ("100%", []),
        ("SC-20261101-01", ["c3"]),
        ("sc 20261101 01", ["c3"]),
        ("alex", ["c3"]),
        ("buyer1@EXAMPLE", ["c3"]),
        ("C-0000-0001", ["c2"]),
        ("%", []),
        ("nothing at all", []),
    ],
)
def test_words_find_numbers_names_and_what_was_said(uow_factory, words, found):
    with uow_factory() as uow:
        uow.orders.upsert_from_shop(an_order(), audit=an_audit())
        case = a_case(conversation_id="c2")
        uow.cases.add(case, an_entry(), audit=an_audit())
        assert ids(uow, View.ALL, Filters(words=words)) == found
        assert ids(uow, View.ALL, Filters(words=words), scope=Scope("eva", ("other",))) == []


def test_pages_follow_each_other_without_gap_or_repetition(uow_factory):
    with uow_factory() as uow:
        for view in (View.ALL, View.QUEUE):
            whole, pages, after = ids(uow, view), [], None
            while page := uow.inbox.page(HERE, view, ALL, NOW, after=after, limit=1):
                pages += [row.conversation.conversation_id for row in page]
                after = page[-1].place
            assert pages == whole


def test_what_sleeps_comes_last_until_its_time(uow_factory):
    with uow_factory() as uow:
        sleeping = a_handoff("c2", asked_at=NOW - MINUTE, snoozed_until=NOW + MINUTE)
        uow.handoffs.save(sleeping)
        assert ids(uow, View.QUEUE) == ["c1", "c2"]
        first = uow.inbox.page(HERE, View.QUEUE, ALL, NOW, limit=1)
        assert ids(uow, View.QUEUE, after=first[0].place) == ["c2"]
        assert uow.inbox.counts(HERE, NOW).queue == 1
        later = uow.inbox.page(HERE, View.QUEUE, ALL, NOW + MINUTE)
        assert [row.conversation.conversation_id for row in later] == ["c2", "c1"]


def test_a_line_says_who_asks_what_was_said_last_and_what_is_promised(uow_factory):
    with uow_factory() as uow:
        say(uow, "c3", "are you there?")
        say(uow, "c3", "yes", author=Author.AGENT)
        uow.ledger.promise(a_promise("p1", conversation_id="c3", due_at=NOW + 2 * MINUTE))
        uow.ledger.promise(a_promise("p2", conversation_id="c3", due_at=NOW + MINUTE))
        uow.ledger.promise(a_promise("p3", conversation_id="c3", due_at=NOW, kept_at=NOW))
        (row,) = uow.inbox.page(HERE, View.MINE, ALL, NOW)
        assert (row.buyer_name, row.unread, row.promise_due_at) == ("Alex", 2, NOW + MINUTE)
        assert row.last.body == {"text": "yes"}
        assert row.handoff == uow.handoffs.open_of("c3")
        uow.notes.read("ann", "c3", 1, at=NOW)
        uow.notes.read("bob", "c3", 3, at=NOW)
        (row,) = uow.inbox.page(HERE, View.MINE, ALL, NOW)
        assert row.unread == 1
        assert uow.inbox.read_up_to("c3") == (0, 3)


def test_open_cases_come_by_what_is_due_first(uow_factory):
    with uow_factory() as uow:
        due = {
            "C-1": {},
            "C-2": {"ack_due_by": NOW + MINUTE},
            "C-3": {"ack_due_by": NOW - MINUTE, "ack_at": NOW, "first_line_due_by": NOW},
            "C-4": {"info_due_by": NOW - 2 * MINUTE, "state": CaseState.CLOSED},
            "C-5": {"info_due_by": NOW - MINUTE, "buyer_id": BUYER.buyer_id},
            "C-6": {"storefront": "group-buy"},
        }
        for number, more in due.items():
            case = a_case(number, **{"idempotency_key": None, "ack_due_by": None} | more)
            uow.cases.add(case, an_entry(number), audit=an_audit())
        lines = uow.inbox.cases(HERE, ALL)
        assert [(line.case.number, line.due_at) for line in lines] == [
            ("C-5", NOW - MINUTE),
            ("C-3", NOW),
            ("C-2", NOW + MINUTE),
            ("C-1", None),
        ]
        assert lines[0].buyer_name == "Alex"
        assert [each.case.number for each in uow.inbox.cases(HERE, ALL, offset=3)] == ["C-1"]
        counts = uow.inbox.counts(HERE, NOW)
        assert (counts.cases, counts.overdue) == (4, 2)
        assert (counts.queue, counts.mine, counts.all) == (2, 1, 4)
        assert uow.inbox.counts(ELSEWHERE, NOW).all == 1


def test_the_log_is_read_backwards_too(uow_factory):
    with uow_factory() as uow:
        for number in range(2, 6):
            say(uow, "c1", f"word {number}")
        assert [e.seq for e in uow.inbox.events_before("c1", None, limit=2)] == [4, 5]
        assert [e.seq for e in uow.inbox.events_before("c1", 4, limit=2)] == [2, 3]
        uow.conversations.append("c2", type=EventType.TYPING, author=Author.BUYER, at=NOW, body={})
        heads = uow.inbox.heads(["c1", "c2", "nobody"])
        assert {own: (head.last_seq, head.type) for own, head in heads.items()} == {
            "c1": (5, EventType.MESSAGE),
            "c2": (2, EventType.TYPING),
        }
        assert heads["c1"].storefront == SHOP


def test_a_page_costs_few_statements_however_long_the_list(engine, uow_factory):
    said = []
    with uow_factory() as uow:
        event.listen(engine, "before_cursor_execute", lambda *about: said.append(about[2]))
        uow.inbox.page(HERE, View.ALL, ALL, NOW)
        assert len(said) == 4  # the rows, the newest messages, what is unread, what is promised
        said.clear()
        uow.inbox.counts(HERE, NOW)
        assert len(said) == 2


def test_a_line_of_the_queue_shows_the_words_of_whoever_waits(uow_factory):
    with uow_factory() as uow:
        say(uow, "c1", "you are next", author=Author.BOT)
        say(uow, "c3", "somebody joined", author=Author.SYSTEM)
        last = {
            row.conversation.conversation_id: row.last.body["text"]
            for row in uow.inbox.page(HERE, View.ALL, ALL, NOW)
        }
        assert (last["c1"], last["c3"]) == ("words of c1", "words of c3")

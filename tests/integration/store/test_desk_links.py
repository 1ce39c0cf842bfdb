"""What is kept about an outside desk, on both databases: once each, in order, one at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.handoffs import HandoffState
from aftersale.domain.requests import OutboxKind
from aftersale.services.ports_desks import (
    DeskLink,
    DeskMessage,
    DeskStatus,
    LinkState,
    TakenEvent,
)
from tests.integration.store.test_handoffs import a_handoff
from tests.integration.store.things import NOW, a_conversation, an_effect, fill

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def filled(uow_factory):
    fill(uow_factory, conversations=[a_conversation("c1"), a_conversation("c2")])
    with uow_factory() as uow:
        uow.handoffs.add(a_handoff("h1", "c1"))
        uow.handoffs.add(a_handoff("h2", "c2", asked_at=NOW + SECOND))
        uow.commit()


def a_link(name="h1", conversation_id="c1", **more):
    return DeskLink(name, conversation_id, LinkState.OPENING, NOW, **more)


def say(uow, conversation_id="c1"):
    said = {"type": EventType.MESSAGE, "author": Author.BUYER, "at": NOW, "body": {"text": "x"}}
    return uow.conversations.append(conversation_id, **said).seq


def test_a_handoff_is_linked_once(uow_factory):
    with uow_factory() as uow:
        assert uow.desk_links.unlinked(since=NOW, limit=9) == ["h1", "h2"]
        assert uow.desk_links.unlinked(since=NOW + SECOND, limit=9) == ["h2"]
        assert uow.desk_links.add(a_link())
        assert not uow.desk_links.add(a_link(ref="9"))
        assert uow.desk_links.unlinked(since=NOW, limit=9) == ["h2"]
        uow.handoffs.save(a_handoff("h2", "c2", state=HandoffState.CLAIMED, agent="mira"))
        assert uow.desk_links.unlinked(since=NOW, limit=9) == []  # somebody here has it
        assert uow.desk_links.get("h1") == a_link()
        assert uow.desk_links.get("h2") is None


def test_everything_written_is_read_again(uow_factory):
    full = a_link(
        ref="4",
        source="aftersale:h1",
        noted_seq=3,
        sent_seq=2,
        sent_message=1200,
        seen_message=1199,
        looked_at=NOW,
        status=DeskStatus.SNOOZED,
        agent_ref="11",
        agent_name="Kim",
        told_until=NOW + SECOND,
    )
    with uow_factory() as uow:
        uow.desk_links.add(a_link())
        uow.desk_links.save(full)
        uow.commit()
    with uow_factory() as uow:
        assert uow.desk_links.locked("h1") == uow.desk_links.by_ref("4") == full


def test_the_newest_link_stands_for_a_conversation_of_the_desk(uow_factory):
    with uow_factory() as uow:
        uow.desk_links.add(a_link(ref="4"))
        uow.desk_links.add(replace(a_link("h2", "c2", ref="4"), created_at=NOW + SECOND))
        assert uow.desk_links.by_ref("4").handoff_id == "h2"
        assert uow.desk_links.by_ref("5") is None


def test_what_went_on_what_is_over_and_what_is_to_be_looked_at(uow_factory):
    with uow_factory() as uow:
        links = uow.desk_links
        links.add(a_link(looked_at=NOW))
        links.add(a_link("h2", "c2", looked_at=NOW))
        seq = say(uow)
        assert links.last_seq("c1") == seq
        assert [x.handoff_id for x in links.behind(limit=9)] == ["h1"]
        links.save(a_link(noted_seq=seq))
        assert links.behind(limit=9) == []
        assert links.over(limit=9) == []
        assert [x.handoff_id for x in links.not_opened(NOW, limit=9)] == ["h1", "h2"]
        assert links.not_opened(NOW - SECOND, limit=9) == []
        open_ = replace(a_link(looked_at=NOW), state=LinkState.OPEN)
        links.save(open_)
        assert links.to_look_at(NOW, limit=9) == [open_]
        assert links.to_look_at(NOW - SECOND, limit=9) == []
        uow.handoffs.save(a_handoff("h1", "c1", state=HandoffState.MISSED))
        assert links.over(limit=9) == [open_]
        links.save(replace(open_, state=LinkState.ENDED))
        assert links.over(limit=9) == []


def test_a_line_crosses_once(uow_factory):
    with uow_factory() as uow:
        uow.desk_links.add(a_link())
        ours = DeskMessage("h1:5", "h1", NOW, seq=5)
        assert uow.desk_links.note(ours)
        assert not uow.desk_links.note(ours)
        assert uow.desk_links.crossed("h1", [5, 6]) == set()
        uow.desk_links.save_message(replace(ours, message=1200))
        assert uow.desk_links.crossed("h1", [5, 6]) == {5}
        assert uow.desk_links.message("h1:5").message == 1200


def test_of_many_who_take_the_same_callback_one_keeps_it(uow_factory):
    def take(n):
        with uow_factory() as uow:
            taken = uow.desk_links.take([TakenEvent(0, "delivery:x:0", "4", NOW, {"n": n})])
            uow.commit()
            return taken

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [0] * 7 + [1]


def test_what_came_is_worked_off_in_order_and_forgotten(uow_factory):
    with uow_factory() as uow:
        links = uow.desk_links
        links.take([TakenEvent(0, f"k{n}", "4", NOW, {"n": n}) for n in range(3)])
        first, second, third = links.waiting(NOW, limit=9)
        assert [each.body["n"] for each in (first, second, third)] == [0, 1, 2]
        links.put_off([second.event_id], until=NOW + SECOND)
        links.worked([first.event_id])
        assert [each.key for each in links.waiting(NOW, limit=9)] == ["k2"]
        again = links.waiting(NOW + SECOND, limit=9)
        assert [(each.key, each.failures) for each in again] == [("k1", 1), ("k2", 0)]
        assert links.take([TakenEvent(0, "k0", "4", NOW, {"n": 0})]) == 0


def test_words_are_taken_out_of_the_log(uow_factory):
    with uow_factory() as uow:
        seq = say(uow)
        uow.desk_links.take_back("c1", seq, {"blocks": []})
        (event,) = uow.conversations.events("c1", since=0)
        assert event.body == {"blocks": []}


def test_how_the_buyer_was_understood_last_is_found(uow_factory):
    with uow_factory() as uow:
        assert uow.desk_links.last_intent("c1") is None


def test_rows_of_the_desk_are_left_to_who_carries_them(uow_factory):
    with uow_factory() as uow:
        for name, kind in (("d", OutboxKind.DESK), ("m", OutboxKind.MAIL)):
            uow.outbox.add(an_effect(name, idempotency_key=name, kind=kind))
        later = NOW + DAY
        mail = uow.outbox.claim(later, lease=60, only={OutboxKind.MAIL})
        desk = uow.outbox.claim(later, lease=60, only={OutboxKind.DESK})
        assert ([r.outbox_id for r in mail], [r.outbox_id for r in desk]) == (["m"], ["d"])

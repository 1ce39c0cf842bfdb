"""Handoffs and ownership on both databases: one winner, one open handoff, first come first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.conversations import EventType, Owner
from aftersale.domain.handoffs import Handoff, HandoffEnd, HandoffReason, HandoffState
from aftersale.domain.ownership import OwnerMove
from aftersale.errors import IllegalMove, NotFound, OwnershipMoved
from aftersale.services.handoff.moving import owned_by
from tests.integration.store.things import NOW, SHOP, a_conversation, fill

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def filled(uow_factory):
    fill(uow_factory, conversations=[a_conversation(f"c{number}") for number in range(1, 6)])


def a_handoff(name="h1", conversation_id="c1", **more):
    given = {
        "handoff_id": name,
        "conversation_id": conversation_id,
        "storefront": SHOP,
        "reason": HandoffReason.ASKED,
        "state": HandoffState.WAITING,
        "asked_at": NOW,
        "language": "en",
        "channel": "chat",
    }
    return Handoff(**(given | more))


def write(uow_factory, *handoffs):
    with uow_factory() as uow:
        done = [uow.handoffs.add(handoff) for handoff in handoffs]
        uow.commit()
    return done


def test_a_conversation_has_one_open_handoff_at_most(uow_factory):
    assert write(uow_factory, a_handoff(), a_handoff("h2")) == [True, False]
    with uow_factory() as uow:
        uow.handoffs.save(a_handoff(state=HandoffState.ENDED))
        uow.commit()
    assert write(uow_factory, a_handoff("h2")) == [True]


def test_everything_written_is_read_again(uow_factory):
    full = a_handoff(
        words="a person please",
        claim_by=NOW + MINUTE,
        claimed_at=NOW,
        agent="ann",
        order_value_minor=4_900,
        currency="EUR",
        case_number="C-1",
        transfers=2,
    )
    write(uow_factory, full)
    with uow_factory() as uow:
        assert uow.handoffs.get("h1") == full
        assert uow.handoffs.open_of("c1") == full
        assert uow.handoffs.last_of("c2") is None


def test_who_came_first_waits_in_front_of_their_own_storefront(uow_factory):
    late = a_handoff("h2", "c2", asked_at=NOW + MINUTE)
    other = a_handoff("h3", "c3", storefront="other")
    talks = a_handoff("h4", "c4", state=HandoffState.CLAIMED, agent="ann")
    write(uow_factory, late, a_handoff(), other, talks)
    with uow_factory() as uow:
        assert [one.handoff_id for one in uow.handoffs.waiting(SHOP)] == ["h1", "h2"]
        assert [one.handoff_id for one in uow.handoffs.waiting()] == ["h1", "h3", "h2"]
        assert uow.handoffs.waiting_before(late) == 1
        assert uow.handoffs.waiting_before(a_handoff()) == 0
        assert uow.handoffs.claimed("ann") == [talks]
        assert not uow.handoffs.claimed("bob")


def test_what_nobody_takes_in_time_and_what_was_missed_is_found_once(uow_factory):
    due = a_handoff(claim_by=NOW + MINUTE)
    missed = a_handoff("h2", "c2", state=HandoffState.MISSED)
    write(uow_factory, due, missed, a_handoff("h3", "c3"))
    with uow_factory() as uow:
        assert not uow.handoffs.unclaimed(NOW)
        assert uow.handoffs.unclaimed(NOW + MINUTE) == [due]
        assert uow.handoffs.missed_since(SHOP, NOW) == [missed]
        assert not uow.handoffs.missed_since(SHOP, NOW + MINUTE)
        uow.handoffs.save(replace(missed, offered_at=NOW))
        assert not uow.handoffs.missed_since(SHOP, NOW)


def test_the_engine_is_told_of_what_took_the_conversation_from_the_bot(uow_factory):
    back = {"ended_at": NOW, "ended_as": HandoffEnd.RETURNED}
    over = a_handoff(state=HandoffState.ENDED, claimed_at=NOW, **back)
    in_vain = a_handoff("h2", "c2", state=HandoffState.MISSED, claim_by=NOW, ended_at=NOW)
    at_once = a_handoff("h3", "c2", state=HandoffState.MISSED, ended_at=NOW)
    write(uow_factory, over, in_vain, at_once)
    with uow_factory() as uow:
        assert uow.handoffs.untold("c1") == [over]
        assert uow.handoffs.untold("c2") == [in_vain]
        uow.handoffs.save(replace(over, engine_told_at=NOW))
        assert not uow.handoffs.untold("c1")


def moved(uow_factory, how, version=None, conversation_id="c1", by="agent:ann"):
    with uow_factory() as uow:
        after = owned_by(uow, conversation_id, how, by=by, now=NOW, version=version)
        uow.commit()
    return after


def test_a_move_is_one_version_one_audit_row_and_one_event(uow_factory):
    after = moved(uow_factory, OwnerMove.ASK, 1, by="bot")
    assert (after.owner, after.owner_version) == (Owner.QUEUED, 2)
    with uow_factory() as uow:
        assert uow.conversations.get("c1") == after
        (event,) = uow.conversations.events("c1", since=0)
        (entry,) = uow.ledger.trail("conversation:c1")
    told = {"owner": "queued", "move": "ask", "version": 2}
    assert (event.type, event.body) == (EventType.OWNER, told)
    assert (entry.actor, entry.action) == ("bot", "owner.ask")
    assert entry.before == {"owner": "bot", "version": 1}
    assert entry.after == {"owner": "queued", "version": 2}


def test_whoever_saw_an_older_version_moves_nothing(uow_factory):
    moved(uow_factory, OwnerMove.ASK, 1)
    with pytest.raises(OwnershipMoved):
        moved(uow_factory, OwnerMove.TAKE_OVER, 1)
    with uow_factory() as uow:
        assert uow.conversations.get("c1").owner is Owner.QUEUED
        assert len(uow.conversations.events("c1", since=0)) == 1


def test_a_move_that_does_not_start_here_is_refused(uow_factory):
    with pytest.raises(IllegalMove):
        moved(uow_factory, OwnerMove.CLAIM)
    with pytest.raises(NotFound):
        moved(uow_factory, OwnerMove.CLAIM, conversation_id="nobody's")


def test_one_of_many_who_claim_at_once_has_it(uow_factory):
    moved(uow_factory, OwnerMove.ASK, 1, by="bot")

    def claim(number):
        try:
            return moved(uow_factory, OwnerMove.CLAIM, 2, by=f"agent:a{number}")
        except OwnershipMoved:
            return None

    with ThreadPoolExecutor(8) as pool:
        winners = [one for one in pool.map(claim, range(8)) if one]
    assert [one.owner for one in winners] == [Owner.HUMAN]

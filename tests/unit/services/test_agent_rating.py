"""Stars for a person: apart from the assistant's, one rating a handoff, nobody else's."""

from datetime import timedelta

import pytest

from aftersale.domain.articles import RatingSubject
from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.errors import NotFound
from aftersale.services.feedback import Feedback, Given
from aftersale.services.wiring import Wiring
from tests.unit.fakes import FakeStore
from tests.unit.fakes_outside import FakeVoice, counting_ids
from tests.unit.services.world import NOW, POLICIES

TALK = Conversation("c1", "helpdesk", Owner.BOT, 3, NOW, "hash", NOW + timedelta(hours=12))


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
def feedback(store):
    return Feedback(
        Wiring(
            uow=store, policies=POLICIES, voice=FakeVoice(), new_id=counting_ids("r"), base_url=""
        )
    )


def helped(store, name, *, claimed):
    handoff = Handoff(
        handoff_id=name,
        conversation_id="c1",
        storefront="helpdesk",
        reason=HandoffReason.ASKED,
        state=HandoffState.ENDED,
        asked_at=NOW + timedelta(minutes=len(store.tables.handoffs)),
        language="en",
        channel="chat",
        claimed_at=NOW if claimed else None,
    )
    with store() as uow:
        uow.handoffs.add(handoff)
        uow.commit()


def rated(feedback, kind, stars):
    return feedback.take(TALK, Given(stars, None, kind), now=NOW)


def test_nobody_was_here_so_nobody_is_rated(store, feedback):
    helped(store, "h1", claimed=False)
    with pytest.raises(NotFound):
        rated(feedback, RatingSubject.AGENT, 5)


def test_each_person_and_the_assistant_are_rated_apart_and_once(store, feedback):
    helped(store, "h1", claimed=True)
    assert rated(feedback, RatingSubject.AGENT, 5).subject == "h1"
    rated(feedback, RatingSubject.BOT, 2)
    rated(feedback, RatingSubject.AGENT, 4)
    helped(store, "h2", claimed=True)
    helped(store, "h3", claimed=False)
    assert rated(feedback, RatingSubject.AGENT, 1).subject == "h2"
    every = store.tables.ratings.values()
    kept = {(one.subject_kind.value, one.subject, one.stars) for one in every}
    assert kept == {("agent", "h1", 4), ("bot", "c1", 2), ("agent", "h2", 1)}

"""How far messages of ours got: the weakest part counts, and nothing looks better than it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.channels import Channel, Send, SendState, Thread
from aftersale.domain.conversations import Author, Event, EventType
from aftersale.services.channels.outcomes import TRIES
from aftersale.services.desk.delivered import Why, deliveries

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THREAD = Thread("t1", "shop-wa", Channel.WHATSAPP, "+1", "shop", NOW, "c1", noted_seq=100)
# From what an agent must know of first, to what is as good as it gets.
ORDER = ("failed", "withdrawn", "unknown", "held", "pending", "sent", "delivered", "read")
STATES = st.sampled_from(list(SendState))


def said(seq, author=Author.BOT, type=EventType.MESSAGE):
    return Event("c1", seq, type, author, NOW)


def sent(seq, state, part=0, **more):
    about = {"body": {}, "created_at": NOW, "due_at": NOW}
    return Send(f"{seq}-{part}", "t1", "c1", seq, part, state, **about | more)


def seen(state):
    return "pending" if state is SendState.SENDING else state.value


def told(events, sends, thread=THREAD, *, bundled=False):
    found = deliveries(events, sends, thread, bundled=bundled)
    return {seq: each.state.value for seq, each in found.items()}


@given(st.lists(STATES, min_size=1, max_size=6))
def test_a_message_got_as_far_as_the_part_that_got_least_far(states):
    sends = [sent(1, state, part) for part, state in enumerate(states)]
    assert told([said(1)], sends) == {1: min(map(seen, states), key=ORDER.index)}


@given(st.lists(STATES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_in_which_parts_are_read_does_not_matter(states, random):
    sends = [sent(1, state, part) for part, state in enumerate(states)]
    mixed = random.sample(sends, len(sends))
    assert told([said(1)], mixed) == told([said(1)], sends)


@given(
    st.lists(st.integers(1, 30), unique=True),
    st.dictionaries(st.integers(1, 30), STATES),
    st.integers(0, 30),
    st.booleans(),
)
def test_nothing_counts_as_arrived_that_no_send_says_so_of(seqs, sends, noted, bundled):
    thread = replace(THREAD, noted_seq=noted)
    rows = [sent(seq, state) for seq, state in sends.items()]
    found = told([said(seq) for seq in seqs], rows, thread, bundled=bundled)
    for seq, state in found.items():
        carriers = [at for at in sends if at == seq or (bundled and at > seq)]
        named = seen(sends[min(carriers)]) if carriers else "pending"
        assert state == named or (state, named) == ("held", "pending")
        assert carriers or seq > noted


@given(st.lists(STATES, min_size=1, max_size=6))
def test_nothing_is_on_its_way_behind_what_is_held(states):
    sends = [sent(seq, state) for seq, state in enumerate(states, 1)]
    found = told([said(seq) for seq in range(1, len(states) + 1)], sends)
    held = [seq for seq, state in found.items() if state == "held"]
    waiting = [seq for seq, state in enumerate(states, 1) if state is SendState.PENDING]
    assert all(found[seq] == "held" for seq in waiting if held and seq > held[0])


@pytest.mark.parametrize(
    ("event", "is_told"),
    [
        (said(1), True),
        (said(1, Author.AGENT), True),
        (said(1, Author.SYSTEM), True),
        (said(1, Author.BUYER), False),
        (said(1, type=EventType.READ), False),
        (said(1, type=EventType.OWNER), False),
    ],
)
def test_messages_of_ours_alone_have_a_delivery(event, is_told):
    assert bool(told([event], [sent(1, SendState.SENT)])) is is_told


@pytest.mark.parametrize("state", list(SendState))
def test_a_template_is_no_part_of_what_it_asks_for(state):
    sends = [sent(1, SendState.HELD), sent(1, state, 1, is_template=True)]
    assert told([said(1)], sends) == {1: "held"}
    sends = [sent(1, SendState.HELD, 1, is_template=True), sent(2, SendState.PENDING)]
    assert told([said(2)], sends) == {2: "pending"}


GONE = replace(THREAD, unreachable_at=NOW)


@pytest.mark.parametrize(
    ("thread", "attempts", "why"),
    [
        (THREAD, 1, Why.REFUSED),
        (THREAD, TRIES, Why.REFUSED),
        (THREAD, TRIES + 1, Why.NO_ANSWER),
        (GONE, 1, Why.UNREACHABLE),
        (None, 1, Why.UNREACHABLE),
    ],
)
def test_a_failure_says_whether_anything_arrives_there_at_all(thread, attempts, why):
    failed = sent(1, SendState.FAILED, attempts=attempts)
    found = deliveries([said(1)], [failed], thread, bundled=False)
    assert found[1].why is why
    found = deliveries([said(1)], [sent(1, SendState.SENT)], thread, bundled=False)
    assert found[1].why is None


@pytest.mark.parametrize(("at", "state"), [(NOW, "failed"), (NOW - SECOND, None)])
def test_what_is_said_to_somebody_who_left_did_not_arrive(at, state):
    event = replace(said(1), at=at)
    assert told([event], [], GONE).get(1) == state

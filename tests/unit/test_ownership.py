"""The table of owners: every way there is, and no other."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftersale.domain.conversations import Owner
from aftersale.domain.ownership import OWNER_MOVES, OwnerMove, owner_after
from aftersale.errors import IllegalMove

LEGAL = {
    "bot": {"ask": "queued", "take_over": "human", "close": "closed"},
    "queued": {
        "claim": "human",
        "take_over": "human",
        "leave": "bot",
        "expire": "offline",
        "close": "closed",
    },
    "human": {
        "transfer": "human",
        "release": "queued",
        "give_back": "bot",
        "leave": "bot",
        "close": "closed",
    },
    "offline": {"ask": "queued", "take_over": "human", "resume": "bot", "close": "closed"},
    "closed": {"reopen": "human"},
}


@pytest.mark.parametrize(("owner", "how"), list(itertools.product(Owner, OwnerMove)))
def test_a_move_does_what_the_table_says_or_is_refused(owner, how):
    expected = LEGAL[owner.value].get(how.value)
    if expected:
        assert owner_after(owner, how) is Owner(expected)
    else:
        with pytest.raises(IllegalMove):
            owner_after(owner, how)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(OwnerMove), max_size=12))
def test_whatever_is_tried_there_is_one_owner_and_a_way_to_an_answer(moves):
    owner = Owner.BOT
    for how in moves:
        if owner in OWNER_MOVES[how][0]:
            owner = owner_after(owner, how)
    assert owner in Owner
    # From everywhere somebody who answers is one move away: never silence.
    ends = {OWNER_MOVES[how][1] for how in OwnerMove if owner in OWNER_MOVES[how][0]}
    assert ends & {Owner.BOT, Owner.HUMAN}

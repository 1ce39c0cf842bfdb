"""A yes binds everything the buyer was shown: whatever of it moves is shown again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.services.world import S1, S2, World


def rename(w):
    w.change(lines=tuple(replace(line, name="Red hat") for line in w.stored().lines))


def more_of_it(w):
    w.change(lines=tuple(replace(line, quantity=2) for line in w.stored().lines))


def longer_consent(w):
    policy = w.wiring.policies[w.storefront]
    later = replace(policy.consent_within, span=timedelta(days=30))
    w.wiring.policies[w.storefront] = replace(policy, consent_within=later)


@pytest.mark.parametrize(
    ("storefront", "move"), [(S2, rename), (S2, more_of_it), (S1, longer_consent)]
)
def test_what_was_shown_and_moved_is_shown_again(storefront, move):
    w = World(storefront)
    w.propose()
    move(w)
    reply = w.yes()
    assert reply.variables["shown_again"] == "changed"
    assert w.outbox() == []
    assert w.yes().variables.get("shown_again") is None


def test_the_time_from_which_it_is_possible_is_bound_too():
    w = World(S1, age=timedelta(hours=1))
    w.propose()
    paid_at = w.stored().payment.paid_at + timedelta(hours=2)
    w.change(payment=replace(w.stored().payment, paid_at=paid_at))
    reply = w.hold.propose(w.call(), w.hint())
    assert reply.variables["shown_again"] == "changed"
    assert w.outbox() == []


@pytest.mark.parametrize("storefront", [S1, S2])
def test_time_alone_moves_nothing(storefront):
    w = World(storefront)
    w.propose()
    assert w.later(minutes=14).yes().variables.get("shown_again") is None
    assert len(w.outbox()) == 1

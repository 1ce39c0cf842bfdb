from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.accounts import Account
from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, Link, LinkLevel
from aftersale.domain.parties import Buyer
from aftersale.services.ports_channels import Refused, WindowClosed
from tests.integration.channels.way_out import CONV, SHOP, Provider

DAY = replace(CAPABILITIES[Channel.WHATSAPP], per_thread=0.0)
TEMPLATE = "template en"


@pytest.fixture
def providers():
    return [Provider(capabilities=DAY)]


@pytest.fixture
def closed(talk):
    """The buyer wrote more than a day ago."""
    return talk.later(hours=25)


def kept(world):
    """The states of what was said, without those of templates."""
    return [each.state.value for each in world.sends() if not each.is_template]


def test_within_the_window_everything_leaves(talk):
    talk.later(hours=23).bot("news")
    talk.settle()
    assert talk.provider.texts() == ["news"]


def test_after_it_the_buyer_is_asked_once_and_the_words_wait(closed):
    closed.bot("one")
    closed.settle()
    closed.bot("two")
    closed.later(hours=30).bot("three")
    closed.settle(times=20)
    assert closed.provider.texts() == [TEMPLATE]
    assert kept(closed) == ["held", "pending", "pending"]


def test_what_waited_leaves_in_order_when_the_buyer_writes(closed):
    for number in range(4):
        closed.bot(str(number))
    closed.settle()
    closed.buyer("hello")
    closed.bot("4")
    closed.settle(times=20)
    assert closed.provider.texts() == [TEMPLATE, "0", "1", "2", "3", "4"]


def connected(world, *, lasts):
    """The chat is a buyer's for so long."""
    with world.uow() as uow:
        uow.parties.add_buyer(Buyer("b1", SHOP, "s1", "kim@example.com", "Kim"))
        known = {"linked_at": world.now, "until": world.now + lasts}
        uow.channels.add_link(Link("l1", "thread", SHOP, "b1", LinkLevel.SHOP, **known))
        talk = uow.conversations.get(CONV)
        uow.conversations.save(replace(talk, buyer_id="b1", verified_by="channel:whatsapp"))
        uow.commit()


@pytest.mark.parametrize(("days", "leaves"), [(2, False), (30, True)])
def test_what_waited_does_not_leave_when_the_connection_is_over(closed, days, leaves):
    # Whoever has the number by then may be somebody else.
    connected(closed, lasts=timedelta(days=days))
    closed.bot("Your order is on its way")
    closed.settle()
    closed.later(days=3).buyer("hello")
    closed.settle()
    assert ("Your order is on its way" in closed.provider.texts()) is leaves


def test_what_a_person_wrote_after_the_connection_was_over_leaves(talk):
    connected(talk, lasts=timedelta(hours=1))
    talk.later(hours=2).agent("I looked into it")  # and handed the talk back at once
    talk.settle()
    assert talk.provider.texts() == ["I looked into it"]


def test_what_waited_does_not_leave_when_the_password_was_changed(closed):
    connected(closed, lasts=timedelta(days=30))
    closed.bot("Your order is on its way")
    closed.settle()
    with closed.uow() as uow:
        at = closed.later(hours=1).now
        uow.accounts.save(Account("b1", "hash", at, sessions_valid_after=at))
        uow.commit()
    closed.later(hours=1).buyer("hello")
    closed.settle()
    assert closed.provider.texts() == [TEMPLATE]


def test_the_next_time_the_buyer_is_asked_again(closed):
    closed.bot("one")
    closed.settle()
    closed.buyer("hello")
    closed.settle()
    closed.later(hours=25).bot("two")
    closed.settle()
    assert closed.provider.texts() == [TEMPLATE, "one", TEMPLATE]


def test_the_provider_knows_better_when_the_window_is_closed(talk):
    talk.provider.answers.append(WindowClosed("131047"))
    talk.bot("one")
    talk.bot("two")
    talk.settle()
    assert kept(talk) == ["held", "held"]
    assert talk.sends()[0].code == "131047"
    assert len(talk.provider.calls) == 1


def test_a_buyer_who_writes_first_is_not_asked_to(closed):
    closed.bot("one")
    closed.mirror()
    closed.send()
    closed.buyer("I'm here")
    closed.settle()
    assert closed.provider.texts() == ["one"]
    assert closed.states() == ["sent", "withdrawn"]


def test_without_a_template_the_words_wait_all_the_same(closed):
    closed.provider.asks = False
    closed.bot("one")
    closed.settle()
    assert closed.states() == ["held"]
    closed.buyer("hello")
    closed.settle()
    assert closed.provider.texts() == ["one"]


def test_a_template_that_is_refused_is_not_sent_again_and_the_words_still_wait(closed):
    closed.provider.answers.append(Refused("132000"))
    closed.bot("one")
    closed.settle()
    closed.later(hours=5).settle()
    assert len(closed.provider.calls) == 1
    assert kept(closed) == ["held"]
    closed.buyer("hello")
    closed.settle()
    assert closed.provider.texts() == ["one"]


def test_a_template_whose_window_is_said_to_be_closed_is_given_up(closed):
    closed.provider.answers.append(WindowClosed("131047"))
    closed.bot("one")
    closed.settle()
    assert closed.states() == ["held", "failed"]


def test_a_buyer_who_never_wrote_is_asked_first(out):
    out.open_thread(heard_at=None)
    out.bot("one")
    out.settle()
    assert out.provider.texts() == [TEMPLATE]


def test_a_template_offers_nothing_and_tells_no_news(closed):
    closed.bot("Sure?", "Yes", "No")
    closed.settle()
    assert closed.thread().choices == ()
    assert [each.options for each in closed.sends() if each.is_template] == [()]


def test_it_is_closed_a_little_before_the_provider_says_so(talk):
    talk.later(hours=23, minutes=59, seconds=30).bot("one")
    talk.settle()
    assert talk.provider.texts() == [TEMPLATE]


def test_what_waits_survives_a_restart(closed):
    closed.bot("one")
    closed.settle()
    closed.restart()
    closed.settle()
    closed.buyer("hello")
    closed.restart()
    closed.settle()
    assert closed.provider.texts() == [TEMPLATE, "one"]


def test_a_chat_that_waits_holds_up_no_other(closed):
    closed.open_conversation("other")
    closed.open_thread("second", conversation="other", heard_at=closed.now - timedelta(hours=1))
    closed.bot("late")
    closed.bot("now", conversation="other")
    closed.settle()
    assert sorted(closed.provider.texts()) == ["now", TEMPLATE]

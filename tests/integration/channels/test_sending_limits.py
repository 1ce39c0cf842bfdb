from datetime import timedelta
from itertools import pairwise

import pytest

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import Channel
from aftersale.services.channels.limits import ACCOUNT_AT_ONCE
from aftersale.services.channels.sending import Sending
from aftersale.services.ports_channels import Busy, Shut
from tests.integration.channels.way_out import Provider

SLOW = Capabilities(Channel.TELEGRAM, longest_text=4096, per_thread=1.0)
NARROW = Capabilities(Channel.TELEGRAM, longest_text=4096, per_second=2.0)


def test_a_busy_chat_rests_and_others_go_on(talk):
    talk.open_conversation("other")
    talk.open_thread("second", conversation="other")
    talk.provider.answers.append(Busy("429", 30))
    talk.bot("one")
    talk.mirror()
    talk.send()
    assert talk.thread().quiet_until == talk.now + timedelta(seconds=30)
    talk.bot("two", conversation="other")
    talk.bot("three")
    talk.settle()
    assert talk.provider.texts() == ["two"]
    talk.later(seconds=30).settle()
    assert talk.provider.texts() == ["two", "one", "three"]
    assert talk.sends()[0].attempts == 1


def test_a_busy_account_rests_as_a_whole(talk):
    talk.open_conversation("other")
    talk.open_thread("second", conversation="other")
    talk.provider.answers.append(Busy("429", 30, whole_account=True))
    talk.bot("one")
    talk.mirror()
    talk.send()
    talk.bot("two", conversation="other")
    talk.settle()
    assert talk.provider.texts() == []
    assert len(talk.provider.calls) == 1
    talk.later(seconds=31).settle()
    assert sorted(talk.provider.texts()) == ["one", "two"]


def test_an_account_that_is_shut_waits_longer_each_time_and_loses_nothing(talk, caplog):
    talk.provider.answers.extend([Shut("190")] * 3)
    talk.bot("one")
    talk.bot("two")
    talk.mirror()
    waits = []
    for _ in range(3):
        talk.send()
        waits.append((talk.sends()[0].due_at - talk.now).total_seconds())
        talk.later(seconds=waits[-1])
    assert waits == [30, 60, 120]
    assert "shut" in caplog.text
    talk.settle()
    assert talk.provider.texts() == ["one", "two"]
    assert [each.attempts for each in talk.sends()] == [1, 1]


def test_a_slow_provider_leaves_room_for_others(out):
    out.connect(Provider("slow"), Provider("quick"))
    aside = []
    out.sending = Sending(out.wiring, out.providers, out._read, submit=aside.append)
    for number in range(9):
        account = "quick" if number == 8 else "slow"
        out.open_conversation(f"c{number}")
        out.open_thread(f"t{number}", conversation=f"c{number}", account=account)
        out.bot(account, conversation=f"c{number}")
    out.mirror()
    assert out.send() == ACCOUNT_AT_ONCE + 1
    assert out.later(seconds=1).send() == 0
    for call in aside:
        call()
    assert out.later(seconds=1).send() == 8 - ACCOUNT_AT_ONCE
    assert out.providers["quick"].texts() == ["quick"]


@pytest.mark.parametrize("providers", [[Provider(capabilities=SLOW)]])
def test_a_chat_is_not_sent_more_than_its_channel_takes(talk, providers):
    for number in range(3):
        talk.bot(str(number))
    times = []
    talk.provider.during = lambda _: times.append(talk.now)
    talk.settle(times=40, milliseconds=100)
    assert [(b - a).total_seconds() for a, b in pairwise(times)] == [1.0, 1.0]


@pytest.mark.parametrize("providers", [[Provider(capabilities=NARROW)]])
def test_an_account_does_not_send_more_than_its_provider_takes(out, providers):
    for number in range(8):
        out.open_conversation(f"c{number}")
        out.open_thread(f"t{number}", conversation=f"c{number}")
        out.bot(str(number), conversation=f"c{number}")
    times = []
    out.provider.during = lambda _: times.append(out.now)
    out.settle(times=50, milliseconds=100)
    assert len(times) == 8
    for at, later in zip(times, times[4:], strict=False):
        assert later - at >= timedelta(seconds=1)

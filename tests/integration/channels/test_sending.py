from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import Channel, Choice, SendState
from aftersale.domain.parties import Buyer
from aftersale.services.channels.outcomes import TRIES
from aftersale.services.channels.sending import LEASE
from aftersale.services.ports_channels import (
    Gone,
    Refused,
    Uncertain,
    Unreachable,
)
from tests.integration.channels.way_out import CONV, Provider

AGAIN = Capabilities(Channel.MATRIX, longest_text=4096, repeats_safely=True)
UNSURE = timedelta(minutes=1)


class Crash(BaseException):
    """The process dies: nothing is caught and nothing is tidied up."""


def crash(out):
    raise Crash


def numbers(provider):
    return [int(text) for text in provider.texts()]


def test_what_was_said_arrives_in_order(talk):
    for number in range(12):
        talk.bot(str(number))
    talk.settle(times=20)
    assert numbers(talk.provider) == list(range(12))
    assert set(talk.states()) == {"sent"}
    assert [each.ref for each in talk.sends()] == [f"ref-{s.send_id}" for s in talk.sends()]


def test_one_message_of_a_chat_leaves_at_a_time(talk):
    for number in range(3):
        talk.bot(str(number))
    talk.mirror()
    talk.provider.during = lambda _: before.append(talk.states())
    before = []
    assert [talk.send() for _ in range(4)] == [1, 1, 1, 0]
    assert before == [
        ["sending", "pending", "pending"],
        ["sent", "sending", "pending"],
        ["sent", "sent", "sending"],
    ]


def test_chats_do_not_wait_for_each_other(talk):
    talk.open_conversation("other")
    talk.open_thread("second", conversation="other")
    talk.provider.answers.append(Unreachable("down"))
    talk.bot("one")
    talk.bot("two", conversation="other")
    talk.mirror()
    talk.send()
    assert len(talk.provider.calls) == 2
    assert len(talk.provider.texts()) == 1


def test_a_send_is_written_down_before_it_leaves(talk):
    talk.bot("one")
    talk.mirror()
    talk.provider.during = crash
    with pytest.raises(Crash):
        talk.send()
    assert talk.states() == ["sending"]


def test_after_a_crash_what_may_have_left_is_not_repeated(talk):
    talk.bot("one")
    talk.mirror()
    talk.provider.during = crash
    with pytest.raises(Crash):
        talk.send()
    talk.provider.during = lambda _: None
    talk.restart()
    talk.bot("two")
    talk.settle(times=8, seconds=LEASE / 2)
    assert talk.states() == ["unknown", "sent"]
    assert talk.provider.texts() == ["two"]


def test_what_may_have_left_is_not_repeated_when_its_account_is_there_again(talk):
    talk.bot("one")
    talk.mirror()
    talk.provider.during = crash
    with pytest.raises(Crash):
        talk.send()
    connected = talk.provider
    talk.connect(Provider("another"))
    talk.later(seconds=LEASE).send()
    connected.during = lambda _: None
    talk.connect(connected)
    talk.settle(times=4, minutes=5)
    assert (talk.states(), connected.texts()) == (["unknown"], [])


def test_a_message_whose_words_were_forgotten_while_it_left_is_not_tried_again(talk):
    def forgotten(_):
        with talk.uow() as uow:
            uow.channels.forget(CONV)
            uow.commit()

    talk.bot("one")
    talk.provider.during = forgotten
    talk.provider.answers.append(Unreachable("503"))
    talk.settle(minutes=1)
    assert (talk.states(), talk.provider.texts()) == (["withdrawn"], [])


@pytest.mark.parametrize("providers", [[Provider(capabilities=AGAIN)]])
def test_after_a_crash_a_channel_that_knows_repetitions_gets_it_again(talk, providers):
    talk.bot("one")
    talk.mirror()
    talk.provider.during = crash
    with pytest.raises(Crash):
        talk.send()
    talk.provider.during = lambda _: None
    talk.restart()
    talk.settle(times=4, seconds=LEASE / 2)
    assert talk.states() == ["sent"]
    assert {out.token for out in talk.provider.calls} == {talk.sends()[0].send_id}


def test_what_nobody_knows_is_never_sent_again_and_holds_up_the_next_for_a_minute(talk):
    talk.provider.answers.append(Uncertain("timeout"))
    talk.bot("one")
    talk.bot("two")
    talk.settle()
    assert talk.states() == ["unknown", "pending"]
    talk.later(seconds=61).settle()
    assert talk.states() == ["unknown", "sent"]
    talk.later(days=3).settle()
    assert len(talk.provider.calls) == 2


def test_a_status_tells_what_became_of_it(talk):
    talk.provider.answers.append(Uncertain("timeout"))
    talk.bot("one")
    talk.bot("two")
    talk.settle()
    assert talk.tell(talk.told("delivered", talk.sends()[0], ref="wamid")) == 1
    talk.settle()
    assert talk.states() == ["delivered", "sent"]
    assert talk.sends()[0].ref == "wamid"


@pytest.mark.parametrize("providers", [[Provider(capabilities=AGAIN)]])
def test_where_a_repetition_is_known_a_lost_answer_is_tried_again(talk, providers):
    talk.provider.answers.append(Uncertain("timeout"))
    talk.bot("one")
    talk.settle(seconds=3)
    assert talk.states() == ["sent"]


def test_what_did_not_arrive_is_tried_ever_later_and_then_given_up(talk):
    talk.provider.answers.extend([Unreachable("down")] * 20)
    talk.bot("one")
    talk.mirror()
    waits = []
    for _ in range(TRIES):
        talk.send()
        waits.append((talk.sends()[0].due_at - talk.now).total_seconds())
        talk.later(seconds=waits[-1] - 0.001)
        assert talk.send() == 0
        talk.later(seconds=0.001)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    talk.send()
    assert talk.states() == ["failed"]
    assert talk.sends()[0].code == "down"


def test_what_waits_for_another_try_is_not_overtaken(talk):
    talk.provider.answers.append(Unreachable("down"))
    talk.bot("one")
    talk.bot("two")
    talk.settle()
    assert talk.provider.texts() == []
    talk.later(seconds=3).settle()
    assert talk.provider.texts() == ["one", "two"]


def test_a_message_that_is_not_taken_makes_room_for_the_next(talk, caplog):
    talk.provider.answers.append(Refused("131009"))
    talk.bot("one")
    talk.bot("two")
    talk.settle()
    assert talk.states() == ["failed", "sent"]
    assert talk.sends()[0].code == "131009"
    assert "refused" in caplog.text


def test_a_buyer_who_blocked_us_gets_nothing_more(talk):
    talk.provider.answers.append(Gone("403"))
    talk.bot("one")
    talk.bot("two")
    talk.settle()
    talk.bot("three")
    talk.settle()
    assert talk.states() == ["failed", "failed"]
    assert talk.thread().unreachable_at is not None
    assert len(talk.provider.calls) == 1


def test_what_waits_for_a_buyer_who_blocked_us_fails_at_once(talk):
    talk.provider.answers.append(Gone("403"))
    for word in ("one", "two"):
        talk.bot(word)
    talk.mirror()
    talk.send()
    assert talk.states() == ["failed", "failed"]


def test_every_try_is_counted_and_what_waits_is_known(talk):
    talk.provider.answers.extend([Unreachable("down"), Refused("400")])
    for word in ("one", "two"):
        talk.bot(word)
    talk.mirror()
    talk.send()
    assert talk.sending.waiting() == {("bot", SendState.PENDING): 2}
    talk.later(seconds=2).settle()
    assert talk.outcomes() == ["later", "refused", "sent"]
    assert talk.sending.waiting() == {}


def test_an_account_that_is_not_configured_any_more_keeps_what_it_has(talk):
    talk.bot("one")
    talk.mirror()
    kept = talk.provider
    talk.connect(Provider("another"))
    talk.settle()
    assert talk.states() == ["pending"]
    talk.connect(kept)
    talk.later(seconds=301).settle()
    assert talk.states() == ["sent"]


def test_a_connector_that_fails_leaves_it_unknown(talk, caplog):
    talk.provider.answers.append(ZeroDivisionError())
    talk.bot("one")
    talk.settle()
    assert talk.states() == ["unknown"]
    assert "a connector failed" in caplog.text


def test_a_call_that_ends_where_nothing_can_be_written_is_told(talk, caplog, monkeypatch):
    talk.bot("one")
    talk.mirror()
    monkeypatch.setattr(talk.sending, "_settle", _nothing_written)
    talk.send()
    assert "could not be written down" in caplog.text
    assert talk.states() == ["sending"]


def _nothing_written(*_):
    raise ZeroDivisionError


def test_what_was_offered_is_what_a_number_means_from_then_on(talk):
    talk.bot("Sure?", "Yes", "No")
    talk.mirror()
    assert talk.thread().choices == ()
    talk.send()
    assert talk.thread().choices == (Choice("b-Yes", "Yes"), Choice("b-No", "No"))
    assert talk.thread().shown_at <= talk.now


def test_a_word_that_goes_on_leaves_the_question_open_and_a_later_answer_does_not(talk):
    talk.bot("Sure?", "Yes", "No")
    talk.bot("Take your time.")
    talk.settle()
    assert talk.thread().choices
    talk.later(seconds=2).buyer("what else")
    talk.bot("Something else.")
    talk.settle()
    assert talk.thread().choices == ()


@pytest.mark.parametrize("channel", CAPABILITIES)
def test_a_chat_of_another_buyer_by_now_gets_nothing_of_the_old_one(out, channel):
    out.connect(Provider(capabilities=CAPABILITIES[channel]))
    out.open_thread()
    out.bot("Your order is on its way.")
    out.later(minutes=1)
    out.mirror()
    give_to_another_buyer(out)
    out.settle()
    assert out.states() == ["withdrawn"]
    assert out.provider.calls == []


def give_to_another_buyer(out):
    with out.uow() as uow:
        uow.parties.add_buyer(Buyer("ben", "helpdesk", "ben", "ben@x.example", "Ben"))
        uow.commit()
    out.open_conversation("new", buyer_id="ben")
    with out.uow() as uow:
        thread = uow.channels.locked("thread")
        uow.channels.save_thread(replace(thread, conversation_id="new", noted_seq=0))
        uow.commit()

"""News that a messenger brought do not go by mail; those that it did not bring do."""

from dataclasses import replace

import pytest

from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, SendState
from aftersale.services.channels import statuses
from aftersale.services.news import was_seen as is_idle
from aftersale.services.ports_channels import Gone, Refused, Status, Uncertain
from tests.integration.channels.way_out import CONV, Provider


def news(talk):
    said = talk.bot("The refund is on its way.")
    with talk.uow() as uow:
        uow.conversations.note_news(CONV, said.seq)
        uow.commit()
    return said


def was_seen(talk, said):
    with talk.uow() as uow:
        return uow.conversations.has_seen(CONV, said.seq)


def test_news_that_left_by_a_messenger_do_not_go_by_mail(talk):
    said = news(talk)
    talk.mirror()
    assert not was_seen(talk, said)
    talk.send()
    assert was_seen(talk, said)


def test_where_arriving_is_told_news_that_only_left_still_go_by_mail(out):
    out.connect(Provider(capabilities=CAPABILITIES[Channel.WHATSAPP]))
    out.open_thread()
    said = news(out)
    out.settle()
    assert out.states() == ["sent"]
    assert not was_seen(out, said)
    (send,) = out.sends()
    with out.uow() as uow:
        told = Status(SendState.DELIVERED, out.now, ref=send.ref)
        statuses.apply(uow, out.provider.account, [told], out.now)
        uow.commit()
    assert was_seen(out, said)


def test_news_that_did_not_leave_still_go_by_mail(talk):
    talk.provider.answers.append(Gone("403"))
    said = news(talk)
    talk.settle()
    assert not was_seen(talk, said)


def in_telegram(talk):
    with talk.uow() as uow:
        held = uow.conversations.get(CONV)
        uow.conversations.save(replace(held, channel=Channel.TELEGRAM.value))
        uow.commit()


@pytest.mark.parametrize("fault", [Refused("400"), Uncertain("500")])
def test_news_that_did_not_leave_go_by_mail_though_a_later_word_arrived(talk, fault):
    in_telegram(talk)
    talk.provider.answers.append(fault)
    letter = {"unless_seen": [CONV, news(talk).seq]}
    talk.bot("Anything else?")
    talk.settle()
    talk.settle(minutes=1)
    assert talk.states()[1] == "sent"
    with talk.uow() as uow:
        assert uow.conversations.has_seen(*letter["unless_seen"])
        assert not is_idle(uow, letter)


def test_news_that_arrived_do_not_go_by_mail_because_later_ones_failed(talk):
    in_telegram(talk)
    talk.provider.answers.extend([None, Refused("400")])
    letters = [{"unless_seen": [CONV, news(talk).seq]} for _ in range(2)]
    talk.settle()
    assert talk.states() == ["sent", "failed"]
    with talk.uow() as uow:
        assert [is_idle(uow, letter) for letter in letters] == [True, False]


def test_news_that_arrived_go_by_mail_no_more_where_a_chat_is_bundled(out):
    out.open_conversation("mails", channel=Channel.EMAIL.value)
    out.connect(Provider(capabilities=CAPABILITIES[Channel.EMAIL]))
    out.open_thread(conversation="mails")
    said = out.bot("The refund is on its way.", conversation="mails")
    with out.uow() as uow:
        uow.conversations.note_news("mails", said.seq)
        uow.commit()
    out.bot("Anything else?", conversation="mails")
    out.settle(seconds=6)
    with out.uow() as uow:
        assert is_idle(uow, {"unless_seen": ["mails", said.seq]})

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest

from aftersale.domain.articles import Presence
from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import Channel
from aftersale.domain.conversations import Author, EventType
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.handoffs import HandoffReason
from aftersale.domain.ownership import OwnerMove
from aftersale.services.channels import mirroring
from aftersale.services.channels.lines import BUNDLED_AFTER
from aftersale.services.channels.packing import FILES
from aftersale.services.handoff.agents import Act, AgentDesk
from aftersale.services.handoff.asking import Wanted, ask_for_person
from aftersale.services.handoff.leaving import LeaveQueue
from aftersale.store.conversations import SqlConversations
from tests.integration.channels.way_out import CONV, NOW, Provider

MAIL = CAPABILITIES[Channel.EMAIL]
SIGNS = Capabilities(Channel.WHATSAPP, longest_text=4096, reads=True, types=True)
ANN = DeskUser("ann", "Ann", Role.AGENT)


def arrived(world):
    world.settle()
    return world.provider.texts()


def done(world):
    return world.append(EventType.TURN_DONE, Author.SYSTEM, {"client_msg_id": "x"})


def test_everything_but_the_buyers_own_words_is_told(talk):
    talk.buyer("hello")
    talk.bot("Hi.")
    talk.agent("It's me.")
    talk.bot("The refund left.", author=Author.SYSTEM)
    talk.append(EventType.NOTICE, Author.SYSTEM, _notice("chat_deleted", "Deleted."))
    assert arrived(talk) == ["Hi.", "It's me.", "The refund left.", "Deleted."]


def _notice(response, text):
    return {"response": response, "blocks": [{"type": "text", "fallback": text}]}


def test_a_chat_that_lies_idle_just_goes_on(talk):
    talk.append(EventType.NOTICE, Author.SYSTEM, _notice("chat_idle", "Quiet here."))
    assert arrived(talk) == []
    assert talk.thread().noted_seq == 1


def test_a_photo_of_an_agent_goes_as_a_file(talk):
    photo = {"type": "photo", "attachment_id": "a1", "fallback": "Photo"}
    talk.append(EventType.MESSAGE, Author.AGENT, {"blocks": [photo]})
    talk.mirror()
    assert [each.body[FILES] for each in talk.sends()] == [["a1"]]


def test_each_chat_of_a_conversation_is_told(talk):
    talk.open_thread("second")
    talk.bot("Hi.")
    talk.settle()
    assert sorted(out.address for out in talk.provider.sent) == ["to-second", "to-thread"]


def noted(world, seq):
    with world.uow() as uow:
        uow.channels.save_thread(replace(uow.channels.locked("thread"), noted_seq=seq))
        uow.commit()


def test_looking_twice_writes_once(talk):
    talk.bot("Hi.")
    assert talk.mirror() == 1
    assert talk.mirror() == 0
    noted(talk, 0)
    assert talk.mirror() == 0
    assert len(talk.sends()) == 1


def test_the_place_and_the_sends_are_written_together(talk, monkeypatch):
    talk.bot("Hi.")
    monkeypatch.setattr(talk.provider, "render", _broken)
    assert talk.mirror() == 0
    assert talk.thread().noted_seq == 0
    monkeypatch.undo()
    assert arrived(talk) == ["Hi."]


def _broken(blocks, capabilities):
    raise ZeroDivisionError


def test_one_chat_that_cannot_be_told_holds_up_no_other(talk, monkeypatch):
    talk.open_conversation("other")
    talk.open_thread("second", conversation="other")
    talk.bot("bad")
    talk.bot("good", conversation="other")
    render = talk.provider.render

    def rendered(blocks, capabilities):
        broken = blocks[0]["fallback"] == "bad"
        return (_broken if broken else render)(blocks, capabilities)

    monkeypatch.setattr(talk.provider, "render", rendered)
    assert arrived(talk) == ["good"]


def test_a_chat_of_an_account_that_is_gone_holds_up_no_other(talk, monkeypatch):
    monkeypatch.setattr(mirroring, "AT_ONCE", 1)
    kept = talk.provider
    talk.connect(Provider("another"))
    talk.open_conversation("other")
    talk.open_thread("second", conversation="other", account="another")
    talk.bot("one")
    talk.bot("two", conversation="other")
    assert arrived(talk) == ["two"]
    talk.connect(kept, talk.provider)
    assert arrived(talk) == ["one"]


def test_nothing_is_written_for_a_chat_that_nothing_reaches(out):
    out.open_thread(unreachable_at=NOW)
    out.bot("Hi.")
    assert arrived(out) == []
    assert out.sends() == []


# Signs


@pytest.mark.parametrize("providers", [[Provider(capabilities=SIGNS)]])
def test_signs_of_life_are_shown_while_they_are_fresh(talk, providers):
    talk.append(EventType.READ, Author.BOT, {"up_to": 1, "by": "bot"})
    talk.append(EventType.TYPING, Author.BOT, {})
    talk.mirror()
    assert talk.provider.signs == [("read", "to-thread", "in-1"), ("typing", "to-thread", "in-1")]
    talk.append(EventType.TYPING, Author.BOT, {})
    talk.later(seconds=30).mirror()
    assert len(talk.provider.signs) == 2


@pytest.mark.parametrize("providers", [[Provider(capabilities=SIGNS)]])
def test_nobody_types_any_more_when_the_answer_is_there(talk, providers):
    talk.append(EventType.TYPING, Author.BOT, {})
    talk.bot("Hi.")
    talk.append(EventType.TYPING, Author.BUYER, {})
    talk.mirror()
    assert talk.provider.signs == []


def test_a_channel_without_signs_shows_none(talk):
    talk.append(EventType.READ, Author.BOT, {})
    talk.append(EventType.TYPING, Author.BOT, {})
    talk.mirror()
    assert talk.provider.signs == []


# Bundles


@pytest.fixture
def mail(out):
    out.connect(Provider("mail", MAIL))
    out.open_thread(account="mail")
    return out


def test_a_turn_is_one_mail(mail):
    mail.buyer("Where is it?")
    mail.append(EventType.TYPING, Author.BOT, {})
    mail.mirror()
    mail.bot("It is on its way.")
    mail.bot("Anything else?", "Yes", "No")
    assert mail.mirror() == 0
    done(mail)
    assert mail.mirror() == 1
    [send] = mail.sends()
    assert send.body["text"] == "It is on its way.\n\nAnything else?\n\n1. Yes\n2. No"
    assert send.seq == 4
    assert [each.title for each in send.options] == ["Yes", "No"]


def test_what_a_person_writes_waits_a_moment_for_more(mail):
    mail.agent("Hello.")
    assert mail.mirror() == 0
    mail.later(seconds=3).agent("I have looked into it.")
    assert mail.mirror() == 0
    mail.later(seconds=BUNDLED_AFTER.total_seconds()).mirror()
    [send] = mail.sends()
    assert send.body["text"].count("Ann writes:") == 2
    assert "I have looked into it." in send.body["text"]


def test_a_turn_that_never_ends_holds_nothing_up_for_ever(mail):
    mail.append(EventType.TYPING, Author.BOT, {})
    mail.bot("Half an answer.")
    assert mail.mirror() == 0
    assert mail.later(minutes=3).mirror() == 1


def test_no_mail_says_only_that_somebody_is_there(mail):
    moved(mail, OwnerMove.CLAIM, agent={"name": "Ann", "picture": None})
    mail.later(minutes=1)
    assert arrived(mail) == []


# What a chat window shows as words of its own


def moved(world, move, **told):
    return world.append(EventType.OWNER, Author.SYSTEM, {"move": move, **told})


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (OwnerMove.CLAIM, "You're talking to Ann now."),
        (OwnerMove.TAKE_OVER, "You're talking to Ann now."),
        (OwnerMove.TRANSFER, "From here on you're talking to Ann."),
        (OwnerMove.REOPEN, "This conversation is open again, with Ann."),
    ],
)
def test_who_is_there_is_said(talk, move, said):
    moved(talk, move, agent={"name": "Ann", "picture": None})
    assert arrived(talk) == [said]


def test_somebody_without_a_name_is_a_colleague(talk):
    moved(talk, OwnerMove.CLAIM, agent={"name": None})
    assert arrived(talk) == ["You're talking to a colleague now."]


@pytest.mark.parametrize(
    "move", [OwnerMove.ASK, OwnerMove.RELEASE, OwnerMove.EXPIRE, OwnerMove.RESUME]
)
def test_what_the_talk_says_itself_is_not_said_twice(talk, move):
    moved(talk, move, agent=None, position=3)
    assert arrived(talk) == []


def test_the_queue_is_told_when_the_buyer_is_next(talk):
    for position in (3, 2, 1):
        moved(talk, "place", agent=None, position=position)
    assert arrived(talk) == ["You're next in the queue."]


class Desk:
    """A person talks with the buyer, through the desk itself."""

    def __init__(self, world):
        self.world, self.desk = world, AgentDesk(world.wiring)
        with world.uow() as uow:
            there = Presence("ann", None, world.now, world.now + timedelta(hours=9))
            uow.agents.arrive(there)
            ask_for_person(
                world.wiring,
                uow,
                uow.conversations.get(CONV),
                Wanted(HandoffReason.ASKED),
                now=world.now,
            )
            uow.commit()

    def act(self):
        with self.world.uow() as uow:
            version = uow.conversations.get(CONV).owner_version
        return Act(CONV, version, ANN, self.world.now)


def test_the_end_of_a_talk_with_a_person_asks_for_stars_once(talk):
    desk = Desk(talk)
    desk.desk.claim(desk.act())
    talk.agent("Hello.")
    desk.desk.give_back(desk.act())
    last = arrived(talk)[-1]
    assert last.startswith("The talk with Ann is over.")
    assert last.endswith("How was the help of Ann? 1 is poor, 5 is very good.\n\n1\n2\n3\n4\n5")
    assert talk.thread().choices[0].button_id == "rate:agent:1"
    talk.later(seconds=5)
    assert len(arrived(talk)) == 4


def test_a_person_who_closes_the_talk_is_rated_below_their_farewell(talk):
    desk = Desk(talk)
    desk.desk.claim(desk.act())
    desk.desk.close(desk.act())
    said = arrived(talk)
    assert said[-2].startswith("Ann has closed this conversation.")
    assert said[-1].startswith("How was the help of a colleague?")


def test_leaving_the_queue_rates_nobody(talk):
    Desk(talk)
    LeaveQueue(talk.wiring).leave(CONV, talk.now)
    assert "How was" not in "".join(arrived(talk))


# Speed and restarts


def test_a_long_talk_is_not_read_again(talk, monkeypatch):
    with talk.uow() as uow:
        for number in range(10_000):
            body = {"blocks": [{"type": "text", "fallback": str(number)}]}
            uow.conversations.append(
                CONV, type=EventType.MESSAGE, author=Author.BOT, at=talk.now, body=body
            )
        uow.commit()
    noted(talk, 10_000)
    talk.bot("news")
    read, events = [], SqlConversations.events

    def counted(self, conversation_id, *, since, limit=200):
        found = events(self, conversation_id, since=since, limit=limit)
        read.append((since, len(found)))
        return found

    monkeypatch.setattr(SqlConversations, "events", counted)
    begun = perf_counter()
    assert talk.mirror() == 1
    assert perf_counter() - begun < 1.0
    assert read == [(10_000, 1)]


def test_what_was_left_behind_long_ago_is_found_within_a_minute(talk):
    talk.mirror()
    talk.bot("Said while nobody looked.")
    talk.later(minutes=30)
    talk.mirroring._all_at = talk.now
    assert talk.mirror() == 0
    assert talk.later(minutes=1).mirror() == 1


@pytest.mark.parametrize("kind", ["telegram", "whatsapp", "matrix"])
def test_a_restart_at_any_step_loses_nothing_and_doubles_nothing(out, kind):
    can = replace(CAPABILITIES[Channel(kind)], per_thread=0.0, per_second=1000.0)
    out.connect(Provider(capabilities=can))
    out.open_thread()
    for number in range(20):
        out.bot(f"{number}")
        if number % 3 == 0:
            out.mirror()
        if number % 4 == 0:
            out.send()
        out.restart()
        out.later(milliseconds=10)
    out.settle(times=40)
    assert out.provider.texts() == [f"{number}" for number in range(20)]

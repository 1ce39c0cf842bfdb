"""Chatwoot on bad days: each message once and in order, and nobody waits for ever."""

from datetime import timedelta

import pytest

from aftersale.domain.conversations import Author, EventType, Owner
from aftersale.domain.handoffs import HandoffReason
from aftersale.services.outside_desk.words import FILE_LEFT_OUT, NOT_SENT_OVER
from aftersale.store.desk_links import SqlDeskLinks
from tests.contract.chatwoot_server import KIM, LEE, Fault
from tests.integration.desks.world import CONV
from tests.photos import photo


def later_replies(world, *texts):
    for text in texts:
        world.server.reply(text)
        world.server.state.now += 1


@pytest.mark.parametrize("version", ["4.11.2", "4.13"])
@pytest.mark.parametrize("duplicate", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_twice_or_in_any_order_is_once_and_in_order(talk, duplicate, reverse):
    talk.server.duplicate, talk.server.reverse = duplicate, reverse
    later_replies(talk, "One", "Two", "Three")
    talk.settle()
    assert talk.answers() == ["Hello", "One", "Two", "Three"]


@pytest.mark.parametrize("version", ["4.10"])
def test_a_server_that_signs_nothing_is_heard_at_its_secret_address(world):
    world.ask()
    world.carry()
    world.server.duplicate = world.server.reverse = True
    later_replies(world, "One", "Two", "Three")
    world.settle(vouched=True)
    assert world.answers() == ["One", "Two", "Three"]


def test_a_later_callback_brings_what_an_earlier_one_lost(talk):
    talk.server.lost = lambda told: told.get("content") == "One"
    later_replies(talk, "One", "Two")
    talk.settle()
    assert talk.answers() == ["Hello", "One", "Two"]


def test_what_no_callback_tells_is_found_by_looking(talk):
    talk.server.lost = lambda _: True
    later_replies(talk, "One", "Two")
    talk.server.assign(LEE)
    talk.settle()
    assert talk.answers() == ["Hello"]
    talk.later(seconds=31).settle()
    assert talk.answers() == ["Hello", "One", "Two"]
    assert talk.handoff().agent == "chatwoot:12"
    talk.later(seconds=31).settle()
    assert talk.answers() == ["Hello", "One", "Two"]


def test_a_resolution_that_nobody_told_is_found_by_looking(talk):
    talk.server.lost = lambda _: True
    talk.server.set_status("resolved")
    talk.later(seconds=31).settle()
    assert talk.conversation().owner is Owner.BOT


@pytest.mark.parametrize("fault", [503, "drop"])
@pytest.mark.parametrize("reverse", [False, True])
def test_where_nobody_can_be_asked_the_callback_itself_counts(talk, fault, reverse):
    talk.server.reverse = reverse
    later_replies(talk, "One", "Two")
    talk.server.faults += [Fault("/messages", fault, method="GET") for _ in range(2)]
    talk.callbacks()
    talk.follow()
    assert talk.answers() == ["Hello", "One", "Two"]
    talk.later(seconds=31).settle()
    assert talk.answers() == ["Hello", "One", "Two"]


@pytest.mark.parametrize("skew", [-400, 400])
def test_a_server_with_a_wrong_clock_is_refused_and_found_by_looking(talk, skew):
    talk.server.skew = skew
    talk.server.reply("One")
    assert talk.callbacks() == [401]
    talk.later(seconds=31).follow()
    assert talk.answers() == ["Hello", "One"]


def test_a_forged_callback_reaches_nobody(talk):
    talk.server.secret = "guessed"
    talk.server.reply("I am Kim, send me your password")
    sent = talk.server.only().messages.pop()
    assert talk.callbacks() == [401]
    talk.follow()
    talk.later(seconds=31).follow()
    assert sent.content not in talk.answers()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/messages", "lose", method="POST"),
        Fault("/messages", "drop", method="POST"),
        Fault("/messages", 503, method="POST"),
        Fault("/messages", 429, {"Retry-After": "7"}, method="POST"),
        Fault("/messages", 401, method="POST"),
    ],
)
def test_trouble_on_the_way_costs_time_and_nothing_else(talk, fault):
    for text in ("One", "Two", "Three"):
        talk.say(text)
    talk.server.faults.append(fault)
    talk.carry()
    talk.say("Four")
    talk.later(seconds=20)
    talk.settle()
    talk.later(seconds=20).settle()
    said = [text for kind, _, text in talk.server.said() if kind == "incoming"]
    assert said == ["One", "Two", "Three", "Four"]
    assert talk.rows() == []


def test_patience_that_is_asked_for_is_given(talk):
    talk.say("One")
    talk.server.faults.append(Fault("/messages", 429, {"Retry-After": "50"}, method="POST"))
    talk.carry()
    (row,) = talk.rows()
    assert row.not_before == talk.now + timedelta(seconds=50)


def test_who_does_not_answer_once_is_not_asked_for_every_row(talk, monkeypatch):
    asked = []
    desk = talk.outside.desk

    def silent(*args, **kwargs):
        asked.append(args)
        return real(*args, **kwargs)

    real = desk.append
    monkeypatch.setattr(type(desk), "append", lambda self, *a, **k: silent(*a, **k))
    for text in ("One", "Two", "Three"):
        talk.say(text)
        talk.server.faults.append(Fault("/messages", 503, method="POST"))
        talk.outside.jobs._parts.noting.run(talk.now)
    assert len(talk.rows()) == 3
    talk.carry()
    assert len(asked) == 1


def test_a_line_that_never_got_its_answer_is_not_said_again(talk):
    """The process ends after the post and before its answer is written down."""

    class Killed(BaseException):
        pass

    desk, real = talk.outside.desk, talk.outside.desk.append
    talk.say("One")

    def dies(self, *args, **kwargs):
        real(*args, **kwargs)
        raise Killed

    kept = type(desk).append
    type(desk).append = dies
    try:
        with pytest.raises(Killed):
            talk.carry()
    finally:
        type(desk).append = kept
    talk.later(minutes=6).settle()
    assert [t for kind, _, t in talk.server.said() if kind == "incoming"] == ["One"]


def test_an_answer_is_said_once_when_the_process_ends_after_saying_it(talk, monkeypatch):
    later_replies(talk, "One")
    talk.callbacks()
    with monkeypatch.context() as ends:  # before it is written down that it was worked off
        ends.setattr(SqlDeskLinks, "worked", lambda *_: None)
        talk.follow()
    talk.follow()
    assert talk.answers() == ["Hello", "One"]


def test_two_who_work_at_the_same_event_say_it_once(talk, monkeypatch):
    later_replies(talk, "One")
    link = talk.link()
    (event,) = talk.outside.desk.reconcile(link.ref, link.seen_message, talk.now).replies[-1:]
    answering = talk.outside.jobs._parts.following._answering
    # Both have looked before either has said it.
    monkeypatch.setattr(type(answering), "_crossed", lambda *_: False)
    for _ in range(2):
        answering.deliver(link, event, talk.now)
    assert talk.answers() == ["Hello", "One"]


def test_an_old_message_told_again_moves_nobody(talk):
    (told,) = [m for m in talk.server.only().messages if m.content == "Hello"]
    talk.leaving.leave(CONV, talk.now)
    talk.settle()
    talk.server.tell_message(told, "message_created")  # another delivery, with a name of its own
    talk.settle()
    assert talk.conversation().owner is Owner.BOT
    assert talk.answers() == ["Hello"]


def test_a_message_taken_back_before_it_arrived_never_arrives(talk):
    sent = talk.server.reply("Oops, wrong chat")
    talk.server.callbacks.clear()
    talk.server.take_back(sent)
    talk.settle()
    talk.later(seconds=31).settle()
    assert talk.answers() == ["Hello"]


def test_one_that_was_written_and_taken_back_meanwhile_never_arrives(talk):
    talk.server.take_back(talk.server.reply("Oops, wrong chat"))
    talk.server.faults += [Fault("/messages", 503, method="GET")]
    talk.callbacks()
    talk.follow()
    assert talk.answers() == ["Hello"]
    said = [event.body.get("response") for event in talk.events(EventType.MESSAGE)]
    assert "utter_agent_took_back" not in said


def test_a_message_taken_back_is_taken_out_of_the_log(talk):
    sent = talk.server.reply("The card is 4242")
    talk.settle()
    assert talk.answers()[-1] == "The card is 4242"
    talk.server.take_back(sent)
    talk.settle()
    assert "The card is 4242" not in str(talk.events())
    told = talk.events(EventType.MESSAGE, Author.SYSTEM)[-1]
    assert told.body["response"] == "utter_agent_took_back"
    assert "Kim" in told.body["blocks"][0]["text"]
    talk.server.take_back(sent)  # told twice
    talk.settle()
    said = [e for e in talk.events(EventType.MESSAGE, Author.SYSTEM) if e.body.get("response")]
    assert [e.body["response"] for e in said].count("utter_agent_took_back") == 1


def test_a_card_number_in_an_answer_is_kept_nowhere(talk):
    talk.server.reply("I charged 4242 4242 4242 4242 for it")
    talk.callbacks()
    with talk.uow() as uow:
        kept = [taken.body for taken in uow.desk_links.waiting(talk.now, limit=10)]
    assert "4242 4242" not in str(kept)
    talk.follow()
    assert "4242 4242" not in talk.answers()[-1]
    assert "I charged" in talk.answers()[-1]


def test_photos_cross_both_ways(talk):
    own = talk.photo(photo())
    talk.say("Look at this", photos=[own])
    talk.server.reply("And here is ours", files={"label.jpg": photo()})
    talk.settle()
    sent = [m for m in talk.server.only().messages if m.type == "incoming"][-1]
    assert (sent.content, len(sent.attachments)) == ("Look at this", 1)
    shown = talk.events(EventType.MESSAGE, Author.AGENT)[-1].body["blocks"]
    assert [block["type"] for block in shown] == ["text", "photo"]


@pytest.mark.parametrize(
    "content", [b"MZ executable", b"<svg onload=alert(1)>", b"x" * 10_000_001, b""]
)
def test_a_file_that_is_no_photo_is_left_out_and_the_agent_knows(talk, content):
    talk.server.reply("The label", files={"label.jpg": content})
    talk.settle()
    assert talk.answers()[-1] == "The label"
    assert ("outgoing", True, FILE_LEFT_OUT) in talk.server.said()


def test_a_file_that_does_not_come_is_waited_for_a_while(talk):
    talk.server.reply("The label", files={"label.jpg": photo()})
    talk.server.faults += [Fault("label.jpg", 503) for _ in range(2)]
    talk.callbacks()
    talk.follow()
    assert talk.answers() == ["Hello"]
    talk.later(seconds=31).settle()
    talk.later(seconds=31).settle()
    assert [
        b["type"] for b in talk.events(EventType.MESSAGE, Author.AGENT)[-1].body["blocks"]
    ] == [
        "text",
        "photo",
    ]


def test_an_answer_after_the_end_is_not_delivered_and_the_agent_knows(talk):
    talk.end()
    talk.server.reply("One more thing")
    talk.settle()
    assert talk.answers() == ["Hello"]
    assert ("outgoing", True, NOT_SENT_OVER) in talk.server.said()


def test_an_answer_after_the_buyer_left_takes_the_conversation_over(talk):
    talk.leaving.leave(CONV, talk.now)
    talk.bot("How can I help?")
    talk.settle()
    assert talk.server.only().status == "resolved"
    talk.later(seconds=5)
    talk.server.reply("I found your parcel!")
    talk.settle()
    assert talk.answers() == ["Hello", "I found your parcel!"]
    assert talk.conversation().owner is Owner.HUMAN
    assert talk.handoff().reason is HandoffReason.TAKEN_OVER
    talk.say("Great, thank you")
    talk.settle()
    assert talk.server.said()[-1] == ("incoming", False, "Great, thank you")
    assert len(talk.server.state.conversations) == 1


def test_another_agent_who_answers_has_it_then(talk):
    talk.server.reply("I take this", agent=LEE)
    talk.settle()
    assert talk.answers() == ["Hello", "I take this"]
    assert talk.handoff().agent == "chatwoot:12"
    names = [e.body["agent"]["name"] for e in talk.events(EventType.MESSAGE, Author.AGENT)]
    assert names == ["Kim", "Lee"]


def test_the_same_agent_stays_though_assigned_to_nobody(talk):
    talk.later(seconds=31).settle()
    assert talk.handoff().agent == "chatwoot:11"
    assert talk.conversation().owner is Owner.HUMAN


def test_typing_is_shown_both_ways_and_notes_are_not(talk):
    talk.server.types(KIM)
    talk.server.types(KIM, private=True)
    talk.callbacks()
    assert len(talk.events(EventType.TYPING, Author.AGENT)) == 1
    with talk.uow() as uow:
        uow.conversations.append(
            CONV, type=EventType.TYPING, author=Author.BUYER, at=talk.now, body={}
        )
        uow.commit()
    talk.carry()
    assert talk.server.typing == ["on"]
    assert talk.rows() == []

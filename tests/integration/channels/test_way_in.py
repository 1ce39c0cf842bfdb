"""What a buyer writes in a messenger reaches their conversation as what it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.acting import Block
from aftersale.domain.channels import (
    Choice,
    InboundKind,
    Link,
    LinkLevel,
    SendState,
    Unusable,
)
from aftersale.domain.conversations import Button, Closed, Owner
from tests.integration.channels.plain_connector import NOW, PlainConnector, said
from tests.integration.channels.way_in import BUYER, a_send, pictures

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(days=30)
PRESSED, START = InboundKind.PRESSED, InboundKind.START


def offered(way_in, *titles, uses=20):
    """The bot asked something; the buyer sees the choices now."""
    own = way_in.conversation()
    with way_in.uow() as uow:
        uow.conversations.add_buttons(
            Button(
                f"b-{title}",
                own.conversation_id,
                title,
                "affirm",
                {"n": title},
                way_in.now,
                way_in.now + timedelta(days=1),
                uses,
            )
            for title in titles
        )
        uow.commit()
    choices = tuple(Choice(f"b-{title}", title) for title in titles)
    way_in.change_thread(lambda x: replace(x, choices=choices, shown_at=way_in.now))


@pytest.fixture
def begun(way_in):
    way_in.hear(said("0", "Hello"))
    way_in.turns()
    return way_in


def test_a_message_reaches_its_conversation_and_owes_a_turn(way_in):
    taken = way_in.deliver(said("1", "Hello", language="de", name="Kim"))
    assert [each.event_id for each in taken.new] == ["1"]
    assert way_in.thread().conversation_id is None
    (done, *_) = way_in.later(seconds=3).settle()
    conversation = way_in.conversation()
    assert done.turns == [(conversation.conversation_id, 1)]
    assert (conversation.channel, conversation.locale) == ("telegram", "de")
    assert conversation.buyer_id is None
    assert way_in.heard() == ["Hello"]
    assert way_in.turns() == [{"text": "Hello", "notices": []}]


def test_what_comes_again_is_taken_and_answered_once(way_in):
    for _ in range(3):
        way_in.deliver(said("1", "Hello"))
        way_in.settle()
        way_in.restart()
    assert way_in.heard() == ["Hello"]
    assert len(way_in.turns()) == 1


def test_chats_are_held_apart(way_in):
    way_in.hear(said("1", "I am Kim"), said("2", "I am Lee", address="lee"))
    assert (way_in.heard("kim"), way_in.heard("lee")) == (["I am Kim"], ["I am Lee"])
    assert way_in.thread("kim").conversation_id != way_in.thread("lee").conversation_id


@pytest.mark.parametrize(
    ("over", "goes_on"),
    [
        ({"closed_at": NOW, "closed_as": Closed.ENDED}, False),
        ({"closed_at": NOW, "closed_as": Closed.IDLE}, True),
    ],
    ids=["ended", "idle"],
)
def test_only_an_ended_conversation_is_followed_by_a_new_one(begun, over, goes_on):
    first = begun.conversation().conversation_id
    begun.change_conversation(lambda x: replace(x, **over))
    begun.hear(said("1", "One more thing"))
    assert (begun.conversation().conversation_id == first) is goes_on
    assert begun.heard()[-1] == "One more thing"
    assert not begun.conversation().is_over


def test_a_new_conversation_of_a_linked_chat_is_its_buyers(begun):
    until = NOW + timedelta(days=30)
    with begun.uow() as uow:
        own = uow.channels.thread("plain", "kim").thread_id
        link = Link("l", own, BUYER.storefront, BUYER.buyer_id, LinkLevel.SHOP, NOW, until)
        uow.channels.add_link(link)
        uow.commit()
    ended = {"closed_at": NOW, "closed_as": Closed.ENDED}
    begun.change_conversation(lambda x: replace(x, **ended))
    begun.hear(said("1", "Where is it?"))
    now_held = begun.conversation()
    assert (now_held.buyer_id, now_held.verified_until) == (BUYER.buyer_id, until)
    assert now_held.verified_by == "channel:telegram"
    begun.change_conversation(lambda x: replace(x, **ended))
    begun.later(days=31).hear(said("2", "Hello?", at=begun.now))
    assert begun.conversation().buyer_id is None


# ---- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["2", "2.", "no", " NO "])
def test_a_number_or_a_title_is_the_button_it_names(begun, typed):
    offered(begun, "Yes", "No")
    begun.hear(said("1", typed, at=begun.now))
    assert begun.turns() == [{"intent": "affirm", "entities": {"n": "No"}}]
    assert begun.heard()[-1] == "No"


def test_what_was_written_before_the_question_is_no_answer_to_it(begun):
    offered(begun, "Yes", "No")
    begun.hear(said("1", "2", at=begun.now - SECOND))
    assert begun.turns() == [{"text": "2", "notices": []}]


def test_a_number_for_a_button_that_is_gone_is_read_as_words(begun):
    offered(begun, "Yes", "No", uses=0)
    begun.hear(said("1", "2", at=begun.now))
    assert begun.turns() == [{"text": "2", "notices": []}]


def test_a_pressed_button_is_that_button(begun):
    offered(begun, "Yes")
    begun.hear(said("1", kind=PRESSED, payload="b-Yes", at=begun.now))
    assert begun.turns() == [{"intent": "affirm", "entities": {"n": "Yes"}}]


@pytest.mark.parametrize("payload", ["b-Yes", "nobody's", "", "4111 1111 1111 1111"])
def test_a_pressed_button_that_is_gone_is_explained(begun, payload):
    offered(begun, "Yes", uses=0)
    begun.hear(said("1", kind=PRESSED, payload=payload, at=begun.now))
    assert begun.turns() == []
    assert begun.told() == ["utter_channel_button_gone"]


def test_stars_are_a_rating_of_whoever_helped(begun):
    begun.change_thread(lambda x: replace(x, choices=(Choice("rate:bot:4", "4"),), shown_at=NOW))
    begun.hear(said("1", "4", at=begun.now))
    begun.hear(said("2", kind=PRESSED, payload="rate:agent:5", at=begun.now))
    assert begun.told() == ["utter_channel_rated", "utter_channel_button_gone"]  # no agent helped
    with begun.uow() as uow:
        own = uow.channels.thread("plain", "kim").conversation_id
        assert uow.feedback.last_in(own).stars == 4
    assert begun.turns() == []


# ---- starts ------------------------------------------------------------------------------------


def test_a_start_without_a_token_is_greeted(way_in):
    way_in.hear(said("1", "/start", kind=START))
    assert way_in.turns() == [{"intent": "greet", "entities": {}}]
    assert way_in.heard() == ["/start"]


# ---- what is no message ------------------------------------------------------------------------


@pytest.mark.parametrize("what", Unusable)
def test_what_cannot_be_used_is_explained_once_and_owes_nothing(way_in, what):
    events = [said(n, kind=InboundKind.UNSUPPORTED, what=what) for n in "123"]
    way_in.hear(*events)
    assert way_in.told() == [f"utter_channel_{what.value}"]
    assert way_in.turns() == []


def test_words_and_photos_beside_what_cannot_be_used_go_on(way_in):
    media = pictures(way_in, "a")
    way_in.hear(
        said("1", "A receipt", kind=InboundKind.UNSUPPORTED, what=Unusable.FILE, media=media)
    )
    assert way_in.heard() == ["A receipt + 1 photos"]
    assert way_in.told() == ["utter_channel_file"]
    assert len(way_in.turns()) == 1


def test_an_empty_message_is_explained(way_in):
    way_in.hear(said("1", " \u200b "))
    assert way_in.told() == ["utter_channel_empty"]


def test_a_reaction_is_no_answer(begun):
    offered(begun, "Yes")
    begun.hear(said("1", "1", kind=InboundKind.REACTION, about="0", at=begun.now))
    assert (begun.heard(), begun.told(), begun.turns()) == (["Hello"], [], [])


def test_a_message_that_was_edited_before_it_was_read_says_the_new_words(way_in):
    way_in.hear(
        said("1", "Cancel 17"),
        said("2", "Cancel 18", kind=InboundKind.EDITED, about="1", at=NOW + SECOND),
        said("3", "Cancel 19", kind=InboundKind.EDITED, about="1", at=NOW + 2 * SECOND),
    )
    assert way_in.heard() == ["Cancel 19"]
    assert way_in.told() == []


@pytest.mark.parametrize("about", ["0", "long ago", None])
def test_an_edit_of_what_was_read_does_nothing_again_and_says_so(begun, about):
    begun.hear(said("1", "Cancel it", kind=InboundKind.EDITED, about=about))
    assert begun.heard() == ["Hello"]
    assert begun.turns() == []
    assert begun.told() == ["utter_channel_edited"]


def test_who_left_is_not_reached_until_they_write_again(begun):
    begun.hear(said("1", kind=InboundKind.LEFT, at=NOW + SECOND))
    assert begun.thread().unreachable_at == NOW + SECOND
    begun.hear(said("2", "Back", at=NOW + 2 * SECOND))
    assert begun.thread().unreachable_at is None
    begun.hear(said("3", kind=InboundKind.LEFT, at=NOW + SECOND))  # told late
    assert begun.thread().unreachable_at is None


def test_a_chat_that_moved_goes_on_at_its_new_address(begun):
    begun.hear(
        said("1", kind=InboundKind.MOVED, payload="kim's new"),
        said("2", "Still me", address="kim's new", at=NOW + SECOND),
    )
    assert begun.thread("kim") is None
    assert begun.heard("kim's new") == ["Hello", "Still me"]


def test_a_chat_never_moves_onto_anothers(begun):
    begun.hear(said("1", "I am Lee", address="lee"))
    begun.hear(said("2", kind=InboundKind.MOVED, payload="lee"))
    assert (begun.heard("kim"), begun.heard("lee")) == (["Hello"], ["I am Lee"])


def test_an_old_number_is_nobodys_when_its_buyer_writes_from_the_new_one_already(begun):
    own = begun.thread().thread_id
    link = Link("l1", own, BUYER.storefront, BUYER.buyer_id, LinkLevel.SHOP, NOW, LATER)
    with begun.uow() as uow:
        uow.channels.add_link(link)
        uow.commit()
    begun.hear(said("1", "I have a new number", address="kim's new"))
    begun.hear(said("2", kind=InboundKind.MOVED, payload="kim's new"))
    assert begun.thread().unreachable_at is not None  # nothing is said to whoever has it now
    begun.hear(said("3", "Hi, I just got this number", at=NOW + 9 * SECOND))
    assert (begun.conversation().buyer_id, begun.heard()) == (None, ["Hi, I just got this number"])


# ---- groups and the unwelcome ------------------------------------------------------------------


def test_a_group_hears_one_polite_word_a_day_and_nothing_of_it_is_kept(way_in):
    for number in range(3):
        event = said(str(number), "My card is 1234", is_private=False, name="Kim", sender="kim")
        way_in.hear(event)
    way_in.hear(said("x", kind=InboundKind.REACTION, is_private=False))
    (word,) = way_in.beside()
    assert word.body["text"].startswith("I only help in a private chat")
    assert word.state is SendState.PENDING
    thread = way_in.thread()
    assert (thread.conversation_id, thread.name, thread.sender) == (None, "", "")
    way_in.later(days=1).hear(said("4", "Hello?", is_private=False))
    assert len(way_in.beside()) == 2


def test_who_is_blocked_hears_so_once_a_day_and_adds_nothing(begun):
    begun.change_conversation(lambda x: replace(x, buyer_id=BUYER.buyer_id))
    with begun.uow() as uow:
        block = Block(BUYER.buyer_id, BUYER.storefront, "abuse", "mira", NOW)
        uow.blocks.put(block)
        uow.commit()
    begun.hear(said("1", "Listen"), said("2", "to me", at=NOW + SECOND))
    assert begun.heard() == ["Hello"]
    (word,) = begun.beside()
    assert "can't take messages" in word.body["text"]


def test_more_than_twenty_unanswered_messages_wait_and_none_is_lost(begun):
    begun.deliver(*(said(f"m{n}", f"{n}", at=NOW + n * SECOND) for n in range(25)))
    begun.later(minutes=1).work()
    assert len(begun.heard()) == 1 + 20
    begun.turns()
    begun.settle()
    assert begun.heard() == ["Hello", *map(str, range(25))]


def test_a_person_who_has_the_conversation_gets_it_without_a_turn(begun):
    with begun.uow() as uow:
        own = uow.channels.thread("plain", "kim").conversation_id
        uow.conversations.move_owner(own, Owner.HUMAN, version=1)
        uow.commit()
    done = begun.deliver(said("1", "Are you there?")) and begun.settle()
    assert begun.heard()[-1] == "Are you there?"
    assert [each.turns for each in done if each.turns] == []


def test_what_was_held_may_leave_when_the_buyer_writes(begun):
    with begun.uow() as uow:
        thread = uow.channels.thread("plain", "kim")
        uow.channels.add_send(a_send(thread, SendState.HELD))
        uow.commit()
    begun.deliver(said("1", kind=InboundKind.REACTION))
    assert states(begun) == [SendState.HELD]
    begun.deliver(said("2", "Yes?"))
    assert states(begun) == [SendState.PENDING]


def states(way_in):
    own = way_in.thread().conversation_id
    with way_in.uow() as uow:
        return [each.state for each in uow.channels.sends_of(own, since=0)]


@pytest.mark.parametrize("connectors", [[PlainConnector(), PlainConnector("other")]])
def test_accounts_do_not_share_ids_or_chats(way_in, connectors):
    first, other = connectors
    way_in.hear(said("1", "To one"), to=first)
    way_in.hear(said("1", "To the other"), to=other)
    assert way_in.heard() == ["To one"]
    with way_in.uow() as uow:
        theirs = uow.channels.thread("other", "kim").conversation_id
        assert uow.conversations.recent_messages(theirs)[0].body["text"] == "To the other"

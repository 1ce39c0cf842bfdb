"""A chat of a messenger and the account in the shop: connected by a yes or a code, and ended."""

import re
import secrets
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from aftersale.adapters.policies import load_policies
from aftersale.adapters.voice import DomainVoice
from aftersale.domain.channels import Account, Channel, Thread
from aftersale.domain.conversations import Author
from aftersale.domain.link_tokens import link_token_in
from aftersale.services.channels.link_making import ChannelLinks, Reachable
from aftersale.services.channels.linking import LinkTaking
from aftersale.services.saying import say
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring
from tests.conversation.letters import letters

STOREFRONT = "status-gated"
CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b")
ASK = "connect my account"


class Shop:
    """What the signed-in shop does: it makes the link that a buyer opens in the messenger."""

    def __init__(self, world):
        settings = world.settings
        policies = load_policies(settings.storefronts_dir, world.now)
        self.world, self.wiring = (
            world,
            Wiring(
                uow=world.uow,
                policies=policies,
                voice=DomainVoice.read(settings.domain_file, policies),
                new_id=partial(secrets.token_hex, 16),
                base_url=settings.base_url,
            ),
        )

    def link(self, owner, order=None):
        account = Account("tg", Channel.TELEGRAM, owner.storefront)
        links = ChannelLinks(self.wiring, [Reachable(account, "shop_bot")])
        with self.world.uow() as uow:
            signed_in = uow.conversations.get(owner.client.conversation_id)
        made = links.make(signed_in, "tg", order, self.world.now)
        return link_token_in(made.words)

    def opened(self, chat, token):
        """Open the link in the chat, as the messenger passes it on."""
        with self.world.uow() as uow:
            thread = uow.channels.locked(chat.client.conversation_id)
            now = self.world.now
            reply = LinkTaking(self.wiring).take(uow, thread, hash_token(token), now)
            say(
                uow,
                self.wiring.voice,
                uow.conversations.get(thread.conversation_id),
                response=reply.response,
                variables=reply.variables,
                author=Author.SYSTEM,
                now=now,
            )
            uow.commit()
        return chat.waits_for(lambda heard: reply.response in heard.responses).text


@pytest.fixture
def shop(world):
    return Shop(world)


@pytest.fixture
def owner(world):
    return world.buyer(STOREFRONT)


@pytest.fixture
def order(world, owner):
    return world.order(owner)


@pytest.fixture
def chat(world):
    return in_telegram(world)


def in_telegram(world, storefront=STOREFRONT):
    """Return a visitor whose conversation is held in a chat of a messenger."""
    visitor = world.buyer(storefront, signed_in=False)
    own = visitor.client.conversation_id
    with world.uow() as uow:
        uow.channels.add_thread(
            Thread(own, "tg", Channel.TELEGRAM, own, storefront, world.now, own)
        )
        uow.commit()
    held = "UPDATE conversations SET channel = 'telegram' WHERE conversation_id = :c"
    with world.engine.begin() as connection:
        connection.execute(text(held), {"c": own})
    return visitor


def whose(world, chat):
    (row,) = world.sql(
        "SELECT buyer_id, verified_by, linked FROM conversations WHERE conversation_id = :c",
        c=chat.client.conversation_id,
    )
    return row["buyer_id"], row["verified_by"], row["linked"]


def code_in_mail(world, owner, times=1):
    world.sweep()
    found = letters(world, owner.email)
    assert len(found) == times, found
    (code,) = CODE.findall(found[-1].text)
    return code


def connected_by_code(world, chat, owner):
    chat.say(ASK)
    chat.say(owner.email)
    return chat.say(code_in_mail(world, owner))


def test_a_link_of_the_shop_asks_and_a_pressed_yes_connects(world, shop, owner, order, chat):
    told = chat.say(f"where is order {order.number}")
    assert "isn't connected to an account" in told.text
    assert "Connect this chat" in told.buttons
    asked = shop.opened(chat, shop.link(owner, order.number))
    assert "Connect this Telegram chat to the account of A… (ad•••@example.com)?" in asked
    assert whose(world, chat)[0] is None
    done = chat.press("Yes, connect it")
    assert "is connected to your account until" in done.text
    assert f"order {order.number}" in done.text
    assert whose(world, chat) == (order.buyer_id, "channel:telegram", "shop")
    assert f"Order {order.number} is" in chat.say("where is it").text
    chat.say("cancel it")
    chat.say("yes")
    world.later(minutes=2)
    world.sweep()
    assert world.stored(STOREFRONT, order.number).state.value == "cancelled"


@pytest.mark.parametrize("words", ["yes", "yes please", "ok do it"])
def test_a_typed_yes_connects(world, shop, owner, order, chat, words):
    shop.opened(chat, shop.link(owner))
    assert "is connected to your account" in chat.say(words).text
    assert whose(world, chat)[0] == order.buyer_id


@pytest.mark.parametrize("words", ["no", "that's not me", "hello", "what is this?"])
def test_anything_else_connects_nothing(world, shop, owner, chat, words):
    shop.opened(chat, shop.link(owner))
    chat.say(words)
    assert whose(world, chat)[0] is None


def test_a_no_ends_the_question(world, shop, owner, chat):
    shop.opened(chat, shop.link(owner))
    chat.press("No")
    chat.say("yes")
    assert whose(world, chat)[0] is None


def test_a_yes_in_the_middle_of_cancelling_is_to_the_question_asked_last(
    world, shop, owner, order, chat
):
    connected_by_code(world, chat, owner)
    chat.say(f"cancel order {order.number}")
    shop.opened(chat, shop.link(owner))
    assert "is connected to your account" in chat.say("yes").text
    assert whose(world, chat)[2] == "shop"
    assert world.stored(STOREFRONT, order.number).state.value == "open"


def test_the_code_from_the_mail_connects_and_the_talk_goes_on(world, owner, order, chat):
    told = chat.say(ASK).text
    assert "Which e-mail address or Member ID" in told
    told = chat.say(owner.email).text
    assert "If there is such an account" in told
    (letter,) = letters_after(world, owner)
    assert "Telegram" in letter.text
    (code,) = CODE.findall(letter.text)
    assert "is connected to your account until" in chat.say(f"the code is {code}").text
    assert whose(world, chat) == (order.buyer_id, "channel:telegram", "code")
    assert order.number in str(chat.say("show all my orders").events)


def letters_after(world, owner):
    world.sweep()
    return letters(world, owner.email)


def test_a_message_that_names_the_account_needs_no_question(world, owner, order, chat):
    assert "a code is on its way" in chat.say(f"{ASK}, it's {owner.email}").text
    assert "is connected" in chat.say(code_in_mail(world, owner)).text


def test_nobody_learns_whether_there_is_such_an_account(world, owner, order, chat):
    stranger = in_telegram(world)
    told = []
    for visitor, address in ((chat, owner.email), (stranger, "nobody@example.com")):
        visitor.say(ASK)
        told.append([visitor.say(address).text, visitor.say("K7P-2QX").text])
    assert told[0] == told[1]


def test_five_wrong_codes_end_it(world, owner, order, chat):
    chat.say(ASK)
    chat.say(owner.email)
    code = code_in_mail(world, owner)
    wrong = "222-AAA" if code != "222-AAA" else "333-AAA"
    told = [chat.say(wrong).text for _ in range(5)]
    assert "Tries left: 1" in told[3]
    assert "no longer valid" in told[4]
    chat.say(code)
    assert whose(world, chat)[0] is None


def test_the_code_is_kept_nowhere_once_it_left(world, owner, order, chat):
    chat.say(ASK)
    chat.say(owner.email)
    code = code_in_mail(world, owner)
    for table in ("outbox", "guest_codes", "events", "audit"):
        kept = str(world.sql(f"SELECT * FROM {table}"))
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_a_question_in_between_is_answered_and_the_code_still_counts(world, owner, order, chat):
    chat.say(ASK)
    chat.say(owner.email)
    told = chat.say("is this chat private?")
    assert "confidential" in told.text
    assert "type just the code" in told.text
    assert "is connected" in chat.say(code_in_mail(world, owner)).text


def test_a_code_after_something_else_still_counts(world, owner, order, chat):
    chat.say(ASK)
    chat.say(owner.email)
    chat.say("never mind")
    assert "is connected" in chat.say(code_in_mail(world, owner)).text


def test_the_buyer_lists_and_disconnects(world, owner, order, chat):
    connected_by_code(world, chat, owner)
    listed = chat.say("which chats are connected")
    assert "Telegram" in listed.text
    assert any(title.startswith("Disconnect Telegram") for title in listed.buttons)
    assert "is not connected to an account any more" in chat.say("disconnect").text
    (thread,) = world.sql(
        "SELECT conversation_id FROM channel_threads WHERE thread_id = :t",
        t=chat.client.conversation_id,
    )
    assert thread["conversation_id"] != chat.client.conversation_id
    assert "isn't connected" in chat.say(f"where is order {order.number}").text


def test_the_widget_lists_the_same_chats_and_a_button_disconnects_one(world, owner, order, chat):
    connected_by_code(world, chat, owner)
    (title,) = [
        each
        for each in owner.say("which chats are connected to my account").buttons
        if each.startswith("Disconnect Telegram")
    ]
    assert "was told so" in owner.press(title).text
    assert "isn't connected" in chat.say(f"where is order {order.number}").text


def test_in_the_shops_own_chat_it_is_said_where_to_begin(owner):
    assert "in the messenger" in owner.say(ASK).text


def test_a_connection_ends_by_itself(world, owner, order, chat):
    connected_by_code(world, chat, owner)
    assert f"Order {order.number}" in chat.say(f"where is order {order.number}").text
    ended = "UPDATE conversations SET verified_until = :past WHERE conversation_id = :c"
    with world.engine.begin() as connection:
        past = "2026-11-20T14:59:59.000000Z"
        connection.execute(text(ended), {"c": chat.client.conversation_id, "past": past})
    told = chat.say(f"where is order {order.number}")
    assert "isn't connected to an account" in told.text
    assert "Connect this chat" in told.buttons


def test_where_a_code_is_too_weak_to_act_nothing_is_done(world, shop):
    owner = world.buyer("group-buy")
    order = world.order(owner, payment={"method": "card", "state": "awaiting"})
    chat = in_telegram(world, "group-buy")
    connected_by_code(world, chat, owner)
    told = chat.say(f"cancel order {order.number}").text
    assert "connected from your account itself" in told
    shop.opened(chat, shop.link(owner))
    chat.press("Yes, connect it")
    told = chat.say(f"cancel order {order.number}").text
    assert "connected from your account itself" not in told
    chat.say("yes")
    world.sweep(world.now + timedelta(minutes=2))
    assert world.stored("group-buy", order.number).state.value == "cancelled"

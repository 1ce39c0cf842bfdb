"""Whose chat it is on Telegram: links of the shop, groups, and who blocks the bot."""

import asyncio

from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_state import Person
from tests.integration.channels.telegram.app import ANN, in_both_ways, later
from tests.integration.gateway.world import says
from tests.photos import photo

ALL_NOTED = (
    "SELECT 1 FROM channel_threads WHERE noted_seq ="
    " (SELECT max(seq) FROM events WHERE body LIKE '%utter_news%')"
)


@in_both_ways
async def test_who_blocks_the_bot_is_marked_until_they_write_again(app, server, ann):
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    later(app, 2)
    ann.blocks()
    await app.deliver()
    await app.until(lambda: app.thread(ANN).unreachable_at)
    app.says(ANN, "utter_news")
    await app.until(lambda: app.rows(ALL_NOTED))
    assert len(server.called("sendMessage")) == 1
    later(app, 2)
    ann.unblocks()
    ann.says("I am back")
    await app.deliver()
    await app.until(lambda: app.written()[-1:] == ["I am back"])
    assert app.thread(ANN).unreachable_at is None
    await app.until(lambda: server.said(ANN)[-1] == "[utter_echo]")


async def test_who_lets_the_bot_in_again_gets_news_and_one_greeting(app, server, ann):
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    later(app, 2)
    ann.blocks()
    await app.settled()
    assert app.thread(ANN).unreachable_at is not None
    later(app, 2)
    ann.unblocks()
    await app.settled()
    assert app.thread(ANN).unreachable_at is None
    app.says(ANN, "utter_news")
    await app.hears(ANN, "[utter_echo]", "[utter_news]")
    ann.starts()
    await app.hears(ANN, "[utter_echo]", "[utter_news]", "[utter_echo]")
    assert len(app.engine.seen) == 2


async def test_who_blocked_the_bot_unnoticed_is_marked_when_something_leaves(app, server, ann):
    ann.says("Hello")
    await app.hears(ANN, "[utter_echo]")
    ann.chat.shut = "user is deactivated"
    app.says(ANN, "utter_news")
    await app.until(lambda: app.thread(ANN).unreachable_at)
    await app.until(lambda: app.sends(ANN)[-1].code == "Forbidden: user is deactivated")


def by_link(app):
    """Let the engine stub do what the yes to the question of a link does."""

    async def answer(body):
        return says(await asyncio.to_thread(app.confirms, body))

    app.engine.answer = answer


@in_both_ways
async def test_a_link_of_the_shop_makes_a_chat_its_buyers_after_a_yes(app, server, ann):
    by_link(app)
    token = (await app.start_link("ann")).partition("?start=")[2]
    ann.starts(token)
    await app.hears(ANN, "[utter_link_confirm]")
    assert app.conversation(ANN).buyer_id is None
    assert token not in app.everything()
    ann.presses_title("Affirm")
    await app.hears(ANN, "[utter_link_confirm]", "[utter_link_done]")
    conversation, thread = app.conversation(ANN), app.thread(ANN)
    with app.services.uow() as uow:
        link = uow.channels.link_of(thread.thread_id)
        assert uow.parties.buyer(conversation.buyer_id).subject == "ann"
    assert link.holds(app.clock())
    assert conversation.verified_by == "channel:telegram"


async def test_a_link_that_is_not_good_connects_nobody(app, server, ann):
    ann.starts(f"link-{'x' * 43}")
    await app.hears(ANN, "[utter_link_gone]")
    assert app.conversation(ANN).buyer_id is None
    assert app.engine.seen == []


async def test_a_start_with_anything_else_is_greeted(app, server, ann):
    ann.starts("from-the-poster-at-the-door")
    await app.hears(ANN, "[utter_echo]")
    assert app.engine.seen[0]["intent"] == "greet"


async def test_a_link_that_is_opened_in_a_group_connects_nobody(app, server):
    group = server.state.add_group(-900, "Friends")
    token = (await app.start_link("ann")).partition("?start=")[2]
    Buyer(server, Person(ANN, "Ann"), group).starts(token)
    await app.hears(-900, "utter_channel_group")
    assert app.thread(-900).conversation_id is None
    assert token not in app.everything()


@in_both_ways
async def test_in_a_group_nothing_is_said_but_one_refusal_and_nothing_is_kept(app, server):
    group = server.state.add_group(-900, "Friends of Ann")
    ann = Buyer(server, Person(ANN, "Ann"), group)
    ann.says("/cancel 812345678901 please")
    await app.hears(-900, "utter_channel_group")
    ann.says("812345678901, hello?")
    ann.presses("a-button-of-another-chat")
    ann.photo(photo(), "812345678901")
    await app.settled()
    assert server.said(-900) == ["utter_channel_group"]
    assert all(server.state.presses.values())
    assert app.thread(-900).conversation_id is None
    assert app.engine.seen == []
    assert not [each for each in ("812345678901", "Friends of Ann") if each in app.everything()]


async def test_a_group_that_moves_is_the_same_chat(app, server):
    group = server.state.add_group(-900, "Friends")
    ann = Buyer(server, Person(ANN, "Ann"), group)
    ann.says("/start")
    await app.hears(-900, "utter_channel_group")
    before = app.thread(-900)
    ann.upgrades(-1_000_000_000_900)
    await app.settled()
    assert app.thread(-1_000_000_000_900).thread_id == before.thread_id
    assert app.thread(-900) is None

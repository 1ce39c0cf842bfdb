"""A whole app on a real Synapse; the buyer's client is made by others."""

import asyncio
from datetime import UTC, datetime

import pytest

from aftersale.adapters import matrix_pull
from aftersale.domain.conversations import Author, EventType
from tests.integration.channels.installation import Installation
from tests.integration.channels.matrix_buyer import MatrixBuyer
from tests.integration.gateway.world import says
from tests.photos import photo

ACCOUNT = "on-matrix"


@pytest.fixture
def us(synapse):
    return synapse.person()


@pytest.fixture
async def shop(tmp_path, empty_database, synapse, us, monkeypatch):
    """An app that has an account on the homeserver; it greets whatever is said."""
    monkeypatch.setattr(matrix_pull, "WAIT", 0.3)  # so that it stops soon
    account = {
        "name": ACCOUNT,
        "channel": "matrix",
        "homeserver": synapse.url,
        "user": us.user_id,
        "access_token": us.token,
    }
    made = Installation.made(tmp_path, empty_database, [account])
    made.answers(lambda _: "utter_greet")
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def buyer(synapse, us):
    made = MatrixBuyer.of(synapse, synapse.person(), us.user_id)
    yield made
    await made.client.close()


@pytest.fixture
async def talking(shop, buyer):
    """A buyer who was greeted."""
    await buyer.invite()
    await buyer.say("hello")
    await buyer.until(lambda: "automated assistant" in "".join(buyer.told))
    return buyer


async def test_a_talk_with_numbered_choices(shop, talking):
    assert talking.told[0].endswith("1. My order\n2. Cancel an order\n3. Before I buy")
    await talking.say("2")
    await talking.until(lambda: len(talking.told) == 2)
    assert shop.engine.seen[-1].get("intent") == "cancel_order"
    assert shop.said() == ["hello", "Cancel an order"]


async def test_what_is_taken_is_read_and_typing_is_seen(shop, talking):
    may_answer = asyncio.Event()

    async def answer(_):
        await may_answer.wait()
        return says("utter_greet")

    shop.engine.answer = answer
    sent = await talking.say("where is my order")
    await talking.until(lambda: sent in talking.read and talking.typed > 0)
    may_answer.set()
    await talking.until(lambda: len(talking.told) == 2)


async def test_an_edit_repeats_nothing(shop, talking):
    sent = await talking.say("cancel it")
    await talking.until(lambda: len(talking.told) == 2)
    asked = len(shop.engine.seen)
    await talking.edit(sent, "cancel everything")
    await talking.until(lambda: len(talking.told) == 3)
    assert "changed a message" in talking.told[-1]
    assert (len(shop.engine.seen), shop.said()) == (asked, ["hello", "cancel it"])


async def test_photos_go_both_ways(shop, talking):
    await talking.show(photo(), "it came like this")
    await talking.until(lambda: len(talking.told) == 2)
    assert shop.said() == ["hello", "it came like this"]
    [(kept, conversation_id)] = shop.rows("SELECT attachment_id, conversation_id FROM attachments")
    shown = {"type": "photo", "attachment_id": kept, "fallback": "Photo"}
    with shop.services.uow() as uow:
        uow.conversations.append(
            conversation_id,
            type=EventType.MESSAGE,
            author=Author.AGENT,
            at=datetime.now(UTC),
            body={"blocks": [{"type": "text", "fallback": "This one?"}, shown]},
        )
        uow.commit()
    await talking.until(lambda: any(each["msgtype"] == "m.image" for each in talking.seen))
    picture = await talking.file_of(talking.seen[-1])
    assert "This one?" in talking.told
    assert picture[:2] == b"\xff\xd8"  # a JPEG, as it is kept


async def test_a_third_in_the_room_ends_what_is_said_about_orders(shop, talking, synapse):
    third = synapse.person()
    await talking.client.room_invite(talking.room, third.user_id)
    await talking.until(lambda: len(talking.told) == 2)
    assert "private chat" in talking.told[1]
    asked = len(shop.engine.seen)
    for text in ("where is my order", "hello?"):
        await talking.say(text)
    await until_taken(shop, events=4)
    assert (len(shop.engine.seen), shop.said()) == (asked, ["hello"])
    await talking.look(wait=2)
    assert len(talking.told) == 2  # said once


async def test_nothing_is_lost_or_doubled_when_the_app_is_away(shop, talking):
    texts = [f"message {place}" for place in range(70)]  # more than one look shows
    for text in texts[:5]:
        await talking.say(text)
    await shop.stop()  # in the middle, wherever it is
    for text in texts[5:]:
        await talking.say(text)
    await shop.start()
    await talking.until(lambda: len(shop.said()) >= len(texts) + 1)
    await until_taken(shop, events=len(texts) + 1)
    assert shop.said() == ["hello", *texts]


async def test_what_is_said_while_the_homeserver_is_away_arrives_once(shop, talking, synapse):
    [(conversation_id,)] = shop.rows("SELECT conversation_id FROM conversations")
    synapse.stop()
    try:
        with shop.services.uow() as uow:
            body = {"blocks": [{"type": "text", "fallback": "We have found it."}]}
            uow.conversations.append(
                conversation_id,
                type=EventType.MESSAGE,
                author=Author.AGENT,
                at=datetime.now(UTC),
                body=body,
            )
            uow.commit()
        tried = "SELECT 1 FROM channel_sends WHERE attempts > 0 AND state = 'pending'"
        await eventually(lambda: shop.rows(tried))
    finally:
        synapse.start()
    # The longer it was away, the longer are the pauses after which it is tried again.
    await talking.until(lambda: "We have found it." in talking.told, seconds=120)
    await talking.say("thanks")
    await talking.until(lambda: len(talking.told) == 3, seconds=120)
    assert talking.told.count("We have found it.") == 1
    states = "SELECT DISTINCT state FROM channel_sends"
    await eventually(lambda: shop.rows(states) == [("sent",)])


async def until_taken(shop, *, events):
    """Wait until so many events came in and all are worked off."""
    await eventually(
        lambda: (
            shop.rows("SELECT count(*) FROM channel_events")[0][0] >= events
            and not shop.rows("SELECT 1 FROM channel_events WHERE due_at IS NOT NULL")
        )
    )


async def eventually(is_so):
    """Wait until the jobs have done something, which only the database tells."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 -- the database wakes nobody
            await asyncio.sleep(0.05)

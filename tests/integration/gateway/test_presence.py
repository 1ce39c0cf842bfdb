"""What a client says beside messages: how far it has read, and that it types."""

from sqlalchemy import text

from aftersale.gateway.keys import LIMITERS
from tests.integration.gateway.lines import line
from tests.integration.gateway.test_sockets import note


def stored(world, talk):
    with world.services.uow() as uow:
        row = uow.conversations._connection.execute(
            text("SELECT * FROM conversations WHERE conversation_id = :id"),
            {"id": talk.conversation_id},
        )
        return row.one()._mapping


def change(world, talk, *, owner):
    """Give the conversation to somebody: no service does that yet."""
    with world.services.uow() as uow:
        uow.conversations._connection.execute(
            text("UPDATE conversations SET owner = :owner WHERE conversation_id = :id"),
            {"id": talk.conversation_id, "owner": owner},
        )
        uow.commit()


async def test_what_was_read_is_kept_and_never_goes_back(world):
    talk = await world.open()
    for _ in range(5):
        note(world, talk)
    for seq, kept in [(3, 3), (2, 3), (99, 3), (5, 5)]:
        reply = await world.call("POST", f"{talk.path}/read", {"seq": seq}, token=talk.token)
        assert reply.status == 204
        assert _read_seq(world, talk) == kept
    async with line(talk) as buyer:
        note(world, talk)
        await buyer.say(type="read", seq=6)
        await buyer.say(type="ping")
        await buyer.until("pong")
    assert _read_seq(world, talk) == 6


def _read_seq(world, talk):
    return stored(world, talk)["read_seq"]


async def test_typing_reaches_the_person_who_has_the_conversation(world):
    talk = await world.open()

    async def typed():
        reply = await world.call("POST", f"{talk.path}/typing", token=talk.token)
        assert reply.status == 204
        return [event["author"] for event in await talk.events() if event["type"] == "typing"]

    assert await typed() == []  # the bot does not look
    change(world, talk, owner="human")
    assert await typed() == []  # said again at once
    world.client.server.app[LIMITERS].typing._levels.clear()
    async with line(talk) as buyer:
        await buyer.say(type="typing")
        await buyer.until("typing")
    assert await typed() == ["buyer"]

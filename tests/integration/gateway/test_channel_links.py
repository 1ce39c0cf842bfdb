"""The signed-in shop connects, lists and disconnects its buyer's chats on messengers."""

from datetime import timedelta

import pytest

from aftersale.domain.channels import Channel, LinkLevel, Thread
from aftersale.domain.link_tokens import link_token_in
from aftersale.services.channels.belonging import Bond, bind
from aftersale.services.seller_links import hash_token
from tests.integration.gateway.conftest import wiring_of
from tests.integration.gateway.world import API, OTHER_SHOP, SHOP

LINKS = f"{API}/channels/links"


async def made(talk, **more):
    body = {"account": "tg"} | more
    return await talk.world.call("POST", LINKS, body, token=talk.token)


def connected(world, subject="ann"):
    """Connect a chat to the buyer, as the yes there does."""
    services = world.services
    wiring = wiring_of(services.policies, services.uow, services.voice)
    with services.uow() as uow:
        buyer = uow.parties.buyer_by_subject(SHOP, subject)
        thread = Thread(
            f"t-{subject}", "tg", Channel.TELEGRAM, subject, SHOP, world.now[0], name="Ann"
        )
        uow.channels.add_thread(thread)
        bond = Bond(buyer, LinkLevel.SHOP)
        link = bind(wiring, uow, thread, bond, now=world.now[0]).link
        uow.commit()
    return link


async def test_a_link_is_made_for_who_is_signed_in_and_stored_as_a_hash(world):
    talk = await world.open(world.identity())
    reply = await made(talk)
    assert reply.status == 201, reply.body
    token = link_token_in(reply.body["words"])
    assert reply.body["url"] == f"https://t.me/shop_bot?start={token}"
    with world.services.uow() as uow:
        assert uow.requests.link(hash_token(token)).expires_at == world.now[0] + timedelta(
            minutes=15
        )
        assert uow.requests.link(token) is None


async def test_nobody_else_gets_one(world):
    anonymous = await world.open()
    refused = await made(anonymous)
    assert (refused.status, refused.body["code"]) == (403, "not_verified")
    elsewhere = await world.open(world.identity("ann", OTHER_SHOP), storefront=OTHER_SHOP)
    assert (await made(elsewhere)).status == 404
    talk = await world.open(world.identity())
    assert (await made(talk, account="nothing")).status == 404
    assert (await made(talk, order_number="999")).status == 404
    world.now[0] += timedelta(hours=13)
    assert (await made(talk)).status == 401


@pytest.mark.parametrize("body", [{}, {"account": 7}, {"account": "tg", "more": 1}])
async def test_an_odd_wish_is_refused(world, body):
    talk = await world.open(world.identity())
    assert (await world.call("POST", LINKS, body, token=talk.token)).status == 400


async def test_an_hour_has_twenty_links(world):
    talk = await world.open(world.identity())
    for _ in range(20):
        assert (await made(talk)).status == 201
    refused = await made(talk)
    assert (refused.status, refused.body["code"]) == (429, "too_many_requests")


async def test_the_buyer_lists_and_disconnects(world):
    talk = await world.open(world.identity())
    link = connected(world)
    listed = await world.call("GET", LINKS, token=talk.token)
    (shown,) = listed.body["links"]
    assert (shown["link_id"], shown["channel"], shown["level"]) == (
        link.link_id,
        "telegram",
        "shop",
    )
    stranger = await world.open(world.identity("bob"))
    assert (await world.call("GET", LINKS, token=stranger.token)).body == {"links": []}
    path = f"{LINKS}/{link.link_id}"
    assert (await world.call("DELETE", path, token=stranger.token)).status == 404
    for _ in range(2):
        assert (await world.call("DELETE", path, token=talk.token)).status == 200
    assert (await world.call("GET", LINKS, token=talk.token)).body == {"links": []}
    with world.services.uow() as uow:
        thread = uow.channels.thread_by_id("t-ann")
        (event,) = uow.conversations.events(thread.conversation_id, since=0)
    assert event.body["response"] == "utter_link_ended"

"""Chats of messengers and what crosses there, each made with what a test cares about."""

from datetime import timedelta

from aftersale.domain.channels import Channel, Link, LinkLevel, Send, SendState, Thread
from aftersale.services.ports_channel_store import ChannelEvent
from tests.integration.store.things import BUYER, NOW, SHOP, a_conversation, fill

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def fill_chats(store):
    """Two chats, of WhatsApp and of Telegram, each with its conversation."""
    fill(store, conversations=[a_conversation("c1"), a_conversation("c2", channel="telegram")])
    with store() as uow:
        uow.channels.add_thread(a_thread())
        uow.channels.add_thread(a_thread("t2", "tg", channel=Channel.TELEGRAM))
        uow.commit()
    return store


def a_thread(thread_id="t1", account="wa", **more):
    told = {
        "channel": Channel.WHATSAPP,
        "address": f"address of {thread_id}",
        "storefront": SHOP,
        "created_at": NOW,
        "conversation_id": {"t1": "c1", "t2": "c2"}.get(thread_id),
    }
    return Thread(thread_id, account, **told | more)


def an_event(event_id, thread_id="t1", account="wa", **more):
    told = {"received_at": NOW, "at": NOW, "order": None, "hash": "h", "body": {"text": event_id}}
    return ChannelEvent(0, account, event_id, thread_id, **told | more)


def of_telegram(order, **more):
    return an_event(f"u{order}", "t2", "tg", order=order, **more)


def a_send(send_id, thread_id="t1", seq=1, part=0, **more):
    told = {
        "conversation_id": "c1" if thread_id == "t1" else "c2",
        "state": SendState.PENDING,
        "body": {"text": send_id},
        "created_at": NOW,
        "due_at": NOW,
    }
    return Send(send_id, thread_id, seq=seq, part=part, **told | more)


def a_link(link_id="l1", **more):
    told = {
        "thread_id": "t1",
        "storefront": SHOP,
        "buyer_id": BUYER.buyer_id,
        "level": LinkLevel.SHOP,
        "linked_at": NOW,
        "until": NOW + MINUTE,
    }
    return Link(link_id, **told | more)


def names(found):
    return [each.event_id if isinstance(each, ChannelEvent) else each.send_id for each in found]

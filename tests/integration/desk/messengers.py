"""Chats of messengers for the desk's tests: where a buyer writes, what left, how far it got."""

from dataclasses import replace
from datetime import timedelta

from aftersale.domain.channels import Channel, Link, LinkLevel, Send, SendState, Thread
from tests.integration.desk.talks import BUYER, SHOP, talk


def messenger(desk, conversation_id="c1", channel=Channel.WHATSAPP, *, noted=None, **more):
    """Write a conversation that is held in a messenger, and its thread; return the thread."""
    about = {name: more.pop(name) for name in ("owner", "agent", "buyer_id") if name in more}
    talk(desk, conversation_id, channel=channel.value, **about)
    return thread(desk, conversation_id, channel, noted=noted, **more)


def thread(desk, conversation_id="c1", channel=Channel.WHATSAPP, *, noted=None, **more):
    made = Thread(
        thread_id=f"t-{conversation_id}",
        account=f"shop-{channel}",
        channel=channel,
        address=f"+{conversation_id}",
        storefront=SHOP,
        created_at=desk.now,
        conversation_id=conversation_id,
        heard_at=desk.now,
        noted_seq=1 if noted is None else noted,
    )
    with desk.services.uow() as uow:
        uow.channels.add_thread(replace(made, **more))
        uow.commit()
    return replace(made, **more)


def change(desk, thread_id="t-c1", **changes):
    with desk.services.uow() as uow:
        held = uow.channels.locked(thread_id)
        uow.channels.save_thread(replace(held, **changes))
        uow.commit()


def noted(desk, seq, state, *, part=0, of="c1", **more):
    """Write a message of the log down as a send that got so far."""
    made = Send(
        send_id=f"s-{of}-{seq}-{part}",
        thread_id=f"t-{of}",
        conversation_id=of,
        seq=seq,
        part=part,
        state=SendState(state),
        body={"text": "x"},
        created_at=desk.now,
        due_at=desk.now,
        sent_at=desk.now,
    )
    with desk.services.uow() as uow:
        assert uow.channels.add_send(replace(made, **more))
        uow.commit()
    change(desk, f"t-{of}", noted_seq=seq)


def link(desk, *, until=timedelta(days=30), level=LinkLevel.CODE, of="c1"):
    made = Link(f"l-{of}", f"t-{of}", SHOP, BUYER.buyer_id, level, desk.now, desk.now + until)
    with desk.services.uow() as uow:
        uow.channels.add_link(made)
        uow.commit()

"""Which conversation is held in a chat of a messenger: opened when there is something to say."""

from datetime import datetime

from aftersale.domain.channels import Thread
from aftersale.domain.conversations import Conversation
from aftersale.services.channels.belonging import move
from aftersale.services.channels.new_talks import new_talk
from aftersale.services.channels.settling import renewed, settle
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


def held_in(wiring: Wiring, uow: UnitOfWork, thread: Thread, now: datetime) -> Conversation:
    """Return the conversation of a thread, a new one when there is none or it is over.

    A chat that is not its buyer's any more is held in a new one, too. Inside the caller's
    transaction, which holds the thread.
    """
    settle(wiring, uow, thread, now)
    thread = uow.channels.thread_by_id(thread.thread_id) or thread
    current = uow.conversations.get(thread.conversation_id) if thread.conversation_id else None
    if current is not None and not current.is_over:
        return current
    link = uow.channels.link_of(thread.thread_id)
    buyer = uow.parties.buyer(link.buyer_id) if link else None
    conversation = new_talk(thread, wiring.policies, now, buyer)
    if link is not None:
        conversation = renewed(conversation, thread, link)
    uow.conversations.add(conversation)
    move(uow, thread, conversation.conversation_id, now, withdrawn=False)
    return conversation

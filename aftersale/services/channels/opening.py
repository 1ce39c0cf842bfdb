"""Which conversation is held in a chat of a messenger: opened when there is something to say."""

from datetime import datetime, timedelta

from aftersale.domain.channels import Thread
from aftersale.domain.conversations import Author, Conversation, EventType
from aftersale.services.channels.belonging import move
from aftersale.services.channels.media import NotYet
from aftersale.services.channels.new_talks import new_talk
from aftersale.services.channels.settling import renewed, settle
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

_MOMENT = 0.5  # seconds
_LONGEST = timedelta(minutes=2)  # then the chat goes on all the same
_SAID = frozenset({EventType.MESSAGE, EventType.NOTICE})


def held_in(wiring: Wiring, uow: UnitOfWork, thread: Thread, now: datetime) -> Conversation:
    """Return the conversation of a thread, a new one when there is none or it is over.

    A chat that is not its buyer's any more is held in a new one, too. Inside the caller's
    transaction, which holds the thread.

    Raises:
        NotYet: the last words of the old one are still to be told there.
    """
    settle(wiring, uow, thread, now)
    thread = uow.channels.thread_by_id(thread.thread_id) or thread
    current = uow.conversations.get(thread.conversation_id) if thread.conversation_id else None
    if current is not None and not current.is_over:
        return current
    if current is not None and not _is_told(uow, thread, current, now):
        raise NotYet(_MOMENT)
    link = uow.channels.link_of(thread.thread_id)
    buyer = uow.parties.buyer(link.buyer_id) if link else None
    conversation = new_talk(thread, wiring.policies, now, buyer)
    if link is not None:
        conversation = renewed(conversation, thread, link)
    uow.conversations.add(conversation)
    move(uow, thread, conversation.conversation_id, now, withdrawn=False)
    return conversation


def _is_told(uow: UnitOfWork, thread: Thread, talk: Conversation, now: datetime) -> bool:
    """Whether the chat has been sent, or will be, what was said in the conversation just now."""
    news = uow.conversations.events(talk.conversation_id, since=thread.noted_seq)
    return not any(
        each.type in _SAID and each.author is not Author.BUYER and now - each.at < _LONGEST
        for each in news
    )

"""A chat that was opened by a one-time link: it asks, and only the yes connects it."""

from datetime import datetime

from aftersale.domain.channels import Thread
from aftersale.domain.conversations import Owner
from aftersale.services.channels.link_offer import Asked, LinkOffer, gone, good_link
from aftersale.services.channels.opening import held_in
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring

_TAKES_A_YES = frozenset({Owner.BOT, Owner.OFFLINE})


class LinkTaking:
    """Takes the token with which a chat was opened (`hearing.StartTaker`)."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, self._offer = wiring, LinkOffer(wiring)

    def take(self, uow: UnitOfWork, thread: Thread, token_hash: str, now: datetime) -> Reply:
        """Return the question whether the chat is to be connected.

        A link that is good no more is told as such, whatever became of it.
        """
        good = good_link(uow, token_hash, thread.storefront, now)
        if good is None:
            return gone()
        conversation = held_in(self._wiring, uow, thread, now)
        if conversation.owner not in _TAKES_A_YES:
            return Reply("utter_link_later", {"choices": []})
        current = uow.channels.thread_by_id(thread.thread_id) or thread
        asked = Asked(good[0], good[1], current)
        return self._offer.show(uow, conversation.conversation_id, asked, now=now)

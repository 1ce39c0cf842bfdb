"""A session that is over goes on where nothing in its conversation is anybody's own."""

from datetime import datetime, timedelta

from aftersale.domain.conversations import Conversation
from aftersale.errors import TokenInvalid
from aftersale.services.conversations import Conversations, Opened

GOES_ON = timedelta(days=7)


def renewed(conversations: Conversations, token: str, now: datetime) -> Opened:
    """Return a new token for the conversation; the old one is over at once.

    A token whose time is over opens nothing any more, but within a week it still brings its
    successor to an unknown visitor: they find yesterday's talk again. Where a buyer or a guest
    was ever shown an order, signing in at the shop is the only way back.

    Raises:
        TokenInvalid: the token opens nothing, or its time is over for good.
    """
    try:
        conversation = conversations.enter(token, None, now)
    except TokenInvalid:
        conversation = conversations.enter(token, None, now - GOES_ON)
        if not _is_nobodys(conversation):
            raise
    return conversations.refresh(conversation, now)


def _is_nobodys(conversation: Conversation) -> bool:
    return conversation.buyer_id is None and conversation.guest_order is None

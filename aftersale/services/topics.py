"""The open conversations of a verified buyer, to go on with on another device."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.conversations import Conversation
from aftersale.errors import NotVerified
from aftersale.services.conversations import SHOP_JWT
from aftersale.services.device_tokens import DeviceTokens
from aftersale.services.ports import UowFactory

MOST = 20
TITLE = 60  # characters of the buyer's first words


@dataclass(frozen=True, slots=True)
class Topic:
    """A conversation in the buyer's list, with a token that opens it here."""

    conversation_id: str
    token: str
    last_at: datetime
    title: str
    unread: int


class Topics:
    """Reads the list; the sign-in it is read with bounds the tokens."""

    def __init__(self, uow: UowFactory, tokens: DeviceTokens, session_hours: int) -> None:
        self._uow, self._tokens = uow, tokens
        self._life = timedelta(hours=session_hours)

    def open(self, conversation: Conversation, now: datetime) -> list[Topic]:
        """Return the buyer's open conversations, the last active one first.

        Raises:
            NotVerified: the shop does not vouch for the buyer now.
        """
        until, buyer_id = conversation.verified_until, conversation.buyer_id
        is_signed_in = conversation.verified_by == SHOP_JWT and until is not None and until > now
        if not is_signed_in or until is None or buyer_id is None:
            raise NotVerified("Sign in at the shop to see your conversations.")
        with self._uow() as uow:
            found = uow.chats.topics(conversation.storefront, buyer_id, limit=MOST)
        return [
            Topic(
                conversation_id=each.conversation.conversation_id,
                token=self._tokens.mint(each.conversation, min(now + self._life, until)),
                last_at=each.last_at,
                title=_title(each.first_words),
                unread=each.unread,
            )
            for each in found
        ]


def _title(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= TITLE else line[: TITLE - 1].rstrip() + "…"

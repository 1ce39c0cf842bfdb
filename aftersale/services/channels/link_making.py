"""One-time links by which the signed-in shop connects chats, and the list of connected ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from aftersale.domain.channels import Account, Channel, LinkLevel
from aftersale.domain.conversations import Conversation
from aftersale.domain.link_tokens import WORDS, new_token, words_with
from aftersale.domain.requests import AuditEntry, LinkPurpose, OneTimeLink
from aftersale.errors import NotFound, NotVerified, TooManyWaiting
from aftersale.services.asking_limits import WITHIN
from aftersale.services.channels.belonging import unbind
from aftersale.services.conversations import SHOP_JWT
from aftersale.services.ports import UnitOfWork
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring

LASTS = timedelta(minutes=15)
AN_HOUR = 20  # links of one buyer


@dataclass(frozen=True, slots=True)
class Reachable:
    """An account and how buyers find it: a number, a bot's name, a mailbox, a Matrix user."""

    account: Account
    address: str | None = None  # None: the shop knows where; the words are all that is needed


@dataclass(frozen=True, slots=True)
class MadeLink:
    """What the shop shows its buyer. The token in it is told once and never stored."""

    url: str | None
    words: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectedChat:
    """One connected chat as its buyer's list shows it."""

    link_id: str
    channel: Channel
    account: str
    level: LinkLevel
    linked_at: datetime
    until: datetime


class ChannelLinks:
    """What the signed-in shop does about its buyer's chats."""

    def __init__(self, wiring: Wiring, accounts: Collection[Reachable]) -> None:
        self._wiring = wiring
        self._accounts = {each.account.name: each for each in accounts}

    def make(
        self, conversation: Conversation, account: str, order: str | None, now: datetime
    ) -> MadeLink:
        """Return a link that works once, for a quarter of an hour, after a yes in the chat.

        `order` is what the talk in the chat will be about.

        Raises:
            NotVerified: the shop does not vouch for the buyer now.
            NotFound: no such account of this storefront, or no such order of this buyer.
            TooManyWaiting: too many were made within the hour.
        """
        buyer_id = _vouched(conversation, now)
        reachable = self._accounts.get(account)
        if reachable is None or reachable.account.storefront != conversation.storefront:
            raise NotFound("There is no such account on a messenger.")
        token = new_token()
        with self._wiring.uow() as uow:
            since = now - WITHIN
            if uow.requests.links_since(LinkPurpose.LINK_CHAT, buyer_id, since) >= AN_HOUR:
                raise TooManyWaiting("Please use the newest link, or try again in an hour.")
            self._add(uow, _link(token, buyer_id, now, self._order(uow, conversation, order)))
            uow.commit()
        return MadeLink(url_of(reachable, token), words_with(token), now + LASTS)

    def shown(self, conversation: Conversation, now: datetime) -> Sequence[ConnectedChat]:
        """Return the buyer's connected chats, newest first.

        Raises:
            NotVerified: the shop does not vouch for the buyer now.
        """
        buyer_id = _vouched(conversation, now)
        with self._wiring.uow() as uow:
            links = uow.channels.links_of_buyer(conversation.storefront, buyer_id)
            holding = [link for link in links if link.holds(now)]
            chats = [(link, uow.channels.thread_by_id(link.thread_id)) for link in holding]
        return [
            ConnectedChat(
                link.link_id, chat.channel, chat.account, link.level, link.linked_at, link.until
            )
            for link, chat in chats
            if chat is not None
        ]

    def revoke(self, conversation: Conversation, link_id: str, now: datetime) -> None:
        """Disconnect one chat; it is told so. One that is disconnected already stays so.

        Raises:
            NotVerified: the shop does not vouch for the buyer now.
            NotFound: no such chat of this buyer.
        """
        buyer_id = _vouched(conversation, now)
        with self._wiring.uow() as uow:
            links = uow.channels.links_of_buyer(conversation.storefront, buyer_id)
            link = next((each for each in links if each.link_id == link_id), None)
            if link is None:
                raise NotFound("There is no such connected chat.")
            unbind(self._wiring, uow, link, now=now, why="revoked")
            uow.commit()

    def _order(
        self, uow: UnitOfWork, conversation: Conversation, number: str | None
    ) -> str | None:
        if number is None:
            return None
        buyer_id = conversation.buyer_id or ""
        order = uow.orders.find_own(conversation.storefront, number, buyer_id)
        if order is None:
            raise NotFound("There is no such order.")
        return order.number

    def _add(self, uow: UnitOfWork, link: OneTimeLink) -> None:
        uow.requests.add_link(link)
        uow.ledger.audit(
            AuditEntry(
                at=link.created_at,
                actor=f"buyer:{link.subject_id}",
                action="channel.link_made",
                subject=f"buyer:{link.subject_id}",
                after={"until": link.expires_at.isoformat(), "about": link.about},
            )
        )


def url_of(reachable: Reachable, token: str) -> str | None:
    """Return the address that opens the chat with the token in it; None where none is known."""
    address, words = reachable.address, words_with(token)
    if not address:
        return None
    match reachable.account.channel:
        case Channel.TELEGRAM:
            return f"https://t.me/{quote(address.lstrip('@'))}?start={token}"
        case Channel.WHATSAPP:
            digits = "".join(sign for sign in address if sign.isdigit())
            return f"https://wa.me/{digits}?text={quote(words)}"
        case Channel.EMAIL:
            said = f"subject={quote(WORDS)}&body={quote(words)}"
            return f"mailto:{quote(address, safe='@+.')}?{said}"
        case Channel.MATRIX:
            return f"https://matrix.to/#/{quote(address, safe='@:')}"
        case Channel.CHAT:
            return None


def _vouched(conversation: Conversation, now: datetime) -> str:
    until, buyer_id = conversation.verified_until, conversation.buyer_id
    is_signed_in = conversation.verified_by == SHOP_JWT and until is not None and until > now
    if not is_signed_in or buyer_id is None:
        raise NotVerified("Sign in at the shop to connect a chat.")
    return buyer_id


def _link(token: str, buyer_id: str, now: datetime, about: str | None) -> OneTimeLink:
    return OneTimeLink(
        token_hash=hash_token(token),
        purpose=LinkPurpose.LINK_CHAT,
        subject_id=buyer_id,
        created_at=now,
        expires_at=now + LASTS,
        about=about,
    )

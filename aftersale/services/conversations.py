"""Opens conversations, checks who may use them, and takes buyers' messages into the log."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from aftersale.domain.conversations import (
    Author,
    Closed,
    Conversation,
    Event,
    EventType,
    Identity,
    Owner,
    Turn,
    TurnState,
)
from aftersale.domain.guests import guest_id
from aftersale.domain.parties import Buyer
from aftersale.errors import (
    ConversationClosed,
    DuplicateMessage,
    IdentityExpired,
    IdentityMismatch,
    NotFound,
    StorefrontUnknown,
    TokenInvalid,
    TooManyWaiting,
)
from aftersale.services.desk.welcome import require_welcome
from aftersale.services.device_tokens import DeviceTokens, device_session
from aftersale.services.handoff.hearing import as_met, without_turn
from aftersale.services.handoff.leaving import closed_by_buyer
from aftersale.services.incoming import Incoming, Screen, Within, require_same, taken
from aftersale.services.ports import UnitOfWork, UowFactory, Voice
from aftersale.services.saying import say as say

WAITING_LIMIT = 20  # unanswered messages of one conversation
SHOP_JWT = "shop-jwt"


@dataclass(frozen=True, slots=True)
class VerifiedClaims:
    """What the shop vouches for. A buyer is (storefront, subject); empty text is "not said"."""

    storefront: str
    subject: str
    email: str = ""
    first_name: str = ""
    timezone: str = ""
    locale: str = ""
    issued_at: datetime | None = None


class Verifier(Protocol):
    """Checks the shop's signed identity; see the errors of that name."""

    def verify(self, storefront: str, token: str, now: datetime) -> VerifiedClaims: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation with its bearer token, which is told once and never stored."""

    conversation_id: str
    token: str
    expires_at: datetime
    verified: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A message in the log, and whether it is new and owes an answer of the bot."""

    event: Event
    owes_turn: bool


def identity_of(conversation: Conversation, now: datetime) -> Identity:
    """Return who is asking, as far as the verification still holds: a buyer, else a guest."""
    verified = _verified(conversation, now)
    return Identity(
        storefront=conversation.storefront,
        buyer_id=verified or _guest(conversation, now),
        timezone=conversation.timezone,
        locale=conversation.locale,
        channel=conversation.channel,
        linked=conversation.linked if verified else None,
    )


def _verified(conversation: Conversation, now: datetime) -> str | None:
    until = conversation.verified_until
    return conversation.buyer_id if until is not None and until > now else None


def _guest(conversation: Conversation, now: datetime) -> str | None:
    number, until = conversation.guest_order, conversation.guest_until
    if number is None or until is None or until <= now:
        return None
    return guest_id(conversation.storefront, number)


class Conversations:
    """Everything a buyer's client may do with a conversation."""

    def __init__(
        self,
        *,
        uow: UowFactory,
        verifier: Verifier,
        screen: Screen,
        voice: Voice,
        storefronts: Collection[str],
        session_hours: int,
        devices: DeviceTokens | None = None,
        write_to: str | None = None,
    ) -> None:
        self._uow = uow
        self._verifier = verifier
        self._screen = screen
        self._voice = voice
        self._storefronts = frozenset(storefronts)
        self._life = timedelta(hours=session_hours)
        self._devices = devices
        self._write_to = write_to  # where whoever is blocked here is heard

    def open(
        self,
        storefront: str,
        identity: str | None,
        now: datetime,
        *,
        timezone: str,
        locale: str,
        opened_from: str | None = None,
    ) -> Opened:
        """Open a conversation; the server mints its id and its token.

        `opened_from` is a keyed hash of the client's address: what asks often from one place, in
        however many conversations, is held back by it.
        """
        if storefront not in self._storefronts:
            raise StorefrontUnknown("This storefront is not served here.")
        claims = self._verifier.verify(storefront, identity, now) if identity else None
        conversation_id = secrets.token_hex(16)
        token = f"{conversation_id}.{secrets.token_urlsafe(32)}"
        conversation = Conversation(
            conversation_id=conversation_id,
            storefront=storefront,
            owner=Owner.BOT,
            owner_version=1,
            created_at=now,
            token_hash=_hash(token),
            token_expires_at=now + self._life,
            timezone=timezone,
            locale=locale,
            opened_from=opened_from,
        )
        with self._uow() as uow:
            if claims:
                conversation = self._identified(uow, conversation, claims, now)
            uow.conversations.add(conversation)
            uow.commit()
        return Opened(conversation_id, token, conversation.token_expires_at, claims is not None)

    def enter(self, token: str, conversation_id: str | None, now: datetime) -> Conversation:
        """Return the conversation this token was made for.

        Another's conversation and one that does not exist give the same answer.

        Raises:
            TokenInvalid: the token opens nothing, or its time is over.
            NotFound: it is not the token of `conversation_id`.
        """
        with self._uow() as uow:
            return self._entered(uow, token, conversation_id, now)

    def refresh(self, conversation: Conversation, now: datetime) -> Opened:
        """Replace the token by a new one; the old one is over at once."""
        expires_at = now + self._life
        if self._devices and conversation.token_hash == device_session(conversation):
            token = self._devices.mint(conversation, expires_at)  # the first device keeps its own
            verified = _verified(conversation, now) is not None
            return Opened(conversation.conversation_id, token, expires_at, verified)
        token = f"{conversation.conversation_id}.{secrets.token_urlsafe(32)}"
        with self._uow() as uow:
            current = _existing(uow.conversations.locked(conversation.conversation_id))
            renewed = replace(current, token_hash=_hash(token), token_expires_at=expires_at)
            uow.conversations.save(renewed)
            uow.commit()
        verified = _verified(renewed, now) is not None
        return Opened(conversation.conversation_id, token, expires_at, verified)

    def identify(self, conversation: Conversation, identity: str, now: datetime) -> Conversation:
        """Bind a verified buyer to the conversation, or renew the verification."""
        claims = self._verifier.verify(conversation.storefront, identity, now)
        with self._uow() as uow:
            current = _existing(uow.conversations.locked(conversation.conversation_id))
            identified = self._identified(uow, current, claims, now)
            uow.conversations.save(identified)
            uow.commit()
        return identified

    def _identified(
        self, uow: UnitOfWork, conversation: Conversation, claims: VerifiedClaims, now: datetime
    ) -> Conversation:
        buyer = _buyer(uow, conversation, claims)
        guests_of = _guests_buyer(uow, conversation)
        if {conversation.buyer_id, guests_of} - {None, buyer.buyer_id}:
            raise IdentityMismatch("This conversation is another account's; open a new session.")
        _require_later_sign_in(uow, buyer, claims)
        return replace(
            conversation,
            buyer_id=buyer.buyer_id,
            verified_by=SHOP_JWT,
            linked=None,
            verified_until=now + self._life,
            timezone=claims.timezone or buyer.timezone,
            locale=claims.locale or buyer.locale,
            guest_order=None,
            guest_until=None,
        )

    def receive(
        self,
        conversation_id: str,
        incoming: Incoming,
        now: datetime,
        *,
        within: Within | None = None,
    ) -> Received:
        """Append a buyer's message and owe it a turn, once per `client_msg_id`.

        Raises:
            ClientIdReused: the id came before with another message.
            ButtonGone: the payload is no button of this conversation that may still be used.
            BuyerBlocked: nothing of this buyer is taken at the moment.
            AttachmentGone: an attachment is not this conversation's, or belongs to a case.
        """
        try:
            return self._receive(conversation_id, incoming, now, within)
        except DuplicateMessage:
            # PostgreSQL: its first copy was stored between our looking and our writing.
            return self._receive(conversation_id, incoming, now, within)

    def _receive(
        self, conversation_id: str, incoming: Incoming, now: datetime, within: Within | None
    ) -> Received:
        with self._uow() as uow:
            if within is not None:
                within.begin(uow)
            earlier = uow.conversations.message_by_client_id(
                conversation_id, incoming.client_msg_id
            )
            # Read while it is held: whose it is, and whether it is over, stay as they are here.
            conversation = _existing(uow.conversations.get(conversation_id))
            if earlier is not None:
                require_same(uow, self._screen, conversation, incoming, earlier=earlier)
                if within is not None:
                    uow.commit()  # else what came again would come for ever
                return Received(earlier, owes_turn=False)
            require_welcome(uow, conversation, now, write_to=self._write_to)
            _require_room(uow, conversation)
            _reopen(uow, conversation)
            conversation = as_met(uow, conversation, now)
            body, turn_input = taken(uow, self._screen, conversation, incoming, now=now)
            event = uow.conversations.append(
                conversation_id, type=EventType.MESSAGE, author=Author.BUYER, at=now, body=body
            )
            owes_turn = conversation.owner is Owner.BOT
            if owes_turn:
                uow.conversations.add_turn(_turn(event, incoming.client_msg_id, turn_input))
            else:
                without_turn(uow, self._voice, conversation, turn_input, now=now)
            if within is not None:
                within.end(uow, conversation)
            uow.commit()
        return Received(event, owes_turn)

    def read(self, token: str, conversation_id: str, since: int, now: datetime) -> Sequence[Event]:
        """Return what happened after a seq, to the holder of the token; see `enter`."""
        # One transaction for both: waiting clients read far more often than anybody writes.
        with self._uow() as uow:
            conversation = self._entered(uow, token, conversation_id, now)
            events = uow.conversations.events(conversation.conversation_id, since=since)
            # Whoever asks for what comes after it has it, so it need not go by mail.
            if since and uow.conversations.note_seen(conversation.conversation_id, since):
                uow.commit()
            return events

    def _entered(
        self, uow: UnitOfWork, token: str, conversation_id: str | None, now: datetime
    ) -> Conversation:
        own = token.partition(".")[0]
        conversation = uow.conversations.get(own)
        # Compared even when there is no row, so that the time taken tells nothing.
        expected = conversation.token_hash if conversation else _hash("")
        is_first = hmac.compare_digest(_hash(token), expected)
        if conversation is not None and not is_first:
            devices = self._devices
            conversation = devices.entered(conversation, token, now) if devices else None
        if conversation is None:
            raise TokenInvalid("The token is not valid; open a new session.")
        if conversation.token_expires_at <= now:
            raise TokenInvalid("The token has expired; open a new session.")
        if conversation_id is not None and conversation_id != own:
            raise NotFound("There is no such conversation.")
        return conversation

    def end(self, conversation: Conversation, now: datetime) -> None:
        """Close the conversation for new messages; ending twice changes nothing."""
        with self._uow() as uow:
            current = _existing(uow.conversations.locked(conversation.conversation_id))
            if not current.is_over:
                closed_by_buyer(uow, current, now)
                uow.commit()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _existing(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation


def _buyer(uow: UnitOfWork, conversation: Conversation, claims: VerifiedClaims) -> Buyer:
    known = uow.parties.buyer_by_subject(claims.storefront, claims.subject)
    if known is not None:
        return known
    buyer = Buyer(
        buyer_id=secrets.token_hex(16),
        storefront=claims.storefront,
        subject=claims.subject,
        email=claims.email,
        first_name=claims.first_name,
        timezone=claims.timezone or conversation.timezone,
        locale=claims.locale or conversation.locale,
    )
    return uow.parties.add_buyer(buyer)


def _guests_buyer(uow: UnitOfWork, conversation: Conversation) -> str | None:
    """Return whose order a guest has read in the conversation: it stands in its history."""
    number = conversation.guest_order
    order = uow.orders.find(conversation.storefront, number) if number else None
    return order.buyer_id if order else None


def _require_later_sign_in(uow: UnitOfWork, buyer: Buyer, claims: VerifiedClaims) -> None:
    """Refuse an identity that was signed before the password last changed."""
    account = uow.accounts.get(buyer.buyer_id)
    if account is None or claims.issued_at is None:
        return
    # A token names whole seconds.
    if claims.issued_at < account.sessions_valid_after.replace(microsecond=0):
        raise IdentityExpired("The password was changed since; please sign in again.")


def _require_room(uow: UnitOfWork, conversation: Conversation) -> None:
    if conversation.is_over:
        raise ConversationClosed("This conversation has ended; open a new session.")
    if uow.conversations.waiting_turns(conversation.conversation_id) >= WAITING_LIMIT:
        raise TooManyWaiting("Please wait for the answers to your earlier messages.")


def _reopen(uow: UnitOfWork, conversation: Conversation) -> None:
    """Open what was closed because it lay idle."""
    if conversation.closed_as is Closed.IDLE:
        current = _existing(uow.conversations.locked(conversation.conversation_id))
        uow.conversations.save(replace(current, closed_at=None, closed_as=None))


def _turn(event: Event, client_msg_id: str, turn_input: dict[str, Any]) -> Turn:
    return Turn(
        turn_id=secrets.token_hex(16),
        conversation_id=event.conversation_id,
        seq=event.seq,
        state=TurnState.WAITING,
        fence=0,
        client_msg_id=client_msg_id,
        created_at=event.at,
        input=turn_input,
    )

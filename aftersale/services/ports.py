"""What services need from outside, as Protocols: store, voice, shop, money, mail, a clock.

All methods are synchronous; the gateway runs services in a bounded thread pool. A unit of work is
one transaction (`BEGIN IMMEDIATE` on SQLite): leave it without `commit()` and nothing happened.
No call to an engine or a provider is made inside one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from aftersale.domain.conversations import (
    Author,
    Button,
    Conversation,
    Event,
    EventType,
    Owner,
)
from aftersale.domain.orders import Order
from aftersale.domain.parties import Buyer, Seller
from aftersale.domain.requests import (
    AuditEntry,
    LinkPurpose,
    OneTimeLink,
    OrderRequest,
    PendingCommand,
    Refund,
)
from aftersale.policy.decision import Decision
from aftersale.services.ports_accounts import Accounts
from aftersale.services.ports_acting import Blocks, Lookups, Proposals
from aftersale.services.ports_articles import Agents, Articles, Feedback
from aftersale.services.ports_cases import Attachments, Cases
from aftersale.services.ports_channel_store import Channels
from aftersale.services.ports_chats import Chats
from aftersale.services.ports_desk import DeskPeople
from aftersale.services.ports_desk_talk import AgentMessages, Notes
from aftersale.services.ports_desks import DeskLinks
from aftersale.services.ports_handoffs import Handoffs
from aftersale.services.ports_inbox import Inbox
from aftersale.services.ports_live import Tickets
from aftersale.services.ports_mail import InboundMails
from aftersale.services.ports_outbox import Ledger as Ledger
from aftersale.services.ports_outbox import Outbox as Outbox
from aftersale.services.ports_passing import PassingThings
from aftersale.services.ports_secure import SecureNotes
from aftersale.services.ports_sellers import Products, SellerMail
from aftersale.services.ports_turns import Turns
from aftersale.services.stored_decision import StoredDecision as StoredDecision


class Orders(Protocol):
    """Orders by storefront and number, compared in canonical form (upper case, no spaces)."""

    def find(self, storefront: str, number: str) -> Order | None: ...
    def locked(self, storefront: str, number: str) -> Order | None:
        """Return the order of exactly this number, kept still until the transaction ends."""
        ...

    def paid_with_others(self, order: Order) -> bool:
        """Tell whether its payment is also that of another order, which is not cancelled."""
        ...

    def find_own(self, storefront: str, number: str, buyer_id: str) -> Order | None:
        """Return the buyer's order; another's costs and gives the same as one nobody has."""
        ...

    def of_buyer(self, storefront: str, buyer_id: str, *, limit: int = 50) -> Sequence[Order]:
        """Return the buyer's orders, newest first."""
        ...

    def unpaid_before(
        self,
        storefront: str,
        placed_before: datetime,
        *,
        after: Order | None = None,
        limit: int = 100,
    ) -> Sequence[Order]:
        """Return open orders awaiting payment that were placed at or before then, oldest first.

        `after` is the last order of the page before.
        """
        ...

    def save(self, order: Order, *, audit: AuditEntry) -> Order:
        """Write a changed order when its version is still the stored one; return it with the next.

        Raises:
            StaleOrder: somebody changed the order in between.
        """
        ...

    def upsert_from_shop(self, order: Order, *, audit: AuditEntry) -> Order | None:
        """Take the shop's newer word (insert or update).

        None when its `source_version` is not newer, or when our pending cancellation or a
        cancelled order would be overwritten.
        """
        ...


class Parties(Protocol):
    """Buyers and sellers."""

    def buyer(self, buyer_id: str) -> Buyer | None: ...
    def buyer_by_subject(self, storefront: str, subject: str) -> Buyer | None: ...
    def buyer_by_email(self, storefront: str, email: str) -> Buyer | None:
        """For the command line and the demo shop only: never a way to verify anybody."""
        ...

    def add_buyer(self, buyer: Buyer) -> Buyer:
        """Write a new buyer; return the stored one, whose id differs when another was faster."""
        ...

    def seller(self, seller_id: str) -> Seller | None: ...
    def add_seller(self, seller: Seller) -> None: ...
    def log_contact(
        self,
        *,
        seller_id: str,
        storefront: str,
        order_number: str | None,
        at: datetime,
        channel: str,
        outcome: str,
        conversation_id: str | None,
        message_id: str | None = None,
    ) -> None:
        """Write down one attempt to reach a seller; `message_id` is of the letter."""
        ...

    def contacts(self, seller_id: str, order_number: str) -> int: ...
    def first_contact(self, seller_id: str, order_number: str) -> datetime | None: ...
    def last_contact(self, seller_id: str, order_number: str) -> datetime | None: ...


class Requests(Protocol):
    """Cancellation and hold requests, refunds, pending commands, one-time links."""

    def add(self, request: OrderRequest) -> None:
        """Raises RequestOpen when an open cancellation exists for one of the lines."""
        ...

    def get(self, request_id: str) -> OrderRequest | None: ...
    def open_for_order(self, storefront: str, number: str) -> Sequence[OrderRequest]: ...
    def for_order(self, storefront: str, number: str) -> Sequence[OrderRequest]: ...
    def save(self, request: OrderRequest, *, audit: AuditEntry) -> None: ...
    def due(self, now: datetime, *, limit: int = 100) -> Sequence[OrderRequest]:
        """Open requests whose `due_by` has passed."""
        ...

    def overtaken(self, *, limit: int = 100) -> Sequence[OrderRequest]: ...
    def add_refund(self, refund: Refund) -> None: ...
    def refunds(self, storefront: str, number: str) -> Sequence[Refund]: ...
    def save_refund(self, refund: Refund, *, audit: AuditEntry) -> None: ...
    def refunds_of_payment(self, provider_ref: str) -> Sequence[Refund]: ...
    def note_event(self, event_id: str, *, kind: str, at: datetime) -> bool:
        """Note an event of the provider's; False when it was noted before."""
        ...

    def add_link(self, link: OneTimeLink) -> None: ...
    def link(self, token_hash: str) -> OneTimeLink | None: ...
    def use_link(self, token_hash: str, *, at: datetime, answer: str) -> bool:
        """Mark the link used; False when it was used already (compare and set)."""
        ...

    def links_since(self, purpose: LinkPurpose, subject_id: str, since: datetime) -> int:
        """Return how many such links were made after then."""
        ...

    def end_links(self, purpose: LinkPurpose, subject_id: str, *, at: datetime) -> None:
        """End the links of that purpose and subject that nobody has used."""
        ...


class Commands(Protocol):
    """Pending commands and decisions."""

    def add(self, command: PendingCommand) -> None: ...
    def open_for(self, conversation_id: str) -> PendingCommand | None:
        """Return the newest open command of the conversation."""
        ...

    def last_for(self, conversation_id: str) -> PendingCommand | None:
        """Return the newest command of the conversation, whatever became of it."""
        ...

    def get(self, command_id: str) -> PendingCommand | None: ...
    def move(self, command: PendingCommand) -> bool:
        """Write the command if it is still OPEN (DONE, when moving to UNDONE); False otherwise."""
        ...

    def done_in_turn(self, turn_id: str) -> PendingCommand | None:
        """Return the command whose stored result names this turn."""
        ...

    def add_decision(
        self,
        decision_id: str,
        decision: Decision,
        *,
        at: datetime,
        order_number: str | None,
        conversation_id: str | None,
        request: Mapping[str, Any],
    ) -> None: ...
    def decisions(
        self, *, storefront: str | None = None, limit: int = 1000
    ) -> Sequence[StoredDecision]:
        """Return past decisions, newest first."""
        ...


class Conversations(Turns, Protocol):
    """Conversations, their log, their turns and their buttons."""

    def add(self, conversation: Conversation) -> None: ...
    def get(self, conversation_id: str) -> Conversation | None: ...
    def locked(self, conversation_id: str) -> Conversation | None:
        """Return it and keep it from being changed by others until the transaction ends."""
        ...

    def latest_of_buyer(self, storefront: str, buyer_id: str) -> Conversation | None:
        """Return the open conversation where the buyer was heard last, for messages we start.

        A chat of a messenger counts while it is connected.
        """
        ...

    def save(self, conversation: Conversation) -> None:
        """Write identity, epoch, token and closing. Ownership moves by `move_owner` only."""
        ...

    def move_owner(self, conversation_id: str, owner: Owner, *, version: int) -> bool:
        """Make it this owner's with the next version; False when the version is another one."""
        ...

    def append(
        self,
        conversation_id: str,
        *,
        type: EventType,
        author: Author,
        at: datetime,
        body: Mapping[str, Any],
    ) -> Event:
        """Append one event with the next `seq` of the conversation (UPDATE ... RETURNING)."""
        ...

    def note_news(self, conversation_id: str, seq: int) -> None:
        """Remember the newest thing that was told unasked."""
        ...

    def note_seen(self, conversation_id: str, seq: int) -> bool:
        """Remember that the client has everything up to `seq`; False when that is no news."""
        ...

    def has_seen(self, conversation_id: str, seq: int) -> bool: ...
    def note_read(self, conversation_id: str, seq: int) -> None:
        """Remember how far the buyer has read; never backwards, never past the last event."""
        ...

    def events(self, conversation_id: str, *, since: int, limit: int = 200) -> Sequence[Event]: ...
    def recent_messages(
        self, conversation_id: str, *, before: int | None = None, limit: int = 6
    ) -> Sequence[Event]:
        """Return the last messages (before a seq, when given), oldest first."""
        ...

    def message_by_client_id(self, conversation_id: str, client_msg_id: str) -> Event | None: ...
    def add_buttons(self, buttons: Iterable[Button]) -> None: ...
    def use_button(self, conversation_id: str, button_id: str, now: datetime) -> Button | None:
        """Return the button, count the use; None when unknown, another's, expired or used up."""
        ...


class UnitOfWork(Protocol):
    """One transaction over everything the store holds."""

    orders: Orders
    parties: Parties
    requests: Requests
    commands: Commands
    conversations: Conversations
    cases: Cases
    attachments: Attachments
    products: Products
    seller_mail: SellerMail
    secure: SecureNotes
    outbox: Outbox
    ledger: Ledger
    accounts: Accounts
    tickets: Tickets
    chats: Chats
    channels: Channels
    mails: InboundMails
    articles: Articles
    feedback: Feedback
    agents: Agents
    passing: PassingThings
    desk: DeskPeople
    desk_links: DeskLinks
    agent_messages: AgentMessages
    notes: Notes
    inbox: Inbox
    handoffs: Handoffs
    proposals: Proposals
    blocks: Blocks
    lookups: Lookups

    def commit(self) -> None: ...


UowFactory = Callable[[], AbstractContextManager[UnitOfWork]]


class Voice(Protocol):
    """Turns a response name of `domain.yml` and variables into blocks in the storefront's voice.

    Pure. `choices` in the variables name intents; the buttons it mints are returned to be stored.
    """

    def say(
        self,
        response: str,
        variables: Mapping[str, Any],
        *,
        conversation: Conversation,
        now: datetime,
    ) -> tuple[list[dict[str, Any]], list[Button]]: ...

    def plain(
        self,
        response: str,
        variables: Mapping[str, Any],
        *,
        storefront: str,
        locale: str,
        timezone: str,
    ) -> str:
        """Return the text alone, for mail and pages."""
        ...


class ShopOrders(Protocol):
    """The shop's own order system, which is the system of record."""

    def cancel(
        self, *, storefront: str, number: str, line_ids: Sequence[str], idempotency_key: str
    ) -> "ShopAnswer": ...


class ShopAnswer(Protocol):
    """What the shop said: True (done), False (refused, see `reason`), None (will tell later)."""

    @property
    def acknowledged(self) -> bool | None: ...
    @property
    def reason(self) -> str | None: ...


class Payments(Protocol):
    """The payment provider."""

    def refund(
        self, *, provider_ref: str, amount_minor: int, currency: str, idempotency_key: str
    ) -> str:
        """Return the provider's reference.

        Raises ProviderRefused, ProviderUnavailable, ProviderPending.
        """
        ...

    def release(self, *, provider_ref: str, idempotency_key: str) -> str: ...


Clock = Callable[[], datetime]
NewId = Callable[[], str]

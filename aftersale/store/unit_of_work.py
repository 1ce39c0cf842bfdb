"""The unit of work: one transaction over all repositories; without `commit()` nothing happened."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from aftersale.services.ports import (
    Commands,
    Conversations,
    Ledger,
    Orders,
    Outbox,
    Parties,
    Requests,
    UnitOfWork,
    UowFactory,
)
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
from aftersale.services.ports_passing import PassingThings
from aftersale.services.ports_secure import SecureNotes
from aftersale.services.ports_sellers import Products, SellerMail
from aftersale.store.accounts import SqlAccounts
from aftersale.store.acting import SqlBlocks, SqlLookups, SqlProposals
from aftersale.store.articles import SqlArticles
from aftersale.store.cases import SqlAttachments, SqlCases
from aftersale.store.channels import SqlChannels
from aftersale.store.chats import SqlChats
from aftersale.store.commands import SqlCommands
from aftersale.store.conversations import SqlConversations
from aftersale.store.database import BUSY_SECONDS
from aftersale.store.desk import SqlDeskPeople
from aftersale.store.desk_links import SqlDeskLinks
from aftersale.store.desk_talk import SqlAgentMessages, SqlNotes
from aftersale.store.feedback import SqlAgents, SqlFeedback
from aftersale.store.handoffs import SqlHandoffs
from aftersale.store.inbox import SqlInbox
from aftersale.store.ledger import SqlLedger
from aftersale.store.mails import SqlMails
from aftersale.store.orders import SqlOrders
from aftersale.store.outbox import SqlOutbox
from aftersale.store.parties import SqlParties
from aftersale.store.passing import SqlPassingThings
from aftersale.store.requests import SqlRequests
from aftersale.store.secure import SqlSecureNotes
from aftersale.store.sellers import SqlProducts, SqlSellerMail
from aftersale.store.tickets import SqlTickets

OnEvents = Callable[[set[str]], None]


class SqlUnitOfWork:
    """One transaction. Use it once, in one thread, and make no outside call inside."""

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

    def __init__(
        self, engine: Engine, queue: "threading.Lock | None", on_events: OnEvents
    ) -> None:
        self._engine, self._queue, self._on_events = engine, queue, on_events

    def __enter__(self) -> Self:
        # SQLite lets waiting writers poll; those of one process queue here instead. A lock that is
        # not had in time is passed by: then SQLite itself decides.
        self._queued = self._queue is not None and self._queue.acquire(timeout=BUSY_SECONDS)
        try:
            self._begin()
        except BaseException:
            self._leave_queue()
            raise
        return self

    def _begin(self) -> None:
        self._connection = connection = self._engine.connect()
        try:
            self._transaction = connection.begin()
        except BaseException:
            connection.close()
            raise
        self.orders = SqlOrders(connection)
        self.parties = SqlParties(connection)
        self.requests = SqlRequests(connection)
        self.commands = SqlCommands(connection)
        self.conversations = self._log = SqlConversations(connection)
        self.cases = SqlCases(connection)
        self.attachments = SqlAttachments(connection)
        self.products = SqlProducts(connection)
        self.seller_mail = SqlSellerMail(connection)
        self.secure = SqlSecureNotes(connection)
        self.outbox = SqlOutbox(connection)
        self.ledger = SqlLedger(connection)
        self.accounts = SqlAccounts(connection)
        self.tickets, self.chats = SqlTickets(connection), SqlChats(connection)
        self.channels = self._sends = SqlChannels(connection)
        self.mails = SqlMails(connection)
        self.articles = SqlArticles(connection)
        self.feedback, self.agents = SqlFeedback(connection), SqlAgents(connection)
        self.passing = SqlPassingThings(connection)
        self.desk, self.desk_links = SqlDeskPeople(connection), SqlDeskLinks(connection)
        self.agent_messages, self.notes = SqlAgentMessages(connection), SqlNotes(connection)
        self.inbox = SqlInbox(connection)
        self.handoffs = SqlHandoffs(connection)
        self.proposals, self.blocks = SqlProposals(connection), SqlBlocks(connection)
        self.lookups = SqlLookups(connection)

    def commit(self) -> None:
        """Make everything done so far last; the unit of work is over then."""
        self._transaction.commit()
        self._leave_queue()
        # People at the desk see how far a message got; it is no event of the log.
        changed = self._log.spoken_in | self._sends.told_of
        if changed:
            self._on_events(changed)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        try:
            self._connection.close()  # undoes what was not committed
        finally:
            self._leave_queue()

    def _leave_queue(self) -> None:
        if self._queue is not None and self._queued:
            self._queued = False
            self._queue.release()


def make_uow_factory(engine: Engine, on_events: OnEvents = lambda _: None) -> UowFactory:
    """Return what services call to begin a transaction.

    >>> uow_factory = make_uow_factory(make_engine(url), waiters.wake)
    >>> with uow_factory() as uow:
    ...     uow.conversations.append(...)
    ...     uow.commit()

    Args:
        engine: from `make_engine`.
        on_events: called after a commit, in the thread that committed, with the ids of the
            conversations that got events.
    """
    queue = threading.Lock() if engine.dialect.name == "sqlite" else None

    def begin() -> AbstractContextManager[UnitOfWork]:
        return SqlUnitOfWork(engine, queue, on_events)

    return begin

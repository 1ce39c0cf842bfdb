"""What the gateway is given: every service, made once by `bootstrap` (tests make their own)."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from aftersale.gateway.bus import EventBus
from aftersale.jobs.channels import Messengers
from aftersale.jobs.inbox import Fetched, Inbox
from aftersale.jobs.outside_desk import OutsideDesk
from aftersale.jobs.relay import Relay
from aftersale.jobs.sweep import Sweep, Swept
from aftersale.policy.knobs import Policy
from aftersale.services.bounces import Bounces
from aftersale.services.buyer_orders import BuyerOrders
from aftersale.services.case_life.answering import AnswerCase
from aftersale.services.case_life.desk import CaseDesk
from aftersale.services.channels.link_making import ChannelLinks
from aftersale.services.chat_uses import ChatUses
from aftersale.services.consent import SupplierAnswer
from aftersale.services.conversations import Conversations
from aftersale.services.desk.access import DeskAccess
from aftersale.services.desk.acts import DeskActs
from aftersale.services.engine import Engine
from aftersale.services.measures.supervising import Supervising
from aftersale.services.news import ReturnToChat
from aftersale.services.ports import Clock, UowFactory, Voice
from aftersale.services.provider_word import ProviderWord
from aftersale.services.reset_links import NewPassword
from aftersale.services.secure_link import SecureInbox
from aftersale.services.seller_answers import SellerAnswers
from aftersale.services.shop_events import ShopEvents
from aftersale.services.turns import Turns
from aftersale.services.uploads import Uploads
from aftersale.services.use_cases import UseCases

T = TypeVar("T")


class OpenableEngine(Engine, Protocol):
    """An engine whose client lives as long as the app."""

    async def open(self) -> None: ...  # noqa: D102
    async def close(self) -> None: ...  # noqa: D102
    async def erase(self, conversation_id: str) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that serves buyers, made once."""

    clock: Clock
    uow: UowFactory
    policies: Mapping[str, Policy]
    voice: Voice
    engine: OpenableEngine
    bus: EventBus
    pool: ThreadPoolExecutor
    conversations: Conversations
    chat: ChatUses
    turns: Turns
    buyer_orders: BuyerOrders
    supplier_answer: SupplierAnswer
    seller_answers: SellerAnswers
    bounces: Bounces
    new_password: NewPassword
    return_to_chat: ReturnToChat
    use_cases: UseCases
    relay: Relay
    inbox: Inbox
    sweep: Sweep
    shop_events: ShopEvents
    provider_word: ProviderWord | None  # None: payments do not go through a provider
    uploads: Uploads
    answer_case: AnswerCase
    secure_inbox: SecureInbox
    desk: DeskAccess
    outside: OutsideDesk | None  # None: agents work at our own desk
    messengers: Messengers | None  # None: buyers write in the chat alone
    links: ChannelLinks
    supervising: Supervising
    take_order: Callable[[str, Any, datetime], bool]
    close_store: Callable[[], None]

    @property
    def desk_acts(self) -> DeskActs:
        """What people at the desk do about orders, cases and buyers."""
        return self.desk.acts

    @property
    def case_desk(self) -> CaseDesk:
        """What people who work here do with cases, whoever lets them in."""
        return self.desk.acts.case_desk

    def in_thread(self, work: Callable[[], T]) -> Awaitable[T]:
        """Run synchronous work in the bounded pool."""
        return asyncio.get_running_loop().run_in_executor(self.pool, work)

    def database_answers(self) -> bool:
        """Return whether the store can be read; a process edge of `/readyz`."""
        try:
            with self.uow() as uow:
                uow.conversations.get("")
        except Exception:  # noqa: BLE001 -- whatever the store's driver raises means "no"
            return False
        return True

    def run_relay(self) -> int:
        """Deliver what is due; return how much was."""
        return self.relay.run(self.clock(), jitter=secrets.SystemRandom().random)

    def run_inbox(self, observe: Callable[[Fetched], None] | None = None) -> int:
        """Take in what lies in the mailbox; return how much was dealt with or set aside."""
        fetched = self.inbox.run(self.clock())
        if observe is not None:
            observe(fetched)
        return fetched.taken + fetched.aside

    def run_sweep(self, observe: Callable[[Swept], None] | None = None) -> int:
        """Do what is due; the next run is not needed at once."""
        swept = self.sweep.run(self.clock())
        if observe is not None:
            observe(swept)
        return 0

    def begin_handoffs(self) -> None:
        """Give agents who have conversations the time to be heard of after a restart."""
        self.sweep.handoffs.begin(self.clock())

    def run_handoffs(self) -> int:
        """Do what is due on the way to a person; the next run is not needed at once."""
        self.sweep.handoffs.run(self.clock())
        return 0

    def close(self) -> None:
        """Finish the work in threads and close the store."""
        self.pool.shutdown()
        if self.messengers is not None:
            self.messengers.close()
        self.close_store()

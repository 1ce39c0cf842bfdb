"""Keeps messengers and our log together: what came in, what leaves, and what must be asked for.

Threads of their own pace: a messenger that answers slowly holds up no buyer in another one.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.channels import Inbound, InboundKind
from aftersale.services.channels.mirroring import Mirroring
from aftersale.services.channels.sending import Sending
from aftersale.services.channels.taking import Taking
from aftersale.services.channels.working import Worked, Working
from aftersale.services.ports_channels import ChannelTrouble, Connector

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Messengers:
    """Everything that the interface needs of messengers; `connectors` by account."""

    connectors: Mapping[str, Connector]
    taking: Taking
    working: Working
    mirroring: Mirroring
    sending: Sending
    pool: ThreadPoolExecutor  # what leaves at the same time

    def work(self, now: datetime) -> Worked:
        """Work off what came in."""
        return self.working.run(now)

    def speak(self, now: datetime, *, jitter: Callable[[], float]) -> int:
        """Write down what is to leave and send what is due; return how much there was."""
        return self.mirroring.run(now) + self.sending.run(now, jitter=jitter)

    def pull(self, connector: Connector, now: datetime) -> int:
        """Ask one account for news and keep them; return how many there were.

        Raises:
            ChannelTrouble: the provider gave none.
        """
        if connector.puller is None:
            return 0
        cursor = self.taking.cursor(connector.account)
        pulled = connector.puller.pull(cursor, now)
        self.taking.take(connector.account, pulled.parsed, "", now, cursor=pulled.cursor)
        self.tell_taken(connector, pulled.parsed.inbound)
        return len(pulled.parsed.inbound) + len(pulled.parsed.statuses)

    def tell_taken(self, connector: Connector, inbound: Sequence[Inbound]) -> None:
        """Tell the provider, aside, what it waits for; nothing hangs on it."""
        for each in inbound:
            if each.kind is InboundKind.PRESSED:
                self.pool.submit(_tell, connector, each)

    def close(self) -> None:
        """End what leaves."""
        self.pool.shutdown()


def _tell(connector: Connector, pressed: Inbound) -> None:
    try:
        connector.taken(pressed)
    except ChannelTrouble as lost:
        logger.info("a press was not answered", extra={"code": lost.code})

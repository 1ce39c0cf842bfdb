"""Keeps messengers and our log together: what came in, what leaves, and what must be asked for.

Threads of their own pace: a messenger that answers slowly holds up no buyer in another one.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aftersale.domain.channels import Inbound, InboundKind, SendState
from aftersale.services.channels.mirroring import Mirroring
from aftersale.services.channels.sending import Sending
from aftersale.services.channels.taking import Taken, Taking
from aftersale.services.channels.working import Worked, Working
from aftersale.services.ports_channels import ChannelTrouble, Connector, Parsed

logger = logging.getLogger(__name__)


class Numbers(Protocol):
    """Counts what happens."""

    def events(self, account: str, *, new: int, known: int) -> None: ...  # noqa: D102
    def tried(self, account: str, outcome: str) -> None: ...  # noqa: D102


class Counting:
    """Passes on what happens, once somebody is there who counts it."""

    def __init__(self) -> None:
        self.numbers: Numbers | None = None

    def events(self, account: str, *, new: int, known: int) -> None:
        """Note what a delivery brought."""
        if self.numbers is not None:
            self.numbers.events(account, new=new, known=known)

    def tried(self, account: str, outcome: str) -> None:
        """Note what came of a try to send."""
        if self.numbers is not None:
            self.numbers.tried(account, outcome)


@dataclass(frozen=True, slots=True)
class Messengers:
    """Everything that the interface needs of messengers; `connectors` by account."""

    connectors: Mapping[str, Connector]
    taking: Taking
    working: Working
    mirroring: Mirroring
    sending: Sending
    pool: ThreadPoolExecutor  # what leaves at the same time
    counting: Counting = field(default_factory=Counting)

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
        self.take(connector, pulled.parsed, "", now, cursor=pulled.cursor)
        self.tell_taken(connector, pulled.parsed.inbound)
        return len(pulled.parsed.inbound) + len(pulled.parsed.statuses)

    def take(
        self,
        connector: Connector,
        parsed: Parsed,
        mark: str,
        now: datetime,
        *,
        cursor: str | None = None,
    ) -> Taken:
        """Keep what a delivery says, and count it."""
        _say_aside(connector, parsed)
        taken = self.taking.take(connector.account, parsed, mark, now, cursor=cursor)
        known = len(parsed.inbound) - len(taken.new)
        self.counting.events(connector.account.name, new=len(taken.new), known=known)
        return taken

    def waiting(self) -> Mapping[tuple[str, SendState], int]:
        """Return how many messages of each account are in which state that is not over."""
        return self.sending.waiting()

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


def _say_aside(connector: Connector, parsed: Parsed) -> None:
    """Tell operators what a delivery says that is no message: nothing else is done about it."""
    name = connector.account.name
    for code in sorted(set(parsed.troubles)):
        logger.error(
            "a messenger finds fault with our account", extra={"account": name, "code": code}
        )
    if parsed.ignored:
        count = {"account": name, "count": parsed.ignored}
        logger.info("a delivery held what is not for this account", extra=count)

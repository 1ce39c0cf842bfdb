"""Sends what is due: in order within a chat, each once, written down before it leaves.

A send is SENDING in the store before its call, and no transaction is held while a provider is
called. What may have left is not repeated, unless its channel takes it for the same message.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from aftersale.domain.channels import Send, SendState, Thread
from aftersale.services.channels.limits import Limits
from aftersale.services.channels.outcomes import HELD, NOT_KNOWN, SENT, WITHDRAWN, Outcome, after
from aftersale.services.channels.packing import Leaving, ReadFile, packed
from aftersale.services.channels.settling import is_lapsed
from aftersale.services.channels.signs import Submit, at_once
from aftersale.services.channels.statuses import arrived
from aftersale.services.channels.windows import hold, is_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Connector,
    Refused,
    Shut,
    Uncertain,
    WindowClosed,
)
from aftersale.services.wiring import Wiring

AT_ONCE = 16  # sends that are claimed and not yet settled
LEASE = 180.0  # seconds: longer than any call lasts
_NO_ACCOUNT = Outcome(SendState.PENDING, "no_account", wait=300.0, is_try=False)
_UNREACHABLE = Outcome(SendState.FAILED, "gone")
_WAITS = frozenset({SendState.PENDING, SendState.HELD})
_NOT_TOLD = frozenset({SendState.SENDING, SendState.UNKNOWN, SendState.PENDING})
_ALERTS = frozenset({"shut", "refused", "failed", "unknown"})

logger = logging.getLogger(__name__)


class Sending:
    """Sends for all accounts. Several threads may run it at once.

    `submit` runs a call aside: that of a pool, so that a slow provider holds up nobody else.
    `observe` is told the account and the outcome of every try.
    """

    def __init__(
        self,
        wiring: Wiring,
        connectors: Mapping[str, Connector],
        read_file: ReadFile,
        *,
        submit: Submit = at_once,
        observe: Callable[[str, str], None] | None = None,
    ) -> None:
        self._wiring, self._connectors, self._read_file = wiring, connectors, read_file
        self._submit, self._observe = submit, observe
        self._limits = Limits()

    def run(self, now: datetime, *, jitter: Callable[[], float]) -> int:
        """Send the first due message of each chat; return how many are on their way."""
        left = 0
        for leaving in self._claimed(now):
            hindrance = self._hindrance(leaving, now)
            if hindrance is not None:
                self._end(leaving, hindrance, None, now)
                continue
            left += 1
            self._limits.enter(leaving.thread.account)
            self._submit(partial(self._leave, leaving, now, jitter()))
        return left

    def waiting(self) -> Mapping[tuple[str, SendState], int]:
        """Return how many sends of each account are in which state that is not over."""
        with self._wiring.uow() as uow:
            return uow.channels.counts()

    def _claimed(self, now: datetime) -> list[Leaving]:
        room = AT_ONCE - self._limits.inside()
        if room <= 0:
            return []
        with self._wiring.uow() as uow:
            claimed = uow.channels.claim_sends(now, lease=LEASE, limit=room)
            leaving = [self._packed(uow, send, now) for send in claimed]
            uow.commit()
        return leaving

    def _packed(self, uow: UnitOfWork, send: Send, now: datetime) -> Leaving:
        found = packed(uow, send, self._connectors)
        said_at = send.created_at
        if send.conversation_id and is_lapsed(self._wiring, uow, found.thread, said_at, now=now):
            return replace(found, is_theirs=False)
        return found

    def _leave(self, leaving: Leaving, now: datetime, jitter: float) -> None:
        """Call the provider, aside from everything else, and write down what came of it."""
        try:
            outcome, ref = self._called(leaving, now, jitter)
            self._end(leaving, outcome, ref, now)
        except Exception:  # a process edge: nobody waits for this thread; the lease will be over
            logger.exception("what became of a message could not be written down")
        finally:
            self._limits.leave(leaving.thread.account)

    def _end(self, leaving: Leaving, outcome: Outcome, ref: str | None, now: datetime) -> None:
        if self._observe is not None:
            self._observe(leaving.thread.account, outcome.word)
        if outcome.word in _ALERTS:
            told = {"send_id": leaving.send.send_id, "code": outcome.code}
            logger.error("a message to a messenger: %s", outcome.word, extra=told)
        self._settle(leaving, outcome, ref, now)

    def _hindrance(self, leaving: Leaving, now: datetime) -> Outcome | None:
        """Return why it does not leave now, if it does not."""
        send, thread, connector = leaving.send, leaving.thread, leaving.connector
        if connector is None:
            return NOT_KNOWN if send.lapsed else _NO_ACCOUNT
        can = connector.capabilities
        if send.lapsed and not (can.repeats_safely and send.body and leaving.is_theirs):
            return NOT_KNOWN
        if not (leaving.is_theirs and send.body):  # its words may have been forgotten meanwhile
            return WITHDRAWN
        if thread.unreachable_at is not None:
            return _UNREACHABLE
        if send.is_template == is_open(thread, can, now):
            return WITHDRAWN if send.is_template else HELD
        wait = self._limits.wait(thread.account, can, now)
        return Outcome(SendState.PENDING, "waits", wait=wait, is_try=False) if wait else None

    def _called(
        self, leaving: Leaving, now: datetime, jitter: float
    ) -> tuple[Outcome, str | None]:
        account = leaving.thread.account
        try:
            ref = self._connectors[account].send(leaving.out(self._read_file))
        except ChannelTrouble as trouble:
            return self._troubled(leaving, trouble, now, jitter), None
        except OSError:
            logger.exception("a file that was to be sent is not there")
            return self._troubled(leaving, Refused("file_missing"), now, jitter), None
        except Exception:  # a process edge: one message must not hold up the others
            logger.exception("a connector failed", extra={"account": account})
            return self._troubled(leaving, Uncertain("internal"), now, jitter), None
        self._limits.opened(account)
        return SENT, ref

    def _troubled(
        self, leaving: Leaving, trouble: ChannelTrouble, now: datetime, jitter: float
    ) -> Outcome:
        account, connector = leaving.thread.account, leaving.connector
        if isinstance(trouble, WindowClosed) and not leaving.send.is_template:
            return replace(HELD, code=trouble.code or None)
        if isinstance(trouble, Busy) and trouble.whole_account:
            self._limits.pause(account, now + timedelta(seconds=trouble.seconds))
        repeats = connector is not None and connector.capabilities.repeats_safely
        outcome = after(trouble, leaving.send, repeats_safely=repeats, jitter=jitter)
        if isinstance(trouble, Shut):
            until = self._limits.shut(account, now)
            return replace(outcome, wait=(until - now).total_seconds())
        return outcome

    def _settle(self, leaving: Leaving, outcome: Outcome, ref: str | None, now: datetime) -> None:
        with self._wiring.uow() as uow:
            thread = uow.channels.locked(leaving.send.thread_id)
            send = uow.channels.send(leaving.send.send_id)
            if thread is None or send is None:
                return
            if outcome.state is SendState.SENT:
                self._left(uow, thread, send, leaving, ref=ref, now=now)
            elif send.state is SendState.SENDING:  # else a status was quicker, and knows better
                _stays(uow, thread, send, leaving, outcome=outcome, now=now)
            uow.commit()

    def _left(
        self,
        uow: UnitOfWork,
        thread: Thread,
        send: Send,
        leaving: Leaving,
        *,
        ref: str | None,
        now: datetime,
    ) -> None:
        known = replace(send, ref=send.ref or ref, code=None)
        if send.state in _NOT_TOLD:
            known = replace(known, state=SendState.SENT)
        thread = arrived(uow, thread, known, now)
        pause = leaving.connector.capabilities.per_thread if leaving.connector else 0.0
        if pause:
            until = now + timedelta(seconds=pause)
            uow.channels.save_thread(replace(thread, quiet_until=until))


def _stays(
    uow: UnitOfWork,
    thread: Thread,
    send: Send,
    leaving: Leaving,
    *,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Write down why it did not leave, or that nobody knows."""
    later = now + timedelta(seconds=outcome.wait)
    attempts = send.attempts if outcome.is_try else send.attempts - 1
    send = replace(send, attempts=attempts, due_at=later, code=outcome.code or send.code)
    if outcome.state is SendState.HELD and leaving.connector is not None:
        hold(uow, thread, send, leaving.connector, now=now)
        return
    uow.channels.save_send(replace(send, state=outcome.state))
    if outcome.word == "busy":
        uow.channels.save_thread(replace(thread, quiet_until=later))
    if outcome.word == "gone":
        uow.channels.save_thread(replace(thread, unreachable_at=thread.unreachable_at or now))
        uow.channels.change_sends(thread.thread_id, _WAITS, SendState.FAILED, now=now)

"""Runs turns: claims them, asks the engine, and makes sure that every one is answered.

Holds no transaction, lock or connection across the engine's call. Knows nothing of HTTP.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

from aftersale.errors import EngineUnavailable
from aftersale.services.engine import Engine, EngineAnswer
from aftersale.services.handoff.telling import events_of
from aftersale.services.ports import Clock
from aftersale.services.turns import ClaimedTurn, Turns, Understood

log = logging.getLogger(__name__)
T = TypeVar("T")
FLOOR = 0.2  # seconds the engine gets even when the buyer has waited too long already
FORGOTTEN = 60.0  # seconds after which another process must have taken a noticed turn
ARTICLE, OTHER = "article", "other"  # kinds of answers
TELL_SECONDS = 2.0  # for either word to the engine before a turn that comes back from people
POLL = 1.0  # how often the store is asked without a reason: turns of a process that died


class InThread(Protocol):
    """Runs a synchronous function in the bounded thread pool."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Limits:
    """How many turns run at once and how long they may take, in seconds."""

    workers: int
    reply_within: float
    engine_timeout: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one turn, for the metrics."""

    result: str  # answered, trouble, silent, lost
    seconds: float
    kind: str  # what answered: article, other


class TurnRunner:
    """First in, first out in a conversation; up to `workers` conversations at a time."""

    def __init__(
        self,
        *,
        turns: Turns,
        engine: Engine,
        clock: Clock,
        in_thread: InThread,
        limits: Limits,
        lapses: Collection[str] = (),
        observe: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        """Take what a turn needs; `lapses` are the slots that are over when people had it."""
        self._turns = turns
        self._engine = engine
        self._clock = clock
        self._in_thread = in_thread
        self._limits = limits
        self._lapses = frozenset(lapses)
        self._observe = observe
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(limits.workers)
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._more = True
        self._arrived: dict[tuple[str, int], float] = {}

    def notice(self, conversation_id: str, seq: int) -> None:
        """Tell the runner of a message that was just stored; its time to reply starts here."""
        self._arrived.setdefault((conversation_id, seq), time.monotonic())
        self._wake.set()

    async def run(self) -> None:
        """Run turns until `stop`."""
        while not self._stopping:
            # Cleared before looking: a message stored meanwhile sets it again.
            self._wake.clear()
            if not await self._start_next() or not self._more:
                await self._wait()

    async def stop(self) -> None:
        """Take no new turn; return when those that were taken are answered."""
        self._stopping = True
        self._wake.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.reply_within):
                # Every slot is free only when no turn runs, and none is just being claimed.
                for _ in range(self._limits.workers):
                    await self._slots.acquire()

    async def run_waiting(self) -> None:
        """Answer everything that waits now, then return."""
        while await self._start_next() or self._running:
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), POLL)
        except TimeoutError:
            old = time.monotonic() - FORGOTTEN
            self._arrived = {key: at for key, at in self._arrived.items() if at > old}

    async def _start_next(self) -> bool:
        await self._slots.acquire()
        claimed = None if self._stopping else await self._claim()
        if claimed is None:
            self._slots.release()
            return False
        turn = claimed.turn
        arrived = self._arrived.pop((turn.conversation_id, turn.seq), None)
        # Looking costs a transaction: only when more was noticed, or this one nobody told us of.
        self._more = bool(self._arrived) or arrived is None
        task = asyncio.create_task(self._run_one(claimed, arrived or time.monotonic()))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._slots.release()
        if self._arrived:  # the next turn of the same conversation may start
            self._wake.set()

    async def _claim(self) -> ClaimedTurn | None:
        try:
            return await self._in_thread(lambda: self._turns.claim(self._clock()))
        except Exception:  # a process edge: the loop must survive a store that is away
            log.exception("no turn could be claimed")
            return None

    async def _run_one(self, claimed: ClaimedTurn, started: float) -> None:
        kind = OTHER
        try:
            result, kind = await self._answered(claimed, started)
        except Exception:  # a process edge: one turn must not take the others with it
            log.exception("a turn was lost", extra=_ids(claimed))
            result = await self._gave_up(claimed)
        self._observe(Outcome(result, time.monotonic() - started, kind))

    async def _answered(self, claimed: ClaimedTurn, started: float) -> tuple[str, str]:
        if claimed.is_answered:
            return await self._gave_up(claimed), OTHER
        if not claimed.needs_engine:
            await self._in_thread(lambda: self._turns.answer(claimed, (), self._clock()))
            return "silent", OTHER
        try:
            await self._tell(claimed)
            answer = await self._asked(claimed, started)
        except EngineUnavailable as exc:
            log.warning("no answer of the engine: %s", exc.detail, extra=_ids(claimed))
            return await self._gave_up(claimed), OTHER
        if not answer.sayings:
            log.warning("the engine said nothing", extra=_ids(claimed))
            return await self._gave_up(claimed), OTHER
        read = Understood(answer.intent, answer.confidence)
        is_ours = await self._in_thread(
            lambda: self._turns.answer(claimed, answer.sayings, self._clock(), understood=read)
        )
        return ("answered" if is_ours else "lost"), kind_of(answer)

    async def _tell(self, claimed: ClaimedTurn) -> None:
        """Tell the engine how the conversation came back; it never answers without knowing."""
        if not claimed.untold:
            return
        own, epoch = claimed.turn.conversation_id, claimed.conversation.engine_epoch
        state = await self._engine.state(own, epoch, seconds=TELL_SECONDS)
        if state is None:
            raise EngineUnavailable("The engine did not say what it remembers.")
        events = events_of(claimed.untold, state, self._lapses)
        await self._engine.append(own, epoch, events, seconds=TELL_SECONDS)
        await self._in_thread(lambda: self._turns.engine_told(claimed, self._clock()))

    async def _asked(self, claimed: ClaimedTurn, started: float) -> EngineAnswer:
        left = self._limits.reply_within - (time.monotonic() - started)
        seconds = max(FLOOR, min(left, self._limits.engine_timeout))
        return await self._engine.message(claimed.for_engine(), seconds=seconds)

    async def _gave_up(self, claimed: ClaimedTurn) -> str:
        try:
            is_ours = await self._in_thread(lambda: self._turns.give_up(claimed, self._clock()))
        except Exception:  # a process edge: the lease ends and the turn is taken again
            log.exception("a turn could not be closed", extra=_ids(claimed))
            return "lost"
        return "trouble" if is_ours else "lost"


def kind_of(answer: EngineAnswer) -> str:
    """Return what a help article answered as such; everything else is other (R3.4)."""
    named = {saying.response for saying in answer.sayings}
    return ARTICLE if any(name.startswith("utter_article") for name in named) else OTHER


def _ids(claimed: ClaimedTurn) -> dict[str, str]:
    turn = claimed.turn
    return {"conversation_id": turn.conversation_id, "turn_id": turn.turn_id}

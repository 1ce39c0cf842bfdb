"""Passes on to every open page of the desk what changed, to each what it may see, and briefly.

News are signs to look again, so they are merged while somebody is slow; what a page holds back is
bounded by the conversations there are, and whoever takes nothing is dropped.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.desk import DeskUser
from aftersale.gateway.replies import Refusal
from aftersale.gateway.services import Services
from aftersale.services.ports_inbox import Head

log = logging.getLogger(__name__)
GATHER = 0.05  # seconds in which what comes together is told together
INBOX_EVERY = 2.0  # seconds: lists are read anew by everybody, so not more often
HELD = 500  # news that wait for one page; beyond it is dropped and begins anew
PER_USER = 10  # pages of one person
REMEMBERED = 20_000  # conversations whose newest seq is known
_QUIET = frozenset({EventType.TYPING, EventType.READ})
News = dict[str, Any]


class Page:
    """One open page: whose it is, and what it is still to be told."""

    def __init__(self, who: DeskUser, clock: Any) -> None:
        self.who = who
        self.woken = asyncio.Event()
        self.is_over = False
        self._clock = clock
        self._held: dict[tuple[str, str | None], News] = {}
        self._inbox_at = -INBOX_EVERY
        self._later: asyncio.TimerHandle | None = None

    def offer(self, news: News) -> None:
        """Hold it until the page takes it; the newest of a kind stands for the earlier ones."""
        self._held[news["type"], news.get("id")] = news
        if len(self._held) > HELD:
            self.end()
        self.woken.set()

    def offer_inbox(self) -> None:
        """Say that the lists changed: at once, or as soon as it may be said again."""
        due = self._inbox_at + INBOX_EVERY
        if due <= self._clock():
            self._inbox_at = self._clock()
            self.offer({"type": "inbox"})
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(
                due - self._clock(), self._inbox_now
            )

    def _inbox_now(self) -> None:
        self._later = None
        self._inbox_at = self._clock()
        self.offer({"type": "inbox"})

    def take(self) -> list[News]:
        """Return what is held, and hold it no longer."""
        self.woken.clear()
        held, self._held = list(self._held.values()), {}
        return held

    def end(self) -> None:
        """Let the page go; it asks anew."""
        self.is_over = True
        self.woken.set()
        if self._later is not None:
            self._later.cancel()
            self._later = None


class LiveHub:
    """Lives in the event loop of one app."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pages: set[Page] = set()
        self._by_user: Counter[str] = Counter()
        self._dirty: dict[str, set[str]] = {}
        self._woken = asyncio.Event()
        self._seen: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def page(self, who: DeskUser) -> Iterator[Page]:
        """Return a page that is told what its person may see, as long as it is open.

        Raises:
            Refusal: the person has as many as they may.
        """
        if self._by_user[who.user] >= PER_USER:
            raise Refusal("too_many_requests", "Too many pages are open; close one of them.")
        page = Page(who, asyncio.get_running_loop().time)
        self._pages.add(page)
        self._by_user[who.user] += 1
        try:
            yield page
        finally:
            page.end()
            self._pages.discard(page)
            self._by_user[who.user] -= 1
            if not self._by_user[who.user]:
                del self._by_user[who.user]

    def changed(self, *conversation_ids: str, kind: str = "desk") -> None:
        """Say that something about them changed that is no event of their log, or who is there."""
        for own in conversation_ids:
            self._dirty.setdefault(own, set()).add(kind)
        self._woken.set()

    def changed_elsewhere(self, conversation_ids: set[str]) -> None:
        """Say it from another thread."""
        if self._loop is not None and conversation_ids:
            self._loop.call_soon_threadsafe(lambda: self.changed(*conversation_ids))

    def close_all(self) -> None:
        """Let every page go, because the app stops."""
        for page in list(self._pages):
            page.end()

    async def run(self) -> None:
        """Pass on until cancelled."""
        self._loop = asyncio.get_running_loop()
        with self._services.bus.watching(lambda ids: self.changed(*ids, kind="log")):
            while True:
                await self._woken.wait()
                await asyncio.sleep(GATHER)
                self._woken.clear()
                dirty, self._dirty = self._dirty, {}
                if not self._pages:
                    continue
                await self._pass_on(dirty)

    async def _pass_on(self, dirty: dict[str, set[str]]) -> None:
        ids = list(dirty)
        try:
            heads = await self._services.in_thread(lambda: self._heads(ids))
        except Exception:  # a process edge: one look that fails must not end all of them
            log.exception("news could not be passed on")
            return
        for own, head in heads.items():
            self._tell(own, head, dirty[own])

    def _heads(self, conversation_ids: list[str]) -> Mapping[str, Head]:
        with self._services.uow() as uow:
            return uow.inbox.heads(conversation_ids)

    def _tell(self, own: str, head: Head, kinds: set[str]) -> None:
        is_next = self._seen.pop(own, None) == head.last_seq - 1
        self._seen[own] = head.last_seq
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        # Somebody types or has read: the lists stay what they are.
        quiet = "desk" not in kinds and is_next and head.type in _QUIET
        typing = (head.type, head.author) == (EventType.TYPING, Author.BUYER)
        for page in [each for each in self._pages if each.who.serves(head.storefront)]:
            if kinds & {"log", "desk"}:
                page.offer({"type": "conversation", "id": own, "seq": head.last_seq})
                if not quiet:
                    page.offer_inbox()
            if "log" in kinds and typing:
                page.offer({"type": "typing", "id": own})
            if "viewing" in kinds:
                page.offer({"type": "viewing", "id": own})

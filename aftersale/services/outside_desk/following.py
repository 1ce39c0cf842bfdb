"""Follows a conversation at an outside desk: by what it told, and by looking for what it did not.

A callback says that something happened; what stands at the desk says what, and in which order.
Where nobody there can be asked, the callback itself is believed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from aftersale.errors import (
    OwnershipMoved,
    ProviderRefused,
    ProviderUnavailable,
)
from aftersale.services.outside_desk.answering import Answering
from aftersale.services.outside_desk.card_tokens import LASTS, RENEWED_BEFORE
from aftersale.services.outside_desk.carrying import changed
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.outside_desk.owning import Owning
from aftersale.services.outside_desk.taking import as_event
from aftersale.services.ports_desks import (
    DeskAgent,
    DeskEvent,
    DeskEventKind,
    DeskLink,
    DeskStatus,
    DeskView,
    LinkState,
    TakenEvent,
)

AT_ONCE = 200
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)
_TROUBLE = (ProviderUnavailable, OwnershipMoved)


class Following:
    """Works off what was taken in, and looks at what may have got lost."""

    def __init__(
        self, outside: Outside, answering: Answering, owning: Owning, *, closes: bool
    ) -> None:
        self._outside, self._answering, self._owning = outside, answering, owning
        self._closes = closes  # what resolving means: closing, or going back to the bot

    def work_off(self, now: datetime) -> int:
        """Do what waits, a conversation at a time; return how many events were looked at."""
        with self._outside.wiring.uow() as uow:
            waiting = sorted(uow.desk_links.waiting(now, limit=AT_ONCE), key=lambda x: x.ref)
        for ref, events in groupby(waiting, key=lambda taken: taken.ref):
            self._work_off(ref, list(events), now)
        return len(waiting)

    def look(self, now: datetime, *, every: timedelta) -> None:
        """Look at conversations nobody has looked at for so long."""
        with self._outside.wiring.uow() as uow:
            links = uow.desk_links.to_look_at(now - every, limit=AT_ONCE)
        for link in links:
            try:
                view = self._outside.desk.reconcile(link.ref or "", link.seen_message, now)
                self._follow(link, view, now)
                self._renew(link, now)
            except ProviderRefused:
                self._saved(link, looked_at=now, state=LinkState.LOST)
            except OwnershipMoved:
                self._saved(link, looked_at=now)
            except ProviderUnavailable:
                for each in links:  # nobody answers: all of them are looked at after a while
                    self._saved(each, looked_at=now)
                break

    def _work_off(self, ref: str, waiting: Sequence[TakenEvent], now: datetime) -> None:
        own = [taken.event_id for taken in waiting]
        with self._outside.wiring.uow() as uow:
            link = uow.desk_links.by_ref(ref)
        try:
            if link is not None:
                self._follow_told(link, [as_event(taken) for taken in waiting], now)
        except _TROUBLE:
            wait = min(_FIRST_WAIT * 2 ** max(x.failures for x in waiting), _LONGEST_WAIT)
            with self._outside.wiring.uow() as uow:
                uow.desk_links.put_off(own, until=now + wait)
                uow.commit()
            return
        with self._outside.wiring.uow() as uow:
            uow.desk_links.worked(own)
            uow.commit()

    def _follow_told(self, link: DeskLink, told: Sequence[DeskEvent], now: datetime) -> None:
        try:
            view = self._outside.desk.reconcile(link.ref or "", link.seen_message, now)
        except (ProviderRefused, ProviderUnavailable):
            link = self._messages(link, told, now)
            for event in told:
                link = self._state_told(link, event, now)
            return
        # Both: a message may be told before it can be read, and what was taken back lies behind.
        link = self._messages(link, [*view.replies, *told], now)
        self._state(link, view, now)

    def _follow(self, link: DeskLink, view: DeskView, now: datetime) -> None:
        link = self._messages(link, view.replies, now)
        self._state(link, view, now)

    def _messages(self, link: DeskLink, events: Sequence[DeskEvent], now: datetime) -> DeskLink:
        """Deliver and take back in the order of the desk's ids, however they came in."""
        removed = {x.message for x in events if x.kind is DeskEventKind.REMOVED}
        for event in sorted(events, key=lambda event: event.message or 0):
            if event.kind is DeskEventKind.REMOVED:
                self._answering.take_back(link, event, now)
            elif event.kind is DeskEventKind.REPLY and event.message not in removed:
                link = self._answering.deliver(link, event, now)
        return link

    def _state_told(self, link: DeskLink, event: DeskEvent, now: datetime) -> DeskLink:
        """Do what one callback says of the conversation."""
        if event.kind is DeskEventKind.ASSIGNED:
            return self._assigned(link, event.agent, now)
        if event.kind is DeskEventKind.STATUS and event.status is not None:
            return self._has_status(link, event.status, event.agent, now)
        return link

    def _state(self, link: DeskLink, view: DeskView, now: datetime) -> None:
        if view.status is not DeskStatus.RESOLVED:
            link = self._assigned(link, view.agent, now)
        if view.status is not None:
            link = self._has_status(link, view.status, view.agent, now)
        if view.status is DeskStatus.SNOOZED:
            self._owning.put_aside(link, view.until, now)
        self._saved(link, seen_message=view.newest, looked_at=now)

    def _assigned(self, link: DeskLink, agent: DeskAgent | None, now: datetime) -> DeskLink:
        before = link.agent_ref
        if (agent.ref if agent else None) == before:
            return link
        if agent is not None and link.state is LinkState.OPEN:
            link = self._owning.taken_by(link, self._owning.user_of(agent), now) or link
        elif before is not None and link.state is LinkState.OPEN:
            self._owning.let_go(link, now)
        return self._saved(link, agent_ref=agent.ref if agent else None)

    def _has_status(
        self, link: DeskLink, status: DeskStatus, agent: DeskAgent | None, now: datetime
    ) -> DeskLink:
        if status is link.status:
            return link
        if status is DeskStatus.RESOLVED and link.state is LinkState.OPEN:
            who = self._owning.user_of(agent) if agent else None
            self._owning.end(link, who, now, closes=self._closes)
        elif link.status is DeskStatus.SNOOZED:
            self._owning.take_up(link, now)
        return self._saved(link, status=status)

    def _renew(self, link: DeskLink, now: datetime) -> None:
        """Put a fresh key of the card beside the conversation before the old one is over."""
        if link.told_until is not None and link.told_until - now > RENEWED_BEFORE:
            return
        with self._outside.wiring.uow() as uow:
            handoff = uow.handoffs.get(link.handoff_id)
            fresh = self._outside.attributes(uow, handoff, now) if handoff else {}
        self._outside.desk.tell(link.ref or "", fresh)
        self._saved(link, told_until=now + LASTS)

    def _saved(self, link: DeskLink, **changes: object) -> DeskLink:
        with self._outside.wiring.uow() as uow:
            link = changed(uow, link.handoff_id, **changes)
            uow.commit()
        return link

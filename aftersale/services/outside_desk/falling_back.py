"""What holds when an outside desk fails: the buyer gets a numbered case, or people of our own."""

from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.handoffs import HandoffState
from aftersale.services.outside_desk.carrying import changed
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.outside_desk.owning import Owning
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import DeskLink, LinkState

OPENS_WITHIN = timedelta(seconds=60)  # so long a buyer waits for a desk that does not answer
AT_ONCE = 20


class FallingBack:
    """Ends the wait for a desk. The sweep then tells the case, as when nobody came in time."""

    def __init__(self, outside: Outside, owning: Owning) -> None:
        self._outside, self._owning = outside, owning

    def not_opened(self, now: datetime) -> int:
        """Give up on handoffs that could not be opened in time; return how many."""
        with self._outside.wiring.uow() as uow:
            late = uow.desk_links.not_opened(now - OPENS_WITHIN, limit=AT_ONCE)
        for link in late:
            self.lost(link.handoff_id, now)
        return len(late)

    def lost(self, handoff_id: str, now: datetime) -> None:
        """Give up on one: whoever has it there has it no more, and nobody there will take it."""
        with self._outside.wiring.uow() as uow:
            link, handoff = uow.desk_links.get(handoff_id), uow.handoffs.get(handoff_id)
        if link is None or handoff is None:
            return
        if handoff.state is HandoffState.CLAIMED and self._is_theirs(handoff.agent):
            self._owning.let_go(link, now)
        with self._outside.wiring.uow() as uow:
            changed(uow, handoff_id, state=LinkState.LOST)
            self._no_longer_waits(uow, link, now)
            uow.commit()

    def _no_longer_waits(self, uow: UnitOfWork, link: DeskLink, now: datetime) -> None:
        handoff = uow.handoffs.get(link.handoff_id)
        if handoff is None or handoff.state is not HandoffState.WAITING:
            return
        present = uow.agents.present(handoff.storefront, now)
        if all(self._is_theirs(each.agent) for each in present):
            uow.handoffs.save(replace(handoff, claim_by=now))

    def _is_theirs(self, agent: str | None) -> bool:
        return agent is not None and agent.startswith(f"{self._outside.desk.name}:")

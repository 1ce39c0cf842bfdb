"""Makes people of an outside desk owners here: by the same moves as agents of our own desk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.errors import IllegalMove
from aftersale.domain.handoffs import Handoff, HandoffState
from aftersale.errors import ConversationClosed, NotFound, OwnershipMoved
from aftersale.services.handoff.agents import Act, AgentDesk
from aftersale.services.outside_desk.carrying import changed
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import DeskAgent, DeskLink, LinkState

_TRIES = 4
_NOBODY = "Support"
_UNTIL_WRITTEN = timedelta(days=30)  # where no time is named


class Owning:
    """Claims, hands on, lets go and ends. Whoever was faster wins; then it is looked at again."""

    def __init__(self, outside: Outside, agents: AgentDesk) -> None:
        self._outside, self._agents = outside, agents

    def user_of(self, agent: DeskAgent) -> DeskUser:
        """Return the person as the rest of the product knows them."""
        name = agent.name or _NOBODY
        return DeskUser(f"{self._outside.desk.name}:{agent.ref}", name, Role.AGENT)

    def taken_by(self, link: DeskLink, who: DeskUser, now: datetime) -> DeskLink | None:
        """Make the conversation this agent's, wherever it is; None when it is over.

        Where the handoff of the link is over, taking it begins another one, which the same
        conversation of the desk stands for from then on.
        """
        for _ in range(_TRIES):
            conversation, handoff = self._now(link)
            if conversation is None or conversation.is_over:
                return None
            try:
                taken = self._take(conversation, handoff, who, now)
            except (OwnershipMoved, IllegalMove):
                continue
            except (ConversationClosed, NotFound):
                return None
            return self._stands_for(link, taken, who, now)
        raise OwnershipMoved("Others move this conversation again and again.")

    def let_go(self, link: DeskLink, now: datetime) -> None:
        """Put it back into the queue: nobody there has it any more."""
        self._moved(link, {HandoffState.CLAIMED}, lambda act: self._agents.release(act), now)

    def put_aside(self, link: DeskLink, until: datetime | None, now: datetime) -> None:
        """Let it lie until then, or until the buyer writes: its agent may go, and keeps it."""
        _, handoff = self._now(link)
        until = until or now + _UNTIL_WRITTEN
        if handoff is not None and (handoff.snoozed_until is None or handoff.snoozed_until <= now):
            self._snooze(link, until, now)

    def take_up(self, link: DeskLink, now: datetime) -> None:
        """Put it before its agent again."""
        _, handoff = self._now(link)
        if handoff is not None and handoff.snoozed_until is not None:
            self._snooze(link, None, now)

    def _snooze(self, link: DeskLink, until: datetime | None, now: datetime) -> None:
        states = {HandoffState.CLAIMED}
        self._moved(link, states, lambda act: self._agents.snooze(act, until), now)

    def end(self, link: DeskLink, who: DeskUser | None, now: datetime, *, closes: bool) -> None:
        """Give it back to the bot, or close it; from the queue it is taken first."""
        _, handoff = self._now(link)
        if handoff is not None and handoff.state is HandoffState.WAITING and not closes:
            self.taken_by(link, who or DeskUser(self._outside.desk.name, _NOBODY, Role.AGENT), now)
        how = self._agents.close if closes else self._agents.give_back
        states = {HandoffState.CLAIMED} | ({HandoffState.WAITING} if closes else set())
        self._moved(link, states, lambda act: how(act), now)

    def _take(
        self, conversation: Conversation, handoff: Handoff | None, who: DeskUser, now: datetime
    ) -> Handoff:
        act = Act(conversation.conversation_id, conversation.owner_version, who, now)
        if handoff is None or conversation.owner is not Owner.HUMAN:
            waits = conversation.owner is Owner.QUEUED
            take = self._agents.claim if waits else self._agents.take_over
            return self._handoff(take(act).handoff)
        if handoff.agent == who.user:
            return handoff
        holder = replace(act, who=self._holder(handoff))
        return self._handoff(self._agents.transfer(holder, who).handoff)

    def _moved(
        self,
        link: DeskLink,
        states: set[HandoffState],
        move: Callable[[Act], object],
        now: datetime,
    ) -> None:
        for _ in range(_TRIES):
            conversation, handoff = self._now(link)
            if conversation is None or handoff is None or handoff.state not in states:
                return
            who = self._holder(handoff, link.agent_name)
            try:
                move(Act(conversation.conversation_id, conversation.owner_version, who, now))
            except (OwnershipMoved, IllegalMove):
                continue
            except (ConversationClosed, NotFound):
                return
            return

    def _holder(self, handoff: Handoff, name: str | None = None) -> DeskUser:
        """Return who has it, in whose name it is moved on."""
        return DeskUser(handoff.agent or self._outside.desk.name, name or _NOBODY, Role.AGENT)

    def _now(self, link: DeskLink) -> tuple[Conversation | None, Handoff | None]:
        with self._outside.wiring.uow() as uow:
            conversation = uow.conversations.get(link.conversation_id)
            return conversation, uow.handoffs.open_of(link.conversation_id)

    def _handoff(self, handoff: Handoff | None) -> Handoff:
        if handoff is None:
            raise NotFound("There is no handoff.")
        return handoff

    def _stands_for(
        self, link: DeskLink, handoff: Handoff, who: DeskUser, now: datetime
    ) -> DeskLink:
        """Return the link of the handoff; one that was given up is there again."""
        is_same = handoff.handoff_id == link.handoff_id
        if is_same and link.state is LinkState.OPEN and link.agent_name == who.name:
            return link
        with self._outside.wiring.uow() as uow:
            if not is_same:
                link = _followed(uow, link, handoff, now)
            link = changed(uow, link.handoff_id, state=LinkState.OPEN, agent_name=who.name)
            uow.commit()
        return link


def _followed(uow: UnitOfWork, link: DeskLink, handoff: Handoff, now: datetime) -> DeskLink:
    """Let the desk's conversation stand for the next handoff; what was said between goes over."""
    current = uow.desk_links.locked(link.handoff_id) or link
    uow.desk_links.save(replace(current, state=LinkState.ENDED))
    new = replace(
        current,
        handoff_id=handoff.handoff_id,
        state=LinkState.OPEN,
        created_at=now,
        noted_seq=current.sent_seq,
        looked_at=now,
    )
    uow.desk_links.add(new)
    return uow.desk_links.get(handoff.handoff_id) or new

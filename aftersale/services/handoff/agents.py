"""What an agent may do with a conversation: each move once, by whoever saw it as it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Closed, Conversation
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.handoffs import Handoff, HandoffEnd, HandoffReason, HandoffState
from aftersale.domain.ownership import OwnerMove
from aftersale.errors import ConversationClosed, NotFound, OwnershipMoved
from aftersale.services.handoff.asking import Wanted, taken_up, written
from aftersale.services.handoff.leaving import BACK
from aftersale.services.handoff.moving import MOVED, owned_by
from aftersale.services.handoff.queue import claim_by, ended, placed, tell_places
from aftersale.services.handoff.speaking import shown
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.saying import say
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Act:
    """An agent, and the conversation as they saw it: `version` is that of its ownership."""

    conversation_id: str
    version: int
    who: DeskUser
    now: datetime


@dataclass(frozen=True, slots=True)
class Acted:
    """The conversation and its handoff afterwards; None: there never was one."""

    conversation: Conversation
    handoff: Handoff | None


class AgentDesk:
    """Moves conversations for agents; each method is one transaction.

    Every method raises `OwnershipMoved` when the conversation is not as the agent saw it or not
    theirs (a supervisor may move everybody's), `IllegalMove` when the move does not start from
    its owner, `ConversationClosed` and `NotFound`.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def claim(self, act: Act) -> Acted:
        """Take it from the queue; of many at once, one has it."""
        return self._done(act, lambda uow: self._taken(uow, act, OwnerMove.CLAIM))

    def take_over(self, act: Act) -> Acted:
        """Take it unasked: from the bot, from the queue, or after nobody came."""
        return self._done(act, lambda uow: self._taken(uow, act, OwnerMove.TAKE_OVER))

    def transfer(self, act: Act, to: DeskUser) -> Acted:
        """Give it to another person at once."""
        return self._done(act, lambda uow: self._transferred(uow, act, to))

    def release(self, act: Act, *, team: str | None = None) -> Acted:
        """Put it back into the queue, for a team or for anybody."""
        return self._done(act, lambda uow: self._released(uow, act, team))

    def give_back(self, act: Act, *, outcome: str | None = None) -> Acted:
        """Let the bot go on. The buyer reads the outcome, and the engine is told it."""
        return self._done(act, lambda uow: self._given_back(uow, act, outcome))

    def close(self, act: Act, *, disposition: str | None = None) -> Acted:
        """End the conversation; `disposition` labels it."""
        return self._done(act, lambda uow: self._closed(uow, act, disposition))

    def reopen(self, act: Act) -> Acted:
        """Open a closed conversation again; it is the agent's then."""
        return self._done(act, lambda uow: self._reopened(uow, act))

    def snooze(self, act: Act, until: datetime | None) -> Acted:
        """Put it aside until then or until the buyer writes (None: no longer). It stays theirs."""
        return self._done(act, lambda uow: self._snoozed(uow, act, until))

    def _done(self, act: Act, work: Callable[[UnitOfWork], Acted]) -> Acted:
        with self._wiring.uow() as uow:
            acted = work(uow)
            uow.agents.seen(act.who.user, act.now)
            uow.commit()
        tell_places(self._wiring, acted.conversation.storefront, act.now)
        return acted

    def _taken(self, uow: UnitOfWork, act: Act, how: OwnerMove) -> Acted:
        before = _seen(uow, act)
        handoff = uow.handoffs.open_of(act.conversation_id)
        if handoff is None:
            handoff = self._begun(uow, before, act)
        return self._now_theirs(uow, act, how, _claimed(handoff, act))

    def _begun(self, uow: UnitOfWork, conversation: Conversation, act: Act) -> Handoff:
        last = uow.handoffs.last_of(act.conversation_id)
        number = last.case_number if last and last.state is HandoffState.MISSED else None
        taken_up(uow, conversation, act.now)
        wanted = Wanted(HandoffReason.TAKEN_OVER, case_number=number)
        begun = written(self._wiring, uow, conversation, wanted, now=act.now)
        uow.handoffs.add(begun)
        return begun

    def _now_theirs(
        self,
        uow: UnitOfWork,
        act: Act,
        how: OwnerMove,
        handoff: Handoff,
        *,
        to: DeskUser | None = None,
    ) -> Acted:
        told = {"agent": shown(to or act.who), "position": None}
        after = _moved(uow, act, how, told=told)
        if after.closed_at is not None:
            after = replace(after, closed_at=None, closed_as=None)
            uow.conversations.save(after)
        uow.handoffs.save(handoff)
        return Acted(after, handoff)

    def _transferred(self, uow: UnitOfWork, act: Act, to: DeskUser) -> Acted:
        handoff = _own(uow, act)
        given = replace(handoff, agent=to.user, team=to.team, transfers=handoff.transfers + 1)
        return self._now_theirs(uow, act, OwnerMove.TRANSFER, given, to=to)

    def _released(self, uow: UnitOfWork, act: Act, team: str | None) -> Acted:
        handoff = _own(uow, act)
        waits = released(self._wiring, uow, handoff, team=team, now=act.now)
        told = {"agent": None, "position": waits.place_told}
        after = _moved(uow, act, OwnerMove.RELEASE, told=told)
        variables = {"place": waits.place_told, "choices": [choice(BACK)]}
        self._say(uow, after, "utter_person_moved", variables, now=act.now)
        return Acted(after, waits)

    def _given_back(self, uow: UnitOfWork, act: Act, outcome: str | None) -> Acted:
        handoff = replace(
            ended(_own(uow, act), HandoffEnd.RETURNED, act.now), outcome=outcome or None
        )
        after = _moved(uow, act, OwnerMove.GIVE_BACK, told={"agent": None, "position": None})
        uow.handoffs.save(handoff)
        named = "utter_person_returned" + ("_outcome" if outcome else "")
        variables = {"agent": act.who.name} | ({"outcome": outcome} if outcome else {})
        self._say(uow, after, named, variables, now=act.now, author=Author.BOT)
        return Acted(after, handoff)

    def _closed(self, uow: UnitOfWork, act: Act, disposition: str | None) -> Acted:
        before = _seen(uow, act)
        handoff = uow.handoffs.open_of(act.conversation_id)
        if handoff is not None:
            handoff = replace(
                ended(_own(uow, act), HandoffEnd.CLOSED, act.now), disposition=disposition
            )
            uow.handoffs.save(handoff)
        self._say(uow, before, "utter_person_closed_chat", {"agent": act.who.name}, now=act.now)
        after = _moved(uow, act, OwnerMove.CLOSE, told={"agent": None, "position": None})
        after = replace(after, closed_at=act.now, closed_as=Closed.ENDED)
        uow.conversations.save(after)
        return Acted(after, handoff)

    def _reopened(self, uow: UnitOfWork, act: Act) -> Acted:
        before = _as_seen(uow, act)
        if before.closed_as is Closed.DELETED:
            raise ConversationClosed("This conversation was deleted by its buyer.")
        handoff = _claimed(self._begun(uow, before, act), act)
        return self._now_theirs(uow, act, OwnerMove.REOPEN, handoff)

    def _snoozed(self, uow: UnitOfWork, act: Act, until: datetime | None) -> Acted:
        conversation, handoff = _seen(uow, act), _own(uow, act)
        aside = replace(handoff, snoozed_until=until)
        uow.handoffs.save(aside)
        return Acted(conversation, aside)

    def _say(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        response: str,
        variables: dict[str, Any],
        *,
        now: datetime,
        author: Author = Author.SYSTEM,
    ) -> None:
        say(
            uow,
            self._wiring.voice,
            conversation,
            response=response,
            variables=variables,
            author=author,
            now=now,
        )


def released(
    wiring: Wiring, uow: UnitOfWork, handoff: Handoff, *, team: str | None, now: datetime
) -> Handoff:
    """Write that it waits again, for a while as long as at first, and return it."""
    waits = replace(
        handoff,
        state=HandoffState.WAITING,
        agent=None,
        team=team,
        claim_by=claim_by(wiring, handoff.storefront, now),
        snoozed_until=None,
        transfers=handoff.transfers + 1,
    )
    waits = replace(waits, place_told=placed(uow, waits))
    uow.handoffs.save(waits)
    return waits


def _claimed(handoff: Handoff, act: Act) -> Handoff:
    return replace(
        handoff,
        state=HandoffState.CLAIMED,
        agent=act.who.user,
        claimed_at=act.now,
        claim_by=None,
        place_told=None,
    )


def _moved(uow: UnitOfWork, act: Act, how: OwnerMove, *, told: dict[str, Any]) -> Conversation:
    return owned_by(
        uow,
        act.conversation_id,
        how,
        by=act.who.actor,
        now=act.now,
        version=act.version,
        told=told,
    )


def _seen(uow: UnitOfWork, act: Act) -> Conversation:
    """Return the conversation, held, when it is as the agent saw it and not over."""
    conversation = _as_seen(uow, act)
    if conversation.is_over:
        raise ConversationClosed("This conversation is closed; it can be opened again.")
    return conversation


def _as_seen(uow: UnitOfWork, act: Act) -> Conversation:
    conversation = uow.conversations.locked(act.conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    if conversation.owner_version != act.version:
        raise OwnershipMoved(MOVED)
    return conversation


def _own(uow: UnitOfWork, act: Act) -> Handoff:
    """Return the handoff that the agent has, or that a supervisor moves for somebody else."""
    _seen(uow, act)
    handoff = uow.handoffs.open_of(act.conversation_id)
    leads = act.who.role.includes(Role.SUPERVISOR)
    if handoff is None or (handoff.agent not in {None, act.who.user} and not leads):
        raise OwnershipMoved(MOVED)
    return handoff

"""What comes due on the way to a person: nobody came, an agent is gone, somebody is back."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.cases import OPEN_CASES
from aftersale.domain.conversations import Author, Conversation, Owner
from aftersale.domain.handoffs import Handoff, HandoffState
from aftersale.domain.ownership import OwnerMove
from aftersale.policy.knobs import Policy
from aftersale.policy.opening import opening
from aftersale.services.cases import case_reply
from aftersale.services.handoff.agents import released
from aftersale.services.handoff.asking import may_ask
from aftersale.services.handoff.filing import person_case
from aftersale.services.handoff.leaving import BACK
from aftersale.services.handoff.moving import owned_by
from aftersale.services.handoff.queue import is_gone, tell_places
from aftersale.services.handoff.room import Room, standing
from aftersale.services.news import post_news
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.saying import say
from aftersale.services.wiring import Wiring

GONE_AFTER = timedelta(seconds=90)  # without a word of the agent's desk
OFFERED_WITHIN = timedelta(days=1)  # what was missed longer ago is the case's alone
BY = "sweeper"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one run did, or with a dry run would do."""

    expired: int = 0
    released: int = 0
    woken: int = 0
    offered: int = 0
    places: int = 0

    @property
    def is_any(self) -> bool:
        """Whether anything was due."""
        return any((self.expired, self.released, self.woken, self.offered, self.places))


class HandoffWatch:
    """Looks at every handoff that is not over; each in a transaction of its own."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def run(self, now: datetime, *, dry_run: bool = False) -> Watched:
        """Do (or, with `dry_run`, count) what is due; a second run finds nothing."""
        with self._wiring.uow() as uow:
            unclaimed = list(uow.handoffs.unclaimed(now))
            claimed = list(uow.handoffs.claimed())
            gone = [each for each in claimed if self._is_gone(uow, each, now)]
        aside = [each for each in claimed if _is_over(each.snoozed_until, now)]
        missed = [
            each for policy in self._wiring.policies.values() for each in self._waits(policy, now)
        ]
        if dry_run:
            return Watched(len(unclaimed), len(gone), len(aside), len(missed))
        return Watched(
            expired=self._each(unclaimed, self._expire, now),
            woken=self._each(aside, self._wake, now),
            released=self._each(gone, self._release, now),
            offered=self._each(missed, self._offer, now),
            places=sum(tell_places(self._wiring, key, now) for key in self._wiring.policies),
        )

    def begin(self, now: datetime) -> None:
        """Count every agent as heard of now: while nothing ran here, no desk could be."""
        try:
            with self._wiring.uow() as uow:
                for agent in {each.agent for each in uow.handoffs.claimed() if each.agent}:
                    uow.agents.seen(agent, now)
                uow.commit()
        except Exception:  # a process edge: the server starts all the same
            logger.exception("who has conversations could not be looked up")

    def _each(
        self,
        due: Iterable[Handoff],
        work: Callable[[UnitOfWork, Handoff, datetime], bool],
        now: datetime,
    ) -> int:
        done = 0
        for handoff in due:
            try:
                with self._wiring.uow() as uow:
                    # Held first: agent, buyer and this run want the same conversation.
                    uow.conversations.locked(handoff.conversation_id)
                    current = uow.handoffs.get(handoff.handoff_id)
                    is_done = current is not None and work(uow, current, now)
                    uow.commit()
                done += is_done
            except Exception:  # a process edge: it is tried again by the next run
                logger.exception("a handoff that is due could not be looked at")
        return done

    def _expire(self, uow: UnitOfWork, handoff: Handoff, now: datetime) -> bool:
        """Nobody came: a numbered case with a date, told; the next message is the bot's."""
        conversation = uow.conversations.get(handoff.conversation_id)
        if handoff.state is not HandoffState.WAITING or not _is_over(handoff.claim_by, now):
            return False
        if conversation is None or conversation.owner is not Owner.QUEUED:
            return False
        order = (
            uow.orders.find(handoff.storefront, handoff.order_number)
            if handoff.order_number
            else None
        )
        case = uow.cases.get(handoff.case_number) if handoff.case_number else None
        case = case or person_case(
            self._wiring, uow, conversation, text=handoff.words, order=order, now=now
        )
        uow.handoffs.save(
            replace(handoff, state=HandoffState.MISSED, ended_at=now, case_number=case.number)
        )
        told = {"agent": None, "position": None}
        own = conversation.conversation_id
        after = owned_by(uow, own, OwnerMove.EXPIRE, by=BY, now=now, told=told)
        reply = case_reply(case, person=True)
        response = reply.response.replace("utter_person_case", "utter_person_missed")
        self._tell(uow, after, response, {**reply.variables, "choices": []}, now=now)
        return True

    def _is_gone(self, uow: UnitOfWork, handoff: Handoff, now: datetime) -> bool:
        is_aside = handoff.snoozed_until is not None and handoff.snoozed_until > now
        return not is_aside and is_gone(uow, handoff, now, after=GONE_AFTER)

    def _release(self, uow: UnitOfWork, handoff: Handoff, now: datetime) -> bool:
        """The agent's desk is silent: back into the queue, first in it, and told so."""
        if handoff.state is not HandoffState.CLAIMED or not self._is_gone(uow, handoff, now):
            return False
        waits = released(self._wiring, uow, handoff, team=handoff.team, now=now)
        told = {"agent": None, "position": waits.place_told}
        own = handoff.conversation_id
        after = owned_by(uow, own, OwnerMove.RELEASE, by=BY, now=now, told=told)
        variables = {
            "agent": _name_of(uow, handoff),
            "place": waits.place_told,
            "choices": [choice(BACK)],
        }
        self._tell(uow, after, "utter_person_gone", variables, now=now)
        return True

    def _wake(self, uow: UnitOfWork, handoff: Handoff, now: datetime) -> bool:
        if not _is_over(handoff.snoozed_until, now):
            return False
        uow.handoffs.save(replace(handoff, snoozed_until=None))
        return True

    def _waits(self, policy: Policy, now: datetime) -> list[Handoff]:
        """Return what was missed and can be offered again: somebody came since, and is free."""
        with self._wiring.uow() as uow:
            if standing(uow, policy, now).room is not Room.FREE:
                return []
            there = uow.agents.present(policy.storefront, now)
            free = len(there) * policy.live.waiting_per_agent
            free -= len(uow.handoffs.waiting(policy.storefront))
            missed = uow.handoffs.missed_since(policy.storefront, now - OFFERED_WITHIN)
            came = max(each.since for each in there)
            return [each for each in missed if _is_new(policy, each, came)][:free]

    def _offer(self, uow: UnitOfWork, handoff: Handoff, now: datetime) -> bool:
        """Ask the buyer once whether they still want to talk."""
        if handoff.state is not HandoffState.MISSED or handoff.offered_at is not None:
            return False
        uow.handoffs.save(replace(handoff, offered_at=now))
        conversation = uow.conversations.get(handoff.conversation_id)
        case = uow.cases.get(handoff.case_number) if handoff.case_number else None
        if (
            conversation is None
            or case is None
            or case.state not in OPEN_CASES
            or not may_ask(conversation)
        ):
            return True
        ways = [choice("talk_to_human"), choice("never_mind")]
        variables = {"case_number": case.number, "choices": ways}
        self._tell(uow, conversation, "utter_person_there", variables, now=now)
        return True

    def _tell(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        response: str,
        variables: dict[str, Any],
        *,
        now: datetime,
    ) -> None:
        event = say(
            uow,
            self._wiring.voice,
            conversation,
            response=response,
            variables=variables,
            author=Author.SYSTEM,
            now=now,
        )
        post_news(self._wiring, uow, conversation, event, response=response, variables=variables)


def _name_of(uow: UnitOfWork, handoff: Handoff) -> str | None:
    """Return the name that buyers know the agent by, also one of somebody else's desk."""
    account = uow.desk.account(handoff.agent or "")
    if account is not None:
        return account.who.name
    link = uow.desk_links.get(handoff.handoff_id)
    return (link.agent_name if link else None) or handoff.agent


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now


def _is_new(policy: Policy, handoff: Handoff, came: datetime) -> bool:
    """Tell whether something changed since: somebody came, or the hours began."""
    missed = handoff.ended_at or handoff.asked_at
    hours = opening(policy, missed)
    return came >= missed or (hours is not None and not hours.is_open)

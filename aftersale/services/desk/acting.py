"""People at the desk act on an order: shown exactly what happens, confirmed, done once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.acting import AgentDeed, Proposal, ProposalState
from aftersale.domain.desk import DeskUser
from aftersale.domain.orders import Order
from aftersale.errors import (
    NotAllowed,
    NotFound,
    NotPossible,
    OverrideNeeded,
    PartyToCase,
    StaleOrder,
    TermsChanged,
)
from aftersale.policy.codes import REASON_CODES
from aftersale.services.contested import contested
from aftersale.services.desk.asked import Asked
from aftersale.services.desk.deeds import Confirmed, do
from aftersale.services.desk.limits_of_acting import NEVER
from aftersale.services.desk.showing import decision_shown
from aftersale.services.desk.weighing import Weighed, weigh
from aftersale.services.offers import wish_terms
from aftersale.services.ports import UnitOfWork
from aftersale.services.terms import fingerprint
from aftersale.services.wiring import OFFER_LASTS, Wiring

SHORTEST_REASON = 10  # signs: a reason that says anything
_EXPIRED = "This was shown a while ago; please look at it again."
_MOVED = "The order is not what it was when this was shown; please look at it again."


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal with the decision behind it."""

    proposal: Proposal
    weighed: Weighed
    decision: dict[str, Any]


class Acting:
    """Guarded actions of agents: the same policy and the same effects as the bot's."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def propose(
        self,
        order: tuple[str, str],
        asked: Asked,
        *,
        user: DeskUser,
        now: datetime,
        conversation_id: str | None = None,
    ) -> Shown:
        """Return what would happen to the order (storefront, number); nothing has.

        Raises:
            NotFound: there is no such order, or the user does not work for its storefront.
        """
        with self._wiring.uow() as uow:
            found = order_for(uow, order, user)
            weighed = weigh(self._wiring, uow, found, asked, user=user.user, now=now)
            proposal = self._written(weighed, user, now, conversation_id)
            uow.proposals.add(proposal)
            uow.commit()
        return Shown(proposal, weighed, decision_shown(weighed.judgement, now))

    def _written(
        self, weighed: Weighed, user: DeskUser, now: datetime, conversation_id: str | None
    ) -> Proposal:
        order = weighed.judgement.order
        return Proposal(
            proposal_id=self._wiring.new_id(),
            storefront=order.storefront,
            order_number=order.number,
            ask=weighed.asked.ask,
            by=user.user,
            state=ProposalState.OPEN,
            wish=wish_terms(weighed.judgement.wish),
            terms=weighed.terms,
            terms_hash=fingerprint(weighed.terms),
            created_at=now,
            expires_at=now + OFFER_LASTS,
            conversation_id=conversation_id,
        )

    def confirm(
        self, proposal_id: str, *, user: DeskUser, now: datetime, override: str | None = None
    ) -> Proposal:
        """Do what was shown, once; a second confirmation gives what the first came to.

        `override` is the written reason for setting the rule aside.

        Raises:
            NotFound: there is no such proposal, or it is another storefront's.
            TermsChanged: it is no longer what would happen, or was shown too long ago.
            PartyToCase: the user takes part in the order.
            OverrideNeeded: a rule stands against it, and no reason or too short a one was given.
            NotAllowed: the role may not set this rule aside.
            NotPossible: nobody can do it.
        """
        return contested(lambda: self._confirm(proposal_id, user, override, now))

    def _confirm(
        self, proposal_id: str, user: DeskUser, override: str | None, now: datetime
    ) -> Proposal:
        with self._wiring.uow() as uow:
            shown = _of_user(uow, proposal_id, user)
            # Held, so that whoever else acts on the order waits and then sees what this did.
            order = uow.orders.locked(shown.storefront, shown.order_number)
            proposal = _of_user(uow, proposal_id, user)
            if proposal.state is ProposalState.DONE:
                return proposal
            if order is None:
                raise NotFound("There is no such order.")
            asked = Asked.of(proposal.terms["asked"])
            weighed = weigh(self._wiring, uow, order, asked, user=user.user, now=now)
            _require_same(proposal, weighed, now)
            deed, reason = _deed(weighed, user, override)
            confirmed = Confirmed(proposal, weighed, deed, user.user, now, reason)
            done = replace(
                proposal,
                state=ProposalState.DONE,
                done_at=now,
                done_by=user.user,
                override_reason=reason,
                result=do(self._wiring, uow, confirmed),
            )
            if not uow.proposals.finish(done):
                # Another confirmation was faster: leaving by an error undoes this one's effects.
                raise StaleOrder("This was confirmed a moment ago.")
            uow.commit()
        return done


def order_for(uow: UnitOfWork, order: tuple[str, str], user: DeskUser) -> Order:
    """Return the order when the user works for its storefront.

    Raises:
        NotFound: there is none, or they do not.
    """
    storefront, number = order
    found = uow.orders.find(storefront, number) if user.serves(storefront) else None
    if found is None:
        raise NotFound("There is no such order.")
    return found


def _of_user(uow: UnitOfWork, proposal_id: str, user: DeskUser) -> Proposal:
    proposal = uow.proposals.get(proposal_id)
    if proposal is None or not user.serves(proposal.storefront):
        raise NotFound("There is no such proposal.")
    return proposal


def _require_same(proposal: Proposal, weighed: Weighed, now: datetime) -> None:
    """Refuse what is no longer what was shown."""
    if weighed.never == "party_to_order":
        raise PartyToCase(NEVER["party_to_order"])
    if fingerprint(weighed.terms) != proposal.terms_hash:
        raise TermsChanged(f"{_MOVED} {_now(weighed)}")
    if proposal.expires_at <= now:
        raise TermsChanged(_EXPIRED)


def _now(weighed: Weighed) -> str:
    """Say how it stands now."""
    stands = weighed.never or weighed.barred
    if stands:
        return NEVER[stands]
    code = weighed.judgement.decision.reason_code
    return f"The rules say now: {REASON_CODES[code]}"


def _deed(weighed: Weighed, user: DeskUser, override: str | None) -> tuple[AgentDeed, str | None]:
    """Return what is done, and why a rule is set aside for it: only by who may, with a reason."""
    by_rules = weighed.by_rules
    if by_rules is not None and override is None:
        return AgentDeed(by_rules["deed"]), None
    if weighed.by_override is None or weighed.override is None:
        why = weighed.never or weighed.barred
        code = weighed.judgement.decision.reason_code
        raise NotPossible(NEVER[why] if why else REASON_CODES[code])
    if not user.role.includes(weighed.override.role):
        raise NotAllowed(f"Setting this rule aside needs the role {weighed.override.role.value}.")
    if override is None or len(override.strip()) < SHORTEST_REASON:
        raise OverrideNeeded("A rule stands against it. Say in a sentence why it is set aside.")
    return AgentDeed(weighed.by_override["deed"]), override.strip()

"""An agent writes first: into the buyer's newest talk or a new one, which is the agent's then."""

from dataclasses import dataclass, replace
from datetime import datetime

from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.desk import DeskUser
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.orders import Order
from aftersale.domain.ownership import OwnerMove
from aftersale.errors import NotFound
from aftersale.services.desk.acting import order_for
from aftersale.services.desk.blocking import buyer_for
from aftersale.services.desk.talks import talk_with
from aftersale.services.handoff.asking import Wanted, taken_up, written
from aftersale.services.handoff.moving import owned_by
from aftersale.services.handoff.speaking import say_as_agent, shown
from aftersale.services.incoming import Screen
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class FirstWords:
    """What is written, and to whom: a buyer, or whoever an order belongs to."""

    storefront: str
    text: str
    buyer_id: str | None = None
    order_number: str | None = None


class WritingFirst:
    """Begins conversations. What is unread goes by mail after a while, as all news does."""

    def __init__(self, wiring: Wiring, screen: Screen) -> None:
        self._wiring, self._screen = wiring, screen

    def start(self, words: FirstWords, *, user: DeskUser, now: datetime) -> Conversation:
        """Say it and return the conversation, which is this agent's.

        Raises:
            NotFound: there is no such buyer or order at the user's storefronts.
            OwnershipMoved: a colleague is talking with the buyer.
        """
        with self._wiring.uow() as uow:
            order, talk = self._talk(uow, words, user, now)
            owned = self._theirs(uow, talk, order, user, now=now)
            text = self._screen(words.text, known_numbers=lambda: set(), said=()).text
            block = {"type": "text", "text": text, "fallback": text}
            where = owned.conversation_id
            say_as_agent(self._wiring, uow, where, who=user, blocks=[block], now=now)
            uow.agents.seen(user.user, now)
            uow.commit()
        return owned

    def _talk(
        self, uow: UnitOfWork, words: FirstWords, user: DeskUser, now: datetime
    ) -> tuple[Order | None, Conversation]:
        """Return what it is about, and where the buyer is spoken to, held for the transaction."""
        number = words.order_number
        order = order_for(uow, (words.storefront, number), user) if number else None
        buyer = buyer_for(uow, order.buyer_id if order else words.buyer_id or "", user)
        if buyer.storefront != words.storefront:
            raise NotFound("There is no such buyer.")
        talk = talk_with(self._wiring, uow, buyer, now)
        return order, uow.conversations.locked(talk.conversation_id) or talk

    def _theirs(
        self,
        uow: UnitOfWork,
        talk: Conversation,
        order: Order | None,
        user: DeskUser,
        *,
        now: datetime,
    ) -> Conversation:
        """Make the conversation the agent's, unless it is already."""
        if talk.owner is Owner.HUMAN:
            return talk  # what is said there is refused when it is a colleague's
        handoff = uow.handoffs.open_of(talk.conversation_id)
        begun = handoff or self._begun(uow, talk, order, now)
        uow.handoffs.save(
            replace(
                begun,
                state=HandoffState.CLAIMED,
                agent=user.user,
                claimed_at=now,
                claim_by=None,
                place_told=None,
            )
        )
        told = {"agent": shown(user), "position": None}
        after = owned_by(
            uow, talk.conversation_id, OwnerMove.TAKE_OVER, by=user.actor, now=now, told=told
        )
        if after.closed_at is not None:  # it lay idle
            after = replace(after, closed_at=None, closed_as=None)
            uow.conversations.save(after)
        return after

    def _begun(
        self, uow: UnitOfWork, talk: Conversation, order: Order | None, now: datetime
    ) -> Handoff:
        taken_up(uow, talk, now)
        wanted = Wanted(HandoffReason.STARTED, order)
        begun = written(self._wiring, uow, talk, wanted, now=now)
        uow.handoffs.add(begun)
        return begun

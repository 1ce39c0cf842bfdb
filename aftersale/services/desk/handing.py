"""Taking a conversation and handing it on, as people at the desk do it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.desk import DeskUser
from aftersale.errors import NotFound
from aftersale.services.desk.noting import Noting
from aftersale.services.desk.visible import visible
from aftersale.services.desk.writing import send_at_once
from aftersale.services.handoff.agents import Act, Acted, AgentDesk
from aftersale.services.incoming import Screen, masked
from aftersale.services.wiring import Wiring

OUTCOMES = frozenset({"solved", "open", "cancelled"})  # labels whose words are the voice's


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a conversation now; `user` None when no agent does."""

    owner: str
    version: int
    user: str | None
    name: str | None


class Handing:
    """Every method but `holder` raises NotFound for what the person may not see.

    And `OwnershipMoved` when somebody was faster; `IllegalMove` when it cannot start from there.
    """

    def __init__(self, wiring: Wiring, desk: AgentDesk, noting: Noting, screen: Screen) -> None:
        self._wiring, self._desk, self._noting = wiring, desk, noting
        self._uow, self._screen = wiring.uow, screen

    def claim(self, act: Act) -> Acted:
        """Take it from the queue."""
        return self._seen(act, self._desk.claim)

    def take_over(self, act: Act) -> Acted:
        """Take it unasked."""
        return self._seen(act, self._desk.take_over)

    def reopen(self, act: Act) -> Acted:
        """Open it again."""
        return self._seen(act, self._desk.reopen)

    def snooze(self, act: Act, until: datetime | None) -> Acted:
        """Put it aside until then; None brings it back."""
        return self._seen(act, lambda seen: self._desk.snooze(seen, until))

    def transfer(self, act: Act, to_user: str, note: str) -> Acted:
        """Give it to a colleague who works for the same storefront.

        Raises:
            NotFound: there is no such colleague.
        """
        to = self._colleague(act, to_user)
        return self._left(act, note, lambda seen: self._desk.transfer(seen, to))

    def release(self, act: Act, team: str | None, note: str) -> Acted:
        """Put it back into the queue, for a team or for anybody."""
        return self._left(act, note, lambda seen: self._desk.release(seen, team=team))

    def give_back(self, act: Act, *, outcome: str | None, note: str) -> Acted:
        """Let the bot go on. The outcome is one of `OUTCOMES`, or words that the buyer reads."""
        said = self._outcome(act, outcome) if outcome else None
        return self._left(act, note, lambda seen: self._desk.give_back(seen, outcome=said))

    def close(self, act: Act, *, disposition: str | None, note: str) -> Acted:
        """End it."""
        return self._left(act, note, lambda seen: self._desk.close(seen, disposition=disposition))

    def holder(self, conversation_id: str) -> Holder | None:
        """Return who has it, to be told to whoever came too late."""
        with self._uow() as uow:
            conversation = uow.conversations.get(conversation_id)
            handoff = uow.handoffs.open_of(conversation_id)
            user = handoff.agent if handoff else None
            account = uow.desk.account(user) if user else None
        if conversation is None:
            return None
        name = account.who.name if account else None
        return Holder(conversation.owner.value, conversation.owner_version, user, name)

    def _outcome(self, act: Act, outcome: str) -> str:
        """Return what the buyer reads of it."""
        with self._uow() as uow:
            conversation = visible(uow, act.who, act.conversation_id)
            if outcome not in OUTCOMES:
                return masked(uow, self._screen, conversation, outcome)
        return self._wiring.voice.plain(
            f"handoff_outcome_{outcome}",
            {},
            storefront=conversation.storefront,
            locale=conversation.locale,
            timezone=conversation.timezone,
        )

    def _colleague(self, act: Act, user: str) -> DeskUser:
        with self._uow() as uow:
            conversation = visible(uow, act.who, act.conversation_id)
            account = uow.desk.account(user)
        if (
            account is None
            or account.disabled_at
            or not account.who.serves(conversation.storefront)
        ):
            raise NotFound("There is no such colleague for this storefront.")
        return account.who

    def _seen(self, act: Act, work: Callable[[Act], Acted]) -> Acted:
        with self._uow() as uow:
            visible(uow, act.who, act.conversation_id)
        return work(act)

    def _left(self, act: Act, note: str, work: Callable[[Act], Acted]) -> Acted:
        """Hand it on; what the agent wrote last leaves before, the note stays behind."""
        with self._uow() as uow:
            visible(uow, act.who, act.conversation_id)
            send_at_once(self._wiring, uow, act.conversation_id, who=act.who, now=act.now)
            uow.commit()
        acted = work(act)
        if note:
            self._noting.note(act.who, act.conversation_id, note, act.now)
        return acted

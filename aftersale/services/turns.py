"""What is owed for a buyer's message: claim the turn, let it act, and answer it exactly once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import (
    Answered,
    Author,
    Conversation,
    EventType,
    Owner,
    Turn,
    TurnState,
)
from aftersale.domain.handoffs import Handoff
from aftersale.errors import TurnNotOpen
from aftersale.services.call import COMMAND, Call
from aftersale.services.conversations import identity_of, say
from aftersale.services.engine import EngineMessage, Saying
from aftersale.services.handoff.rescuing import TROUBLE, Rescue
from aftersale.services.ports import UnitOfWork, UowFactory, Voice


@dataclass(frozen=True, slots=True)
class ClaimedTurn:
    """A leased turn and the conversation as it was when the turn began."""

    turn: Turn
    conversation: Conversation
    is_answered: bool  # an earlier attempt committed its command: only the telling is left
    is_backlog: bool = False  # the conversation was with people since the message came
    untold: tuple[Handoff, ...] = ()  # what the engine must be told of before it answers

    @property
    def needs_engine(self) -> bool:
        """Whether the bot owns it, nobody else has had it since, and nothing was carried out."""
        is_bots = self.conversation.owner is Owner.BOT
        return is_bots and not self.is_answered and not self.is_backlog

    def for_engine(self) -> EngineMessage:
        """Return the turn's input as the engine takes it."""
        given = self.turn.input
        return EngineMessage(
            conversation_id=self.turn.conversation_id,
            turn_id=self.turn.turn_id,
            fence=self.turn.fence,
            epoch=self.conversation.engine_epoch,
            text=given.get("text"),
            intent=given.get("intent"),
            entities={k: v for k, v in given.get("entities", {}).items() if k != COMMAND},
        )


@dataclass(frozen=True, slots=True)
class Understood:
    """How the engine read a message; `confidence` from 0 to 1."""

    intent: str | None = None
    confidence: float | None = None


class Turns:
    """The life of turns in the store."""

    def __init__(
        self, *, uow: UowFactory, voice: Voice, lease: float, rescue: Rescue | None = None
    ) -> None:
        self._uow = uow
        self._rescue = rescue
        self._voice = voice
        self._lease = lease

    def claim(self, now: datetime) -> ClaimedTurn | None:
        """Lease the next turn and show the buyer that somebody types; None when nothing waits."""
        with self._uow() as uow:
            turn = uow.conversations.claim_turn(now, lease=self._lease)
            if turn is None:
                return None
            conversation = uow.conversations.get(turn.conversation_id)
            if conversation is None:
                return None
            # The first attempt cannot have done anything yet.
            answered = turn.fence > 1 and _result(uow, turn) is not None
            moved = conversation.owner_version > 1
            claimed = ClaimedTurn(
                turn,
                conversation,
                answered,
                is_backlog=moved and _moved_since(uow, turn),
                untold=tuple(uow.handoffs.untold(turn.conversation_id)) if moved else (),
            )
            if conversation.owner is Owner.BOT and not claimed.is_backlog:
                _show_at_work(uow, turn, now)
            uow.commit()
        return claimed

    def engine_told(self, claimed: ClaimedTurn, now: datetime) -> None:
        """Note that the engine knows how the conversation came back."""
        with self._uow() as uow:
            for handoff in claimed.untold:
                current = uow.handoffs.get(handoff.handoff_id)
                if current is not None:
                    uow.handoffs.save(replace(current, engine_told_at=now))
            uow.commit()

    def call_for(self, turn_id: str, fence: int, now: datetime) -> Call:
        """Return the call an action of this turn may make.

        Raises:
            TurnNotOpen: the turn does not run, or another attempt holds it.
        """
        with self._uow() as uow:
            turn = uow.conversations.turn(turn_id)
            if turn is None or turn.state is not TurnState.RUNNING or turn.fence != fence:
                raise TurnNotOpen("This turn is not open.")
            conversation = uow.conversations.get(turn.conversation_id)
        if conversation is None or conversation.owner is not Owner.BOT:
            raise TurnNotOpen("This turn is not open.")
        identity = identity_of(conversation, now)
        pressed = _pressed(turn.input)
        return Call(turn.conversation_id, turn_id, identity, now, pressed=pressed, fence=fence)

    def answer(
        self,
        claimed: ClaimedTurn,
        sayings: Sequence[Saying],
        now: datetime,
        *,
        understood: Understood | None = None,
    ) -> bool:
        """Say the answer and close the turn in one transaction.

        It is dropped when ownership moved meanwhile, but never what a command came to: that is
        told even when the engine does not know of it. False: another attempt holds the turn.
        """
        with self._uow() as uow:
            if not _close(uow, claimed.turn, _kept(sayings, understood, now)):
                return False
            result = _result(uow, claimed.turn)
            if _is_still_ours(uow, claimed):
                if result is None and _is_trouble(sayings):
                    sayings = self._rescued(uow, claimed, now)
                self._say_all(uow, claimed, _with_result(sayings, result), now)
            elif result is not None:
                self._tell(uow, claimed, _saying(result), author=Author.SYSTEM, now=now)
            _append_done(uow, claimed, now)
            uow.commit()
        return True

    def give_up(self, claimed: ClaimedTurn, now: datetime) -> bool:
        """Close a turn without an answer of the engine.

        A command that was carried out is told, as a `system` event, whoever owns the
        conversation; otherwise the buyer reads that something went wrong, never nothing.
        """
        with self._uow() as uow:
            # Held before looking: an action that is still at work ends first, or not at all.
            if not uow.conversations.hold_turn(claimed.turn.turn_id, claimed.turn.fence):
                return False
            result = _result(uow, claimed.turn)
            said = [TROUBLE] if result is None else []
            _close(uow, claimed.turn, _kept(said, None, now), failed=result is None)
            if result is not None:
                self._tell(uow, claimed, _saying(result), author=Author.SYSTEM, now=now)
            elif _is_still_ours(uow, claimed):
                self._say_all(uow, claimed, self._rescued(uow, claimed, now), now)
            _append_done(uow, claimed, now)
            uow.commit()
        return True

    def _rescued(self, uow: UnitOfWork, claimed: ClaimedTurn, now: datetime) -> Sequence[Saying]:
        """Return what is said instead of an answer; a person may have been asked for."""
        if self._rescue is None:
            return [TROUBLE]
        return self._rescue.said(uow, claimed.conversation, claimed.turn.input, now)

    def _say_all(
        self, uow: UnitOfWork, claimed: ClaimedTurn, sayings: Sequence[Saying], now: datetime
    ) -> None:
        hidden = [Saying(name) for name in claimed.turn.input.get("notices", ())]
        for saying in [*hidden, *sayings]:
            self._tell(uow, claimed, saying, author=Author.BOT, now=now)

    def _tell(
        self,
        uow: UnitOfWork,
        claimed: ClaimedTurn,
        saying: Saying,
        *,
        author: Author,
        now: datetime,
    ) -> None:
        say(
            uow,
            self._voice,
            claimed.conversation,
            response=saying.response,
            variables=saying.variables,
            author=author,
            now=now,
        )


def _show_at_work(uow: UnitOfWork, turn: Turn, now: datetime) -> None:
    """Tell that the message was read (once) and that somebody types."""
    shown: list[tuple[EventType, dict[str, Any]]] = [(EventType.TYPING, {})]
    if turn.fence == 1:
        shown.insert(0, (EventType.READ, {"up_to": turn.seq, "by": Author.BOT.value}))
    for type_, body in shown:
        uow.conversations.append(
            turn.conversation_id, type=type_, author=Author.BOT, at=now, body=body
        )


def _is_trouble(sayings: Sequence[Saying]) -> bool:
    return bool(sayings) and all(saying.response == TROUBLE.response for saying in sayings)


def _moved_since(uow: UnitOfWork, turn: Turn) -> bool:
    """Tell whether somebody else got the conversation after the message was written."""
    events = uow.conversations.events(turn.conversation_id, since=turn.seq)
    return any(event.type is EventType.OWNER for event in events)


def _close(uow: UnitOfWork, turn: Turn, answered: Answered, *, failed: bool = False) -> bool:
    return uow.conversations.finish_turn(
        turn.turn_id, turn.fence, failed=failed, answered=answered
    )


def _kept(sayings: Sequence[Saying], understood: Understood | None, now: datetime) -> Answered:
    """Return what the numbers need of an answer; nothing of the buyer's words is in it."""
    read = understood or Understood()
    said = tuple(saying.response for saying in sayings)
    return Answered(now, read.intent, read.confidence, said)


def _result(uow: UnitOfWork, turn: Turn) -> Mapping[str, Any] | None:
    command = uow.commands.done_in_turn(turn.turn_id)
    return command.result if command else None


def _saying(result: Mapping[str, Any]) -> Saying:
    return Saying(result["response"], result.get("variables", {}))


def _with_result(sayings: Sequence[Saying], result: Mapping[str, Any] | None) -> Sequence[Saying]:
    if result is None or any(saying.response == result["response"] for saying in sayings):
        return sayings
    return [_saying(result)]


def _pressed(given: Mapping[str, Any]) -> str | None:
    """Return which question a pressed button answers, "" for none; None when it was typed."""
    return given.get("entities", {}).get(COMMAND, "") if "intent" in given else None


def _is_still_ours(uow: UnitOfWork, claimed: ClaimedTurn) -> bool:
    # Held: who takes it now comes before what is said, or after it, never in between.
    now_owned = uow.conversations.locked(claimed.turn.conversation_id)
    return (
        now_owned is not None
        and now_owned.owner is Owner.BOT
        and now_owned.owner_version == claimed.conversation.owner_version
    )


def _append_done(uow: UnitOfWork, claimed: ClaimedTurn, now: datetime) -> None:
    uow.conversations.append(
        claimed.turn.conversation_id,
        type=EventType.TURN_DONE,
        author=Author.SYSTEM,
        at=now,
        body={"client_msg_id": claimed.turn.client_msg_id},
    )

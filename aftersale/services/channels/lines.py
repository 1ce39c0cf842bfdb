"""What a messenger is told of a conversation: what was said, and what a chat window would show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.articles import RatingSubject
from aftersale.domain.conversations import Author, Conversation, Event, EventType
from aftersale.domain.ownership import OwnerMove
from aftersale.services.channels.choices import star_choices
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channels import Block
from aftersale.services.wiring import Wiring

_MOVES: Mapping[str, str] = {
    OwnerMove.CLAIM: "utter_channel_agent_here",
    OwnerMove.TAKE_OVER: "utter_channel_agent_here",
    OwnerMove.TRANSFER: "utter_channel_agent_goes_on",
    OwnerMove.REOPEN: "utter_channel_reopened",
    OwnerMove.CLOSE: "utter_channel_ended",
}  # the others are said in the talk itself
_PLACE = "place"  # the queue moved
_ENDS = (OwnerMove.GIVE_BACK, OwnerMove.LEAVE, OwnerMove.CLOSE)  # what a person did is over
_CLOSED = "utter_person_closed_chat"  # says already that it has ended
_UNSAID = ("chat_idle",)  # a chat in a messenger just goes on
_SOMEBODY = {"$say": "channel_colleague"}
_LOOKED_BACK = 20  # messages, for the name of whoever was there

BUNDLED_AFTER = timedelta(seconds=5)  # more may follow what a person or the system says
_LONGEST_TURN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Line:
    """What is told at one place of the log; `since` is the first event that it is made of."""

    since: int
    seq: int
    blocks: tuple[Block, ...]


class Lines:
    """Makes lines of the events of one conversation; a bundle names who writes in it."""

    def __init__(
        self, wiring: Wiring, uow: UnitOfWork, conversation: Conversation, *, bundled: bool
    ) -> None:
        self._wiring, self._uow = wiring, uow
        self._conversation, self._bundled = conversation, bundled

    def of(self, events: Sequence[Event]) -> list[Line]:
        """Return the lines; a question for stars goes below what is said with it."""
        made: list[Line] = []
        asks: list[Block] = []
        since, last = 0, ""
        for event in events:
            told = self._told(event, after=last)
            if question := self._question(event):
                asks, since = question, event.seq
            if told:
                made.append(Line(since or event.seq, event.seq, (*told, *asks)))
                asks, since = [], 0
                last = str(event.body.get("response") or "")
        return [*made, Line(since, since, tuple(asks))] if asks else made

    def _told(self, event: Event, *, after: str) -> Sequence[Block]:
        if event.type is EventType.OWNER:
            return self._moved(event, after=after)
        if event.author is Author.BUYER or event.body.get("response") in _UNSAID:
            return ()
        if event.type not in {EventType.MESSAGE, EventType.NOTICE}:
            return ()
        said = event.body.get("blocks") or _plain(event.body.get("text"))
        told = [*self._writer(event), *said] if said else ()
        return [{**block, "by": event.author.value} for block in told]

    def _moved(self, event: Event, *, after: str) -> Sequence[Block]:
        move = event.body.get("move")
        if self._bundled or (move == OwnerMove.CLOSE and after == _CLOSED):
            return ()
        if move == _PLACE:
            is_next = event.body.get("position") == 1
            return self._words("utter_channel_next") if is_next else ()
        response = _MOVES.get(str(move))
        return self._words(response, agent=_name(event) or _SOMEBODY) if response else ()

    def _writer(self, event: Event) -> Sequence[Block]:
        name = _name(event) if self._bundled and event.author is Author.AGENT else None
        return self._words("channel_agent_writes", agent=name) if name else ()

    def _question(self, event: Event) -> list[Block]:
        """Return how a buyer is asked about the person who was there until now."""
        if event.type is not EventType.OWNER or event.body.get("move") not in _ENDS:
            return []
        handoffs = self._uow.handoffs.all_of(event.conversation_id)
        if not any(each.ended_at == event.at and each.agent for each in handoffs):
            return []
        stars = star_choices(RatingSubject.AGENT)
        buttons = [{"id": each.button_id, "title": each.title} for each in stars]
        said = self._words("utter_channel_rate_agent", agent=self._who_was_there(event))
        offered = {"type": "quick_replies", "buttons": buttons, "fallback": ""}
        return [*said, offered]

    def _who_was_there(self, event: Event) -> Any:
        said = self._uow.conversations.recent_messages(
            event.conversation_id, before=event.seq, limit=_LOOKED_BACK
        )
        names = [_name(each) for each in reversed(said) if each.author is Author.AGENT]
        return next((name for name in names if name), _SOMEBODY)

    def _words(self, response: str, **variables: Any) -> list[Block]:
        return _plain(
            self._wiring.voice.plain(
                response,
                variables,
                storefront=self._conversation.storefront,
                locale=self._conversation.locale,
                timezone=self._conversation.timezone,
            )
        )


def is_whole(events: Sequence[Event], lines: Sequence[Line], now: datetime) -> bool:
    """Whether everything that belongs into one bundle is there."""
    last = events[-1]
    types = [each for each in events if (each.type, each.author) == (EventType.TYPING, Author.BOT)]
    done = [each for each in events if each.type is EventType.TURN_DONE]
    if types and (not done or done[-1].seq < types[-1].seq):
        return now - types[-1].at > _LONGEST_TURN
    if done and done[-1].seq > lines[-1].seq:
        return True
    return now - last.at >= BUNDLED_AFTER


def _plain(text: object) -> list[Block]:
    return [{"type": "text", "text": text, "fallback": text}] if text else []


def _name(event: Event) -> str | None:
    agent = event.body.get("agent")
    name = agent.get("name") if isinstance(agent, Mapping) else None
    return str(name) if name else None

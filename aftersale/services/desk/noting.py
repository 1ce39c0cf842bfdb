"""Internal notes, who is named in them, and marks of reading."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from aftersale.domain.conversations import Author, EventType, Owner
from aftersale.domain.desk import DeskUser
from aftersale.domain.desk_talk import Mention, Note
from aftersale.services.desk.visible import visible
from aftersale.services.incoming import Screen, masked
from aftersale.services.ports import NewId, UnitOfWork, UowFactory

_NAMED = re.compile(r"(?<![\w.@])@([a-z0-9][a-z0-9._-]{0,62})", re.IGNORECASE)


def named_in(text: str, users: Iterable[str]) -> list[str]:
    """Return the users that the text names with an @, in its order, each once.

    Example:
        >>> named_in("@Bob, please. mail@bob is no name", ["bob", "eva"])
        ['bob']
    """
    known = set(users)
    # A full stop after a name ends the sentence, not the name.
    found = (match.group(1).lower().rstrip(".-") for match in _NAMED.finditer(text))
    return list(dict.fromkeys(user for user in found if user in known))


class Noting:
    """What people at the desk tell each other about a conversation."""

    def __init__(self, uow: UowFactory, screen: Screen, new_id: NewId) -> None:
        self._uow, self._screen, self._new_id = uow, screen, new_id

    def note(self, who: DeskUser, conversation_id: str, text: str, now: datetime) -> Note:
        """Keep a note; colleagues of the storefront who are named in it are told.

        Raises:
            NotFound: there is no conversation that the person may see.
        """
        with self._uow() as uow:
            note = self.noted(uow, who, conversation_id, text, now=now)
            uow.commit()
        return note

    def noted(
        self, uow: UnitOfWork, who: DeskUser, conversation_id: str, text: str, *, now: datetime
    ) -> Note:
        """Keep a note inside the caller's transaction; see `note`."""
        conversation = visible(uow, who, conversation_id)
        note = Note(
            note_id=self._new_id(),
            conversation_id=conversation_id,
            storefront=conversation.storefront,
            user=who.user,
            name=who.name,
            text=masked(uow, self._screen, conversation, text),
            at=now,
        )
        there = [each.user for each in _colleagues(uow, conversation.storefront)]
        uow.notes.add(note, named_in(text, there))
        return note

    def colleagues(
        self, who: DeskUser, storefront: str | None, now: datetime
    ) -> Sequence[tuple[DeskUser, bool]]:
        """Return who works for the storefront, or where the person works, and who is there."""
        with self._uow() as uow:
            every = [each for each in _colleagues(uow, storefront) if _share(who, each)]
            return [(each, uow.agents.last_seen(each.user, now) == now) for each in every]

    def mentions(self, who: DeskUser) -> tuple[Sequence[Mention], int]:
        """Return where the person was named, newest first, and how many they have not seen."""
        with self._uow() as uow:
            found = uow.notes.mentions(who.user)
            # Whoever no longer works for a storefront no longer reads about it.
            return [each for each in found if who.serves(each.note.storefront)], uow.notes.unseen(
                who.user
            )

    def see(self, who: DeskUser, note_id: str, now: datetime) -> None:
        """Note that the person has seen it."""
        with self._uow() as uow:
            uow.notes.see(who.user, note_id, at=now)
            uow.commit()

    def read(self, who: DeskUser, conversation_id: str, seq: int, now: datetime) -> None:
        """Note how far the person has read; the buyer is shown what whoever has it has read.

        Raises:
            NotFound: there is no conversation that the person may see.
        """
        with self._uow() as uow:
            conversation = visible(uow, who, conversation_id)
            # Nobody has read what is not there yet.
            seq = min(seq, uow.inbox.heads([conversation_id])[conversation_id].last_seq)
            is_news = uow.notes.read(who.user, conversation_id, seq, at=now)
            if (
                is_news
                and conversation.owner is Owner.HUMAN
                and _is_theirs(uow, who, conversation_id)
            ):
                _show_read(uow, conversation_id, seq, now)
            uow.commit()

    def type(self, who: DeskUser, conversation_id: str, now: datetime) -> None:
        """Show the buyer that the person who has the conversation types.

        Raises:
            NotFound: there is no conversation that the person may see.
        """
        with self._uow() as uow:
            conversation = visible(uow, who, conversation_id)
            if conversation.owner is Owner.HUMAN and _is_theirs(uow, who, conversation_id):
                body = {"agent": {"name": who.name, "picture": who.picture}}
                uow.conversations.append(
                    conversation_id,
                    type=EventType.TYPING,
                    author=Author.AGENT,
                    at=now,
                    body=body,
                )
            uow.commit()


def _is_theirs(uow: UnitOfWork, who: DeskUser, conversation_id: str) -> bool:
    handoff = uow.handoffs.open_of(conversation_id)
    return handoff is not None and handoff.agent == who.user


def _show_read(uow: UnitOfWork, conversation_id: str, seq: int, now: datetime) -> None:
    """Tell the buyer up to which of their own messages was read, when that is news."""
    recent = uow.inbox.events_before(conversation_id, seq + 1, limit=50)
    spoken = [e.seq for e in recent if e.author is Author.BUYER and e.type is EventType.MESSAGE]
    told = [e.body.get("up_to", 0) for e in recent if e.type is EventType.READ]
    if spoken and spoken[-1] > max(told, default=0):
        body = {"up_to": spoken[-1], "by": Author.AGENT.value}
        uow.conversations.append(
            conversation_id, type=EventType.READ, author=Author.AGENT, at=now, body=body
        )


def _colleagues(uow: UnitOfWork, storefront: str | None) -> list[DeskUser]:
    every = [each.who for each in uow.desk.accounts() if each.disabled_at is None]
    return [who for who in every if storefront is None or who.serves(storefront)]


def _share(who: DeskUser, other: DeskUser) -> bool:
    if not who.storefronts or not other.storefronts:
        return True
    return bool(set(who.storefronts) & set(other.storefronts))

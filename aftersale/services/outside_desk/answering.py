"""Gives what people at an outside desk write to the buyer: in order, each message once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Author, Conversation
from aftersale.domain.desk import DeskUser
from aftersale.domain.desk_talk import FROM_AGENT
from aftersale.errors import (
    ConversationClosed,
    OwnershipMoved,
    ProviderRefused,
    ProviderUnavailable,
    UploadRefused,
)
from aftersale.services.handoff.speaking import say_as_agent
from aftersale.services.incoming import Screen, masked, photo_block
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.outside_desk.owning import Owning
from aftersale.services.outside_desk.words import FILE_LEFT_OUT, NOT_SENT_OVER
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import (
    DeskEvent,
    DeskFile,
    DeskLine,
    DeskLink,
    DeskMessage,
)
from aftersale.services.saying import say
from aftersale.services.uploads import SentFile, Uploads

_TRIES = 3
FILES_WAIT = timedelta(minutes=5)  # so long a message waits for a file that does not come


class Answering:
    """Delivers answers, and takes them back."""

    def __init__(
        self, outside: Outside, owning: Owning, uploads: Uploads, screen: Screen, *, most: int
    ) -> None:
        self._outside, self._owning = outside, owning
        self._uploads, self._screen, self._most = uploads, screen, most

    def deliver(self, link: DeskLink, reply: DeskEvent, now: datetime) -> DeskLink:
        """Say it as the agent, who has the conversation from then on.

        Raises:
            ProviderUnavailable: a file of it did not come yet.
        """
        for _ in range(_TRIES):
            if reply.agent is None or self._crossed(reply):
                return link
            who = self._owning.user_of(reply.agent)
            taken = self._owning.taken_by(link, who, now)
            if taken is None:
                self._not_delivered(link, reply, NOT_SENT_OVER, now)
                return link
            try:
                self._say(taken, reply, who, now)
            except OwnershipMoved:  # somebody was faster; it is looked at again
                link = taken
                continue
            except ConversationClosed:
                self._not_delivered(link, reply, NOT_SENT_OVER, now)
            return taken
        return link

    def take_back(self, link: DeskLink, removed: DeskEvent, now: datetime) -> None:
        """Take the words out of the log; what never reached it never will."""
        with self._outside.wiring.uow() as uow:
            key = key_of(removed)
            crossed = uow.desk_links.message(key)
            if crossed is None:
                crossing = DeskMessage(key, link.handoff_id, now, message=removed.message)
                uow.desk_links.note(crossing)
            elif crossed.seq is not None:
                self._replace(uow, link, crossed, now)
            uow.commit()

    def _crossed(self, reply: DeskEvent) -> bool:
        with self._outside.wiring.uow() as uow:
            return uow.desk_links.message(key_of(reply)) is not None

    def _say(self, link: DeskLink, reply: DeskEvent, who: DeskUser, now: datetime) -> None:
        files = self._fetched(link, reply, now)
        with self._outside.wiring.uow() as uow:
            crossing = DeskMessage(key_of(reply), link.handoff_id, now, message=reply.message)
            conversation = uow.conversations.get(link.conversation_id)
            if conversation is None or not uow.desk_links.note(crossing):
                return
            text = masked(uow, self._screen, conversation, reply.text)
            blocks = _blocks(text, files)
            if blocks:
                event = say_as_agent(
                    self._outside.wiring,
                    uow,
                    link.conversation_id,
                    who=who,
                    blocks=blocks,
                    now=now,
                )
                uow.desk_links.save_message(replace(crossing, seq=event.seq))
            uow.commit()

    def _fetched(self, link: DeskLink, reply: DeskEvent, now: datetime) -> list[Attachment]:
        """Bring the files here, checked like those of buyers."""
        with self._outside.wiring.uow() as uow:
            conversation = uow.conversations.get(link.conversation_id)
        if conversation is None:
            return []
        found = [self._fetch(link, reply, conversation, x, now=now) for x in reply.files]
        return [each for each in found if each is not None]

    def _fetch(
        self,
        link: DeskLink,
        reply: DeskEvent,
        conversation: Conversation,
        file: DeskFile,
        *,
        now: datetime,
    ) -> Attachment | None:
        try:
            content = self._outside.desk.fetch(file, most=self._most)
            return self._uploads.take(conversation, SentFile(content, FROM_AGENT), now)
        except (ProviderRefused, UploadRefused):
            pass
        except ProviderUnavailable:
            if reply.at is not None and now - reply.at < FILES_WAIT:
                raise
        self._note(link, f"file:{reply.message}", FILE_LEFT_OUT)
        return None

    def _not_delivered(self, link: DeskLink, reply: DeskEvent, why: str, now: datetime) -> None:
        with self._outside.wiring.uow() as uow:
            crossing = DeskMessage(key_of(reply), link.handoff_id, now, message=reply.message)
            uow.desk_links.note(crossing)
            uow.commit()
        self._note(link, f"not:{reply.message}", why)

    def _note(self, link: DeskLink, key: str, text: str) -> None:
        """Tell the people there, if the desk listens: the buyer's chat does not wait for it."""
        line = DeskLine(f"{link.handoff_id}:{key}", Author.SYSTEM, "", text)
        try:
            self._outside.desk.append(link.ref or "", line, since=link.sent_message, again=True)
        except (ProviderRefused, ProviderUnavailable):
            return

    def _replace(
        self, uow: UnitOfWork, link: DeskLink, crossed: DeskMessage, now: datetime
    ) -> None:
        conversation = uow.conversations.get(link.conversation_id)
        if conversation is None or crossed.seq is None:
            return
        (event,) = uow.conversations.events(
            link.conversation_id, since=crossed.seq - 1, limit=1
        ) or (None,)
        if event is None or event.body.get("response") == _TAKEN_BACK or event.seq != crossed.seq:
            return
        agent = event.body.get("agent") or {}
        variables = {"agent": str(agent.get("name") or "")}
        blocks, _ = self._outside.wiring.voice.say(
            _TAKEN_BACK, variables, conversation=conversation, now=now
        )
        body = {"response": _TAKEN_BACK, "blocks": blocks, "agent": agent or None}
        uow.desk_links.take_back(link.conversation_id, event.seq, body)
        # Whoever has the page open has the old words on it: this line says what became of them.
        say(
            uow,
            self._outside.wiring.voice,
            conversation,
            response=_TAKEN_BACK,
            variables=variables,
            author=Author.SYSTEM,
            now=now,
        )


_TAKEN_BACK = "utter_agent_took_back"


def key_of(event: DeskEvent) -> str:
    """Return the key under which a message of the desk crosses, once."""
    return f"in:{event.message}"


def _blocks(text: str, files: Sequence[Attachment]) -> list[dict[str, Any]]:
    said = [{"type": "text", "text": text, "fallback": text}] if text else []
    return [*said, *(photo_block(each) for each in files)]

"""Gives what people at an outside desk write to the buyer: in order, each message once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.cases import Attachment
from aftersale.domain.channels import Channel
from aftersale.domain.conversations import Author, Conversation, Event
from aftersale.domain.desk import DeskUser
from aftersale.domain.desk_talk import FROM_AGENT
from aftersale.errors import (
    ConversationClosed,
    OwnershipMoved,
    ProviderRefused,
    ProviderUnavailable,
    UploadRefused,
)
from aftersale.services.channels.taking_back import taken_back
from aftersale.services.desk.reach import NAMES
from aftersale.services.handoff.speaking import say_as_agent
from aftersale.services.incoming import Screen, masked, photo_block
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.outside_desk.owning import Owning
from aftersale.services.outside_desk.words import FILE_LEFT_OUT, LEFT_ALREADY, NOT_SENT_OVER
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
        """Take the words out of the log; what never reached it never will.

        Of what has left for a messenger the people there are told that it stays with the buyer.
        """
        stays = None
        with self._outside.wiring.uow() as uow:
            key = key_of(removed)
            crossed = uow.desk_links.message(key)
            if crossed is None:
                crossing = DeskMessage(key, link.handoff_id, now, message=removed.message)
                uow.desk_links.note(crossing)
            elif crossed.seq is not None:
                stays = self._replace(uow, link, crossed, now)
            uow.commit()
        if stays is not None:
            text = LEFT_ALREADY.format(channel=NAMES[stays])
            self._note(link, f"left:{removed.message}", text)

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
    ) -> Channel | None:
        """Return the messenger that it has left for, if it has."""
        conversation = uow.conversations.get(link.conversation_id)
        event = _event(uow, crossed, link) if conversation else None
        if conversation is None or event is None:
            return None
        kept = taken_back(uow, conversation, event.seq, now)
        agent = event.body.get("agent") or {}
        variables = {"agent": str(agent.get("name") or "")}
        voice = self._outside.wiring.voice
        blocks, _ = voice.say(_TAKEN_BACK, variables, conversation=conversation, now=now)
        body = {"response": _TAKEN_BACK, "blocks": blocks, "agent": agent or None}
        uow.desk_links.take_back(link.conversation_id, event.seq, body)
        if kept:  # nobody has seen the old words
            return None
        # Whoever has the page open has the old words on it: this line says what became of them.
        say(
            uow,
            voice,
            conversation,
            response=_TAKEN_BACK,
            variables=variables,
            author=Author.SYSTEM,
            now=now,
        )
        return None if kept is None else Channel(conversation.channel)


def _event(uow: UnitOfWork, crossed: DeskMessage, link: DeskLink) -> Event | None:
    """Return what is to be taken back; None when it is not there, or was taken back already."""
    seq = crossed.seq or 0
    found = uow.conversations.events(link.conversation_id, since=seq - 1, limit=1)
    event = found[0] if found else None
    if event is None or event.seq != seq or event.body.get("response") == _TAKEN_BACK:
        return None
    return event


_TAKEN_BACK = "utter_agent_took_back"


def key_of(event: DeskEvent) -> str:
    """Return the key under which a message of the desk crosses, once."""
    return f"in:{event.message}"


def _blocks(text: str, files: Sequence[Attachment]) -> list[dict[str, Any]]:
    said = [{"type": "text", "text": text, "fallback": text}] if text else []
    return [*said, *(photo_block(each) for each in files)]

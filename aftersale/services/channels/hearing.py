"""Does what an event of a chat asks for: a message, a button, a start, or words why not."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aftersale.domain.articles import RatingSubject
from aftersale.domain.channels import Choice, InboundKind, Send, Thread, Unusable
from aftersale.domain.conversations import Author, Conversation
from aftersale.errors import (
    AttachmentGone,
    ButtonGone,
    BuyerBlocked,
    ConversationClosed,
    NotFound,
    TooManyWaiting,
)
from aftersale.services.channels.batching import Batch
from aftersale.services.channels.beside import BLOCKED, GROUP, say_beside
from aftersale.services.channels.choices import chosen, rated
from aftersale.services.channels.media import Loaded, Loading, NotYet
from aftersale.services.channels.opening import held_in
from aftersale.services.channels.passing_on import Done, Elsewhere
from aftersale.services.channels.settling import left_behind
from aftersale.services.channels.taking import HEARD
from aftersale.services.conversations import Conversations, Received
from aftersale.services.feedback import Feedback, Given
from aftersale.services.incoming import Incoming
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channels import Connector
from aftersale.services.reply import Reply
from aftersale.services.saying import say
from aftersale.services.wiring import Wiring

EDITED, BUTTON_GONE = "utter_channel_edited", "utter_channel_button_gone"
RATED, AGAIN = "utter_channel_rated", "utter_channel_again"
GREET, STARTED = "greet", "/start"
Heard = Sequence[Received]  # messages that came of it: one at most
NOTHING = Loaded((), ())
WAITS = 2.0  # seconds until a message is tried again that finds no room


class StartTaker(Protocol):
    """Takes the token by which a chat is started, inside the caller's transaction."""

    def take(self, uow: UnitOfWork, thread: Thread, token_hash: str, now: datetime) -> Reply:
        """Return what is said then, in the conversation that the thread is held in afterwards.

        The thread is held by the caller; `token_hash` is by `seller_links.hash_token`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What the way in needs beside the store."""

    conversations: Conversations
    loading: Loading
    feedback: Feedback
    starter: StartTaker | None = None


class Hearing:
    """One batch of one chat at a time."""

    def __init__(self, wiring: Wiring, connectors: Mapping[str, Connector], parts: Parts) -> None:
        self._wiring, self._connectors, self._parts = wiring, connectors, parts

    def hear(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        """Do what it asks for; return what came of it.

        Raises:
            NotYet: it is tried again later.
            Overtaken: somebody else has done it.
            Elsewhere: the chat is held in another conversation now; it is tried again at once.
        """
        try:
            return self._heard(thread, batch, now)
        except ConversationClosed as over:
            raise Elsewhere from over  # the next one is opened

    def _heard(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        kept = batch.first.kept
        if not kept.is_private:
            return self._refused(thread, batch, now)
        match kept.kind:
            case InboundKind.MESSAGE:
                return self._message(thread, batch, now)
            case InboundKind.PRESSED:
                return self._pressed(thread, batch, now)
            case InboundKind.START:
                return self._started(thread, batch, now)
            case InboundKind.EDITED:
                return self._explained(thread, batch, EDITED, now=now)
            case InboundKind.UNSUPPORTED:
                return self._unusable(thread, batch, now)
            case (
                InboundKind.REACTION
                | InboundKind.LEFT
                | InboundKind.RETURNED
                | InboundKind.MOVED
                | InboundKind.REVOKED
            ):
                return self._done(thread, batch, now)

    def give_up(self, thread: Thread, batch: Batch, now: datetime) -> None:
        """Ask the buyer to write it again: it could not be passed on, however often it was tried.

        Raises:
            Overtaken, Elsewhere.
        """
        if batch.first.kept.is_private and batch.first.kept.kind in HEARD:
            self._explained(thread, batch, AGAIN, now=now)
        else:
            self._done(thread, batch, now)

    def _refused(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        if batch.first.kept.kind in HEARD:
            return self._beside(thread, batch, GROUP, now=now)
        return self._done(thread, batch, now)

    def _beside(self, thread: Thread, batch: Batch, response: str, *, now: datetime) -> Heard:
        connector = self._connectors[thread.account]
        say_beside(self._wiring, connector, thread, response, rows=batch.rows, now=now)
        return ()

    def _message(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        choice = self._choice(thread, batch)
        if choice is not None:
            if about := rated(choice.button_id):
                return self._rated(thread, batch, about, now=now)
            try:
                return self._passed(thread, batch, now, payload=choice.button_id)
            except (ButtonGone, ConversationClosed):
                pass  # a number or a word like any other
        return self._said(thread, batch, (), now=now)

    def _choice(self, thread: Thread, batch: Batch) -> Choice | None:
        """Return what a typed answer stands for: of what it names, else of what was shown last.

        A number that crossed with a question on the way is no answer to it.
        """
        if batch.media or len(batch.items) > 1:
            return None
        if (answered := self._answered(thread, batch.first.kept.about)) is not None:
            # What was offered while the chat was somebody else's, or nobody's, is over.
            is_held = answered.conversation_id == thread.conversation_id
            return chosen(answered.options, batch.text) if is_held else None
        if thread.shown_at is None or batch.first.event.at < thread.shown_at:
            return None
        return chosen(thread.choices, batch.text)

    def _answered(self, thread: Thread, about: str | None) -> Send | None:
        """Return the message of ours in this chat that a buyer's names as what it answers."""
        if not about:
            return None
        with self._wiring.uow() as uow:
            found = uow.channels.send(about) or uow.channels.send_by_ref(thread.account, about)
        return found if found and found.thread_id == thread.thread_id else None

    def _said(
        self, thread: Thread, batch: Batch, words: tuple[str, ...], *, now: datetime
    ) -> Heard:
        """Pass on words and files; where nothing of it can be used, only say why."""
        loaded = NOTHING
        if batch.media:
            loaded = self._loaded(thread, batch, now)
        words += loaded.words
        if not batch.text and not loaded.attachment_ids:
            empty = f"utter_channel_{Unusable.EMPTY.value}"
            return self._explained(thread, batch, *(words or (empty,)), now=now)
        return self._passed(
            thread,
            batch,
            now,
            text=batch.text or None,
            loaded=Loaded(loaded.attachment_ids, words),
        )

    def _loaded(self, thread: Thread, batch: Batch, now: datetime) -> Loaded:
        conversation = self._held(thread, now)
        connector = self._connectors[thread.account]
        return self._parts.loading.load(
            connector, conversation, batch.media, now, failures=batch.failures
        )

    def _pressed(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        payload = batch.first.kept.payload or ""
        if about := rated(payload):
            return self._rated(thread, batch, about, now=now)
        try:
            return self._passed(thread, batch, now, payload=payload)
        except (ButtonGone, ConversationClosed):
            return self._explained(thread, batch, BUTTON_GONE, now=now)

    def _started(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        token_hash, starter = batch.first.kept.payload, self._parts.starter
        if token_hash is None or starter is None:
            return self._passed(thread, batch, now, text=STARTED, intent=GREET)
        with self._wiring.uow() as uow:
            self._doing(thread, batch, now).begin(uow)
            current = uow.channels.locked(thread.thread_id) or thread
            reply = starter.take(uow, current, token_hash, now)
            current = uow.channels.locked(thread.thread_id) or thread
            say(
                uow,
                self._wiring.voice,
                held_in(self._wiring, uow, current, now),
                response=reply.response,
                variables=reply.variables,
                author=Author.SYSTEM,
                now=now,
            )
            uow.commit()
        return ()

    def _unusable(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        what = batch.first.kept.what or Unusable.OTHER
        word = f"utter_channel_{what.value}"
        if batch.text or batch.media:
            return self._said(thread, batch, (word,), now=now)
        return self._explained(thread, batch, word, now=now)

    def _rated(
        self, thread: Thread, batch: Batch, about: tuple[RatingSubject, int], *, now: datetime
    ) -> Heard:
        subject, stars = about
        with self._wiring.uow() as uow:
            own = thread.conversation_id
            conversation = uow.conversations.get(own) if own else None
        if conversation is None:
            return self._explained(thread, batch, BUTTON_GONE, now=now)
        try:
            self._parts.feedback.take(conversation, Given(stars, None, subject), now=now)
        except NotFound:
            return self._explained(thread, batch, BUTTON_GONE, now=now)
        with self._wiring.uow() as uow:
            done = self._doing(thread, batch, now, words=(RATED,))
            done.begin(uow)
            done.end(uow, conversation)
            uow.commit()
        return ()

    def _explained(self, thread: Thread, batch: Batch, *words: str, now: datetime) -> Heard:
        """Say these words in the conversation; nothing else comes of the events."""
        with self._wiring.uow() as uow:
            done = self._doing(thread, batch, now, words=words)
            done.begin(uow)
            current = uow.channels.locked(thread.thread_id) or thread
            done.end(uow, held_in(self._wiring, uow, current, now))
            uow.commit()
        return ()

    def _done(self, thread: Thread, batch: Batch, now: datetime) -> Heard:
        with self._wiring.uow() as uow:
            self._doing(thread, batch, now).begin(uow)
            if (kept := batch.first.kept).kind is InboundKind.MOVED:
                current = uow.channels.locked(thread.thread_id) or thread
                left_behind(self._wiring, uow, current, kept.payload, now=now)
            uow.commit()
        return ()

    def _passed(
        self,
        thread: Thread,
        batch: Batch,
        now: datetime,
        *,
        text: str | None = None,
        payload: str | None = None,
        intent: str | None = None,
        loaded: Loaded = NOTHING,
    ) -> Heard:
        conversation = self._held(thread, now)
        incoming = Incoming(
            client_msg_id=_client_id(thread, batch),
            text=text,
            payload=payload,
            attachment_ids=loaded.attachment_ids,
            notices=batch.notices if intent is None else (),
            intent=intent,
        )
        done = self._doing(
            thread, batch, now, words=loaded.words, in_conversation=conversation.conversation_id
        )
        try:
            received = self._parts.conversations.receive(
                conversation.conversation_id, incoming, now, within=done
            )
        except BuyerBlocked:
            return self._beside(thread, batch, BLOCKED, now=now)
        except (TooManyWaiting, AttachmentGone) as later:
            raise NotYet(WAITS) from later
        return (received,)

    def _held(self, thread: Thread, now: datetime) -> Conversation:
        with self._wiring.uow() as uow:
            current = uow.channels.locked(thread.thread_id) or thread
            conversation = held_in(self._wiring, uow, current, now)
            uow.commit()
        return conversation

    def _doing(
        self,
        thread: Thread,
        batch: Batch,
        now: datetime,
        *,
        words: tuple[str, ...] = (),
        in_conversation: str | None = None,
    ) -> Done:
        return Done(thread.thread_id, batch.rows, self._wiring.voice, now, words, in_conversation)


def _client_id(thread: Thread, batch: Batch) -> str:
    named = f"{thread.account}\n{batch.first.event.event_id}".encode()
    return f"{thread.channel.value}:{hashlib.sha256(named).hexdigest()[:40]}"

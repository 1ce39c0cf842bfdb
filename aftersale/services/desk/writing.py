"""Messages of agents: written, taken back for a moment, sent once and in order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Author, Conversation, EventType, Owner
from aftersale.domain.desk import DeskUser
from aftersale.domain.desk_talk import FROM_AGENT, AgentMessage, AgentMessageState
from aftersale.errors import AttachmentGone, ClientIdReused, NotFound, OwnershipMoved
from aftersale.services.desk.reach import require_taken
from aftersale.services.desk.visible import visible
from aftersale.services.handoff.moving import MOVED
from aftersale.services.incoming import Screen, masked, photo_block
from aftersale.services.news import post_news
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

LEAVES_AFTER = timedelta(seconds=5)
_WAITING, _SENT, _UNDONE, _REFUSED = AgentMessageState
_AT_ONCE = 100  # messages that one run sends


@dataclass(frozen=True, slots=True)
class Written:
    """What an agent wrote: cleaned text, "" when photos say it all. They minted the id."""

    client_msg_id: str
    text: str = ""
    attachment_ids: tuple[str, ...] = ()


class Writing:
    """The life of an agent's message."""

    def __init__(self, wiring: Wiring, screen: Screen) -> None:
        self._wiring, self._screen = wiring, screen
        self._uow, self._new_id = wiring.uow, wiring.new_id

    def write(
        self, who: DeskUser, conversation_id: str, written: Written, now: datetime
    ) -> AgentMessage:
        """Keep a message that leaves in a moment; the same one again is the same message.

        Raises:
            NotFound: there is no conversation that the person may see.
            OwnershipMoved: it is not theirs.
            ClientIdReused: the id was used for another message.
            AttachmentGone: an attachment was not uploaded for this conversation by the desk.
            MessageTooLarge, UploadTooLarge: the buyer's messenger does not take it.
        """
        with self._uow() as uow:
            conversation = visible(uow, who, conversation_id)
            text = masked(uow, self._screen, conversation, written.text)
            earlier = uow.agent_messages.by_client_id(conversation_id, written.client_msg_id)
            if earlier is not None:
                _require_same(earlier, who, text, written)
                return earlier
            if not _has(uow, who.user, conversation):
                raise OwnershipMoved(MOVED)
            files = _sent_along(uow, conversation_id, written.attachment_ids)
            require_taken(conversation, text, files)
            message = AgentMessage(
                message_id=self._new_id(),
                conversation_id=conversation_id,
                user=who.user,
                name=who.name,
                picture=who.picture,
                client_msg_id=written.client_msg_id,
                text=text,
                attachment_ids=tuple(dict.fromkeys(written.attachment_ids)),
                state=_WAITING,
                created_at=now,
                send_at=now + LEAVES_AFTER,
            )
            is_new = uow.agent_messages.add(message)
            uow.commit()
        # Its first copy was stored in this very moment: look again.
        return message if is_new else self.write(who, conversation_id, written, now)

    def undo(self, who: DeskUser, conversation_id: str, message_id: str) -> bool:
        """Take a message back; False when it has left, or was refused.

        Raises:
            NotFound: there is no such message of this person.
        """
        with self._uow() as uow:
            visible(uow, who, conversation_id)
            message = uow.agent_messages.get(message_id)
            own = message is not None and message.user == who.user
            if message is None or not own or message.conversation_id != conversation_id:
                raise NotFound("There is no such message of yours.")
            undone = uow.agent_messages.leave(message_id, _UNDONE)
            uow.commit()
        return undone or message.state is _UNDONE

    def send_due(self, now: datetime) -> Sequence[AgentMessage]:
        """Send what is due, each in a transaction of its own; return what left or was refused."""
        with self._uow() as uow:
            due = uow.agent_messages.due(now, limit=_AT_ONCE)
        sent = (self._sent(message, now) for message in due)
        return [message for message in sent if message is not None]

    def _sent(self, message: AgentMessage, now: datetime) -> AgentMessage | None:
        with self._uow() as uow:
            sent = send(self._wiring, uow, message, now)
            uow.commit()
        return sent


def send(
    wiring: Wiring, uow: UnitOfWork, message: AgentMessage, now: datetime
) -> AgentMessage | None:
    """Append the message to the log and mark it sent, or refused, in the caller's transaction.

    A verified buyer who is away gets it by mail after a while.

    None: it was taken back, or left already. Whether the conversation is still the agent's is
    looked at with the conversation held, so that no message follows a move.
    """
    conversation = uow.conversations.locked(message.conversation_id)
    body = _body(uow, message)
    if conversation is None or body is None or not _has(uow, message.user, conversation):
        refused = uow.agent_messages.leave(message.message_id, _REFUSED)
        return replace(message, state=_REFUSED) if refused else None
    if not uow.agent_messages.leave(message.message_id, _SENT):
        return None
    event = uow.conversations.append(
        message.conversation_id,
        type=EventType.MESSAGE,
        author=Author.AGENT,
        at=now,
        body=body,
    )
    uow.agent_messages.note_seq(message.message_id, event.seq)
    _note_first_answer(uow, message.conversation_id, now)
    text = "\n".join(str(block.get("fallback") or "") for block in body["blocks"])
    said = {"agent": message.name, "text": text}
    post_news(wiring, uow, conversation, event, response="utter_agent_wrote", variables=said)
    return replace(message, state=_SENT, seq=event.seq)


def send_at_once(
    wiring: Wiring, uow: UnitOfWork, conversation_id: str, *, who: DeskUser, now: datetime
) -> None:
    """Send what the agent wrote last before they hand the conversation on."""
    for message in uow.agent_messages.waiting(conversation_id, who.user):
        send(wiring, uow, message, now)


def _body(uow: UnitOfWork, message: AgentMessage) -> dict[str, Any] | None:
    """Return what the log holds of a message; None when a photo of it is there no longer."""
    said = {"type": "text", "text": message.text, "fallback": message.text}
    try:
        photos = _sent_along(uow, message.conversation_id, message.attachment_ids)
    except AttachmentGone:
        return None
    return {
        "message_id": message.message_id,
        "agent": {"name": message.name, "picture": message.picture},
        "blocks": [*([said] if message.text else []), *(photo_block(each) for each in photos)],
    }


def _has(uow: UnitOfWork, user: str, conversation: Conversation) -> bool:
    """Tell whether the conversation is this agent's now."""
    if conversation.owner is not Owner.HUMAN or conversation.is_over:
        return False
    handoff = uow.handoffs.open_of(conversation.conversation_id)
    return handoff is not None and handoff.agent == user


def _sent_along(
    uow: UnitOfWork, conversation_id: str, attachment_ids: Sequence[str]
) -> list[Attachment]:
    """Return what a message names, in its order.

    Raises:
        AttachmentGone: one was not uploaded for this conversation by the desk.
    """
    if not attachment_ids:
        return []
    every = uow.attachments.of_conversation(conversation_id)
    there = {each.attachment_id: each for each in every if each.purpose == FROM_AGENT}
    wanted = dict.fromkeys(attachment_ids)
    if not wanted.keys() <= there.keys():
        raise AttachmentGone("An attachment is not available; please upload it again.")
    return [there[each] for each in wanted]


def _note_first_answer(uow: UnitOfWork, conversation_id: str, now: datetime) -> None:
    handoff = uow.handoffs.open_of(conversation_id)
    if handoff is not None and handoff.first_answer_at is None:
        uow.handoffs.save(replace(handoff, first_answer_at=now))


def _require_same(earlier: AgentMessage, who: DeskUser, text: str, written: Written) -> None:
    photos = tuple(dict.fromkeys(written.attachment_ids))
    if (earlier.user, earlier.text, earlier.attachment_ids) != (who.user, text, photos):
        raise ClientIdReused("This client_msg_id was used for another message.")

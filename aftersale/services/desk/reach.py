"""Whether what an agent writes reaches the buyer in a messenger, and what that messenger takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.cases import Attachment
from aftersale.domain.channels import Channel, LinkLevel, Send, SendState, Thread
from aftersale.domain.conversations import Conversation, Event
from aftersale.errors import MessageTooLarge, UploadTooLarge
from aftersale.services.desk.delivered import Delivery, deliveries, is_ours
from aftersale.services.ports import UnitOfWork

NAMES = {
    Channel.WHATSAPP: "WhatsApp",
    Channel.TELEGRAM: "Telegram",
    Channel.EMAIL: "E-mail",
    Channel.MATRIX: "Matrix",
}
_LEFT = frozenset({SendState.SENT, SendState.DELIVERED, SendState.READ})


@dataclass(frozen=True, slots=True)
class Reach:
    """How the buyer of a conversation in a messenger is reached."""

    capabilities: Capabilities
    thread: Thread | None  # None: the chat holds another conversation by now
    level: LinkLevel | None = None  # how it was connected to the buyer; None: it is not (any more)
    mail_to: str | None = None  # where news go that are not read there
    asked_at: datetime | None = None  # when the buyer was asked to write, so that all may leave

    @property
    def is_reachable(self) -> bool:
        """Whether anything arrives there at all."""
        return self.thread is not None and self.thread.unreachable_at is None

    @property
    def window_until(self) -> datetime | None:
        """Until when the messenger takes what we write by ourselves; None: always."""
        if self.capabilities.window is None or self.thread is None:
            return None
        heard = self.thread.heard_at
        # Who never wrote opened nothing.
        return self.thread.created_at if heard is None else heard + self.capabilities.window


def reach_of(
    uow: UnitOfWork, conversation: Conversation, mail_to: str | None, now: datetime
) -> Reach | None:
    """Return how the buyer is reached; None: in our own chat, where they always are."""
    can = capabilities_of(conversation)
    if can is None:
        return None
    thread = thread_of(uow, conversation)
    if thread is None:
        return Reach(can, None, mail_to=mail_to)
    link = uow.channels.link_of(thread.thread_id)
    return Reach(
        can,
        thread,
        level=link.level if link is not None and link.holds(now) else None,
        mail_to=None if _is_same(thread, mail_to) else mail_to,
        asked_at=_asked_at(uow, conversation, can, thread),
    )


def capabilities_of(conversation: Conversation) -> Capabilities | None:
    """Return what the conversation's messenger can do; None for our own chat."""
    channel = Channel(conversation.channel)
    return None if channel is Channel.CHAT else CAPABILITIES[channel]


def thread_of(uow: UnitOfWork, conversation: Conversation) -> Thread | None:
    """Return where the buyer reads: where they wrote last, of several."""
    found = uow.channels.threads_of(conversation.conversation_id)
    return max(found, key=lambda each: each.heard_at or each.created_at, default=None)


def delivered(
    uow: UnitOfWork, conversation: Conversation, events: Sequence[Event]
) -> dict[int, Delivery]:
    """Return by seq how far those of the events got that are messages of ours."""
    can = capabilities_of(conversation)
    first = next((event.seq for event in events if is_ours(event)), None)
    if can is None or first is None:
        return {}
    sends = uow.channels.sends_of(conversation.conversation_id, since=first - 1)
    return deliveries(events, sends, thread_of(uow, conversation), bundled=can.bundles)


def require_taken(conversation: Conversation, text: str, files: Sequence[Attachment]) -> None:
    """Refuse what the conversation's messenger would not take, before anything leaves.

    Raises:
        MessageTooLarge: more characters than it takes.
        UploadTooLarge: more bytes than it takes; of some, none.
    """
    can = capabilities_of(conversation)
    if can is None:
        return
    name = NAMES[can.channel]
    if len(text) > can.longest_text:
        raise MessageTooLarge(f"{name} takes {can.longest_text:,} characters at most.")
    if files and not can.sends_files:
        raise UploadTooLarge(f"{name} takes no files.")
    for file in files:
        most = can.largest_photo if file.media_type.startswith("image/") else can.largest_file
        if file.size > most:
            raise UploadTooLarge(f"{name} takes files of {most // 1_000_000} MB at most.")


def _is_same(thread: Thread, address: str | None) -> bool:
    """Whether the chat is the very mailbox that mail would go to."""
    is_mail = thread.channel is Channel.EMAIL
    return is_mail and address is not None and address.lower() == thread.sender.lower()


def _asked_at(
    uow: UnitOfWork, conversation: Conversation, can: Capabilities, thread: Thread
) -> datetime | None:
    if can.window is None:
        return None
    since = thread.heard_at or thread.created_at
    sends = uow.channels.sends_of(conversation.conversation_id, since=0)
    return max((at for send in sends if (at := _template_at(send)) and at > since), default=None)


def _template_at(send: Send) -> datetime | None:
    return send.sent_at if send.is_template and send.state in _LEFT else None

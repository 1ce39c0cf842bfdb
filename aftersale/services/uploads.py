"""Takes photos and documents: checked, counted, kept once; and gives them out to signed links."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Conversation
from aftersale.domain.desk_talk import FROM_AGENT
from aftersale.errors import AttachmentGone, ConversationClosed, NotFound, UploadsFull
from aftersale.services.photo_links import PhotoLinks
from aftersale.services.ports import UnitOfWork, UowFactory
from aftersale.services.ports_files import CheckedFile, FileCheck, FileStore

LOOSE_LIMIT = 10  # files of a conversation that belong to no case yet
BYTES_LIMIT = 30_000_000  # of all files of a conversation, as they are kept
MESSAGE_LIMIT = 6  # files of one message
PURPOSES = ("evidence", "payment_proof")


@dataclass(frozen=True, slots=True)
class SentFile:
    """What arrived: its bytes, and what it is meant for."""

    content: bytes
    purpose: str = "evidence"

    @property
    def sha256(self) -> str:
        """The hash of what was sent."""
        return hashlib.sha256(self.content).hexdigest()


class Uploads:
    """Everything that happens to a file a buyer sends. Slow: never on the event loop."""

    def __init__(
        self, *, uow: UowFactory, check: FileCheck, store: FileStore, links: PhotoLinks
    ) -> None:
        self._uow = uow
        self._check = check
        self._store = store
        self.links = links

    def take(self, conversation: Conversation, sent: SentFile, now: datetime) -> Attachment:
        """Keep the file; the same one, sent again while it is loose, is the same attachment.

        Raises:
            UploadRefused: by its content, or the conversation holds enough; nothing is kept.
            ConversationClosed: nothing is taken any more.
        """
        sha256 = sent.sha256
        with self._uow() as uow:
            known = _known(uow, conversation, sent, more=0)
        if known is not None:
            return known
        checked = self._check.check(sent.content)
        stored_as = self._store.keep(checked.content)
        kept_as = None
        try:
            kept = self._written(conversation, sent, (checked, stored_as, sha256), now)
            kept_as = kept.stored_as
        finally:
            if kept_as != stored_as:
                self._store.remove(stored_as)
        return kept

    def _written(
        self,
        conversation: Conversation,
        sent: SentFile,
        made: tuple[CheckedFile, str, str],
        now: datetime,
    ) -> Attachment:
        checked, stored_as, sha256 = made
        with self._uow() as uow:
            # Held, so that uploads at the same time are counted one after the other.
            uow.conversations.locked(conversation.conversation_id)
            known = _known(uow, conversation, sent, more=len(checked.content))
            if known is not None:
                return known
            attachment = Attachment(
                attachment_id=secrets.token_hex(16),
                storefront=conversation.storefront,
                conversation_id=conversation.conversation_id,
                media_type=checked.media_type,
                size=len(checked.content),
                sha256=sha256,
                stored_as=stored_as,
                created_at=now,
                purpose=sent.purpose,
                width=checked.width,
                height=checked.height,
            )
            uow.attachments.add(attachment)
            uow.commit()
        return attachment

    def open(self, attachment_id: str, token: str, now: datetime) -> tuple[Attachment, Path]:
        """Return the attachment that a signed link opens, and where its file lies.

        Raises:
            NotFound: the link is another's, over or wrong; which of them is not said.
        """
        if self.links.holds(attachment_id, token, now):
            with self._uow() as uow:
                found = uow.attachments.get(attachment_id)
            if found is not None:
                return found, self._store.path(found.stored_as)
        raise NotFound("There is no such attachment, or the link is over.")


def _known(
    uow: UnitOfWork, conversation: Conversation, sent: SentFile, *, more: int
) -> Attachment | None:
    """Return the same file when it is there already.

    Raises:
        UploadsFull: it is new, and there is no room for it.
        ConversationClosed: the conversation has ended.
    """
    current = uow.conversations.get(conversation.conversation_id)
    if current is None or current.is_over:
        raise ConversationClosed("This conversation has ended; open a new session.")
    everything = uow.attachments.of_conversation(conversation.conversation_id)
    of_agent = sent.purpose == FROM_AGENT
    alike = [each for each in everything if (each.purpose == FROM_AGENT) == of_agent]
    # What an agent sends belongs to a message, never to a case: it takes up room, no more.
    loose = [each for each in alike if each.case_number is None]
    same = next((each for each in loose if each.sha256 == sent.sha256), None)
    if same is None and len(loose) >= LOOSE_LIMIT and not of_agent:
        raise UploadsFull(f"{LOOSE_LIMIT} files are here already; say what they are about first.")
    if same is None and sum(each.size for each in everything) + more > BYTES_LIMIT:
        raise UploadsFull("This conversation holds as much as it may.")
    return same


def sent_with(
    uow: UnitOfWork, conversation_id: str, attachment_ids: Sequence[str]
) -> list[Attachment]:
    """Return what a message names, in its order.

    Raises:
        AttachmentGone: one is unknown, another conversation's, or given to a case already.
    """
    loose = {each.attachment_id: each for each in uow.attachments.loose(conversation_id)}
    wanted = dict.fromkeys(attachment_ids)
    if not wanted.keys() <= loose.keys():
        raise AttachmentGone("An attachment is not available; please upload it again.")
    return [loose[each] for each in wanted]

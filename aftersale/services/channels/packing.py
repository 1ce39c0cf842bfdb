"""What a send needs to leave: its chat, its connector and its files; read before it is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aftersale.domain.cases import Attachment
from aftersale.domain.channels import Send, Thread
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channels import Connector, Out, OutFile

FILES = "attachment_ids"  # in the body of a send: files of ours that go with it
_NAMES = {"image/jpeg": "photo.jpg", "application/pdf": "document.pdf"}

ReadFile = Callable[[Attachment], bytes]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A send that is claimed; `connector` None: its account is not configured any more.

    `is_theirs`: the chat is still that of the buyer whom it was written to.
    """

    send: Send
    thread: Thread
    connector: Connector | None
    files: tuple[Attachment, ...]
    is_theirs: bool

    def out(self, read_file: ReadFile) -> Out:
        """Return what the connector gets; `read_file` may raise OSError."""
        body = {name: value for name, value in self.send.body.items() if name != FILES}
        files = tuple(
            OutFile(_NAMES.get(each.media_type, "file"), each.media_type, read_file(each))
            for each in self.files
        )
        thread, token = self.thread, self.send.send_id
        return Out(thread.address, body, token, files, thread.heard, thread.topic)


def packed(uow: UnitOfWork, send: Send, connectors: Mapping[str, Connector]) -> Leaving:
    """Return the send with everything it needs, inside the caller's transaction."""
    thread = uow.channels.thread_by_id(send.thread_id)
    if thread is None:
        raise LookupError(send.thread_id)
    wanted: tuple[str, ...] = tuple(send.body.get(FILES, ()))  # type: ignore[arg-type]
    found = (uow.attachments.get(each) for each in wanted)
    return Leaving(
        send,
        thread,
        connectors.get(thread.account),
        tuple(each for each in found if each is not None),
        _is_theirs(uow, send, thread),
    )


def _is_theirs(uow: UnitOfWork, send: Send, thread: Thread) -> bool:
    held = thread.conversation_id
    if not send.conversation_id or held in (None, send.conversation_id):
        return True
    before, now = (uow.conversations.get(each) for each in (send.conversation_id, held))
    return before is None or now is None or before.buyer_id == now.buyer_id

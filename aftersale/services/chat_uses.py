"""What a client may do with its chat beside talking, made with the same wiring."""

from dataclasses import dataclass

from aftersale.services.forget import Forget
from aftersale.services.handoff.leaving import LeaveQueue
from aftersale.services.live import Live
from aftersale.services.ports_files import FileStore
from aftersale.services.topics import Topics
from aftersale.services.transcript import Transcript
from aftersale.services.widget import Widget
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class ChatUses:
    """One field a use."""

    live: Live
    widget: Widget
    forget: Forget
    transcript: Transcript
    topics: Topics
    queue: LeaveQueue

    @classmethod
    def made_with(cls, wiring: Wiring, files: FileStore, topics: Topics) -> "ChatUses":
        """Make them."""
        return cls(
            live=Live(wiring.uow),
            widget=Widget(wiring),
            forget=Forget(wiring, files),
            transcript=Transcript(wiring),
            topics=topics,
            queue=LeaveQueue(wiring),
        )

"""What people at the desk do with conversations, made once by `bootstrap`."""

from dataclasses import dataclass

from aftersale.services.desk.canned import CannedReplies
from aftersale.services.desk.context import DeskContext
from aftersale.services.desk.handing import Handing
from aftersale.services.desk.noting import Noting
from aftersale.services.desk.reading import DeskReading
from aftersale.services.desk.writing import Writing
from aftersale.services.handoff.agents import AgentDesk
from aftersale.services.incoming import Screen
from aftersale.services.ports_files import FileStore
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class DeskChats:
    """Lists, one conversation, its context, messages, notes, and handing it on."""

    reading: DeskReading
    context: DeskContext
    writing: Writing
    noting: Noting
    handing: Handing
    canned: CannedReplies

    @classmethod
    def made_with(
        cls, wiring: Wiring, files: FileStore, screen: Screen, canned: CannedReplies
    ) -> "DeskChats":
        """Make every part."""
        noting = Noting(wiring.uow, screen, wiring.new_id)
        return cls(
            reading=DeskReading(wiring.uow, files, by_mail=wiring.news_after is not None),
            context=DeskContext(wiring),
            writing=Writing(wiring, screen),
            noting=noting,
            handing=Handing(wiring, AgentDesk(wiring), noting, screen),
            canned=canned,
        )

"""What the log says, as lines for an outside desk."""

from collections.abc import Callable, Iterator, Sequence

from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Author, Event, EventType
from aftersale.domain.handoffs import Handoff
from aftersale.services.outside_desk.words import MOVES, NAMES
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import DeskLine, LineFile

_SPOKEN = (EventType.MESSAGE, EventType.NOTICE)
_PAGE = 200
_FILE_NAMES = {"image/jpeg": "photo.jpg", "application/pdf": "document.pdf"}
PHOTO = "photo"  # the type of a block that shows an attachment

ReadFile = Callable[[Attachment], bytes]


def is_line(event: Event) -> bool:
    """Whether people at the desk read something of it."""
    if event.type is EventType.OWNER:
        return event.body.get("move") in MOVES
    return event.type in _SPOKEN and bool(words(event) or photo_ids(event))


def line_of(event: Event, handoff: Handoff, files: Sequence[LineFile] = ()) -> DeskLine:
    """Return the line; its key names the event for ever."""
    key = f"{handoff.handoff_id}:{event.seq}"
    if event.type is EventType.OWNER:
        return DeskLine(key, Author.SYSTEM, "", MOVES[event.body["move"]])
    said = words(event, photos=not files)
    return DeskLine(key, event.author, name_of(event), said, tuple(files))


def transcript(uow: UnitOfWork, conversation_id: str, *, until: int) -> str:
    """Return what was said up to a seq, a line each."""
    said = events(uow, conversation_id, since=0, until=until)
    return "\n".join(
        f"{event.at:%Y-%m-%d %H:%M} {name_of(event)}: {text}"
        for event in said
        if event.type in _SPOKEN and (text := words(event))
    )


def events(uow: UnitOfWork, conversation_id: str, *, since: int, until: int) -> Iterator[Event]:
    """Yield what happened after `since`, up to `until`."""
    while page := uow.conversations.events(conversation_id, since=since, limit=_PAGE):
        for event in page:
            if event.seq > until:
                return
            yield event
        since = page[-1].seq


def name_of(event: Event) -> str:
    """Return who said it: people by their name."""
    agent = event.body.get("agent")
    named = agent.get("name") if isinstance(agent, dict) else None
    return str(named or NAMES[event.author])


def words(event: Event, *, photos: bool = True) -> str:
    """Return what was said, with every block in words; photos may go beside it instead."""
    blocks = event.body.get("blocks", ())
    told = [str(b.get("fallback", "")) for b in blocks if photos or b.get("type") != PHOTO]
    return "\n".join(part for part in (event.body.get("text"), *told) if part)


def photo_ids(event: Event) -> list[str]:
    """Return the attachments that an event shows."""
    blocks = event.body.get("blocks", ())
    return [str(b["attachment_id"]) for b in blocks if b.get("type") == PHOTO]


def files_of(uow: UnitOfWork, event: Event) -> list[Attachment]:
    """Return what was sent with an event and is still kept."""
    found = [uow.attachments.get(each) for each in photo_ids(event)]
    return [each for each in found if each is not None]


def as_file(sent: Attachment, read: ReadFile) -> LineFile:
    """Return an attachment with its content."""
    return LineFile(_FILE_NAMES.get(sent.media_type, "file"), sent.media_type, read(sent))

"""What of a chat's waiting events is one message: photos sent together, and late corrections."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftersale.domain.channels import InboundKind, Media
from aftersale.services.channels.keeping import Kept, as_kept
from aftersale.services.ports_channel_store import ChannelEvent
from aftersale.services.uploads import MESSAGE_LIMIT

_TAKEN_BACK = frozenset({InboundKind.MESSAGE, InboundKind.UNSUPPORTED})
ALBUM_WAIT = timedelta(seconds=1.5)  # photos of an album come one by one


@dataclass(frozen=True, slots=True)
class Item:
    """An event that waits; `rows` are its own and those of what only corrected it."""

    event: ChannelEvent
    kept: Kept
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that are worked off together, as one of the kind of the first."""

    items: tuple[Item, ...]

    @property
    def first(self) -> Item:
        """The one that names it."""
        return self.items[0]

    @property
    def rows(self) -> tuple[int, ...]:
        """All events that are done with it."""
        return tuple(row for item in self.items for row in item.rows)

    @property
    def media(self) -> tuple[Media, ...]:
        """All files, in order."""
        return tuple(each for item in self.items for each in item.kept.media)

    @property
    def text(self) -> str:
        """All words."""
        return "\n".join(item.kept.text for item in self.items if item.kept.text)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was hidden in it, each once."""
        every = (notice for item in self.items for notice in item.kept.notices)
        return tuple(dict.fromkeys(every))

    @property
    def failures(self) -> int:
        """How often it failed."""
        return max(item.event.failures for item in self.items)


def next_batch(waiting: Sequence[ChannelEvent]) -> Batch:
    """Return what comes first of events in their order; there is one at least."""
    items = corrected(waiting)
    together = 1
    while together < len(items) and _belongs(items[:together], items[together]):
        together += 1
    return Batch(tuple(items[:together]))


def waits_until(batch: Batch, waiting: Sequence[ChannelEvent]) -> datetime | None:
    """Return until when more of the album may come; None when nothing more belongs to it."""
    is_last = waiting[-1].row in batch.rows
    is_full = len(batch.media) >= MESSAGE_LIMIT
    if batch.first.kept.album is None or not is_last or is_full:
        return None
    return max(item.event.received_at for item in batch.items) + ALBUM_WAIT


def corrected(waiting: Sequence[ChannelEvent]) -> list[Item]:
    """Return events with what was edited before anybody read it; the edit is no event then."""
    items: dict[str, Item] = {}
    for event in waiting:
        kept = as_kept(event.body)
        original = items.get(kept.about or "")
        changed = _changed(original, kept, event.row) if original is not None else None
        if changed is not None:
            items[changed.event.event_id] = changed
        else:
            items[event.event_id] = Item(event, kept, (event.row,))
    return list(items.values())


def _changed(original: Item, later: Kept, row: int) -> Item | None:
    """Return the message as it is after a correction; None when the later event is none."""
    kind = original.kept.kind
    if later.kind is InboundKind.EDITED and kind is InboundKind.MESSAGE:
        return _edited(original, later, row)
    if later.kind is InboundKind.REVOKED and kind in _TAKEN_BACK:
        gone = Kept(InboundKind.REVOKED, is_private=original.kept.is_private)
        return replace(original, kept=gone, rows=(*original.rows, row))
    return None


def _edited(original: Item, edit: Kept, row: int) -> Item:
    notices = tuple(dict.fromkeys([*original.kept.notices, *edit.notices]))
    kept = replace(original.kept, text=edit.text, notices=notices)
    return replace(original, kept=kept, rows=(*original.rows, row))


def _belongs(before: Sequence[Item], item: Item) -> bool:
    """Whether it is one message with those before it."""
    first, kept = before[0].kept, item.kept
    if first.kind is InboundKind.UNSUPPORTED:
        same = (first.kind, first.what, first.is_private) == (
            kept.kind,
            kept.what,
            kept.is_private,
        )
        return same and not (first.text or kept.text or first.media or kept.media)
    if not (_is_photos(first) and _is_photos(kept)):
        return False
    files = sum(len(each.kept.media) for each in before) + len(kept.media)
    if files > MESSAGE_LIMIT:
        return False
    # An album has its words below any of its photos; others begin something new with theirs.
    return first.album == kept.album and (kept.album is not None or not kept.text)


def _is_photos(kept: Kept) -> bool:
    return kept.kind is InboundKind.MESSAGE and kept.is_private and bool(kept.media)

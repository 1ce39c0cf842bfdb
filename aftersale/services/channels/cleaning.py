"""Makes what a messenger brings fit to be kept: cleaned, cut, masked, without tokens of ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from aftersale.domain.channels import Inbound, InboundKind, Media
from aftersale.domain.conversations import Conversation, Event
from aftersale.domain.link_tokens import link_token_in, without_tokens
from aftersale.errors import MessageEmpty, MessageTooLarge
from aftersale.services.channels.keeping import Kept
from aftersale.services.incoming import Screen, Screened, known_numbers_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.seller_links import hash_token

LONGEST = 20_000  # characters of a message that are kept
LONGEST_NAME = 80
MARK = "[hidden]"
CUT = "utter_channel_cut"
_EMPTY = Screened("", "")


class Clean(Protocol):
    """Takes control and invisible characters out of a text.

    Raises:
        MessageEmpty, MessageTooLarge.
    """

    def __call__(self, text: str, *, limit: int) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Both are pure; see `gateway.text.clean` and `gateway.screen.screen`."""

    clean: Clean
    screen: Screen

    def kept(
        self,
        uow: UnitOfWork,
        inbound: Inbound,
        *,
        conversation: Conversation | None,
        said: Sequence[Event],
    ) -> Kept:
        """Return what may be written of it; of a group nothing but that somebody wrote."""
        if not inbound.is_private:
            return Kept(inbound.kind, is_private=False)
        kind, token = _started(inbound)
        cut, is_cut = self._cut(inbound.text if kind is not InboundKind.START else "")
        safe = self._safe(uow, cut, conversation, said)
        return Kept(
            kind=kind,
            text=safe.text,
            payload=token or self._payload(inbound),
            media=tuple(self._media(each) for each in inbound.media),
            what=inbound.what,
            album=inbound.album,
            about=inbound.about,
            notices=(*safe.notices, *((CUT,) if is_cut else ())),
        )

    def label(self, text: str) -> str:
        """Return a name or a subject as it may be shown: one short line."""
        line = " ".join(self._cut(text)[0].split())[:LONGEST_NAME]
        return without_tokens(self._masked(line).text, MARK) if line else ""

    def _cut(self, text: str) -> tuple[str, bool]:
        """Return the text cleaned, and whether its end is missing."""
        try:
            return self.clean(text, limit=LONGEST), False
        except MessageEmpty:
            return "", False
        except MessageTooLarge:
            return self._cut(text[:LONGEST])[0], True

    def _safe(
        self, uow: UnitOfWork, text: str, conversation: Conversation | None, said: Sequence[Event]
    ) -> Screened:
        if not text:
            return _EMPTY
        screened = self.screen(
            text,
            known_numbers=lambda: known_numbers_of(uow, conversation) if conversation else (),
            said=said,
        )
        return replace(screened, text=without_tokens(screened.text, MARK))

    def _masked(self, text: str) -> Screened:
        return self.screen(text, known_numbers=tuple, said=())

    def _payload(self, inbound: Inbound) -> str | None:
        """Return the id of a button or a new address; what is no id of ours stands for nothing."""
        if inbound.payload is None or inbound.kind is InboundKind.START:
            return None
        if inbound.kind is InboundKind.MOVED:
            return inbound.payload
        is_plain = inbound.payload == self._masked(inbound.payload).text
        return inbound.payload if is_plain and inbound.payload.isprintable() else ""

    def _media(self, media: Media) -> Media:
        return replace(media, name=self.label(media.name))


def with_plain_ids(inbound: Inbound) -> Inbound:
    """Return it with ids that any database can keep; those of a real provider stay as they are."""
    about, album, moved = inbound.about, inbound.album, inbound.kind is InboundKind.MOVED
    return replace(
        inbound,
        event_id=_plain(inbound.event_id),
        address=_plain(inbound.address),
        sender=_plain(inbound.sender),
        about=about and _plain(about),
        album=album and _plain(album),
        payload=_plain(inbound.payload or "") if moved else inbound.payload,
    )


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def _started(inbound: Inbound) -> tuple[InboundKind, str | None]:
    """Return whether it opens the chat, and the hash of our token that it brought.

    Where a messenger has no start of its own, the token comes as a message.
    """
    kind = inbound.kind
    if kind is InboundKind.START:
        token = link_token_in(inbound.payload or "")
    elif kind is InboundKind.MESSAGE:
        token = link_token_in(inbound.text)
    else:
        return kind, None
    if token is None:
        return kind, None
    return InboundKind.START, hash_token(token)

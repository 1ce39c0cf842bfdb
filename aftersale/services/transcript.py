"""What was said in a chat, for its buyer to keep: as text, as data, or by mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aftersale.domain.conversations import Author, Conversation, Event, EventType
from aftersale.domain.requests import OutboxKind, OutboxRow
from aftersale.errors import NoAddress, NotFound
from aftersale.services.conversations import identity_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

_SPOKEN = (EventType.MESSAGE, EventType.NOTICE)
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One message: when, by whom, in plain words."""

    at: datetime
    author: Author
    text: str


class Transcript:
    """Reads the log, which is masked already; says it in the storefront's words."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def said(self, conversation: Conversation) -> list[Said]:
        """Return everything that was said, oldest first."""
        with self._wiring.uow() as uow:
            return list(_said(uow, conversation.conversation_id))

    def text(self, conversation: Conversation) -> str:
        """Return it to be read, with times as the buyer's clock shows them."""
        return self._as_text(conversation, self.said(conversation))

    def _as_text(self, conversation: Conversation, said: list[Said]) -> str:
        zone = ZoneInfo(conversation.timezone)
        names = {who: self._plain(conversation, f"transcript_by_{who.value}") for who in Author}
        lines = [
            f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {names[one.author]}: {one.text}"
            for one in said
        ]
        return "\n".join([self._plain(conversation, "transcript_title"), "", *lines, ""])

    def post(self, conversation: Conversation, now: datetime) -> None:
        """Send it to the verified buyer's own address, once for all that was said so far.

        Raises:
            NoAddress: nobody is verified, or the shop named no address.
        """
        own = conversation.conversation_id
        buyer_id = identity_of(conversation, now).buyer_id
        with self._wiring.uow() as uow:
            buyer = uow.parties.buyer(buyer_id) if buyer_id else None
            if buyer is None or not buyer.email:
                raise NoAddress("Sign in at the shop: it goes to the address you have there.")
            current = uow.conversations.locked(own)
            if current is None:
                raise NotFound("There is no such conversation.")
            said = list(_said(uow, own))
            key = f"transcript:{own}:{len(said)}"
            if uow.outbox.by_key(key) is not None:
                return
            words = self._as_text(conversation, said)
            payload = {
                "to": buyer.email,
                "subject": self._plain(conversation, "mail_transcript_subject"),
                "text": self._plain(conversation, "mail_transcript", words=words),
                "message_id": key.replace(":", "."),
            }
            uow.outbox.add(
                OutboxRow(
                    outbox_id=self._wiring.new_id(),
                    kind=OutboxKind.MAIL,
                    idempotency_key=key,
                    payload=payload,
                    not_before=now,
                    created_at=now,
                )
            )
            uow.commit()

    def _plain(self, conversation: Conversation, response: str, **variables: str) -> str:
        return self._wiring.voice.plain(
            response,
            variables,
            storefront=conversation.storefront,
            locale=conversation.locale,
            timezone=conversation.timezone,
        )


def _said(uow: UnitOfWork, conversation_id: str) -> Iterator[Said]:
    since = 0
    while page := uow.conversations.events(conversation_id, since=since, limit=_PAGE):
        for event in page:
            if event.type in _SPOKEN and (text := _words(event)):
                yield Said(event.at, event.author, text)
        since = page[-1].seq


def _words(event: Event) -> str:
    blocks = [str(block.get("fallback", "")) for block in event.body.get("blocks", ())]
    return "\n".join(part for part in (event.body.get("text"), *blocks) if part)

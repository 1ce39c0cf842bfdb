"""Letters about accounts, to the address that the shop knows: never to one that was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftersale.domain.requests import OutboxKind, OutboxRow
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class AccountLetter:
    """One letter before it is worded. What opens something is forgotten once it has left."""

    template: str
    key: str  # the idempotency key; also the mail's stable message id
    to: str
    storefront: str
    opens: str | None = None  # the link or the code in it
    variables: Mapping[str, Any] = field(default_factory=dict)
    locale: str = "en"
    timezone: str = "UTC"


def post_to_buyer(
    wiring: Wiring, uow: UnitOfWork, letter: AccountLetter, *, now: datetime
) -> None:
    """Write the letter into the outbox."""
    text, subject = (
        wiring.voice.plain(
            name,
            letter.variables,
            storefront=letter.storefront,
            locale=letter.locale,
            timezone=letter.timezone,
        )
        for name in (letter.template, f"{letter.template}_subject")
    )
    uow.outbox.add(
        OutboxRow(
            outbox_id=wiring.new_id(),
            kind=OutboxKind.MAIL,
            idempotency_key=letter.key,
            payload={
                "to": letter.to,
                "subject": subject,
                "text": text,
                "link": letter.opens,
                "message_id": letter.key,
                "storefront": letter.storefront,
                "number": "",  # about no order: nobody is told when it does not arrive
                "conversation_id": None,
            },
            not_before=now,
            created_at=now,
        )
    )

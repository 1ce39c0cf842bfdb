"""Letters to sellers and suppliers: worded by the voice, sent by the relay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftersale.domain.orders import Order
from aftersale.domain.parties import Seller
from aftersale.domain.requests import CommandKind, OutboxKind, OutboxRow
from aftersale.domain.sellers import Product
from aftersale.policy.decision import Ask
from aftersale.services.deciding import Wish
from aftersale.services.ports import UnitOfWork
from aftersale.services.terms import open_lines
from aftersale.services.wiring import Wiring

_ABOUT = {  # what a letter says it is about, where the buyer gave no words of their own
    Ask.CONTACT_SELLER: "issue_contact",
    Ask.PROBLEM: "issue_problem",
    Ask.RETURN: "issue_give_back",
    Ask.REIMBURSE: "issue_never_came",
    Ask.INTERVENE: "issue_contact",
    Ask.ESCALATE: "issue_contact",
}
LINK_REMOVED = "[one-time link removed]"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter goes to."""

    storefront: str
    name: str
    email: str

    @classmethod
    def of(cls, seller: Seller) -> "Addressee":
        """Return a seller as somebody to write to."""
        return cls(seller.storefront, seller.nickname, seller.email)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter before it is worded. `number` is left out where the reader may not see it.

    Answers by mail and bounces come back to an address with `reply_token`; `thread` is the key of
    the letter that this one continues. `photos` are many that its page shows: none is in the mail.
    """

    template: str
    key: str  # the idempotency key; also the mail's stable message id
    to: Addressee
    order: Order | None
    issue: str
    conversation_id: str | None
    show_number: bool
    link: str | None = None
    due: datetime | None = None
    product: Product | None = None
    reply_token: str | None = None
    thread: str | None = None
    photos: int = 0

    @property
    def items(self) -> list[str]:
        """What it is about."""
        if self.order:
            return items_of(self.order)
        return [self.product.name] if self.product else []


def post(
    wiring: Wiring, uow: UnitOfWork, letter: Letter, *, now: datetime, not_before: datetime
) -> None:
    """Write the letter into the outbox."""
    variables = _variables(uow, letter)
    text, subject = (
        wiring.voice.plain(
            name, variables, storefront=letter.to.storefront, locale="en", timezone="UTC"
        )
        for name in (letter.template, f"{letter.template}_subject")
    )
    uow.outbox.add(
        OutboxRow(
            outbox_id=wiring.new_id(),
            kind=OutboxKind.MAIL,
            idempotency_key=letter.key,
            payload={
                "to": letter.to.email,
                "subject": subject,
                "text": text,
                "link": letter.link,
                "message_id": letter.key,
                "storefront": letter.to.storefront,
                "number": letter.order.number if letter.order else None,
                "conversation_id": letter.conversation_id,
                "reply_token": letter.reply_token,
                "thread": letter.thread,
            },
            not_before=not_before,
            created_at=now,
        )
    )


def without_link(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a letter that has left: its link is a key, and opens to anybody."""
    link = payload.get("link")
    if link is None:
        return dict(payload)
    said = {name: payload[name].replace(link, LINK_REMOVED) for name in ("subject", "text")}
    return {**payload, **said, "link": None, "reply_token": None}


def issue_of(wiring: Wiring, wish: Wish, kind: CommandKind, storefront: str) -> str:
    """Return what the matter is: the buyer's own words, or a plain sentence for it."""
    return wiring.voice.plain(
        _issue(wish, kind),
        {"words": wish.reason_text} if wish.reason_text else {},
        storefront=storefront,
        locale="en",
        timezone="UTC",
    )


def _issue(wish: Wish, kind: CommandKind) -> str:
    if wish.reason_text:
        return "issue_own_words"
    if kind is CommandKind.ASK_HOLD:
        return "issue_hold"
    return _ABOUT.get(wish.ask, f"issue_{wish.reason_class.value}")


def items_of(order: Order) -> list[str]:
    """Return the names of the goods that are still wanted back or out."""
    wanted = open_lines(order)
    return [line.name for line in order.lines if line.line_id in wanted]


def first_name_of(uow: UnitOfWork, order: Order) -> str:
    """Return the buyer's first name, the only thing about them that others see."""
    buyer = uow.parties.buyer(order.buyer_id)
    return buyer.first_name if buyer else ""


def _variables(uow: UnitOfWork, letter: Letter) -> dict[str, Any]:
    order = letter.order
    return {
        "number": order.number if order and letter.show_number else None,
        "items": letter.items,
        "first_name": first_name_of(uow, order) if order else None,
        "issue": letter.issue,
        "link": letter.link,
        "photos": letter.photos or None,
        "due": {"$time": letter.due.isoformat()} if letter.due else None,
        "seller": letter.to.name,
        "reference": letter.key[:8],
    }

"""A one-time link for what must not be typed into the chat (R3.28): offered, seen, taken once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftersale.domain.cases import OPEN_CASES, Case, CaseEntry, CaseType, Role
from aftersale.domain.conversations import Author, Conversation
from aftersale.domain.requests import AuditEntry, LinkPurpose, OneTimeLink
from aftersale.domain.secure import SecureNote
from aftersale.errors import LinkGone
from aftersale.services.call import Call, OrderHint
from aftersale.services.cases import Matter, file_case
from aftersale.services.conversations import say
from aftersale.services.find_order import find
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork, UowFactory
from aftersale.services.ports_secure import Seal
from aftersale.services.reply import Reply, time
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring

LASTS = timedelta(minutes=30)
KEPT = timedelta(days=30)  # then the words are taken out, and only that they came is left
LONGEST = 4_000  # characters

Mask = Callable[[str], str]


class SecureLink:
    """Gives a buyer the link."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def offer(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_secure_link`: the address and until when it works; what it brings is a case's."""
        token, until = secrets.token_urlsafe(32), call.now + LASTS
        with self._wiring.uow() as uow:
            require_open(uow, call)
            order = find(uow, call, hint).order
            note = SecureNote(
                note_id=self._wiring.new_id(),
                storefront=call.identity.storefront,
                conversation_id=call.conversation_id,
                created_at=call.now,
                order_number=order.number if order else None,
            )
            uow.secure.add(note)
            link = OneTimeLink(
                hash_token(token), LinkPurpose.SECURE_DATA, note.note_id, call.now, until
            )
            uow.requests.add_link(link)
            uow.commit()
        address = f"{self._wiring.base_url}/secure/{token}"
        return Reply("utter_secure_link", {"link": address, "until": time(until)})


@dataclass(frozen=True, slots=True)
class SecurePage:
    """What the page behind the link may show."""

    storefront_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the words."""

    case_number: str
    hid_something: bool  # card numbers and passwords are not kept here either


class SecureInbox:
    """The page behind the link: looking changes nothing, sending works once."""

    def __init__(self, wiring: Wiring, *, seal: Seal, mask: Mask) -> None:
        self._wiring, self._seal, self._mask = wiring, seal, mask

    def view(self, token: str, *, now: datetime) -> SecurePage:
        """Return what the page shows.

        Raises:
            LinkGone: it is unknown, was used, or its time is over.
        """
        with self._wiring.uow() as uow:
            link, note = _usable(uow, token, now)
        return SecurePage(self._wiring.policy(note.storefront).name, link.expires_at)

    def take(self, token: str, text: str, *, now: datetime) -> Taken:
        """Seal the words, give them to the buyer's case, and tell the buyer in the chat.

        Raises:
            LinkGone: it is unknown, was used, or its time is over.
        """
        safe = self._mask(text)
        sealed = self._seal.close(safe)
        with self._wiring.uow() as uow:
            link, note = _usable(uow, token, now)
            if not uow.requests.use_link(link.token_hash, at=now, answer="received"):
                raise LinkGone("This link was used.")
            conversation = uow.conversations.get(note.conversation_id)
            case = self._case(uow, note, conversation, now)
            uow.secure.save(replace(note, case_number=case.number, sealed=sealed, received_at=now))
            self._tell(uow, conversation, case, now)
            uow.commit()
        return Taken(case.number, hid_something=safe != text)

    def _case(
        self, uow: UnitOfWork, note: SecureNote, conversation: Conversation | None, now: datetime
    ) -> Case:
        """Return the case the words belong to, with a line in its thread that they came."""
        buyer = conversation.buyer_id if conversation else None
        by = f"buyer:{buyer or 'unverified'}"
        said = self._wiring.voice.plain(
            "entry_secure_received", {}, storefront=note.storefront, locale="en", timezone="UTC"
        )
        case = _open_case(uow, note)
        if case is None:
            return file_case(self._wiring, uow, _matter(uow, note, buyer, said), now=now)
        entry = CaseEntry(case.number, now, by, said, Role.BUYER, f"secure:{note.note_id}")
        uow.cases.add_entry(entry)
        uow.ledger.audit(
            AuditEntry(
                at=now,
                actor=by,
                action="secure.received",
                subject=f"case:{case.number}",
                conversation_id=note.conversation_id,
            )
        )
        return case

    def _tell(
        self, uow: UnitOfWork, conversation: Conversation | None, case: Case, now: datetime
    ) -> None:
        if conversation is None or conversation.is_over:
            return
        say(
            uow,
            self._wiring.voice,
            conversation,
            response="utter_told_secure_received",
            variables={"case_number": case.number, "choices": []},
            author=Author.SYSTEM,
            now=now,
        )


class SecureReading:
    """Opens the seal for a person who handles the case; each look is written down."""

    def __init__(self, uow: UowFactory, *, seal: Seal) -> None:
        self._uow, self._seal = uow, seal

    def read(self, case_number: str, *, user: str, now: datetime) -> list[tuple[SecureNote, str]]:
        """Return what came for the case, oldest first; what was kept long enough is gone."""
        with self._uow() as uow:
            notes = [note for note in uow.secure.of_case(case_number) if note.sealed]
            uow.ledger.audit(
                AuditEntry(
                    at=now,
                    actor=f"agent:{user}",
                    action="secure.read",
                    subject=f"case:{case_number}",
                    after={"notes": [note.note_id for note in notes]},
                )
            )
            uow.commit()
        return [(note, self._seal.open(note.sealed or "")) for note in notes]


def forget_old(wiring: Wiring, *, now: datetime, dry_run: bool) -> int:
    """Take out words that were kept long enough; that they came stays in the case."""
    with wiring.uow() as uow:
        gone = uow.secure.forget(now - KEPT)
        if not dry_run:
            uow.commit()
    return gone


def _usable(uow: UnitOfWork, token: str, now: datetime) -> tuple[OneTimeLink, SecureNote]:
    link = uow.requests.link(hash_token(token)) if token else None
    if link is None or link.purpose is not LinkPurpose.SECURE_DATA:
        raise LinkGone("There is no such link.")
    note = uow.secure.get(link.subject_id)
    if note is None or link.used_at is not None or link.expires_at <= now:
        raise LinkGone("This link was used or has expired.")
    return link, note


def _open_case(uow: UnitOfWork, note: SecureNote) -> Case | None:
    """Return the conversation's open case: about the same order if one is, else the newest."""
    cases = [
        case
        for case in uow.cases.of_conversation(note.conversation_id)
        if case.state in OPEN_CASES
    ]
    cases.sort(key=lambda case: (case.order_number == note.order_number, case.created_at))
    return cases[-1] if cases else None


def _matter(uow: UnitOfWork, note: SecureNote, buyer_id: str | None, said: str) -> Matter:
    order = uow.orders.find(note.storefront, note.order_number) if note.order_number else None
    return Matter(
        type=CaseType.TICKET,
        key=f"secure:{note.note_id}",
        storefront=note.storefront,
        subject="secure_data",
        text=said,
        buyer_id=buyer_id,
        order=order,
        conversation_id=note.conversation_id,
        by=f"buyer:{buyer_id or 'unverified'}",
    )

"""A leader answers a case that is theirs to look at first, on a one-time page (R4.18).

What they write is a message in the thread of the case. It decides nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.cases import OPEN_CASES, Attachment, Case, CaseEntry, CaseOwner, Role
from aftersale.domain.orders import Order
from aftersale.domain.requests import AuditEntry, LinkPurpose, OneTimeLink
from aftersale.errors import LinkGone
from aftersale.services.case_life.news import tell_case
from aftersale.services.incoming import Screen
from aftersale.services.letters import Addressee, Letter, first_name_of, items_of, post
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring

LONGEST = 4000  # characters of one answer
_LINK_LASTS = timedelta(days=14)
_GONE = "This link does not work any more. Please contact the marketplace if that surprises you."
_ROLES = {CaseOwner.LEADER: Role.LEADER, CaseOwner.SELLER: Role.SELLER}


@dataclass(frozen=True, slots=True)
class CasePage:
    """All they may see: the items, what is wrong and what shows it, the buyer's first name."""

    storefront_name: str
    items: tuple[str, ...]
    text: str
    first_name: str
    expires_at: datetime
    reference: str
    photos: tuple[Attachment, ...] = ()


def invite(wiring: Wiring, uow: UnitOfWork, case: Case, *, now: datetime) -> bool:
    """Write to the leader or seller of the case, with the link of their page.

    False when the order names nobody whom a letter reaches.
    """
    order = uow.orders.find(case.storefront, case.order_number or "")
    to = _first_line(uow, case, order) if order else None
    if order is None or to is None:
        return False
    token = secrets.token_urlsafe(32)
    due = case.first_line_due_by
    link = OneTimeLink(
        token_hash=hash_token(token),
        purpose=LinkPurpose.ANSWER_CASE,
        subject_id=case.number,
        created_at=now,
        expires_at=now + _LINK_LASTS,
    )
    uow.requests.add_link(link)
    letter = Letter(
        template="mail_case_first_line",
        key=f"first_line.{case.number}",
        to=to,
        order=order,
        issue=_first_words(uow, case),
        conversation_id=case.conversation_id,
        show_number=False,  # they see item, issue and first name only
        link=f"{wiring.base_url}/l/{token}",
        due=due,
        photos=len(uow.attachments.of_case(case.number)),
    )
    post(wiring, uow, letter, now=now, not_before=now)
    return True


def _first_line(uow: UnitOfWork, case: Case, order: Order) -> Addressee | None:
    """Return who looks first: the leader at their own address, else whoever sells."""
    if case.owner is CaseOwner.LEADER and order.leader_email:
        name = order.leader_name or order.leader_email
        return Addressee(case.storefront, name, order.leader_email)
    seller = uow.parties.seller(order.seller_id) if order.seller_id else None
    return Addressee.of(seller) if seller is not None and seller.reachable else None


class AnswerCase:
    """Shows the case behind a link and takes one answer in words."""

    def __init__(self, wiring: Wiring, screen: Screen) -> None:
        self._wiring, self._screen = wiring, screen

    def view(self, token: str, *, now: datetime) -> CasePage:
        """Return the page; changes nothing, as mail scanners follow links.

        Raises:
            LinkGone: the link is unknown, used or expired, or the case is decided.
        """
        with self._wiring.uow() as uow:
            link, case, order = _behind(uow, token, now)
            if link.used_at is not None:
                raise LinkGone(_GONE)
            return CasePage(
                storefront_name=self._wiring.policy(case.storefront).name,
                items=tuple(items_of(order)),
                text=_first_words(uow, case),
                first_name=first_name_of(uow, order),
                expires_at=link.expires_at,
                reference=case.number,
                photos=tuple(uow.attachments.of_case(case.number)),
            )

    def answer(self, token: str, text: str, *, now: datetime) -> None:
        """Put the answer into the thread and tell the buyer; the same words again change nothing.

        Raises:
            LinkGone: unknown or expired, another answer was given, or the case is decided.
        """
        with self._wiring.uow() as uow:
            link, case, order = _behind(uow, token, now)
            words = self._screened(order, text)
            if link.used_at is not None:
                _require_same(uow, case, words)
                return
            if not uow.requests.use_link(link.token_hash, at=now, answer="answered"):
                raise LinkGone(_GONE)
            self._take(uow, case, order, words, now=now)
            uow.commit()

    def _take(
        self, uow: UnitOfWork, case: Case, order: Order, words: str, *, now: datetime
    ) -> None:
        role = _ROLES.get(case.owner, Role.LEADER)
        who = order.leader_name if role is Role.LEADER and order.leader_name else order.seller_id
        author = f"{role.value}:{who}"
        uow.cases.add_entry(CaseEntry(case.number, now, author, words, role, _key(case)))
        audit = AuditEntry(
            at=now,
            actor=author,
            action="case.first_line_answered",
            subject=f"case:{case.number}",
            conversation_id=case.conversation_id,
        )
        uow.ledger.audit(audit)
        more = {"words": words, "choices": [choice("add_to_case", case_number=case.number)]}
        tell_case(self._wiring, uow, case, "utter_told_case_first_line_answer", now=now, more=more)

    def _screened(self, order: Order, text: str) -> str:
        """Mask what must not be kept, as with everything that comes from outside."""
        screened = self._screen(
            text.strip()[:LONGEST], known_numbers=lambda: {order.number}, said=()
        )
        return screened.text


def _behind(uow: UnitOfWork, token: str, now: datetime) -> tuple[OneTimeLink, Case, Order]:
    link = uow.requests.link(hash_token(token))
    if link is None or link.purpose is not LinkPurpose.ANSWER_CASE or link.expires_at <= now:
        raise LinkGone(_GONE)
    case = uow.cases.get(link.subject_id)
    if case is None or case.state not in OPEN_CASES:
        raise LinkGone(_GONE)
    order = uow.orders.find(case.storefront, case.order_number or "")
    if order is None:
        raise LinkGone(_GONE)
    return link, case, order


def _require_same(uow: UnitOfWork, case: Case, words: str) -> None:
    """Let a page be sent twice; another answer does not replace the first."""
    given = {
        entry.text for entry in uow.cases.entries(case.number) if entry.entry_key == _key(case)
    }
    if words not in given:
        raise LinkGone(_GONE)


def _first_words(uow: UnitOfWork, case: Case) -> str:
    entries = uow.cases.entries(case.number)
    return case.description or (entries[0].text if entries else "")


def _key(case: Case) -> str:
    return f"first_line_answer:{case.number}"

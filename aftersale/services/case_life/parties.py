"""Who takes part in a case, by every name and address they are known by: they never decide it."""

import unicodedata
from email.utils import parseaddr

from aftersale.domain.cases import Case, Role
from aftersale.domain.orders import Order
from aftersale.errors import PartyToCase
from aftersale.services.ports import UnitOfWork

_TAKES_PART = frozenset({Role.BUYER, Role.SELLER, Role.LEADER})


def require_impartial(uow: UnitOfWork, case: Case, user: str) -> None:
    """Let nobody judge a case who is its buyer, its seller or the leader of its group.

    A user may be a name, an address, or what the shop knows them by.

    Raises:
        PartyToCase: they take part in it.
    """
    known = {_mark(each) for each in _parties(uow, case) if each}
    if known & {_mark(each) for each in _marks(uow, case.storefront, user)}:
        raise PartyToCase("Whoever takes part in a case cannot decide it; ask a colleague.")


def takes_part_in_order(uow: UnitOfWork, order: Order, user: str) -> bool:
    """Tell whether the user is the buyer, the seller or the group leader of the order."""
    known = {_mark(each) for each in _of_order(uow, order, order.buyer_id) if each}
    return bool(known & {_mark(each) for each in _marks(uow, order.storefront, user)})


def same_person(one: str, other: str) -> bool:
    """Compare as people do: case, spaces and signs tell no names apart, nor a tag addresses."""
    return _mark(one) == _mark(other)


def _parties(uow: UnitOfWork, case: Case) -> list[str | None]:
    order = uow.orders.find(case.storefront, case.order_number or "")
    known = _of_order(uow, order, case.buyer_id)
    wrote = [each.author for each in uow.cases.entries(case.number) if each.role in _TAKES_PART]
    # A person here may bring what a party said: that does not make them one.
    kinds = [author.partition(":") for author in wrote]
    return [*known, *(name for kind, _, name in kinds if kind in _TAKES_PART)]


def _of_order(uow: UnitOfWork, order: Order | None, buyer_id: str | None) -> list[str | None]:
    seller = uow.parties.seller(order.seller_id) if order and order.seller_id else None
    buyer = uow.parties.buyer(buyer_id) if buyer_id else None
    known = [order.leader_name, order.leader_email] if order else []
    known += [seller.seller_id, seller.nickname, seller.email] if seller else []
    return known + ([buyer.buyer_id, buyer.subject, buyer.email] if buyer else [])


def _marks(uow: UnitOfWork, storefront: str, user: str) -> list[str]:
    """Return what a user goes by: their own word, the address in it, and their account's."""
    address = parseaddr(user)[1]
    account, here = uow.parties.buyer_by_subject(storefront, user), uow.desk.account(user)
    known = [each.email for each in (account, here) if each is not None]
    return [user, *([address] if "@" in address else []), *known]


def _mark(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold().strip()
    name, at, domain = plain.rpartition("@")
    if at:
        return f"{name.partition('+')[0]}@{domain}"
    return "".join(sign for sign in plain if sign.isalnum()) or plain

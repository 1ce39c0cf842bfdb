"""The link in a mail about a forgotten password, and what choosing a new one changes."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.accounts import Account
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import AuditEntry, LinkPurpose, OneTimeLink
from aftersale.errors import LinkGone
from aftersale.services.account_letters import AccountLetter, post_to_buyer
from aftersale.services.asking_limits import WITHIN
from aftersale.services.identifiers import Identifier
from aftersale.services.password_rules import Fault, canonical, faults_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_accounts import PasswordHasher
from aftersale.services.reply import time
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring

LASTS = timedelta(minutes=30)
AT_MOST = 3  # mails to one account within an hour, by whichever of its names it was asked for
_GONE = "This link is not valid."


def send_reset(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, now: datetime
) -> None:
    """Send the instructions to the account that was named; to nobody when there is none."""
    holders = uow.accounts.holders(
        payload["storefront"], email=payload["email"], member_id=payload["member_id"]
    )
    for buyer in holders:
        made = uow.requests.links_since(LinkPurpose.RESET_PASSWORD, buyer.buyer_id, now - WITHIN)
        if made < AT_MOST:
            _send_to(wiring, uow, buyer, reset_id=payload["reset_id"], now=now)


def _send_to(
    wiring: Wiring, uow: UnitOfWork, buyer: Buyer, *, reset_id: str, now: datetime
) -> None:
    token = secrets.token_urlsafe(32)
    expires_at = now + LASTS
    uow.requests.end_links(LinkPurpose.RESET_PASSWORD, buyer.buyer_id, at=now)
    uow.requests.add_link(
        OneTimeLink(hash_token(token), LinkPurpose.RESET_PASSWORD, buyer.buyer_id, now, expires_at)
    )
    link = f"{wiring.base_url}/r/{token}"
    letter = AccountLetter(
        template="mail_reset_password",
        key=f"reset-{reset_id}-{buyer.buyer_id}",
        to=buyer.email,
        storefront=buyer.storefront,
        opens=link,
        variables=_greeting(buyer) | {"link": link, "until": time(expires_at)},
        locale=buyer.locale,
        timezone=buyer.timezone,
    )
    post_to_buyer(wiring, uow, letter, now=now)


def _greeting(buyer: Buyer) -> dict[str, Any]:
    return {"first_name": buyer.first_name, "member_id": buyer.member_id}


@dataclass(frozen=True, slots=True)
class ResetPage:
    """What the page behind the link shows."""

    storefront_name: str
    account: str  # masked
    expires_at: datetime


class NewPassword:
    """The page behind the link. The token in its address is the only key: there are no cookies."""

    def __init__(self, wiring: Wiring, hasher: PasswordHasher) -> None:
        self._wiring, self._hasher = wiring, hasher

    def view(self, token: str, *, now: datetime) -> ResetPage:
        """Return what the page shows; changes nothing, because mail scanners follow links.

        Raises:
            LinkGone: unknown, used, replaced or expired.
        """
        with self._wiring.uow() as uow:
            link, buyer = _opened(uow, token, now)
        return ResetPage(
            storefront_name=self._wiring.policy(buyer.storefront).name,
            account=Identifier(email=buyer.email).masked,
            expires_at=link.expires_at,
        )

    def choose(self, token: str, password: str, *, now: datetime) -> Fault | None:
        """Set the password, or return why it is not taken; the link then stays as it is.

        Raises:
            LinkGone: unknown, used, replaced or expired.
        """
        with self._wiring.uow() as uow:
            _, buyer = _opened(uow, token, now)
        fault = faults_of(password, own=self._own_names(buyer))
        if fault is not None:
            return fault
        hashed = self._hasher(canonical(password))  # slow on purpose: in no transaction
        with self._wiring.uow() as uow:
            self._change(uow, token, hashed, now)
            uow.commit()
        return None

    def _own_names(self, buyer: Buyer) -> list[str]:
        shop = self._wiring.policy(buyer.storefront).name
        return [name for name in (buyer.email, buyer.member_id, buyer.first_name, shop) if name]

    def _change(self, uow: UnitOfWork, token: str, password_hash: str, now: datetime) -> None:
        link, buyer = _opened(uow, token, now)
        if not uow.requests.use_link(link.token_hash, at=now, answer="changed"):
            raise LinkGone(_GONE)
        uow.requests.end_links(LinkPurpose.RESET_PASSWORD, buyer.buyer_id, at=now)
        uow.accounts.save(Account(buyer.buyer_id, password_hash, now, sessions_valid_after=now))
        ended = uow.accounts.end_sessions(buyer.buyer_id, at=now)
        uow.ledger.audit(
            AuditEntry(
                at=now,
                actor=f"buyer:{buyer.buyer_id}",
                action="account.password_changed",
                subject=f"account:{buyer.buyer_id}",
                after={"by": "reset link", "sessions_ended": ended},
            )
        )
        letter = AccountLetter(
            template="mail_password_changed",
            key=f"changed-{link.token_hash[:32]}",
            to=buyer.email,
            storefront=buyer.storefront,
            variables=_greeting(buyer) | {"at": time(now)},
            locale=buyer.locale,
            timezone=buyer.timezone,
        )
        post_to_buyer(self._wiring, uow, letter, now=now)


def _opened(uow: UnitOfWork, token: str, now: datetime) -> tuple[OneTimeLink, Buyer]:
    link = uow.requests.link(hash_token(token))
    # A token made for anything else opens nothing here.
    if link is None or link.purpose is not LinkPurpose.RESET_PASSWORD:
        raise LinkGone(_GONE)
    buyer = uow.parties.buyer(link.subject_id)
    if buyer is None or link.used_at is not None or link.expires_at <= now:
        raise LinkGone(_GONE)
    return link, buyer

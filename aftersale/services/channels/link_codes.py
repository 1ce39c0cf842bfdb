"""The code that connects a chat to an account: how it is asked for, sent, and tried.

The conversation never looks the account up: words and work are the same whether or not there is
one. The relay finds it, or nobody, and the code goes to the address on file alone.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.accounts import AskedFrom, CodeKind, GuestCode
from aftersale.domain.channels import Thread
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import OutboxKind, OutboxRow
from aftersale.services.account_letters import AccountLetter, post_to_buyer
from aftersale.services.asking_limits import WITHIN, Limits
from aftersale.services.call import Call
from aftersale.services.channels.new_talks import opened_from
from aftersale.services.guest_codes import code_hash, new_code, shown
from aftersale.services.identifiers import Identifier
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import say as phrase
from aftersale.services.reply import time
from aftersale.services.wiring import Wiring

LIMITS = Limits(about=3, conversation=3, address=5)  # the last: one sender, in all their chats
IN_ALL = 500  # codes an hour of the whole installation: more is nobody's buyers
TRIES = 5
LASTS = timedelta(minutes=10)


def ask_for_code(
    wiring: Wiring, uow: UnitOfWork, call: Call, *, thread: Thread, account: Identifier
) -> bool:
    """Write down that a code is wanted for that account; False when that was asked too often."""
    asked = AskedFrom(
        storefront=call.identity.storefront,
        about_key=account.key(call.identity.storefront),
        conversation_id=call.conversation_id,
        opened_from=opened_from(thread),
    )
    if not _may_be_asked(uow, asked, call.now - WITHIN):
        return False
    code = _unsent(wiring.new_id(), asked, call.now)
    uow.accounts.add_code(code)
    uow.outbox.add(_errand(wiring.new_id(), code, thread, account))
    return True


def _may_be_asked(uow: UnitOfWork, asked: AskedFrom, since: datetime) -> bool:
    tally = uow.accounts.codes_since(asked, since, kind=CodeKind.LINK)
    return LIMITS.allow(tally) and uow.accounts.codes_in_all(CodeKind.LINK, since) < IN_ALL


def _unsent(code_id: str, asked: AskedFrom, now: datetime) -> GuestCode:
    return GuestCode(
        code_id=code_id,
        asked=asked,
        order_number="",
        code_hash=code_hash(code_id, secrets.token_hex(16)),
        asked_at=now,
        expires_at=now + LASTS,
        kind=CodeKind.LINK,
    )


def _errand(outbox_id: str, code: GuestCode, thread: Thread, account: Identifier) -> OutboxRow:
    return OutboxRow(
        outbox_id=outbox_id,
        kind=OutboxKind.LINK_CODE,
        idempotency_key=f"code:{code.code_id}",
        payload={
            "code_id": code.code_id,
            "storefront": code.asked.storefront,
            "email": account.email,
            "member_id": account.member_id,
            "channel": thread.channel.value,
            "expires_at": code.expires_at.isoformat(),
        },
        not_before=code.asked_at,
        created_at=code.asked_at,
    )


def send_link_code(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, now: datetime
) -> None:
    """Make the code and send it to the account's own address; to nobody where there is none."""
    holders = uow.accounts.holders(
        payload["storefront"], email=payload["email"], member_id=payload["member_id"]
    )
    if len(holders) != 1:
        return  # an address that two accounts share names neither
    buyer, code, code_id = holders[0], new_code(), payload["code_id"]
    uow.accounts.arm_code(code_id, code_hash=code_hash(code_id, code), buyer_id=buyer.buyer_id)
    post_to_buyer(wiring, uow, _letter(buyer, code, payload), now=now)


def tried(uow: UnitOfWork, call: Call, code: str) -> tuple[Buyer | None, int]:
    """Try a code; return whose account it opens, and how many tries are left if it does not."""
    known = uow.accounts.open_code(call.conversation_id, kind=CodeKind.LINK)
    if known is None or known.expires_at <= call.now:
        return None, 0
    count = uow.accounts.count_try(known.code_id, at_most=TRIES)
    if count is None:
        return None, 0
    fits = hmac.compare_digest(code_hash(known.code_id, code), known.code_hash)
    if not fits or not uow.accounts.use_code(known.code_id, at=call.now):
        return None, TRIES - count
    return (uow.parties.buyer(known.buyer_id) if known.buyer_id else None), 0


def _letter(buyer: Buyer, code: str, payload: Mapping[str, Any]) -> AccountLetter:
    return AccountLetter(
        template="mail_link_code",
        key=f"code-{payload['code_id']}",
        to=buyer.email,
        storefront=buyer.storefront,
        opens=shown(code),
        variables={
            "first_name": buyer.first_name,
            "channel": phrase(f"channel_{payload['channel']}"),
            "code": shown(code),
            "until": time(datetime.fromisoformat(payload["expires_at"])),
        },
        locale=buyer.locale,
        timezone=buyer.timezone,
    )

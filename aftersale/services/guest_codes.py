"""The code that opens one order to a guest: how it looks, and how it gets to its address."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.domain.orders import Order
from aftersale.services.account_letters import AccountLetter, post_to_buyer
from aftersale.services.identifiers import hashed
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import time
from aftersale.services.wiring import Wiring

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
_HALF = 3
_START, _THREE, _END = r"(?<![0-9A-Z])", f"([{_SIGNS}]{{3}})", r"(?![0-9A-Z])"
_WHOLE = re.compile(rf"{_START}{_THREE}[.\u2010-\u2015-]?{_THREE}{_END}")
_APART = re.compile(rf"{_START}{_THREE}\s?[.\u2010-\u2015-]?\s?{_THREE}{_END}\W*$")


def new_code() -> str:
    """Return a code with digits and letters, so that it is told from words and from numbers."""
    while True:
        code = "".join(secrets.choice(_SIGNS) for _ in range(2 * _HALF))
        if not code.isalpha() and not code.isdigit():
            return code


def shown(code: str) -> str:
    """Return the code as it is written in the letter."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def typed_code(text: str) -> str | None:
    """Return the code in a message, however its letters and its dash were typed."""
    said = text.upper()
    found = ["".join(halves) for halves in _WHOLE.findall(said) or _APART.findall(said)]
    codes = {code for code in found if any(sign.isdigit() for sign in code)}
    return codes.pop() if len(codes) == 1 else None


def code_hash(code_id: str, code: str) -> str:
    """Return the only form in which a code is stored; it fits this one request."""
    return hashed(f"{code_id}\n{code}")


def send_code(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, now: datetime
) -> None:
    """Make the code and send it to the order's own address; to nobody without such an order."""
    order = uow.orders.find(payload["storefront"], payload["number"])
    if order is None:
        return
    buyer = uow.parties.buyer(order.buyer_id)
    code = new_code()
    uow.accounts.arm_code(payload["code_id"], code_hash=code_hash(payload["code_id"], code))
    letter = AccountLetter(
        template="mail_guest_code",
        key=f"code-{payload['code_id']}",
        to=_address(order, buyer.email if buyer else ""),
        storefront=order.storefront,
        opens=shown(code),
        variables={
            "first_name": buyer.first_name if buyer else None,
            "number": order.number,
            "code": shown(code),
            "until": time(datetime.fromisoformat(payload["expires_at"])),
        },
        locale=buyer.locale if buyer else "en",
        timezone=buyer.timezone if buyer else "UTC",
    )
    post_to_buyer(wiring, uow, letter, now=now)


def _address(order: Order, otherwise: str) -> str:
    """Return where the shop wrote to about the order."""
    told = order.notification_sent_to or ""
    return told if "@" in told else otherwise

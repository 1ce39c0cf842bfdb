"""The supplier's answer to a request, through the one-time link in the letter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftersale.domain.requests import LinkPurpose
from aftersale.services.wiring import Wiring


class AnswerResult(StrEnum):
    """What an answer came to."""

    AGREED = "agreed"  # cancellation: the order is being cancelled now; hold: it is held
    DECLINED = "declined"
    TOO_LATE = "too_late"  # agreed after shipping: nothing was changed, a case was opened


@dataclass(frozen=True, slots=True)
class SupplierPage:
    """All a supplier may see: items, the issue, the buyer's first name. No address, no amounts."""

    storefront: str
    storefront_name: str
    purpose: LinkPurpose
    items: tuple[str, ...]
    issue: str
    first_name: str
    expires_at: datetime
    reference: str


class SupplierAnswer:
    """Shows the request behind a link and takes one answer."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def view(self, token: str, *, now: datetime) -> SupplierPage:
        """Return the page; changes nothing, as mail scanners follow links.

        Raises:
            LinkGone: the link is unknown, used or expired, or events have overtaken the request.
        """
        raise NotImplementedError

    def answer(self, token: str, *, agree: bool, now: datetime) -> AnswerResult:
        """Take the answer and tell the buyer; the same answer again changes nothing.

        Raises:
            LinkGone: unknown or expired link, overtaken request, or another answer was given before.
        """
        raise NotImplementedError

"""Offers with a way of their own: a yes to them is about more than what an order's state allows.

`Confirm` takes the yes; what was shown, whether it still holds and what it does is the kind's own.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from aftersale.domain.requests import CommandKind, PendingCommand
from aftersale.services.bounce_offers import BounceOffer
from aftersale.services.call import Call
from aftersale.services.case_life.escalating import EscalateCase
from aftersale.services.channels.link_offer import LinkOffer
from aftersale.services.letter_offers import LetterOffer
from aftersale.services.ports import UnitOfWork
from aftersale.services.problem_offer import ProblemOffer
from aftersale.services.reply import Reply
from aftersale.services.returning.offer import ReturnOffer
from aftersale.services.wiring import Wiring


class OwnOffer(Protocol):
    """One kind of pending command. Everything happens inside the caller's transaction."""

    def again(self, uow: UnitOfWork, call: Call, command: PendingCommand, *, why: str) -> Reply:
        """Show how it stands now; `why` is a key of `offers.AGAIN`."""
        ...

    def holds(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
        """Whether what was shown still is what a yes would do."""
        ...

    def do(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        """Carry it out and return how it is told."""
        ...

    def came_to(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply | None:
        """Return what an earlier yes came to, for a buyer who says it again; None: nothing."""
        ...


OWN_OFFERS: Mapping[CommandKind, Callable[[Wiring], OwnOffer]] = {
    CommandKind.ESCALATE_CASE: EscalateCase,
    CommandKind.LINK_CHAT: LinkOffer,
    CommandKind.SEND_LETTER: LetterOffer,
    CommandKind.REPORT_BOUNCE: BounceOffer,
    CommandKind.REPORT_PROBLEM: ProblemOffer,
    CommandKind.REQUEST_RETURN: ReturnOffer,
}

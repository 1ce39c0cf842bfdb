"""What services need from the store for people at the desk who act on orders and cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from aftersale.domain.acting import Block, CaseFilter, CaseNote, Proposal
from aftersale.domain.cases import Case
from aftersale.domain.orders import Order

if TYPE_CHECKING:
    from aftersale.services.ports import StoredDecision


class Proposals(Protocol):
    """What agents were shown, and what became of it."""

    def add(self, proposal: Proposal) -> None: ...
    def get(self, proposal_id: str) -> Proposal | None: ...
    def finish(self, proposal: Proposal) -> bool:
        """Write a done proposal; False when it was done already (compare and set)."""
        ...

    def of_order(self, storefront: str, number: str) -> Sequence[Proposal]:
        """Return the proposals of an order that were carried out, newest first."""
        ...


class Blocks(Protocol):
    """Buyers whose new messages are not taken."""

    def put(self, block: Block) -> None:
        """Write the block; an earlier one of the same buyer is replaced."""
        ...

    def of(self, buyer_id: str, now: datetime) -> Block | None:
        """Return the block that holds now."""
        ...

    def lift(self, buyer_id: str) -> bool:
        """Remove the block; False when there is none."""
        ...


class Lookups(Protocol):
    """What only the desk looks up. Empty `storefronts` means all of them."""

    def orders(
        self, words: str, *, storefronts: Sequence[str], limit: int = 20
    ) -> Sequence[Order]:
        """Return orders by number, or by name or e-mail address of their buyer, newest first."""
        ...

    def cases(self, wanted: CaseFilter, *, limit: int = 50, offset: int = 0) -> Sequence[Case]:
        """Return cases: what is due first, first; then what nobody waits for, newest first."""
        ...

    def count(self, wanted: CaseFilter) -> int: ...
    def cases_of(self, storefront: str, number: str) -> Sequence[Case]:
        """Return the cases about an order, newest first."""
        ...

    def decisions_of(
        self, storefront: str, number: str, *, limit: int = 20
    ) -> "Sequence[StoredDecision]":
        """Return what was decided about an order, newest first."""
        ...

    def add_note(self, note: CaseNote) -> None: ...
    def notes(self, case_number: str) -> Sequence[CaseNote]:
        """Return what colleagues noted about a case, oldest first."""
        ...

    def was_written(self, actor: str, action: str, subject: str, since: datetime) -> bool:
        """Tell whether the audit holds such a row from after then."""
        ...

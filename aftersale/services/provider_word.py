"""What the payment provider tells by itself: late, twice or out of order, and each time once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftersale.domain.requests import OutboxRow, RefundKind
from aftersale.services.contested import contested
from aftersale.services.ports import UnitOfWork
from aftersale.services.refunds import payment_done, payment_failed
from aftersale.services.wiring import Wiring


class Settled(StrEnum):
    """How far a refund is at the provider."""

    DONE = "done"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as the provider knows it. `key` is ours; None: somebody else made it."""

    reference: str
    key: str | None
    settled: Settled
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One event: refunds, a payment that was cancelled, or one that must be asked about."""

    event_id: str
    kind: str
    refunds: tuple[ProviderRefund, ...] = ()
    cancelled: str | None = None
    ask_about: str | None = None


AskRefunds = Callable[[str], Sequence[ProviderRefund]]


class ProviderWord:
    """Takes the provider's events."""

    def __init__(self, wiring: Wiring, *, refunds_of: AskRefunds) -> None:
        self._wiring, self._refunds_of = wiring, refunds_of

    def take(self, event: ProviderEvent, *, now: datetime) -> bool:
        """Write down what the event says; False when it was taken before.

        Raises:
            ProviderRefused, ProviderUnavailable: the provider had to be asked, in vain.
        """
        refunds = event.refunds
        if event.ask_about:  # outside any transaction
            refunds = tuple(self._refunds_of(event.ask_about))
        return contested(lambda: self._take(event, refunds, now))

    def _take(
        self, event: ProviderEvent, refunds: Sequence[ProviderRefund], now: datetime
    ) -> bool:
        with self._wiring.uow() as uow:
            if not uow.requests.note_event(event.event_id, kind=event.kind, at=now):
                return False
            for refund in refunds:
                self._refund(uow, refund, now)
            if event.cancelled:
                self._cancelled(uow, event.cancelled, now)
            uow.commit()
        return True

    def _refund(self, uow: UnitOfWork, told: ProviderRefund, now: datetime) -> None:
        row = uow.outbox.by_key(told.key) if told.key else None
        if row is None:
            return  # not one of ours: the shop's own system tells of it
        if told.settled is Settled.DONE:
            self._done(uow, row, told.reference, now)
        if told.settled is Settled.FAILED:
            payment_failed(self._wiring, uow, row.payload, error=told.reason or "", now=now)

    def _cancelled(self, uow: UnitOfWork, provider_ref: str, now: datetime) -> None:
        for refund in uow.requests.refunds_of_payment(provider_ref):
            row = uow.outbox.by_key(refund.idempotency_key)
            if refund.kind is RefundKind.RELEASE and row is not None:
                self._done(uow, row, provider_ref, now)

    def _done(self, uow: UnitOfWork, row: OutboxRow, reference: str, now: datetime) -> None:
        payment_done(self._wiring, uow, row.payload, provider_ref=reference, now=now)

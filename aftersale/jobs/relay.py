"""The relay: carries outbox rows to the shop, the payment provider and the mail, at least once.

A row is claimed, delivered outside any transaction, and its outcome written down in a new one.
A crash in between delivers it again, with the same idempotency key.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from aftersale.domain.requests import OutboxKind, OutboxRow, OutboxState
from aftersale.errors import ProviderPending, ProviderRefused, ProviderUnavailable
from aftersale.services.acknowledge import (
    letter_lost,
    shop_agreed,
    shop_refused,
    shop_silent,
    shop_will_tell,
)
from aftersale.services.bounces import letter_left, letter_refused
from aftersale.services.channels.link_codes import send_link_code
from aftersale.services.contested import contested
from aftersale.services.guest_codes import send_code
from aftersale.services.letters import without_link
from aftersale.services.news import was_seen
from aftersale.services.ports import Payments, ShopOrders, UnitOfWork
from aftersale.services.ports_accounts import IdentityProvider
from aftersale.services.ports_mail import Mail, Outgoing
from aftersale.services.refunds import payment_done, payment_refused, payment_silent
from aftersale.services.reset_links import send_reset
from aftersale.services.wiring import Wiring

_FIRST_WAIT = 2.0  # seconds; doubles with every attempt
_LONGEST_WAIT = 900.0
_SETTLING = 86_400.0  # what a provider has taken is asked for once a day; it also tells by itself

# A desk that answers slowly must not hold up money and mail: another job carries these.
_CARRIED = frozenset(OutboxKind) - {OutboxKind.DESK}

logger = logging.getLogger(__name__)

Outcome = Callable[[UnitOfWork], None]


class Relay:
    """Claims by lease, delivers outside any transaction, then writes down what came of it."""

    def __init__(
        self,
        wiring: Wiring,
        *,
        shop: ShopOrders,
        payments: Payments,
        mail: Mail,
        identity: IdentityProvider | None = None,
        lease: float = 60.0,
        max_attempts: int = 8,
    ) -> None:
        self._wiring = wiring
        self._shop, self._payments, self._mail = shop, payments, mail
        self._identity = identity  # None: passwords are kept here
        self._lease, self._max_attempts = lease, max_attempts

    def run(self, now: datetime, *, jitter: Callable[[], float], limit: int = 10) -> int:
        """Deliver what is due; return how many rows were handled. `jitter` gives 0 to 1."""
        with self._wiring.uow() as uow:
            rows = uow.outbox.claim(now, lease=self._lease, limit=limit, only=_CARRIED)
            uow.commit()
        for row in rows:
            try:
                self._handle(row, now, jitter)
            except Exception:  # a process edge: one row must not hold up the others
                logger.exception("an outside effect failed", extra=_ids(row))
                self._set_aside(row, now, jitter())
        return len(rows)

    def _handle(self, row: OutboxRow, now: datetime, jitter: Callable[[], float]) -> None:
        try:
            outcome = self._deliver(row, now)
        except ProviderRefused as error:
            self._settle(row, self._refused(row, error.detail, now))
        except ProviderPending as pending:
            self._later(row, pending.detail, now, jitter(), wait=_SETTLING)
        except ProviderUnavailable as error:
            self._later(row, error.detail, now, jitter())
        else:
            self._settle(row, outcome)

    def _deliver(self, row: OutboxRow, now: datetime) -> Outcome:
        match row.kind:
            case OutboxKind.SHOP_CANCEL:
                return self._cancel(row, now)
            case OutboxKind.PAYMENT_REFUND | OutboxKind.PAYMENT_RELEASE:
                reference = self._pay(row)
                return lambda uow: payment_done(
                    self._wiring, uow, row.payload, provider_ref=reference, now=now
                )
            case OutboxKind.MAIL:
                if not self._is_idle(row):
                    self._mail.send(_letter(row))
                return lambda uow: letter_left(uow, row.payload)
            case OutboxKind.PASSWORD_RESET:
                return self._forgot(row, now)
            case OutboxKind.GUEST_CODE | OutboxKind.LINK_CODE:
                send = send_code if row.kind is OutboxKind.GUEST_CODE else send_link_code
                return lambda uow: send(self._wiring, uow, row.payload, now=now)
            case OutboxKind.DESK:
                raise ProviderUnavailable("Another job carries it.")

    def _forgot(self, row: OutboxRow, now: datetime) -> Outcome:
        """Tell a shop that keeps its accounts itself; otherwise find the account, or nobody."""
        if self._identity is None:
            return lambda uow: send_reset(self._wiring, uow, row.payload, now=now)
        self._identity.forgot_password(
            storefront=row.payload["storefront"],
            email=row.payload["email"],
            member_id=row.payload["member_id"],
            idempotency_key=row.idempotency_key,
        )
        return _nothing

    def _cancel(self, row: OutboxRow, now: datetime) -> Outcome:
        said = self._shop.cancel(
            storefront=row.payload["storefront"],
            number=row.payload["number"],
            line_ids=row.payload["line_ids"],
            idempotency_key=row.idempotency_key,
        )
        if said.acknowledged is None:  # it will tell later, through `ShopEvents.acknowledge`
            return lambda uow: shop_will_tell(self._wiring, uow, row.payload, now=now)
        if said.acknowledged:
            return lambda uow: shop_agreed(self._wiring, uow, row.payload, now=now)
        return self._refused(row, said.reason or "", now)

    def _is_idle(self, row: OutboxRow) -> bool:
        with self._wiring.uow() as uow:
            return was_seen(uow, row.payload)

    def _pay(self, row: OutboxRow) -> str:
        reference, key = row.payload["provider_ref"], row.idempotency_key
        if row.kind is OutboxKind.PAYMENT_RELEASE:
            return self._payments.release(provider_ref=reference, idempotency_key=key)
        return self._payments.refund(
            provider_ref=reference,
            amount_minor=row.payload["amount_minor"],
            currency=row.payload["currency"],
            idempotency_key=key,
        )

    def _refused(self, row: OutboxRow, reason: str, now: datetime) -> Outcome:
        """Return what a definite no means for this kind of row."""
        wiring, payload = self._wiring, row.payload
        match row.kind:
            case OutboxKind.SHOP_CANCEL:
                return lambda uow: shop_refused(wiring, uow, payload, reason=reason, now=now)
            case OutboxKind.PASSWORD_RESET | OutboxKind.GUEST_CODE | OutboxKind.LINK_CODE:
                return _nothing  # who asked must not learn whether there was anybody to tell
            case OutboxKind.MAIL:
                return lambda uow: letter_refused(wiring, uow, payload, error=reason, now=now)
            case _:
                return lambda uow: payment_refused(wiring, uow, payload, error=reason, now=now)

    def _given_up(self, row: OutboxRow, error: str, now: datetime) -> Outcome:
        """Return what silence means: nobody has refused, so nothing is put back or refused."""
        wiring, payload = self._wiring, row.payload
        match row.kind:
            case OutboxKind.SHOP_CANCEL:
                return lambda uow: shop_silent(wiring, uow, payload, error=error, now=now)
            case OutboxKind.MAIL:
                return lambda uow: letter_lost(wiring, uow, payload, error=error, now=now)
            case OutboxKind.PASSWORD_RESET | OutboxKind.GUEST_CODE | OutboxKind.LINK_CODE:
                return self._refused(row, error, now)
            case _:
                return lambda uow: payment_silent(wiring, uow, payload, error=error, now=now)

    def _settle(self, row: OutboxRow, outcome: Outcome) -> None:
        """Write the outcome and finish the row; a change of the order in between costs a try."""
        contested(lambda: self._settle_once(row, outcome))

    def _settle_once(self, row: OutboxRow, outcome: Outcome) -> None:
        """Do both in one transaction; a second relay finds the row finished."""
        with self._wiring.uow() as uow:
            stored = uow.outbox.by_key(row.idempotency_key)
            if stored is None or stored.state is not OutboxState.PENDING:
                return
            outcome(uow)
            uow.outbox.finish(row.outbox_id)
            _forget_link(uow, row)
            uow.commit()

    def _set_aside(self, row: OutboxRow, now: datetime, jitter: float) -> None:
        """Let a row that failed in here wait like one that was not answered."""
        try:
            self._later(row, "Its outcome could not be written down.", now, jitter)
        except Exception:  # a process edge: its lease ends and it is tried again
            logger.exception("an outside effect could not be set aside", extra=_ids(row))

    def _later(
        self,
        row: OutboxRow,
        error: str,
        now: datetime,
        jitter: float,
        *,
        wait: float | None = None,
    ) -> None:
        dead = row.attempts >= self._max_attempts
        wait = wait or min(_FIRST_WAIT * 2 ** (row.attempts - 1), _LONGEST_WAIT) * (1 + jitter)
        with self._wiring.uow() as uow:
            stored = uow.outbox.by_key(row.idempotency_key)
            if stored is None or stored.state is not OutboxState.PENDING:
                return
            uow.outbox.retry(
                row.outbox_id, not_before=now + timedelta(seconds=wait), error=error, dead=dead
            )
            if dead:
                logger.error("gave up an outside effect", extra=_ids(row))
                self._given_up(row, error, now)(uow)
                _forget_link(uow, row)
            uow.commit()


def _letter(row: OutboxRow) -> Outgoing:
    said = row.payload
    return Outgoing(
        to=said["to"],
        subject=said["subject"],
        text=said["text"],
        message_id=said["message_id"],
        reply_token=said.get("reply_token"),
        thread=said.get("thread"),
    )


def _ids(row: OutboxRow) -> dict[str, str]:
    return {"outbox_id": row.outbox_id, "kind": row.kind.value}


def _forget_link(uow: UnitOfWork, row: OutboxRow) -> None:
    """Take out of what is stored what opens or names an account: nobody needs it any more."""
    if row.kind in {OutboxKind.PASSWORD_RESET, OutboxKind.LINK_CODE}:
        uow.outbox.rewrite(row.outbox_id, {**row.payload, "email": None, "member_id": None})
    if row.payload.get("link"):
        uow.outbox.rewrite(row.outbox_id, without_link(row.payload))


def _nothing(uow: UnitOfWork) -> None:
    """Finish the row without further consequence."""

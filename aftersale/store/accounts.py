"""Accounts, requests for new passwords and codes for guests in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, insert, literal, or_, select, update
from sqlalchemy.sql import ColumnElement

from aftersale.domain.accounts import Account, AskedFrom, CodeKind, GuestCode, ResetRequest, Tally
from aftersale.domain.parties import Buyer
from aftersale.store.column_types import UtcDateTime
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables import (
    AccountRow,
    BuyerRow,
    ConversationRow,
    GuestCodeRow,
    ResetRequestRow,
)


class SqlAccounts:
    """The `Accounts` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, buyer_id: str) -> Account | None:
        """Return the account of that buyer, if a password is kept here."""
        row = self._connection.execute(
            select(AccountRow).where(AccountRow.buyer_id == buyer_id)
        ).one_or_none()
        return None if row is None else thing(Account, row)

    def save(self, account: Account) -> None:
        """Write the account of a buyer, new or changed."""
        if not insert_once(self._connection, AccountRow, values(account), key=("buyer_id",)):
            self._connection.execute(
                update(AccountRow)
                .where(AccountRow.buyer_id == account.buyer_id)
                .values(**values(account))
            )

    def holders(
        self, storefront: str, *, email: str | None, member_id: str | None, limit: int = 3
    ) -> Sequence[Buyer]:
        """Return the buyers with that address or that member id, capitals aside."""
        named = (
            func.lower(BuyerRow.email) == email
            if email is not None
            else BuyerRow.member_id.in_(_spellings(member_id or ""))
        )
        rows = self._connection.execute(
            select(BuyerRow)
            .where(BuyerRow.storefront == storefront, named)
            .order_by(BuyerRow.buyer_id)
            .limit(limit)
        )
        return [thing(Buyer, row) for row in rows]

    def end_sessions(self, buyer_id: str, *, at: datetime) -> int:
        """End tokens and verifications of all the buyer's conversations; return how many."""
        ended = self._connection.execute(
            update(ConversationRow)
            .where(
                ConversationRow.buyer_id == buyer_id,
                or_(ConversationRow.token_expires_at > at, ConversationRow.verified_until > at),
            )
            .values(
                token_expires_at=_earlier(ConversationRow.token_expires_at, at),
                verified_until=_earlier(ConversationRow.verified_until, at),
            )
        )
        return ended.rowcount

    def add_reset(self, request: ResetRequest) -> None:
        """Write that somebody asked for a new password; the same one twice is one."""
        insert_once(self._connection, ResetRequestRow, _asked_values(request), key=("reset_id",))

    def resets_since(self, asked: AskedFrom, since: datetime) -> Tally:
        """Count requests for a new password, after then, that share something with this one."""
        return self._tally(ResetRequestRow, asked, ResetRequestRow.asked_at > since)

    def add_code(self, code: GuestCode) -> None:
        """Write a code; it ends the earlier ones of its kind in the conversation."""
        self._connection.execute(
            update(GuestCodeRow)
            .where(
                GuestCodeRow.conversation_id == code.asked.conversation_id,
                GuestCodeRow.kind == code.kind,
                GuestCodeRow.used_at.is_(None),
            )
            .values(used_at=code.asked_at)
        )
        self._connection.execute(insert(GuestCodeRow).values(**_asked_values(code)))

    def codes_since(
        self, asked: AskedFrom, since: datetime, *, kind: CodeKind = CodeKind.GUEST
    ) -> Tally:
        """Count codes asked for, after then, that share something with this one."""
        lately = (GuestCodeRow.asked_at > since, GuestCodeRow.kind == kind)
        return self._tally(GuestCodeRow, asked, *lately)

    def codes_in_all(self, kind: CodeKind, since: datetime) -> int:
        """Count codes asked for after then, by whomever."""
        lately = (GuestCodeRow.asked_at > since, GuestCodeRow.kind == kind)
        return self._connection.execute(select(func.count()).where(*lately)).scalar_one()

    def open_code(
        self, conversation_id: str, *, kind: CodeKind = CodeKind.GUEST
    ) -> GuestCode | None:
        """Return the code of the conversation that was not used and not replaced."""
        row = self._connection.execute(
            select(GuestCodeRow)
            .where(
                GuestCodeRow.conversation_id == conversation_id,
                GuestCodeRow.kind == kind,
                GuestCodeRow.used_at.is_(None),
            )
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        own = {name: row._mapping[name] for name in _CODE}
        asked = AskedFrom(**{name: row._mapping[name] for name in _ASKED})
        return GuestCode(asked=asked, **own)

    def arm_code(self, code_id: str, *, code_hash: str, buyer_id: str | None = None) -> None:
        """Let the code be the one that was sent."""
        self._connection.execute(
            update(GuestCodeRow)
            .where(GuestCodeRow.code_id == code_id)
            .values(code_hash=code_hash, buyer_id=buyer_id)
        )

    def count_try(self, code_id: str, *, at_most: int) -> int | None:
        """Count one try; return the how-manieth it was, None when none was left."""
        # Counted before the code is compared, so that tries at the same moment all count.
        return self._connection.execute(
            update(GuestCodeRow)
            .where(GuestCodeRow.code_id == code_id, GuestCodeRow.tries < at_most)
            .values(tries=GuestCodeRow.tries + 1)
            .returning(GuestCodeRow.tries)
        ).scalar_one_or_none()

    def use_code(self, code_id: str, *, at: datetime) -> bool:
        """Mark the code used; False when it was used already."""
        done = self._connection.execute(
            update(GuestCodeRow)
            .where(GuestCodeRow.code_id == code_id, GuestCodeRow.used_at.is_(None))
            .values(used_at=at)
        )
        return done.rowcount == 1

    def _tally(
        self,
        table: type[ResetRequestRow] | type[GuestCodeRow],
        asked: AskedFrom,
        *lately: ColumnElement[bool],
    ) -> Tally:
        same = {
            "about": table.about_key == asked.about_key,
            "conversation": table.conversation_id == asked.conversation_id,
            "address": table.opened_from == (asked.opened_from or ""),
        }
        times = [func.sum(case((each, 1), else_=0)).label(name) for name, each in same.items()]
        row = self._connection.execute(
            select(*times)
            .where(table.storefront == asked.storefront, *lately)
            .where(or_(*same.values()))
        ).one()
        return Tally(**{name: row._mapping[name] or 0 for name in same})


_ASKED = ("storefront", "about_key", "conversation_id", "opened_from")
_CODE = (
    *("code_id", "order_number", "code_hash", "asked_at", "expires_at"),
    *("tries", "used_at", "kind", "buyer_id"),
)


def _asked_values(request: ResetRequest | GuestCode) -> dict[str, Any]:
    own = values(request)
    return own | values(own.pop("asked"))


def _spellings(member_id: str) -> set[str]:
    return {member_id, member_id.upper(), member_id.lower()}


def _earlier(column: Any, at: datetime) -> ColumnElement[Any]:
    # Typed: an untyped time in a CASE would be written in another text than the column's.
    return case((column > at, literal(at, UtcDateTime())), else_=column)

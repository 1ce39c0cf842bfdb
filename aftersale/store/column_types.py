"""Column types: aware timestamps, enums as checked text, tuples as JSON."""

from collections.abc import Sequence
from datetime import datetime, timezone
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Enum, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An aware timestamp: `timestamptz` on PostgreSQL, fixed-width ISO text in UTC on SQLite.

    The text has one width, so that comparing it compares times. Naive values are refused.
    """

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the native type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive values and turn the rest to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A timestamp without a time zone cannot be stored.")
        moment = value.astimezone(timezone.utc)
        if dialect.name == "postgresql":
            return moment
        return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return an aware value in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)  # the text names UTC
            return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        given: datetime = value
        return given.astimezone(timezone.utc)


class JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple of JSON-ready values, kept as a JSON list."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:  # noqa: ARG002 -- SQLAlchemy's signature
        """Write a list."""
        return None if value is None else list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...] | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Read a tuple."""
        return None if value is None else tuple(value)


def text_enum(members: type[StrEnum], name: str) -> Enum:
    """Return a text column type with a CHECK constraint that lists the enum's values."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda enum: [member.value for member in enum],
    )


def instant(text: str) -> datetime:
    """Return the aware timestamp that ISO text in a JSON column stands for."""
    return datetime.fromisoformat(text).astimezone(timezone.utc)

"""How values read to a buyer: dates, times, amounts and lists in their own zone and locale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_gmt, get_timezone_name
from babel.numbers import format_currency, get_currency_precision

_NO_NAME = ("GMT", "UTC+", "UTC-", "+", "-")  # what CLDR answers where a zone has no short name


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom values are written out."""

    locale: Locale
    zone: tzinfo

    @classmethod
    def of(cls, locale: str, timezone: str) -> "Reader":
        """Return the reader; an unknown locale reads as English and an unknown zone as UTC."""
        return cls(_locale(locale), _zone(timezone))

    def text(self, value: Any) -> str:
        """Write one value out: a marked time, date or amount, a list, or anything plain."""
        if isinstance(value, Mapping):
            return self._marked(value)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return listed([self.text(item) for item in value])
        return str(value)

    def filled(self, value: Any) -> Any:
        """Return `value` with every marked time, date and amount inside it written out."""
        if isinstance(value, Mapping):
            if any(str(key).startswith("$") for key in value):
                return self._marked(value)
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.filled(item) for item in value]
        return value

    def _marked(self, value: Mapping[str, Any]) -> str:
        if "$time" in value:
            return self.time(datetime.fromisoformat(value["$time"]))
        if "$date" in value:
            return self.date(datetime.fromisoformat(value["$date"]))
        money = value["$money"]
        return self.money(int(money["minor"]), str(money["currency"]))

    def date(self, at: datetime) -> str:
        """Write the day out; a time with a zone is first moved into the reader's."""
        day = at.astimezone(self.zone) if at.tzinfo else at
        return format_date(day.date(), "long", self.locale)

    def time(self, at: datetime) -> str:
        """Write day, time and the name of the zone out."""
        local = at.astimezone(self.zone)
        clock = format_time(local, "short", self.zone, self.locale).replace("\u202f", " ")
        return f"{self.date(local)}, {clock} {self._zone_name(local)}"

    def money(self, minor: int, currency: str) -> str:
        """Write an amount of minor units out."""
        digits = get_currency_precision(currency)
        return format_currency(Decimal(minor).scaleb(-digits), currency, locale=self.locale)

    def _zone_name(self, local: datetime) -> str:
        short = get_timezone_name(local, "short", locale=self.locale)
        if not short.startswith(_NO_NAME):
            return short
        own = local.tzname() or ""  # what people there call it: JST, AEDT
        return own if own.isalpha() else get_timezone_gmt(local, "long", locale=self.locale)


def listed(items: Sequence[str]) -> str:
    """Join as people do: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return ZoneInfo("UTC")

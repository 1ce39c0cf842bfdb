"""Money: whole minor units and a currency, so that nothing is ever rounded by accident."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aftersale.domain.errors import CurrencyMismatch


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor currency units (1999 USD is $19.99)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of one currency.

        Raises:
            CurrencyMismatch: the currencies differ.
        """
        if self.currency != other.currency:
            raise CurrencyMismatch("Amounts of different currencies cannot be added.")
        return Money(self.minor + other.minor, self.currency)

    def share(self, percent: Decimal) -> "Money":
        """Return `percent` of the amount, rounded half up once, to whole minor units."""
        exact = Decimal(self.minor) * percent / 100
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), self.currency)

"""The base of the error tree; the whole tree is drawn in `aftersale.errors`."""

from typing import ClassVar


class AftersaleError(Exception):
    """Something the product refuses or cannot do, with a code that never changes.

    `code` is for programs and documentation, `detail` is a sentence a caller may see: it names
    what to do next and never repeats what the caller sent.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class IllegalMove(AftersaleError):
    """A state cannot become the wanted one; names the thing, the old and the new state."""

    code = "illegal_move"

    def __init__(self, thing: str, old: str, new: str) -> None:
        super().__init__(f"{thing} cannot move from {old} to {new}.")
        self.thing, self.old, self.new = thing, old, new


class CurrencyMismatch(AftersaleError):
    """Two amounts of different currencies were added or compared."""

    code = "currency_mismatch"

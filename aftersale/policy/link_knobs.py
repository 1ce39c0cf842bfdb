"""What a connected chat of a messenger may do: the knobs, and the one question about them."""

from dataclasses import dataclass

from aftersale.domain.channels import LinkLevel, reaches


@dataclass(frozen=True, slots=True)
class LinkKnobs:
    """How strongly a chat must be connected to its buyer, to read and to act.

    `code`: a one-time code from the address on file was typed into it; `shop`: a one-time link of
    the signed-in shop was opened in it. Guests, too, act on a code from an order's own address.
    """

    reading: LinkLevel = LinkLevel.CODE
    acting: LinkLevel = LinkLevel.CODE  # whatever a yes carries out: money, letters, cases

    def may_read(self, level: LinkLevel) -> bool:
        """Whether orders are shown in a chat that is connected so."""
        return reaches(level, self.reading)

    def may_act(self, level: LinkLevel | None) -> bool:
        """Whether a yes counts there; None: the buyer is signed in at the shop itself."""
        return level is None or reaches(level, self.acting)

"""Joins masking and slash removal into what the service of conversations calls a screen."""

from collections.abc import Callable, Collection, Sequence

from aftersale.domain.conversations import Author, Event
from aftersale.gateway.masking import MaskContext, mask
from aftersale.gateway.text import for_engine
from aftersale.services.incoming import Screened


def screen(
    text: str, *, known_numbers: Callable[[], Collection[str]], said: Sequence[Event]
) -> Screened:
    """Mask what must not be kept, then make the rest safe for the engine."""
    question = said[-1] if said and said[-1].author is not Author.BUYER else None
    masked = mask(
        text,
        MaskContext(
            known_numbers=known_numbers,
            previous=[str(e.body.get("text", "")) for e in said if e.author is Author.BUYER],
            question=_fallbacks(question) if question else "",
        ),
    )
    return Screened(masked.text, for_engine(masked.text), masked.notices)


def _fallbacks(event: Event) -> str:
    blocks = event.body.get("blocks", ())
    return " ".join(str(block.get("fallback", "")) for block in blocks)

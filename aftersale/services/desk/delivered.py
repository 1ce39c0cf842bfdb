"""How far messages of ours got in a messenger, as agents see it: never better than it is."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from aftersale.domain.channels import Send, SendState, Thread
from aftersale.domain.conversations import Author, Event, EventType
from aftersale.services.channels.outcomes import TRIES

# What an agent must know of first. SENDING is on its way like PENDING.
_WEAKEST_FIRST = (
    SendState.FAILED,
    SendState.WITHDRAWN,
    SendState.UNKNOWN,
    SendState.HELD,
    SendState.PENDING,
    SendState.SENT,
    SendState.DELIVERED,
    SendState.READ,
)


class Why(StrEnum):
    """Why a message did not arrive, as far as it helps an agent; the provider's code does not."""

    UNREACHABLE = "unreachable"  # the buyer blocked us, or left
    NO_ANSWER = "no_answer"  # the messenger could not be reached, again and again
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far one message of the log got: as far as the part of it that got least far."""

    seq: int
    state: SendState
    why: Why | None = None


def deliveries(
    events: Sequence[Event], sends: Sequence[Send], thread: Thread | None, *, bundled: bool
) -> dict[int, Delivery]:
    """Return by seq how far those of the events got that are messages of ours.

    `sends` are of these events and what follows them. `bundled`: one send carries everything up
    to its seq. What became no send, because there was nothing to say, is left out.
    """
    parts = _by_seq(sends)
    found: dict[int, Delivery] = {}
    for event in filter(is_ours, events):
        carried = parts.get(_carried_by(event.seq, list(parts)) if bundled else event.seq)
        delivery = _weakest(event.seq, carried, thread) if carried else _unsent(event, thread)
        if delivery is not None:
            found[event.seq] = delivery
    return found


def is_ours(event: Event) -> bool:
    """Whether it is a message that the buyer is to read."""
    return event.type is EventType.MESSAGE and event.author is not Author.BUYER


def _by_seq(sends: Sequence[Send]) -> Mapping[int, list[Send]]:
    parts: dict[int, list[Send]] = {}
    is_held = False
    for send in sorted(sends, key=lambda each: (each.seq, each.part)):
        if send.is_template:  # it only asks the buyer to write
            continue
        # Nothing overtakes what waits for the buyer.
        is_held = is_held or send.state is SendState.HELD
        waits = is_held and send.state is SendState.PENDING
        shown = replace(send, state=SendState.HELD) if waits else send
        parts.setdefault(send.seq, []).append(shown)
    return parts


def _carried_by(seq: int, seqs: Sequence[int]) -> int:
    """Return the seq of the bundle that a message is in; its own when there is none yet."""
    place = bisect_left(seqs, seq)
    return seqs[place] if place < len(seqs) else seq


def _unsent(event: Event, thread: Thread | None) -> Delivery | None:
    """Return how a message stands that no send carries, if anybody was to get it."""
    if thread is None:
        return None
    if thread.unreachable_at is not None and event.at >= thread.unreachable_at:
        return Delivery(event.seq, SendState.FAILED, Why.UNREACHABLE)
    return Delivery(event.seq, SendState.PENDING) if event.seq > thread.noted_seq else None


def _weakest(seq: int, parts: Sequence[Send], thread: Thread | None) -> Delivery:
    weakest = min(parts, key=lambda each: _WEAKEST_FIRST.index(_shown(each.state)))
    state = _shown(weakest.state)
    return Delivery(seq, state, _why(weakest, thread) if state is SendState.FAILED else None)


def _why(failed: Send, thread: Thread | None) -> Why:
    if thread is None or thread.unreachable_at is not None:
        return Why.UNREACHABLE
    return Why.NO_ANSWER if failed.attempts > TRIES else Why.REFUSED


def _shown(state: SendState) -> SendState:
    return SendState.PENDING if state is SendState.SENDING else state

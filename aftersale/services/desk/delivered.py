"""How far messages of ours got in a messenger, as agents see it: never better than it is."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aftersale.domain.channels import Send, SendState, Thread
from aftersale.domain.conversations import Author, Event, EventType

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
    noted = thread.noted_seq if thread else None
    found: dict[int, Delivery] = {}
    for event in events:
        if not is_ours(event):
            continue
        carried = parts.get(_carried_by(event.seq, list(parts)) if bundled else event.seq)
        if carried:
            found[event.seq] = _weakest(event.seq, carried, thread)
        elif noted is not None and event.seq > noted:
            found[event.seq] = Delivery(event.seq, SendState.PENDING)
    return found


def is_ours(event: Event) -> bool:
    """Whether it is a message that the buyer is to read."""
    return event.type is EventType.MESSAGE and event.author is not Author.BUYER


def _by_seq(sends: Sequence[Send]) -> Mapping[int, list[Send]]:
    parts: dict[int, list[Send]] = {}
    for send in sorted(sends, key=lambda each: each.seq):
        if not send.is_template:  # it only asks the buyer to write
            parts.setdefault(send.seq, []).append(send)
    return parts


def _carried_by(seq: int, seqs: Sequence[int]) -> int:
    """Return the seq of the bundle that a message is in; its own when there is none yet."""
    place = bisect_left(seqs, seq)
    return seqs[place] if place < len(seqs) else seq


def _weakest(seq: int, parts: Sequence[Send], thread: Thread | None) -> Delivery:
    state = min((_shown(each.state) for each in parts), key=_WEAKEST_FIRST.index)
    if state is not SendState.FAILED:
        return Delivery(seq, state)
    is_gone = thread is None or thread.unreachable_at is not None
    return Delivery(seq, state, Why.UNREACHABLE if is_gone else Why.REFUSED)


def _shown(state: SendState) -> SendState:
    return SendState.PENDING if state is SendState.SENDING else state

"""What each channel can do. The table in docs/channels.md is made of this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aftersale.domain.channels import Channel, SendState


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do. Lengths in characters, sizes in bytes, rates in seconds."""

    channel: Channel
    longest_text: int
    longest_asking: int | None = None  # of a text above buttons or a list; None: as any other
    buttons: int = 0  # at most so many below one message
    button_title: int = 20
    list_rows: int = 0
    row_title: int = 24
    largest_in: int = 10_000_000
    sends_files: bool = True
    largest_photo: int = 10_000_000  # that leaves; other files: `largest_file`
    largest_file: int = 10_000_000
    reads: bool = False  # we can show that we have read
    types: bool = False  # we can show that somebody types
    tells: frozenset[SendState] = frozenset()  # what it tells of a message after it left
    window: timedelta | None = None  # after the buyer's last message; None: always open
    starts: bool = False  # we may write first
    bundles: bool = False  # one message a turn
    repeats_safely: bool = False  # the same send, repeated, arrives once
    settle: timedelta = timedelta(0)  # what overtook another on the way is put in order so long
    per_thread: float = 0.0  # seconds between two messages to one chat
    per_second: float = 30.0  # messages of the account
    link_lasts: timedelta = timedelta(days=30)  # how long a linked chat counts as its buyer's


_FULL = frozenset({SendState.DELIVERED, SendState.READ, SendState.FAILED})
CAPABILITIES: Mapping[Channel, Capabilities] = {
    Channel.WHATSAPP: Capabilities(
        channel=Channel.WHATSAPP,
        longest_text=4096,
        longest_asking=1024,
        buttons=3,
        list_rows=10,
        largest_photo=5_000_000,
        largest_file=100_000_000,
        reads=True,
        types=True,
        tells=_FULL,
        window=timedelta(hours=24),
        settle=timedelta(milliseconds=400),
        per_thread=0.1,
        per_second=80.0,
    ),
    Channel.TELEGRAM: Capabilities(
        channel=Channel.TELEGRAM,
        longest_text=4096,
        buttons=10,
        button_title=40,
        largest_file=50_000_000,
        types=True,
        settle=timedelta(seconds=2),
        per_thread=1.0,
    ),
    Channel.EMAIL: Capabilities(
        channel=Channel.EMAIL,
        longest_text=100_000,
        tells=frozenset({SendState.FAILED}),
        starts=True,
        bundles=True,
        repeats_safely=True,
        per_second=5.0,
        link_lasts=timedelta(days=1),
    ),
    Channel.MATRIX: Capabilities(
        channel=Channel.MATRIX,
        longest_text=20_000,
        reads=True,
        types=True,
        repeats_safely=True,
        per_second=10.0,
    ),
}

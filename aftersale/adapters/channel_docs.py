"""The table of `docs/channels.md`, made of what the code knows of each channel."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import SEND_MOVES, SendState

BEGIN, END = "<!-- made by `aftersale channels table` -->", "<!-- end of what was made -->"
_ROWS: Sequence[tuple[str, Callable[[Capabilities], str]]] = (
    ("Longest text, characters", lambda can: f"{can.longest_text:,}"),
    ("above buttons or a list", lambda can: f"{can.longest_asking or can.longest_text:,}"),
    ("Buttons below a message", lambda can: _most(can.buttons, can.button_title)),
    ("Rows of a list", lambda can: _most(can.list_rows, can.row_title)),
    ("Largest file that comes in", lambda can: _size(can.largest_in)),
    ("Largest photo that leaves", lambda can: _sent(can, can.largest_photo)),
    ("Largest other file that leaves", lambda can: _sent(can, can.largest_file)),
    ("Read mark", lambda can: _yes(can.reads)),
    ("Sign of typing", lambda can: _yes(can.types)),
    ("Tells of a message", lambda can: ", ".join(_told(can)) or "nothing"),
    ("Takes messages", lambda can: _window(can.window)),
    ("We may write first", lambda can: _yes(can.starts)),
    ("One message a turn", lambda can: _yes(can.bundles)),
    ("A repetition arrives once", lambda can: _yes(can.repeats_safely)),
    ("Put in order for", lambda can: _seconds(can.settle.total_seconds())),
    ("Between two messages to one chat", lambda can: _seconds(can.per_thread)),
    ("Messages a second, of one account", lambda can: f"{can.per_second:g}"),
    ("A linked chat counts for", lambda can: _days(can.link_lasts)),
)


def rendered(page: str) -> str:
    """Return the page with its tables as the code is now.

    Raises:
        ValueError: the page has no place for them.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def tables() -> str:
    """Return what each channel can do, and how a message of ours may move on."""
    return "\n\n".join(["\n".join(_capabilities()), "\n".join(_moves())])


def _capabilities() -> Sequence[str]:
    names = [each.value for each in CAPABILITIES]
    head = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    cells = [(name, [said(can) for can in CAPABILITIES.values()]) for name, said in _ROWS]
    return [*head, *(f"| {name} | {' | '.join(row)} |" for name, row in cells)]


def _moves() -> Sequence[str]:
    rows = (
        f"| `{state}` | {', '.join(f'`{then}`' for then in SendState if then in moves)} |"
        for state, moves in SEND_MOVES.items()
        if moves
    )
    return ["| a message that is | may become |", "|---|---|", *rows]


def _told(can: Capabilities) -> Sequence[str]:
    return [state.value for state in SendState if state in can.tells]


def _most(number: int, title: int) -> str:
    return f"{number}, of {title} characters" if number else "none"


def _sent(can: Capabilities, most: int) -> str:
    return _size(most) if can.sends_files else "none"


def _size(most: int) -> str:
    return f"{most / 1_000_000:g} MB"


def _yes(can: object) -> str:
    return "yes" if can else "no"


def _window(window: timedelta | None) -> str:
    return "always" if window is None else f"{window / timedelta(hours=1):g} h after the buyer's"


def _days(time: timedelta) -> str:
    return f"{time / timedelta(days=1):g} d"


def _seconds(seconds: float) -> str:
    return f"{seconds:g} s" if seconds else "-"

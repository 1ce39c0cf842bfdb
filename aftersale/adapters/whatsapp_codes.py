"""What WhatsApp's error codes mean for a message of ours: one table, and what follows of it."""

from collections.abc import Callable, Mapping

from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Gone,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
    WindowClosed,
)

Made = Callable[[str], ChannelTrouble]
MOMENT, MINUTE, QUARTER = 6.0, 60.0, 900.0  # seconds


def _busy(seconds: float) -> Made:
    return lambda code: Busy(code, seconds, whole_account=True)


_MEANINGS: tuple[tuple[Made, tuple[int, ...]], ...] = (
    # The key or the account: nothing leaves until an operator acts. 131048 is too many complaints.
    (Shut, (0, 3, 10, 190, *range(200, 300), 368, 131031, 131042, 131045, 131048)),
    (_busy(QUARTER), (4, 80007, 131064, 133016)),
    (_busy(MINUTE), (130429,)),
    # Too much to one person: a message in six seconds is what is taken for long.
    (lambda code: Busy(code, MOMENT), (131056,)),
    (WindowClosed, (131047,)),
    # 130497 is about the country of who wrote: it must not silence us for everybody else.
    (Gone, (131026, 130472, 131050, 130497)),
    (Refused, (100, 131008, 131009, 131049, 131051, 131052, 131053, 131062, 137000)),
    (Refused, (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016)),
    (Unreachable, (1, 2, 131000, 131016, 131057, 135000)),
)
_KNOWN: Mapping[int, Made] = {code: made for made, codes in _MEANINGS for code in codes}


def trouble(
    status: int, code: int | None, *, is_transient: bool, seconds: float
) -> ChannelTrouble:
    """Return what an answer means; `seconds` is how long it asks to wait, 0 when it does not say.

    A code is a definite word, whatever the status. Without one nobody knows what became of it
    when the server failed.
    """
    said = str(status if code is None else code)
    if code is not None and code in _KNOWN:
        return _patient(_KNOWN[code](said), seconds)
    if status == 429:
        return Busy(said, seconds or MINUTE, whole_account=True)
    if code is not None and is_transient:
        return Unreachable(said)
    if status in {401, 403}:
        return Shut(said)
    return Refused(said) if 400 <= status < 500 and status != 408 else Uncertain(said)


def _patient(found: ChannelTrouble, seconds: float) -> ChannelTrouble:
    if isinstance(found, Busy) and seconds > found.seconds:
        return Busy(found.code, seconds, whole_account=found.whole_account)
    return found

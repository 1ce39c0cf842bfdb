"""Times as the desk's pages read and send them: ISO text, always with a zone."""

from datetime import datetime

from aftersale.gateway.replies import Refusal
from aftersale.gateway.sessions import instant


def moment(at: datetime | None) -> str | None:
    """Return the text of a time."""
    return None if at is None else instant(at)


def when(text: object, name: str) -> datetime | None:
    """Return the time that a body names; None when it names none.

    Raises:
        Refusal: bad_request.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Refusal("bad_request", f"{name} must be a time with a zone.")
    return at

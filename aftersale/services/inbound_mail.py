"""What replies and bounces do: a seller's answer reaches its buyer, a bounce is reported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Answers(Protocol):
    """Takes what a seller wrote back. False: nothing waits for such an answer."""

    def by_mail(self, token: str, text: str, now: datetime) -> bool: ...  # noqa: D102
    def by_thread(self, message_key: str, text: str, now: datetime) -> bool: ...  # noqa: D102


class Bounced(Protocol):
    """Takes the news that a letter came back. False: no such letter."""

    def bounced(self, token: str, now: datetime) -> bool: ...  # noqa: D102


def take_reply(
    answers: Answers, *, token: str | None, keys: Sequence[str], text: str, now: datetime
) -> bool:
    """Bring a reply to where it belongs: by the address it went to, else by what it answers."""
    if token is not None:
        return answers.by_mail(token, text, now)
    return any(answers.by_thread(key, text, now) for key in keys)

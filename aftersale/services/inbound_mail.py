"""What replies and bounces do: a seller's answer reaches its buyer, a bounce is reported."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from aftersale.services.ports import UowFactory
from aftersale.services.ports_mail import InMail


class Answers(Protocol):
    """Takes what a seller wrote back. False: nothing waits for such an answer.

    `key` is the mail's own: the same mail once more is no second answer.
    """

    def by_mail(  # noqa: D102
        self, token: str, text: str, now: datetime, *, key: str | None = None
    ) -> bool: ...
    def by_thread(  # noqa: D102
        self, message_key: str, text: str, now: datetime, *, key: str | None = None
    ) -> bool: ...


class Bounced(Protocol):
    """Takes the news that a letter came back. False: no such letter."""

    def bounced(self, token: str, now: datetime) -> bool: ...  # noqa: D102


def is_letter(uow: UowFactory, keys: Collection[str]) -> bool:
    """Whether one of these message ids, without domain, is a letter to a seller or theirs."""
    with uow() as work:
        return any(work.seller_mail.get(key) is not None for key in keys)


def take_reply(answers: Answers, mail: InMail, now: datetime) -> bool:
    """Bring a reply to where it belongs: by the address it went to, else by what it answers."""
    own = mail.message_key
    if mail.token is not None:
        return answers.by_mail(mail.token, mail.text, now, key=own)
    return any(answers.by_thread(key, mail.text, now, key=own) for key in mail.answers)

"""Fetches the mailbox: every message is taken in once, and marked only when that is written."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aftersale.services.inbound_mail import Answers, Bounced, take_reply
from aftersale.services.ports import UowFactory
from aftersale.services.ports_mail import InMail, Mailbox, MailKind, Received

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One mailbox of replies and bounces."""

    uow: UowFactory
    mailbox: Mailbox
    answers: Answers
    bounces: Bounced
    read: Callable[[bytes], InMail]

    def run(self, now: datetime) -> int:
        """Take in what is new; return how many messages were dealt with.

        Raises:
            ProviderUnavailable: the mailbox cannot be reached.
        """
        received = self.mailbox.fetch()
        done = [each.handle for each in received if self._take(each, now)]
        self.mailbox.done(done)
        return len(done)

    def _take(self, received: Received, now: datetime) -> bool:
        """Deal with one message; one that fails stays in the mailbox and stops no other."""
        mail = self.read(received.content)
        try:
            if self._is_new(mail):
                used = self._use(mail, now)
                self._remember(mail, now)
                logger.info("mail came in", extra={"action": f"{mail.kind.value}:{used}"})
        except Exception:  # a process edge: it is fetched again
            logger.exception("a mail could not be taken in")
            return False
        return True

    def _use(self, mail: InMail, now: datetime) -> bool:
        match mail.kind:
            case MailKind.REPLY:
                return take_reply(self.answers, mail, now)
            case MailKind.BOUNCE:
                return mail.token is not None and self.bounces.bounced(mail.token, now)
            case _:
                return False

    def _is_new(self, mail: InMail) -> bool:
        with self.uow() as uow:
            return not uow.mails.taken(mail.message_key)

    def _remember(self, mail: InMail, now: datetime) -> None:
        with self.uow() as uow:
            uow.mails.take(mail.message_key, at=now, kind=mail.kind.value)
            uow.commit()

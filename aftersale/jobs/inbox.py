"""Fetches the mailbox: every message is taken in once, and marked only when that is written."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aftersale.services.inbound_mail import Answers, Bounced, take_reply
from aftersale.services.ports import UowFactory
from aftersale.services.ports_mail import InMail, Mailbox, MailKind

logger = logging.getLogger(__name__)
PATIENCE = 5  # times that a mail is tried; after that a person looks, and newer ones go on


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one look into the mailbox."""

    taken: int
    aside: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """One mailbox of replies and bounces."""

    uow: UowFactory
    mailbox: Mailbox
    answers: Answers
    bounces: Bounced
    read: Callable[[bytes], InMail]

    def run(self, now: datetime) -> Fetched:
        """Take in what is new; what fails again and again is set aside, for a person.

        Raises:
            ProviderUnavailable: the mailbox cannot be reached.
        """
        received = self.mailbox.fetch()
        done, aside = [], []
        for each in received:
            mail = self.read(each.content)
            if self._take(mail, now):
                done.append(each.handle)
            elif self._is_hopeless(mail, now):
                aside.append(each.handle)
        self.mailbox.done(done)
        self.mailbox.aside(aside)
        return Fetched(len(done), len(aside))

    def _take(self, mail: InMail, now: datetime) -> bool:
        """Deal with one message; one that fails stays in the mailbox and stops no other."""
        try:
            if self._is_new(mail):
                used = self._use(mail, now)
                self._remember(mail, now)
                logger.info("mail came in", extra={"action": f"{mail.kind.value}:{used}"})
        except Exception:  # a process edge: it is fetched again
            logger.exception("a mail could not be taken in")
            return False
        return True

    def _is_hopeless(self, mail: InMail, now: datetime) -> bool:
        """Count the failure, and say whether the mail was tried often enough."""
        try:
            with self.uow() as uow:
                failures = uow.mails.failed(mail.message_key, at=now)
                uow.commit()
        except Exception:  # a process edge: without a database no mail is to blame
            logger.exception("that a mail failed could not be written down")
            return False
        if failures < PATIENCE:
            return False
        logger.error("a mail is set aside: it failed %d times", failures)
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

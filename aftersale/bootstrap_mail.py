"""The part of the composition root that picks how mail leaves and where replies are fetched."""

from aftersale.adapters.mail_folder import InboxFolder, MailFolder
from aftersale.adapters.mail_imap import ImapMailbox, ImapServer
from aftersale.adapters.mail_message import Addresses
from aftersale.adapters.mail_reading import read_mail
from aftersale.adapters.mail_smtp import Server, SmtpMail
from aftersale.gateway.screen import screen
from aftersale.jobs.inbox import Inbox
from aftersale.services.bounces import Bounces
from aftersale.services.ports_mail import Mail, Mailbox
from aftersale.services.seller_answers import SellerAnswers
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings


def mail_of(settings: Settings) -> Mail:
    """Return the SMTP server of the settings, else the folder `mail` of the data folder."""
    addresses = Addresses(settings.mail_from, settings.mail_replies)
    if settings.smtp_url is None:
        return MailFolder(settings.data_dir / "mail", addresses)
    return SmtpMail(Server.of(settings.smtp_url), addresses)


def inbox_of(settings: Settings, wiring: Wiring) -> Inbox:
    """Return what fetches the mailbox and brings replies and bounces to where they belong."""
    return Inbox(
        uow=wiring.uow,
        mailbox=mailbox_of(settings),
        answers=SellerAnswers(wiring, screen),
        bounces=Bounces(wiring),
        read=read_mail,
    )


def mailbox_of(settings: Settings) -> Mailbox:
    """Return the IMAP mailbox of the settings, else the folder `inbox` of the data folder."""
    if settings.imap_url is None:
        return InboxFolder(settings.data_dir / "inbox")
    return ImapMailbox(ImapServer.of(settings.imap_url))

"""The part of the composition root that picks how mail leaves and where replies are fetched."""

from aftersale.adapters.mail_folder import InboxFolder, MailFolder
from aftersale.adapters.mail_imap import ImapMailbox, ImapServer
from aftersale.adapters.mail_message import Addresses
from aftersale.adapters.mail_smtp import Server, SmtpMail
from aftersale.services.ports_mail import Mail, Mailbox
from aftersale.settings import Settings


def mail_of(settings: Settings) -> Mail:
    """Return the SMTP server of the settings, else the folder `mail` of the data folder."""
    addresses = Addresses(settings.mail_from, settings.mail_replies)
    if settings.smtp_url is None:
        return MailFolder(settings.data_dir / "mail", addresses)
    return SmtpMail(Server.of(settings.smtp_url), addresses)


def mailbox_of(settings: Settings) -> Mailbox:
    """Return the IMAP mailbox of the settings, else the folder `inbox` of the data folder."""
    if settings.imap_url is None:
        return InboxFolder(settings.data_dir / "inbox")
    return ImapMailbox(ImapServer.of(settings.imap_url))

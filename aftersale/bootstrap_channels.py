"""The part of the composition root that makes the messengers of an installation."""

import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from aftersale.adapters import email_channel, matrix, telegram, whatsapp
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.channel_accounts import AccountConfig, Keys, read_accounts
from aftersale.domain.cases import Attachment
from aftersale.domain.channels import Account, Channel
from aftersale.errors import SettingsInvalid
from aftersale.gateway.screen import screen
from aftersale.gateway.text import clean
from aftersale.jobs.channels import Counting, Messengers
from aftersale.services.channels.cleaning import Cleaning
from aftersale.services.channels.hearing import Hearing, Parts
from aftersale.services.channels.link_making import ChannelLinks, Reachable
from aftersale.services.channels.linking import LinkTaking
from aftersale.services.channels.media import Loading
from aftersale.services.channels.mirroring import Mirroring
from aftersale.services.channels.sending import Sending
from aftersale.services.channels.signs import Signs
from aftersale.services.channels.taking import Taking
from aftersale.services.channels.working import Working
from aftersale.services.conversations import Conversations
from aftersale.services.feedback import Feedback
from aftersale.services.inbound_mail import is_letter
from aftersale.services.ports import UowFactory
from aftersale.services.ports_channels import Connector
from aftersale.services.uploads import Uploads
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings

AT_ONCE = 8  # messages that leave at the same time
_Post = email_channel.Post
_KINDS: Mapping[Channel, Keys] = {
    Channel.WHATSAPP: Keys(whatsapp.KEYS, whatsapp.NEEDED, whatsapp.SECRET),
    Channel.TELEGRAM: Keys(telegram.KEYS, telegram.NEEDED, telegram.SECRET),
    Channel.EMAIL: Keys(email_channel.KEYS, email_channel.NEEDED, email_channel.SECRET),
    Channel.MATRIX: Keys(matrix.KEYS, matrix.NEEDED, matrix.SECRET),
}
_MAKERS: Mapping[Channel, Callable[[Account, Mapping[str, str]], Connector]] = {
    Channel.WHATSAPP: whatsapp.connector_of,
    Channel.TELEGRAM: telegram.connector_of,
    Channel.MATRIX: matrix.connector_of,
}


@dataclass(frozen=True, slots=True)
class Around:
    """What messengers share with the rest of the installation."""

    settings: Settings
    wiring: Wiring
    conversations: Conversations
    uploads: Uploads


def accounts_of(settings: Settings, storefronts: Collection[str]) -> list[AccountConfig]:
    """Return the accounts of the installation's file.

    Raises:
        SettingsInvalid: with every mistake.
    """
    return read_accounts(settings.channels_file, os.environ, storefronts=storefronts, keys=_KINDS)


def messengers_of(around: Around) -> Messengers | None:
    """Return the messengers of the settings; None where buyers write in the chat alone."""
    configs = accounts_of(around.settings, around.wiring.policies)
    return messengers(connectors_of(configs, around), around) if configs else None


def links_of(settings: Settings, wiring: Wiring) -> ChannelLinks:
    """Return what the signed-in shop does about its buyers' chats.

    Raises:
        SettingsInvalid: with every mistake of the accounts.
    """
    reachable = [
        Reachable(each.account, each.values.get("address") or each.values.get("user"))
        for each in accounts_of(settings, wiring.policies)
    ]
    return ChannelLinks(wiring, reachable)


def connectors_of(configs: Collection[AccountConfig], around: Around) -> dict[str, Connector]:
    """Return a connector for each account.

    Raises:
        SettingsInvalid: with every mistake of all accounts.
    """
    connectors: dict[str, Connector] = {}
    problems: list[str] = []
    for config in configs:
        try:
            connectors[config.account.name] = _connector(config, around)
        except SettingsInvalid as no:
            problems += no.problems
    if problems:
        raise SettingsInvalid(problems)
    return connectors


def _connector(config: AccountConfig, around: Around) -> Connector:
    account, values = config.account, config.values
    if account.channel is Channel.EMAIL:
        post = _post(around.settings, around.wiring.uow)
        return email_channel.connector_of(account, values, post)
    return _MAKERS[account.channel](account, values)


def _post(settings: Settings, uow: UowFactory) -> _Post:
    ours = [each for each in (settings.mail_from, settings.mail_replies) if each]
    return _Post(
        secret=settings.links_secret,
        is_letter=partial(is_letter, uow),
        imap_url=settings.imap_url,
        smtp_url=settings.smtp_url,
        ours=ours,
        every=settings.mail_every,
    )


def messengers(connectors: Mapping[str, Connector], around: Around) -> Messengers:
    """Put the parts around connectors together."""
    wiring, folder = around.wiring, UploadFolder(around.settings.data_dir / "uploads")
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="messages")

    def read_file(sent: Attachment) -> bytes:
        return folder.path(sent.stored_as).read_bytes()

    parts = Parts(
        conversations=around.conversations,
        loading=Loading(around.uploads),
        feedback=Feedback(wiring),
        starter=LinkTaking(wiring),
    )
    signs, counting = Signs(connectors, submit=pool.submit), Counting()
    return Messengers(
        connectors=connectors,
        taking=Taking(wiring.uow, Cleaning(clean, screen)),
        working=Working(wiring, connectors, Hearing(wiring, connectors, parts)),
        mirroring=Mirroring(wiring, connectors, signs),
        sending=Sending(wiring, connectors, read_file, submit=pool.submit, observe=counting.tried),
        pool=pool,
        counting=counting,
    )

"""`aftersale channels`: what an operator does with accounts on messengers."""

from pathlib import Path

import click

from aftersale.adapters import telegram
from aftersale.adapters.channel_docs import rendered
from aftersale.adapters.policies import load_policies
from aftersale.adapters.telegram import Telegram
from aftersale.adapters.telegram_webhook import (
    Webhook,
    delete_webhook,
    name_of,
    set_webhook,
    webhook_of,
)
from aftersale.bootstrap_channels import accounts_of
from aftersale.channel_accounts import AccountConfig
from aftersale.cli.opened import settings
from aftersale.domain.channels import Channel
from aftersale.errors import NotFound, NotPossible, ProviderRefused, ProviderUnavailable
from aftersale.services.ports_channels import ChannelTrouble, Refused, Shut
from aftersale.settings import Settings

_PAGE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def channels() -> None:
    """Look after accounts on messengers."""


@channels.command(epilog="Example: aftersale channels check")
def check() -> None:
    """Check the file of accounts: every mistake, or who serves which storefront."""
    found = [each.account for each in _accounts(settings())]
    for account in found:
        click.echo(f"{account.name}: {account.channel.value}, {account.storefront}")
    if not found:
        click.echo("No accounts: AFTERSALE_CHANNELS_FILE names no file, or an empty list.")


@channels.command(epilog="Example: aftersale channels webhook helpdesk-telegram set")
@click.argument("account")
@click.argument("what", type=click.Choice(["info", "set", "delete"]), default="info")
def webhook(*, account: str, what: str) -> None:
    """Say where Telegram calls us, have it call us, or have it call nobody.

    Updates that wait at Telegram are kept in every case.
    """
    given = settings()
    bot = _bot(given, account)
    try:
        if what == "set":
            _set(given, bot)
        elif what == "delete":
            delete_webhook(bot)
        _show(bot, webhook_of(bot))
    except (Refused, Shut) as no:
        raise ProviderRefused(f"Telegram refused: {no.code}.") from None
    except ChannelTrouble as lost:
        raise ProviderUnavailable(f"Telegram did not answer: {lost.code}.") from None


@channels.command(epilog="Example: aftersale channels table")
@click.option("--output", type=_PAGE, default="docs/channels.md", help="The page to bring up.")
def table(output: Path) -> None:
    """Write what each channel can do into docs/channels.md."""
    output.write_text(rendered(output.read_text("utf-8")), "utf-8")
    click.echo(f"Wrote {output}")


def _bot(given: Settings, name: str) -> Telegram:
    found = [each for each in _accounts(given) if each.account.name == name]
    if not found or found[0].account.channel is not Channel.TELEGRAM:
        raise NotFound(f"There is no account on Telegram that is named {name}.")
    return telegram.connector_of(found[0].account, found[0].values)


def _accounts(given: Settings) -> list[AccountConfig]:
    return accounts_of(given, load_policies(given.storefronts_dir))


def _set(given: Settings, bot: Telegram) -> None:
    if not bot.is_called:
        raise NotPossible("The account's mode is polling: write `mode: webhook` first.")
    if not given.base_url.startswith("https://"):
        raise NotPossible("Telegram calls https:// only: set AFTERSALE_BASE_URL.")
    set_webhook(bot, f"{given.base_url}/api/v1/channels/{bot.account.name}/webhook")


def _show(bot: Telegram, found: Webhook) -> None:
    click.echo(f"Bot: @{name_of(bot)}")
    click.echo(f"Webhook: {found.url or 'none'}")
    click.echo(f"Waiting at Telegram: {found.waiting}")
    if found.trouble:
        at = f"{found.trouble_at:%Y-%m-%d %H:%M} UTC: " if found.trouble_at else ""
        click.echo(f"Last trouble: {at}{found.trouble}")
    if found.url and found.lacks:
        click.echo(f"Not delivered, set it again: {', '.join(found.lacks)}")
    if bool(found.url) is not bot.is_called:
        click.echo(
            f"The account's mode is {telegram.WEBHOOK if bot.is_called else telegram.POLLING}."
        )

"""Tells Telegram where to call us, and asks it how its calls went. For operators."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aftersale.adapters.telegram import Telegram
from aftersale.adapters.telegram_fields import count, name, text, thing
from aftersale.adapters.telegram_parse import KINDS


@dataclass(frozen=True, slots=True)
class Webhook:
    """What Telegram knows of a webhook; `url` is empty while none is set."""

    url: str
    waiting: int  # updates that nobody took yet
    trouble: str  # what went wrong last
    trouble_at: datetime | None
    kinds: tuple[str, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        """Return kinds of updates that we need and that are not delivered."""
        return tuple(each for each in KINDS if self.kinds and each not in self.kinds)


def set_webhook(bot: Telegram, url: str) -> None:
    """Have Telegram call that address; what waits is kept. Raises as every call."""
    asked = {"url": url, "secret_token": bot.secret, "allowed_updates": KINDS}
    bot.http.call("setWebhook", asked)


def delete_webhook(bot: Telegram) -> None:
    """Have Telegram call nobody; what waits is kept. Raises as every call."""
    bot.http.call("deleteWebhook")


def webhook_of(bot: Telegram) -> Webhook:
    """Return what is set now. Raises as every call."""
    said = thing(bot.http.call("getWebhookInfo"))
    at = count(said.get("last_error_date"))
    kinds = said.get("allowed_updates")
    return Webhook(
        url=text(said.get("url")),
        waiting=count(said.get("pending_update_count")) or 0,
        trouble=text(said.get("last_error_message")),
        trouble_at=datetime.fromtimestamp(at, UTC) if at else None,
        kinds=tuple(map(name, kinds)) if isinstance(kinds, list) else (),
    )


def name_of(bot: Telegram) -> str:
    """Return the bot's user name, under which buyers find it. Raises as every call."""
    return name(thing(bot.http.call("getMe")).get("username"))

"""Telegram: one bot. We ask for its news or it calls us; the `mode` of the account says which."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.adapters.chatwoot_http import origin
from aftersale.adapters.telegram_fields import count, text, thing
from aftersale.adapters.telegram_http import API, Moved, TelegramHttp
from aftersale.adapters.telegram_parse import parse, press_of
from aftersale.adapters.telegram_pull import TelegramPuller
from aftersale.adapters.telegram_render import render
from aftersale.adapters.telegram_verify import verify
from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import Account, Channel, Inbound, Media
from aftersale.errors import SettingsInvalid
from aftersale.services.ports_channels import (
    Block,
    Gone,
    Out,
    OutFile,
    Parsed,
    Refused,
    Rendered,
    Uncertain,
)

POLLING, WEBHOOK = "polling", "webhook"
KEYS: Mapping[str, str] = {
    "token": "The bot's token, as BotFather gave it.",
    "mode": "polling (we ask Telegram; the default) or webhook (Telegram calls us).",
    "secret": "For webhook: 32 to 256 letters, digits, _ and -; Telegram shows them to us.",
    "api": f"Where the Bot API is, if not at {API}.",
}
NEEDED = frozenset({"token"})
SECRET = frozenset({"token", "secret"})
_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_PREVIEW = {"is_disabled": True}
_PHOTOS = frozenset({"image/jpeg", "image/png"})


def connector_of(account: Account, config: Mapping[str, str]) -> "Telegram":
    """Return the connector of an account.

    Raises:
        SettingsInvalid: with every mistake; token and secret are not shown.
    """
    api, mode, secret = (
        config.get(key, usual) for key, usual in (("api", API), ("mode", POLLING), ("secret", ""))
    )
    checks = {
        "token is not as BotFather writes it.": _TOKEN.fullmatch(config["token"]),
        "mode is polling or webhook.": mode in {POLLING, WEBHOOK},
        KEYS["secret"]: mode != WEBHOOK or _SECRET.fullmatch(secret),
        "api must begin with https://, or be local.": _is_safe(api),
    }
    problems = [f"{account.name}: {said}" for said, holds in checks.items() if not holds]
    if problems:
        raise SettingsInvalid(problems)
    http = TelegramHttp(api, config["token"])
    puller = TelegramPuller(http, account.name) if mode == POLLING else None
    return Telegram(account, http, secret, puller)


@dataclass(frozen=True, slots=True)
class Telegram:
    """The connector. `Connector` in `services/ports_channels` says what each part is for."""

    account: Account
    http: TelegramHttp
    _secret: str
    puller: TelegramPuller | None

    def __repr__(self) -> str:
        return f"Telegram({self.account.name!r})"

    @property
    def capabilities(self) -> Capabilities:
        """What Telegram can do; whoever asks it for news gets them in their order."""
        can = CAPABILITIES[Channel.TELEGRAM]
        return can if self.is_called else replace(can, settle=timedelta(0))

    @property
    def is_called(self) -> bool:
        """Whether Telegram calls our webhook."""
        return self.puller is None

    @property
    def secret(self) -> str:
        """What Telegram shows when it calls; for setting the webhook."""
        return self._secret

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:  # noqa: ARG002
        """Raise NotSigned unless Telegram shows the secret."""
        verify(headers, self._secret if self.is_called else "")

    def parse(self, body: bytes, now: datetime) -> Parsed:
        """Return what one update says."""
        return parse(body, now)

    def render(self, blocks: Sequence[Block], capabilities: Capabilities) -> list[Rendered]:
        """Return texts with buttons, and files as messages of their own."""
        return render(blocks, capabilities)

    def template(self, locale: str, variables: Mapping[str, str]) -> Rendered | None:  # noqa: ARG002
        """Return nothing: a chat that a buyer has begun is always open."""
        return None

    def send(self, out: Out) -> str | None:
        """Send one message; once more where the chat has moved, as nothing was sent yet."""
        try:
            return self._sent(int(out.address), out)
        except Moved as moved:
            to = moved.to
        try:
            return self._sent(to, out)
        except Moved:
            raise Gone("moved_again") from None

    def _sent(self, chat: int, out: Out) -> str:
        said = self._file(chat, out.files[0]) if out.files else self._text(chat, out.body)
        number = count(thing(said).get("message_id"))
        if number is None:
            raise Uncertain("no_message_id")
        return f"{chat}:{number}"

    def _text(self, chat: int, body: Mapping[str, Any]) -> Any:
        if not body.get("text"):
            raise Refused("nothing_to_send")
        # No preview: Telegram would open links that are meant for one person, once.
        asked = {"chat_id": chat, "parse_mode": "HTML", "link_preview_options": _NO_PREVIEW}
        return self.http.call("sendMessage", asked | dict(body))

    def _file(self, chat: int, file: OutFile) -> Any:
        asked = {"chat_id": chat}
        is_photo = len(file.content) <= self.capabilities.largest_photo
        if file.media_type in _PHOTOS and is_photo:
            try:
                return self.http.upload("sendPhoto", asked, "photo", file)
            except Refused:
                pass  # too long or too wide for a photo; as a file it is taken as it is
        return self.http.upload("sendDocument", asked, "document", file)

    def fetch(self, media: Media, *, most: int) -> bytes:
        """Return a file that came in; the link to it holds the token and is used here only."""
        if media.size is not None and media.size > most:
            raise Gone("too_large")
        told = thing(self.http.call("getFile", {"file_id": media.media_id}))
        path = text(told.get("file_path"))
        if not path:
            raise Gone("no_file")
        return self.http.download(path, most=most)

    def read(self, address: str, event_id: str) -> None:
        """Do nothing: bots have no read marks."""

    def typing(self, address: str, event_id: str | None) -> None:  # noqa: ARG002
        """Show that somebody types, for five seconds."""
        self.http.call("sendChatAction", {"chat_id": int(address), "action": "typing"})

    def taken(self, inbound: Inbound) -> None:
        """Answer a press, whatever button it was: until then it looks as if nothing happened."""
        press = press_of(inbound)
        if press is not None:
            try:
                self.http.call("answerCallbackQuery", {"callback_query_id": press})
            except Refused:
                return  # it is older than Telegram waits for an answer, or was answered before


def _is_safe(url: str) -> bool:
    """Whether the token may be sent there: nobody on the way reads it."""
    scheme, host, _ = origin(url)
    return scheme == "https" or (scheme == "http" and host in _LOCAL)

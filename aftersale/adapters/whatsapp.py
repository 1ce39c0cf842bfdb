"""A number on WhatsApp: the `Connector` over the Cloud API."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftersale.adapters import whatsapp_parse, whatsapp_render, whatsapp_verify
from aftersale.adapters.chatwoot_http import origin
from aftersale.adapters.whatsapp_fields import ident, thing
from aftersale.adapters.whatsapp_http import GraphHttp
from aftersale.adapters.whatsapp_media import MediaFetch
from aftersale.adapters.whatsapp_parse import GROUP
from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import Account, Channel, Inbound, Media
from aftersale.errors import SettingsInvalid
from aftersale.services.ports_channels import (
    Block,
    Out,
    OutFile,
    Parsed,
    Refused,
    Rendered,
    Uncertain,
)

KEYS: Mapping[str, str] = {
    "phone_number_id": "The id of the number at Meta (not the number itself).",
    "access_token": "The key of a system user with whatsapp_business_messaging.",
    "app_secret": "The app's secret, by which webhooks are signed.",
    "app_secret_before": "The secret before it, while it is being changed.",
    "verify_token": "The word that Meta repeats when the webhook is registered; any long one.",
    "template": "The name of the template that asks the buyer to write; without it none is sent.",
    "template_languages": "The languages it is approved in, the usual one first, as [en, de].",
    "list_button": "The word on the button that opens a list; ☰ unless given.",
    "graph_url": "Where the interface lies, when not at graph.facebook.com.",
    "graph_version": "Its version; v26.0 unless given.",
    "media_origins": "Where files may lie, when not at lookaside.fbsbx.com.",
}
NEEDED = frozenset({"phone_number_id", "access_token", "app_secret", "verify_token"})
SECRET = frozenset({"access_token", "app_secret", "app_secret_before", "verify_token"})

GRAPH_URL, GRAPH_VERSION = "https://graph.facebook.com", "v26.0"
MEDIA_ORIGINS = "https://lookaside.fbsbx.com"
PHOTOS = frozenset({"image/jpeg", "image/png"})
DOCUMENTS = frozenset({"application/pdf"})
NAME_LIMIT = 240
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PHONE = re.compile(r"[0-9]+")


def connector_of(account: Account, config: Mapping[str, str]) -> "WhatsApp":
    """Return the connector of an account; `config` holds what `KEYS` describe.

    Raises:
        SettingsInvalid: the access token would travel where others read it.
    """
    url, homes = config.get("graph_url", GRAPH_URL), config.get("media_origins", MEDIA_ORIGINS)
    given = {"graph_url": (url,), "media_origins": _words(homes)}
    problems = [
        f"{account.name}: {key} must begin with https://, or be local."
        for key, addresses in given.items()
        if not all(map(_is_safe, addresses))
    ]
    if problems:
        raise SettingsInvalid(problems)
    http = GraphHttp(
        f"{url.rstrip('/')}/{config.get('graph_version', GRAPH_VERSION)}",
        config["access_token"],
        media_origins=_words(homes),
    )
    return WhatsApp(account, config, http, MediaFetch(http))


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """The `Connector` port, and `Challenged`."""

    account: Account
    config: Mapping[str, str] = field(repr=False)
    http: GraphHttp
    media: MediaFetch
    capabilities: Capabilities = CAPABILITIES[Channel.WHATSAPP]
    puller: None = None

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return the answer to the question that registers the webhook; raises NotSigned."""
        return whatsapp_verify.challenge(query, self.config)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise NotSigned unless one of the app's secrets signed it."""
        known = (self.config.get(key) for key in ("app_secret", "app_secret_before"))
        whatsapp_verify.verify(headers, body, secrets=[each for each in known if each])

    def parse(self, body: bytes, now: datetime) -> Parsed:
        """Return everything that is told of our number; raises Unreadable."""
        return whatsapp_parse.parse(body, number=self.config["phone_number_id"], now=now)

    def render(self, blocks: Sequence[Block], capabilities: Capabilities) -> list[Rendered]:
        """Return blocks of the log as messages."""
        word = self.config.get("list_button", whatsapp_render.LIST_BUTTON)
        return whatsapp_render.render(blocks, capabilities, list_button=word)

    def template(self, locale: str, variables: Mapping[str, str]) -> Rendered | None:  # noqa: ARG002 -- ours has none
        """Return what asks the buyer to write; None where no template is configured."""
        name = self.config.get("template")
        if not name:
            return None
        language = _language(locale, _words(self.config.get("template_languages", "")))
        shown = {"name": name, "language": {"code": language}}
        return Rendered({"type": "template", "template": shown})

    def send(self, out: Out) -> str | None:
        """Send one message and return its id; raises as the port says."""
        body = self._with_file(out.files[0]) if out.files else dict(out.body)
        envelope = {"messaging_product": "whatsapp", "biz_opaque_callback_data": out.token}
        answer = self.http.post(self._path("messages"), envelope | _to(out.address) | body)
        taken = answer.get("messages")
        first = thing(taken[0]) if isinstance(taken, list) and taken else {}
        ref = ident(first.get("id"))
        if ref is None:
            raise Uncertain("no-id")
        return ref

    def fetch(self, media: Media, *, most: int) -> bytes:
        """Return a file that came in; raises as the port says."""
        return self.media.fetch(media, most=most)

    def read(self, address: str, event_id: str) -> None:
        """Show that it was read, and everything before it; groups are shown nothing."""
        if not address.startswith(GROUP):
            self.http.post(self._path("messages"), _mark(event_id))

    def typing(self, address: str, event_id: str | None) -> None:
        """Show that somebody types, below what was written last; it ends by itself."""
        if event_id is not None and not address.startswith(GROUP):
            sign = {"typing_indicator": {"type": "text"}}
            self.http.post(self._path("messages"), _mark(event_id) | sign)

    def taken(self, inbound: Inbound) -> None:
        """WhatsApp waits for nothing but the 200."""

    def _path(self, what: str) -> str:
        return f"/{self.config['phone_number_id']}/{what}"

    def _with_file(self, file: OutFile) -> dict[str, Any]:
        """Bring a file there and return the message that shows it."""
        if file.media_type not in PHOTOS | DOCUMENTS:
            raise Refused("file-type")
        name = file.name[:NAME_LIMIT] or "file"
        fields = [
            ("messaging_product", "whatsapp"),
            ("type", file.media_type),
            ("file", (name, file.content, file.media_type)),
        ]
        media_id = ident(self.http.upload(self._path("media"), fields).get("id"))
        if media_id is None:
            raise Refused("file-without-id")
        if file.media_type in PHOTOS:
            return {"type": "image", "image": {"id": media_id}}
        return {"type": "document", "document": {"id": media_id, "filename": name}}


def _to(address: str) -> dict[str, str]:
    """Return the fields that name whom a message is for."""
    if address.startswith(GROUP):
        return {"recipient_type": "group", "to": address.removeprefix(GROUP)}
    known = "to" if _PHONE.fullmatch(address) else "recipient"
    return {"recipient_type": "individual", known: address}


def _mark(event_id: str) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "status": "read", "message_id": event_id}


def _words(listed: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in listed.split(",") if each.strip())


def _is_safe(url: str) -> bool:
    scheme, host, _ = origin(url)
    return scheme == "https" or (scheme == "http" and host in _LOCAL)


def _language(locale: str, offered: tuple[str, ...]) -> str:
    """Return the offered language that is nearest to a locale; the first where none is near."""
    wanted = locale.replace("-", "_")
    same = [each for each in offered if each.partition("_")[0] == wanted.partition("_")[0]]
    return wanted if wanted in offered else (*same, *offered, "en")[0]

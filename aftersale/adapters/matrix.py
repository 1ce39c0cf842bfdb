"""Matrix: one account on a homeserver. It is asked for news, and nothing there calls us."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from aftersale.adapters.matrix_http import MatrixHttp, path_of
from aftersale.adapters.matrix_parse import is_id, parsed_of, place_of, read
from aftersale.adapters.matrix_pull import MatrixPuller, people
from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import Account, Channel, Inbound, Media
from aftersale.errors import SettingsInvalid
from aftersale.services.channels.rendering import Form, Laid, laid_out
from aftersale.services.ports_channels import (
    Block,
    ChannelTrouble,
    Gone,
    NotSigned,
    Out,
    OutFile,
    Parsed,
    Rendered,
    Uncertain,
)

KEYS: Mapping[str, str] = {
    "homeserver": "The address of the homeserver, for example https://matrix.example.com.",
    "user": "The account's full name, for example @help:example.com.",
    "access_token": "The access token of one sign-in of that account.",
    "refusal": "What people read whose invitation is declined.",
}
NEEDED = frozenset({"homeserver", "user", "access_token"})
SECRET = frozenset({"access_token"})
REFUSAL = "This address talks with one person at a time, in a direct chat without encryption."
TYPING_SECONDS = 10
_ROW = re.compile(r"^(\d+\.) ", re.MULTILINE)


def connector_of(account: Account, config: Mapping[str, str]) -> "Matrix":
    """Return the connector of an account.

    Raises:
        SettingsInvalid: with every mistake; the token is not shown.
    """
    url, user = config["homeserver"], config["user"]
    problems = []
    if not _is_safe(url):
        problems.append(f"{account.name}: homeserver must begin with https://, or be local.")
    if not is_id(user, "@") or ":" not in user:
        problems.append(f"{account.name}: user must look like @name:example.com.")
    if problems:
        raise SettingsInvalid(problems)
    http = MatrixHttp(url, config["access_token"])
    refusal = config.get("refusal") or REFUSAL
    return Matrix(account, user, http, MatrixPuller(http, user, refusal))


@dataclass(frozen=True, slots=True)
class Matrix:
    """The connector. `Connector` in `services/ports_channels` says what each part is for."""

    account: Account
    user: str
    _http: MatrixHttp
    puller: MatrixPuller
    _typing: set[str] = field(default_factory=set)  # rooms that are shown it

    @property
    def capabilities(self) -> Capabilities:
        """What Matrix can do."""
        return CAPABILITIES[Channel.MATRIX]

    @property
    def is_called(self) -> bool:
        """Whether the provider calls our webhook: never."""
        return False

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:  # noqa: ARG002
        """Refuse: no homeserver calls us."""
        raise NotSigned

    def parse(self, body: bytes, now: datetime) -> Parsed:
        """Return everything that a look (`/sync`) says."""
        return parsed_of(read(body), self.user, now)

    def render(self, blocks: Sequence[Block], capabilities: Capabilities) -> list[Rendered]:
        """Return texts with numbered choices, and files as messages of their own."""
        return [_rendered(each) for each in laid_out(blocks, capabilities)]

    def template(self, locale: str, variables: Mapping[str, str]) -> Rendered | None:  # noqa: ARG002
        """Return nothing: a room is always open."""
        return None

    def send(self, out: Out) -> str | None:
        """Send one message, to its room only while nobody else is in it. Repeats do no harm."""
        room_id, other = place_of(out.address)
        self._require_alone(room_id, other)
        sent = None
        for place, content in enumerate(self._contents(out)):
            token = f"{out.token}.{place}" if place else out.token
            path = path_of("rooms", room_id, "send", "m.room.message", token)
            sent = self._http.put(path, content).get("event_id")
        if not is_id(sent, "$"):
            raise Uncertain("no_event_id")
        self._stop_typing(room_id)
        return str(sent)

    def fetch(self, media: Media, *, most: int) -> bytes:
        """Return a file that came in."""
        return self._http.download(media.media_id, most=most)

    def read(self, address: str, event_id: str) -> None:
        """Show that it was read."""
        self._http.post(path_of("rooms", place_of(address)[0], "receipt", "m.read", event_id), {})

    def typing(self, address: str, event_id: str | None) -> None:  # noqa: ARG002
        """Show that somebody types, for a few seconds."""
        shown = {"typing": True, "timeout": TYPING_SECONDS * 1000}
        room_id = place_of(address)[0]
        self._http.put(self._typing_path(room_id), shown)
        self._typing.add(room_id)

    def taken(self, inbound: Inbound) -> None:
        """Do nothing: nobody waits for a word beside the answer."""

    def _require_alone(self, room_id: str, other: str) -> None:
        if not other:
            return  # a word for whoever is there; it says nothing about anybody
        joined, invited = people(self._http, room_id)
        if joined != {self.user, other} or invited:
            raise Gone("not_alone")

    def _contents(self, out: Out) -> list[dict[str, object]]:
        text, formatted = out.body.get("text"), out.body.get("html")
        contents: list[dict[str, object]] = []
        if text:
            contents.append({"msgtype": "m.text", "body": text})
        if text and formatted:
            contents[0] |= {"format": "org.matrix.custom.html", "formatted_body": formatted}
        return contents + [self._file(each) for each in out.files]

    def _file(self, file: OutFile) -> dict[str, object]:
        address = self._http.upload(file.name, file.media_type, file.content)
        is_picture = file.media_type.startswith("image/")
        return {
            "msgtype": "m.image" if is_picture else "m.file",
            "body": file.name,
            "filename": file.name,
            "url": address,
            "info": {"mimetype": file.media_type, "size": len(file.content)},
        }

    def _stop_typing(self, room_id: str) -> None:
        if room_id not in self._typing:
            return
        self._typing.discard(room_id)
        try:
            self._http.put(self._typing_path(room_id), {"typing": False})
        except ChannelTrouble:
            return  # it ends by itself

    def _typing_path(self, room_id: str) -> str:
        return path_of("rooms", room_id, "typing", self.user)


def _rendered(laid: Laid) -> Rendered:
    body = {"text": laid.text}
    if laid.form is Form.NUMBERED:
        body["html"] = _ROW.sub(r"<b>\1</b> ", html.escape(laid.text)).replace("\n", "<br>")
    return Rendered(body, laid.options, laid.attachment_ids)


def _is_safe(url: str) -> bool:
    """Whether the token may be sent there: nobody on the way reads it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_local(parts.hostname))


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

"""Calls Telegram's Bot API, and says in our words what came of a call. One try each.

The bot's token is in every address. So no address is ever logged, and what the HTTP library says
of a failure is never passed on, not even as the cause of our own exception.
"""

import json
import logging
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import urllib3

from aftersale.adapters.bounded_answer import CHUNK, content_of
from aftersale.adapters.telegram_fields import NOTHING, Thing, number, text, thing
from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Gone,
    OutFile,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
)

API = "https://api.telegram.org"
CONNECT, READ, FILES = 3.0, 10.0, 30.0  # seconds
ANSWER_LIMIT = 16_000_000  # bytes: a hundred updates
BUSY_SECONDS = 30.0  # where it does not say how long
CODE_LIMIT = 80
_KEY = re.compile(r"/bot[^/]+/")
_NEVER_LEFT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.SSLError,
)
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "group chat was deactivated")
_NO_FILE = ("invalid file_id", "file is too big", "wrong remote file")


class Moved(ChannelTrouble):
    """The chat has another address; nothing was sent."""

    def __init__(self, code: str, to: int) -> None:
        super().__init__(code)
        self.to = to


class _WithoutKeys(logging.Filter):
    """Takes bots' tokens out of what the HTTP library logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass, without tokens."""
        record.msg, record.args = _KEY.sub("/bot.../", record.getMessage()), ()
        return True


_FILTER = _WithoutKeys()


class TelegramHttp:
    """The interface of one bot below one address. One object serves all threads."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url.rstrip("/"), token
        logging.getLogger("urllib3.connectionpool").addFilter(_FILTER)
        # Redirects are not followed: the token goes to the configured address or nowhere.
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT, read=READ), maxsize=4
        )

    def call(self, method: str, asked: Mapping[str, Any] = NOTHING, *, wait: float = 0) -> Any:
        """Call a method that may wait so many seconds for its result, and return that.

        Raises:
            Moved, Unreachable, Uncertain, Busy, Gone, Refused, Shut.
        """
        headers = {"Content-Type": "application/json"}
        sent = json.dumps(asked).encode()
        return self._result(method, READ + wait, body=sent, headers=headers)

    def upload(self, method: str, asked: Mapping[str, Any], field: str, file: OutFile) -> Any:
        """Call a method with a file; raises as `call` does."""
        fields: list[tuple[str, Any]] = [(name, str(value)) for name, value in asked.items()]
        fields.append((field, (file.name, file.content, file.media_type)))
        return self._result(method, FILES, fields=fields)

    def download(self, path: str, *, most: int) -> bytes:
        """Return a file that `getFile` named.

        Raises:
            Gone: it is not there, or larger than `most` bytes.
            Unreachable, Busy, Shut: it did not come now.
        """
        deadline = time.monotonic() + FILES
        answer = self._asked("GET", f"/file/bot{self._token}/{quote(path)}", READ)
        try:
            if answer.status == 200:
                return content_of(answer, most=most, deadline=deadline)
            lost: ChannelTrouble = _trouble(answer.status, _said(answer.read(CHUNK)))
            # The token was good a moment ago: it is the file that is not there.
            lost = Gone(lost.code) if answer.status in {400, 404} else lost
        except urllib3.exceptions.HTTPError:
            lost = Unreachable("no_file")
        finally:
            answer.close()
        raise lost

    def _result(self, method: str, within: float, **options: Any) -> Any:
        answer = self._asked("POST", f"/bot{self._token}/{method}", within, **options)
        lost: ChannelTrouble | None = None
        try:
            body = answer.read(ANSWER_LIMIT + 1)
        except urllib3.exceptions.HTTPError:
            lost = Uncertain("no_answer")
        finally:
            answer.close()
        if lost is not None:
            raise lost
        said = _said(body)
        if answer.status == 200 and said.get("ok") is True:
            return said.get("result")
        raise _trouble(answer.status, said)

    def _asked(
        self, method: str, path: str, within: float, **options: Any
    ) -> urllib3.BaseHTTPResponse:
        timeout = urllib3.Timeout(connect=CONNECT, read=within)
        lost: ChannelTrouble
        try:
            return self._http.request(
                method, self._url + path, preload_content=False, timeout=timeout, **options
            )
        except _NEVER_LEFT:
            lost = Unreachable("no_connection")
        except urllib3.exceptions.HTTPError:
            lost = Uncertain("no_answer")
        # Outside of the `except`: an exception there would drag the address along.
        raise lost


def _said(body: bytes) -> Thing:
    try:
        return thing(json.loads(body.decode("utf-8")))
    except (ValueError, RecursionError):
        return NOTHING  # not Telegram, but something before it


def _trouble(status: int, said: Thing) -> ChannelTrouble:
    """Return what an answer other than a result means."""
    code, more = _code(status, said), thing(said.get("parameters"))
    moved = number(more.get("migrate_to_chat_id"))
    if moved is not None:
        return Moved(code, moved)
    if status == 429:
        # Whoever is asked to wait and writes to others meanwhile is asked to wait longer.
        return Busy(code, _patience(more), whole_account=True)
    if status in {401, 404} and said:
        return Shut(code)
    if status == 403:
        return Gone(code)
    if status == 200 or status == 408 or status >= 500:
        return Uncertain(code)
    if not said:
        return Unreachable(code)
    word = code.lower()
    if "temporarily unavailable" in word:
        return Unreachable(code)
    return Gone(code) if any(each in word for each in (*_NOBODY, *_NO_FILE)) else Refused(code)


def _code(status: int, said: Thing) -> str:
    """Return Telegram's word, for operators, without what may quote a message."""
    parts: Sequence[str] = text(said.get("description")).split(":")[:2]
    word = ":".join(parts)[:CODE_LIMIT]
    return word if word and word.isascii() and word.isprintable() else f"http_{status}"


def _patience(parameters: Thing) -> float:
    seconds = number(parameters.get("retry_after"))
    return float(seconds) if seconds is not None and seconds > 0 else BUSY_SECONDS

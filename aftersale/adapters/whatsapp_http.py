"""Calls the Graph API of WhatsApp, and says in our words what came of a call. One try each."""

import json
import ssl
import time
from collections.abc import Mapping
from typing import Any

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from aftersale.adapters.chatwoot_http import NOWHERE, origin
from aftersale.adapters.whatsapp_codes import trouble
from aftersale.errors import UploadTooLarge
from aftersale.services.ports_channels import Gone, Refused, Uncertain, Unreachable

CONNECT, READ, SEND_FILE = 3.0, 10.0, 30.0  # seconds
FILE_SECONDS = 30.0  # for a whole file, however slowly it drips
ANSWER_LIMIT = 200_000  # bytes
CHUNK = 65_536
LONGEST_PATIENCE = 3600.0
GONE = frozenset({401, 403, 404, 410})  # an address of a file that is over


class GraphHttp:
    """The interface below one address and version. One object serves all threads."""

    def __init__(self, url: str, token: str, *, media_origins: tuple[str, ...]) -> None:
        self._url, self._token = url.rstrip("/"), token
        self._homes = {origin(each) for each in media_origins} - {NOWHERE}
        # Redirects are not followed: the key goes to the configured addresses or nowhere.
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT, read=READ), maxsize=4
        )

    def get(self, path: str) -> Mapping[str, Any]:
        """Return what lies there; raises as `send` of a connector does, Uncertain never."""
        try:
            return self._call("GET", path)
        except Uncertain as lost:
            raise Unreachable(lost.code) from lost

    def post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Post JSON and return the answer; raises as `send` of a connector does."""
        headers = {"Content-Type": "application/json"}
        return self._call("POST", path, body=json.dumps(body).encode(), headers=headers)

    def upload(self, path: str, fields: list[tuple[str, Any]]) -> Mapping[str, Any]:
        """Post a form with a file, (name, (file name, bytes, type)), and return the answer.

        Nobody sees the file before a message names it: what is uncertain may be done again.
        """
        timeout = urllib3.Timeout(connect=CONNECT, read=SEND_FILE)
        try:
            return self._call("POST", path, fields=fields, timeout=timeout)
        except Uncertain as lost:
            raise Unreachable(lost.code) from lost

    def file(self, url: str, *, most: int) -> bytes:
        """Return a file of the provider.

        Raises:
            Refused: it lies elsewhere.
            UploadTooLarge: it is larger than `most`.
            Gone: its address is over.
            Unreachable: it did not come, or not in time.
        """
        if origin(url) not in self._homes:
            raise Refused("file-elsewhere")
        deadline = time.monotonic() + FILE_SECONDS
        try:
            answer = self._http.request(
                "GET", url, headers=self._key(), preload_content=False, redirect=False
            )
            try:
                return _content(answer, most=most, deadline=deadline)
            finally:
                answer.close()
        except HTTPError as lost:
            raise Unreachable("file-lost") from lost

    def _key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "User-Agent": "aftersale"}

    def _call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> Mapping[str, Any]:
        sent = {"Accept": "application/json", **self._key(), **(headers or {})}
        try:
            answer = self._http.request(
                method, self._url + path, headers=sent, preload_content=False, **options
            )
            try:
                return _said(answer)
            finally:
                answer.close()
        except HTTPError as lost:
            if _never_left(lost):
                raise Unreachable("no-connection") from lost
            raise Uncertain("no-answer") from lost


def _never_left(lost: HTTPError) -> bool:
    """Whether no byte of the request can have reached anybody."""
    if isinstance(lost, SSLError):
        return any(isinstance(each, ssl.SSLCertVerificationError) for each in lost.args)
    return isinstance(lost, ConnectTimeoutError | NewConnectionError)


def _said(answer: urllib3.BaseHTTPResponse) -> Mapping[str, Any]:
    """Return the answer's JSON, or raise what it means."""
    said = _object(answer.read(ANSWER_LIMIT + 1))
    if 200 <= answer.status < 300:
        if said is None:
            raise Uncertain("unreadable-answer")
        return said
    error = (said or {}).get("error")
    known = error if isinstance(error, Mapping) else {}
    code = known.get("code")
    raise trouble(
        answer.status,
        code if isinstance(code, int) and not isinstance(code, bool) else None,
        is_transient=known.get("is_transient") is True,
        seconds=_patience(answer.headers),
    )


def _object(body: bytes) -> Mapping[str, Any] | None:
    try:
        loaded = json.loads(body) if len(body) <= ANSWER_LIMIT else None
    except (ValueError, RecursionError):
        return None
    return loaded if isinstance(loaded, Mapping) else None


def _patience(headers: Mapping[str, str]) -> float:
    said = headers.get("Retry-After", "")
    if not said.isascii() or not said.isdigit() or len(said) > 6:
        return 0.0
    return min(float(said), LONGEST_PATIENCE)


def _content(answer: urllib3.BaseHTTPResponse, *, most: int, deadline: float) -> bytes:
    if answer.status in GONE:
        raise Gone(str(answer.status))
    if answer.status >= 500 or answer.status == 429:
        raise Unreachable(str(answer.status))
    if not 200 <= answer.status < 300:
        raise Refused(str(answer.status))
    content = bytearray()
    for chunk in answer.stream(CHUNK):
        content += chunk
        if len(content) > most:
            raise UploadTooLarge("The file is too large.")
        if time.monotonic() > deadline:
            raise Unreachable("file-too-slow")
    return bytes(content)

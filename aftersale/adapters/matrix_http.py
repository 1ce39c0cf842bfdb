"""Calls a Matrix homeserver, and says in our words what came of a call. One try each."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from aftersale.adapters.bounded_answer import CHUNK, content_of
from aftersale.adapters.matrix_parse import Json, media_of, read
from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Gone,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
    Unreadable,
)

CLIENT, MEDIA = "/_matrix/client/v3", "/_matrix/client/v1/media"
CONNECT, READ, FILES = 3.0, 10.0, 30.0  # seconds
ANSWER_LIMIT = 64_000_000  # bytes: a long look after a long time away
BUSY_SECONDS, LONGEST_PATIENCE = 5.0, 900.0
_SHUT = frozenset(
    {
        "M_UNKNOWN_TOKEN",
        "M_MISSING_TOKEN",
        "M_USER_DEACTIVATED",
        "M_USER_LOCKED",
        "M_USER_SUSPENDED",
        "M_CONSENT_NOT_GIVEN",
        "M_RESOURCE_LIMIT_EXCEEDED",
    }
)
_GONE = frozenset({"M_FORBIDDEN", "M_NOT_FOUND"})
_NEVER_LEFT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.SSLError,
)


class MatrixHttp:
    """The interface of one account below one address. One object serves all threads."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._known = url.rstrip("/"), {"Authorization": f"Bearer {token}"}
        # Redirects are not followed: the token goes to the configured address or nowhere.
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT, read=READ), maxsize=4
        )

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, within: float = READ
    ) -> Json:
        """Return what lies there; it may take so many seconds."""
        asked = f"{CLIENT}{path}?{urlencode(query)}" if query else CLIENT + path
        return self._said("GET", asked, timeout=_within(within))

    def put(self, path: str, body: Mapping[str, Any]) -> Json:
        """Put JSON there; the same path twice does it once."""
        return self._json("PUT", path, body)

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        """Post JSON there."""
        return self._json("POST", path, body)

    def upload(self, name: str, media_type: str, content: bytes) -> str:
        """Keep a file there and return its address."""
        path = f"/_matrix/media/v3/upload?filename={quote(name, safe='')}"
        headers = {"Content-Type": media_type}
        said = self._said("POST", path, body=content, headers=headers, timeout=_within(FILES))
        address = str(said.get("content_uri"))
        if media_of(address) is None:
            raise Uncertain("no_content_uri")
        return address

    def download(self, address: str, *, most: int) -> bytes:
        """Return a file, whole and not larger than `most` bytes.

        Raises:
            Gone: it is not there, larger, or its address is none.
            Unreachable, Uncertain, Busy, Shut: as for every call.
        """
        server, media_id = media_of(address) or ("", "")
        if not media_id:
            raise Gone("bad_address")
        path = f"{MEDIA}/download/{quote(server, safe='')}/{quote(media_id, safe='')}"
        deadline = time.monotonic() + FILES
        answer = self._asked("GET", path, timeout=_within(READ))
        try:
            if answer.status != 200:
                raise _trouble(answer, answer.read(CHUNK))
            return content_of(answer, most=most, deadline=deadline)
        except urllib3.exceptions.HTTPError as lost:
            raise Unreachable("no_file") from lost
        finally:
            answer.close()

    def _json(self, method: str, path: str, body: Mapping[str, Any]) -> Json:
        headers = {"Content-Type": "application/json"}
        return self._said(method, CLIENT + path, body=json.dumps(body).encode(), headers=headers)

    def _said(self, method: str, path: str, **options: Any) -> Json:
        answer = self._asked(method, path, **options)
        try:
            body = answer.read(ANSWER_LIMIT + 1)
        except urllib3.exceptions.HTTPError as lost:
            raise Uncertain("no_answer") from lost
        finally:
            answer.close()
        if answer.status != 200:
            raise _trouble(answer, body)
        try:
            return read(body)
        except Unreadable as exc:
            raise Uncertain("unreadable") from exc

    def _asked(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Accept": "application/json", **self._known, **options.pop("headers", {})}
        try:
            return self._http.request(
                method, self._url + path, headers=headers, preload_content=False, **options
            )
        except _NEVER_LEFT as lost:
            raise Unreachable("no_connection") from lost
        except urllib3.exceptions.HTTPError as lost:
            raise Uncertain("no_answer") from lost


def path_of(*parts: str) -> str:
    """Return a path of these parts, each as it stands.

    Example:
        >>> path_of("rooms", "!a:b", "leave")
        '/rooms/%21a%3Ab/leave'
    """
    return "".join("/" + quote(part, safe="") for part in parts)


def _within(seconds: float) -> urllib3.Timeout:
    return urllib3.Timeout(connect=CONNECT, read=seconds)


def _trouble(answer: urllib3.BaseHTTPResponse, body: bytes) -> ChannelTrouble:
    """Return what a status other than 200 means."""
    try:
        said = read(body)
    except Unreadable:
        said = {}  # not the homeserver, but something before it
    status, given = answer.status, said.get("errcode")
    known = given if isinstance(given, str) and given.isascii() else ""
    code = known[:60] or f"http_{status}"
    if status == 429 or known == "M_LIMIT_EXCEEDED":
        return Busy(code, _patience(said, answer.headers), whole_account=True)
    if status == 401 or known in _SHUT:
        return Shut(code)
    if status in {403, 404} and known in _GONE:
        return Gone(code)
    if status >= 500 or status == 408:
        return Uncertain(code)
    if known:
        return Refused(code)
    return Unreachable(code)


def _patience(said: Json, headers: Mapping[str, str]) -> float:
    milliseconds = said.get("retry_after_ms")
    if isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool):
        return min(max(milliseconds / 1000, 0.1), LONGEST_PATIENCE)
    seconds = headers.get("Retry-After", "")
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 6:
        return BUSY_SECONDS
    return min(max(float(seconds), 1.0), LONGEST_PATIENCE)

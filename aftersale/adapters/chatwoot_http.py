"""Calls Chatwoot's interface, and says in our words what came of a call. One try each.

Nothing waits long: whoever calls has other things to do, and calls again later.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import urllib3

from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.ports_desks import DeskBusy, DeskShut

CONNECT, READ, SEND_FILES = 2.0, 5.0, 30.0  # seconds
FILE_SECONDS = 30.0  # for a whole file, however slowly it drips
ANSWER_LIMIT = 4_000_000  # bytes of an answer: a hundred long messages
CHUNK = 65_536
REDIRECTS = 3
LONGEST_PATIENCE = 900.0
BUSY_SECONDS = 30.0  # where it does not say how long

Origin = tuple[str, str, int | None]
NOWHERE: Origin = ("", "", None)


class Refused(ProviderRefused):
    """A definite no; `said` is for the adapter alone, never for anybody to read."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"Chatwoot refused ({status}).")
        self.status, self.said = status, said


class ChatwootHttp:
    """The interface below one address. One object serves all threads."""

    def __init__(self, url: str, token: str, *, file_origins: tuple[str, ...] = ()) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._homes = {origin(self._url), *map(origin, file_origins)} - {NOWHERE}
        # Redirects are not followed: the token goes to the configured address or nowhere.
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT, read=READ), maxsize=4
        )

    def get(self, path: str, **query: str) -> Any:
        """Return what lies there."""
        return self._call("GET", path, fields=query)

    def post(self, path: str, body: Mapping[str, Any], *, as_us: bool = True) -> Any:
        """Post JSON and return the answer; `as_us` false: as the buyer, without our key."""
        sent = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        return self._call("POST", path, body=sent, headers=headers, as_us=as_us)

    def post_form(self, path: str, fields: list[tuple[str, Any]]) -> Any:
        """Post a form with files, (name, (file name, bytes, type)), and return the answer."""
        timeout = urllib3.Timeout(connect=CONNECT, read=SEND_FILES)
        return self._call("POST", path, fields=fields, timeout=timeout)

    def file(self, url: str, *, most: int) -> bytes:
        """Return a file of the desk.

        Raises:
            ProviderRefused: it lies elsewhere, is larger, or is not there.
            ProviderUnavailable: it did not come, or not in time.
        """
        deadline = time.monotonic() + FILE_SECONDS
        for _ in range(REDIRECTS + 1):
            if origin(url) not in self._homes:
                raise ProviderRefused("The file does not lie at Chatwoot.")
            try:
                # Without our key: whoever has the address may have the file.
                answer = self._http.request("GET", url, preload_content=False, redirect=False)
                try:
                    if answer.status not in {301, 302, 303, 307, 308}:
                        return _content(answer, most=most, deadline=deadline)
                    url = urljoin(url, answer.headers.get("Location", ""))
                finally:
                    answer.close()
            except urllib3.exceptions.HTTPError as lost:
                raise ProviderUnavailable("The file did not come.") from lost
        raise ProviderRefused("The file's address leads on and on.")

    def _call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        as_us: bool = True,
        **options: Any,
    ) -> Any:
        known = {"api_access_token": self._token} if as_us else {}
        sent = {"Accept": "application/json", **known, **(headers or {})}
        try:
            answer = self._http.request(
                method, self._url + path, headers=sent, preload_content=False, **options
            )
            try:
                return _said(answer)
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as lost:
            raise ProviderUnavailable("Chatwoot did not answer.") from lost


def origin(url: str) -> Origin:
    """Return scheme, host and port of an address; what is none has no home."""
    try:
        parts = urlsplit(url)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        if usual is None or not parts.hostname or "@" in parts.netloc:
            return NOWHERE
        return (parts.scheme, parts.hostname.lower(), parts.port or usual)
    except ValueError:
        return NOWHERE


def _said(answer: urllib3.BaseHTTPResponse) -> Any:
    """Return the answer's JSON, or raise what its status means."""
    body = answer.read(ANSWER_LIMIT + 1)
    if len(body) > ANSWER_LIMIT:
        raise ProviderUnavailable("Chatwoot's answer is larger than anything it should say.")
    if answer.status == 429:
        raise DeskBusy("Chatwoot asks for patience.", _patience(answer.headers))
    if answer.status in {401, 403}:
        raise DeskShut(f"Chatwoot does not accept our token ({answer.status}).")
    if 400 <= answer.status < 500 and answer.status != 408:
        raise Refused(answer.status, body.decode("utf-8", "replace"))
    if not 200 <= answer.status < 300:
        raise ProviderUnavailable(f"Chatwoot answered {answer.status}.")
    try:
        return json.loads(body) if body.strip() else None
    except (ValueError, RecursionError) as exc:
        raise ProviderUnavailable("Chatwoot's answer cannot be read.") from exc


def _patience(headers: Mapping[str, str]) -> float:
    said = headers.get("Retry-After", "")
    if not said.isascii() or not said.isdigit() or len(said) > 6:
        return BUSY_SECONDS
    return min(max(float(said), 1.0), LONGEST_PATIENCE)


def _content(answer: urllib3.BaseHTTPResponse, *, most: int, deadline: float) -> bytes:
    if not 200 <= answer.status < 300:
        if answer.status >= 500:
            raise ProviderUnavailable("The file did not come.")
        raise ProviderRefused("The file is not there.")
    content = bytearray()
    for chunk in answer.stream(CHUNK):
        content += chunk
        if len(content) > most:
            raise ProviderRefused("The file is larger than is taken.")
        if time.monotonic() > deadline:
            raise ProviderUnavailable("The file came too slowly.")
    return bytes(content)

"""A buyer's side of the public HTTP interface, for the terminal, tests and benchmarks."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from aftersale.domain.errors import AftersaleError

LONGEST_POLL = 20.0


class Refused(AftersaleError):
    """The interface answered with a problem document; `status` and `problem` hold it."""

    code = "refused_by_server"

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or status))
        self.status, self.problem = status, problem


WITH_PEOPLE = 1.5  # seconds


class NoAnswer(AftersaleError):
    """The address does not answer, or a turn was not done in time."""

    code = "no_answer"


@dataclass(frozen=True)
class Form:
    """The body of a request with its type."""

    content: bytes | None
    content_type: str

    @classmethod
    def of_json(cls, body: Any) -> "Form":
        """Return a JSON body, or none."""
        content = None if body is None else json.dumps(body).encode("utf-8")
        return cls(content, "application/json")

    @classmethod
    def of(cls, file: bytes, *, name: str, fields: Mapping[str, str]) -> "Form":
        """Return a form with one file."""
        edge = f"--{uuid4().hex}"
        texts = [
            f'{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = (
            f'{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        content = "".join([*texts, head]).encode() + file + f"\r\n{edge}--\r\n".encode()
        return cls(content, f"multipart/form-data; boundary={edge[2:]}")


@dataclass
class BuyerClient:
    """One conversation of one buyer. Not for several threads at once."""

    base_url: str
    timeout: float = 30.0
    conversation_id: str = ""
    token: str = ""
    seq: int = 0  # of the last event seen
    owner: str = "bot"  # who answers, as far as events told
    _connection: HTTPConnection | None = field(default=None, repr=False)

    def open(self, storefront: str, identity: str | None = None) -> None:
        """Begin a conversation; `identity` is a token signed by the shop."""
        body = {"storefront": storefront} | ({"identity": identity} if identity else {})
        session = self.call("POST", "/api/v1/sessions", body)
        self.conversation_id, self.token, self.seq = (
            session["conversation_id"],
            session["token"],
            0,
        )

    def send(
        self,
        text: str | None = None,
        *,
        payload: str | None = None,
        attachment_ids: Sequence[str] = (),
    ) -> str:
        """Send text, attachments or the id of a button; return the message's own id."""
        message_id = uuid4().hex
        said = {"text": text, "payload": payload, "attachment_ids": [*attachment_ids] or None}
        content = {name: value for name, value in said.items() if value is not None}
        self.call("POST", self._path("messages"), {"client_msg_id": message_id} | content)
        return message_id

    def upload(self, content: bytes, *, name: str = "photo.jpg", purpose: str = "") -> str:
        """Send a file; return the id by which messages name it."""
        form = Form.of(content, name=name, fields={"purpose": purpose} if purpose else {})
        sent: dict[str, Any] = self.call("POST", "/api/v1/uploads", form)
        return str(sent["attachment_id"])

    def events(self, *, wait: float = 0.0) -> list[dict[str, Any]]:
        """Return what happened since the last call; wait at most `wait` seconds for something."""
        wait = min(wait, LONGEST_POLL)
        path = self._path(f"events?since={self.seq}&wait={wait:g}")
        events: list[dict[str, Any]] = self.call("GET", path)["events"]
        if events:
            self.seq = max(event["seq"] for event in events)
        for event in events:
            self.owner = event.get("owner", self.owner)
        return events

    def turn(
        self,
        text: str | None = None,
        *,
        payload: str | None = None,
        attachment_ids: Sequence[str] = (),
        within: float = 30.0,
    ) -> list[dict[str, Any]]:
        """Send and return the events up to the one that says the message is answered.

        A person owes no answer at once: while one has the conversation, or is waited for, it is
        what comes within `WITH_PEOPLE` seconds.

        Raises:
            NoAnswer: it was not answered within the time.
        """
        message_id = self.send(text, payload=payload, attachment_ids=attachment_ids)
        seen: list[dict[str, Any]] = []
        is_bots = self.owner == "bot"
        end = time.monotonic() + (within if is_bots else WITH_PEOPLE)
        while not any(is_done(event, message_id) for event in seen):
            left = end - time.monotonic()
            if left <= 0:
                if not is_bots:
                    return seen
                raise NoAnswer(f"No answer within {within:g} s.")
            seen += self.events(wait=left)
        return seen

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make one request; a kept connection that the server closed is opened once more.

        Raises:
            Refused: a problem document.
            NoAnswer: nobody listens there.
        """
        for fresh in (self._connection is None, True):
            try:
                return self._call(method, path, body)
            except (OSError, HTTPException) as broken:
                self.close()
                if fresh:
                    raise NoAnswer(f"{self.base_url} does not answer.") from broken
        raise AssertionError

    def close(self) -> None:
        """Close the kept connection."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _call(self, method: str, path: str, body: Any) -> Any:
        form = body if isinstance(body, Form) else Form.of_json(body)
        headers = {"Content-Type": form.content_type}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection = self._connected()
        connection.request(method, path, body=form.content, headers=headers)
        response = connection.getresponse()
        answer = json.loads(response.read() or b"{}")
        if response.status >= 400:
            raise Refused(response.status, answer)
        return answer

    def _connected(self) -> HTTPConnection:
        if self._connection is None:
            host = urlsplit(self.base_url)
            self._connection = HTTPConnection(
                host.hostname or "127.0.0.1", host.port or 80, timeout=self.timeout
            )
        return self._connection

    def _path(self, rest: str) -> str:
        return f"/api/v1/conversations/{self.conversation_id}/{rest}"


def is_done(event: dict[str, Any], message_id: str) -> bool:
    """Say whether the event closes the turn of that message."""
    return event["type"] == "turn_done" and event.get("client_msg_id") == message_id

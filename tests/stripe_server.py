"""A server that keeps Stripe's published contract for what we use, and fails on request.

POSTs without an Idempotency-Key are refused. The same key with the same contents replays the first
answer; with other contents it is an idempotency error; while the first runs it is a conflict.
"""

import hashlib
import hmac
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

WEBHOOK_SECRET = "whsec_of_the_tests"
SECRET_KEY = "sk_test_of_the_tests"
Answer = tuple[int, dict[str, Any]]


def problem(status: int, code: str | None, kind: str = "invalid_request_error") -> Answer:
    """Return a refusal in Stripe's form; its message quotes what nobody may pass on."""
    return status, {"error": {"type": kind, "code": code, "message": "SECRET of the provider"}}


@dataclass
class FakeStripe:
    """What the account holds, and what goes wrong next."""

    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, tuple[str, Answer | None]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    keyless: int = 0
    # For the next POST each: "lose" answers nobody after it was done, "drop" before;
    # an answer is given instead of doing it.
    faults: deque[str | Answer] = field(default_factory=deque)
    during: Callable[[], None] | None = None  # called while a POST runs
    refund_status: str = "succeeded"
    url: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pay(self, intent: str, amount: int, *, captured: bool = True) -> None:
        """Let somebody have paid, or have a hold."""
        status = "succeeded" if captured else "requires_capture"
        self.intents[intent] = {
            "id": intent,
            "object": "payment_intent",
            "amount": amount,
            "status": status,
            "metadata": {},
        }

    def event(self, kind: str, thing: dict[str, Any]) -> bytes:
        """Return the body of an event."""
        body = {
            "id": f"evt_{next(self._ids)}",
            "object": "event",
            "type": kind,
            "data": {"object": thing},
        }
        return json.dumps(body).encode()

    def get(self, path: str, query: dict[str, str]) -> Answer:
        parts = path.strip("/").split("/")
        if path == "/v1/refunds":
            if query["payment_intent"] not in self.intents:
                return problem(404, "resource_missing")
            mine = [r for r in self.refunds if r["payment_intent"] == query["payment_intent"]]
            newest = list(reversed(mine))
            if after := query.get("starting_after"):
                newest = newest[[r["id"] for r in newest].index(after) + 1 :]
            page = newest[: int(query.get("limit", 10))]
            more = len(newest) > len(page)
            return 200, {"object": "list", "url": path, "data": page, "has_more": more}
        intent = self.intents.get(parts[-1])
        return (200, intent) if intent else problem(404, "resource_missing")

    def post(self, path: str, given: dict[str, str], key: str | None) -> Answer:
        if key is None:
            self.keyless += 1
            return problem(400, "idempotency_key_missing")
        contents = json.dumps([path, given], sort_keys=True)
        with self._lock:
            known = self.keys.get(key)
            if known is None:
                self.keys[key] = (contents, None)
        if known is not None:
            if known[0] != contents:
                return problem(400, None, "idempotency_error")
            return known[1] or problem(409, "idempotency_key_in_use")
        answer = self._done(path, given)
        with self._lock:
            self.keys[key] = (contents, answer)
        return answer

    def _done(self, path: str, given: dict[str, str]) -> Answer:
        if self.during:
            self.during()
        if path == "/v1/refunds":
            return self._refund(given)
        intent = self.intents.get(path.split("/")[3])
        if intent is None:
            return problem(404, "resource_missing")
        if intent["status"] != "requires_capture":
            return problem(400, "payment_intent_unexpected_state")
        intent["status"] = "canceled"
        return 200, intent

    def _refund(self, given: dict[str, str]) -> Answer:
        intent = self.intents.get(given.get("payment_intent", ""))
        if intent is None:
            return problem(404, "resource_missing")
        earlier = [r for r in self.refunds if r["payment_intent"] == intent["id"]]
        left = intent["amount"] - sum(r["amount"] for r in earlier if r["status"] != "failed")
        if left <= 0:
            return problem(400, "charge_already_refunded")
        if int(given["amount"]) > left:
            return problem(400, "amount_too_large")
        refund = {
            "id": f"re_{next(self._ids)}",
            "object": "refund",
            "payment_intent": intent["id"],
            "amount": int(given["amount"]),
            "status": self.refund_status,
            "metadata": {
                name[9:-1]: value for name, value in given.items() if name.startswith("metadata[")
            },
        }
        self.refunds.append(refund)
        return 200, refund


def signature(body: bytes, at: datetime, secret: str = WEBHOOK_SECRET) -> str:
    """Return the header that Stripe signs an event with."""
    stamp = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return f"t={stamp},v1={signed.hexdigest()},v0=of-an-older-scheme"


class _Handler(BaseHTTPRequestHandler):
    stripe: FakeStripe
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.stripe.calls.append(("GET", address.path))
        self._answer(self.stripe.get(address.path, _flat(address.query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        self.stripe.calls.append(("POST", self.path))
        fault = self.stripe.faults.popleft() if self.stripe.faults else None
        if isinstance(fault, tuple):
            return self._answer(fault)
        if fault == "drop":
            return self._hang_up()
        answer = self.stripe.post(self.path, _flat(body), self.headers.get("Idempotency-Key"))
        return self._hang_up() if fault == "lose" else self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        status, thing = answer
        if self.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
            status, thing = problem(401, None)
        body = json.dumps(thing).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def fake_stripe() -> Iterator[FakeStripe]:
    """Run the server on a port of its own."""
    stripe = FakeStripe()
    handler = type("Handler", (_Handler,), {"stripe": stripe})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stripe.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stripe
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""localstripe, a stand-in for Stripe made by others, behind a door that wants a key on every POST.

It knows no idempotency keys: what it is asked twice it does twice.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aftersale.demo.processes import child, free_port
from tests.stripe_server import SECRET_KEY, problem

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv-localstripe/bin/python"
# Its own `main` wants IPv6 and keeps its data in a file that every run would share.
START = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
KEYLESS = problem(400, "idempotency_key_missing")


@dataclass
class LocalStripe:
    """The server as tests see it. `url` leads through the door."""

    port: int
    url: str = ""
    keys: list[str] = field(default_factory=list)
    keyless: int = 0
    lose: int = 0  # so many answers to POSTs get lost after it was done
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        """Ask it directly, past the door."""
        body = urlencode(given) if given else None
        status, answer = self.forward(method, path, body.encode() if body else None)
        assert status == 200, (status, answer)
        return dict(json.loads(answer))

    def forward(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def pay(self, amount: int, *, captured: bool = True) -> str:
        """Let somebody pay; return the payment."""
        card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
        described = {f"card[{name}]": value for name, value in card.items()}
        method = self.ask("POST", "/v1/payment_methods", type="card", **described)
        customer = self.ask("POST", "/v1/customers", name="Ada")
        self.ask("POST", f"/v1/payment_methods/{method['id']}/attach", customer=customer["id"])
        intent = self.ask(
            "POST",
            "/v1/payment_intents",
            amount=amount,
            currency="usd",
            customer=customer["id"],
            payment_method=method["id"],
            capture_method="automatic" if captured else "manual",
            confirm="true",
        )
        return str(intent["id"])

    def refunds(self, payment: str) -> list[dict[str, Any]]:
        """Return the refunds of a payment."""
        return list(self.ask("GET", f"/v1/refunds?payment_intent={payment}")["data"])


class _Door(BaseHTTPRequestHandler):
    behind: LocalStripe
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._say(*self.behind.forward("GET", self.path, None))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        key = self.headers.get("Idempotency-Key")
        if key is None:
            self.behind.keyless += 1
            self._say(KEYLESS[0], json.dumps(KEYLESS[1]).encode())
            return
        self.behind.keys.append(key)
        answer = self.behind.forward("POST", self.path, body)
        if self.behind.lose:
            self.behind.lose -= 1
            self.close_connection = True
            self.connection.close()
            return
        self._say(*answer)

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Run a handler on a port of its own; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def localstripe(log: Path) -> Iterator[LocalStripe]:
    """Run localstripe and its door."""
    stripe = LocalStripe(free_port())
    argv = [str(PYTHON), "-c", START, str(stripe.port)]
    with child(argv, env=os.environ, log=log) as process:
        _wait(stripe, process)
        with serving(type("Door", (_Door,), {"behind": stripe})) as stripe.url:
            yield stripe


def _wait(stripe: LocalStripe, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < end:
        try:
            stripe.forward("GET", "/v1/refunds", None)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("localstripe did not start; see its log")

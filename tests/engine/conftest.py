"""One engine process with the test bot for all tests, and the client that speaks to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from stub_actions import StubActions  # noqa: E402

SECRET = "test-secret-of-the-engine"


class Engine:
    """A started engine process."""

    def __init__(self, model, database, actions_url, extra_environ=None, log=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environ = {
            **os.environ,
            "AFTERSALE_ENGINE_SECRET": SECRET,
            "AFTERSALE_ACTIONS_SECRET": "test-secret-of-actions",
            "AFTERSALE_ENGINE_DB": str(database),
            **(extra_environ or {}),
        }
        self.log = log or Path(f"{database}.log")
        command = [sys.executable, "-m", "bot.runtime", "--port", str(self.port)]
        command += ["--actions-url", actions_url, "--model", str(model)]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=out)

    def wait(self, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            try:
                if self.get("health")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.1)  # nothing to wait on: another process is loading
        raise AssertionError("the engine did not start")

    def get(self, path):
        return self._send(urllib.request.Request(self._url(path), headers=self._headers()))

    def post(self, path, body, secret=SECRET):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._send(
            urllib.request.Request(self._url(path), data=data, headers=self._headers(secret))
        )

    def say(self, conversation, text, **more):
        body = {"conversation_id": conversation, "turn_id": "t", "fence": 1, "text": text, **more}
        return self.post("message", body)

    def press(self, conversation, intent, entities=None):
        body = {"conversation_id": conversation, "turn_id": "t", "fence": 1, "intent": intent}
        return self.post("message", {**body, "entities": entities or {}})

    def alive(self):
        return self.process.poll() is None and self.get("health")[0] == 200

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def _url(self, path):
        return f"http://127.0.0.1:{self.port}/webhooks/aftersale/{path}"

    def _headers(self, secret=SECRET):
        return {"X-Engine-Secret": secret, "Content-Type": "application/json"}

    def _send(self, request):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raw = error.read()
            return error.code, json.loads(raw) if raw[:1] == b"{" else raw


def said(answer):
    """Names of the replies."""
    status, body = answer
    assert status == 200, body
    return [message["response"] for message in body["messages"]]


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The test bot, trained once and kept while nothing that shapes it changes."""
    out = ROOT / "models" / "test"
    command = [sys.executable, "-m", "bot.runtime.train"]
    command += ["--root", "tests/engine/bot", "--out", str(out)]
    trained = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert trained.returncode == 0, (trained.stdout + trained.stderr)[-3000:]
    return out / "aftersale.tar.gz"


@pytest.fixture(scope="session")
def actions():
    stub = StubActions()
    yield stub
    stub.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("engine") / "engine.db"


@pytest.fixture(scope="session")
def engine(model, actions, database):
    started = Engine(model, database, actions.url).wait()
    yield started
    started.stop()


@pytest.fixture
def conversation():
    return f"c-{uuid.uuid4().hex[:12]}"

"""`make demo` as a newcomer meets it: an address that answers, and nothing left when it ends."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO

import psutil
import pytest

from aftersale.demo.client import BuyerClient
from aftersale.demo.processes import free_port
from tests.conversation.buyer import Heard

COMMAND = [sys.executable, "-m", "aftersale", "demo"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of both starts: the second finds what the first left."""
    return tmp_path_factory.mktemp("demo")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["first", "second"])
def test_the_demo_answers_and_leaves_no_process_behind(folder: Path, how):
    port, desk = free_port(), free_port()
    mine = {
        "AFTERSALE_PORT": str(port),
        "AFTERSALE_DESK_PORT": str(desk),
        "AFTERSALE_DATA_DIR": str(folder),
    }
    with subprocess.Popen(
        COMMAND, env=os.environ | mine, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        told = until_ready(demo.stdout)
        children = psutil.Process(demo.pid).children(recursive=True)
        assert len(children) >= 2
        assert told.count("@example.com") == 10
        greets(f"http://127.0.0.1:{port}")
        demo.send_signal(how)
        rest, complaints = demo.communicate(timeout=60)
    assert (demo.returncode, complaints) == (0, "")
    assert rest.strip().endswith("Stopped.")
    assert not [child for child in children if child.is_running()]


def until_ready(lines: IO[str]) -> str:
    """Return what is printed up to the address."""
    told = ""
    for line in lines:
        told += line
        if line.startswith("Ready:"):
            return told
    raise AssertionError(f"it ended by itself: {told}")


def greets(address: str) -> None:
    """Say hello to the address, as somebody who is not signed in."""
    client = BuyerClient(address)
    client.open("status-gated")
    heard = Heard(client.turn("hello"))
    client.close()
    assert "automated assistant" in heard.text


def test_a_taken_port_is_one_line_with_the_remedy(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        mine = {"AFTERSALE_PORT": str(port), "AFTERSALE_DATA_DIR": str(tmp_path)}
        ended = subprocess.run(
            COMMAND, env=os.environ | mine, capture_output=True, text=True, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"aftersale: Port {port} is taken. Choose another: "
        f"AFTERSALE_PORT={port + 1} make demo [did_not_start]"
    ]

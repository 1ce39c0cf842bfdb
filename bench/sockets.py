"""1,000 idle sockets on one app process: its memory, and how long a message to one of them takes.

The app is a process of its own on a fresh SQLite file, without an engine: what is measured is the
way of a message from its sender to another socket. Example: python bench/sockets.py --sockets 1000
"""

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiohttp

AT_ONCE = 20
SHOP = "status-gated"


@dataclass
class Line:
    """One conversation with an idle socket."""

    conversation_id: str
    token: str
    ws: aiohttp.ClientWebSocketResponse


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def an_app(data: str, **more: str) -> AsyncIterator[tuple[str, int]]:
    """Run the app, with more of its settings; yield its address and process id."""
    ports = [str(free_port()) for _ in range(4)]
    environ = {
        "PATH": os.environ["PATH"],
        "AFTERSALE_MODE": "test",
        "AFTERSALE_DATA_DIR": data,
        "AFTERSALE_PORT": ports[0],
        "AFTERSALE_ACTIONS_PORT": ports[1],
        "AFTERSALE_DESK_PORT": ports[3],
        "AFTERSALE_ENGINE_URL": f"http://127.0.0.1:{ports[2]}",
        "AFTERSALE_RATE_ADDRESS": "off",
        "AFTERSALE_RATE_SOCKETS": "off",
        "AFTERSALE_SOCKETS_PER_ADDRESS": "100000",
        "AFTERSALE_LOG_LEVEL": "error",
        **more,
    }
    for command in ("db upgrade", "serve"):
        argv = [sys.executable, "-m", "aftersale", *command.split()]
        running = subprocess.Popen(argv, env=environ)  # noqa: ASYNC220 -- our own command
        if command == "db upgrade":
            running.wait()
    try:
        yield f"http://127.0.0.1:{ports[0]}/api/v1", running.pid
    finally:
        running.terminate()
        running.wait()


async def until_ready(http: aiohttp.ClientSession, base: str) -> None:
    """Wait until the app answers."""
    while True:
        try:
            async with http.get(base.replace("/api/v1", "/livez")):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)


def megabytes(pid: int) -> float:
    """Return the memory the process holds, as Linux counts it (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process is gone")


async def open_line(http: aiohttp.ClientSession, base: str, stack: AsyncExitStack) -> Line:
    """Open a conversation and its socket, and hear that it is ready."""
    async with http.post(f"{base}/sessions", json={"storefront": SHOP}) as reply:
        opened = await reply.json()
    own, token = opened["conversation_id"], opened["token"]
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(f"{base}/conversations/{own}/ticket", headers=headers) as reply:
        ticket = (await reply.json())["ticket"]
    address = f"{base}/conversations/{own}/ws?ticket={ticket}"
    ws = await stack.enter_async_context(http.ws_connect(address, protocols=("aftersale.v1",)))
    await ws.receive_json()
    return Line(own, token, ws)


async def deliver(http: aiohttp.ClientSession, base: str, line: Line) -> float:
    """Send a message by POST; return the milliseconds until the socket has heard it."""
    own_id, began = uuid4().hex, time.perf_counter()
    headers = {"Authorization": f"Bearer {line.token}"}
    body = {"client_msg_id": own_id, "text": "hello"}
    address = f"{base}/conversations/{line.conversation_id}/messages"
    async with http.post(address, json=body, headers=headers) as reply:
        reply.raise_for_status()
        while (await line.ws.receive_json()).get("client_msg_id") != own_id:
            pass
        return (time.perf_counter() - began) * 1_000


async def measure(sockets: int, messages: int) -> dict[str, float]:
    """Return what the app needs for so many sockets, and how fast it is with them."""
    connector = aiohttp.TCPConnector(limit=0)
    with tempfile.TemporaryDirectory() as data:
        async with (
            an_app(data) as (base, pid),
            aiohttp.ClientSession(connector=connector) as http,
            AsyncExitStack() as stack,
        ):
            await until_ready(http, base)
            empty, lines = megabytes(pid), []
            while len(lines) < sockets:
                opening = (open_line(http, base, stack) for _ in range(AT_ONCE))
                lines += await asyncio.gather(*opening)
            full = megabytes(pid)
            chosen = random.Random(1).choices(lines, k=messages)
            times = [await deliver(http, base, line) for line in chosen]
    return {
        "sockets": len(lines),
        "mb_without": round(empty, 1),
        "mb_with": round(full, 1),
        "kb_each": round((full - empty) * 1024 / len(lines), 1),
        "ms_median": round(statistics.median(times), 1),
        "ms_p95": round(statistics.quantiles(times, n=20)[-1], 1),
        "ms_most": round(max(times), 1),
    }


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=200)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measure(given.sockets, given.messages))))


if __name__ == "__main__":
    main()

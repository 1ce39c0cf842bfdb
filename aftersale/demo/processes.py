"""Child processes that end with their parent, however the parent ends."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from aftersale.domain.errors import AftersaleError

PR_SET_PDEATHSIG = 1
STOP_WITHIN = 15.0
Process = subprocess.Popen[bytes]


class DidNotStart(AftersaleError):
    """Something that must be there is missing, or a process ended or was not ready in time."""

    code = "did_not_start"


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(host: str, port: int) -> bool:
    """Say whether the port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _die_with_parent() -> Callable[[], None]:
    """Make what runs in the child before exec: the kernel kills it when its parent is gone."""
    libc, parent = ctypes.CDLL(None), os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died between fork and here
            os._exit(1)

    return arrange


@contextlib.contextmanager
def child(argv: Sequence[str], *, env: Mapping[str, str], log: Path) -> Iterator[Process]:
    """Run a child in a session of its own, its output in `log`; stop it at the end.

    Start it from the main thread: the death signal follows the thread that started it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the terminal reaches the parent alone
            preexec_fn=_die_with_parent(),
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: Process) -> None:
    """Ask the child to end; if it takes too long, kill it with all it started."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_ready(
    url: str,
    *,
    name: str,
    process: Process,
    log: Path,
    within: float,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Wait until the address answers 200.

    Raises:
        DidNotStart: the process ended or the time is over.
    """
    end = time.monotonic() + within
    while not answers(url, headers=headers):
        if process.poll() is not None or time.monotonic() > end:
            raise DidNotStart(f"The {name} did not start. The end of {log}:\n{_tail(log)}")
        time.sleep(0.05)


def answers(url: str, *, headers: Mapping[str, str] | None = None) -> bool:
    """Say whether a GET of the address is answered with 200."""
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310  our own loopback addresses
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _tail(log: Path, lines: int = 15) -> str:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])

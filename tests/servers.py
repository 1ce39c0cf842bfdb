"""Private, throw-away servers for tests, on free loopback ports, with their files in /tmp."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")
POSTGRES_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=80",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_user(name: str) -> dict:
    """Popen arguments that drop root to `name`; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(name)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def temp_dir(owner: str | None = None) -> Iterator[str]:
    """A short path directly under /tmp: a socket's path is limited to 107 bytes."""
    path = tempfile.mkdtemp(prefix="t-", dir="/tmp")
    os.chmod(path, 0o755)
    if owner and os.geteuid() == 0:
        user = pwd.getpwnam(owner)
        os.chown(path, user.pw_uid, user.pw_gid)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def process(
    argv: list[str],
    base: str,
    ready: Callable[[], bool],
    *,
    stop: signal.Signals = signal.SIGTERM,
    timeout: float = 30,
    **kwargs,
) -> Iterator[subprocess.Popen]:
    """Start argv, wait until `ready()` says so, stop it at the end."""
    log = Path(base, "stdout.log")
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": base}
    with log.open("wb") as out:
        started = subprocess.Popen(
            argv,
            cwd=base,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environ,
            start_new_session=True,
            **kwargs,
        )
    try:
        _wait(started, ready, time.monotonic() + timeout, log)
        yield started
    finally:
        _stop(started, stop)


def _wait(started: subprocess.Popen, ready: Callable[[], bool], end: float, log: Path) -> None:
    while not ready():
        if started.poll() is not None or time.monotonic() > end:
            said = log.read_text(errors="replace")[-4000:]
            raise RuntimeError(f"server did not become ready (rc {started.poll()}):\n{said}")
        time.sleep(0.02)  # a server says nothing when it is ready; asking it is the only way


def _stop(started: subprocess.Popen, stop: signal.Signals) -> None:
    if started.poll() is not None:
        return
    started.send_signal(stop)
    try:
        started.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A private PostgreSQL; yields the URL of its maintenance database."""
    with temp_dir("postgres") as base:
        user = as_user("postgres")
        _initdb(base, user)
        port = free_port()
        argv = [str(POSTGRES_BIN / "postgres"), "-D", base + "/data", "-p", str(port), "-k", base]
        for option in POSTGRES_OPTIONS:
            argv += ["-c", option]
        ask = [str(POSTGRES_BIN / "pg_isready"), "-q", "-h", base, "-p", str(port)]

        def ready() -> bool:  # an open port is not enough: it may still be starting up
            return subprocess.run(ask, check=False).returncode == 0

        # SIGINT is a fast stop; SIGTERM would wait for every client to leave
        with process(argv, base, ready, stop=signal.SIGINT, **user):
            yield f"postgresql+psycopg://app@127.0.0.1:{port}/postgres"


def _initdb(base: str, user: dict) -> None:
    subprocess.run(
        [
            *(str(POSTGRES_BIN / "initdb"), "-D", base + "/data", "-U", "app", "--auth=trust"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        check=True,
        cwd=base,
        stdout=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "HOME": base},
        **user,
    )

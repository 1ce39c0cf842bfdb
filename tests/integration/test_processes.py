"""Child processes end with their parent, and a start that fails says why."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aftersale.demo.processes import DidNotStart, child, free_port, is_free, wait_ready

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT = """
import os, sys, time
from pathlib import Path
from aftersale.demo.processes import child
with child([sys.executable, "-c", "import time; time.sleep(60)"], env=os.environ,
           log=Path(sys.argv[1])) as process:
    print(process.pid, flush=True)
    time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends(pid: int, within: float = 10.0) -> bool:
    end = time.monotonic() + within
    while is_running(pid) and time.monotonic() < end:
        os.sched_yield()
    return not is_running(pid)


def test_a_child_is_stopped_at_the_end(tmp_path: Path):
    with child(SLEEPER, env=os.environ, log=tmp_path / "log") as process:
        assert is_running(process.pid)
    assert not is_running(process.pid)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_child_outlives_a_parent_that_was_killed(tmp_path: Path, how):
    argv = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(how)
        parent.wait()
    assert ends(pid)


def test_a_child_that_ends_before_it_is_ready_is_reported_with_its_last_words(tmp_path: Path):
    log = tmp_path / "log"
    argv = [sys.executable, "-c", "import sys; sys.exit('no policy, no start')"]
    url = f"http://127.0.0.1:{free_port()}/"
    with (
        pytest.raises(DidNotStart, match="no policy, no start"),
        child(argv, env=os.environ, log=log) as process,
    ):
        wait_ready(url, name="app", process=process, log=log, within=20)


def test_a_port_somebody_listens_on_is_not_free():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_free("127.0.0.1", taken.getsockname()[1])
    assert is_free("127.0.0.1", free_port())

"""The app, imported once and forked for each start: what is often killed must start quickly.

It reads "start" and "kill" from its input, a line each, and tells when that is done.
"""

import ctypes
import os
import signal
import sys

from aftersale.gateway.serve import serve
from aftersale.settings import Settings

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do what the lines of the input say; its end is the end of the app."""
    app = 0
    for line in sys.stdin:
        if line.strip() == "start":
            app = os.fork() or run()
        else:
            os.kill(app, signal.SIGKILL)  # as a power cut: nothing is finished, nobody is told
            os.waitpid(app, 0)
        print("done", flush=True)


def run() -> int:
    """Serve as `aftersale serve` does, and end with what started us."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(Settings.from_env(os.environ))
    os._exit(0)


if __name__ == "__main__":
    main()

"""What becomes of the app when its terminal goes away: a connection that drops, a window that is closed."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path


def test_the_app_ends_with_its_terminal_also_where_hangups_are_ignored(tmp_path: Path) -> None:
    ours, its = pty.openpty()

    def take_the_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    app = subprocess.Popen(
        [sys.executable, "-m", "tracetui", "--store", str(tmp_path / "none.db"), "--tz", "UTC"],
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "HOME": str(tmp_path), "TERM": "xterm-256color"},
        preexec_fn=take_the_terminal,
    )
    os.close(its)
    try:
        shown = b""
        while b"tracetui" not in shown:
            shown += os.read(ours, 4096)
        os.close(ours)
        assert app.wait(timeout=30) == -signal.SIGHUP
    finally:
        app.kill()
        app.wait()

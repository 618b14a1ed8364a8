"""Runs the installed program as a user would, with the standard library alone: `python installed.py TRACETUI`.

Not a pytest file: it proves that nothing but the program's own dependencies is needed. Every step has its
sentence; the first one that does not hold ends the run with exit status 1.
"""

import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import time
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

PROGRAM = sys.argv[1]
LINE = (
    '{"request_id": "one", "model": "gpt-4o", "executed_at": "2026-10-01T12:00:00Z", "status": "success", '
    '"response_time_ms": 1204, "input": "Please refund order 17", "output": "Of course."}\n'
)


def run(*words: str, stdin: str | None = None) -> str:
    """Run a verb to its end and give back what it printed."""
    done = subprocess.run([PROGRAM, *words], input=stdin, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        sys.exit(f"FAILED: tracetui {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def open_until(marker: str, *words: str) -> None:
    """Open the app in a pseudo-terminal, wait for a text on its screen, quit, and expect a clean end."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(PROGRAM, [PROGRAM, *words])
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen, until, asked = b"", time.monotonic() + 30, False
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break  # Linux answers EIO once the program has closed its terminal
        if marker.encode() in seen and not asked:
            os.write(terminal, b"\x11")  # ctrl+q: a plain q would be typed into the list of models
            asked = True
    if not asked or time.monotonic() >= until:
        os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    if not asked:
        sys.exit(f"FAILED: {marker!r} never came on the screen of tracetui {' '.join(words)}:\n{seen[-2000:]!r}")
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"FAILED: tracetui {' '.join(words)} ended with status {status}:\n{seen[-2000:]!r}")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    store = str(Path(folder) / "mine.db")
    print(run("--version").strip())
    print(run("import", "--store", store, "-", stdin=LINE).strip())
    open_until("gpt-4o", "--store", store)
    print("the app opened on what was imported, and quit")
    run("demo", "--traces", "2000", "--no-open", "--store", str(Path(folder) / "demo.db"))
    open_until("support-bot", "--store", str(Path(folder) / "demo.db"))
    print("the app opened on the demo store, and quit")

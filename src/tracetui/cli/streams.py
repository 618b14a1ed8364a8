"""Standard output and error as the shell gave them: closed, full, or in an encoding that has not every sign.

What an encoding lacks is spelled `\\uXXXX`: readable in a text, and the same value in JSON.
"""

import codecs
import errno
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tracetui.errors import TraceTuiError

_SPELLED = "tracetui.spelled"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


@contextmanager
def usable_streams() -> Iterator[None]:
    """Make the streams take any text, and see to it that all of it is written before the end.

    Raises:
        TraceTuiError: Standard output goes to a disk that is full.
        BrokenPipeError: Whoever read it has gone.
    """
    codecs.register_error(_SPELLED, _spelled)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  it stays open as standard output does
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors=_SPELLED)
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        # Python would try once more on its way out, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        reason = (error.strerror or str(error)).lower()
        raise TraceTuiError(f"Could not write to standard output: {reason}.") from error


def _spelled(error: UnicodeError) -> tuple[str, int]:
    """The part of a text that cannot be encoded, as JSON spells it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end

"""A collector beside the app, in a few words for the line of place."""

from urllib.parse import urlsplit

from tracetui.display.formatting import format_count
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.collecting import CollectorStatus

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def receiving_in_words(status: CollectorStatus) -> Safe:
    """`receiving on :4318 · 1,204 spans · 35/s`; empty before it is known whether it runs."""
    if not status.is_running:
        return Safe("not receiving" if status.problem else "")
    words = f"receiving on {' '.join(_short(address) for address in status.addresses)}"
    if status.spans:
        words += f" · {format_count(status.spans)} spans"
    elif status.log_records:
        words += f" · {format_count(status.log_records)} log records"
    if status.spans_per_s >= 0.5:
        words += f" · {format_count(round(status.spans_per_s))}/s"
    return safe_line(words)


def _short(address: str) -> str:
    """`:4318` for this machine alone, host and port for what others can reach too."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    return port if host in _LOOPBACK and port else f"{host}{port}" or address

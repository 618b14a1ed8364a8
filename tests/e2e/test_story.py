"""A person finds what they look for, by keyboard alone, in the installed program and a real pseudo-terminal."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.terminal import Terminal
from tracetui.demo import specials
from tracetui.demo.job import order, records
from tracetui.domain.periods import HOUR_US
from tracetui.domain.trace import Status, Trace

TRACETUI = str(Path(sys.executable).with_name("tracetui"))
NOW = "2026-11-23T14:05:00Z"
NOW_US = 1_795_442_700_000_000
TRACES = 4_000
TUESDAY_US = specials.last_tuesday_us(NOW_US)
TUESDAY = datetime.fromtimestamp(TUESDAY_US / 1e6, UTC).date().isoformat()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The app on a demo store, in a folder of its own, as it asks for a model."""
    store = tmp_path / "demo.db"
    command = ["demo", "--no-open", f"--traces={TRACES}", f"--now={NOW}", f"--store={store}"]
    subprocess.run([TRACETUI, *command], check=True, capture_output=True)
    own = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    opened = Terminal(
        ["sh", "-c", f"cd '{tmp_path}' && exec '{TRACETUI}' --store demo.db --tz UTC"], 120, 40, **own
    )
    opened.wait_for("support-bot")
    opened.settle()
    yield opened
    opened.close()


def test_failed_slow_checkout_requests_of_a_day_that_mention_a_refund_are_found_exported_and_copied(
    terminal: Terminal, tmp_path: Path
) -> None:
    """The question: which failed requests of the checkout workflow took longer than 2 s last Tuesday and mention a
    refund? 71 keys, 54 of them text.
    """
    keys = ["support", "enter", "t", TUESDAY, "enter", "f"]
    keys += ["ctrl+n", "response", "tab", "greater", "tab", "2s"]
    keys += ["ctrl+n", "source", "tab", "tab", "checkout", "enter"]
    keys += ["/", "refund", "enter", "e"]
    for key in keys:
        terminal.press(key)
        terminal.settle()
    terminal.wait_for("saved")
    for key in ("enter", "tab", "y"):
        terminal.press(key)
        terminal.settle()

    with (tmp_path / "support-bot_traces_data.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["Request ID"] for row in csv.DictReader(file)}
    assert found == _expected()
    assert b"\x1b]52;c;" in terminal.seen


def _expected() -> set[str]:
    """The same by a plain loop over the records."""
    return {
        record.request_id
        for record in records(order(NOW_US, TRACES))
        if isinstance(record, Trace)
        and record.model == "support-bot"
        and record.status is Status.FAILED
        and record.source == "checkout"
        and (record.response_time_us or 0) > 2_000_000
        and TUESDAY_US <= record.executed_at_us < TUESDAY_US + 24 * HOUR_US
        and "refund" in f"{record.input}\n{record.output}\n{record.error}".lower()
    }

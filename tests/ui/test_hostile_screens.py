"""Hostile names and texts in a real store, through every screen and dialog: nothing comes out that could act."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.fakes import MS, NOON_US, ListWriter, S, a_trace
from tests.hostile import ACTS, HOSTILE
from tests.ui.over_a_store import opened
from tests.ui.tables import press, settled
from tracetui.cancel import Cancel
from tracetui.domain.catalogue import Connection, Deployment, ModelType
from tracetui.domain.ports import Record
from tracetui.domain.trace import Status
from tracetui.ingest import job
from tracetui.ingest.items import Options

NAUGHTY = Path(__file__).parents[2].parent / "shared" / "data" / "naughty" / "naughty_half.jsonl"
ALL = " ".join(HOSTILE.values())
HOSTED, EXTERNAL = f"hosted {ALL}", f"external {ALL}"


def records() -> list[Record]:
    """A hosted and an external model whose every name and text is hostile."""
    traces: list[Record] = [
        a_trace(
            f"{number} {payload}",
            model=HOSTED if number % 2 else EXTERNAL,
            model_type=ModelType.FINE_TUNED if number % 2 else ModelType.EXTERNAL,
            base_model=payload,
            deployment=ALL if number % 2 else None,
            version=payload,
            connection=None if number % 2 else ALL,
            executed_at_us=NOON_US - number * 60 * S,
            response_time_us=number * MS,
            status=Status.FAILED if number % 3 else Status.SUCCESS,
            source_type=payload,
            source=payload,
            user_id=payload,
            session=payload,
            error_type=payload,
            error=payload,
            finish_reason=payload,
            input=payload,
            output=payload,
        )
        for number, payload in enumerate((*HOSTILE.values(), *HOSTILE.values()), 1)
    ]
    up_us = NOON_US - 3_600 * S
    return [
        *traces,
        Deployment(HOSTED, ModelType.FINE_TUNED, ALL, ALL, up_us, hardware=ALL, max_replicas=2),
        Connection(EXTERNAL, ALL, up_us, is_default=True),
    ]


WAYS: dict[str, tuple[str, ...]] = {
    "list of models": (),
    "table": ("enter",),
    "details, one after another": ("enter", "enter", *["down"] * 12),
    "JSON": ("enter", "enter", "J"),
    "deployments": ("enter", "d"),
    "versions": ("enter", "v"),
    "periods": ("enter", "t"),
    "explanation": ("enter", "i"),
    "columns": ("enter", "c"),
    "filter with completed values": ("enter", "f", *"source", "tab", "tab", "down"),
    "search": ("enter", "/", *"RED", "enter", "enter"),
    "keys": ("enter", "question_mark"),
    "actions": ("enter", "ctrl+p"),
    "dashboard": ("enter", "1", "m", "enter"),
    "expanded chart": ("enter", "1", "m", "enter", "z"),
    "dashboard of an external model": ("enter", "1", "right_square_bracket", "right_square_bracket", "m", "enter"),
}


def assert_harmless(pilot: Pilot[Any]) -> None:
    """Look at every segment that would be written."""
    for strip in pilot.app.screen._compositor.render_strips():
        for segment in strip:
            assert not ACTS.search(segment.text), repr(segment.text)
            meta = segment.style.meta if segment.style else {}
            assert "app.quit" not in str(meta)


@pytest.mark.parametrize("keys", WAYS.values(), ids=WAYS)
async def test_nothing_that_acts_comes_out_of_any_screen(tmp_path: Path, keys: tuple[str, ...]) -> None:
    async with opened(tmp_path, records(), (120, 40)) as pilot:  # type: ignore[arg-type]
        assert_harmless(pilot)
        for key in keys:
            await press(pilot, key)
            assert_harmless(pilot)
        assert pilot.app.is_running


@pytest.mark.skipif(not NAUGHTY.exists(), reason="../shared/data/naughty is not here")
async def test_nothing_that_acts_comes_out_of_the_naughty_lines(tmp_path: Path) -> None:
    read = ListWriter()
    job.run([str(NAUGHTY)], read, Options(), Cancel(), lambda _: None, folder=tmp_path)
    async with opened(tmp_path, read.records, (120, 40)) as pilot:  # type: ignore[arg-type]
        await press(pilot, *"gpt-4o", "enter", "a", "enter")
        for _ in range(45):
            await press(pilot, "down")
            assert_harmless(pilot)
        await press(pilot, "J")
        await settled(pilot)
        assert_harmless(pilot)

"""An export from beginning to end, over a reader that a test holds in its hand."""

from pathlib import Path

import pytest

from tests.export.rows import QUERY, ListedTraces, a_row, nobody
from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.domain.ports import Exported
from tracetui.errors import StoreError
from tracetui.export.job import Exporter

TWO_BLOCKS = ((a_row(request_id="a"), a_row(request_id="b")), (a_row(request_id="c"),))


def test_every_block_is_written_and_the_file_is_named(tmp_path: Path) -> None:
    traces = ListedTraces(TWO_BLOCKS)
    done = Exporter(traces.open, tmp_path)(QUERY, Cancel(), nobody)
    assert done == Exported(tmp_path / "GPT4_traces_data.csv", 3)
    assert [line.split(",")[1] for line in done.path.read_text().splitlines()] == [
        "Request ID",
        '"a"',
        '"b"',
        '"c"',
    ]
    assert traces.is_closed


def test_no_traces_are_a_file_of_headers(tmp_path: Path) -> None:
    done = Exporter(ListedTraces(()).open, tmp_path)(QUERY, Cancel(), nobody)
    assert done.traces == 0
    assert done.path.read_bytes().count(b"\n") == 1


def test_it_tells_how_many_of_how_many_are_written(tmp_path: Path) -> None:
    told: list[Progress] = []
    Exporter(ListedTraces(TWO_BLOCKS).open, tmp_path)(QUERY, Cancel(), told.append)
    assert [(progress.done, progress.total) for progress in told] == [(0, None), (0, 3), (2, 3), (3, 3)]


def test_a_cancelled_export_leaves_nothing(tmp_path: Path) -> None:
    cancel = Cancel()
    traces = ListedTraces(TWO_BLOCKS, between=lambda place: cancel.set() if place else None)
    with pytest.raises(Cancelled):
        Exporter(traces.open, tmp_path)(QUERY, cancel, nobody)
    assert list(tmp_path.iterdir()) == []
    assert traces.is_closed


def test_one_that_is_cancelled_after_the_last_row_leaves_nothing(tmp_path: Path) -> None:
    cancel = Cancel()

    def cancel_at_the_end(progress: Progress) -> None:
        if progress.done == progress.total:
            cancel.set()

    with pytest.raises(Cancelled):
        Exporter(ListedTraces(TWO_BLOCKS).open, tmp_path)(QUERY, cancel, cancel_at_the_end)
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_fails_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def fail(place: int) -> None:
        if place:
            raise StoreError("The disk fails.")

    with pytest.raises(StoreError):
        Exporter(ListedTraces(TWO_BLOCKS, between=fail).open, tmp_path)(QUERY, Cancel(), nobody)
    assert list(tmp_path.iterdir()) == []

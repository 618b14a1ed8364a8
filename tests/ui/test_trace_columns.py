"""Where columns stand at any width."""

from itertools import pairwise

import pytest

from tracetui.ui.widgets.trace_columns import COLUMNS, Placed, columns_for, lay_out

CONTENT = {
    "status": 1,
    "request_id": 36,
    "response_time": 8,
    "version": 4,
    "source_type": 8,
    "source": 12,
    "executed_at": 15,
}


def keys(placed: tuple[Placed, ...]) -> list[str]:
    return [column.key for column, _, _ in placed]


def width_of(placed: tuple[Placed, ...], key: str) -> int:
    return next(width for column, _, width in placed if column.key == key)


def test_every_column_stands_at_120_cells_in_the_order_of_the_specification() -> None:
    assert keys(lay_out(COLUMNS, CONTENT, 117)) == [
        "status",
        "request_id",
        "response_time",
        "version",
        "source_type",
        "source",
        "executed_at",
        "input",
        "output",
    ]


def test_a_model_behind_a_connection_has_no_version() -> None:
    assert "version" not in [column.key for column in columns_for(is_hosted=False)]
    assert len(columns_for(is_hosted=False)) == 8


def test_at_80_cells_the_least_important_columns_yield_and_the_others_stay() -> None:
    placed = keys(lay_out(COLUMNS, CONTENT, 77))
    assert {"status", "request_id", "response_time", "executed_at", "input"} <= set(placed)
    assert "source_type" not in placed


@pytest.mark.parametrize("width", range(40, 240))
def test_columns_never_overlap_and_never_leave_the_width(width: int) -> None:
    placed = lay_out(COLUMNS, CONTENT, width)
    for left, right in pairwise(placed):
        assert left.x + left.width < right.x
    assert all(x + cells <= width for _, x, cells in placed if cells)


@pytest.mark.parametrize("width", range(80, 240))
def test_the_texts_take_all_the_room_that_is_left(width: int) -> None:
    placed = lay_out(COLUMNS, CONTENT, width)
    assert placed[-1].x + placed[-1].width == width


def test_long_ids_leave_most_of_the_room_to_the_texts() -> None:
    placed = lay_out(COLUMNS, CONTENT, 137)
    assert width_of(placed, "input") > width_of(placed, "request_id")
    assert abs(width_of(placed, "input") - width_of(placed, "output")) <= 1


def test_a_fixed_column_is_as_wide_as_its_content_within_bounds() -> None:
    placed = lay_out(COLUMNS, CONTENT | {"source": 60}, 200)
    assert width_of(placed, "source") == 18
    assert width_of(placed, "source_type") == len("Source type")

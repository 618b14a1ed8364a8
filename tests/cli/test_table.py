"""Tables of text that fit the terminal."""

import pytest

from tracetui.cli.table import Column, fitted
from tracetui.display.sanitise import Safe, cells

COLUMNS = (Column("Model", is_number=False), Column("Requests"), Column("P50", weight=1), Column("P99", weight=2))
ROWS = [
    [Safe("a-model-with-a-long-name"), Safe("1,204"), Safe("1.20 s"), Safe("3.90 s")],
    [Safe("短い名前"), Safe("3"), Safe("–"), Safe("–")],
]


def test_a_table_without_a_width_holds_everything() -> None:
    table = fitted(COLUMNS, ROWS, None)
    assert table.left_out == ()
    assert table.lines == [
        "Model                     Requests     P50     P99",
        "a-model-with-a-long-name     1,204  1.20 s  3.90 s",
        "短い名前                         3       –       –",
    ]


def test_names_are_cut_before_a_column_is_left_out() -> None:
    table = fitted(COLUMNS, ROWS, 45)
    assert table.left_out == ()
    assert "a-model-with-a-lon…" in table.lines[1]


def test_the_lightest_columns_are_left_out_first_and_named() -> None:
    table = fitted(COLUMNS, ROWS, 36)
    assert table.left_out == ("P50",)
    # With the room that this leaves the name is longer again.
    assert table.lines[1] == "a-model-with-a-lo…     1,204  3.90 s"


@pytest.mark.parametrize("width", range(1, 60))
def test_no_line_is_ever_wider_than_the_terminal(width: int) -> None:
    assert max(cells(Safe(line)) for line in fitted(COLUMNS, ROWS, width).lines) <= width


def test_a_table_without_rows_is_its_heading() -> None:
    assert fitted(COLUMNS, [], None).lines == ["Model  Requests  P50  P99"]

"""How far a job is, in words."""

import pytest

from tracetui.cancel import Progress
from tracetui.display.progress import part_done, progress_in_words


@pytest.mark.parametrize(
    ("done", "total", "elapsed_s", "words"),
    [
        (0, None, 9, "counting"),
        (0, 48_120, 9, " 0 %  0 of 48,120"),
        (29_900, 48_120, 6.6, "62 %  29,900 of 48,120  4 s left"),
        (48_119, 48_120, 60, "99 %  48,119 of 48,120  1 s left"),
        (48_120, 48_120, 60, "100 %  48,120 of 48,120"),
        (100, 48_120, 0.1, " 0 %  100 of 48,120"),
        (1, 1_000, 1, " 0 %  1 of 1,000  17 min left"),
        (1, 10_000, 1, " 0 %  1 of 10,000  2 h 47 min left"),
        (0, 0, 1, "100 %  0 of 0"),
    ],
)
def test_progress_is_told_by_rows_percent_and_time_left(
    done: int, total: int | None, elapsed_s: float, words: str
) -> None:
    assert progress_in_words(Progress(done, total, "traces"), elapsed_s) == words


def test_a_part_is_known_once_the_whole_is() -> None:
    assert part_done(Progress(5, None, "traces")) is None
    assert part_done(Progress(5, 10, "traces")) == 0.5

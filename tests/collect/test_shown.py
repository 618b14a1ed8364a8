"""What a collector says of itself in words."""

import pytest

from tracetui.cli.collect_shown import in_words
from tracetui.domain.collecting import CollectorStatus


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (CollectorStatus(True, spans=1_200, spans_per_s=41.7), "spans: 1,200  spans/s: 42"),
        (CollectorStatus(False, spans=1, rejected=1), "spans: 1  rejected: 1"),
        (CollectorStatus(False, log_records=3, refused=2), "spans: 0  log records: 3  requests refused: 2"),
        (CollectorStatus(False, data_points=9), "spans: 0  data points of metrics not kept: 9"),
    ],
)
def test_it_tells_what_came_and_what_did_not(status: CollectorStatus, words: str) -> None:
    assert in_words(status) == words

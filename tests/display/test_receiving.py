"""A collector in a few words."""

import pytest

from tracetui.display.receiving import receiving_in_words
from tracetui.domain.collecting import CollectorStatus

HERE = ("http://127.0.0.1:4318",)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (CollectorStatus(False), ""),
        (CollectorStatus(False, problem="The port is taken."), "not receiving"),
        (CollectorStatus(True, HERE), "receiving on :4318"),
        (CollectorStatus(True, HERE, spans=1204), "receiving on :4318 · 1,204 spans"),
        (CollectorStatus(True, HERE, spans=1204, spans_per_s=34.6), "receiving on :4318 · 1,204 spans · 35/s"),
        (CollectorStatus(True, HERE, log_records=3), "receiving on :4318 · 3 log records"),
        (CollectorStatus(True, ("http://10.0.0.5:4318",)), "receiving on 10.0.0.5:4318"),
        (CollectorStatus(True, ("http://[::1]:4318", "http://127.0.0.1:4317")), "receiving on :4318 :4317"),
    ],
)
def test_a_collector_says_where_it_listens_and_what_came(status: CollectorStatus, words: str) -> None:
    assert receiving_in_words(status) == words

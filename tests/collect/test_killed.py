"""Killed under load, nothing that was acknowledged is lost, and nothing is there twice."""

from pathlib import Path

import pytest

from tests.collect.killed import is_sound, kill_under_load, send_again, stored_ids


@pytest.mark.parametrize("enough", [1, 7, 20])
def test_every_acknowledged_span_survives_the_kill_of_the_collector(tmp_path: Path, enough: int) -> None:
    store = tmp_path / "traces.db"
    load = kill_under_load(store, "span", enough)
    found = stored_ids(store)
    assert load.acknowledged
    assert load.acknowledged <= set(found)
    assert len(found) == len(set(found))
    assert is_sound(store)
    assert send_again(store, load) == {200}
    assert sorted(stored_ids(store)) == sorted(id for ids in load.sent for id in ids)
    assert is_sound(store)

"""`tracetui prune`: what it asks, tells and deletes."""

import json
from pathlib import Path

import pytest

from tests.fakes import a_trace
from tests.store.plain import fill

from .commands import Command


@pytest.fixture
def pruned(command: Command) -> Command:
    """A store of three traces of 2026-10-01 and one that is not old at any time."""
    fill(command.store, *(a_trace(f"old-{number}") for number in range(3)), a_trace("new", executed_at_us=1 << 51))
    return command


def test_help_shows_an_example(command: Command) -> None:
    assert "tracetui prune --older-than 90d" in command.run("prune", "--help").out


def test_a_dry_run_tells_and_deletes_nothing(pruned: Command) -> None:
    outcome = pruned.run("prune", "--older-than", "1d", "--dry-run")
    assert outcome.code == 0
    assert outcome.out.startswith("3 of 4 traces are from before ")
    assert pruned.row("SELECT count(*) FROM traces") == (4,)


def test_nobody_to_ask_is_told_and_deletes_nothing(pruned: Command) -> None:
    outcome = pruned.run("prune", "--older-than", "1d")
    assert (outcome.code, "--yes" in outcome.err) == (2, True)
    assert pruned.row("SELECT count(*) FROM traces") == (4,)


def test_yes_deletes_without_asking(pruned: Command) -> None:
    outcome = pruned.run("prune", "--older-than", "1d", "--yes")
    assert outcome.code == 0
    assert "3 traces from before" in outcome.out
    assert "Their figures stay in the charts." in outcome.out
    assert pruned.rows("SELECT request_id FROM traces") == [("new",)]


def test_json_tells_what_was_done(pruned: Command) -> None:
    outcome = pruned.run("prune", "--older-than", "1d", "--yes", "--json", "--drop-figures")
    told = json.loads(outcome.out)
    assert (told["traces"], told["traces_in_store"], told["figures_kept"]) == (3, 4, False)
    assert told["pruned_before"].endswith("T00:00:00.000000Z")


def test_nothing_old_is_told(pruned: Command) -> None:
    outcome = pruned.run("prune", "--older-than", "20000d", "--yes")
    assert (outcome.code, outcome.out.startswith("None of 4 traces")) == (0, True)


@pytest.mark.parametrize("age", ["long", "-1d", ""])
def test_an_age_that_cannot_be_read_is_refused(pruned: Command, age: str) -> None:
    outcome = pruned.run("prune", "--older-than", age, "--yes")
    assert outcome.code == 2
    assert "Traceback" not in outcome.err


def test_an_age_without_a_unit_is_told_how_ages_are_written(pruned: Command) -> None:
    outcome = pruned.run("prune", "--older-than", "90", "--yes")
    assert outcome.code == 2
    assert outcome.err == 'tracetui: --older-than "90" is no age.\nWrite 90d, 24h or 1d 12h.\n'


def test_minutes_are_refused_as_who_writes_m_means_months(pruned: Command) -> None:
    outcome = pruned.run("prune", "--older-than", "6m", "--yes")
    assert (outcome.code, "m is minutes" in outcome.err) == (2, True)
    assert pruned.row("SELECT count(*) FROM traces") == (4,)


def test_a_store_that_is_not_there_is_not_made(command: Command, tmp_path: Path) -> None:
    assert command.run("prune", "--older-than", "1d", "--yes").code == 2
    assert not (tmp_path / "traces.db").exists()

"""`tracetui remap`: the config file of today on what came in before."""

import json

import pytest

from tests.cli.commands import Command

LINES = """\
{"request_id": "r-1", "model": "gpt", "executed_at": "2026-10-01T12:00:00Z", "status": "success", "source": "shop"}
{"request_id": "r-2", "model": "gpt", "executed_at": "2026-10-01T12:00:01", "status": "failed", "input_tokens": 10}
{"model": "chat", "executed_at": "2026-10-01T12:00:02Z", "deployment": "d"}
{"executed_at": "2026-10-01T12:00:03Z", "request_id": "r-4"}
"""
CONFIG = """
[models.gpt]
type = "fine-tuned"
base_model = "llama"
deployment = "prod"
version = "7"
credits_per_request = 0.5

[sources.shop]
type = "Workflow"
"""
TRACES = """
SELECT t.request_id, m.name, m.type, r.deployment, r.version, st.name, t.credits_micro, t.executed_at
FROM traces t JOIN models m ON m.id = t.model_id JOIN routes r ON r.id = t.route_id
LEFT JOIN source_types st ON st.id = t.source_type_id ORDER BY t.id
"""


@pytest.fixture
def stored(command: Command) -> Command:
    (command.folder / "calls.jsonl").write_text(LINES)
    assert command.run("import", "--assume-tz", "Asia/Tokyo", "--model", "by-flag", "calls.jsonl").code == 0
    return command


def test_what_the_config_says_now_is_applied_to_what_came_in_before(stored: Command) -> None:
    before = stored.rows(TRACES)
    stored.configure(CONFIG)
    outcome = stored.run("remap")
    assert outcome.code == 0
    after = stored.rows(TRACES)
    assert after[0][1:7] == ("gpt", "fine-tuned", "prod", "7", "Workflow", 500_000)
    assert after[1][1:7] == ("gpt", "fine-tuned", "prod", "7", None, 500_000)
    # Times without a zone, made ids and the model of a flag are as the import had them.
    assert [row[-1] for row in after] == [row[-1] for row in before]
    assert [row[0] for row in after] == [row[0] for row in before]
    assert after[2:] == before[2:]
    assert outcome.out.splitlines() == [
        "4 traces read again: 2 changed.",
        "  base_model          2",
        "  credits             2",
        "  deployment          2",
        "  deployment_version  2",
        "  model_type          2",
        "  source_type         1",
    ]


def test_a_dry_run_changes_nothing(stored: Command) -> None:
    before = stored.rows(TRACES)
    stored.configure(CONFIG)
    outcome = stored.run("remap", "--dry-run", "--json")
    told = json.loads(outcome.out)
    assert (told["read"], told["changed"], told["changed_by_field"]["credits"]) == (4, 2, 2)
    assert stored.rows(TRACES) == before


def test_a_zone_that_is_said_moves_times_that_name_none(stored: Command) -> None:
    assert json.loads(stored.run("remap", "--assume-tz", "UTC", "--json").out)["changed_by_field"] == {
        "executed_at": 1
    }
    assert stored.rows(TRACES)[1][-1] == 1_790_856_001_000_000


def test_a_second_run_changes_nothing(stored: Command) -> None:
    stored.configure(CONFIG)
    stored.run("remap")
    assert stored.run("remap").out == "4 traces read again: 0 changed.\n"


def test_what_cannot_be_read_again_is_told_and_stays(command: Command) -> None:
    command.configure('[csv.mine.columns]\nexecuted_at = "when"\n')
    (command.folder / "calls.csv").write_text("when,who\n2026-10-01T12:00:00Z,me\n")
    assert command.run("import", "calls.csv").code == 0
    command.configure("")
    outcome = command.run("remap")
    assert (outcome.code, outcome.out) == (1, "1 trace read again: 0 changed.\n")
    assert "1 trace stays as before" in outcome.err
    assert "no column that is known" in outcome.err
    assert command.row("SELECT count(*) FROM traces") == (1,)


def test_a_missing_store_is_not_made(command: Command) -> None:
    outcome = command.run("remap")
    assert outcome.code == 2
    assert "There is no store" in outcome.err
    assert not command.store.exists()

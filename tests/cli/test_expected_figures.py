"""Files of known figures go in through the command, and the store answers with those figures.

EXPECTED.json was computed with other tools, from the same files.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tracetui.cancel import Cancel
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope, SummaryQuery
from tracetui.domain.rows import Summary
from tracetui.store.reader import SqliteReader

from .commands import SHARED, Command, needs_shared_data

DAY_US = 86_400_000_000
EVER = Period(0, 4_102_444_800_000_000)
DOCS = Path(__file__).parents[2] / "docs"

pytestmark = needs_shared_data


def expected(file: str) -> Any:
    return json.loads((SHARED / "EXPECTED.json").read_text())[file]


def summary(command: Command, model: str, model_type: ModelType = ModelType.EXTERNAL) -> Summary:
    reader = SqliteReader(command.store)
    try:
        return reader.read(SummaryQuery(Scope(ModelRef(model_type, model)), EVER), Cancel())
    finally:
        reader.close()


def by_day(command: Command, sums: str) -> dict[str, Any]:
    sql = f"SELECT date(day * 86400, 'unixepoch'), {sums} FROM sums_by_day GROUP BY day"
    return dict(command.rows(sql))  # type: ignore[arg-type]


def mapping(name: str) -> str:
    """A mapping as the documentation shows it."""
    found = re.search(rf"<!-- mapping: {name} -->\n```toml\n(.*?)```", (DOCS / "csv.md").read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_joined_runs_give_their_figures(command: Command) -> None:
    figures = expected("joined/taubench_gpt4o_runs.jsonl")
    outcome = command.run("import", SHARED / "joined" / "taubench_gpt4o_runs.jsonl")
    assert outcome.code == 0
    assert "2,534 read, 2,534 added, 0 already there, 0 rejected" in outcome.out
    of_model = summary(command, "gpt-4o")
    assert (of_model.requests, of_model.failed) == (figures["traces"], figures["failed"])
    percentiles = figures["response_time_ms_all"]
    assert of_model.timed == percentiles["n"]
    assert of_model.p90_us == round(percentiles["p90_nearest_rank"] * 1000)
    assert of_model.p99_us == round(percentiles["p99_nearest_rank"] * 1000)
    assert command.row("SELECT sum(input_tokens), sum(output_tokens) FROM sums_by_day") == (
        figures["input_tokens_sum"],
        figures["output_tokens_sum"],
    )
    assert by_day(command, "sum(requests)") == figures["per_day"]["UTC"]
    assert by_day(command, "sum(failed)") == figures["per_day_failed_UTC"]


def test_importing_the_joined_runs_again_adds_nothing(command: Command) -> None:
    file = SHARED / "joined" / "taubench_gpt4o_runs.jsonl"
    command.run("import", file)
    outcome = command.run("import", file)
    assert outcome.code == 0
    assert "2,534 read, 0 added, 2,534 already there, 0 rejected" in outcome.out
    assert command.row("SELECT sum(requests) FROM sums_by_quarter") == (2534,)


def test_payloads_come_back_as_the_bytes_of_the_file(command: Command) -> None:
    file = SHARED / "joined" / "taubench_gpt4o_runs.jsonl"
    command.run("import", file)
    line = file.read_bytes().splitlines()[0]
    from tracetui.domain.queries import TraceQuery

    ((id_,),) = command.rows("SELECT id FROM traces WHERE request_id = ?", [json.loads(line)["request_id"]])
    reader = SqliteReader(command.store)
    detail = reader.read(TraceQuery(id_), Cancel())  # type: ignore[arg-type]
    reader.close()
    assert detail is not None
    assert detail.raw == (line,)
    assert detail.request is not None
    assert b'"request": ' + detail.request in line
    assert json.loads(detail.request) == json.loads(line)["request"]


def test_the_recorded_cassettes_give_their_figures_by_the_rules_of_import(command: Command) -> None:
    outcome = command.run("import", SHARED / "wire" / "cassettes_traces.jsonl")
    assert outcome.code == 1
    assert "1,154 read, 801 added, 319 already there" in outcome.out
    assert "34 rejected" in outcome.out
    assert command.row("SELECT sum(requests), sum(failed), sum(timed) FROM sums_by_day") == (801, 22, 468)
    times = [us for (us,) in command.rows("SELECT response_time_us FROM traces WHERE response_time_us NOT NULL")]
    ranked = sorted(times)  # type: ignore[type-var]
    assert (ranked[-(-len(ranked) * 90 // 100) - 1], ranked[-(-len(ranked) * 99 // 100) - 1]) == (
        2_456_000,
        12_559_000,
    )
    rejects = (command.folder / "cassettes_traces.jsonl.rejects.jsonl").read_text().splitlines()
    assert {json.loads(line)["reason"] for line in rejects} == {"executed_at is missing"}


def test_the_azure_trace_comes_in_by_the_mapping_of_the_documentation(command: Command) -> None:
    figures = expected("traces_csv/AzureLLMInferenceTrace_code.csv")
    command.configure(mapping("azure"))
    outcome = command.run("import", SHARED / "traces_csv" / "AzureLLMInferenceTrace_code.csv")
    assert outcome.code == 0
    of_model = summary(command, "azure-code")
    assert (of_model.requests, of_model.failed, of_model.timed) == (figures["rows"], 0, 0)
    assert command.row(
        "SELECT sum(input_tokens), sum(output_tokens), datetime(min(executed_at) / 1000000, 'unixepoch')"
        " FROM traces"
    ) == (figures["ContextTokens_sum"], figures["GeneratedTokens_sum"], figures["min"][:19])
    assert command.row("SELECT max(executed_at) % 1000000 FROM traces") == (int(figures["max"][20:]),)
    by_minute = "SELECT strftime('%H:%M', executed_at / 1000000, 'unixepoch'), count(*) FROM traces GROUP BY 1"
    assert dict(command.rows(by_minute)) == figures["per_minute"]  # type: ignore[arg-type]
    again = command.run("import", SHARED / "traces_csv" / "AzureLLMInferenceTrace_code.csv")
    assert "0 added, 8,819 already there" in again.out


@pytest.mark.parametrize(
    ("file", "timed"), [("burstgpt_layout6_from_azure.csv", False), ("burstgpt_layout8_from_azure.csv", True)]
)
def test_both_burstgpt_layouts_come_in_by_the_mapping_of_the_documentation(
    command: Command, file: str, timed: bool
) -> None:
    rows = [line.split(",") for line in (SHARED / "traces_csv" / file).read_text().splitlines()]
    at = rows[0].index("Response tokens")
    command.configure(mapping("burstgpt"))
    outcome = command.run("import", SHARED / "traces_csv" / file)
    assert outcome.code == 0
    assert command.row(
        "SELECT count(*), sum(status), sum(output_tokens), sum(response_time_us NOT NULL) FROM traces"
    ) == (
        len(rows) - 1,
        sum(row[at] == "0" for row in rows[1:]),
        sum(int(row[at]) for row in rows[1:]),
        len(rows) - 1 if timed else 0,
    )
    assert {name for (name,) in command.rows("SELECT name FROM models")} == {"ChatGPT", "GPT-4"}


def test_every_naughty_line_does_what_is_expected_of_it(command: Command) -> None:
    cases = json.loads((SHARED / "naughty" / "naughty_half.expected.json").read_text())["cases"]
    lines = (SHARED / "naughty" / "naughty_half.jsonl").read_bytes().split(b"\n")
    command.run("import", SHARED / "naughty" / "naughty_half.jsonl")
    rejects = (command.folder / "naughty_half.jsonl.rejects.jsonl").read_text().splitlines()
    rejected = {json.loads(line)["line"] for line in rejects}
    kept = {request_id for (request_id,) in command.rows("SELECT request_id FROM traces")}
    for case in cases:
        line, number = lines[case["line"] - 1], case["line"]
        match case["expect"]:
            case "accept":
                assert number not in rejected, case
                assert json.loads(line)["request_id"] in kept, case
            case "reject-line":
                assert number in rejected, case
            case _:
                assert case["expect"] in (
                    "accept-with-warning",
                    "duplicate-skipped",
                    "duplicate-reported",
                    "skip-silently",
                )
    # Of the lines that may be taken or refused, those whose value cannot be kept are refused: a time of 1e308 ms,
    # 2^63 tokens, the years 1601 and 9999.
    doubtful = {case["line"] for case in cases if case["expect"] == "accept-with-warning"}
    assert rejected & doubtful == {33, 36, 45, 46}
    assert command.row("SELECT count(*) FROM traces") == (55,)


def test_texts_of_naughty_lines_are_kept_to_the_last_character(command: Command) -> None:
    from tracetui.domain.queries import TraceQuery

    cases = json.loads((SHARED / "naughty" / "naughty_half.expected.json").read_text())["cases"]
    lines = (SHARED / "naughty" / "naughty_half.jsonl").read_bytes().split(b"\n")
    command.run("import", SHARED / "naughty" / "naughty_half.jsonl")
    ids = dict(command.rows("SELECT request_id, id FROM traces"))  # type: ignore[arg-type]
    reader = SqliteReader(command.store)
    for case in cases:
        if case["expect"] == "accept":
            sent = json.loads(lines[case["line"] - 1])
            kept = reader.read(TraceQuery(ids[sent["request_id"]]), Cancel())  # type: ignore[arg-type]
            assert kept is not None
            assert (kept.input, kept.output, kept.model.name, kept.user_id) == (
                sent.get("input"), sent.get("output"), sent["model"], sent.get("user"),
            )  # fmt: skip
    reader.close()


@pytest.mark.parametrize(
    ("file", "traces", "code"),
    [
        ("trunc_last_line.jsonl", 4, 1),
        ("bom.jsonl", 5, 0),
        ("plain.jsonl.gz", 5, 0),
        ("utf16le.jsonl", 5, 0),
        ("json_array_file.json", 5, 0),
        ("mixed_eol.jsonl", 5, 0),
        ("one_bad_in_many.jsonl", 1499, 1),
        ("output_1MB_one_line.jsonl", 3, 0),
        ("nested_990.jsonl", 2, 1),
        ("formula_and_ragged.csv", 2, 1),
    ],
)
def test_naughty_files_give_the_traces_that_are_in_them(
    command: Command, file: str, traces: int, code: int
) -> None:
    outcome = command.run("import", SHARED / "naughty" / file)
    assert outcome.code == code
    assert command.row("SELECT count(*) FROM traces") == (traces,)


def test_an_empty_file_is_said_to_be_empty(command: Command) -> None:
    outcome = command.run("import", SHARED / "naughty" / "empty.jsonl")
    assert (outcome.code, outcome.err) == (0, "")
    assert "is empty, 0 read" in outcome.out


@pytest.mark.parametrize(
    ("file", "said"),
    [("one_bad_in_many.jsonl", "line 778: is not JSON"), ("trunc_last_line.jsonl", "line 5: is cut off")],
)
def test_the_summary_names_the_line_that_was_rejected(command: Command, file: str, said: str) -> None:
    assert said in command.run("import", SHARED / "naughty" / file).out

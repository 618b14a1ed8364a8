"""The command itself: verbs, flags, errors, exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tracetui import __version__
from tracetui.cli import VERBS

from .commands import Command


@pytest.mark.parametrize("verb", list(VERBS))
def test_the_help_of_every_verb_has_an_example(command: Command, verb: str) -> None:
    outcome = command.run(verb, "--help")
    assert outcome.code == 0
    assert "example" in outcome.out
    assert f"tracetui {verb}" in outcome.out.split("example", 1)[1]


def test_the_version_is_told(command: Command) -> None:
    assert command.run("--version").out == f"tracetui {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["import"],
        ["--refresh", "often"],
        ["--refresh", "-1"],
        ["schema", "--nonsense"],
        ["import", "--format", "x", "f"],
    ],
)
def test_wrong_usage_is_one_sentence_and_a_hint(command: Command, arguments: list[str]) -> None:
    outcome = command.run(*arguments)
    assert outcome.code == 2
    problem, hint = outcome.err.splitlines()
    assert problem.startswith("tracetui")
    assert "--help" in hint


def test_flags_stand_before_or_after_the_verb(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text('{"executed_at": 0}\n')
    other = tmp_path / "other.db"
    assert command.run("import", file, "--store", other).code == 0
    assert other.exists()
    assert not command.store.exists()


def test_a_zone_that_is_none_is_refused(command: Command) -> None:
    outcome = command.run("--tz", "Mars/Olympus", "schema")
    assert outcome.code == 2
    assert "There is no time zone 'Mars/Olympus'" in outcome.err


def test_an_error_cannot_act_on_the_terminal(command: Command) -> None:
    outcome = command.run("import", "\x1b]0;owned\x07.jsonl")
    assert outcome.code == 2
    assert "\x1b" not in outcome.err
    assert "\x07" not in outcome.err


def test_the_schema_is_json_and_names_every_record_type(command: Command) -> None:
    schema = json.loads(command.run("schema").out)
    types = {definition["properties"]["type"]["const"] for definition in schema["$defs"].values()}
    assert types == {"trace", "model", "deployment", "connection", "replicas", "credits", "fine-tuning"}


def test_without_a_terminal_the_app_says_that_it_needs_one(command: Command) -> None:
    outcome = command.run()
    assert outcome.code == 2
    assert "terminal" in outcome.err


def test_the_way_to_the_app_imports_nothing_heavy() -> None:
    program = (
        "import sys; from tracetui.cli import main; main([]);"
        "print([name for name in ('pydantic', 'sqlite_utils', 'plotext', 'zstandard') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_help_imports_no_verb() -> None:
    program = (
        "import sys\nfrom tracetui.cli import VERBS, main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([module for module, _ in VERBS.values() if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_error_of_ours() -> None:
    program = f"{sys.executable} -m tracetui schema | head -c 10"
    done = subprocess.run(["/bin/sh", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""

"""Standard output closed, full, gone, or in an encoding that has not every sign."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fakes import S, a_trace
from tests.store.plain import fill

VERBS = [
    ["models"],
    ["models", "--json"],
    ["stats"],
    ["check", "p99 < 1s"],
    ["doctor"],
    ["traces"],
    ["show", "req-1"],
    ["remap", "--dry-run"],
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "traces.db"
    fill(
        path,
        a_trace(
            model="modèle 模型 😀", executed_at_us=time.time_ns() // 1_000 - 60 * S, raw=b'{"executed_at": 1}'
        ),
    )
    return path


def run(store: Path, verb: list[str], redirected: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = f'exec "$0" -m tracetui --store "$1" "${{@:2}}" {redirected}'
    return subprocess.run(
        ["/bin/bash", "-c", command, sys.executable, str(store), *verb],
        capture_output=True,
        env=os.environ | environ,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_full_disk_is_told_in_a_sentence(store: Path, verb: list[str]) -> None:
    done = run(store, verb, "> /dev/full")
    assert done.returncode == 2
    assert b"Could not write to standard output: no space left on device." in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"ignored" not in done.stderr


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_closed_standard_output_is_no_error(store: Path, verb: list[str]) -> None:
    done = run(store, verb, ">&-")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_encoding_without_all_signs_is_no_error(store: Path, verb: list[str], encoding: str) -> None:
    done = run(store, verb, "", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert b"Traceback" not in done.stderr
    assert done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_means_the_same_in_every_encoding(store: Path, encoding: str) -> None:
    done = run(store, ["models", "--json"], "", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert json.loads(done.stdout.decode(encoding))["model"] == "modèle 模型 😀"


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(store: Path, verb: list[str]) -> None:
    done = run(store, verb, "| true")
    assert b"Traceback" not in done.stderr

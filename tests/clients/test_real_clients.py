"""Real clients send to a collector, and the store has what they really did.

`make test-clients` runs these. Not with the others: the first run installs the clients, which takes minutes.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.clients.model_server import COMPLETION_TOKENS, PROMPT_TOKENS, ModelServer, model_server
from tests.clients.program import QUESTION
from tests.collect.commands import RunningCommand, collect_command
from tests.store.stored import payload

pytestmark = pytest.mark.clients

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parents[1] / ".venv" / "clients"
ANSWER = "Parcel 4711 is on its way: 東京."
LATEST = {
    "OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental",
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_ONLY",
}
HTTP = {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}

SENDERS = {
    "genai-openai": ("genai", HTTP | LATEST),
    "genai-openai over grpc": ("genai", LATEST | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}),
    "genai-openai with events": (
        "genai",
        HTTP | LATEST | {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "EVENT_ONLY"},
    ),
    "genai-openai packed": ("genai", HTTP | LATEST | {"OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}),
    "openinference": ("openinference", HTTP),
    "litellm": ("litellm", HTTP),
    "litellm with the latest conventions": ("litellm", HTTP | LATEST),
}
"""Name -> what the program is told to be instrumented with, and the variables that its user sets."""


class Row(NamedTuple):
    """A line of the table, and what its details say first."""

    model: str
    is_failed: bool
    input_tokens: int | None
    output_tokens: int | None
    finish_reason: str | None
    input_preview: str | None
    output_preview: str | None


@pytest.fixture(scope="session")
def python() -> Path:
    """The clients' own interpreter; made at the first run."""
    wanted = (HERE / "requirements.txt").read_text()
    done = ENVIRONMENT / "installed.txt"
    found = ENVIRONMENT / "bin" / "python"
    if not done.exists() or done.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        install = [str(found), "-m", "pip", "install", "--quiet", "-r", str(HERE / "requirements.txt")]
        if subprocess.run(install, check=False).returncode:
            pytest.skip("the clients cannot be installed: pip has no network")
        done.write_text(wanted)
    return found


@pytest.fixture(scope="module", params=list(SENDERS))
def sent(request: pytest.FixtureRequest, python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store after a program has run that makes four calls."""
    store = tmp_path_factory.mktemp("sent") / "traces.db"
    client, variables = SENDERS[request.param]
    flags = ["--grpc-port", "0"] if variables["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc" else []
    with model_server() as models, collect_command(store, *flags) as collector:
        run(python, client, variables, models, collector)
        assert len(models.asked) == 4
    return store


def run(
    python: Path, client: str, variables: dict[str, str], models: ModelServer, collector: RunningCommand
) -> None:
    """Run the program as its user would: one variable says where to send."""
    collected = collector.grpc_url if variables["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc" else collector.url
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "PYTHON"))}
    environ |= variables | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collected,
        "OTEL_SERVICE_NAME": "parcels",
        # LiteLLM asks the net for prices otherwise, for half a minute where there is none.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    program = [str(python), str(HERE / "program.py"), client, models.url]
    done = subprocess.run(program, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def table(store: Path) -> list[Row]:
    sql = """SELECT m.name, status, input_tokens, output_tokens, finish_reason, input_preview, output_preview
        FROM traces t JOIN models m ON m.id = t.model_id JOIN trace_texts x ON x.id = t.id ORDER BY executed_at"""
    with closing(sqlite3.connect(store)) as db:
        return [Row(model, bool(failed), *of) for model, failed, *of in db.execute(sql)]


def test_each_call_is_one_trace_of_its_model(sent: Path) -> None:
    found = [(row.model, row.is_failed) for row in table(sent)]
    calls = [("gpt-4o-mini", False), ("gpt-4o", False), ("gpt-4o", True), ("text-embedding-3-small", False)]
    assert found == calls


def test_tokens_are_those_that_the_model_counted(sent: Path) -> None:
    call, streamed, failed, embedding = table(sent)
    assert (call.input_tokens, call.output_tokens) == (PROMPT_TOKENS, COMPLETION_TOKENS)
    assert (streamed.input_tokens, streamed.output_tokens) == (PROMPT_TOKENS, COMPLETION_TOKENS)
    assert (failed.input_tokens, failed.output_tokens) == (None, None)
    assert embedding.input_tokens == PROMPT_TOKENS


def test_question_and_answer_are_those_that_went_over_the_wire(sent: Path) -> None:
    call, streamed, failed, _ = table(sent)
    assert (call.input_preview, call.output_preview, call.finish_reason) == (QUESTION, ANSWER, "stop")
    assert (streamed.input_preview, streamed.output_preview, streamed.finish_reason) == (QUESTION, ANSWER, "stop")
    assert (failed.input_preview, failed.output_preview) == ("simulate:500", None)


def test_the_whole_conversation_is_kept(sent: Path) -> None:
    kept = payload(sent, "chatcmpl-1")
    assert kept.input is not None
    assert "Be brief." in kept.input
    assert kept.input.endswith(QUESTION)
    assert kept.output == ANSWER


def test_the_source_is_the_service_and_the_failure_says_why(sent: Path) -> None:
    with closing(sqlite3.connect(sent)) as db:
        sources = db.execute(
            "SELECT DISTINCT s.name FROM traces t LEFT JOIN sources s ON s.id = source_id"
        ).fetchall()
        (error_type,) = db.execute("SELECT error_type FROM traces WHERE status = 1").fetchone()
    assert sources == [("parcels",)]
    assert str(error_type).endswith("InternalServerError")

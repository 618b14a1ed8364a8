"""What the documentation of each way in shows is what its reader takes."""

import json
import re
from pathlib import Path

import pytest

from tracetui.domain.trace import Status

from .inputs import import_files

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["litellm", "langfuse", "openai-batch"])
def test_the_records_shown_become_the_trace_that_is_told(tmp_path: Path, name: str) -> None:
    shown = re.search(r"```json\n(.*?)```", (DOCS / f"{name}.md").read_text(), re.DOTALL)
    assert shown is not None
    path = tmp_path / "shown.jsonl"
    path.write_text(shown[1])

    result, (trace,) = import_files(tmp_path, path)

    assert (result.inputs[0].format, result.rejected) == (name, 0)
    assert (trace.status, trace.input, trace.output) == (Status.SUCCESS, "Where is it?", "Here.")
    assert (trace.input_tokens, trace.output_tokens) == (49, 313)
    assert json.loads(trace.request or b"")["model"] == trace.model

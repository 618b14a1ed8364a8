"""What the documentation shows is what the reader takes."""

import re
import tomllib
from pathlib import Path

from tracetui.config import Flags, load
from tracetui.ingest.items import Good, Options
from tracetui.ingest.naming import Naming

from ..fakes import a_trace
from .inputs import read_lines

DOCS = Path(__file__).parents[2] / "docs"


def test_the_lines_shown_in_jsonl_md_go_in_without_a_note() -> None:
    shown = re.search(r"```json\n(.*?)```", (DOCS / "jsonl.md").read_text(), re.DOTALL)
    assert shown is not None
    items, notes = read_lines(*shown[1].encode().splitlines())
    assert [type(item) for item in items] == [Good] * 7
    assert notes.counts == {}


def test_the_settings_shown_in_the_documentation_are_understood(tmp_path: Path) -> None:
    shown = re.findall(
        r"```toml\n(.*?)```", (DOCS / "config.md").read_text() + (DOCS / "csv.md").read_text(), re.DOTALL
    )
    assert len(shown) >= 6
    for text in shown:
        assert tomllib.loads(text)
        (tmp_path / "config.toml").write_text(text)
        load(Flags(config=str(tmp_path / "config.toml"), tz="UTC"), {"HOME": "/home/ada"})


def test_the_names_shown_in_config_md_are_applied(tmp_path: Path) -> None:
    text = (DOCS / "config.md").read_text()
    shown = re.search(r"<!-- example: names -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert shown is not None
    (tmp_path / "config.toml").write_text(shown[1])
    settings = load(Flags(config=str(tmp_path / "config.toml"), tz="UTC"), {"HOME": "/home/ada"})
    naming = Naming(Options(mapping=settings.mapping))
    priced = a_trace(model="gpt-4o", source="checkout", input_tokens=1_000, output_tokens=100)
    hosted, pattern = a_trace(model="support-bot", source="key-eu"), a_trace(model="ft:gpt-4o:acme")
    for trace in (priced, hosted, pattern):
        naming.apply(trace)
    assert (priced.model_type, priced.connection, priced.source_type) == ("external", "openai-eu", "Workflow")
    assert priced.credits_micro == 1_000 + 2_500 + 1_000
    assert (hosted.model_type, hosted.base_model, hosted.deployment, hosted.version, hosted.source_type) == (
        "fine-tuned",
        "llama-3.1-8b",
        "prod-eu",
        "7",
        "API Key",
    )
    assert (pattern.model_type, pattern.credits_micro) == ("fine-tuned", None)

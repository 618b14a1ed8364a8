"""What the documentation shows is what the reader takes."""

import re
import tomllib
from pathlib import Path

from tracetui.config import Flags, load
from tracetui.ingest.items import Good

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
    assert len(shown) == 5
    for text in shown:
        assert tomllib.loads(text)
        (tmp_path / "config.toml").write_text(text)
        load(Flags(config=str(tmp_path / "config.toml"), tz="UTC"), {"HOME": "/home/ada"})

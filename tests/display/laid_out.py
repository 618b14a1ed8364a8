"""Layouts as plain text, so that a test can be read."""

from tracetui.display.bodies import JsonBody, PlainBody
from tracetui.display.folds import Folds
from tracetui.display.json_lines import JsonLayout
from tracetui.display.layout import NOTHING, Kind, Layout
from tracetui.display.plain import Said
from tracetui.display.sanitise import Safe


def built(layout: Layout) -> Layout:
    """A layout with all its rows found."""
    for _ in layout.build():
        pass
    return layout


def json_layout(text: str, width: int = 60, of_model: str = "") -> JsonLayout:
    layout = JsonLayout(text, width, Safe(of_model))
    built(layout)
    return layout


def plain_layout(*said: str | tuple[str, str], width: int = 60) -> Layout:
    """A layout of texts, or of pairs of who says it and what."""
    spoken = [Said(NOTHING, one) if isinstance(one, str) else Said(Safe(one[0]), one[1]) for one in said]
    return built(PlainBody(tuple(spoken)).layout(width))


def row_text(layout: Layout, row: int) -> str:
    """What a row shows, blanks before it included."""
    indent, runs = layout.runs(row)
    return " " * indent + "".join(run.shown for run in runs)


def text_of(layout: Layout) -> str:
    """All rows."""
    return "\n".join(row_text(layout, row) for row in range(len(layout)))


def text_of_json(text: str, width: int = 60, of_model: str = "") -> str:
    return text_of(json_layout(text, width, of_model))


def seen_text(folds: Folds) -> str:
    """The rows that are not folded away."""
    shown = []
    for seen in range(len(folds)):
        row = folds.row(seen)
        if isinstance(folds.layout, JsonLayout) and folds.is_folded(row):
            indent, runs = folds.layout.runs(row, (), folds.layout.folded_parts(row))
            shown.append(" " * indent + "".join(run.shown for run in runs))
        else:
            shown.append(row_text(folds.layout, row))
    return "\n".join(shown)


def kinds(layout: Layout, row: int) -> list[tuple[str, Kind]]:
    """The stretches of a row that are not blank."""
    return [(run.shown, run.kind) for run in layout.runs(row)[1] if run.shown.strip()]


def body(text: str) -> JsonBody:
    return JsonBody(text)

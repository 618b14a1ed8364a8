"""Why the table is empty, and which key leads on (G7)."""

from collections.abc import Mapping
from datetime import tzinfo

from tracetui.display.formatting import format_minute
from tracetui.display.sanitise import fit, safe_line
from tracetui.domain.catalogue import ModelRef
from tracetui.domain.period_words import in_sentence
from tracetui.domain.periods import Preset
from tracetui.domain.queries import Scope
from tracetui.domain.rows import ModelEntry
from tracetui.ui.view import TracesView

NAME_CELLS = 40


def why_empty(
    view: TracesView, models: Mapping[ModelRef, ModelEntry], zone: tzinfo, this_year: int
) -> tuple[str, ...]:
    """Lines to read where there are no rows.

    Args:
        view: What was asked for.
        models: All models there are, for the time of the last trace.
        zone: In which that time is shown.
        this_year: The year that goes without saying.
    """
    scope = view.scope
    if scope is None:
        return ("No model is chosen.", "Press m to choose one.")
    name = fit(safe_line(scope.model.name), NAME_CELLS)
    narrowed, other = _narrowing(scope)
    where = f"of {name}{narrowed} {in_sentence(view.period, this_year)}"
    if view.narrows:
        return _none_match(view, where)
    first = f"No traces {where}."
    entry = models.get(scope.model)
    if entry is None or entry.last_at_us is None:
        return (first, "It has no traces at all yet. Press m for another model.")
    last = f"Its last trace is of {format_minute(entry.last_at_us, zone, this_year)}."
    ways = [f"d for {other}"] if narrowed else []
    if view.period is not Preset.ALL_TIME:
        ways = ["a for all time", "t for another period", *ways]
    return (first, last, f"Press {', '.join(ways)}." if ways else "Press r to look again.")


def _none_match(view: TracesView, where: str) -> tuple[str, ...]:
    """That filter and search leave nothing, and the keys that clear them."""
    if not view.filter:
        first = f"No trace {where} contains “{fit(safe_line(view.search), NAME_CELLS)}”."
        ways = ["escape to clear the search", "/ to search for something else"]
    else:
        first = f"No trace {where} matches the filter."
        ways = ["F to clear the filter", "f to change it"]
        if view.search:
            first = f"{first[:-1]} and contains “{fit(safe_line(view.search), NAME_CELLS)}”."
            ways.append("escape to clear the search")
    if view.period is not Preset.ALL_TIME:
        ways.append("a for all time")
    return (first, f"Press {', '.join(ways)}.")


def _narrowing(scope: Scope) -> tuple[str, str]:
    """How the model is narrowed, for a sentence, and what its key would bring."""
    if scope.connection is not None:
        return f" through {fit(safe_line(scope.connection), NAME_CELLS)}", "another connection"
    words = ""
    if scope.deployment is not None:
        words = f" in {fit(safe_line(scope.deployment.name), NAME_CELLS)}"
    if scope.version is not None:
        words += f", version {fit(safe_line(scope.version), NAME_CELLS)}"
    return words, "another deployment"

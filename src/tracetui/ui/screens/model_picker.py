"""Which model: all of them by type, with what tells them apart (T1)."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from tracetui.display.formatting import UNKNOWN, format_count, format_minute, year_of
from tracetui.display.sanitise import safe_line
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.queries import ModelsQuery
from tracetui.domain.rows import ModelEntry
from tracetui.ui.screens.list_picker import ListPicker, Offer
from tracetui.ui.source import Source
from tracetui.ui.widgets.pick_list import Column, Entry

GROUPS = {
    ModelType.FINE_TUNED: "Fine-tuned",
    ModelType.OPEN_SOURCE: "Open-source",
    ModelType.EXTERNAL: "External",
}
"""What the types are called above their models."""

OFFER = Offer(
    heading="Model",
    columns=(
        Column("Name", is_elastic=True),
        Column("Base model"),
        Column("Requests", is_right=True),
        Column("Last trace"),
    ),
    narrow_by="type a part of a name",
    none="This store has no models yet. They come with their traces: tracetui import FILE",
)


def model_picker(
    source: Source,
    zone: tzinfo,
    now_us: Callable[[], int],
    current: ModelRef | None = None,
    types: Sequence[ModelType] = tuple(ModelType),
    first: ModelType | None = None,
) -> ListPicker[ModelRef]:
    """A dialog that answers with a model, or None.

    Args:
        source: Where to ask.
        zone: In which the last trace's time is shown.
        now_us: The clock: a year is shown only when it is not this one.
        current: The model that is chosen now; the cursor starts there, or on the one with the newest trace.
        types: Only models of these types are offered.
        first: The type whose models come first, and at whose newest one the cursor starts.
    """

    async def load() -> Sequence[Entry[ModelRef]]:
        models = [model for model in await source.fetch(ModelsQuery()) if model.ref.type in types]
        models.sort(key=lambda model: model.ref.type is not first)
        this_year = year_of(now_us(), zone)
        # On the first visit, whatever is in use right now: an old model would open on an empty period.
        newest = max(models, key=lambda model: (model.ref.type is first, model.last_at_us or 0), default=None)
        start = current or (newest.ref if newest else None)
        return [_entry(model, start, zone, this_year) for model in models]

    return ListPicker(OFFER, load)


def _entry(model: ModelEntry, start: ModelRef | None, zone: tzinfo, this_year: int) -> Entry[ModelRef]:
    texts = (
        safe_line(model.ref.name),
        safe_line(model.base_model) if model.base_model else UNKNOWN,
        format_count(model.requests),
        format_minute(model.last_at_us, zone, this_year),
    )
    return Entry(model.ref, texts, GROUPS[model.ref.type], is_current=model.ref == start)

"""What a panel of the details shows: plain text or JSON, not yet laid out."""

from dataclasses import dataclass

from tracetui.display.json_lines import JsonLayout
from tracetui.display.layout import NOTHING, Layout
from tracetui.display.plain import PlainLayout, Said
from tracetui.display.sanitise import Safe


@dataclass(frozen=True, slots=True)
class PlainBody:
    """What was said, in order."""

    said: tuple[Said, ...]

    def layout(self, width: int) -> Layout:
        """Its rows, still to be found."""
        return PlainLayout(self.said, width)


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A payload; whether it is JSON turns out while its rows are found."""

    text: str
    """As it came."""
    of_model: Safe = NOTHING
    """Shown behind the name of the model: `:v2`, `@openai-eu`."""

    def layout(self, width: int) -> Layout:
        """Its rows, still to be found."""
        return JsonLayout(self.text, width, self.of_model)

    def as_plain(self) -> PlainBody:
        """The same as text, for what is not JSON."""
        return PlainBody((Said(NOTHING, self.text),))


Body = PlainBody | JsonBody
EMPTY = PlainBody(())

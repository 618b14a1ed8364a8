"""The line of place: where one is, in which store, in which zone, and how old what is shown is."""

from collections.abc import Sequence
from datetime import tzinfo

from textual.reactive import reactive

from tracetui.display.formatting import format_clock, zone_name
from tracetui.display.sanitise import Safe
from tracetui.ui.widgets.pressable_line import Piece, PressableLine

MODES = (("1", "analytics", "Analytics"), ("2", "traces", "Traces"))
"""Key, mode and name of the two screens."""


class HeaderLine(PressableLine):
    """` tracetui  1 Analytics  2 Traces            support.db · Europe/Berlin · as of 14:03:12`

    Args:
        here: The mode that this header stands in.
        store: The store's name.
        zone: In which times are shown.
    """

    DEFAULT_CSS = """
    HeaderLine {
        background: $surface;
    }
    """

    as_of_us: reactive[int | None] = reactive(None)
    """When the latest data were read; None: not yet."""
    follow: reactive[str] = reactive("")
    """`live` or `paused` where what arrives is followed."""
    receiving: reactive[Safe] = reactive(Safe(""))
    """What a collector beside the app takes in; empty where there is none."""
    is_deaf: reactive[bool] = reactive(False)
    """Whether that collector does not run."""
    indexing: reactive[Safe] = reactive(Safe(""))
    """How far it is that texts are made quick to search; empty while nobody does that."""
    is_waiting: reactive[bool] = reactive(False)
    """Whether newer data are on their way."""

    def __init__(self, here: str, store: Safe, zone: tzinfo) -> None:
        super().__init__()
        self._here = here
        self._store = store
        self._zone = zone

    def pieces(self) -> Sequence[Piece]:
        """The name of the program and its screens."""
        pieces = [Piece(" tracetui ", "pressable-line--dim", weight=2)]
        for key, mode, name in MODES:
            action = f"app.show('{mode}')"
            look = "here" if mode == self._here else "plain"
            pieces.append(Piece(f" {key}", "pressable-line--key", action))
            pieces.append(Piece(f" {name} ", f"pressable-line--{look}", action))
        return pieces

    def right_pieces(self) -> Sequence[Piece]:
        """Store, zone, and the time of the data."""
        look = "pressable-line--bad" if self.is_deaf else "pressable-line--key"
        pieces = [Piece(f"  {self.receiving}", look, weight=2)] if self.receiving else []
        if self.indexing:
            pieces.append(Piece(f"  {self.indexing}", "pressable-line--dim", weight=2))
        pieces.append(Piece(f"  {self._store}", "pressable-line--dim", weight=4))
        pieces.append(Piece(f" · {zone_name(self._zone)}", "pressable-line--dim", weight=3))
        if self.is_waiting:
            pieces.append(Piece(" · reading", "pressable-line--wait", weight=1))
        elif self.as_of_us is not None:
            at = format_clock(self.as_of_us, self._zone)
            if self.follow:
                look = "key" if self.follow == "live" else "wait"
                pieces.append(Piece(" · ", "pressable-line--dim", weight=1))
                pieces.append(Piece(self.follow, f"pressable-line--{look}", "follow", weight=1))
                pieces.append(Piece(f" {at}", "pressable-line--dim", "refresh", weight=1))
            else:
                pieces.append(Piece(f" · as of {at}", "pressable-line--dim", "refresh", weight=1))
        return [*pieces, Piece(" ")]

"""The last line: the keys that matter in the place that has the focus.

Not Textual's Footer, which mounts a widget for each key whenever the focus moves: with seven keys at 120x40 a move
of the focus took 120 ms and 1.9 kB more than with this one line, which took 45 ms.
"""

from collections.abc import Sequence

from textual.binding import Binding
from textual.screen import Screen

from tracetui.ui.widgets.pressable_line import Piece, PressableLine


class FooterLine(PressableLine):
    """Keys and what they do, each pressable. Keys of the focused widget first, those of everywhere last."""

    DEFAULT_CSS = """
    FooterLine {
        dock: bottom;
        background: $surface;
    }
    """

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        # One below a dialog keeps still: each of its repaints has all of the dialog painted again.
        if screen is self.screen and screen.is_current:
            self.refresh()

    def pieces(self) -> Sequence[Piece]:
        """As many whole keys as fit; those of everywhere leave last, they lead to all others."""
        own: dict[str, Binding] = {}
        everywhere: dict[str, Binding] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.show and active.enabled:
                keys = everywhere if active.node is self.app else own
                keys.setdefault(active.binding.action, active.binding)
        pieces = [Piece(" ")]
        for place, binding in enumerate([*own.values(), *everywhere.values()]):
            weight = place + 1 if place < len(own) else 0
            key = self.app.get_key_display(binding)
            action = f"press_key({binding.key!r})"
            pieces.append(Piece(f"{key} ", "pressable-line--key", action, weight))
            pieces.append(Piece(f"{binding.description}  ", "pressable-line--dim", action, weight))
        return pieces

    async def press(self, action: str) -> None:
        """A press in the footer is the key itself: it goes to whatever has the focus."""
        await self.run_action(action)

    def action_press_key(self, key: str) -> None:
        """Send a key as if it were typed."""
        self.app.simulate_key(key)

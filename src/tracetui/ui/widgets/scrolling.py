"""A scroll view whose scrollbar is painted when it changed, and not whenever anything on the screen did."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


class CalmScrollView(ScrollView):
    """A `ScrollView` for widgets that paint their own lines."""

    _bar_known: tuple[Size, Size, Size, bool] | None = None

    def _scroll_update(self, virtual_size: Size) -> None:
        """Bring the scrollbar in step.

        Overrides a private method of Textual 8.2.8, which takes the size that a layout gives a scroll view for a
        change each time, and then sends every scrollbar of the screen again: 1.7 kB for each layout.
        """
        known = (virtual_size, self.size, self.container_size, self.is_attached)
        if known != self._bar_known:
            self._bar_known = known
            super()._scroll_update(virtual_size)

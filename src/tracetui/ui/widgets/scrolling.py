"""Containers and scroll views that are painted where they changed, and not whenever anything on the screen did."""

from textual.containers import Container
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


class StillContainer(Container):
    """A container that never scrolls itself."""

    def _size_updated(
        self,
        size: Size,
        virtual_size: Size,
        container_size: Size,
        layout: bool = True,  # noqa: ARG002
    ) -> bool:
        """Take another size.

        Overrides a private method of Textual 8.2.8, which lays out the whole screen once more, and paints all that
        is inside again, because scrollbars may have come.
        """
        return super()._size_updated(size, virtual_size, container_size, layout=False)

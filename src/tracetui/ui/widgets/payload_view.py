"""A read-only payload, plain text or JSON: what its rows do beside scrolling, that is folding and searching."""

from collections.abc import Iterator
from typing import ClassVar

from textual import events, work
from textual.binding import BindingType
from textual.geometry import Size

from tracetui.display.bodies import Body
from tracetui.display.folds import Folds
from tracetui.display.layout import Layout
from tracetui.display.matches import Matches
from tracetui.ui import keys
from tracetui.ui.widgets.background import Run, at_once, rest_of
from tracetui.ui.widgets.rows_view import RowsView

CONTEXT = 3
"""Rows seen above and below a match."""
MANY_FOLDS = 2_000
"""From so many on they are arranged off the event loop: 100,000 take 0.1 s."""


class PayloadView(RowsView):
    """A text in rows that fold and can be searched.

    Args:
        run: Runs work off the event loop, as `Source.run` does.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.PAYLOAD)

    def __init__(self, run: Run, *, id: str | None = None) -> None:
        super().__init__(run, id=id)
        self._wants_match = False
        self.is_from_outside = False
        """Whether the search that is on is that of the table."""
        self._marked = ""
        self._wants_marks = False

    def show(self, body: Body) -> None:
        """Show a text from its beginning, not searched and not folded."""
        self._wants_match, self._wants_marks = False, bool(self._marked)
        self.workers.cancel_group(self, "find")
        super().show(body)

    def rows_came(self) -> None:
        """Mark what is to be marked, go to the match that was waited for."""
        if self._wants_marks:
            self.mark(self._marked)
        if self._wants_match:
            self._show_match()

    # Folding

    def action_fold(self) -> None:
        """Fold or unfold the object or array at the cursor."""
        if len(self._folds) and (folded := self._folds.toggled(self._folds.row(self._cursor))) is not None:
            self._fold(folded)

    def action_fold_or_page(self) -> None:
        """The space bar: it folds where there is something to fold."""
        if self.is_foldable:
            self.action_fold()
        else:
            self.action_page(1)

    def action_fold_all(self) -> None:
        """Fold whatever stands in the outermost object."""
        self._fold(self._folds.all_folded())

    def action_unfold_all(self) -> None:
        """Show everything."""
        self._fold(frozenset())

    @work(exclusive=True, group="folds", description="folds")
    async def _fold_many(self, layout: Layout, folded: frozenset[int]) -> None:
        self._arrange(await self._run(lambda _: Folds(layout, folded)))

    def _fold(self, folded: frozenset[int]) -> None:
        if len(folded) > MANY_FOLDS:
            self._fold_many(self._folds.layout, folded)
        else:
            self._arrange(Folds(self._folds.layout, folded))

    def _arrange(self, folds: Folds) -> None:
        """Show what another folding leaves, the cursor on the same row of the screen."""
        above = self._cursor - self.scroll_offset.y
        row = self._folds.row(self._cursor) if len(self._folds) else 0
        self._folds = folds
        self.virtual_size = Size(self._width, len(folds))
        self._cursor = folds.seen(row)
        self._scroll(max(0, self._cursor - above))
        self._go_to(self._cursor)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there, and fold what is there."""
        seen = self.scroll_offset.y + event.y
        if self.is_foldable and seen < len(self._folds):
            self._go_to(seen)
            self.action_fold()

    # Searching

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys of JSON and of a search mean something only there."""
        if action in ("fold", "fold_all", "unfold_all"):
            return self.is_foldable
        if action in ("end_search", "next_match", "previous_match"):
            # One that came from outside ends there, and goes on from this text to the next.
            return self.matches is not None and not self.is_from_outside
        return True

    def action_end_search(self) -> None:
        """Take the marks away."""
        self.find("")

    def action_next_match(self) -> None:
        """The next match, after the last one the first."""
        self.go_to_match(1)

    def action_previous_match(self) -> None:
        """The match before."""
        self.go_to_match(-1)

    def find(self, words: str, *, is_from_outside: bool = False) -> None:
        """Search for words from where one looks, mark them all, and go to the first."""
        self.is_from_outside = is_from_outside
        self.workers.cancel_group(self, "find")
        self.matches = Matches(self._folds.layout.text, words, self.is_foldable) if words else None
        self._wants_match = bool(words)
        if self.matches is not None:
            steps = self.matches.search()
            is_done = at_once(steps, lambda: False)
            self._show_match()
            if not is_done:
                self._find_rest(steps)
        self.refresh()
        self.post_message(self.Changed())

    @work(exclusive=True, group="find", description="find")
    async def _find_rest(self, steps: Iterator[None]) -> None:
        async for _ in rest_of(steps, self._run):
            self._show_match()
            self.post_message(self.Changed())
        self._show_match()
        self.refresh()
        self.post_message(self.Changed())

    def mark(self, words: str) -> None:
        """Mark words in this text and those to come, as a search from outside; empty: nothing."""
        self._marked = words
        # Before the first layout there is no text to look into.
        self._wants_marks = bool(words) and not len(self._folds)
        if not self._wants_marks:
            self.find(words, is_from_outside=bool(words))

    @property
    def match_count(self) -> int:
        """Matches found by now."""
        return len(self.matches) if self.matches is not None else 0

    def is_at_last_match(self, step: int) -> bool:
        """Whether the match that is looked at is the last one, or going back the first."""
        last = self.match_count - 1 if step > 0 else 0
        return self.matches is not None and self.matches.current == last

    def leave_match(self) -> None:
        """Look at none of the matches."""
        if self.matches is not None:
            self.matches.current = None

    def go_to_match(self, step: int) -> None:
        """The next match or the one before."""
        if self.matches is not None and len(self.matches):
            self.matches.go(step)
            self._wants_match = True
            self._show_match()
            self.post_message(self.Changed())

    def _show_match(self) -> None:
        """Go to the match to be looked at, as soon as it and its row are found."""
        matches, layout = self.matches, self._folds.layout
        if matches is None or not self._wants_match or not len(self._folds):
            return
        if matches.current is None:
            matches.current = matches.first_from(layout.place(self._folds.row(self._top)))
        if matches.current is None or not layout.reaches(matches.span(matches.current)[0]):
            return
        self._wants_match = False
        row = layout.row_at(matches.span(matches.current)[0])
        if (folds := self._folds.without(row)) is not self._folds:
            self._arrange(folds)
        seen = self._folds.seen(row)
        if not self.scroll_offset.y + CONTEXT <= seen < self.scroll_offset.y + self.size.height - CONTEXT:
            self._scroll(max(0, seen - self.size.height // 2))
        self._go_to(seen)
        self.refresh()

"""One trace whole: input and output, or its payloads as JSON, and the metadata."""

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import ClassVar, Self

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from tracetui.cancel import Cancel
from tracetui.display import details
from tracetui.display.details import Panel
from tracetui.display.formatting import format_size
from tracetui.display.metadata import metadata
from tracetui.display.sanitise import Safe, safe_block, safe_line
from tracetui.domain.trace import TraceDetail
from tracetui.errors import TraceTuiError
from tracetui.ui import keys
from tracetui.ui.files import file_stem, write_new
from tracetui.ui.notices import complain, say
from tracetui.ui.widgets.background import Run
from tracetui.ui.widgets.detail_panel import DetailPanel
from tracetui.ui.widgets.metadata import MetadataList
from tracetui.ui.widgets.payload_view import PayloadView
from tracetui.ui.widgets.pressable_line import Piece, PressableLine
from tracetui.ui.widgets.scrolling import StillContainer

BESIDE_CELLS = 100
"""From this width on the metadata stand beside the texts."""
TAKEN_BYTES = 70_000
"""What most terminals take by OSC 52; many cut what is longer, and none says so."""
LONGEST_ERROR = 2_000
"""Characters of an error shown at the top; all of it stands in the response or the record."""


class DetailTitle(PressableLine):
    """`req_8f31b77d          J json   y copy   w write   [ ] next   esc close`"""

    DEFAULT_CSS = """
    DetailTitle { background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._name = Safe("")
        self._is_json = False

    def show(self, name: Safe, *, is_json: bool) -> None:
        """Name another trace."""
        self._name, self._is_json = name, is_json
        self.refresh()

    def pieces(self) -> Sequence[Piece]:
        """The request's id."""
        return [Piece(f" {self._name} ", "pressable-line--strong")]

    def right_pieces(self) -> Sequence[Piece]:
        """Keys; the id comes first where there is no room for both."""
        keys_and_labels = (
            ("J", " text  " if self._is_json else " json  ", "toggle_json", 1),
            ("y", " copy  ", "copy", 3),
            ("w", " write  ", "write", 3),
            ("[", " ", "screen.previous_trace", 2),
            ("]", " next  ", "screen.next_trace", 2),
            ("esc", " close ", "screen.back", 1),
        )
        pieces = []
        for key, label, action, weight in keys_and_labels:
            pieces.append(Piece(key, "pressable-line--key", action, weight))
            pieces.append(Piece(label, "pressable-line--dim", action, weight))
        return pieces

    async def press(self, action: str) -> None:
        """Run an action of the pane, or of the screen."""
        await self.app.run_action(action, self.parent if "." not in action else self.screen)


class DetailPane(StillContainer):
    """The details of the trace that is picked.

    Args:
        run: Runs work off the event loop, as `Source.run` does.
        zone: In which times are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.DETAILS)
    DEFAULT_CSS = """
    DetailPane {
        layout: vertical;
        background: $background;
        & > #failure { display: none; height: auto; max-height: 4; padding: 0 2; color: $error; }
        & > #words { display: none; height: 1fr; padding: 1 2; color: $dim; }
        & #parts { height: 1fr; layout: vertical; }
        & #texts { height: 1fr; width: 1fr; }
        & #metadata { max-height: 40%; border-top: solid $rule; }
        & #metadata:focus { border-top: heavy $accent; }
        &.-wide #parts { layout: horizontal; }
        &.-wide #metadata { width: 48; height: 1fr; max-height: 100%; border-top: none; padding-top: 1; }
        &.-failed > #failure { display: block; }
        &.-words > #words { display: block; }
        &.-words > #parts { display: none; }
        &.-zoomed DetailPanel { display: none; }
        &.-zoomed DetailPanel.-chosen { display: block; }
        &.-zoomed #metadata { display: none; }
        & DetailPanel.-absent { display: none; }
    }
    """

    def __init__(self, run: Run, zone: tzinfo, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run, self._zone = run, zone
        self._detail: TraceDetail | None = None
        self._is_json = False
        self._matched: PayloadView | None = None
        self._proposed: str | bytes | None = None
        self._title = DetailTitle()
        self._failure = Static(id="failure", markup=False)
        self._words = Static(id="words", markup=False)
        self._panels = (DetailPanel(run, id="first"), DetailPanel(run, id="second"))
        self._metadata = MetadataList(id="metadata")

    def compose(self) -> ComposeResult:
        """Name and keys, what went wrong, texts, metadata."""
        yield self._title
        yield self._failure
        yield self._words
        with StillContainer(id="parts"):
            yield StillContainer(*self._panels, id="texts")
            yield self._metadata

    # What the screen tells

    def show(self, detail: TraceDetail) -> None:
        """Show a trace, as text or JSON, whichever the one before was shown in."""
        self._detail = detail
        self.remove_class("-words")
        self._title.show(safe_line(detail.request_id), is_json=self._is_json)
        failure = details.failure(detail)
        self.set_class(failure is not None, "-failed")
        if failure is not None:
            self._failure.update(Content(safe_block(failure[:LONGEST_ERROR])))
        self._metadata.show(metadata(detail, self._zone))
        self._show_texts(detail)

    def mark(self, words: str) -> None:
        """Mark what the table is searched for, here and in every trace to come; empty: nothing."""
        self._metadata.mark(words)
        for panel in self._panels:
            panel.mark(words)

    def go_to_match(self, step: int) -> None:
        """The next match of what is marked, in one text after the other; round past the last."""
        found = [panel.view for panel in self._panels if panel.view.match_count]
        if found:
            view = self._matched if self._matched in found else found[0]
            if len(found) > 1 and view.is_at_last_match(step):
                view = found[1 - found.index(view)]
                view.leave_match()
            self._matched = view
            view.go_to_match(step)

    def show_pending(self) -> None:
        """Say that a trace is being read."""
        self._say("Reading the trace.")

    def show_error(self, error: TraceTuiError) -> None:
        """Say why no trace can be shown."""
        self._say("\n".join(safe_line(part) for part in (error.problem, error.hint) if part))

    def focus(self, scroll_visible: bool = True) -> Self:
        """Put the focus on the first text."""
        self._panels[0].view.focus(scroll_visible)
        return self

    def _say(self, words: str) -> None:
        self._detail = None
        self._title.show(Safe("Trace"), is_json=self._is_json)
        self._words.update(Content(words), layout=False)
        self.remove_class("-failed")
        self.add_class("-words")

    # Texts

    def _show_texts(self, detail: TraceDetail) -> None:
        self.workers.cancel_group(self, "texts")
        if details.size_bytes(detail) > details.LARGE:
            self._make_ready(detail)
        else:
            self._show_panels(self._made(detail, Cancel()))

    @work(exclusive=True, group="texts", description="texts")
    async def _make_ready(self, detail: TraceDetail) -> None:
        """The same for a large one, whose bytes take a while to become text."""
        self._show_panels(await self._run(lambda cancel: self._made(detail, cancel)))

    def _made(self, detail: TraceDetail, cancel: Cancel) -> list[Panel]:
        return (details.json_panels if self._is_json else details.plain_panels)(detail, cancel)

    def _show_panels(self, panels: list[Panel]) -> None:
        self._matched = None
        for widget, panel in zip(self._panels, panels, strict=False):
            widget.show(panel)
        self._panels[1].set_class(len(panels) < 2, "-absent")
        self._share()

    @on(PayloadView.Changed)
    def _share(self) -> None:
        """Give each text the rows it needs; where there are too few, the one with the focus two thirds."""
        room = self.query_one("#texts").size.height
        first, second = self._panels
        if second.has_class("-absent") or self.has_class("-zoomed") or not room:
            first.styles.height = "1fr"
            return
        most = room * 2 // 3 if self._chosen is first else room - room * 2 // 3
        needed, other = first.rows or room, second.rows or room
        # One row more than it needs, where there is room: a gap tells the texts apart.
        first.styles.height = min(needed + 1, max(most, room - other))

    def on_descendant_focus(self) -> None:
        """Make room for the text that is read."""
        self._share()

    def on_resize(self) -> None:
        """Put the metadata where there is room for them."""
        self.set_class(self.size.width >= BESIDE_CELLS, "-wide")
        self.call_after_refresh(self._share)

    # Keys

    def action_toggle_json(self) -> None:
        """The other way to see the texts."""
        self._is_json = not self._is_json
        if self._detail is not None:
            self.show(self._detail)

    def action_search(self) -> None:
        """Search in the focused text, else in the first."""
        self._chosen.search()

    def action_zoom(self) -> None:
        """The focused text alone."""
        chosen = self._chosen
        for panel in self._panels:
            panel.set_class(panel is chosen, "-chosen")
        self.toggle_class("-zoomed")
        self._share()
        chosen.view.focus()

    def action_copy(self) -> None:
        """The focused panel's content to the terminal's clipboard; for a long one, propose to write it."""
        name, original = self._original
        if original is None:
            say(self, f"There is nothing to copy in {name}.")
            return
        content = original if isinstance(original, bytes) else original.encode("utf-8", "replace")
        size = format_size(len(content))
        if len(content) > TAKEN_BYTES and self._proposed is not original:
            self._proposed = original
            say(self, f"{size} is more than many terminals take (70 kB). w writes it to a file, y again sends it.")
            return
        try:
            self.app.copy_to_clipboard(content.decode())
        except UnicodeDecodeError:
            say(self, f"{name} is not UTF-8 and would not arrive as it is. w writes it to a file.")
            return
        say(self, f"Sent to the terminal's clipboard ({size}). If it does not arrive, w writes it to a file.")

    def action_write(self) -> None:
        """The focused panel's content to a new file in the current folder."""
        name, original = self._original
        if original is None or self._detail is None:
            say(self, f"There is nothing to write in {name}.")
            return
        suffix = ".json" if isinstance(original, bytes) else ".txt"
        self._write(file_stem(f"{self._detail.request_id}_{name.split()[0].lower()}") + suffix, original)

    @work(group="write", description="write")
    async def _write(self, name: str, original: str | bytes) -> None:
        try:
            path = await self._run(lambda _: write_new(Path.cwd(), name, original))
        except TraceTuiError as error:
            complain(self, error)
        else:
            say(self, f"{safe_line(path.name)} saved.")

    @property
    def _original(self) -> tuple[str, str | bytes | None]:
        """Name and content of the focused panel, the metadata among them."""
        if self._metadata.has_focus:
            return "Metadata", self._metadata.text
        panel = self._chosen.panel
        return panel.title.split(" · ")[0].split(",")[0], panel.original

    @property
    def _chosen(self) -> DetailPanel:
        return self._panels[1] if self._panels[1].has_focus_within else self._panels[0]

"""What a store without traces opens to: the ways in. It leaves by itself once a trace has come."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from tracetui.display.sanitise import safe_line
from tracetui.domain.queries import StoreQuery
from tracetui.errors import StoreMissing, TraceTuiError
from tracetui.ui import keys
from tracetui.ui.source import Source
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine

LOOK_EVERY_S = 2.0
"""How often it looks whether traces have come."""

FILES = (
    ("tracetui import FILE…", "OpenTelemetry, LiteLLM, Langfuse, llm, JSONL, CSV"),
    ("… | tracetui import -", "the same, from another program"),
    ("tracetui demo", "look around in a made-up account"),
)
"""Command and what it does."""
LIVE = (
    ("tracetui --collect", "this app, receiving OpenTelemetry on 127.0.0.1:4318"),
    ("tracetui collect", "the same without the app"),
)
TOLD = (
    ("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318", ""),
    ("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", ""),
    ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only", "for texts"),
    ("OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental", "for texts"),
)
"""Variables of a program that sends, and what they are for."""


class WelcomeScreen(Screen[None]):
    """The ways in.

    Args:
        source: Where to look for traces.
        store: The store's file, there or not.
        header: The line of place.
        is_default: Whether commands find this store without being told.
        receives: Whether a collector runs beside the app.
    """

    class DataCame(Message):
        """The store has traces now."""

    CSS_PATH = "welcome.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.WELCOME)

    def __init__(
        self, source: Source, store: Path, header: HeaderLine, *, is_default: bool, receives: bool = False
    ) -> None:
        super().__init__()
        self._source = source
        self._store = store
        self._header = header
        self._is_default = is_default
        self._receives = receives
        self._said = ""
        self._state = Static(id="state")

    def compose(self) -> ComposeResult:
        """Header, why it is empty, the ways in, footer."""
        yield self._header
        with Vertical(id="page"):
            yield Static(Content("Nothing to show yet"), id="title")
            yield self._state
            yield Static(Content("Files, in another terminal:"), classes="lead")
            yield Static(_listed(FILES), classes="ways")
            if self._receives:
                yield Static(
                    Content("Live: this app receives OpenTelemetry. A program sends here with"), classes="lead"
                )
            else:
                yield Static(Content("Live, from programs with OpenTelemetry:"), classes="lead")
                yield Static(_listed(LIVE), classes="ways")
                yield Static(Content("They send here with"), classes="lead")
            yield Static(_listed(TOLD), classes="ways")
            if not self._is_default:
                flag = safe_line(f"--store {shlex.quote(str(self._store))}")
                yield Static(
                    Content.assemble("Commands need ", (flag, "$accent"), " for this store."), classes="lead"
                )
            yield Static(Content("The traces open by themselves once there are some."), classes="lead")
        yield FooterLine()

    def on_mount(self) -> None:
        """Look now, and again every few seconds."""
        self.look()
        self.set_interval(LOOK_EVERY_S, self._look_again)

    def _look_again(self) -> None:
        if self.is_current:
            self.look()

    def action_refresh(self) -> None:
        """Look now."""
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Leave for the traces where there are some; else say what the store is."""
        name = safe_line(str(self._store))
        try:
            state = await self._source.fetch(StoreQuery())
        except StoreMissing:
            self._say(f"There is no store at {name} yet. The first trace makes it.")
        except TraceTuiError as error:
            self._say(safe_line(str(error)))
        else:
            self._say(f"{name} holds no traces.")
            if state.traces:
                self.post_message(self.DataCame())

    def _say(self, words: str) -> None:
        # Only what is new is painted: looking every few seconds must not cost a slow line anything.
        if words != self._said:
            self._said = words
            self._state.update(Content(words))


def _listed(ways: Sequence[tuple[str, str]]) -> Content:
    command_cells = max(len(command) for command, _ in ways)
    return Content("\n").join(
        Content.assemble((f"{command:<{command_cells}}", "$accent"), f"   {what}") for command, what in ways
    )

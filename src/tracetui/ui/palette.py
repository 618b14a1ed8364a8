"""The command palette: every action by its name, from the same lines as the bindings."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tracetui.ui.screens.help import KeyHere, keys_here

MOVES = ("cursor_", "page_", "scroll_", "first", "last")
NOT_COMMANDS = (*MOVES, "cancel", "app.command_palette", "app.dismiss")
"""Actions that only move, or that the palette itself answers: nobody looks for them by name."""


class KeyCommands(Provider):
    """The actions of the place that was up when the palette was opened."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for here in self._commands():
            yield DiscoveryHit(_name(here), partial(self._run, here), help=here.key.explanation or None)

    async def search(self, query: str) -> Hits:
        """Those whose name or explanation resembles what was typed."""
        matcher = self.matcher(query)
        for here in self._commands():
            score = max(matcher.match(here.key.label), 0.8 * matcher.match(here.key.explanation))
            if score > 0:
                yield Hit(
                    score,
                    Content.assemble(matcher.highlight(here.key.label), (f"  {here.shown}", "$accent")),
                    partial(self._run, here),
                    text=here.key.label,
                    help=here.key.explanation or None,
                )

    def _commands(self) -> list[KeyHere]:
        return [here for here in keys_here(self.screen, self.app) if not here.key.action.startswith(NOT_COMMANDS)]

    async def _run(self, here: KeyHere) -> None:
        """As if its key were pressed: the focus is back where it was by now."""
        self.app.simulate_key(here.key.keys.split(",")[0])


def _name(here: KeyHere) -> Content:
    return Content.assemble(here.key.label, (f"  {here.shown}", "$accent"))

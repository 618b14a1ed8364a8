"""What goes down the line: of every update only the cells that differ from those the terminal shows.

Textual sends what was marked as changed, each line of it from the left edge of a widget on, and the colours of
every stretch of text in full. This remembers what stands in each cell of the terminal and sends the difference:
a step of a chart's cursor 0.5 kB instead of 3, going from chart to chart 1 kB instead of 34 (at 140x40).
A line with wide or combining characters is sent whole, since terminals do not agree on how wide those are:
`placing.py` keeps it in step.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color, ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from tracetui.ui.placing import placed

BRIDGE_CELLS = 4
"""So many unchanged cells between two changed stretches are written again: going to a cell takes as many bytes."""

_ATTRIBUTES = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "underline": "4",
    "blink": "5",
    "blink2": "6",
    "reverse": "7",
    "conceal": "8",
    "strike": "9",
    "underline2": "21",
    "overline": "53",
}
_ON_BLANKS = {"4", "7", "9", "21", "53"}
"""Attributes that are seen where there is no character."""


class _Look(NamedTuple):
    """How a cell looks, as codes of `ESC [ … m`."""

    attributes: tuple[str, ...]
    ink: str
    ground: str

    @property
    def is_plain(self) -> bool:
        return _ON_BLANKS.isdisjoint(self.attributes)


_DEFAULT = _Look((), "39", "49")


class _Cell(NamedTuple):
    text: str
    look: _Look


_UNKNOWN = _Cell("", _DEFAULT)


class _Run(NamedTuple):
    """Changed cells beside one another, or a strip that is sent as it is."""

    x: int
    y: int
    cells: list[_Cell] | Strip


class Painter:
    """Knows what the terminal shows, as far as it was painted through here."""

    def __init__(self) -> None:
        self._size = Size(0, 0)
        self._lines: list[list[_Cell]] = []

    def forget(self) -> None:
        """Send everything again: the terminal was resized, or something else wrote to it."""
        self._lines = []

    def least(self, update: CompositorUpdate, size: Size) -> CompositorUpdate:
        """The same update, sending less. Of an update that is not sent nothing is remembered.

        Args:
            update: What Textual would send.
            size: That of the terminal.
        """
        return _Least(self, update, size) if isinstance(update, ChopsUpdate | LayoutUpdate) else update

    def changes(self, update: CompositorUpdate, size: Size, system: ColorSystem) -> list[_Run]:
        """What an update changes; from now on the terminal is taken to show it."""
        if self._size != size or not self._lines:
            self._size = size
            self._lines = [[_UNKNOWN] * size.width for _ in range(size.height)]
        return [run for x, y, strip in _strips(update) for run in self._changed(x, y, strip, system)]

    def _changed(self, x: int, y: int, strip: Strip, system: ColorSystem) -> Iterator[_Run]:
        # An update may have been made for a size that the terminal no longer has.
        if y >= len(self._lines) or x >= self._size.width:
            return
        line = self._lines[y]
        cells = _cells(strip, system)
        if cells is None:
            # It may turn out wider than expected, so whatever stands behind it is not certain any more.
            line[x:] = [_UNKNOWN] * (len(line) - x)
            yield _Run(x, y, strip)
            return
        cells = cells[: len(line) - x]
        known = line[x : x + len(cells)]
        if known == cells:
            return
        line[x : x + len(cells)] = cells
        for first, end in _stretches([n for n, cell in enumerate(cells) if cell != known[n]]):
            yield _Run(x + first, y, cells[first:end])


class _Least(CompositorUpdate):
    """An update that is compared with what the terminal shows at the moment it is sent."""

    def __init__(self, painter: Painter, update: CompositorUpdate, size: Size) -> None:
        self._painter, self._update, self._size = painter, update, size

    def render_segments(self, console: Console) -> str:
        """The escape sequences of the difference."""
        system = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        return _sequences(self._painter.changes(self._update, self._size, system), system)


def _strips(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The strips of an update and where they stand: column, line, strip."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for part in strips:
                yield x, y, part
                x += part.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, first, end in update.spans:
            for beyond, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < end and beyond > first:
                    yield x, y, strip if beyond <= end else strip.crop(0, end - x)


def _cells(strip: Strip, system: ColorSystem) -> list[_Cell] | None:
    """A strip cell by cell; None where not every character takes one cell, and where there are links."""
    cells: list[_Cell] = []
    for text, style, control in strip:
        found = None if control else _cells_of(text, style, system)
        if found is None:
            return None
        cells += found
    return cells


@lru_cache(1024)
def _cells_of(text: str, style: Style | None, system: ColorSystem) -> tuple[_Cell, ...] | None:
    is_narrow = text.isascii() or all(cell_len(character) == 1 for character in text)
    if not is_narrow or (style is not None and style.link is not None):
        return None
    look = _DEFAULT if style is None else _look(style, system)
    return tuple(_cell(character, look) for character in text)


@lru_cache(8192)
def _cell(text: str, look: _Look) -> _Cell:
    """A cell; the ink of a blank is not seen."""
    return _Cell(text, look._replace(attributes=(), ink="") if text == " " and look.is_plain else look)


@lru_cache(4096)
def _look(style: Style, system: ColorSystem) -> _Look:
    attributes = tuple(code for name, code in _ATTRIBUTES.items() if getattr(style, name))
    return _Look(attributes, _codes(style.color, "39", system), _codes(style.bgcolor, "49", system, is_ink=False))


def _codes(colour: Color | None, default: str, system: ColorSystem, *, is_ink: bool = True) -> str:
    return default if colour is None else ";".join(colour.downgrade(system).get_ansi_codes(foreground=is_ink))


def _stretches(changed: list[int]) -> Iterator[tuple[int, int]]:
    """Changed places as stretches from a first place to one beyond the last."""
    first = last = changed[0]
    for place in changed[1:]:
        if place - last > BRIDGE_CELLS:
            yield first, last + 1
            first = place
        last = place
    yield first, last + 1


def _sequences(runs: Iterable[_Run], system: ColorSystem) -> str:
    """Runs as escape sequences. Those that begin alike follow one another: a column is a colour and its steps."""
    sent: list[str] = []
    now = _DEFAULT
    for x, y, cells in sorted(runs, key=_order):
        sent.append(f"\x1b[{y + 1};{x + 1}H")
        if isinstance(cells, Strip):
            sent.append(f"\x1b[0m{placed(cells, x, system)}")
            now = _DEFAULT
            continue
        for text, look in cells:
            if look != now:
                change, now = _change(now, look)
                sent.append(change)
            sent.append(text)
    if now != _DEFAULT:
        sent.append("\x1b[0m")
    return "".join(sent)


def _order(run: _Run) -> tuple[bool, _Look, int, int]:
    """First what may turn out wider than expected, so that what stands beside it is written over that."""
    if isinstance(run.cells, Strip):
        return False, _DEFAULT, run.y, run.x
    return True, run.cells[0].look, run.y, run.x


@lru_cache(4096)
def _change(now: _Look, look: _Look) -> tuple[str, _Look]:
    """The codes that lead from one look to another, and the look they lead to: a blank leaves the ink as it is."""
    if not look.ink and now.is_plain:
        look = look._replace(attributes=now.attributes, ink=now.ink)
    ink = look.ink or "39"
    if now.attributes != look.attributes:
        codes, now = ["0", *look.attributes], _DEFAULT
    else:
        codes = []
    codes += [code for code, known in ((ink, now.ink), (look.ground, now.ground)) if code != known]
    return f"\x1b[{';'.join(codes)}m" if codes else "", look._replace(ink=ink)

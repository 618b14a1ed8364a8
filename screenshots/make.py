"""Draws the pictures of the README: `python screenshots/make.py` (after `make test`, which sets up what it needs).

The program runs in a real pseudo-terminal on a demo store of its own; what the terminal shows is drawn cell by
cell. Needs the font DejaVu Sans Mono (Debian: fonts-dejavu-core).
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyte
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.terminal import Terminal

HERE = Path(__file__).parent
TRACETUI = str(Path(sys.executable).with_name("tracetui"))
FONTS = Path("/usr/share/fonts/truetype/dejavu")
NOW = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:00Z}"
"""The demo ends where the clock of the app stands, or its newest days would be empty."""
CELL = (10, 20)
BLOCKS = "▁▂▃▄▅▆▇█▌"
PLAIN = {
    "default": "dddddd",
    "black": "000000",
    "red": "cc3333",
    "green": "33aa55",
    "brown": "c4a000",
    "blue": "3465a4",
    "magenta": "9a5fb0",
    "cyan": "06989a",
    "white": "d3d7cf",
}
CHOOSE = ("*support", "enter")
"""Keys that choose support-bot in the list of models; `*` begins text that is typed."""
SPIKE = ("H", "H")
"""Keys that lead the cursor of a chart to what stands out."""
A_DAY = ("t", "*24h", "enter")
LIGHT = ("T", "*tracetui-light", "enter")
ALL = ("80x24", "120x40", "200x60")
PATIENCE = 20
"""Looks at a screen that still reads. Below the list of models it says so until one is chosen."""


class Shot(NamedTuple):
    """One picture: its name and the keys that lead to it."""

    name: str
    keys: tuple[str, ...]
    sizes: tuple[str, ...] = ("80x24", "120x40")
    light: tuple[str, ...] = ()
    """Sizes in which it is drawn in the light theme too."""


SHOTS = (
    Shot("models", ()),
    Shot("traces", CHOOSE, ("80x24", "120x40", "200x60")),
    Shot("details", (*CHOOSE, "down", "down", "down", "enter"), ("80x24", "120x40", "200x60")),
    Shot("json", (*CHOOSE, "down", "down", "down", "enter", "J")),
    Shot("period", (*CHOOSE, "t")),
    Shot("filter", (*CHOOSE, "f")),
    Shot("search", (*CHOOSE, "/", "*refund", "enter")),
    Shot("export", (*CHOOSE, "e")),
    Shot("help", (*CHOOSE, "?")),
    Shot("analytics", (*CHOOSE, "1", "m", *CHOOSE, *SPIKE), ALL, ALL),
    Shot(
        "analytics-open-source",
        (*CHOOSE, "1", "]", "m", "*qwen-2.5-72b", "enter", *A_DAY, *SPIKE),
        ALL,
        ("120x40",),
    ),
    Shot("analytics-external", (*CHOOSE, "1", "]", "]", "m", "*gpt-4o", "enter", *SPIKE), ALL, ("120x40",)),
    Shot("analytics-versions", (*CHOOSE, "1", "m", *CHOOSE, "t", "*90d", "enter", "c"), ("120x40",)),
    Shot("expanded", (*CHOOSE, "1", "m", *CHOOSE, "z", *SPIKE), ALL, ("120x40",)),
    Shot("analytics-empty", (*CHOOSE, "1", "m", "*contract", "enter"), ("80x24", "120x40"), ("120x40",)),
)


def main() -> None:
    """Draw all pictures, or those whose names are given."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "demo.db"
        subprocess.run([TRACETUI, "demo", "--no-open", f"--now={NOW}", f"--store={store}"], check=True)
        # Else the app does it in the background, and says so in its line of place.
        subprocess.run([TRACETUI, "index", f"--store={store}"], check=True)
        for shot in SHOTS:
            if sys.argv[1:] and shot.name not in sys.argv[1:]:
                continue
            for size in shot.sizes:
                draw(screen_after(shot.keys, size, store), HERE / f"{shot.name}-{size}.png")
            for size in shot.light:
                keys = (*CHOOSE, *LIGHT, *shot.keys[len(CHOOSE) :])
                draw(screen_after(keys, size, store), HERE / f"{shot.name}-light-{size}.png")


def screen_after(keys: Sequence[str], size: str, store: Path) -> pyte.Screen:
    """What the terminal shows after some keys."""
    columns, rows = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(
            [TRACETUI, "--store", str(store), "--tz", "Europe/Berlin"],
            columns,
            rows,
            HOME=home,
            XDG_STATE_HOME=home,
            XDG_CONFIG_HOME=home,
        )
        terminal.wait_for("support-bot")
        terminal.settle()
        for key in keys:
            terminal.press(key.removeprefix("*"))
            terminal.settle()
        screen = shown(terminal, columns, rows)
        for _ in range(PATIENCE):
            if not any("Reading" in line for line in screen.display):
                break
            terminal.settle()
            screen = shown(terminal, columns, rows)
        terminal.close()
    return screen


def shown(terminal: Terminal, columns: int, rows: int) -> pyte.Screen:
    """What the terminal shows by now."""
    screen = pyte.Screen(columns, rows)
    # pyte draws what the private sequences that it does not know carry: leave them out
    known = re.sub(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$[a-z]|\x1b_[^\x1b]*\x1b\\", b"", terminal.seen)
    pyte.ByteStream(screen).feed(known)
    return screen


def draw(screen: pyte.Screen, path: Path) -> None:
    """Draw a screen, cell by cell."""
    regular = ImageFont.truetype(str(FONTS / "DejaVuSansMono.ttf"), 16)
    bold = ImageFont.truetype(str(FONTS / "DejaVuSansMono-Bold.ttf"), 16)
    width, height = CELL
    image = Image.new("RGB", (screen.columns * width, screen.lines * height), "#101010")
    pen = ImageDraw.Draw(image)
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            ink, paper = colour(cell.fg, "dddddd"), colour(cell.bg, "101010")
            if cell.reverse:
                ink, paper = paper, ink
            left, top = x * width, y * height
            pen.rectangle((left, top, left + width - 1, top + height - 1), fill=paper)
            if "\u2800" <= cell.data[:1] <= "\u28ff":
                for dot in dots(ord(cell.data), left, top):
                    pen.rectangle(dot, fill=ink)
            elif cell.data in BLOCKS:
                pen.rectangle(block(cell.data, left, top), fill=ink)
            elif cell.data == "╱":
                pen.line((left, top + height, left + width, top), fill=ink)
            elif cell.data.strip():
                pen.text((left, top), cell.data, font=bold if cell.bold else regular, fill=ink)
            if cell.underscore:
                pen.line((left, top + height - 2, left + width, top + height - 2), fill=ink)
    image.quantize(200).save(path, optimize=True)
    print(path.name, file=sys.stderr)  # noqa: T201


def dots(braille: int, left: int, top: int) -> Iterator[tuple[int, int, int, int]]:
    """The squares of a braille character, whatever the font has."""
    places = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
    for bit, (column, row) in enumerate(places):
        if (braille - 0x2800) >> bit & 1:
            x, y = left + 2 + column * 5, top + 2 + row * 5
            yield (x, y, x + 1, y + 1)


def block(character: str, left: int, top: int) -> tuple[int, int, int, int]:
    """The rectangle of a block character, as terminals draw it: fonts leave seams."""
    width, height = CELL
    if character == "▌":
        return (left, top, left + width // 2 - 1, top + height - 1)
    filled = round(height * (BLOCKS.index(character) + 1) / 8)
    return (left, top + height - filled, left + width - 1, top + height - 1)


def colour(name: str, default: str) -> str:
    """A colour of pyte's as Pillow reads it."""
    if name == "default":
        return "#" + default
    return "#" + PLAIN.get(name.removeprefix("bright"), name if len(name) == 6 else default)


if __name__ == "__main__":
    main()

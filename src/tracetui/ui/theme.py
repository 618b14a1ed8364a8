"""Every colour of the interface.

One theme of our own in two strengths of light, beside Textual's built-in ones. Widgets name a colour by what
it means (`$dim`, `$band`, `$good`); what it looks like is decided here. A built-in theme does not know our
names, so `own_variables` derives them from the colours it has.
"""

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="tracetui-dark",
    primary="#3fb0c6",
    secondary="#8fa1b3",
    accent="#3fb0c6",
    success="#4fbf5a",
    warning="#d8a520",
    error="#ef6b64",
    foreground="#d3d9df",
    background="#101418",
    surface="#171c22",
    panel="#1e252d",
    dark=True,
    variables={
        "dim": "#8b96a1",
        "faint": "#56616c",
        "rule": "#2b343d",
        "band": "#22404a",
        "band-blur": "#222a32",
        "match": "#6b5416",
        "border": "#3fb0c6",
        "border-blurred": "#2b343d",
        "block-cursor-background": "#22404a",
        "block-cursor-foreground": "#eef3f7",
        "block-cursor-text-style": "none",
        "scrollbar": "#36424d",
        "scrollbar-hover": "#4a5a68",
        "scrollbar-active": "#3fb0c6",
        "scrollbar-background": "#101418",
        "scrollbar-background-hover": "#101418",
        "scrollbar-background-active": "#101418",
        "scrollbar-corner-color": "#101418",
        "series-latency": "#5a9cf0",
        "series-1": "#5a9cf0",
        "series-2": "#d8a520",
        "series-3": "#b070ff",
        "series-4": "#4fbf5a",
        "series-5": "#e060b0",
        "series-6": "#3fb0c6",
        "series-tokens-input": "#4178bd",
        "series-tokens-output": "#a9cbf7",
        "json-key": "#4aa3d8",
        "json-text": "#c5cdb0",
        "json-number": "#d8a978",
        "json-word": "#b8a0d8",
    },
)

LIGHT = Theme(
    name="tracetui-light",
    primary="#007082",
    secondary="#57636e",
    accent="#007082",
    success="#007414",
    warning="#8a5a00",
    error="#bb2420",
    foreground="#22282e",
    background="#fafaf7",
    surface="#f1f1ec",
    panel="#ebebe6",
    dark=False,
    variables={
        "dim": "#59656f",
        "faint": "#9aa4ad",
        "rule": "#d5d7d3",
        "band": "#b5dce6",
        "band-blur": "#e3e6e4",
        "match": "#f2dc8a",
        "border": "#007082",
        "border-blurred": "#d5d7d3",
        "block-cursor-background": "#b5dce6",
        "block-cursor-foreground": "#101418",
        "block-cursor-text-style": "none",
        "scrollbar": "#c3c8ca",
        "scrollbar-hover": "#a5adb2",
        "scrollbar-active": "#007082",
        "scrollbar-background": "#fafaf7",
        "scrollbar-background-hover": "#fafaf7",
        "scrollbar-background-active": "#fafaf7",
        "scrollbar-corner-color": "#fafaf7",
        "series-latency": "#1f5fb0",
        "series-1": "#1f5fb0",
        "series-2": "#9a6400",
        "series-3": "#7030b0",
        "series-4": "#007414",
        "series-5": "#b03070",
        "series-6": "#007082",
        "series-tokens-input": "#1f5fb0",
        "series-tokens-output": "#8db4e6",
        "json-key": "#0b5a86",
        "json-text": "#4b5a1c",
        "json-number": "#94500f",
        "json-word": "#6a3fa0",
    },
)

OWN = (DARK, LIGHT)
DEFAULT = DARK.name


def own_variables(theme: Theme) -> dict[str, str]:
    """Our names for colours, taken from the colours of a theme that does not define them.

    What the names mean: `dim` the second strength of text; `faint` what may be overlooked; `rule` a line
    between groups; `band` the row of the cursor, `band-blur` the same without the focus; `match` what a
    search found; `series-*` lines of a chart; `json-*` the parts of a payload.
    """
    colours = theme.to_color_system().generate()
    if theme.ansi:
        return _ANSI
    background, foreground = Color.parse(colours["background"]), Color.parse(colours["foreground"])
    accent, warning = Color.parse(colours["accent"]), Color.parse(colours["warning"])
    secondary, success, primary = colours["secondary"], colours["success"], colours["primary"]
    return {
        "dim": background.blend(foreground, 0.62).hex,
        "faint": background.blend(foreground, 0.38).hex,
        "rule": background.blend(foreground, 0.16).hex,
        "band": background.blend(accent, 0.28).hex,
        "band-blur": background.blend(foreground, 0.12).hex,
        "match": background.blend(warning, 0.42).hex,
        "series-latency": primary,
        "series-1": primary,
        "series-2": colours["warning"],
        "series-3": secondary,
        "series-4": success,
        "series-5": colours["error"],
        "series-6": colours["accent"],
        "series-tokens-input": primary,
        "series-tokens-output": Color.parse(primary).blend(foreground, 0.5).hex,
        "json-key": primary,
        "json-text": success,
        "json-number": colours["warning"],
        "json-word": secondary,
    }


_ANSI = {
    "dim": "ansi_default",
    "faint": "ansi_bright_black",
    "rule": "ansi_bright_black",
    "band": "ansi_blue",
    "band-blur": "ansi_bright_black",
    "match": "ansi_yellow",
    "series-latency": "ansi_blue",
    "series-1": "ansi_blue",
    "series-2": "ansi_yellow",
    "series-3": "ansi_magenta",
    "series-4": "ansi_green",
    "series-5": "ansi_red",
    "series-6": "ansi_cyan",
    "series-tokens-input": "ansi_blue",
    "series-tokens-output": "ansi_bright_cyan",
    "json-key": "ansi_cyan",
    "json-text": "ansi_green",
    "json-number": "ansi_yellow",
    "json-word": "ansi_magenta",
}
"""For the themes that use the terminal's own sixteen colours."""

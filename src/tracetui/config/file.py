"""The config file, read and checked: TOML in, settings out. Imported only where there is such a file."""

import tomllib
from pathlib import Path
from typing import Any

from tracetui.errors import ConfigError


def read(path: Path) -> dict[str, Any]:
    """Read the config file.

    Raises:
        ConfigError: It cannot be read, is no TOML, or has a key or value that is not understood.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}).", "Check the path and its permissions."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: is not TOML: {error}.", "Correct the file; docs/config.md shows every key."
        ) from error
    return said

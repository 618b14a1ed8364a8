"""Exports as the settings want them, for the command and for the app."""

from pathlib import Path

from tracetui.config import Settings
from tracetui.export.as_csv import Style
from tracetui.export.job import Exporter


def exporter_of(
    settings: Settings, *, folder: str | None = None, is_exact: bool = False, has_bom: bool = False
) -> Exporter:
    """An exporter; what flags say goes before the config file.

    Args:
        settings: The store, and what the config file says of exports.
        folder: Where files go; None: as the config file says, else the current folder.
        is_exact: Exact texts, whatever the config file says.
        has_bom: A byte order mark, whatever the config file says.
    """
    from tracetui.store.snapshot import SqliteSnapshot

    return Exporter(
        lambda query, cancel: SqliteSnapshot(settings.store, query, cancel),
        Path(folder).expanduser() if folder else settings.export.folder or Path.cwd(),
        Style(is_exact or settings.export.is_exact, has_bom or settings.export.has_bom),
    )

"""Exports as the settings want them, for the command and for the app."""

from pathlib import Path
from typing import TYPE_CHECKING

from tracetui.cli.export_process import ExportProcess
from tracetui.config import Settings, expanded
from tracetui.export.as_csv import Style

if TYPE_CHECKING:
    from tracetui.export.job import Exporter


def exporter_of(
    settings: Settings, *, folder: str | None = None, is_exact: bool = False, has_bom: bool = False
) -> "Exporter":
    """An exporter; what flags say goes before the config file.

    Args:
        settings: The store, and what the config file says of exports.
        folder: Where files go; None: as the config file says, else the current folder.
        is_exact: Exact texts, whatever the config file says.
        has_bom: A byte order mark, whatever the config file says.
    """
    from tracetui.export.job import Exporter
    from tracetui.store.snapshot import SqliteSnapshot

    return Exporter(
        lambda query, cancel: SqliteSnapshot(settings.store, query, cancel),
        expanded(folder) if folder else _folder(settings),
        Style(is_exact or settings.export.is_exact, has_bom or settings.export.has_bom),
    )


def export_process_of(settings: Settings) -> ExportProcess:
    """What exports for the app, as the config file says."""
    style = Style(settings.export.is_exact, settings.export.has_bom)
    return ExportProcess(settings.store.absolute(), _folder(settings), style)


def _folder(settings: Settings) -> Path:
    return settings.export.folder or Path.cwd()

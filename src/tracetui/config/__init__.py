"""Settings from file, environment and flags, the later ones over the earlier ones.

Read by `cli` alone, which passes values on. An error names the file, the key and the remedy.
"""

import os
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracetui.errors import ConfigError

if TYPE_CHECKING:
    from tracetui.ingest.mapping import Mapping


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What the config file says of exports."""

    folder: Path | None = None
    """Where they go; None: the folder that is current."""
    is_exact: bool = False
    """Whether texts stay exactly as they are, also where a spreadsheet would run them."""
    has_bom: bool = False
    """Whether files begin with a byte order mark."""


@dataclass(frozen=True, slots=True)
class CollectSettings:
    """What the config file and the environment say of the collector."""

    host: str = "127.0.0.1"
    """The address that it listens on; any but loopback only with a token."""
    port: int = 4318
    grpc_port: int | None = None
    """Where it listens for gRPC too; None: nowhere."""
    token: str | None = field(default=None, repr=False)
    """What senders have to show; None: nothing."""
    survives_power_cut: bool = False
    """Whether an acknowledgement waits for the disk itself."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a user can set, ready to use."""

    store: Path
    """The store file; it need not be there yet."""
    zone: tzinfo
    """The zone in which times are shown and typed."""
    week_start: int = 0
    """The first day of the week: 0 is Monday, 6 is Sunday."""
    refresh_s: int | None = None
    """Seconds between two refreshes by itself; None: only when asked."""
    said_of_data: "Mapping | None" = None
    """What the config file says of names and columns in the data; None where there is no such file."""
    replica_limit: int | None = None
    """How many replicas the account may have at most, over all deployments; None: not known."""
    export: ExportSettings = ExportSettings()
    """Where exports go and how they look."""
    collect: CollectSettings = CollectSettings()
    """Where the collector listens and whom it takes from."""

    @property
    def mapping(self) -> "Mapping":
        """What the config file says of names and columns in the data. Only imports ask: the app starts without."""
        from tracetui.ingest.mapping import Mapping

        return self.said_of_data or Mapping()


@dataclass(frozen=True, slots=True)
class Flags:
    """What was said on the command line; None: nothing."""

    store: str | None = None
    tz: str | None = None
    refresh_s: int | None = None
    config: str | None = None


def load(flags: Flags, environ: Dictionary[str, str]) -> Settings:
    """Join the config file, the environment and the flags.

    Args:
        flags: What was said on the command line.
        environ: The environment: HOME, the XDG directories, TRACETUI_STORE, TRACETUI_TZ, TRACETUI_CONFIG,
            TRACETUI_TOKEN.

    Raises:
        ConfigError: A value cannot be used.
    """
    said = _read_file(flags, environ)
    tz = flags.tz or environ.get("TRACETUI_TZ") or said.get("tz")
    return Settings(
        store=_store_path(flags, environ, said),
        zone=zone_named(tz),
        week_start=said.get("week_start", 0),
        refresh_s=flags.refresh_s if flags.refresh_s is not None else said.get("refresh"),
        said_of_data=said.get("mapping"),
        replica_limit=said.get("replica_limit"),
        export=_export(said),
        collect=CollectSettings(
            host=said.get("collect_host", "127.0.0.1"),
            port=said.get("collect_port", 4318),
            grpc_port=said.get("collect_grpc_port"),
            token=environ.get("TRACETUI_TOKEN") or said.get("collect_token"),
            survives_power_cut=bool(said.get("collect_survives_power_cut")),
        ),
    )


def config_path(environ: Dictionary[str, str]) -> Path:
    """Where the config file is unless told otherwise."""
    if environ.get("TRACETUI_CONFIG"):
        return expanded(environ["TRACETUI_CONFIG"])
    return _xdg(environ, "XDG_CONFIG_HOME", ".config") / "tracetui" / "config.toml"


def data_folder(environ: Dictionary[str, str]) -> Path:
    """Where stores are unless told otherwise."""
    return _xdg(environ, "XDG_DATA_HOME", ".local/share") / "tracetui"


def state_folder(environ: Dictionary[str, str]) -> Path:
    """Where what a user chose last is kept."""
    return _xdg(environ, "XDG_STATE_HOME", ".local/state") / "tracetui"


def expanded(path: str) -> Path:
    """A path with the user's home in place of `~`; as it is where there is no such user or no home."""
    return Path(os.path.expanduser(path))


def zone_named(name: str | None) -> tzinfo:
    """A zone by its IANA name; the system's where there is none.

    Raises:
        ConfigError: There is no such zone.
    """
    from zoneinfo import ZoneInfo

    if name is None:
        import tzlocal

        try:
            return tzlocal.get_localzone()
        except (KeyError, ValueError, OSError) as error:
            raise ConfigError(
                f"The system's time zone cannot be told ({error}).", "Name one with --tz, for instance --tz UTC."
            ) from error
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"There is no time zone {name!r}.", "Give an IANA name such as Europe/Berlin, America/New_York or UTC."
        ) from error


def _store_path(flags: Flags, environ: Dictionary[str, str], said: Dictionary[str, Any]) -> Path:
    chosen = flags.store or environ.get("TRACETUI_STORE") or said.get("store")
    if chosen:
        return expanded(chosen)
    return data_folder(environ) / "traces.db"


def _export(said: Dictionary[str, Any]) -> ExportSettings:
    folder = said.get("export_folder")
    return ExportSettings(
        expanded(folder) if folder else None,
        bool(said.get("export_exact")),
        bool(said.get("export_bom")),
    )


def _xdg(environ: Dictionary[str, str], variable: str, otherwise: str) -> Path:
    # The XDG specification: a relative path in these variables is invalid and is to be ignored.
    chosen = environ.get(variable, "")
    if os.path.isabs(chosen):
        return Path(chosen)
    home = environ.get("HOME")
    return (Path(home) if home else expanded("~")) / otherwise


def _read_file(flags: Flags, environ: Dictionary[str, str]) -> dict[str, Any]:
    path = expanded(flags.config) if flags.config else config_path(environ)
    is_wanted = bool(flags.config or environ.get("TRACETUI_CONFIG"))
    # os.path.exists, not Path.exists: a home that may not be looked into holds no config file for us.
    if not is_wanted and not os.path.exists(path):
        return {}
    from tracetui.config import file

    return file.read(path)

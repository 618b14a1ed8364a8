"""Settings from file, environment and flags."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tracetui.config import Flags, Settings, config_path, load
from tracetui.domain.catalogue import ModelType
from tracetui.errors import ConfigError
from tracetui.ingest.mapping import CsvMapping, ModelRule


def settings_of(folder: Path, text: str, **flags: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text)
    return load(Flags(config=str(file), **flags), {"HOME": "/home/ada"})  # type: ignore[arg-type]


def refusal(folder: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        settings_of(folder, text)
    assert str(folder / "config.toml") in caught.value.problem
    assert caught.value.hint
    return caught.value


def test_without_a_file_everything_has_a_default() -> None:
    settings = load(Flags(tz="UTC"), {"HOME": "/home/ada"})
    assert settings.store == Path("/home/ada/.local/share/tracetui/traces.db")
    assert (settings.week_start, settings.refresh_s, settings.mapping.assume_zone) == (0, None, "UTC")


def test_the_xdg_directories_are_used() -> None:
    environ = {"HOME": "/home/ada", "XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/conf"}
    assert load(Flags(tz="UTC"), environ).store == Path("/data/tracetui/traces.db")
    assert config_path(environ) == Path("/conf/tracetui/config.toml")


def test_a_relative_xdg_directory_is_ignored() -> None:
    environ = {"HOME": "/home/ada", "XDG_DATA_HOME": "data"}
    assert load(Flags(tz="UTC"), environ).store == Path("/home/ada/.local/share/tracetui/traces.db")


def test_a_flag_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('store = "/file.db"\ntz = "Europe/Berlin"')
    environ = {"HOME": "/home/ada", "TRACETUI_CONFIG": str(file)}
    assert load(Flags(), environ).store == Path("/file.db")
    assert load(Flags(), environ | {"TRACETUI_STORE": "/environment.db"}).store == Path("/environment.db")
    assert load(Flags(store="/flag.db"), environ | {"TRACETUI_STORE": "/environment.db"}).store == Path("/flag.db")
    assert load(Flags(), environ).zone == ZoneInfo("Europe/Berlin")
    assert load(Flags(tz="Asia/Tokyo"), environ).zone == ZoneInfo("Asia/Tokyo")


def test_simple_settings_are_read(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'tz = "UTC"\nweek_start = "Sunday"\nrefresh = 30\nassume_zone = "Asia/Tokyo"')
    assert (settings.week_start, settings.refresh_s, settings.mapping.assume_zone) == (6, 30, "Asia/Tokyo")


def test_names_are_mapped_to_what_the_data_does_not_say(tmp_path: Path) -> None:
    text = """
        [models."gpt-4o"]
        type = "external"
        connection = "eu"
        credits_per_input_token = 0.0000025
        [models.bot]
        type = "fine-tuned"
        base_model = "llama"
        deployment = "prod"
        version = "3"
        credits_per_request = 1
        [sources.checkout]
        type = "Workflow"
    """
    names = settings_of(tmp_path, text).mapping.names
    assert names.models == {
        "gpt-4o": ModelRule(ModelType.EXTERNAL, connection="eu", nano_credits_per_input_token=2_500),
        "bot": ModelRule(ModelType.FINE_TUNED, "llama", "prod", "3", nano_credits_per_request=1_000_000_000),
    }
    assert names.source_types == {"checkout": "Workflow"}


def test_a_csv_mapping_is_read(tmp_path: Path) -> None:
    text = """
        [csv.burst]
        epoch = 2023-11-16T00:00:00Z
        response_time_unit = "s"
        columns = {executed_at = "Timestamp", model = "Model"}
        constants = {source_type = "API Key"}
        failed_when = {"Response tokens" = 0}
    """
    assert settings_of(tmp_path, text).mapping.csv == (
        CsvMapping(
            "burst",
            {"executed_at": "Timestamp", "model": "Model"},
            {"source_type": "API Key"},
            "2023-11-16T00:00:00+00:00",
            "s",
            {"Response tokens": "0"},
        ),
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("stroe = 'x'", "stroe"),
        ("[models.m]\ntipe = 'external'", "models.m.tipe"),
        ("[models.m]\ntype = 'rented'", "models.m.type"),
        ("[models.'a b']\ncredits_per_request = -1", 'models."a b".credits_per_request'),
        ("[models.m]\ncredits_per_request = 1e-10", "models.m.credits_per_request"),
        ("[models.m]\ncredits_per_request = nan", "models.m.credits_per_request"),
        ("[models]\nm = 1", "models.m"),
        ("models = 1", "models"),
        ("week_start = 'someday'", "week_start"),
        ("refresh = -1", "refresh"),
        ("refresh = true", "refresh"),
        ("store = 1", "store"),
        ("tz = 'Mars/Olympus'", "tz"),
        ("assume_zone = '../etc/passwd'", "assume_zone"),
        ("[csv.a.columns]\nmodel = 'M'", "csv.a.columns"),
        ("[csv.a.columns]\nexecuted_at = 'T'\nwhat = 'W'", "csv.a.columns.what"),
        ("[csv.a]\nepoch = 'then'\ncolumns = {executed_at = 'T'}", "csv.a.epoch"),
        ("[csv.a]\nresponse_time_unit = 'min'\ncolumns = {executed_at = 'T'}", "csv.a.response_time_unit"),
        ("[csv.a]\nmore = 1\ncolumns = {executed_at = 'T'}", "csv.a.more"),
    ],
)
def test_what_is_not_understood_is_told_with_file_and_key(tmp_path: Path, text: str, named: str) -> None:
    assert f"config.toml: {named} " in refusal(tmp_path, text).problem


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    assert "is not TOML" in refusal(tmp_path, "store = ").problem


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(Flags(config=str(tmp_path / "missing.toml")), {"HOME": "/home/ada"})


def test_the_home_of_a_user_who_does_not_exist_is_an_ordinary_path() -> None:
    assert load(Flags(store="~nobody-has-this-name/x.db", tz="UTC"), {"HOME": "/home/ada"}).store == Path(
        "~nobody-has-this-name/x.db"
    )


def test_a_default_file_that_cannot_be_looked_at_is_none(tmp_path: Path) -> None:
    (tmp_path / ".config").symlink_to(".config")
    assert load(Flags(tz="UTC"), {"HOME": str(tmp_path)}).week_start == 0


def test_the_collector_can_be_told_where_it_listens_and_whom_it_takes_from(tmp_path: Path) -> None:
    collect = settings_of(
        tmp_path,
        '[collect]\nhost = "0.0.0.0"\nport = 9000\ngrpc_port = 9001\ntoken = "s3cret"\nsurvives_power_cut = true',
    ).collect
    assert (collect.host, collect.port, collect.grpc_port) == ("0.0.0.0", 9000, 9001)
    assert (collect.token, collect.survives_power_cut) == ("s3cret", True)


def test_a_token_in_the_environment_goes_before_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[collect]\ntoken = "old"')
    environ = {"HOME": "/home/ada", "TRACETUI_TOKEN": "new"}
    assert load(Flags(config=str(tmp_path / "config.toml")), environ).collect.token == "new"


def test_a_token_is_not_in_what_a_traceback_would_print_of_the_settings(tmp_path: Path) -> None:
    assert "s3cret" not in repr(settings_of(tmp_path, '[collect]\ntoken = "s3cret"'))


def test_a_port_that_there_cannot_be_is_refused(tmp_path: Path) -> None:
    assert "collect.port is '70000', not a port" in refusal(tmp_path, "[collect]\nport = 70000").problem


def test_the_replica_limit_of_the_account_is_read(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "[account]\nreplica_limit = 24").replica_limit == 24
    assert settings_of(tmp_path, "").replica_limit is None
    for wrong in ("replica_limit = -1", "replica_limit = 1.5", 'replica_limit = "many"', "replicas = 3"):
        with pytest.raises(ConfigError, match=r"account\."):
            settings_of(tmp_path, f"[account]\n{wrong}")

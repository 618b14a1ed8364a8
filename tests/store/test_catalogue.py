from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.conftest import FullStore
from tests.store.plain import ALWAYS, DAY_US, DEPLOYED_US, EXTERNAL, HOSTED, a_reader, ask, chosen
from tracetui.domain.catalogue import Connection, Deployment, Model, ModelRef, ModelType
from tracetui.domain.queries import DeploymentRef, ModelsQuery, Scope, ScopeQuery, StoreQuery
from tracetui.domain.rows import ModelEntry, StoreState
from tracetui.errors import QueryError


def test_models_are_listed_by_type_and_then_by_name(tmp_path: Path) -> None:
    models = [
        Model("b", ModelType.EXTERNAL),
        Model("tuned-10", ModelType.FINE_TUNED),
        Model("tuned-9", ModelType.FINE_TUNED),
        Model("Zebra", ModelType.OPEN_SOURCE),
        Model("apple", ModelType.OPEN_SOURCE),
    ]
    entries = ask(a_reader(tmp_path / "s.db", *models), ModelsQuery())
    assert [entry.ref.name for entry in entries] == ["tuned-9", "tuned-10", "apple", "Zebra", "b"]


def test_a_model_tells_its_requests_and_when_the_first_and_last_were(full: FullStore) -> None:
    hosted, external = ask(full.reader, ModelsQuery())
    assert hosted == _entry(full, HOSTED)
    assert external == _entry(full, EXTERNAL)


def _entry(full: FullStore, model: ModelRef) -> ModelEntry:
    times = [one.trace.executed_at_us for one in chosen(full.known, Scope(model), ALWAYS)]
    return ModelEntry(model, None, len(times), min(times), max(times))


def test_a_model_without_traces_is_listed_too(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", Model("quiet", ModelType.FINE_TUNED, base_model="llama"))
    ref = ModelRef(ModelType.FINE_TUNED, "quiet")
    assert ask(reader, ModelsQuery()) == (ModelEntry(ref, "llama", 0, None, None),)


def test_a_name_deployed_three_times_is_three_deployments_newest_first(full: FullStore) -> None:
    entries = ask(full.reader, ScopeQuery(HOSTED)).deployments
    assert [(entry.name, entry.deployed_at_us) for entry in entries] == [
        *(("chat", at_us) for at_us in reversed(DEPLOYED_US)),
        ("batch", None),
    ]


def test_a_deployment_tells_when_it_went_down(full: FullStore) -> None:
    up, down, *_ = ask(full.reader, ScopeQuery(HOSTED)).deployments
    assert (up.undeployed_at_us, down.undeployed_at_us) == (None, DEPLOYED_US[2])


def test_a_deployment_counts_the_requests_that_narrowing_to_it_shows(full: FullStore) -> None:
    for entry in ask(full.reader, ScopeQuery(HOSTED)).deployments:
        scope = Scope(HOSTED, DeploymentRef(entry.name, entry.deployed_at_us))
        assert entry.requests == len(chosen(full.known, scope, ALWAYS))


def test_a_deployment_that_declares_no_version_has_those_its_traces_name(full: FullStore) -> None:
    newest, _, first, batch = ask(full.reader, ScopeQuery(HOSTED)).deployments
    assert newest.versions == ("v10",)
    assert first.versions == ("v10", "v2", "v1", "v0-rare", "v0-odd")
    assert "v2" not in batch.versions


def test_versions_stand_with_the_highest_number_first(full: FullStore) -> None:
    assert ask(full.reader, ScopeQuery(HOSTED)).versions == ("v10", "v2", "v1", "v0-rare", "v0-odd")


def test_a_deployment_seen_only_in_traces_is_offered(tmp_path: Path) -> None:
    (entry,) = ask(a_reader(tmp_path / "s.db", a_trace(deployment="d")), ScopeQuery(HOSTED)).deployments
    assert entry == ("d", None, None, (), None, 1)


def test_a_declared_deployment_without_traces_is_offered(tmp_path: Path) -> None:
    declared = Deployment("m-1", ModelType.OPEN_SOURCE, "d", "v1", NOON_US, NOON_US + DAY_US, "2x A100", 4)
    (entry,) = ask(a_reader(tmp_path / "s.db", declared), ScopeQuery(HOSTED)).deployments
    assert entry == ("d", NOON_US, NOON_US + DAY_US, ("v1",), "2x A100", 0)


def test_the_connection_most_used_is_the_default(tmp_path: Path) -> None:
    traces = [a_trace(f"r{place}", model="x-1", connection="us" if place else "eu") for place in range(3)]
    assert ask(a_reader(tmp_path / "s.db", *traces), ScopeQuery(EXTERNAL)).connections == ("us", "eu")


def test_the_connection_marked_as_default_comes_before_the_most_used(tmp_path: Path) -> None:
    marked = Connection("x-1", "eu", is_default=True)
    reader = a_reader(tmp_path / "s.db", marked, a_trace(model="x-1", connection="us"))
    assert ask(reader, ScopeQuery(EXTERNAL)).connections == ("eu", "us")


def test_an_external_model_has_neither_deployments_nor_versions(full: FullStore) -> None:
    choices = ask(full.reader, ScopeQuery(EXTERNAL))
    assert (choices.deployments, choices.versions) == ((), ())


def test_a_hosted_model_has_no_connections(full: FullStore) -> None:
    assert ask(full.reader, ScopeQuery(HOSTED)).connections == ()


def test_the_choices_of_a_model_that_is_not_there_are_refused(full: FullStore) -> None:
    with pytest.raises(QueryError, match="no external model named 'm-1'"):
        ask(full.reader, ScopeQuery(ModelRef(ModelType.EXTERNAL, "m-1")))


def test_the_store_tells_what_it_holds(full: FullStore) -> None:
    assert ask(full.reader, StoreQuery()) == StoreState(6_000, 2, is_read_only=False, last_write_us=NOON_US)


def test_a_store_without_traces_was_never_written(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db")
    assert ask(reader, StoreQuery()) == StoreState(0, 0, is_read_only=False, last_write_us=None)

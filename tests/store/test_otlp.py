"""OTLP into a store: bodies in any order, twice, in one batch or a hundred, make the same store."""

import random
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import NOON_US
from tests.ingest.inputs import needs_shared_data
from tests.ingest.otlp_bodies import (
    CHAT,
    PARENT_ID,
    SPAN_ID,
    Json,
    a_log_record,
    a_span,
    decoded,
    logs,
    traces,
)
from tests.ingest.test_otlp_captures import CLIENTS, bodies_of, expected_of, records_of
from tests.store.stored import everything, payload, rows, write
from tracetui.cancel import Cancel
from tracetui.domain.ports import Record
from tracetui.ingest import job
from tracetui.ingest.items import Options
from tracetui.store.writer import SqliteWriter


def import_bodies(store: Path, bodies: Sequence[Path]) -> job.ImportResult:
    with closing(SqliteWriter(store, now_us=lambda: NOON_US)) as writer:
        paths = [str(path) for path in bodies]
        return job.run(paths, writer, Options(), Cancel(), lambda _: None, folder=store.parent)


@cache
def contents_of(client: str, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a store holds after an undisturbed import."""
    store = folder / f"{client}.db"
    import_bodies(store, bodies_of(client))
    return everything(store)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@needs_shared_data
@pytest.mark.parametrize("client", CLIENTS)
def test_a_capture_gives_the_figures_known_of_it(client: str, folder: Path) -> None:
    contents_of(client, folder)
    known = expected_of(client)
    sql = "SELECT count(*), sum(status), sum(input_tokens), sum(output_tokens) FROM traces"
    figures = ("model_calls", "model_calls_error", "input_tokens_sum", "output_tokens_sum")
    assert rows(folder / f"{client}.db", sql) == [tuple(known[figure] for figure in figures)]
    sql = "SELECT name, count(*) FROM traces JOIN models ON models.id = model_id GROUP BY models.id"
    assert dict(rows(folder / f"{client}.db", sql)) == known["model_calls_per_model"]


@needs_shared_data
@pytest.mark.parametrize("client", CLIENTS)
def test_bodies_in_any_order_and_again_make_the_same_store(client: str, folder: Path, tmp_path: Path) -> None:
    bodies = bodies_of(client)
    shuffled = random.Random(7).sample(bodies, len(bodies))
    import_bodies(tmp_path / "s.db", [*reversed(shuffled), *shuffled])
    assert everything(tmp_path / "s.db") == contents_of(client, folder)


@needs_shared_data
@pytest.mark.parametrize("client", CLIENTS)
def test_the_same_bodies_again_add_nothing(client: str, tmp_path: Path) -> None:
    import_bodies(tmp_path / "s.db", bodies_of(client))
    again = import_bodies(tmp_path / "s.db", bodies_of(client)).inputs
    assert {(one.added, one.filled, one.differing, one.rejected) for one in again} == {(0, 0, 0, 0)}


@needs_shared_data
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False), size=st.sampled_from([1, 7, 40, 1_000]))
def test_spans_and_log_records_interleaved_at_random_make_the_same_store(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, order: random.Random, size: int
) -> None:
    records = list(records_of("otelv2-legacy"))
    order.shuffle(records)
    store = tmp_path_factory.mktemp("any") / "s.db"
    batches: list[Sequence[Record]] = [records[at : at + size] for at in range(0, len(records), size)]
    write(store, *batches)
    assert everything(store) == contents_of("otelv2-legacy", folder)


@needs_shared_data
def test_what_came_in_log_records_is_the_text_of_the_calls(folder: Path) -> None:
    contents_of("otelv2-legacy", folder)
    store = folder / "otelv2-legacy.db"
    # All but the texts to embed, which this client does not tell.
    assert rows(store, "SELECT count(*) FROM trace_texts WHERE input_preview IS NOT NULL") == [(77,)]
    held = [payload(store, request_id) for (request_id,) in rows(store, "SELECT request_id FROM traces")]
    for text in ("concurrent #3", "simulate:429", "[@click=app.quit]"):
        found = [one for one in held if text in (one.input or "") + (one.output or "")]
        assert len(found) == expected_of("otelv2-legacy")["spans_containing"][text]


@needs_shared_data
@pytest.mark.parametrize("client", ["otelv2-legacy", "otelv2-latest", "otelgenai-span", "oi-default"])
def test_calls_of_an_agent_are_from_the_agent_and_others_from_the_service(client: str, folder: Path) -> None:
    contents_of(client, folder)
    sql = """SELECT st.name, s.name, count(*) FROM traces LEFT JOIN sources s ON s.id = source_id
    LEFT JOIN source_types st ON st.id = source_type_id GROUP BY 1, 2 ORDER BY 3"""
    by_agent, by_service = rows(folder / f"{client}.db", sql)
    assert by_agent == ("Workflow", "weather_agent", 10)
    assert by_service[0] is None
    assert by_service[1].startswith("shop-bot-")


@needs_shared_data
@pytest.mark.parametrize("client", ["otelv2-legacy", "otelv2-latest", "otelgenai-span", "otelgenai-nocontent"])
def test_calls_of_an_agent_are_of_its_session_and_for_its_user(client: str, folder: Path) -> None:
    contents_of(client, folder)
    sql = "SELECT session, count(*), count(DISTINCT user_id) FROM traces GROUP BY 1 ORDER BY 1"
    (_, others, of_others), *by_session = rows(folder / f"{client}.db", sql)
    assert [session for session, *_ in by_session] == ["sess-0", "sess-1"]
    assert sum(calls for _, calls, _ in by_session) == 10
    assert (others, of_others) == (expected_of(client)["model_calls"] - 10, 0)


MESSAGES: Json = {"gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"in the span"}]}]'}


def records_in(*requests: Json) -> list[Record]:
    return [record for request in requests for record in decoded(request).records]


@pytest.mark.parametrize("is_first", [True, False])
def test_what_the_span_itself_says_stands_before_what_log_records_say(is_first: bool, tmp_path: Path) -> None:
    parts = records_in(logs(a_log_record("gen_ai.user.message", {"content": "in a log record"})))
    call = records_in(traces(a_span(CHAT | MESSAGES)))
    write(tmp_path / "s.db", *([parts, call] if is_first else [call, parts]))
    held = rows(tmp_path / "s.db", "SELECT request_id FROM traces")
    assert payload(tmp_path / "s.db", held[0][0]).input == "in the span"


def test_a_service_gives_way_to_the_agent_that_ends_later(tmp_path: Path) -> None:
    call = records_in(traces(a_span(parentSpanId=PARENT_ID)))
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "clerk"}
    around = records_in(traces(a_span(agent, spanId=PARENT_ID)))
    source = "SELECT name FROM traces JOIN sources ON sources.id = source_id"
    write(tmp_path / "s.db", call)
    assert rows(tmp_path / "s.db", source) == [("shop",)]
    write(tmp_path / "s.db", around)
    assert rows(tmp_path / "s.db", source) == [("clerk",)]


def test_a_span_that_is_sent_again_is_there_once(tmp_path: Path) -> None:
    first, second = write(tmp_path / "s.db", *[records_in(traces(a_span(spanId=SPAN_ID)))] * 2)
    assert (first.added, second.added, second.present) == (1, 0, 1)

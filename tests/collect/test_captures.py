"""What real clients sent, sent again to a real collector: in any order the store is that of an import."""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.commands import SHARED, needs_shared_data
from tests.collect.collectors import Running, collecting
from tests.store.stored import everything, rows
from tracetui.cancel import Cancel
from tracetui.ingest import job
from tracetui.ingest.items import Options
from tracetui.store.writer import SqliteWriter

pytestmark = needs_shared_data
OTLP = SHARED / "otlp"


class Sent(NamedTuple):
    """A request as it was captured."""

    file: Path
    path: str
    content_type: str


def captured() -> list[Sent]:
    """All requests of all clients, in the order in which they came."""
    found = []
    for index in sorted(OTLP.glob("*/index.jsonl")):
        for line in index.read_text().splitlines():
            said = json.loads(line)
            found.append(Sent(index.parent / said["file"], said["path"], said["headers"]["content-type"]))
    return found


def shuffled(requests: Sequence[Sent]) -> list[Sent]:
    return random.Random(7).sample(requests, len(requests))


ORDERS: dict[str, Callable[[Sequence[Sent]], list[Sent]]] = {
    "in order": list,
    "reversed": lambda requests: list(requests[::-1]),
    "shuffled": shuffled,
    "twice": lambda requests: [*requests, *shuffled(requests)],
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the same bodies were imported into as files."""
    folder = tmp_path_factory.mktemp("imported")
    with closing(SqliteWriter(folder / "traces.db", now_us)) as writer:
        files = [str(one.file) for one in captured()]
        result = job.run(files, writer, Options(), Cancel(), lambda _: None, folder=folder)
    assert result.rejected == 0
    assert result.failures == []
    return folder / "traces.db"


def now_us() -> int:
    return time.time_ns() // 1_000


async def send(running: Running, requests: list[Sent]) -> None:
    """Send requests one after the other, until none is left."""
    while requests:
        one = requests.pop(0)
        answer = await running.post(one.file.read_bytes(), one.path, headers={"Content-Type": one.content_type})
        assert (answer.status, answer.body) in ((200, b""), (200, b"{}")), one


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize("senders", [1, 4])
async def test_bodies_in_any_order_give_the_store_of_an_import(
    order: str, senders: int, imported: Path, tmp_path: Path
) -> None:
    store = tmp_path / "traces.db"
    requests = ORDERS[order](captured())
    async with collecting(lambda: SqliteWriter(store, now_us), decode=None) as running:
        await asyncio.gather(*(send(running, requests) for _ in range(senders)))
        assert running.status.rejected == 0
    assert running.bugs == []
    found, known = everything(store), everything(imported)
    assert found["traces"] == known["traces"]
    assert found == known


def test_the_calls_failures_and_tokens_are_those_known(imported: Path) -> None:
    known = json.loads((SHARED / "EXPECTED.json").read_bytes())
    captures = [known[f"otlp/{path.parent.name}"] for path in OTLP.glob("*/index.jsonl")]
    sql = "SELECT count(*), sum(status), sum(input_tokens), sum(output_tokens) FROM traces"
    keys = ("model_calls", "model_calls_error", "input_tokens_sum", "output_tokens_sum")
    assert rows(imported, sql) == [tuple(sum(one[key] for one in captures) for key in keys)]

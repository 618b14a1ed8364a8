"""Bodies that wait together are written together, and none suffers from another."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.collect.collectors import FailingWriter, GatedWriter
from tests.fakes import ListWriter, a_trace
from tracetui.domain.ports import Record
from tracetui.domain.trace import Trace
from tracetui.errors import StoreError, Unstorable
from tracetui.ingest.receiver.groups import Groups, Job
from tracetui.ingest.receiver.tally import Tally


class Body(Job):
    """A job that can be waited for."""

    __slots__ = ("_is_done", "times_done")

    def __init__(self, *ids: str, size_bytes: int = 100) -> None:
        super().__init__([a_trace(id) for id in ids], size_bytes, self._told)
        self._is_done = threading.Event()
        self.times_done = 0

    def _told(self, _: Job) -> None:
        self.times_done += 1
        self._is_done.set()

    def wait(self) -> None:
        assert self._is_done.wait(10)


@contextmanager
def groups_of(writer: ListWriter, bugs: list[str] | None = None) -> Iterator[Groups]:
    groups = Groups(lambda: writer, Tally(), (bugs if bugs is not None else []).append)
    groups.start()
    try:
        yield groups
    finally:
        groups.close()


def ids_of(records: Sequence[Record]) -> list[str]:
    return [record.record_id for record in records if isinstance(record, Trace)]


def failing_on(id: str, error: Exception) -> Callable[[Sequence[Record]], Exception | None]:
    return lambda batch: error if id in ids_of(batch) else None


def many(count: int) -> list[str]:
    return [f"large-{number}" for number in range(count)]


def test_what_waits_while_a_group_is_written_is_the_next_group() -> None:
    writer = GatedWriter()
    with groups_of(writer) as groups:
        bodies = [Body(f"{number}") for number in range(21)]
        groups.add(bodies[0])
        assert writer.has_batch.wait(10)
        for body in bodies[1:]:
            groups.add(body)
        writer.gate.set()
    assert [len(batch) for batch in writer.batches] == [1, 20]
    assert {body.times_done for body in bodies} == {1}


def test_what_waits_when_it_ends_is_written_still() -> None:
    writer = GatedWriter()
    with groups_of(writer) as groups:
        groups.add(Body("a"))
        groups.add(Body("b"))
        writer.gate.set()
    assert ids_of(writer.records) == ["a", "b"]


def test_a_record_that_can_never_be_stored_is_rejected_alone() -> None:
    writer = FailingWriter(failing_on("huge", Unstorable("It is too large.")))
    bodies = [Body("a", "b"), Body("c", "huge", "d"), Body("e")]
    with groups_of(writer) as groups:
        for body in bodies:
            groups.add(body)
    assert sorted(ids_of(writer.records)) == ["a", "b", "c", "d", "e"]
    assert [body.refused for body in bodies] == [[], ["It is too large."], []]
    assert {body.failure for body in bodies} == {None}


def test_a_record_that_makes_the_writer_fail_is_rejected_alone_and_its_traceback_told() -> None:
    bugs: list[str] = []
    writer = FailingWriter(failing_on("odd", TypeError("odd")))
    body = Body("a", "odd", "b")
    with groups_of(writer, bugs) as groups:
        groups.add(body)
    assert ids_of(writer.records) == ["a", "b"]
    assert "TypeError" in body.refused[0]
    assert len(bugs) == 1
    assert "TypeError: odd" in bugs[0]


def test_a_store_that_cannot_be_written_now_fails_the_group_and_not_the_next() -> None:
    errors: list[Exception | None] = [StoreError("It is locked."), None]
    writer = FailingWriter(lambda _: errors.pop(0))
    first, second = Body("a"), Body("b")
    with groups_of(writer) as groups:
        groups.add(first)
        first.wait()
        groups.add(second)
    assert str(first.failure) == "It is locked."
    assert second.failure is None
    assert ids_of(writer.records) == ["b"]


def test_a_large_body_is_written_in_parts_and_others_with_them() -> None:
    writer = GatedWriter()
    large, small = Body(*many(9_000)), Body("small")
    with groups_of(writer) as groups:
        groups.add(large)
        assert writer.has_batch.wait(10)
        groups.add(small)
        writer.gate.set()
    assert [len(batch) for batch in writer.batches] == [4_000, 4_001, 1_000]
    assert ids_of(writer.batches[1])[0] == "small"
    assert large.times_done == small.times_done == 1


def test_a_body_of_many_bytes_is_written_in_parts_too() -> None:
    writer = ListWriter()
    with groups_of(writer) as groups:
        groups.add(Body(*many(8), size_bytes=64 * 1024 * 1024))
    assert [len(batch) for batch in writer.batches] == [2, 2, 2, 2]


def test_of_a_large_body_that_fails_the_rest_is_not_tried() -> None:
    errors: list[Exception | None] = [StoreError("It is locked."), None]
    writer = FailingWriter(lambda _: errors.pop(0))
    large, small = Body(*many(9_000)), Body("small")
    with groups_of(writer) as groups:
        groups.add(large)
        large.wait()
        groups.add(small)
    assert large.times_done == 1
    assert ids_of(writer.records) == ["small"]

"""The elements of an array, one at a time."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracetui.ingest.json_array import elements
from tracetui.ingest.sources import Line


def cut(text: bytes, block_bytes: int = 1 << 20, limit_bytes: int = 1 << 20) -> list[Line]:
    def blocks() -> Iterator[bytes]:
        for start in range(0, len(text), block_bytes):
            yield text[start : start + block_bytes]

    return list(elements(blocks(), limit_bytes))


def test_an_element_knows_the_line_where_it_begins() -> None:
    text = b'[{"a": 1},\n{"b": [2,\n 3]},\n\n  {"c": 4}\n]\n'
    assert [(line.number, json.loads(line.content)) for line in cut(text)] == [
        (1, {"a": 1}),
        (2, {"b": [2, 3]}),
        (5, {"c": 4}),
    ]


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=6) | st.lists(st.integers())), max_size=5),
    st.integers(1, 20),
    st.sampled_from([None, 1]),
)
def test_elements_are_found_wherever_blocks_end(
    records: list[dict[str, object]], block_bytes: int, indent: int | None
) -> None:
    text = json.dumps(records, indent=indent).encode()
    assert [json.loads(line.content) for line in cut(text, block_bytes)] == records


def test_an_empty_array_has_no_elements() -> None:
    assert cut(b" [ \n ] ") == []


def test_an_array_that_never_closes_marks_its_last_element_as_cut_off() -> None:
    first, last = cut(b'[{"a": 1}, {"b"')
    assert not first.is_cut_off
    assert last.is_cut_off


@pytest.mark.parametrize("text", [b'[{"a": 1}] {"b": 2}', b'[{"a": 1}, , {"b": 2}]'])
def test_what_is_no_element_is_handed_on_to_be_rejected(text: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        [json.loads(line.content) for line in cut(text)]


def test_an_element_over_the_limit_is_given_by_its_beginning_and_the_next_is_read() -> None:
    text = b'[{"a": "' + b"x" * 20_000 + b'"}, {"b": 1}]'
    large, fine = cut(text, block_bytes=1000, limit_bytes=10_000)
    assert large.is_too_large
    assert len(large.content) <= 4096
    assert json.loads(fine.content) == {"b": 1}

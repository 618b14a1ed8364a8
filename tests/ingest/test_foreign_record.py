"""One object of another tool's, its fields by name and its payloads byte for byte."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.ingest.foreign_record import ForeignRecord, parse
from tracetui.ingest.json_text import BadRecord

NUMBERS = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def record(line: bytes) -> ForeignRecord:
    return parse(line, lambda _: None)


@given(st.dictionaries(st.text(), JSON, max_size=5), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_every_object_is_read_as_python_reads_it(
    fields: dict[str, Any], is_ascii: bool, indent: int | str | None
) -> None:
    text = json.dumps(fields, ensure_ascii=is_ascii, indent=indent)

    assert record(text.encode()).fields == fields


@given(st.text(alphabet=st.sampled_from('{}[]",:\\ \n01eE-+.ntrufals'), max_size=30))
def test_what_python_refuses_is_refused(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        expected = None
    if isinstance(expected, dict):
        assert record(text.encode()).fields == expected
    else:
        with pytest.raises(BadRecord):
            record(text.encode())


def test_a_payload_is_the_bytes_that_stand_there() -> None:
    assert record(b'{"a" : {"x":  1.50 } , "b": [ ]}').payload("a") == b'{"x":  1.50 }'


@pytest.mark.parametrize("empty", [b"null", b'""', b"{}", b"[ ]", b'"{}"', b'" [] "'])
def test_a_payload_that_holds_nothing_is_none(empty: bytes) -> None:
    assert record(b'{"a": ' + empty + b"}").payload("a") is None


def test_a_structure_in_a_text_is_the_structure() -> None:
    held = record(b'{"a": "{\\"x\\": [1]}"}')

    assert (held.inner("a").fields, held.payload("a")) == ({"x": [1]}, b'{"x": [1]}')


def test_the_first_field_that_holds_anything_counts() -> None:
    assert record(b'{"a": "", "b": null, "c": {}, "d": 0}').count("a", "b", "c", "d") == 0


def test_of_a_key_that_stands_twice_the_last_one_counts_and_is_noted() -> None:
    noted: list[str] = []

    held = parse(b'{"a": 1, "a": [2]}', noted.append)

    assert (held.fields, held.payload("a")) == ({"a": [2]}, b"[2]")
    assert noted == ["of a key that stands twice in an object the last one counts"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"7", "is 7, not a JSON object"),
        (b"[1]", "is [1], not a JSON object"),
        (b'{"a": 1', "is not JSON: Expecting ',' delimiter at character 8"),
        (b'{"a": 1}}', "is not JSON: Extra data at character 9"),
        (b'{"a": -Infinity}', "has -Infinity, which is not JSON"),
        (b'{"a": "\xff"}', "is not UTF-8 at byte offset 7 (0xff)"),
        (b'{"a": ' + b"[" * 600 + b"]" * 600 + b"}", "is nested more than 500 levels deep"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "has a number of more than 4,300 digits"),
    ],
)
def test_what_is_no_object_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    with pytest.raises(BadRecord, match=r".") as caught:
        record(line)

    assert str(caught.value) == reason


def test_a_reason_names_the_field_and_where_it_stands() -> None:
    with pytest.raises(BadRecord, match=r'^usage\.details\.cached is "x", not a number$'):
        record(b'{"usage": {"details": {"cached": "x"}}}').inner("usage").inner("details").count("cached")

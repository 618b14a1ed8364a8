"""One object from one line, and the very bytes of its payloads."""

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracetui.ingest.items import DEEPEST
from tracetui.ingest.json_text import BadRecord, JsonText, Parsed, is_too_deep


def parse(line: bytes) -> Parsed:
    return JsonText(lambda _: None).parse(line)


def refusal(line: bytes) -> str:
    with pytest.raises(BadRecord) as caught:
        parse(line)
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "request_bytes", "response_bytes"),
    [
        (b'{"request": {"a" : 1.50},"response":[ 1 ]}', b'{"a" : 1.50}', b"[ 1 ]"),
        (b'{"response": {"b": "\\u00e9"}, "request": "x"}', b'"x"', b'{"b": "\\u00e9"}'),
        (b'{"request": null, "response": null}', None, None),
        (b'{"a": 1}', None, None),
        (b'{"request" : {"a": 1}}', b'{"a": 1}', None),
        (b'{"request":   {"a": 1}  }', b'{"a": 1}', None),
        (b'{"r\\u0065quest": {"a": 1}}', b'{"a": 1}', None),
        (b'{"request": {"request": {"response": 1}}}', b'{"request": {"response": 1}}', None),
        (b'{"x": {"request": {"a": 1}}, "request": {"b": 2}}', b'{"b": 2}', None),
        (b'{"x": {"request": {"a": 1}}}', None, None),
        (b'{"input": "say \\"request\\": {1}", "request": {"b": 2}}', b'{"b": 2}', None),
        (b'{"request": {"a": "}\\\\"}, "response": false}', b'{"a": "}\\\\"}', b"false"),
        ('{"request": {"ü": "漢"}}'.encode(), '{"ü": "漢"}'.encode(), None),
        (b'{"request": 1, "request": {"b": 2}}', b'{"b": 2}', None),
    ],
)
def test_payloads_are_the_bytes_that_the_sender_wrote(
    line: bytes, request_bytes: bytes | None, response_bytes: bytes | None
) -> None:
    parsed = parse(line)
    assert (parsed.request, parsed.response) == (request_bytes, response_bytes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from(["request", "response", "a", "é", "x\\"]), below, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["request", "response", "input", "x"]), JSON),
    st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]),
    st.booleans(),
)
def test_payloads_are_found_wherever_and_however_they_are_written(
    record: dict[str, object], separators: tuple[str, str], is_ascii: bool
) -> None:
    line = json.dumps(record, separators=separators, ensure_ascii=is_ascii)
    parsed = parse(line.encode())
    for key, payload in (("request", parsed.request), ("response", parsed.response)):
        value = record.get(key)
        expected = None if value is None else json.dumps(value, separators=separators, ensure_ascii=is_ascii)
        assert payload == (None if expected is None else expected.encode())
    assert {key: value for key, value in parsed.fields.items() if key in ("input", "x")} == {
        key: value for key, value in record.items() if key in ("input", "x")
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'"just a string"', "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b"this is not json", "is not JSON: Expecting value at character 1"),
        (b'{"a":1,}', "is not JSON"),
        (b'{"a":1} {"b":2}', "is not JSON: Extra data at character 9"),
        (b'{"request": {"a": }}', "is not JSON"),
        (b'{"a": Infinity}', "has Infinity, which is not JSON"),
        (b'{"request": {"a": NaN}}', "has NaN, which is not JSON"),
        (b'{"a": "x\x00"}', "is not JSON: Invalid control character"),
        (b'{"a": "\xff"}', "is not UTF-8 at byte offset 7 (0xff)"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        (b'{"a": ' + b"9" * 5000 + b"}", "4,300 digits"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    assert reason in refusal(line)


def test_a_key_that_stands_twice_is_noted_and_the_last_one_counts() -> None:
    noted: list[str] = []
    parsed = JsonText(noted.append).parse(b'{"model": "a", "model": "b"}')
    assert parsed.fields["model"] == "b"
    assert len(noted) == 1


def test_nesting_is_taken_up_to_500_levels() -> None:
    deepest = b'{"x": ' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}"
    assert "x" in parse(deepest).fields


@pytest.mark.parametrize("levels", [DEEPEST, 990, 100_000])
@pytest.mark.parametrize("key", ["x", "request"])
def test_deeper_nesting_is_refused(levels: int, key: str) -> None:
    line = f'{{"{key}": '.encode() + b"[" * levels + b"]" * levels + b"}"
    assert "nested more than 500 levels" in refusal(line)


def test_the_deepest_record_is_read_deep_in_a_stack_too() -> None:
    deepest = b'{"request": ' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}"

    def below(levels: int) -> Parsed:
        return parse(deepest) if levels == 0 else below(levels - 1)

    assert below(min(300, sys.getrecursionlimit() - 700)).request is not None


def test_brackets_in_texts_are_no_levels() -> None:
    assert not is_too_deep('{"x": "' + "[" * 1000 + '\\"' + "{" * 1000 + '"}')

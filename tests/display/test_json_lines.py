"""JSON in rows: every character as it came, indented, in small steps, and refused where it is not JSON."""

import json
import random
import re
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.display.laid_out import json_layout, kinds, row_text, text_of_json
from tests.hostile import ACTS, HOSTILE
from tracetui.display.json_lines import JsonLayout
from tracetui.display.json_scan import NotJson
from tracetui.display.layout import Kind
from tracetui.display.sanitise import cells

TEN_MB = 10_000_000


def test_json_is_indented() -> None:
    assert text_of_json('{"a":{"b":[true,null],"c":{}},"d":[ ]}').splitlines() == [
        "{",
        '  "a": {',
        '    "b": [',
        "      true,",
        "      null",
        "    ],",
        '    "c": {}',
        "  },",
        '  "d": []',
        "}",
    ]


@pytest.mark.parametrize(
    "number", ["1e400", "1.0", "-0", "0.10", "1E+2", "123456789012345678901234567890", "NaN", "-Infinity"]
)
def test_a_number_keeps_its_digits(number: str) -> None:
    assert text_of_json(f'{{"n":{number}}}').splitlines()[1] == f'  "n": {number}'


def test_a_key_that_comes_twice_is_shown_twice() -> None:
    assert text_of_json('{"a":1,"a":2}').splitlines()[1:3] == ['  "a": 1,', '  "a": 2']


def test_escapes_of_a_string_stay_as_they_are_written() -> None:
    assert r'"a\n\u00e9\ud83d\ude00\"b"' in text_of_json(r'{"a":"a\n\u00e9\ud83d\ude00\"b"}')


def test_numbers_of_an_array_stand_side_by_side() -> None:
    assert text_of_json("[1,2.50,3,-4,5e3]") == "[\n  1, 2.50, 3, -4, 5e3\n]"


def test_numbers_side_by_side_stay_within_their_panel() -> None:
    shown = text_of_json(json.dumps(list(range(1_000))), width=30)
    assert max(map(len, shown.splitlines())) <= 30
    assert json.loads(shown) == list(range(1_000))


def test_numbers_followed_by_something_else_are_all_there() -> None:
    assert json.loads(text_of_json('[1,2,3,4,5,"a",6,7,8,9,10,{}]')) == [1, 2, 3, 4, 5, "a", 6, 7, 8, 9, 10, {}]


def test_a_long_string_is_wrapped_below_its_key() -> None:
    shown = text_of_json(json.dumps({"text": "many words " * 20}), width=40).splitlines()
    assert shown[1] == '  "text": "many words many words many '
    assert all(len(row.rstrip()) <= 40 for row in shown)


def test_several_values_follow_one_another() -> None:
    assert text_of_json('{"a":1}\n{"b":2}') == '{\n  "a": 1\n}\n{\n  "b": 2\n}'


def test_500_levels_are_shown_in_half_the_panel() -> None:
    shown = text_of_json("[" * 500 + "1" + "]" * 500, width=40).splitlines()
    assert len(shown) == 1_001
    assert shown[500] == " " * 20 + "1"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 0),
        ('{"a":1,}', 7),
        ("[1,]", 3),
        ("[1,2,3,4,5,]", 11),
        ('{"a" 1}', 4),
        ("{", 1),
        ("[1 2]", 3),
        ('{"a":1}}', 7),
        ('{"a":1}x', 7),
        ("[1}", 2),
        ("nul", 0),
        ('"abc', 4),
        ('{"a":"x\ny"}', 7),
        (r'{"a":"\q"}', 6),
        ("1,2", 1),
        ("[01]", 2),
        ("'a'", 0),
        ("[" * 2_000 + "]" * 2_000, 1_023),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(text: str, place: int) -> None:
    with pytest.raises(NotJson) as refused:
        json_layout(text)
    assert refused.value.place == place


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=60), inner, max_size=6),
    max_leaves=40,
)


@settings(max_examples=150, deadline=None)
@given(value=VALUES, width=st.integers(12, 90), spaced=st.booleans(), as_ascii=st.booleans())
def test_every_character_but_blanks_is_shown_once(value: Any, width: int, spaced: bool, as_ascii: bool) -> None:
    text = json.dumps(value, indent=3 if spaced else None, ensure_ascii=as_ascii)
    layout = json_layout(text, width)
    shown = "".join(
        layout.text[part.start : part.end] for row in range(len(layout)) for part in layout.parts(row)[1]
    )
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", text)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet='{}[]",:1 a\\tfn\nue-.', max_size=30))
def test_what_python_reads_is_json_and_what_it_refuses_is_not(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        # Several values one after another are ours alone.
        if not _is_many_values(text):
            with pytest.raises(NotJson):
                json_layout(text)
    else:
        json_layout(text)


def _is_many_values(text: str) -> bool:
    decoder, at, count = json.JSONDecoder(), 0, 0
    while at < len(text):
        at += len(text[at:]) - len(text[at:].lstrip(" \t\n\r"))
        if at == len(text):
            break
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            return False
        count += 1
    return count > 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_control_of_a_payload_is_left_in_a_row(text: str) -> None:
    payload = json.dumps({text[:40]: text * 20, "b": [text]}, ensure_ascii=False)
    assert ACTS.findall(text_of_json(payload, width=30)) == []


# Colours


def test_keys_strings_numbers_words_and_signs_are_told_apart() -> None:
    layout = json_layout('{"a":"b","c":1,"d":null}')
    assert kinds(layout, 1) == [('"a"', Kind.KEY), (":", Kind.SIGN), ('"b"', Kind.STRING), (",", Kind.SIGN)]
    assert kinds(layout, 2)[2] == ("1", Kind.NUMBER)
    assert kinds(layout, 3)[2] == ("null", Kind.WORD)


def test_a_string_that_goes_on_is_one_whatever_it_holds() -> None:
    layout = json_layout(json.dumps({"a": 'say "x": {1, 2} ' * 20}), width=30)
    assert {kind for row in range(2, len(layout) - 2) for _, kind in kinds(layout, row)} == {Kind.STRING}


# The name of the model


@pytest.mark.parametrize(("of_model", "shown"), [(":v2", '"gpt:v2"'), ("@openai-eu", '"gpt@openai-eu"')])
def test_the_name_of_the_model_carries_its_version_or_connection(of_model: str, shown: str) -> None:
    assert shown in text_of_json('{"model":"gpt","x":1}', of_model=of_model)


def test_the_name_of_the_model_carries_it_where_it_needs_several_rows() -> None:
    shown = text_of_json(json.dumps({"model": "ft:gpt-4o-mini-2024:" * 5}), width=30, of_model="@openai-eu")
    assert '@openai-eu"' in shown
    assert max(map(len, shown.splitlines())) <= 30


def test_a_model_named_deeper_or_elsewhere_carries_nothing() -> None:
    assert ":v2" not in text_of_json('{"a":{"model":"gpt"},"b":"model"}', of_model=":v2")


# Work, counted and not timed


LONG_STRINGS = {
    "words": "some words " * 6_000,
    "escapes": '\n"' * 12_000 + "x" * 30_000,
    "no blanks": "x" * 60_000,
    "wide": "语" * 30_000,
}


@pytest.mark.parametrize("width", [30, 200])
@pytest.mark.parametrize("value", LONG_STRINGS.values(), ids=LONG_STRINGS)
def test_a_string_that_is_walked_through_in_strides_is_shown_whole(
    value: str, width: int
) -> None:
    text = json.dumps({"key": value, "next": 1}, ensure_ascii=False)
    layout = json_layout(text, width)
    rows = [row_text(layout, row) for row in range(len(layout))]
    assert re.sub(r"\s", "", "".join(rows)) == re.sub(r"\s", "", text)
    assert max(cells(row.rstrip()) for row in rows) <= width


def test_the_first_rows_of_a_long_string_do_not_wait_for_its_end() -> None:
    layout = JsonLayout(PAYLOADS["one string"], 80)
    assert list(islice(layout.build(), 5)) == [None] * 5
    assert 100 < len(layout) < 5_000


PAYLOADS = {
    "one string": json.dumps({"a": "many words " * (TEN_MB // 11)}),
    "one string of escapes": json.dumps({"a": "many\n" * (TEN_MB // 6)}),
    "messages": json.dumps([{"role": "user", "content": "x" * 100}] * (TEN_MB // 140)),
    "numbers": json.dumps([random.Random(1).random() for _ in range(TEN_MB // 20)]),
}


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_no_step_of_10_mb_finds_more_than_some_thousand_rows(text: str) -> None:
    layout = JsonLayout(text, 80)
    most = found = 0
    for _ in layout.build():
        most = max(most, len(layout) - found)
        found = len(layout)
    assert most <= 5_000
    assert row_text(layout, len(layout) - 1) in ("}", "]")

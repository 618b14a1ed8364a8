"""Texts and payloads into one frame and out again."""

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.store.payload_layout import Payload, joined, taken_apart
from tracetui.store.payloads import Packer, Unpacker, train

_text = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
_bytes = st.none() | st.binary()


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    """Payloads whose sections stand in the raw record word for word, escaped, or not at all."""
    texts = [draw(_text) for _ in range(3)]
    sections = [draw(_bytes), draw(_bytes)]
    ascii_only = draw(st.booleans())
    shown = [text for text in texts if text is not None and draw(st.booleans())]
    raw = json.dumps(shown, ensure_ascii=ascii_only).encode()
    raw += b"".join(section for section in sections if section is not None and draw(st.booleans()))
    raws = (raw, *draw(st.lists(st.binary(), max_size=2)))
    return Payload(*texts, *sections, draw(st.booleans()), raws)


@given(payloads())
def test_a_payload_comes_back_as_it_was(payload: Payload) -> None:
    assert taken_apart(joined(payload)) == payload


def _payload(number: int) -> Payload:
    question, answer = f"How many bags may I take, {number}?", f'"{number}" bags.\nNo more — sorry.'
    request = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": question}]}).encode()
    response = json.dumps({"choices": [{"message": {"content": answer}}], "id": number}).encode()
    raw = b'{"request": %s, "response": %s}' % (request, response)
    return Payload(question, answer, None, request, response, False, (raw,))


def test_request_and_response_take_next_to_nothing_beside_the_raw_record() -> None:
    payload = _payload(7)
    assert len(joined(payload)) < len(payload.raws[0]) + 50


def test_a_frame_made_with_a_dictionary_is_read_with_the_one_in_the_store() -> None:
    dictionary = train([joined(_payload(number)) for number in range(1_000)], dictionary_id=1)
    frame = Packer(dictionary).pack(_payload(7))
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, content BLOB)")
        db.execute("INSERT INTO dictionaries VALUES (1, ?)", (dictionary,))
        assert Unpacker(db).unpack(frame) == _payload(7)
        assert Unpacker(db).unpack(Packer().pack(_payload(8))) == _payload(8)
    assert len(frame) < 100


def test_texts_can_be_had_without_the_rest() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        texts = Unpacker(db).texts(Packer().pack(_payload(7)))
    assert texts == _payload(7)[:3]


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        joined(Payload("\ud800", None, None, None, None, False, (rb'{"input": "\ud800"}',)))

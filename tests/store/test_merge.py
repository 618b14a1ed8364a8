"""What a later record adds to a trace that is known."""

import pytest

from tests.fakes import NOON_US, a_trace
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status, Trace
from tracetui.store.kept import Kept
from tracetui.store.merge import MAX_RAWS, Contradiction, merge


def _kept(trace: Trace) -> Kept:
    return Kept(trace, [trace.raw])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model_type", ModelType.EXTERNAL),
        ("deployment", "chat"),
        ("version", "v2"),
        ("connection", "eu"),
        ("response_time_us", 0),
        ("input_tokens", 0),
        ("credits_micro", 5),
        ("source", "checkout"),
        ("error", "too long"),
        ("input", ""),
        ("output", "Yes."),
        ("request", b"{}"),
        ("is_streamed", False),
        ("base_model", "llama"),
    ],
)
def test_what_was_unknown_is_filled_in(field: str, value: object) -> None:
    kept = _kept(a_trace())
    merged = merge(kept, a_trace(raw=b'{"later": 1}', **{field: value}))
    assert (merged.has_filled, merged.contradictions) == (True, [])
    assert getattr(kept.trace, field) == value
    assert kept.raws == [b"{}", b'{"later": 1}']


def test_what_a_later_record_leaves_open_stays() -> None:
    kept = _kept(a_trace(input="Hello", version="v2"))
    assert merge(kept, a_trace()) == (False, [])
    assert (kept.trace.input, kept.trace.version) == ("Hello", "v2")


def test_the_first_stands_where_a_later_record_contradicts() -> None:
    kept = _kept(a_trace(version="v1"))
    offered = a_trace(raw=b"[]", version="v2", status=Status.FAILED, executed_at_us=NOON_US + 1)
    merged = merge(kept, offered)
    assert {one.field for one in merged.contradictions} == {"version", "status", "executed_at_us"}
    assert Contradiction("version", "v1", "v2") in merged.contradictions
    assert (merged.has_filled, kept.trace.version, kept.raws) == (False, "v1", [b"{}"])


def test_no_model_is_an_unknown_model() -> None:
    kept = _kept(a_trace(model="(no model)"))
    assert merge(kept, a_trace(model="gpt-4o")).has_filled
    assert merge(kept, a_trace(model="(no model)")) == (False, [])
    assert kept.trace.model == "gpt-4o"


def test_payloads_that_were_put_together_give_way_to_those_that_went_over_the_wire() -> None:
    kept = _kept(a_trace(request=b"made", response=b"made", is_reconstructed=True))
    merge(kept, a_trace(request=b"real", raw=b"1"))
    assert (kept.trace.request, kept.trace.is_reconstructed) == (b"real", True)
    assert merge(kept, a_trace(request=b"real", raw=b"1")) == (False, [])
    merge(kept, a_trace(request=b"real", response=b"real", raw=b"2"))
    assert (kept.trace.response, kept.trace.is_reconstructed) == (b"real", False)
    assert merge(kept, a_trace(request=b"made", raw=b"2", is_reconstructed=True)) == (False, [])


def test_a_long_text_is_told_in_short() -> None:
    (contradiction,) = merge(_kept(a_trace(input="a" * 900)), a_trace(input="b" * 900)).contradictions
    assert len(contradiction.kept) == len(contradiction.offered) == 80


def test_raw_records_of_one_trace_do_not_grow_for_ever() -> None:
    kept = _kept(a_trace())
    for number in range(100):
        merge(kept, a_trace(raw=b"%d" % number))
    assert len(kept.raws) == MAX_RAWS

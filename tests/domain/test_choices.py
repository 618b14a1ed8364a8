import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.choices import Choices

CHOSEN = Choices(
    screen="traces",
    models={
        "traces": ModelRef(ModelType.EXTERNAL, "gpt-4o"),
        "analytics": ModelRef(ModelType.FINE_TUNED, "support-bot"),
    },
    hidden={ModelType.EXTERNAL: frozenset({"source", "output"})},
    theme="nord",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(list(CHOSEN.to_dict())), inner),
    max_leaves=20,
)


def test_what_was_chosen_comes_back() -> None:
    assert Choices.from_dict(json.loads(json.dumps(CHOSEN.to_dict()))) == CHOSEN


def test_nothing_chosen_comes_back_as_nothing() -> None:
    assert Choices.from_dict(Choices().to_dict()) == Choices()


@given(JSON)
def test_no_content_is_an_error(kept: object) -> None:
    assert isinstance(Choices.from_dict(kept), Choices)


@given(st.dictionaries(st.sampled_from(list(CHOSEN.to_dict())), JSON))
def test_no_content_of_a_known_field_is_an_error(kept: object) -> None:
    assert isinstance(Choices.from_dict(kept), Choices)


@pytest.mark.parametrize(
    "garbled",
    [
        {"screen": 7},
        {"models": {"traces": {"type": "borrowed", "name": "m"}}},
        {"models": {"traces": {"type": ["external"], "name": "m"}}},
        {"models": {"traces": {"type": "external", "name": ""}}},
        {"models": {"traces": "gpt-4o"}},
        {"hidden": {"external": ["shoe size", 3]}},
        {"hidden": {"borrowed": ["source"]}},
        {"theme": "x" * 100_000},
        {"from a later version": True},
    ],
)
def test_what_is_not_understood_is_as_if_never_chosen(garbled: object) -> None:
    assert Choices.from_dict(garbled) == Choices()


def test_what_is_understood_beside_garble_is_kept() -> None:
    assert Choices.from_dict(CHOSEN.to_dict() | {"screen": []}).theme == "nord"


def test_the_request_id_cannot_be_hidden_by_a_file() -> None:
    assert Choices.from_dict({"hidden": {"external": ["request_id", "source"]}}).hidden == {
        ModelType.EXTERNAL: frozenset({"source"})
    }

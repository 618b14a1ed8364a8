"""Folding: which rows are seen, and where."""

import json

from tests.display.laid_out import json_layout, plain_layout, seen_text
from tracetui.display.folds import Folds
from tracetui.display.json_lines import JsonLayout

NESTED = '{"a":{"b":[1,2],"c":3},"d":[{"e":4}]}'


def row_with(folds: Folds, words: str) -> int:
    """The first row seen that shows some words."""
    shown = seen_text(folds).splitlines()
    return folds.row(next(at for at, line in enumerate(shown) if words in line))


def toggled(folds: Folds, words: str) -> Folds:
    folded = folds.toggled(row_with(folds, words))
    assert folded is not None
    return Folds(folds.layout, folded)


def test_a_folded_object_says_how_many_keys_it_has_and_stays_in_its_place() -> None:
    folds = toggled(Folds(json_layout(NESTED)), '"a"')
    assert seen_text(folds).splitlines()[:3] == ["{", '  "a": { … },  2 keys', '  "d": [']


def test_a_folded_array_says_how_many_items_it_has() -> None:
    assert '"d": [ … ]  1 item' in seen_text(toggled(Folds(json_layout(NESTED)), '"d"'))


def test_numbers_side_by_side_are_counted_one_by_one() -> None:
    assert "[ … ]  12 items" in seen_text(toggled(Folds(json_layout(json.dumps(list(range(12))))), "["))


def test_folding_twice_shows_everything_again() -> None:
    folds = Folds(json_layout(NESTED))
    assert seen_text(toggled(toggled(folds, '"a"'), '"a"')) == seen_text(folds)


def test_the_line_that_closes_folds_too() -> None:
    folds = Folds(json_layout(NESTED))
    assert folds.toggled(row_with(folds, "]")) == folds.toggled(row_with(folds, '"b"'))


def test_a_line_with_a_plain_value_does_not_fold() -> None:
    folds = Folds(json_layout(NESTED))
    assert folds.toggled(row_with(folds, '"c"')) is None


def test_what_was_folded_inside_stays_folded_inside() -> None:
    inner = toggled(Folds(json_layout(NESTED)), '"b"')
    assert seen_text(toggled(toggled(inner, '"a"'), '"a"')) == seen_text(inner)


def test_fold_all_leaves_the_outermost_object_open() -> None:
    folds = Folds(json_layout(NESTED))
    folds = Folds(folds.layout, folds.all_folded())
    assert seen_text(folds).splitlines() == ["{", '  "a": { … },  2 keys', '  "d": [ … ]  1 item', "}"]


def test_rows_and_where_they_are_seen_agree() -> None:
    folds = toggled(toggled(Folds(json_layout(NESTED)), '"b"'), '"d"')
    assert [folds.seen(folds.row(seen)) for seen in range(len(folds))] == list(range(len(folds)))


def test_a_row_that_is_folded_away_is_seen_where_its_fold_is() -> None:
    folds = Folds(json_layout(NESTED))
    hidden = row_with(folds, '"c"')
    folded = toggled(folds, '"a"')
    assert folded.row(folded.seen(hidden)) == row_with(folds, '"a"')


def test_a_row_can_be_brought_back_from_two_folds() -> None:
    folds = Folds(json_layout(NESTED))
    hidden = folds.row(row_with(folds, '"b"') + 1)
    folded = toggled(toggled(toggled(folds, '"b"'), '"a"'), '"d"')
    shown = folded.without(hidden)
    assert shown.row(shown.seen(hidden)) == hidden
    assert '"d": [ …' in seen_text(shown)


def test_what_is_folded_is_folded_in_another_width() -> None:
    text = json.dumps({"a long key of words " * 3: {"x": 1}, "b": "many words " * 10})
    narrow = toggled(Folds(json_layout(text, width=24)), "  {")
    wide = Folds(json_layout(text, width=90), narrow.folded)
    assert "{ … },  1 key" in seen_text(wide)


def test_what_is_not_closed_yet_does_not_fold() -> None:
    layout = JsonLayout(json.dumps([{"a": number} for number in range(5_000)]), 60)
    steps = layout.build()
    next(steps)
    assert Folds(layout).toggled(0) is None


def test_rows_that_are_found_later_are_seen_behind_the_folds() -> None:
    layout = JsonLayout(json.dumps([{"a": number} for number in range(5_000)]), 60)
    steps = layout.build()
    next(steps)
    folded = Folds(layout).toggled(1)
    assert folded is not None
    before = len(Folds(layout, folded))
    for _ in steps:
        pass
    assert len(Folds(layout, folded)) == len(layout) - 2 > before


def test_plain_text_has_nothing_to_fold() -> None:
    folds = Folds(plain_layout("{}"))
    assert folds.toggled(0) is None
    assert folds.all_folded() == frozenset()

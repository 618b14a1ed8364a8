import pytest

from tracetui.domain.folding import fold

EVERY_CHARACTER = "".join(map(chr, range(0x110000)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GRÖSSE", "größse".replace("ß", "s")),
        ("МОСКВА", "москва"),
        ("ΟΔΟΣ", "οδος"),
        ("οδος", "οδοσ"),
        ("\u212a", "k"),
        ("\u1e9e", "ß"),
        ("\u1f88", "\u1f80"),
        ("\u017f", "s"),
        ("\ufb05", "\ufb06"),
    ],
)
def test_texts_that_differ_in_case_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ß", "ss"), ("İ", "i"), ("İ", "i̇"), ("ı", "i"), ("\ufb01", "fi"), ("é", "e\u0301"), ("\u2460", "1")],
)
def test_texts_that_only_full_folding_or_normalising_makes_equal_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_each_character_folds_to_one_character_by_itself() -> None:
    one_by_one = [fold(character) for character in EVERY_CHARACTER]
    assert {len(folded) for folded in one_by_one} == {1}
    assert "".join(one_by_one) == fold(EVERY_CHARACTER)


def test_folding_again_changes_nothing() -> None:
    once = fold(EVERY_CHARACTER)
    assert fold(once) == once

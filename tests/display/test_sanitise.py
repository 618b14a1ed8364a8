"""Nothing that a trace contains can act on the terminal (G9)."""

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.display import sanitise as s
from tracetui.display.sanitise import Safe, cells, fit, safe_block, safe_line

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
HOSTILE = st.text(
    st.characters()
    | st.sampled_from(
        "\x00\x07\x08\x1b\x7f\x85\x9b\x9d\r\n\t\u061c\u200b\u200c\u200d\u200e\u2028\u202e\u2066\ufeff\ufe0f"
    )
    | st.sampled_from("\u0301\u0335\U000e0041\U0001f1e9\U0001f3fb👨👩日e[]")
    | st.characters(categories=["Cs", "Cf", "Mn", "Me"])
)
INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("x\x1b[31mRED\x1b[2Jy", "x␛[31mRED␛[2Jy"),
        ("x\x1b]0;PWNED\x07\x1b]52;c;aGk=\x07y", "x␛]0;PWNED␇␛]52;c;aGk=␇y"),
        ("x\x9b31mC1\x9d0;t\x9cy", "x<U+009B>31mC1<U+009D>0;t<U+009C>y"),
        ("a\x07b\x08c\x00d\x7fe", "a␇b␈c␀d␡e"),
        ("abc\rXY\x0bvt\x0cff", "abc␍XY␋vt␌ff"),
        ("abc\u202egnp.exe\u202c \u2066iso\u2069", "abc<U+202E>gnp.exe<U+202C> <U+2066>iso<U+2069>"),
        ("a\u200bb\u2060e\ufeff", "a<U+200B>b<U+2060>e<U+FEFF>"),
        ("a\u2028b\u2029c\x85d", "a<U+2028>b<U+2029>c<U+0085>d"),
        ("a\ud800b\udfffc", "a<U+D800>b<U+DFFF>c"),
        ("a\U000e0041\U000e007fb", "a<U+E0041><U+E007F>b"),
        ("a\ufff9b\ufffac\ufffb", "a<U+FFF9>b<U+FFFA>c<U+FFFB>"),
        ("re\u00adfund\u061c", "re<U+00AD>fund<U+061C>"),
        ("a\u3164b\uffa0c\u115fd\u034f", "a<U+3164>b<U+FFA0>c<U+115F>d<U+034F>"),
        ("[red]x[/] [@click=app.quit]y[/nope]", "[red]x[/] [@click=app.quit]y[/nope]"),
    ],
)
def test_what_acts_or_hides_is_shown(hostile: str, shown: str) -> None:
    assert safe_line(hostile) == shown
    assert safe_block(hostile) == shown


@pytest.mark.parametrize(
    "harmless",
    [
        "plain",
        "Übersetzung: naïve – „so“",
        "日本語のテキスト",
        "한국어",
        "नमस्ते",
        "שָׁלוֹם",
        "❤️ 👍🏽 🇩🇪",
        FAMILY,
        "e\u0301",
        "1️⃣",
        "中\U000e0100",
    ],
)
def test_what_people_write_is_left_as_it_is(harmless: str) -> None:
    assert safe_line(harmless) == harmless
    assert safe_block(harmless) == harmless


@pytest.mark.parametrize("text", ["می\u200cخواهم", "ක\u200dෂ", "ක්\u200dෂ", "🏳️\u200d🌈"])
def test_joiners_stay_where_a_script_needs_them(text: str) -> None:
    assert safe_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200db", "a<U+200D>b"),
        ("日\u200d本", "日<U+200D>本"),
        ("\u200d", "<U+200D>"),
        ("👨\u200d", "👨<U+200D>"),
        ("pass\u200cword", "pass<U+200C>word"),
    ],
)
def test_joiners_that_only_hide_are_shown(text: str, shown: str) -> None:
    assert safe_line(text) == shown


def test_marks_piled_on_one_character_are_counted() -> None:
    assert safe_line("z" + "\u0335" * 30) == "z" + "\u0335" * s.MARKS_ON_ONE_CHARACTER + "<+24>"
    assert safe_line("z" + "\U0001e8d0" * 30 + "a") == "z" + "\U0001e8d0" * s.MARKS_ON_ONE_CHARACTER + "<+24>a"


def test_many_emoji_in_a_row_are_no_pile_of_marks() -> None:
    assert safe_line("👨👩" * 20) == "👨👩" * 20


def test_a_mark_without_a_character_gets_one_of_its_own() -> None:
    assert safe_line("\u0335a") == "◌\u0335a"
    assert safe_block("a\n\u0335b") == "a\n◌\u0335b"


def test_a_line_shows_line_breaks_and_runs_of_blanks_as_one_sign() -> None:
    assert safe_line("Hello\r\n\n   there,\t\tyou  all\n") == "Hello↵there, you all↵"


def test_a_block_keeps_its_lines() -> None:
    assert safe_block("a\r\nb\n\tc\rd  e") == "a\nb\n    c␍d  e"


def test_a_line_is_cut_before_it_is_read() -> None:
    assert safe_line("abcdef", 3) == "abc…"
    assert safe_line("abc", 3) == "abc"
    assert safe_line("x" * 10_000_000) == "x" * s.LINE_LIMIT + "…"


@given(HOSTILE)
def test_no_text_keeps_anything_that_acts_or_hides(text: str) -> None:
    for shown, may_stay in ((safe_line(text), ""), (safe_block(text), "\n")):
        left = {one for one in shown if unicodedata.category(one) in INVISIBLE} - set(may_stay)
        assert left == set()
        assert not any(one in shown for one in "\u061c\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\U000e0041")
        shown.encode()


@given(HOSTILE)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    assert safe_block(safe_block(text)) == safe_block(text)


@given(HOSTILE, st.integers(-1, 40))
def test_a_text_is_cut_to_its_width_between_characters(text: str, width: int) -> None:
    shown = safe_line(text)
    cut = fit(shown, width)
    assert cells(cut) <= max(0, width)
    if cells(shown) <= width:
        assert cut == shown
    elif width > 0:
        kept = cut.removesuffix(s.ELLIPSIS)
        assert shown.startswith(kept)
        assert cut.endswith(s.ELLIPSIS)
        following = shown[len(kept)]
        assert not unicodedata.combining(following)
        assert not kept.endswith("\u200d")
        assert following != "\u200d"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("plain text", 6, "plain…"),
        ("plain", 5, "plain"),
        ("plain", 1, "…"),
        ("plain", 0, ""),
        ("日本語", 4, "日…"),
        ("日本語", 5, "日本…"),
        (f"a{FAMILY}b", 3, "a…"),
        (f"a{FAMILY}bc", 4, f"a{FAMILY}…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("❤️❤️", 3, "❤️…"),
        ("a❤\u0301\ufe0fb", 3, "a…"),
        ("ab\u0301c", 2, "a…"),
        ("ae\u0301c", 2, "a…"),
        ("🇩🇪🇫🇷", 3, "🇩🇪…"),
    ],
)
def test_a_cut_never_parts_what_belongs_together(text: str, width: int, shown: str) -> None:
    assert fit(Safe(text), width) == shown


def test_an_enormous_text_is_cut_without_being_read() -> None:
    """Beside one pass over the text, in the same run: machines are noisy, ratios are not."""
    enormous = "日" * 10_000_000
    one_pass_s = _best_s(lambda: enormous.count("本"))
    assert _best_s(lambda: (fit(Safe(enormous), 40), safe_line(enormous))) < one_pass_s / 2


def test_ten_megabytes_of_clean_text_are_a_few_passes_over_it() -> None:
    """A regular expression over it costs some five plain passes; looking at each character costs hundreds."""
    clean = "plain text\n" * 900_000
    assert _best_s(lambda: safe_block(clean)) < 40 * _best_s(lambda: clean.count("\x1b"))


def _best_s(work: Callable[[], object]) -> float:
    """The best of several, so that a busy machine does not count."""
    spent_s = []
    for _ in range(5):
        started_s = time.perf_counter()
        work()
        spent_s.append(time.perf_counter() - started_s)
    return min(spent_s)

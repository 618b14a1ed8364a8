"""What is said: lengths, languages, ids and code, hostile texts; with the entropy of real texts."""

import re
import unicodedata
from collections import Counter

import pytest
import zstandard

from tests.demo.made import traces


def test_texts_are_short_and_long() -> None:
    sizes = sorted(len((trace.input or "").encode()) for trace in traces())

    assert sizes[len(sizes) // 20] < 120
    assert sizes[-len(sizes) // 100] > 2_000


@pytest.mark.parametrize("script", ["LATIN", "HIRAGANA", "CJK", "ARABIC", "DEVANAGARI", "CYRILLIC"])
def test_texts_come_in_many_scripts(script: str) -> None:
    firsts = Counter(
        unicodedata.name(character, "?").split()[0].split("-")[0]
        for trace in traces()[:4_000]
        for character in set((trace.input or "")[:60])
    )

    assert firsts[script] > 50


@pytest.mark.parametrize("words", ["Guten Tag", "Todavía no he recibido", "Pourriez-vous", "👍🏽"])
def test_texts_come_in_several_languages_and_with_emoji(words: str) -> None:
    assert any(words in f"{trace.input}{trace.output}" for trace in traces())


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}\b",
        r"\b[0-9a-f]{40}\b",
        r"base64,[A-Za-z0-9+/]{30}",
        r"```python\n",
        r'\{"item": "',
    ],
    ids=["uuid", "hash", "base64", "code", "json"],
)
def test_texts_hold_ids_encodings_and_code(pattern: str) -> None:
    assert sum(bool(re.search(pattern, f"{trace.input}{trace.output}")) for trace in traces()) > 20


@pytest.mark.parametrize("hostile", ["\x1b]52;c;", "[@click=app.quit]", "\u202e", "\x9b31m", "\r", "=HYPERLINK("])
def test_a_few_texts_are_hostile(hostile: str) -> None:
    assert 1 <= sum(hostile in f"{trace.input}{trace.output}" for trace in traces()) < 20


def test_names_and_errors_are_hostile_too() -> None:
    assert any("\u202e" in (trace.source or "") for trace in traces())
    assert any("[red]" in (trace.user_id or "") for trace in traces())
    assert any("\x1b" in (trace.error or "") for trace in traces())


def test_texts_compress_like_real_ones() -> None:
    """zstd at level 3 makes 4 kB of text of tau-bench 2.8 times smaller."""
    compress = zstandard.ZstdCompressor(3).compress
    texts = [
        text.encode()
        for trace in traces()
        for text in [f"{trace.input}\n{trace.output}"]
        if 3_000 < len(text.encode()) < 5_000 and text.isascii()
    ]
    ratio = sum(map(len, texts)) / sum(len(compress(text)) for text in texts)

    assert 2.2 < ratio < 3


def test_texts_have_thousands_of_distinct_words() -> None:
    words = Counter(
        word
        for trace in traces()
        for word in re.findall(r"[a-z]+", f"{trace.input} {trace.output}".lower()[:4_000])
    )

    assert len([word for word, times in words.items() if times > 1]) > 3_000

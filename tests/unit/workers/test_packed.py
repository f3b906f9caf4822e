"""Packed words are the words."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.domain.content import Line, PageContent, Word
from review_app.domain.geometry import Rect
from review_app.workers import packed as packing
from review_app.workers.packed import PackedWords, packed

number = st.floats(-1e5, 1e5, allow_nan=False)
rect = st.builds(lambda a, b, c, d: Rect.of((a, b, c, d)), number, number, number, number)


@st.composite
def lines(draw) -> Line:
    texts = draw(st.lists(st.text(st.characters(exclude_categories=("Z", "C")), min_size=1), max_size=8))
    text, words = "", []
    for part in texts:
        text += draw(st.sampled_from([" ", "\t", "  "]))
        words.append(Word(part, len(text), draw(rect)))
        text += part
    return Line(text, 1, (draw(rect),), tuple(words))


@given(line=lines(), start=st.integers(0, 60), length=st.integers(0, 30))
def test_same_words_same_rectangles(line, start, length):
    content = PageContent(1, 612, 792, (line,))
    [again] = packed(content).lines
    assert isinstance(again.words, PackedWords)
    assert list(again.words) == list(line.words)
    assert [again.words[n] for n in range(len(again.words))] == list(line.words)
    assert [again.words[-n] for n in range(1, len(again.words) + 1)] == list(reversed(line.words))
    assert again.words[1:3] == tuple(line.words[1:3])
    assert bool(again.words) == bool(line.words)
    assert again.rects_of(start, start + length) == line.rects_of(start, start + length)
    assert packed(content).text == content.text


def test_outside():
    words = PackedWords("ab", [Word("ab", 0, Rect(0, 0, 1, 1))])
    for index in (1, -2):
        with pytest.raises(IndexError):
            words[index]


@pytest.mark.parametrize("word", [Word("cd", 0, Rect(0, 0, 1, 1)), Word("b", -1, Rect(0, 0, 1, 1))])
def test_words_that_are_not_in_the_text_stay_as_they_are(word):
    line = Line("ab", 1, (Rect(0, 0, 1, 1),), (word,))
    assert packed(PageContent(1, 612, 792, (line,))).lines == (line,)


def test_it_is_small():
    text = " ".join(["minister"] * 1000)
    words = tuple(Word("minister", n * 9, Rect(n + 0.1, n + 0.2, n + 0.3, n + 0.4)) for n in range(1000))
    line = PackedWords(text, words)
    size = sum(sys.getsizeof(part) for part in (line, line._places, line._stretches))
    assert size < 60_000
    assert list(line) == list(words)
    assert sum(sys.getsizeof(w) + sys.getsizeof(w.rect) + 4 * 24 for w in words) > 200_000


def test_the_first_pages_are_kept_as_they_are_and_the_rest_small(monkeypatch):
    monkeypatch.setattr(packing, "MAX_LOOSE_WORDS", 3)
    keeper = packing.Keeper()
    words = (Word("ab", 0, Rect(0, 0, 1, 1)), Word("cd", 3, Rect(2, 0, 3, 1)))
    page = PageContent(1, 612, 792, (Line("ab cd", 1, (Rect(0, 0, 3, 1),), words),))
    first, second = keeper.kept(page), keeper.kept(page)
    assert first is page
    assert isinstance(second.lines[0].words, PackedWords) and list(second.lines[0].words) == list(words)

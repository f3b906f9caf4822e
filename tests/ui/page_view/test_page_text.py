"""Text of a page to point at: by mouse, by key, on lines that run across, up, down and backwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.domain.geometry import Rect
from review_app.domain.pictures import PlacedWord
from review_app.ui.page_view.page_text import PageText, Unit


def line(number: int, y: float, *texts: str, x: float = 72.0) -> list[PlacedWord]:
    """A line in a type where each letter is 6 points wide and 12 high, words one blank apart."""
    words = []
    for text in texts:
        words.append(PlacedWord(Rect(x, y, x + 6 * len(text), y + 12), text, number))
        x += 6 * (len(text) + 1)
    return words


@pytest.fixture
def page() -> PageText:
    return PageText([
        *line(0, 72, "One", "two", "three"), *line(1, 100, "four", "five"), *line(2, 128, "six"),
    ])


def turned(words: list[PlacedWord], *, upwards: bool) -> list[PlacedWord]:
    """The same words on a page turned by a quarter."""
    return [
        PlacedWord(
            Rect(w.rect.y0, 700 - w.rect.x1, w.rect.y1, 700 - w.rect.x0) if upwards
            else Rect(700 - w.rect.y1, w.rect.x0, 700 - w.rect.y0, w.rect.x1),
            w.text, w.line,
        )
        for w in words
    ]


def test_words_of_a_line_are_one_blank_apart_and_lines_one_break(page):
    assert page.text == "One two three\nfour five\nsix"


@pytest.mark.parametrize(("x", "y", "before"), [
    (72, 78, "One"),  # the left edge of the first letter
    (72 + 6 * 5 + 1, 78, "wo three"),  # in the second word
    (72 + 6 * 5 + 4, 78, "o three"),  # nearer to the end of the letter
    (500, 78, "\nfour"),  # right of the line: its end
    (20, 106, "four"),  # left of the line: its beginning
    (72 + 12, 106, "ur five"),
    (72, 500, "six"),  # below all: the last line
])
def test_the_nearest_offset(page, x, y, before):
    assert page.text[page.offset_at(x, y):].startswith(before)


def test_beside_a_line_counts_less_than_above_it(page):
    assert page.around(page.offset_at(400, 104), Unit.LINE) == page.around(page.offset_at(80, 104), Unit.LINE)


def test_a_selection_has_one_rectangle_a_line(page):
    start, end = page.text.index("two"), page.text.index("five") + 2
    assert page.rects(start, end) == (Rect(96, 72, 150, 84), Rect(72, 100, 114, 112))
    assert page.rects(end, start) == page.rects(start, end), "dragged backwards"
    assert page.between(end, start) == "two three\nfour fi"
    assert page.rects(start, start) == ()


def test_clicks_take_words_lines_and_the_page(page):
    at = page.text.index("five") + 1
    assert page.between(*page.around(at, Unit.WORD)) == "five"
    assert page.between(*page.around(at, Unit.LINE)) == "four five"
    assert page.between(*page.around(at, Unit.PAGE)) == page.text


def test_keys_move_by_characters_words_lines(page):
    at = page.text.index("two")
    assert page.moved(at, Unit.CHARACTER, True) == at + 1
    assert page.moved(0, Unit.CHARACTER, False) == 0
    assert page.text[: page.moved(at, Unit.WORD, True)].endswith("One two")
    assert page.text[page.moved(at + 1, Unit.WORD, False):].startswith("two")
    assert page.text[: page.moved(at, Unit.LINE, True)].endswith("three")
    assert page.moved(at, Unit.LINE, False) == 0
    assert page.moved(at, Unit.PAGE, True) == len(page)
    below = page.next_line(at, True)
    assert page.text[below:].startswith(" five"), "4 letters in: right below the blank before two"
    assert page.next_line(below, False) == at
    assert page.next_line(0, False) == 0 and page.next_line(len(page), True) == len(page)


@pytest.mark.parametrize("upwards", [True, False])
def test_a_page_turned_by_a_quarter(upwards):
    words = [*line(0, 72, "One", "two", "three"), *line(1, 100, "four", "five")]
    page = PageText(turned(words, upwards=upwards))
    for word in page.text.split():
        start = page.text.index(word)
        [rect] = page.rects(start, start + len(word))
        middle = ((rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2)
        assert page.between(*page.around(page.offset_at(*middle), Unit.WORD)) == word
        assert rect.height > rect.width
    [half] = page.rects(page.text.index("five"), page.text.index("five") + 2)
    [whole] = page.rects(page.text.index("five"), page.text.index("five") + 4)
    assert half.height == pytest.approx(whole.height / 2)
    assert (half.y1 == whole.y1) == upwards, "the first letters of a line read upwards are at its foot"


def test_a_line_from_right_to_left():
    page = PageText([
        PlacedWord(Rect(200, 72, 230, 84), "alef", 0), PlacedWord(Rect(150, 72, 190, 84), "bet", 0),
    ])
    assert page.between(*page.around(page.offset_at(160, 78), Unit.WORD)) == "bet"
    assert page.offset_at(229, 78) == 0
    assert page.rects(0, 1) == (Rect(222.5, 72, 230, 84),)


def test_where_a_drag_selects(page):
    assert page.is_on_text(80, 78) and page.is_on_text(72 + 6 * 3 + 3, 78)
    assert not page.is_on_text(400, 78) and not page.is_on_text(80, 300)


def test_a_page_without_text():
    page = PageText([])
    assert page.offset_at(1, 1) == 0 and page.rects(0, 5) == () and page.between(0, 5) == ""
    assert page.around(0, Unit.WORD) == (0, 0) and page.next_line(0, True) == 0
    assert not page.is_on_text(1, 1)


@given(st.lists(st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=6), max_size=5),
       st.data())
def test_pointing_at_a_character_gives_it_back(lines, data):
    page = PageText([w for n, texts in enumerate(lines) for w in line(n, 72 + 20 * n, *texts)])
    letters = [at for at, char in enumerate(page.text) if not char.isspace()]
    if letters:
        at = data.draw(st.sampled_from(letters))
        [rect] = page.rects(at, at + 1)
        assert page.offset_at(rect.x0 + 1, rect.y0 + 6) == at
        assert page.offset_at(rect.x1 - 1, rect.y0 + 6) == at + 1


def test_a_line_that_goes_on_below_is_selected_line_by_line() -> None:
    """As in a text file: one line of text over three lines of the page, all of one number."""
    words = [
        PlacedWord(Rect(x, y, x + 6 * len(text), y + 12), text, 7)
        for x, y, text in (
            (72, 100, "An"), (300, 100, "agreed"), (72, 116, "text"), (200, 116, "on"), (72, 132, "it"),
        )
    ]
    text = PageText(words)
    assert text.text == "An agreed text on it"
    assert text.rects(3, 17) == (Rect(300, 100, 336, 112), Rect(72, 116, 212, 128))
    assert text.rects(5, 7) == (Rect(312, 100, 324, 112),)
    assert text.around(12, Unit.LINE) == (10, 17)
    assert text.offset_at(74, 138) == 18

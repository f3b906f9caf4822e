"""What a text layer is worth: damaged ones are told from good ones, by characters and by pixels."""

from __future__ import annotations

import random

import numpy as np
import pytest

from review_app.detection.text_layer import Layer, judge
from review_app.domain.content import Line, PageContent, Word
from review_app.domain.geometry import Rect

PROSE = (
    "The delegation arrived on Tuesday and was received by the deputy minister, who said that the talks "
    "would begin at once. He asked whether the earlier proposal had been answered; it had not. Both sides "
    "agreed to meet again before the end of the month and to exchange lists of the people concerned. No date "
    "was set for the second round, and the press was told nothing about the contents of the first."
)
DUTCH = (
    "De minister heeft de Kamer toegezegd dat het onderzoek voor de zomer wordt afgerond en dat de stukken "
    "daarna openbaar worden gemaakt, met uitzondering van persoonsgegevens. De commissie vraagt om een lijst "
    "van alle overleggen die in het voorjaar zijn gevoerd met de betrokken bedrijven en gemeenten."
)
SCALE = 150 / 72


def page(text: str, *, x: float = 60.0, y: float = 80.0, width: int = 60) -> PageContent:
    """Text in rows of about ``width`` characters, 6 points a character, 14 a row."""
    rows: list[list[str]] = [[]]
    for word in text.split():
        if sum(len(w) + 1 for w in rows[-1]) + len(word) > width:
            rows.append([])
        rows[-1].append(word)
    lines = []
    for number, row in enumerate(rows):
        top, at, words, joined = y + 14 * number, 0, [], " ".join(row)
        for word in row:
            place = Rect(x + 6 * at, top, x + 6 * (at + len(word)), top + 10)
            words.append(Word(word, at, place))
            at += len(word) + 1
        lines.append(Line(joined, 1, (Rect(x, top, x + 6 * len(joined), top + 10),), tuple(words)))
    return PageContent(1, 612, 792, tuple(lines))


def printed(content: PageContent, dx: float = 0.0, dy: float = 0.0) -> np.ndarray:
    """A picture with print-like strokes where the words of a page are, moved by some points."""
    rng = np.random.default_rng(5)
    tones = np.full((round(792 * SCALE), round(612 * SCALE)), 250, np.uint8)
    for line in content.lines:
        for word in line.words:
            r = word.rect
            y0, y1 = round((r.y0 + dy) * SCALE), round((r.y1 + dy) * SCALE)
            x0, x1 = round((r.x0 + dx) * SCALE), round((r.x1 + dx) * SCALE)
            strokes = rng.random((y1 - y0, x1 - x0)) < 0.35
            tones[y0:y1, x0:x1][strokes] = 20
    return tones


@pytest.mark.parametrize("text", [
    PROSE, PROSE.upper(), DUTCH, PROSE[:30], "12 34-56 7890 " * 40, "____________ ........ ------- " * 20,
    "\\\\\\\\\\\\\\\\ ////////// " * 30 + PROSE, "Иванов приехал в среду вечером. " * 20,
    "文書の一部は 公開されない。 " * 10,
])
def test_good_layers_stay(text: str) -> None:
    assert judge(page(text)).layer is Layer.GOOD
    assert judge(page(text), printed(page(text)), SCALE).layer is Layer.GOOD


def test_a_page_without_text_has_none() -> None:
    assert judge(page("")).layer is Layer.NONE


@pytest.mark.parametrize("seed", range(4))
def test_good_layers_with_misread_letters_stay(seed: int) -> None:
    rng = random.Random(seed)
    noisy = "".join(
        rng.choice("abcdefghijklmnopqrstuvwxyz.,|!") if c.isalpha() and rng.random() < 0.12 else c
        for c in PROSE
    )
    assert judge(page(noisy)).layer is Layer.GOOD


def shifted(text: str, by: int) -> str:
    """What a font gives whose table of characters is off by some places."""
    return "".join(c if c.isspace() else chr(33 + (ord(c) - 33 + by) % 94) for c in text)


@pytest.mark.parametrize("by", [1, 2, 3, 5, 7, 29, 65, -3, -29])
def test_shifted_characters_are_damage(by: int) -> None:
    found = judge(page(shifted(PROSE, by)))
    assert found.layer is Layer.DAMAGED and found.reason


@pytest.mark.parametrize("seed", range(6))
def test_permuted_letters_are_damage(seed: int) -> None:
    letters = list("abcdefghijklmnopqrstuvwxyz")
    random.Random(seed).shuffle(letters)
    rare = [c for c in letters if c not in "etaoinsr"]
    # A permutation that keeps the common letters common would be no damage that counting can see.
    table = dict(zip("etaoinsr" + "".join(c for c in "abcdefghijklmnopqrstuvwxyz" if c not in "etaoinsr"),
                     [*rare, *"etaoinsr"], strict=True))
    text = PROSE.lower().translate(str.maketrans(table))
    assert judge(page(text)).reason == "its letters make up words of no language"


@pytest.mark.parametrize("sign", ["\ufffd", "\ue013", "\x03", "\u0378"])
def test_characters_without_meaning_are_damage(sign: str) -> None:
    text = "".join(sign if c.isalpha() and i % 3 == 0 else c for i, c in enumerate(PROSE))
    assert judge(page(text)).reason == "its characters have no meaning"


def test_a_layer_on_blank_paper_is_damage() -> None:
    content = page(PROSE)
    assert judge(content, printed(content, dy=400.0), SCALE).reason == (
        "its words stand where nothing is printed"
    )
    assert judge(content, printed(content, dx=2.0, dy=2.0), SCALE).layer is Layer.GOOD


def test_a_stamp_alone_over_a_full_picture_is_incomplete() -> None:
    stamp = page("UNCLASSIFIED Case No. F-2015-00001 Doc No. C00000001", x=20, y=20, width=100)
    full = printed(page(PROSE * 6, y=120))
    assert judge(stamp, np.minimum(full, printed(stamp)), SCALE).layer is Layer.INCOMPLETE
    assert judge(stamp, printed(stamp), SCALE).layer is Layer.GOOD, "nothing else is printed there"


def test_lines_and_boxes_are_no_print() -> None:
    stamp = page("UNCLASSIFIED Case No. F-2015-00001 Doc No. C00000001", x=20, y=20, width=100)
    tones = printed(stamp)
    tones[300:1500:40, 100:1100] = 0
    tones[300:1500, 100:1100:60] = 0
    tones[1520:1600, 100:900] = 0
    assert judge(stamp, tones, SCALE).layer is Layer.GOOD


def test_a_tiny_picture_tells_nothing() -> None:
    assert judge(page(PROSE), np.zeros((3, 3), np.uint8), 0.01).layer is Layer.GOOD

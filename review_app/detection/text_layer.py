"""Whether the text layer of a page can be relied on, from its characters and from the picture it lies on.

The rules are general and each has one reason:

* *characters without meaning*: a font without a table to Unicode gives U+FFFD, private or unassigned
  characters;
* *signs instead of letters* and *letters of no language*: a font whose table is wrong shifts every
  character. In the languages that are written with Latin letters the eight commonest of English make up
  about 60 of 100 letters, capitals or not, also with a tenth of them misread; shifted, about 30;
* *words on blank paper*: the layer belongs elsewhere;
* *print without words*: only a stamp or a page number was put over the picture as text.

The last two need the pixels and hold for scanned pages.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from review_app.domain.content import PageContent
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

MEANINGLESS = 0.2
"""A layer is damaged when this part of its characters is not known."""

SIGNS = 0.5
"""It is when fewer than this part of its characters are letters and digits, rules of signs left out."""

COMMON = 0.42
"""It is when the commonest letters make up less than this part of the Latin ones."""

BLANK = 0.5
"""It is when more than this part of its words stands where the paper is blank."""

PRINTED = 0.25
"""It is incomplete when it has few words and they lie on less than this part of what looks like print."""

_LEAST_CHARACTERS = 40
_LEAST_LETTERS = 120
_LEAST_WORDS = 12
_LEAST_CELLS = 300
_FEW_WORDS = 40
# Dots of a table of contents, lines of a form, the strokes as which a hatched cover is read.
_RULE = re.compile(r"([^\w\s]|_)(?:\s*\1){2,}")
_COMMON = frozenset("etaoinsr")
_CELL = 6.0
"""Points: about half a line of type."""
_MARGIN = 60
_NEAR = 2.0
_LONG = 36.0
"""Points: no stroke of a letter is as long; rules, boxes and edges are."""


class Layer(StrEnum):
    """What the text layer of a page is worth."""

    GOOD = "good"
    NONE = "none"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``reason`` in words that follow "because", empty for a good layer and for none."""

    layer: Layer
    reason: str = ""


def judge(
    page: PageContent, tones: NDArray[np.uint8] | None = None, scale: float = 1.0
) -> Judgement:
    """What the text layer of a page is worth.

    Args:
        page: the page.
        tones: its picture, ``[row, column]``, 0 black to 255 white, where it is a scan.
        scale: pixels a point of the picture.
    """
    if not page.has_text:
        return Judgement(Layer.NONE)
    reason = _of_characters(page.text)
    if reason:
        return Judgement(Layer.DAMAGED, reason)
    if tones is None or min(tones.shape) < 4 * _CELL * scale:
        return Judgement(Layer.GOOD)
    dark = _dark(tones)
    places = [word.rect for line in page.lines for word in line.words]
    if len(places) >= _LEAST_WORDS and _on_blank(places, dark, scale) > BLANK * len(places):
        return Judgement(Layer.DAMAGED, "its words stand where nothing is printed")
    if len(places) > _FEW_WORDS:
        return Judgement(Layer.GOOD)
    printed, covered = _print(places, dark, scale)
    if printed >= _LEAST_CELLS and covered < PRINTED * printed:
        return Judgement(Layer.INCOMPLETE, "most of what is printed has no text")
    return Judgement(Layer.GOOD)


def _of_characters(text: str) -> str:
    """Why the characters alone show a damaged layer, empty when they do not."""
    # Counted by kind of character: a page has thousands of them, and fifty kinds.
    counted = _kinds(text)
    total = sum(counted.values())
    if total < _LEAST_CHARACTERS:
        return ""
    unknown = sum(n for c, n in counted.items() if _is_meaningless(c))
    if unknown >= MEANINGLESS * total:
        return "its characters have no meaning"
    telling = _kinds(_RULE.sub("", text))
    total = sum(telling.values())
    if total >= _LEAST_CHARACTERS and sum(n for c, n in telling.items() if c.isalnum()) < SIGNS * total:
        return "it holds signs instead of letters"
    latin = {c: n for c, n in Counter(text.lower()).items() if "a" <= c <= "z"}
    total = sum(latin.values())
    if total >= _LEAST_LETTERS and sum(latin.get(c, 0) for c in _COMMON) < COMMON * total:
        return "its letters make up words of no language"
    return ""


def _kinds(text: str) -> dict[str, int]:
    """How often each character stands in a text, white space left out."""
    return {c: n for c, n in Counter(text).items() if not c.isspace()}


def _is_meaningless(c: str) -> bool:
    return c == "\ufffd" or unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs")


def _dark(tones: NDArray[np.uint8]) -> NDArray[np.bool_]:
    paper = int(np.median(tones[::7, ::7]))
    result: NDArray[np.bool_] = tones < max(40, paper - _MARGIN)
    return result


def _on_blank(places: list[Rect], dark: NDArray[np.bool_], scale: float) -> int:
    """How many words have no ink in their place."""
    height, width = dark.shape
    count = 0
    for rect in places:
        x0, x1 = max(0, math.floor(rect.x0 * scale)), min(width, math.ceil(rect.x1 * scale))
        y0, y1 = max(0, math.floor(rect.y0 * scale)), min(height, math.ceil(rect.y1 * scale))
        count += not dark[y0:y1, x0:x1].any()
    return count


def _print(places: list[Rect], dark: NDArray[np.bool_], scale: float) -> tuple[int, int]:
    """Cells of the page that look like print, and how many of them lie at words.

    In print, ink and paper change often both ways; along a rule, a box or an edge only one way.
    """
    long = max(8, round(_LONG * scale))
    dark = dark & ~_runs(dark, long) & ~_runs(dark.T, long).T
    size = max(4, round(_CELL * scale))
    rows, columns = dark.shape[0] // size, dark.shape[1] // size
    cut = dark[: rows * size, : columns * size]
    across = np.zeros_like(cut)
    across[:, 1:] = cut[:, 1:] != cut[:, :-1]
    down = np.zeros_like(cut)
    down[1:] = cut[1:] != cut[:-1]
    least = max(3, size // 2)

    def sums(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        counted: NDArray[np.int64] = mask.reshape(rows, size, columns, size).sum(axis=(1, 3))
        return counted

    like = (sums(across) >= least) & (sums(down) >= least) & (sums(cut) < 0.6 * size * size)
    at_words = np.zeros_like(like)
    for rect in places:
        x0, x1 = (rect.x0 - _NEAR) * scale / size, (rect.x1 + _NEAR) * scale / size
        y0, y1 = (rect.y0 - _NEAR) * scale / size, (rect.y1 + _NEAR) * scale / size
        at_words[max(0, math.floor(y0)) : max(0, math.ceil(y1)),
                 max(0, math.floor(x0)) : max(0, math.ceil(x1))] = True
    return int(like.sum()), int((like & at_words).sum())


def _runs(dark: NDArray[np.bool_], long: int) -> NDArray[np.bool_]:
    """The pixels of horizontal runs of at least ``long`` dark ones."""
    height, width = dark.shape
    if width < long:
        return np.zeros_like(dark)
    counted = np.zeros((height, width + 1), np.int32)
    np.cumsum(dark, axis=1, out=counted[:, 1:])
    starts = counted[:, long:] - counted[:, :-long] == long
    change = np.zeros((height, width + 1), np.int32)
    change[:, : starts.shape[1]] += starts
    change[:, long : long + starts.shape[1]] -= starts
    result: NDArray[np.bool_] = np.cumsum(change, axis=1)[:, :width] > 0
    return result

"""Phrases with misread letters in recognised text, by rapidfuzz."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

_WORD = re.compile(r"\w+")
_LEAST = 5


def alike(
    phrase: str, text: str, least: int, *, whole_words: bool, match_case: bool
) -> list[tuple[int, int]]:
    """Where something like ``phrase`` stands in ``text``: offsets by place, none over another.

    Args:
        phrase: sought; shorter than five letters it is sought exactly.
        text: of one page.
        least: least likeness in percent (normalised Indel similarity of rapidfuzz).
        whole_words: hits begin and end with words.
        match_case: capital letters count.
    """
    needle, hay = phrase, text
    if not match_case:
        # Lower case letter by letter: offsets must stay, and some letters become two in lower case.
        needle, hay = (("".join(c.lower() if len(c.lower()) == 1 else c for c in t)) for t in (phrase, text))
    least = least if len(needle) >= _LEAST else 100
    found: list[tuple[int, int]] = []
    parts = [(0, len(hay))]
    while parts:
        low, high = parts.pop()
        if high - low < max(2, len(needle) // 2):
            continue
        best = fuzz.partial_ratio_alignment(needle, hay[low:high], score_cutoff=least)
        if best is None or best.dest_end <= best.dest_start:
            continue
        if best.src_end - best.src_start < len(needle) - 1:  # a piece of the phrase at the end of the text
            continue
        start, end = low + best.dest_start, low + best.dest_end
        grown = _grown(hay, start, end) if whole_words else (start, end)
        if not whole_words or fuzz.ratio(needle, " ".join(hay[grown[0]:grown[1]].split())) >= least:
            found.append(grown)
        parts += [(low, min(start, grown[0])), (max(end, grown[1]), high)]
    return sorted(found)


def _grown(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch from the first to the last word of which at least half lies in ``start`` to ``end``."""
    words = [m.span() for m in _WORD.finditer(text, max(0, start - 40), min(len(text), end + 40))]
    inside = [(a, b) for a, b in words if 2 * (min(b, end) - max(a, start)) >= b - a]
    return (inside[0][0], inside[-1][1]) if inside else (start, end)

"""Names of reviewers read from worn print, by the names that people of the office have confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from review_app.detection.anchors import skeleton

LEAST = 62.0
"""Least likeness, of 100, at which a worn name is read as a known one (detection reference, 6)."""
LIKE = 0.78
"""Share of equal letters at which a name may be a known one misread."""
NEAR = 84.0
"""The same where nothing says that a name stands there."""
APART = 8.0
"""By how much the most like must lead the next: two names as like leave it open."""


def known(text: str, names: Sequence[str]) -> tuple[str, float] | None:
    """The known name that ``text`` is, and how sure that is; None when none or several resemble it."""
    wanted = " ".join(skeleton(text).split())
    if len(wanted) < 4:
        return None
    bones = [" ".join(skeleton(name).split()) for name in names]
    hits = process.extract(wanted, bones, scorer=fuzz.ratio, score_cutoff=LEAST, limit=2)
    if not hits:
        return None
    _, score, at = hits[0]
    if len(hits) > 1 and score < 99.9 and score - hits[1][1] < APART:
        return None
    if text == names[at]:
        return names[at], 0.99
    return names[at], 0.9 if score > 99.9 else 0.5 + 0.4 * score / 100.0


def at_the_end(words: Sequence[str], names: Sequence[str]) -> tuple[str, float, int] | None:
    """The known name that the last words are, how sure that is, and how many words it takes."""
    best: tuple[str, float, int] | None = None
    for count in range(1, len(words) + 1 if names else 0):
        hit = known(" ".join(words[-count:]), names)
        if hit is not None and (best is None or hit[1] > best[1]):
            best = (*hit, count)
    return best


def within(text: str, names: Sequence[str]) -> tuple[str, int, int, float] | None:
    """The one known name that stands in ``text``: name, start, end, how sure; None when none or several."""
    bones = skeleton(text)
    hits = []
    for name in names:
        if len(name) < 8:
            continue  # too short to be told from other words
        found = fuzz.partial_ratio_alignment(skeleton(name), bones, score_cutoff=NEAR)
        if found is not None and found.dest_end - found.dest_start >= len(name) - 2:
            hits.append((found.score, name, found.dest_start, found.dest_end))
    hits.sort(reverse=True)
    if not hits or (len(hits) > 1 and hits[0][0] - hits[1][0] < APART):
        return None
    score, name, start, end = hits[0]
    return name, start, end, score / 100.0


def resembles(name: str, names: Sequence[str]) -> bool:
    """True when ``name`` is none of the known ones but a few letters away from one."""
    bones = skeleton(name)
    return name not in names and any(
        Levenshtein.normalized_similarity(bones, skeleton(other)) >= LIKE for other in names
    )

"""Names of reviewers read from worn print, by the names that people of the office have confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from review_app.detection.anchors import skeleton

LEAST = 62.0
"""Least likeness, of 100, at which a worn name is read as a known one (detection reference, 6)."""
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

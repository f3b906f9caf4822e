"""A value as read at one place, and the parts of reading that several kinds of stamps share."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from review_app.detection import dates
from review_app.detection.anchors import skeleton
from review_app.detection.families import SPECKS, FieldRule
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field

LEVELS = (
    "TOP SECRET",
    "SECRET",
    "CONFIDENTIAL",
    "LIMITED OFFICIAL USE",
    "OFFICIAL USE ONLY",
    "SENSITIVE BUT UNCLASSIFIED",
    "UNCLASSIFIED",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One value read at one place. ``start:end`` are flow offsets; ``clean``: nothing had to be mended;
    ``fallback``: only used when nothing else gives the field; ``label``: where the
    printed label begins; ``slot`` tells apart values of one field that one stamp prints (a first and a
    second review)."""

    field: Field
    value: str
    start: int
    end: int
    confidence: float
    family: str
    clean: bool = True
    fallback: bool = False
    label: int | None = None
    slot: str = ""


def match_pattern(rule: FieldRule, window: str) -> tuple[str, int, int, float] | None:
    """The first identifier in ``window``: value, start, end, certainty (1.0 when nothing was mended)."""
    for worn in (False, True):
        for pattern in rule.patterns:
            regex = pattern.worn if worn else pattern.regex
            match = regex.search(window)
            if match is None:
                continue
            groups = {k: v or "" for k, v in match.groupdict().items()}
            if pattern.digits and not any(c in "0123456789" for c in match.group()):
                continue
            if not worn and pattern.digits and _GOES_ON.match(window, match.end()):
                continue  # "18-70,6": a speck in a longer number
            if worn:
                groups = {k: v.translate(_NO_SPECKS) if k in pattern.digits else v for k, v in groups.items()}
            fixed = {k: _figures(v) if k in pattern.digits else v for k, v in groups.items()}
            sure = pattern.factor * (0.88 if fixed != groups else 1.0) * (0.9 if worn else 1.0)
            return pattern.value.format(**fixed), match.start(), match.end(), sure
    return None


def _figures(text: str) -> str:
    return dates.digits_of(text.replace("~", "-"))


_GOES_ON = re.compile(r"(?<=\d)[,'`_^*]\d")
_NO_SPECKS = {ord(c): None for c in SPECKS}


def level_of(text: str) -> str | None:
    """The classification level that ``text`` prints, also with its letters spaced; None for anything else."""
    squeezed = re.sub(r"[^a-z]", "", skeleton(text[:60]))
    for level in LEVELS:
        bones = re.sub(r"[^a-z]", "", skeleton(level))
        if squeezed == bones or (
            len(bones) > 5 and Levenshtein.distance(squeezed, bones, score_cutoff=1) <= 1
        ):
            return level
    return None

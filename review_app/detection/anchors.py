"""Finding the fixed words of stamps in noisy text.

A phrase such as ``Review Authority`` is looked for through its words: a word of the text that equals a
word of the phrase, with characters that scans confuse taken as equal and one letter wrong, lost or added,
proposes the place; the whole phrase is then compared there. Work is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import field, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from review_app.domain.values import dataclass

# Characters that scanning confuses, folded to one of them (domain reference 3.7). One to one.
_LOOKALIKE = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "|": "l",
        "!": "l",
        "i": "l",
        "5": "s",
        "$": "s",
        "8": "b",
        "6": "g",
        "2": "z",
        "4": "a",
    }
)
_OPENED = re.compile(r"(?<=[A-Z])\((?=[A-Z]{2})")  # a C in capitals: "DE(LASSIFIED"
# Coarser likeness, for finding the place of a long word only: what stands there is compared as above.
_COARSE = str.maketrans("ftqudkpghmv", "elooorecnny")
_RUN = re.compile(r"[a-z]+")
# Dirt inside a word; what a phrase really prints there is left out on both sides.
_SPECK = re.compile(r"(?<=[A-Za-z])[.,'`_~^-](?=[A-Za-z])")
_LONG = 8
"""Letters of a word that is long enough to be told by its coarse shape."""
_LITTER = 24  # most characters between two scattered words
_SCATTERED_SCORE = 0.75
_LONG_RUN = re.compile(r"[a-z]{3,}")  # no anchor is proposed by a shorter word


def skeleton(text: str) -> str:
    """Lower case with lookalikes folded; same length as ``text``."""
    if "(" in text:
        text = _OPENED.sub("C", text)
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow when lowered
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_LOOKALIKE)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phrase to find: ``name`` groups variants, ``ratio`` (0 to 100) is the least likeness accepted.

    ``ends``: what a match must end with, for phrases that only their last word tells apart.
    ``scattered``: its long words may stand apart, with litter between them (a stamp printed over an old
    banner that was struck through). Marks of different owners may overlap.
    """

    name: str
    text: str
    ratio: float = 80.0
    owner: str = ""
    ends: str = ""
    scattered: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An anchor found at ``start:end``; ``score`` is its likeness, 0 to 1."""

    name: str
    start: int
    end: int
    score: float
    text: str


@dataclass
class Finder:
    """Looks for many anchors at once."""

    anchors: tuple[Anchor, ...]
    _words: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    _near: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bones = [skeleton(_SPECK.sub("", anchor.text)) for anchor in self.anchors]
        for number, bones in enumerate(self._bones):
            runs = [(m.group(), m.start()) for m in _RUN.finditer(bones)]
            glued = "".join(run for run, _ in runs)
            if len(runs) > 1:
                self._words[glued].append((number, 0))
            longest = max((len(run) for run, _ in runs), default=0)
            for run, at in runs:
                if len(run) >= min(4, max(3, longest)):
                    self._words[run].append((number, at))
        self._coarse: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            if len(word) >= _LONG:
                self._coarse[word.translate(_COARSE)].add(word)
        self._scattered = [
            (anchor, re.compile(f".{{1,{_LITTER}}}?".join(rf"(?<![a-z]){run}(?![a-z])" for run in runs)))
            for anchor, bones in zip(self.anchors, self._bones, strict=True)
            if anchor.scattered and (runs := [r for r in _RUN.findall(bones) if len(r) >= 5])
        ]
        for word in self._words:
            if len(word) >= 4:
                for short in _shortened(word):
                    self._near[short].add(word)

    def _matches(self, run: str) -> tuple[str, ...]:
        found = [run] if run in self._words else []
        if not found and 4 <= len(run) <= 30:
            candidates = set(self._near.get(run, ()))
            for short in _shortened(run):
                candidates |= self._near.get(short, set())
                if short in self._words and len(short) >= 4:
                    candidates.add(short)
            found = [w for w in candidates if Levenshtein.distance(run, w) <= (1 if len(w) < 8 else 2)]
            if not found and len(run) >= _LONG:
                found = sorted(self._coarse.get(run.translate(_COARSE), ()))
        result = tuple(found)
        if len(self._known) < 200_000:  # a document of nothing but new words must not fill the memory
            self._known[run] = result
        return result

    def find(self, text: str) -> dict[str, list[Mark]]:
        """All marks in ``text`` (white space collapsed) by owner, sorted, the best of those that overlap."""
        removed = [match.start() for match in _SPECK.finditer(text)]
        bones = skeleton(_SPECK.sub("", text) if removed else text)
        marks: dict[str, list[Mark]] = defaultdict(list)
        tried: set[tuple[int, int]] = set()
        known = self._known
        for match in _LONG_RUN.finditer(bones):
            run = match.group()
            words = known.get(run)
            for word in self._matches(run) if words is None else words:
                for number, at in self._words[word]:
                    start = max(0, match.start() - at)
                    if (number, start) in tried:
                        continue
                    tried.add((number, start))
                    mark = self._check(number, bones, start)
                    if mark is not None:
                        marks[self.anchors[number].owner].append(mark)
        for anchor, pattern in self._scattered:
            for match in pattern.finditer(bones):
                marks[anchor.owner].append(
                    Mark(anchor.name, match.start(), match.end(), _SCATTERED_SCORE, anchor.text)
                )
        if removed:
            gone = [at - number for number, at in enumerate(removed)]
            for found in marks.values():
                found[:] = [
                    replace(
                        m, start=m.start + bisect_right(gone, m.start),
                        end=m.end + bisect_right(gone, m.end - 1),
                    )
                    for m in found
                ]
        return {owner: _best(found) for owner, found in marks.items()}

    def _check(self, number: int, bones: str, start: int) -> Mark | None:
        anchor, wanted = self.anchors[number], self._bones[number]
        size = len(wanted)
        if bones.startswith(wanted, start):
            low, high, score = start, start + size, 100.0
        else:
            low = max(0, start - 2)
            window = bones[low : start + size + 2]
            if len(window) < size:  # at the end of the text: the window must not be sought in the anchor
                score = fuzz.ratio(wanted, window, score_cutoff=anchor.ratio)
                if not score:
                    return None
                high = low + len(window)
            else:
                found = fuzz.partial_ratio_alignment(wanted, window, score_cutoff=anchor.ratio)
                if found is None or found.dest_end - found.dest_start < size - 3:
                    return None
                score = found.score
                high = low + found.dest_end
                low += found.dest_start
        # An anchor starts and ends with a word of the text.
        if low > 0 and bones[low - 1].isalpha() and bones[low].isalpha():
            if bones[low - 1 : low + 1].isspace() or score == 100.0:
                return None
            back = _word_start(bones, low)
            if low - back > 2:
                return None
            low = back
        while (
            high < len(bones)
            and high - low < size + 3
            and bones[high - 1].isalpha()
            and bones[high].isalpha()
        ):
            high += 1
        if high < len(bones) and bones[high - 1].isalpha() and bones[high].isalpha():
            return None
        if anchor.ends:
            last = re.search(rf"(?<![a-z]){re.escape(skeleton(anchor.ends))}(?![a-z])", bones[low:high])
            if last is None:
                return None
            high = low + last.end()
        return Mark(anchor.name, low, high, score / 100.0, anchor.text)


def _word_start(text: str, at: int) -> int:
    while at > 0 and text[at - 1].isalpha():
        at -= 1
        if text[at].isspace():
            return at + 1
    return at


def _shortened(word: str) -> Iterable[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _best(marks: list[Mark]) -> list[Mark]:
    """Marks that do not overlap: exact before likely, then the longer."""
    kept: list[Mark] = []
    marks.sort(key=lambda m: (m.start, m.end, m.name))
    for mark in marks:
        if kept and mark.start < kept[-1].end:
            if _weight(mark, kept[-1]) > _weight(kept[-1], mark):
                kept[-1] = mark
            continue
        kept.append(mark)
    return kept


def _weight(mark: Mark, other: Mark) -> tuple[bool, float]:
    """Exact before likely, then the longer; but a likely phrase that goes far beyond an exact one wins."""
    longer = mark.end - mark.start >= 1.4 * (other.end - other.start) and mark.score >= 0.85
    shorter = other.end - other.start >= 1.4 * (mark.end - mark.start) and other.score >= 0.85
    return (mark.score > 0.999 or longer) and not shorter, (mark.end - mark.start) * mark.score

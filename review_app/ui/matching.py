"""Which of many short names somebody means who types a few letters of one."""

from __future__ import annotations

from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """How well a name fits (higher is better) and which of its characters were meant."""

    score: int
    places: tuple[int, ...]


_WHOLE, _START, _INSIDE, _SCATTERED = 100, 60, 30, 10


def match(typed: str, name: str) -> Match | None:
    """Compare what was typed with a name; None when they do not fit.

    Each word that was typed must be found, in any order: as the start of a word, inside of one, or as letters
    that follow one another with gaps, each at the start of a word where that is possible (``gtp`` is *Go to
    page*). Capitals do not matter. Nothing typed fits everything.
    """
    low = _folded(name)
    score, places = 0, []
    for word in _folded(typed).split():
        found = _word(word, low)
        if found is None:
            return None
        score += found.score
        places += found.places
    return Match(score, tuple(sorted(set(places))))


def _folded(text: str) -> str:
    """Small letters, one for each character: places in it are places in ``text``."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _starts(name: str) -> list[int]:
    return [i for i, c in enumerate(name) if c.isalnum() and (i == 0 or not name[i - 1].isalnum())]


def _word(word: str, name: str) -> Match | None:
    starts = _starts(name)
    for at in starts:
        if name.startswith(word, at):
            end = at + len(word)
            is_whole = end == len(name) or not name[end].isalnum()
            # Of two names that both start so, the shorter says more of what was meant.
            return Match((_WHOLE if is_whole else _START) - starts.index(at), tuple(range(at, end)))
    at = name.find(word)
    if at >= 0 and len(word) > 1:
        return Match(_INSIDE, tuple(range(at, at + len(word))))
    places = _scattered(word, name, frozenset(starts))
    return None if places is None else Match(_SCATTERED, places)


def _scattered(word: str, name: str, starts: frozenset[int]) -> tuple[int, ...] | None:
    """Places of the letters of ``word``, each at the start of a word or right behind the letter before it:
    letters from just anywhere fit nearly every name."""
    seen: set[tuple[int, int]] = set()

    def from_(index: int, last: int) -> tuple[int, ...] | None:
        if index == len(word):
            return ()
        if (index, last) in seen:
            return None
        seen.add((index, last))
        nexts = [last + 1] if last >= 0 else []
        nexts += sorted(s for s in starts if s > last + 1 or last < 0)
        for place in nexts:
            if place < len(name) and name[place] == word[index]:
                rest = from_(index + 1, place)
                if rest is not None:
                    return (place, *rest)
        return None

    return from_(0, -1)

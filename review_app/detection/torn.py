"""Signs in the text itself that a piece of it is missing: a torn sentence, an item without its words."""

from __future__ import annotations

import re

_END = re.compile(r"[.?!:;][\"')\]]*$")
_LABEL = re.compile(
    r"(?:[-*\u2022\u00b7\u25aa\u2013o]|\(?(?:[A-Za-z]|\d{1,3}|[ivxIVX]{1,4})[.)]|\d{1,2}\.\d{1,2}\.?)$"
)
_FILLER = re.compile(r"[._\-\u2013\u2014\u2026*=~]{3,}$|[|_\u2610\u25a1]$")
_FIGURES = re.compile(r"[\d.,:/$%()+-]+$")


def is_ended(word: str) -> bool:
    """True for a word at which a sentence or a heading ends."""
    return _END.search(word) is not None


def goes_on(word: str) -> bool:
    """True for a word that does not begin a sentence, an item or a field: its first letter is a small one."""
    if is_label(word) or word.endswith(":"):
        return False
    first = next((c for c in word if c.isalnum()), "")
    return first.islower()


def is_torn(before: str, after: str) -> bool:
    """True when nothing that stands between two words can be left out: a sentence goes on."""
    return not is_ended(before) and goes_on(after)


def is_label(word: str) -> bool:
    """True for what marks an item of a list."""
    return _LABEL.match(word) is not None


def is_filler(word: str) -> bool:
    """True for leaders, the line of a form, a tick box: the room beside it was meant to be empty."""
    return _FILLER.match(word) is not None


def is_figure(word: str) -> bool:
    """True for a number: what stands at the far end of a row may be its page or amount."""
    return _FIGURES.match(word) is not None


def is_named(words: list[str]) -> bool:
    """True for a line like ``Type: report``: no sentence goes on from it."""
    return any(word.endswith(":") for word in words[:3]) and len(words) <= 8


def has_leaders(words: list[str]) -> bool:
    """True for a line of a table of contents: a row of dots leads to its page."""
    return sum(not any(c.isalnum() for c in word) for word in words) >= 3 or any(is_filler(w) for w in words)


def is_open(text: str) -> bool:
    """True when a bracket of the text is not closed."""
    return text.count("(") > text.count(")") or text.count("[") > text.count("]")
